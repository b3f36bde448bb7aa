"""Add what visitors of the knowledge base search and read, and what colleagues do about it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Id, Json, Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("visits", "searches", "reads", "visit_months", "query_months", "read_months")
_OTHERS = ("handled_queries", "tickets", "edits")


def _sums(name: str, *columns: sa.Column[Any], sums: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("tier", sa.Integer(), primary_key=True, autoincrement=False),
        *columns,
        *(sa.Column(one, sa.Integer(), nullable=False) for one in sums),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_visits",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(200)),
        sa.Column("account", sa.String(200)),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "kb_searches",
        sa.Column("visit", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("nearest", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Text()),
    )
    op.create_table(
        "kb_reads",
        sa.Column("visit", sa.String(64), primary_key=True),
        sa.Column("slug", sa.Text(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("searched", sa.Boolean(), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
    )
    for name in ("visits", "searches", "reads"):
        op.create_index(f"ix_kb_{name}_day", f"kb_{name}", ["day"])
    asked = ("searches", "empty", "nearest", "opened")
    _sums("kb_visit_months", sums=("visits", "wrote", "explicit", *asked))
    _sums(
        "kb_query_months",
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sums=asked,
    )
    _sums(
        "kb_read_months", sa.Column("slug", sa.Text(), primary_key=True), sums=("reads", "searched", "wrote")
    )
    op.create_table(
        "kb_handled_queries",
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
    )
    op.create_table(
        "kb_tickets",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("tier", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
    )
    op.create_table(
        "kb_edits",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("change", Json, nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in (*_TABLES, *_OTHERS):
        op.drop_table(f"kb_{name}")
