"""People, their keys with an end, what was done about access, and the keys of personal data.

Tokens of before go on under the people they were made for, for a year from now.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    people = op.create_table(
        "person",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("unit", sa.String),
        sa.Column("admitted_at", sa.String, nullable=False),
        sa.Column("admitted_by", sa.String, nullable=False),
        sa.Column("disabled_at", sa.String),
        sa.Column("password", sa.String),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.String),
    )
    keys = op.create_table(
        "access_key",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("key_id", sa.String(12), nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False, index=True),
        sa.Column("issued_at", sa.String, nullable=False),
        sa.Column("issued_by", sa.String, nullable=False),
        sa.Column("expires_at", sa.String, nullable=False),
        sa.Column("last_used_at", sa.String),
        sa.Column("revoked_at", sa.String),
        sa.Column("revoked_by", sa.String),
    )
    op.create_table(
        "access_record",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String, nullable=False, index=True),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("name", sa.String),
        sa.Column("address", sa.String),
        sa.Column("detail", sa.String, nullable=False),
    )
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("lead_id", sa.String(36), nullable=False, index=True),
        sa.Column("key", sa.LargeBinary),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("erased_at", sa.String),
        sa.Column("erased_by", sa.String),
        sa.Column("ground", sa.String),
    )
    tokens = op.get_bind().execute(sa.text("SELECT * FROM access_token")).mappings().all()
    ends = (datetime.now(UTC) + timedelta(days=365)).isoformat(timespec="microseconds")
    for token in tokens:
        at = datetime.fromisoformat(token["created_at"]).astimezone(UTC)
        issued = at.isoformat(timespec="microseconds")
        op.bulk_insert(
            people,
            [
                {
                    "name": token["name"],
                    "role": token["role"],
                    "unit": token["unit"],
                    "admitted_at": issued,
                    "admitted_by": "crm",
                    "wrong": 0,
                }
            ],
        )
        op.bulk_insert(
            keys,
            [
                {
                    "digest": token["digest"],
                    "key_id": token["digest"][:12],
                    "kind": "token",
                    "name": token["name"],
                    "issued_at": issued,
                    "issued_by": "crm",
                    "expires_at": ends,
                }
            ],
        )
    op.drop_table("access_token")
