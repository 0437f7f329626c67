"""The lasting tables of access: people, their tokens and sessions, and what was done with them."""

from datetime import UTC, datetime

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from domain.calendar import SHANGHAI

access = MetaData()

people = Table(
    "person",
    access,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("unit", String),
    Column("admitted_at", String, nullable=False),
    Column("admitted_by", String, nullable=False),
    Column("disabled_at", String),
    Column("password", String),  # argon2, with its salt and cost
    Column("wrong", Integer, nullable=False),  # wrong passwords in a row
    Column("locked_until", String),
)

keys = Table(
    "access_key",
    access,
    Column("digest", String(64), primary_key=True),
    Column("key_id", String(12), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False, index=True),
    Column("issued_at", String, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("last_used_at", String),
    Column("revoked_at", String),
    Column("revoked_by", String),
)

records = Table(
    "access_record",
    access,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False, index=True),
    Column("act", String, nullable=False),
    Column("name", String),
    Column("address", String),
    Column("detail", String, nullable=False),
)

contact_keys = Table(
    "person_key",
    access,
    Column("person_id", String(36), primary_key=True),
    Column("lead_id", String(36), nullable=False, index=True),
    Column("key", LargeBinary),  # gone when the person has been erased
    Column("made_at", String, nullable=False),
    Column("erased_at", String),
    Column("erased_by", String),
    Column("ground", String),
)


def text_of(moment: datetime) -> str:
    """An instant as these tables hold it: texts in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str | None) -> datetime | None:
    """In the county's time, as staff read it."""
    return None if text is None else datetime.fromisoformat(text).astimezone(SHANGHAI)
