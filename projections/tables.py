"""The read tables. All of them can be deleted: `crm projections rebuild` makes them from the log.

`lead_step`, `fai_report` and `funds_arrival` are bitemporal. A row holds on business days
`valid_from <= D < valid_to`, as known from log position `known_from` up to before `known_to`;
`OPEN` and `FOREVER` are the open ends. A row never changes after it is written, except that
`known_to` is set once, when a later entry changes what is known.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

# Raise when a table or what fills it changes: the tables are then made anew at the next start.
SCHEMA = 1

OPEN = 2**62
"""`known_to` of what is still known."""

read_model = MetaData()

projection = Table(
    "projection",
    read_model,
    Column("name", String, primary_key=True),
    Column("schema", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("error", Text),
)

lead = Table(
    "lead",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Index("ix_lead_year_number", "year", "number"),
)

log_clock = Table(
    "log_clock",
    read_model,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    # The latest recorded_at up to this position, in microseconds since 1970: it never falls.
    Column("known_at", BigInteger, nullable=False),
    Index("ix_log_clock_known_at", "known_at", "position"),
)

lead_step = Table(
    "lead_step",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("stage", String, nullable=False),
    Column("code", String, nullable=False),
    Column("title", String, nullable=False),
    Column("investor", String, nullable=False),
    Column("recruiting_unit", String, nullable=False),
    Column("host_town", String),
    Column("chain", String),
    Column("industrial", Boolean, nullable=False),
    Column("relation", String, nullable=False),
    Column("kind", String),
    Column("agreed_yuan", BigInteger),
    # The part of agreed_yuan that counts (0 before S), and that of the step before this one.
    Column("counted_yuan", BigInteger, nullable=False),
    Column("counted_before_yuan", BigInteger, nullable=False),
    Column("text_signed_on", Date),
    Column("signed_on", Date),
    Column("started_on", Date),
    Column("completed_on", Date),
    Column("produced_on", Date),
    Column("exited_on", Date),
    Column("due_on", Date),
    Column("suspended", Boolean, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("leader", String),
    Column("unit", String),
    Column("person", String),
    Index("ix_lead_step_stage", "stage", "valid_to", "known_to"),
    Index("ix_lead_step_known", "known_to", "lead_id"),
)

fai_report = Table(
    "fai_report",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("ytd_yuan", BigInteger, nullable=False),
    Index("ix_fai_report_period", "period", "known_to"),
)

funds_arrival = Table(
    "funds_arrival",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("arrived_on", Date, nullable=False),
    Column("source", String, nullable=False),
    Column("amount_yuan", BigInteger, nullable=False),
    Column("amount_usd", BigInteger, nullable=False),
    Index("ix_funds_arrival_day", "arrived_on", "known_to"),
)

annual_target = Table(
    "annual_target",
    read_model,
    Column("year", Integer, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("projects", Integer),
    Column("agreed_total_yuan", BigInteger),
    Column("fai_ratio", String),
    Column("big_projects", Integer),
    Column("built_projects", Integer),
    Column("domestic_growth", String),
    Column("foreign_growth", String),
    Column("by_unit", Text, nullable=False),  # JSON: [[unit, projects, agreed_total_yuan], …]
)
