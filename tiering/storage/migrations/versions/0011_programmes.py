"""Add since when programmes of mails run, and who wants none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_launches",
        sa.Column("programme", sa.String(40), primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "kb_suppressions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_deliveries_recipient", "deliveries", ["recipient"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_deliveries_recipient", "deliveries")
    op.drop_table("kb_suppressions")
    op.drop_table("kb_launches")
