"""Seconds walked, beside the seconds run, in the index of session folders."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kept_session", sa.Column("walked_s", sa.Double()))


def downgrade() -> None:
    op.drop_column("kept_session", "walked_s")
