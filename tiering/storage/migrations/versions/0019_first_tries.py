"""Add to what contacts learned how their quizzes went, and when they did something last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; of what was noted before, the next night's work tells."""
    for name in ("quizzes", "quizzes_at_once"):
        op.add_column("training", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("training", sa.Column("last_on", sa.Date()))


def downgrade() -> None:
    """Take the change back."""
    for name in ("last_on", "quizzes_at_once", "quizzes"):
        op.drop_column("training", name)
