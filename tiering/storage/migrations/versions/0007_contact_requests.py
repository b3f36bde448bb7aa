"""Add what customers ask through the contact form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Json, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_requests",
        sa.Column("number", sa.String(20), primary_key=True),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("contact", sa.String(200)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("account_id", sa.String(200)),
        sa.Column("account", sa.Text()),
        sa.Column("tier", sa.Integer()),
        sa.Column("csm", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("article", sa.Text()),
        sa.Column("query", sa.Text()),
        sa.Column("service", sa.String(60)),
        sa.Column("shown", Json, nullable=False),
        sa.Column("opened", Json, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("answered_by", sa.Text()),
        sa.Column("mail_due_at", Moment),
        sa.Column("mail_tries", sa.Integer(), nullable=False),
        sa.UniqueConstraint("form"),
    )
    for columns in (["asked_at"], ["mail_due_at"], ["contact", "asked_at"], ["answered_at", "asked_at"]):
        op.create_index(f"ix_kb_requests_{'_'.join(columns)}", "kb_requests", columns)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("kb_requests")
