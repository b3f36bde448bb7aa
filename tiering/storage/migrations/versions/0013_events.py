"""Add what people at customers did, as the product tells of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Exact, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "events",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("who", sa.String(320), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("value", Exact),
        sa.Column("received_at", Moment, nullable=False),
    )
    op.create_index("ix_events_who_name_at", "events", ["who", "name", "at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("events")
