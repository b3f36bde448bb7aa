"""Keep the numbers of learning that were counted last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tiering.storage.database import Json, Moment

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kb_learning_numbers",
        sa.Column("since", sa.Date(), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("facts", Json, nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("kb_learning_numbers")
