"""Access tokens, and the answers given under an `Idempotency-Key`."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # A database of version 0.1.0 has both tables already.
    op.create_table(
        "access_token",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("unit", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "answered_request",
        sa.Column("caller", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
