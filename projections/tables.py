"""The read tables. All of them can be deleted: `crm projections rebuild` makes them from the log.

`lead_step`, `lead_state`, `lead_identity`, `problem_step` and `fai_report` are bitemporal. A row
holds on business days `valid_from <= D < valid_to`, as known from log position `known_from` up to
before `known_to`; `OPEN` and `FOREVER` are the open ends. `funds_arrival` and the tables of chains,
campaigns, units and entries hold what happened on a day, as known from and up to a position. A
return in `fai_report` holds for `as_one_from <= D' < as_one_to` besides, D' being the day for which
the year is asked. A row never changes after it is written, except that `known_to` is set once, when
a later entry changes what is known.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

# Schemas of the projections. Raise one when a table of it or what fills it changes: its tables
# carry the number in their name, so that old and new can stand side by side.
PROBLEMS = TARGETS = CLOCK = CHAINS = CAMPAIGNS = UNITS = 1
MONEY = 2  # since money goes on with the project after a split or merge
ENTRIES = 4  # since an entry says with which token or session it came
IDENTITIES = 3  # since the company goes on with the project after a split or merge
RULES = 2  # since values have types, and say who set them
LEADS = 2  # since leads are split and merged
STATES = 6  # since money and the company go on with the project after a split or merge

# Code-point order everywhere, whatever language the database was set up for.
TEXT = String().with_variant(String(collation="C"), "postgresql")

PASSED_ON_BY_SPLIT, PASSED_ON_BY_MERGE = "split", "merge"

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
    Column("chain_role", TEXT),
    Column("channel", TEXT),
    Column("partner", TEXT),
    Column("introducer", TEXT),
    Column("campaign_id", Uuid),
    Column("registered_on", Date, nullable=False),
    Column("industrial", Boolean, nullable=False),
    Column("relation", TEXT, nullable=False),
    Column("kind", TEXT),
    Column("agreed_yuan", BigInteger),
    # What F2 has booked by then (0 before S; without what other leads had booked in years before),
    # and the same of the step before this one.
    Column("counted_yuan", BigInteger, nullable=False),
    Column("counted_before_yuan", BigInteger, nullable=False),
    Column("text_signed_on", Date),
    Column("signed_on", Date),
    Column("started_on", Date),
    Column("completed_on", Date),
    Column("produced_on", Date),
    Column("exited_on", Date),
    Column("counted_on", Date),
    Column("counted_on_before_merge", Date),
    Column("count_key", Uuid),  # None: its own
    Column("keeps_count", Boolean, nullable=False),
    Column("split_on", Date),  # the day it began as a part of another
    Column("passed_on", TEXT),  # "split" or "merge": it goes on in other leads
    Column("agreed_due_on", Date),  # of the next milestone, if the agreement says
    Column("suspended", Boolean, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("recognised", Boolean, nullable=False),  # the signing
    Column("leader", TEXT),
    Column("unit", TEXT),
    Column("person", TEXT),
    # Both clocks are judged in the index, before a row is looked at: a list of two years ago as
    # known then costs little more than today's.
    Index("ix_lead_step_stage", "stage", "valid_to", "known_to", "valid_from", "known_from"),
    Index("ix_lead_step_count_key", "count_key"),
    Index("ix_lead_step_day", "valid_from", "valid_to", "known_to", "known_from"),
)

lead_state = Table(
    f"lead_state_v{STATES}",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("stage", TEXT, nullable=False),
    Column("code_order", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),  # JSON of domain.lead.state.LeadState
    Index("ix_lead_state_day", "valid_to", "known_to", "valid_from", "known_from", "stage"),
)

fai_report = Table(
    f"fai_report_v{MONEY}",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("period", TEXT, primary_key=True),
    Column("as_one_from", Date, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("as_one_to", Date, nullable=False),
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

problem_step = Table(
    f"problem_step_v{PROBLEMS}",
    read_model,
    Column("problem_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("code_order", BigInteger, nullable=False),
    Column("lead_id", Uuid, nullable=False),
    Column("category", TEXT, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("due", Date),
    Column("leader", TEXT),
    Column("unit", TEXT),
    Column("person", TEXT),
    Column("last_action_on", Date),
    Column("last_action", TEXT),
    Column("claimed_on", Date),
    Column("closed_on", Date),
    Column("confirmer", TEXT),
    Column("reopened", Integer, nullable=False),
    Column("level", TEXT),
    Index("ix_problem_step_lead", "lead_id", "known_to", "valid_to"),
    Index("ix_problem_step_day", "valid_to", "known_to", "valid_from", "known_from"),
)

rule_setting = Table(
    f"rule_setting_v{RULES}",
    read_model,
    Column("known_from", BigInteger, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("effective_from", Date, nullable=False),
    Column("value", Text, nullable=False),  # JSON, as domain.rule_kinds stores it
    Column("event_id", Uuid, nullable=False),
    Column("recorded_by", TEXT, nullable=False),
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
    # JSON: [[unit, town, chain or quarter, projects, agreed_total_yuan], …]
    Column("by_unit", Text, nullable=False),
    Column("by_town", Text, nullable=False),
    Column("by_chain", Text, nullable=False),
    Column("by_quarter", Text, nullable=False),
)

chain_description = Table(
    f"chain_description_v{CHAINS}",
    read_model,
    Column("stream_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("chain", TEXT, nullable=False),
    Column("described_on", Date, nullable=False),
    Column("chief", TEXT),
    Column("lead_unit", TEXT),
    Column("leader_enterprise", TEXT),
    Column("targets", Text, nullable=False),  # JSON: [[year, projects, agreed_total_yuan], …]
)

target_enterprise = Table(
    f"target_enterprise_v{CHAINS}",
    read_model,
    Column("stream_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("enterprise_id", Uuid, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("chain", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("enterprise_class", TEXT, nullable=False),
    Column("uscc", TEXT),
    Column("source", TEXT),
    Column("listed_on", Date, nullable=False),
    Index("ix_target_enterprise_chain", "chain", "known_to"),
)

# What became of a target enterprise: one row for each contact, lead and removal.
enterprise_fact = Table(
    f"enterprise_fact_v{CHAINS}",
    read_model,
    Column("stream_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("enterprise_id", Uuid, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("contact", Boolean, nullable=False),
    Column("removal", Boolean, nullable=False),
    Column("lead_id", Uuid),
    Index("ix_enterprise_fact_enterprise", "enterprise_id", "known_to"),
)

campaign = Table(
    f"campaign_v{CAMPAIGNS}",
    read_model,
    Column("stream_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("unit", TEXT, nullable=False),
    Column("held_on", Date, nullable=False),  # the business date: on record from this day on
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("place", TEXT),
    Column("persons", Text, nullable=False),  # JSON: [name, …]
    Column("partner", TEXT),
)

# Inspections, interviews and groupings of ranked units: one row for each that is in force.
unit_entry = Table(
    f"unit_entry_v{UNITS}",
    read_model,
    Column("stream_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("kind", TEXT, nullable=False),  # the event's name
    Column("unit", TEXT, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("event", LargeBinary, nullable=False),  # JSON of the event's own fields
    Index("ix_unit_entry_kind", "kind", "known_to", "happened_on"),
)

lead_identity = Table(
    f"lead_identity_v{IDENTITIES}",
    read_model,
    Column("lead_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("code_order", BigInteger, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("investor", TEXT, nullable=False),
    Column("recruiting_unit", TEXT, nullable=False),
    Column("parent_lead_id", Uuid),
    Column("registered_on", Date, nullable=False),
    Column("active", Boolean, nullable=False),  # neither exited nor lost
    Column("investor_uscc", TEXT),
    Column("company_uscc", TEXT),
    # Names as they are compared (domain.likeness).
    Column("title_key", TEXT, nullable=False),
    Column("investor_key", TEXT, nullable=False),
    Column("investor_head", TEXT, nullable=False),
    Index("ix_lead_identity_investor_uscc", "investor_uscc"),
    Index("ix_lead_identity_company_uscc", "company_uscc"),
    Index("ix_lead_identity_title_key", "title_key", "code_order"),
    Index("ix_lead_identity_investor_key", "investor_key", "code_order"),
    Index("ix_lead_identity_investor_head", "investor_head", "code_order"),
)

# One row for each entry, from the position that brought it up to that of its void.
log_entry = Table(
    f"log_entry_v{ENTRIES}",
    read_model,
    Column("stream_id", Uuid, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("known_to", BigInteger, nullable=False),
    Column("subject", TEXT, nullable=False),  # what the stream is of: domain.subjects
    # Its code, its name or its year; None of what there is one of.
    Column("subject_name", TEXT),
    Column("lead_id", Uuid),  # the lead; the one that a problem is of
    Column("event_id", Uuid, nullable=False),
    Column("type", TEXT, nullable=False),
    # Of a void: the type of what it takes out.
    Column("concerns_type", TEXT, nullable=False),
    Column("occurred_on", Date, nullable=False),
    # The day whose figures it touches: of a void, that of what it takes out.
    Column("concerns_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),  # microseconds since 1970
    Column("recorded_by", TEXT, nullable=False),
    Column("recorded_with", TEXT),  # the token or session it came with
    Column("unit", TEXT, nullable=False),  # of a lead, else empty
    # From each of the two days to that of recording.
    Column("delay_days", Integer, nullable=False),
    Column("behind_days", Integer, nullable=False),
    Index("ix_log_entry_position", "known_from"),
    Index("ix_log_entry_recorded_on", "recorded_on"),
    Index("ix_log_entry_recorded_by", "recorded_by", "known_from"),
    Index("ix_log_entry_lead", "lead_id"),
)
