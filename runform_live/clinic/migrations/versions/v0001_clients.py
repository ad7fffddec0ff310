"""The first schema: clients, their sessions, archives made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("pseudonym", sa.String(80), nullable=False),
        sa.Column("pseudonym_key", sa.String(240), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("height_m", sa.Double()),
        sa.Column("mass_kg", sa.Double()),
        sa.Column("sex", sa.String(20)),
        sa.Column("born", sa.Date()),
        sa.Column("painful_side", sa.String(20)),
        sa.Column("painful_place", sa.String(200)),
        sa.Column("notes", sa.Text()),
        sa.Column("consent_on", sa.Date()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
        sa.UniqueConstraint("pseudonym_key", name="uq_client_pseudonym_key"),
    )
    op.create_table(
        "linked_session",
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("session_id", sa.String(200)),
        sa.Column("started", sa.DateTime()),
        sa.PrimaryKeyConstraint("folder", name="pk_linked_session"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_linked_session_client_id_client"),
    )
    op.create_index("ix_linked_session_client_id", "linked_session", ["client_id"])
    op.create_table(
        "exported",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("file", name="pk_exported"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_exported_client_id_client"),
    )
    op.create_index("ix_exported_client_id", "exported", ["client_id"])


def downgrade() -> None:
    for table in ("exported", "linked_session", "client"):
        op.drop_table(table)
