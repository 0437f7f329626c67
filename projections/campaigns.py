"""Which campaigns were held, and what came of each, and of each channel? (招商活动成效)

Plan clauses 18, 20, 34: leads and signings per campaign, channel (招商方式), partner (驻点帮扶协作)
and introducer (引荐人). A lead names its campaign, channel, partner and introducer once, when it is
registered.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select

from domain.unit.known import spellings
from domain.vocabulary import NOT_STATED, Stage
from projections.clocks import Clocks, known, valid
from projections.counted import COUNTED_AS_PROJECT, counted
from projections.rule_rows import rules_in_force
from projections.tables import campaign, lead_step
from projections.year_leads import year_leads

CampaignKey = tuple[date, UUID]
"""First day and id: where a campaign stands among them, the newest first."""

SOURCES = ("channel", "partner", "introducer")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign on record on D; `to_on` is None while it goes on."""

    campaign_id: UUID
    name: str
    kind: str
    unit: str
    from_on: date
    to_on: date | None
    place: str | None
    persons: tuple[str, ...]
    partner: str | None


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Each given part must match; `year` is that of the first day."""

    kind: str | None = None
    unit: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """`count` is of all that match; `last` is the key to go on after, None at the end."""

    count: int
    items: list[Campaign]
    last: CampaignKey | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Leads registered in the year, projects signed in it (F1, net) and their amount in 元."""

    leads: int = 0
    signings: int = 0
    agreed_yuan: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.leads + other.leads,
            self.signings + other.signings,
            self.agreed_yuan + other.agreed_yuan,
        )


@dataclass(frozen=True, slots=True)
class Results:
    """What came of each: by campaign (those held by D, and begun in the year or with a result)."""

    year: int
    clocks: Clocks
    by_campaign: list[tuple[Campaign, Outcome]]
    by_kind: dict[str, Outcome]
    by_channel: dict[str, Outcome]
    by_partner: dict[str, Outcome]
    by_introducer: dict[str, Outcome]


def campaigns(
    connection: Connection,
    clocks: Clocks,
    wanted: CampaignFilter = CampaignFilter(),
    limit: int | None = None,
    after: CampaignKey | None = None,
) -> CampaignPage:
    """A page of the campaigns on record on D, known at K."""
    columns = campaign.c
    conditions = [known(campaign, clocks), columns.held_on <= clocks.as_of]
    if wanted.kind is not None:
        conditions.append(columns.kind == wanted.kind)
    if wanted.unit is not None:
        conditions.append(columns.unit.in_(spellings(wanted.unit)))
    if wanted.year is not None:
        year = wanted.year
        conditions.append(columns.from_on.between(date(year, 1, 1), date(year, 12, 31)))
    count = connection.execute(
        select(func.count()).select_from(campaign).where(*conditions)
    ).scalar_one()
    query = (
        select(campaign)
        .where(*conditions)
        .order_by(columns.from_on.desc(), columns.stream_id.desc())
    )
    if after is not None:
        day, stream_id = after
        query = query.where(
            or_(
                columns.from_on < day,
                and_(columns.from_on == day, columns.stream_id < stream_id),
            )
        )
    rows = connection.execute(query if limit is None else query.limit(limit + 1)).all()
    page = rows if limit is None else rows[:limit]
    items = [_campaign(row) for row in page]
    going_on = len(rows) > len(page)
    key = (items[-1].from_on, items[-1].campaign_id) if going_on else None
    return CampaignPage(count, items, key)


def campaign_on(connection: Connection, campaign_id: UUID, clocks: Clocks) -> Campaign | None:
    """One campaign; None when it is not on record on D, as known at K."""
    query = select(campaign).where(
        known(campaign, clocks),
        campaign.c.stream_id == campaign_id,
        campaign.c.held_on <= clocks.as_of,
    )
    row = connection.execute(query).one_or_none()
    return _campaign(row) if row else None


def campaign_leads(
    connection: Connection, campaign_id: UUID, clocks: Clocks
) -> tuple[list[Any], Outcome]:
    """Every lead that names a campaign, newest first (rows of `lead_step`), and what they add up
    to by D, whatever the year."""
    columns = lead_step.c
    counts = counted(lead_step, rules_in_force(connection, clocks)).label("counts")
    query = (
        select(lead_step, counts)
        .where(valid(lead_step, clocks), columns.campaign_id == campaign_id)
        .order_by(columns.code_order.desc())
    )
    rows = list(connection.execute(query).all())
    signed = [
        row
        for row in rows
        if row.counts
        and row.signed_on is not None
        and row.stage != Stage.EXITED
        and row.relation in COUNTED_AS_PROJECT
    ]
    projects = {row.count_key or row.lead_id for row in signed}
    came = sum(row.split_on is None for row in rows)
    return rows, Outcome(came, len(projects), sum(row.agreed_yuan for row in signed))


def campaign_results(connection: Connection, year: int, clocks: Clocks) -> Results:
    """The year's results; what names no channel, partner or introducer stands under 未注明."""
    held = {item.campaign_id: item for item in campaigns(connection, clocks).items}
    outcomes = _outcomes(connection, year, clocks)
    came = outcomes["campaign_id"]
    shown = [
        (item, came.get(item.campaign_id, Outcome()))
        for item in held.values()
        if item.from_on.year == year or came.get(item.campaign_id, Outcome()) != Outcome()
    ]
    by_kind: dict[str, Outcome] = {}
    for item, outcome in shown:
        by_kind[item.kind] = by_kind.get(item.kind, Outcome()) + outcome
    by_source = {
        source: {
            name or NOT_STATED: outcome
            for name, outcome in outcomes[source].items()
            if outcome != Outcome()
        }
        for source in SOURCES
    }
    return Results(
        year,
        clocks,
        shown,
        dict(sorted(by_kind.items())),
        by_source["channel"],
        by_source["partner"],
        by_source["introducer"],
    )


def _outcomes(connection: Connection, year: int, clocks: Clocks) -> dict[str, dict[Any, Outcome]]:
    """What came of each campaign, channel, partner and introducer; those not named come first."""
    leads = year_leads(year, clocks, rules_in_force(connection, clocks))
    sources = ("campaign_id", *SOURCES)
    columns = [leads.c[by] for by in sources]
    sums = [func.sum(leads.c[what]) for what in ("planned", "signed", "signed_yuan")]
    found: dict[str, dict[Any, Outcome]] = {by: {} for by in sources}
    for *names, planned, signed, yuan in connection.execute(
        select(*columns, *sums).group_by(*columns)
    ):
        outcome = Outcome(int(planned), int(signed), int(yuan))
        for by, name in zip(sources, names, strict=True):
            found[by][name] = found[by].get(name, Outcome()) + outcome
    return {by: dict(sorted(came.items(), key=_named)) for by, came in found.items()}


def _named(entry: tuple[Any, Outcome]) -> tuple[bool, str]:
    name, _ = entry
    return name is not None, str(name)


def _campaign(row: Any) -> Campaign:
    return Campaign(
        row.stream_id,
        row.name,
        row.kind,
        row.unit,
        row.from_on,
        row.to_on,
        row.place,
        tuple(json.loads(row.persons)),
        row.partner,
    )
