"""The index of session folders."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_session",
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("session_id", sa.String(400)),
        sa.Column("started", sa.DateTime()),
        sa.Column("utc_offset_s", sa.Integer()),
        sa.Column("person", sa.String(400)),
        sa.Column("person_id", sa.String(400)),
        sa.Column("person_key", sa.Text()),
        sa.Column("activity", sa.String(10)),
        sa.Column("left_deg", sa.Double()),
        sa.Column("left_half_deg", sa.Double()),
        sa.Column("right_deg", sa.Double()),
        sa.Column("right_half_deg", sa.Double()),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("stances", sa.Integer()),
        sa.Column("ran_s", sa.Double()),
        sa.Column("programme", sa.String(200)),
        sa.Column("number", sa.Integer()),
        sa.Column("pain_before", sa.Integer()),
        sa.Column("pain_after", sa.Integer()),
        sa.Column("so_far_s", sa.Double()),
        sa.Column("ended", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("folder", name="pk_kept_session"),
    )
    for column in ("parent", "started", "person_id"):
        op.create_index(f"ix_kept_session_{column}", "kept_session", [column])
    op.create_table(
        "kept_content",
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("info", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("folder", name="pk_kept_content"),
        sa.ForeignKeyConstraint(
            ["folder"], ["kept_session.folder"], name="fk_kept_content_folder_kept_session", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("kept_content", "kept_session"):
        op.drop_table(table)
