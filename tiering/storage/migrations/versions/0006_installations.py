"""Add the workspaces into which the bot is installed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_installations",
        sa.Column("team", sa.String(60), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.Column("installed_at", Moment, nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("bot_installations")
