"""Add what conversations need: approvals, deliveries, effort that is logged once, the bot's own tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Id, Moment, Plain

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = ("approvals", "deliveries", "bot_seen", "bot_channels", "bot_absences", "decision_stamps")
_NARROW = (("account_id", "superseded_on"), ("superseded_on", "tier", "weight"))
_WIDE = (
    ("account_id", "superseded_on", "tier", "weight"),
    ("superseded_on", "tier", "weight", "account_id"),
)
_SOUGHT = (("csm", "status", "merged_into", "id"), ("country",), ("industry",))


def upgrade() -> None:
    """Apply the change."""
    op.add_column("effort", sa.Column("request", sa.String(120)))
    op.create_index("ix_effort_request", "effort", ["request"], unique=True)
    op.create_index("ix_audit_who_id", "audit", ["who", "id"])
    _lists()
    op.create_table(
        "decision_stamps",
        sa.Column("id", Id, primary_key=True),
        sa.Column("stamp", Id, nullable=False),
    )
    _approvals()
    _deliveries()
    _bot()


def _lists() -> None:
    for old in _NARROW:
        op.drop_index(f"ix_decisions_{'_'.join(old)}", "decisions")
    for new in _WIDE:
        op.create_index(f"ix_decisions_{'_'.join(new)}", "decisions", list(new))
    for columns in _SOUGHT:
        op.create_index(f"ix_accounts_{'_'.join(columns)}", "accounts", list(columns))
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_accounts_merged_into", "accounts", ["merged_into"], sqlite_where=merged, postgresql_where=merged
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", Id, primary_key=True),
        sa.Column("account_id", sa.String(200), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("tier", sa.Integer()),
        sa.Column("service", sa.String(60)),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text()),
        sa.Column("passed_on_at", Moment),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_by_name", sa.Text()),
        sa.Column("decided_at", Moment),
        sa.Column("note", sa.Text()),
        sa.Column("exception_id", Id, sa.ForeignKey("exceptions.id")),
        sa.Column("request", sa.String(120)),
    )
    for column in ("account_id", "state", "asked_by"):
        op.create_index(f"ix_approvals_{column}", "approvals", [column])
    op.create_index("ix_approvals_request", "approvals", ["request"], unique=True)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("about", Plain, nullable=False),
        sa.Column("claimed_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("receipt", sa.Text()),
        sa.Column("failure", sa.Text()),
    )
    op.create_index("ix_deliveries_sent_at_claimed_at", "deliveries", ["sent_at", "claimed_at"])


def _bot() -> None:
    op.create_table(
        "bot_seen",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_bot_seen_at", "bot_seen", ["at"])
    op.create_table(
        "bot_channels",
        sa.Column("team", sa.String(60), primary_key=True),
        sa.Column("channel", sa.String(60), primary_key=True),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", Moment, nullable=False),
    )
    op.create_table(
        "bot_absences",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("cover", sa.String(200), nullable=False),
        sa.Column("cover_name", sa.Text(), nullable=False),
        sa.Column("said_at", Moment, nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    op.drop_index("ix_accounts_merged_into", "accounts")
    for columns in _SOUGHT:
        op.drop_index(f"ix_accounts_{'_'.join(columns)}", "accounts")
    for new in _WIDE:
        op.drop_index(f"ix_decisions_{'_'.join(new)}", "decisions")
    for old in _NARROW:
        op.create_index(f"ix_decisions_{'_'.join(old)}", "decisions", list(old))
    op.drop_index("ix_audit_who_id", "audit")
    op.drop_index("ix_effort_request", "effort")
    with op.batch_alter_table("effort") as batch:
        batch.drop_column("request")
