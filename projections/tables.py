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

# Schemas of the projections. Raise one when a table of it or what fills it changes: its tables
# carry the number in their name, so that old and new can stand side by side.
LEADS = 2
MONEY = TARGETS = CLOCK = RULES = 1

# Code-point order everywhere, whatever language the database was set up for.
TEXT = String().with_variant(String(collation="C"), "postgresql")

OPEN = 2**62
"""`known_to` of what is still known."""

read_model = MetaData()

log_clock = Table(
    f"log_clock_v{CLOCK}",
    read_model,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    # The latest recorded_at up to this position, in microseconds since 1970: it never falls.
    Column("known_at", BigInteger, nullable=False),
    Index("ix_log_clock_known_at", "known_at", "position"),
)

lead_step = Table(
    f"lead_step_v{LEADS}",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("stage", TEXT, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("code_order", BigInteger, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("investor", TEXT, nullable=False),
    Column("recruiting_unit", TEXT, nullable=False),
    Column("host_town", TEXT),
    Column("chain", TEXT),
    Column("industrial", Boolean, nullable=False),
    Column("relation", TEXT, nullable=False),
    Column("kind", TEXT),
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
    # The day agreed for the next milestone; the default is worked out by the rules of the day.
    Column("agreed_due_on", Date),
    Column("suspended", Boolean, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("leader", TEXT),
    Column("unit", TEXT),
    Column("person", TEXT),
    # Both clocks are judged in the index, before a row is looked at: a list of two years ago as
    # known then costs little more than today's.
    Index("ix_lead_step_stage", "stage", "valid_to", "known_to", "valid_from", "known_from"),
    Index("ix_lead_step_day", "valid_from", "valid_to", "known_to", "known_from"),
)

fai_report = Table(
    f"fai_report_v{MONEY}",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("period", TEXT, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("ytd_yuan", BigInteger, nullable=False),
    Index("ix_fai_report_period", "period", "known_to"),
)

funds_arrival = Table(
    f"funds_arrival_v{MONEY}",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("arrived_on", Date, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("amount_yuan", BigInteger, nullable=False),
    Column("amount_usd", BigInteger, nullable=False),
    Index("ix_funds_arrival_day", "arrived_on", "known_to"),
)

annual_target = Table(
    f"annual_target_v{TARGETS}",
    read_model,
    Column("year", Integer, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("projects", Integer),
    Column("agreed_total_yuan", BigInteger),
    Column("fai_ratio", TEXT),
    Column("big_projects", Integer),
    Column("built_projects", Integer),
    Column("domestic_growth", TEXT),
    Column("foreign_growth", TEXT),
    Column("by_unit", Text, nullable=False),  # JSON: [[unit, projects, agreed_total_yuan], …]
)

rule_setting = Table(
    f"rule_setting_v{RULES}",
    read_model,
    Column("known_from", BigInteger, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("effective_from", Date, nullable=False),
    Column("value", Text, nullable=False),  # JSON, as domain.rule_kinds stores it
    Column("event_id", Uuid, nullable=False),
)
