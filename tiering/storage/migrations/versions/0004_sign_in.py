"""Add who is signed in to the knowledge base, and by which codes, links and tokens they may be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("kb_sessions", "kb_invitations", "kb_tokens")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_sessions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(320), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("preview", sa.String(200)),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
    )
    op.create_index("ix_kb_sessions_subject", "kb_sessions", ["subject"])
    op.create_table(
        "kb_invitations",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("link", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("address", sa.String(320)),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("ends_at", Moment, nullable=False),
        sa.UniqueConstraint("link"),
    )
    op.create_table(
        "kb_tokens",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("ends_at", Moment, nullable=False),
    )
    for name in _TABLES:
        op.create_index(f"ix_{name}_ends_at", name, ["ends_at"])


def downgrade() -> None:
    """Take the change back."""
    for name in reversed(_TABLES):
        op.drop_table(name)
