"""What do a county's chains, campaigns and targets look like at their messiest?

Random, legal entries on the streams of chains, campaigns and yearly targets, woven into a random
log of leads. Back-dated, voided, removed; leads name campaigns, channels and partners.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain import campaign
from domain.calendar import business_day
from domain.chain import decisions
from domain.chain import events as chain
from domain.chain.known import chain_stream
from domain.errors import BadInput, NotFound, Refused
from domain.event import Event, Recorded
from domain.lead import events as e
from domain.target import (
    AnnualTargetSet,
    QuarterTarget,
    ShareTarget,
    UnitTarget,
    set_annual_target,
    target_stream,
)
from domain.vocabulary import CampaignKind, ChainRole, ContactMode, EnterpriseClass
from tests.histories import CHAINS, TOWNS, UNITS

_IDS = UUID(int=0xC4A1)
NAMES = ("新材料", "富硒食品", "毛绒玩具")
CHANNELS = ("以商招商", "小分队招商", None)
PARTNERS = ("溧阳", "陕煤", None)

Log = list[Recorded[Any]]


class _Woven:
    """The log being woven."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.log: Log = []
        self.streams: dict[UUID, Log] = {}
        self.leads: list[UUID] = []
        self.campaigns: list[UUID] = []

    def add(self, stream_id: UUID, like: Recorded[Any], event: Event, event_id: UUID) -> None:
        stream = self.streams.setdefault(stream_id, [])
        item = replace(
            like,
            stream_id=stream_id,
            version=len(stream) + 1,
            position=len(self.log) + 1,
            event_id=event_id,
            event=event,
        )
        self.log.append(item)
        stream.append(item)

    def offer(self, like: Recorded[Any]) -> None:
        """One more entry at the time of another, when it is legal."""
        rng = self.rng
        day = business_day(like.recorded_at) - timedelta(days=int(rng.expovariate(1 / 60)))
        weave = rng.choice((self._chain, self._chain, self._chain, self._campaign, self._target))
        try:
            stream_id, events = weave(day)
        except (Refused, BadInput, NotFound, IndexError):
            return
        for event in events:
            self.add(stream_id, like, event, uuid5(_IDS, f"woven {len(self.log)}"))

    def _chain(self, day: date) -> tuple[UUID, Sequence[Event]]:
        name = self.rng.choice(NAMES)
        history = self.streams.get(chain_stream(name), [])
        propose: Callable[[str, date, Log], Event] = self.rng.choice(
            (_description, _listing, _listing, _contact, _contact, _contact, _removal, _voiding)
        )(self.rng)
        if self.leads and self.rng.random() < 0.4:
            propose = _brought(self.rng, self.rng.choice(self.leads))
        event: Any = propose(name, day, history)
        match event:
            case chain.ChainDescribed():
                decided = decisions.describe(history, event)
            case chain.TargetEnterpriseListed():
                decided = decisions.list_enterprise(history, event)
            case chain.ChainEntryVoided():
                decided = decisions.void_entry(history, event)
            case _:
                decided = decisions.record_of_enterprise(history, event)
        return chain_stream(name), decided

    def _campaign(self, day: date) -> tuple[UUID, Sequence[Event]]:
        rng = self.rng
        if self.campaigns and rng.random() < 0.25:
            stream_id = rng.choice(self.campaigns)
            void = campaign.CampaignVoided(occurred_on=day, ground="重复录入")
            return stream_id, campaign.void_campaign(self.streams[stream_id], void)
        name, first = f"活动{rng.randrange(4)}", day - timedelta(days=rng.choice((0, 3)))
        stream_id = campaign.campaign_stream(name, first)
        held = campaign.CampaignHeld(
            occurred_on=day,
            name=name,
            kind=rng.choice(list(CampaignKind)),
            unit=rng.choice(UNITS),
            from_on=first,
            to_on=first + timedelta(days=5) if rng.random() < 0.7 else None,
        )
        decided = campaign.hold(self.streams.get(stream_id, []), held)
        self.campaigns.append(stream_id)
        return stream_id, decided

    def _target(self, day: date) -> tuple[UUID, Sequence[Event]]:
        rng, year = self.rng, self.rng.choice((2022, 2023, 2024))
        cumulative = sorted(rng.randrange(40) for _ in range(4))
        target = AnnualTargetSet(
            occurred_on=day,
            year=year,
            projects=rng.choice((None, 0, 40)),
            agreed_total_yuan=rng.choice((None, 5_000_000_000)),
            by_unit=(UnitTarget(UNITS[0], 5, 600_000_000),),
            by_town=tuple(ShareTarget(town, 3, None) for town in TOWNS if town),
            by_chain=(ShareTarget(rng.choice(NAMES), rng.choice((None, 4)), 70_000_000),),
            by_quarter=tuple(
                QuarterTarget(n, figure, figure * 9_000_000)
                for n, figure in enumerate(cumulative, start=1)
                if rng.random() < 0.8
            ),
        )
        return target_stream(year), [set_annual_target(target)]


def with_chains(rng: random.Random, leads: Sequence[Recorded[Any]]) -> Log:
    """A log of leads with what else the county enters woven in, positions anew."""
    woven = _Woven(rng)
    for recorded in leads:
        event = recorded.event
        if isinstance(event, e.LeadRegistered):
            event = replace(
                event,
                chain=rng.choice((*CHAINS, "毛绒玩具")),
                chain_role=rng.choice((*ChainRole, None)),
                channel=rng.choice(CHANNELS),
                partner=rng.choice(PARTNERS),
                introducer=rng.choice(("某商会", None)),
                campaign_id=rng.choice(woven.campaigns) if woven.campaigns else None,
            )
            woven.leads.append(recorded.stream_id)
        woven.add(recorded.stream_id, recorded, event, recorded.event_id)
        if rng.random() < 0.4:
            woven.offer(recorded)
    return woven.log


Proposing = Callable[[random.Random], Callable[[str, date, Log], Event]]


def _description(rng: random.Random) -> Callable[[str, date, Log], Event]:
    targets = tuple(
        chain.ChainTarget(year, rng.choice((None, 6)), rng.choice((None, 0, 90_000_000)))
        for year in (2022, 2023, 2024)
        if rng.random() < 0.6
    )
    chief, unit = rng.choice(("县长", "副县长", None)), rng.choice((*UNITS, None))
    return lambda name, day, _: chain.ChainDescribed(
        occurred_on=day, chain=name, chief=chief, lead_unit=unit, targets=targets
    )


def _listing(rng: random.Random) -> Callable[[str, date, Log], Event]:
    number, kind = rng.randrange(8), rng.choice(list(EnterpriseClass))
    return lambda name, day, _: chain.TargetEnterpriseListed(
        occurred_on=day, chain=name, name=f"企业{number}", enterprise_class=kind
    )


def _contact(rng: random.Random) -> Callable[[str, date, Log], Event]:
    return lambda name, day, history: chain.TargetEnterpriseContacted(
        occurred_on=day, chain=name, enterprise_id=_listed(rng, history), mode=ContactMode.CALL
    )


def _removal(rng: random.Random) -> Callable[[str, date, Log], Event]:
    return lambda name, day, history: chain.TargetEnterpriseRemoved(
        occurred_on=day, chain=name, enterprise_id=_listed(rng, history), ground="无投资意向"
    )


def _brought(rng: random.Random, lead_id: UUID) -> Callable[[str, date, Log], Event]:
    return lambda name, day, history: chain.TargetEnterpriseBroughtLead(
        occurred_on=day, chain=name, enterprise_id=_listed(rng, history), lead_id=lead_id
    )


def _voiding(rng: random.Random) -> Callable[[str, date, Log], Event]:
    return lambda name, day, history: chain.ChainEntryVoided(
        occurred_on=day, chain=name, event_id=rng.choice(history).event_id, ground="录错"
    )


def _listed(rng: random.Random, history: Log) -> UUID:
    return rng.choice(
        [r.event_id for r in history if isinstance(r.event, chain.TargetEnterpriseListed)]
    )
