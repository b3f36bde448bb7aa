"""Add how far contacts are in courses, for whoever answers about accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "training",
        sa.Column(
            "contact_id", sa.String(320), sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("course", sa.String(80), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date()),
        sa.Column("certified_on", sa.Date()),
        sa.Column("certified_until", sa.Date()),
        sa.Column("partners", sa.Boolean(), nullable=False),
    )
    columns = ["partners", "certified_until"]
    op.create_index("ix_training_partners_certified_until", "training", columns)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("training")
