"""Ledgers sent in, and what was said of their columns."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "ledger_mapping",
        sa.Column("shape", sa.String(64), primary_key=True),
        sa.Column("said", sa.String, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.String, nullable=False),
    )
    op.create_table(
        "ledger_upload",
        sa.Column("upload_id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("uploaded_by", sa.String, nullable=False),
        sa.Column("uploaded_at", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("report", sa.String),
        sa.Column("touched_at", sa.String, nullable=False),
    )
