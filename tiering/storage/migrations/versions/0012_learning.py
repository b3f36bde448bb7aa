"""Add what contacts have learned: lessons, attempts at quizzes, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Json, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_lessons",
        sa.Column("contact", sa.String(200), primary_key=True),
        sa.Column("course", sa.String(80), primary_key=True),
        sa.Column("lesson", sa.String(80), primary_key=True),
        sa.Column("read_at", Moment, nullable=False),
        sa.Column("done_at", Moment),
        sa.Column("quiz", sa.String(64)),
        sa.Column("revision", sa.String(64), nullable=False),
    )
    op.create_table(
        "kb_attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("course", sa.String(80), nullable=False),
        sa.Column("lesson", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("quiz", sa.String(64), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("wrong", Json, nullable=False),
        sa.UniqueConstraint("contact", "course", "lesson", "day", "number"),
    )
    op.create_table(
        "kb_certificates",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("course", sa.String(80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("contact", "course", "begins_on"),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in ("certificates", "attempts", "lessons"):
        op.drop_table(f"kb_{name}")
