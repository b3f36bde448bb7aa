"""Add the signals that accounts raise, and what the bot announces where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Id, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "signals",
        sa.Column("id", Id, primary_key=True),
        sa.Column("account_id", sa.String(200), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("raised_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("taken_by", sa.Text()),
        sa.Column("taken_by_name", sa.Text()),
        sa.Column("taken_at", Moment),
    )
    for name in ("account_id", "ended_at", "raised_at", "taken_at"):
        op.create_index(f"ix_signals_{name}", "signals", [name])
    op.create_index("ix_outbox_kind_at", "outbox", ["kind", "at"])
    op.create_table(
        "bot_bookmarks",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("number", Id, nullable=False),
    )
    op.create_table(
        "bot_announcements",
        sa.Column("team", sa.String(60), primary_key=True),
        sa.Column("channel", sa.String(60), primary_key=True),
        sa.Column("topic", sa.String(60), primary_key=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", Moment, nullable=False),
    )
    op.create_table(
        "bot_undigested",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("said_at", Moment, nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in ("bot_undigested", "bot_announcements", "bot_bookmarks"):
        op.drop_table(name)
    op.drop_index("ix_outbox_kind_at", "outbox")
    op.drop_table("signals")
