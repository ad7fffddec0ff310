"""Which programme a client follows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("programme", sa.String(60), nullable=False),
        sa.Column("began", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_enrolment_client_id_client"),
    )
    op.create_index("ix_enrolment_client_id", "enrolment", ["client_id"])
    running = sa.text("ended IS NULL")
    op.create_index(
        "uq_enrolment_running", "enrolment", ["client_id"], unique=True, sqlite_where=running, postgresql_where=running
    )


def downgrade() -> None:
    op.drop_table("enrolment")
