"""Add what readers of the knowledge base say of its articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Json, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_votes",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("contact", sa.String(200)),
        sa.Column("tier", sa.Integer()),
        sa.Column("segment", sa.String(200)),
        sa.Column("at", Moment, nullable=False),
    )
    for name in ("slug", "at"):
        op.create_index(f"ix_kb_votes_{name}", "kb_votes", [name])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("kb_votes")
