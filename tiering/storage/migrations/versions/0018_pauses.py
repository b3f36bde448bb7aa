"""Add which programmes are paused, and the editions of the office hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_pauses",
        sa.Column("programme", sa.String(40), primary_key=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "kb_calendars",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in ("calendars", "pauses"):
        op.drop_table(f"kb_{name}")
