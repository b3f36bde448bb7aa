"""Add what a tiering programme needs: exceptions, purchases, effort, metrics, quarters, kits, merges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Exact, Id, Json, Moment, Plain

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("exceptions", "purchases", "effort", "metrics", "quarters", "quarter_accounts", "kits", "merges")


def upgrade() -> None:
    """Apply the change."""
    _extend()
    _grants()
    _facts()
    _changes()


def _extend() -> None:
    op.add_column("accounts", sa.Column("merged_into", sa.String(200)))
    for column in (
        sa.Column("own_tier", sa.Integer()),
        sa.Column("pending", Json),
        sa.Column("segment", sa.String(60)),
        sa.Column("flags", Json),
        sa.Column("weight", sa.Float()),
    ):
        op.add_column("decisions", column)
    op.drop_index("ix_decisions_superseded_on_tier", "decisions")  # the next one begins with its columns
    op.create_index(
        "ix_decisions_superseded_on_tier_weight", "decisions", ["superseded_on", "tier", "weight"]
    )
    op.add_column("policies", sa.Column("effective_on", sa.Date()))
    op.add_column("policies", sa.Column("restores", sa.Integer()))
    op.add_column("policies", sa.Column("grandfathered_until", sa.Date()))
    op.add_column("policies", sa.Column("in_force_since", Moment))
    # What was published before there were effective dates took effect at once.
    op.execute("UPDATE policies SET in_force_since = published_at")


def _account() -> sa.Column[str]:
    return sa.Column("account_id", sa.String(200), sa.ForeignKey("accounts.id"), nullable=False)


def _grants() -> None:
    op.create_table(
        "exceptions",
        sa.Column("id", Id, primary_key=True),
        _account(),
        sa.Column("tier", sa.Integer()),
        sa.Column("service", sa.String(60)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", Moment, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_by", sa.Text()),
    )
    op.create_index("ix_exceptions_account_id", "exceptions", ["account_id"])
    op.create_index("ix_exceptions_until", "exceptions", ["until"])
    op.create_table(
        "purchases",
        sa.Column("id", Id, primary_key=True),
        _account(),
        sa.Column("tier", sa.Integer()),
        sa.Column("service", sa.String(60)),
        sa.Column("times", sa.Integer()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("price_cents", Id),
        sa.Column("price_currency", sa.String(3)),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.Column("cancelled_on", sa.Date()),
    )
    op.create_index("ix_purchases_account_id", "purchases", ["account_id"])


def _facts() -> None:
    op.create_table(
        "effort",
        sa.Column("id", Id, primary_key=True),
        _account(),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("hours", Exact, nullable=False),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("logged_at", Moment, nullable=False),
        sa.Column("reverses", Id, sa.ForeignKey("effort.id"), unique=True),
    )
    op.create_index("ix_effort_account_id_day", "effort", ["account_id", "day"])
    op.create_index("ix_effort_day", "effort", ["day"])
    op.create_table(
        "metrics",
        sa.Column("id", Id, primary_key=True),
        _account(),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("value", Exact, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
    )
    op.create_index("ix_metrics_account_id_metric_as_of", "metrics", ["account_id", "metric", "as_of"])
    op.create_index("ix_metrics_metric_as_of", "metrics", ["metric", "as_of"])
    op.create_table(
        "quarters",
        sa.Column("quarter", sa.String(7), primary_key=True),
        sa.Column("closed_at", Moment, nullable=False),
        sa.Column("report", Plain, nullable=False),
    )
    op.create_table(
        "quarter_accounts",
        sa.Column("quarter", sa.String(7), sa.ForeignKey("quarters.quarter"), primary_key=True),
        sa.Column("account_id", sa.String(200), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("arr_cents", Id),
        sa.Column("renewal_on", sa.Date()),
    )


def _changes() -> None:
    op.create_table(
        "kits",
        sa.Column("id", Id, primary_key=True),
        _account(),
        sa.Column("policy_version", sa.Integer(), sa.ForeignKey("policies.version"), nullable=False),
        sa.Column("tier_before", sa.Integer(), nullable=False),
        sa.Column("tier_after", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("released_by", sa.Text()),
        sa.Column("released_at", Moment),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("acknowledged_at", Moment),
    )
    op.create_index("ix_kits_policy_version", "kits", ["policy_version"])
    op.create_index("ix_kits_account_id", "kits", ["account_id"])
    op.create_table(
        "merges",
        sa.Column("id", Id, primary_key=True),
        sa.Column("from_id", sa.String(200), nullable=False),
        sa.Column("into_id", sa.String(200), nullable=False),
        sa.Column("merged_at", Moment, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("undo", Plain, nullable=False),
        sa.Column("undone_at", Moment),
        sa.Column("undone_by", sa.Text()),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    op.drop_index("ix_decisions_superseded_on_tier_weight", "decisions")
    op.create_index("ix_decisions_superseded_on_tier", "decisions", ["superseded_on", "tier"])
    for table, columns in (
        ("policies", ("effective_on", "restores", "grandfathered_until", "in_force_since")),
        ("decisions", ("own_tier", "pending", "segment", "flags", "weight")),
        ("accounts", ("merged_into",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
