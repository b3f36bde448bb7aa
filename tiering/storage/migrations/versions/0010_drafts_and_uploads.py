"""Add drafts of the policy, files that are looked over before they land, and reports of running quarters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Id, Json, Moment, Plain

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "drafts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rules", Plain, nullable=False),
        sa.Column("services", Plain, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("withdrawn_at", Moment),
        sa.Column("rehearsal", Plain),
        sa.Column("rehearsed_at", Moment),
        sa.Column("rehearsed_state", sa.Text()),
        sa.Column("rehearsal_begun_at", Moment),
        sa.Column("rehearsal_done", sa.Integer()),
        sa.Column("rehearsal_problem", sa.Text()),
    )
    op.create_table(
        "draft_movers",
        sa.Column("draft_id", Id, sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("revenue_cents", Id),
        sa.Column("revenue_currency", sa.String(3)),
        sa.Column("old_reasons", Json, nullable=False),
        sa.Column("new_reasons", Json, nullable=False),
        sa.Column("lost", Json, nullable=False),
        sa.Column("gained", Json, nullable=False),
    )
    op.create_table(
        "draft_signatures",
        sa.Column("draft_id", Id, sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("who", sa.String(320), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_table(
        "draft_shares",
        sa.Column("id", Id, primary_key=True),
        sa.Column("draft_id", Id, sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_at", Moment),
    )
    op.create_table(
        "drawn_reports",
        sa.Column("quarter", sa.String(7), primary_key=True),
        sa.Column("drawn_at", Moment, nullable=False),
        sa.Column("report", Plain, nullable=False),
    )
    op.create_table(
        "uploads",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text()),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", Id, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("state", sa.Text()),
        sa.Column("outcome", Plain),
    )
    op.create_table(
        "upload_parts",
        sa.Column("upload_id", Id, sa.ForeignKey("uploads.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    way = ["draft_id", "before", "after", "place"]
    op.create_index("ix_draft_movers_draft_id_before_after_place", "draft_movers", way)
    op.create_index("ix_draft_shares_draft_id", "draft_shares", ["draft_id"])
    op.create_index("ix_uploads_made_at", "uploads", ["made_at"])


def downgrade() -> None:
    """Take the change back."""
    for name in (
        "upload_parts",
        "uploads",
        "drawn_reports",
        "draft_shares",
        "draft_signatures",
        "draft_movers",
        "drafts",
    ):
        op.drop_table(name)
