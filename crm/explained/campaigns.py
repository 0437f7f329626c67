"""What came of each campaign, channel, partner and introducer? The leads behind it. (招商活动成效)

Plan clauses 18, 20, 34. A lead's part is how it counts in the year (`years`), under what its
registration names; under a campaign only while that is on record on D.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crm.campaign_pages import results_page
from crm.explained.figure import Figure, Inquiry, Line, Source
from crm.explained.years import InYear, basis, in_year
from domain.campaign import CampaignHeld, campaign_held
from domain.event import Recorded
from domain.lead import facts as f
from domain.lead.facts import Fact, behind
from domain.vocabulary import NOT_STATED
from projections.campaigns import campaign_results

_SOURCE = Source(
    "/campaigns/results",
    ("clock", "leads", "money", "campaigns", "rules"),
    optional=("year",),
)

Held = Recorded[Any]
"""The entry of a campaign that is on record."""


class _Campaigns:
    """The campaigns leads name, as their own entries say by D, known at K; each read once."""

    def __init__(self, q: Inquiry) -> None:
        self._q = q
        self._held: dict[UUID, Held | None] = {}

    def of(self, lead: InYear) -> Held | None:
        campaign_id = lead.state.campaign_id
        if campaign_id is None:
            return None
        if campaign_id not in self._held:
            self._held[campaign_id] = self._read(campaign_id)
        return self._held[campaign_id]

    def _read(self, campaign_id: UUID) -> Held | None:
        q = self._q
        history = [r for r in q.store.stream(campaign_id) if r.position <= q.clocks.position]
        held = campaign_held(history)
        return history[-1] if held is not None and held.occurred_on <= q.day else None


def campaign_key(name: str, from_on: object) -> str:
    """One name and first day are one campaign (`domain.campaign.campaign_stream`)."""
    return f"{name}（{from_on}）"


def _named(event: CampaignHeld) -> str:
    return campaign_key(event.name, event.from_on)


@dataclass(frozen=True, slots=True)
class _By:
    """A way to split the results: what a lead falls under; None: under nothing."""

    label: str
    key: Callable[[InYear, Held | None], str | None]
    campaign: bool = False  # whether the campaign's own entry decides it


_SPLITS = {
    "by_campaign": _By("活动", lambda _, held: _named(held.event) if held else None, True),
    "by_kind": _By("活动类型", lambda _, held: held.event.kind.value if held else None, True),
    "by_channel": _By("招商方式", lambda lead, _: lead.state.channel or NOT_STATED),
    "by_partner": _By("协作方", lambda lead, _: lead.state.partner or NOT_STATED),
    "by_introducer": _By("引荐人", lambda lead, _: lead.state.introducer or NOT_STATED),
}


@dataclass(frozen=True, slots=True)
class _Value:
    """What is counted: a lead's part, and what decides it beside the registration."""

    label: str
    field: str
    facts: Callable[[Inquiry], list[Fact]]


_VALUES = {
    "leads": _Value("线索（个）", "planned", lambda _: []),
    "signings": _Value("签约（个）", "signed", lambda q: [f.signing, *basis(q)]),
    "agreed_total_wan": _Value(
        "协议资金（万元）", "signed_yuan", lambda q: [f.signing, f.amount, *basis(q)]
    ),
}


def _result(split: str, name: str) -> Figure:
    by, value = _SPLITS[split], _VALUES[name]

    def shown(q: Inquiry) -> Any:
        return results_page(campaign_results(q.connection, q.year, q.clocks))[split]

    def lines(q: Inquiry) -> Iterator[Line]:
        campaigns = _Campaigns(q)
        facts = [f.registration, *value.facts(q)]
        for lead in in_year(q):
            part = getattr(lead.part, value.field)
            if not part:
                continue
            held = campaigns.of(lead) if by.campaign else None
            key = by.key(lead, held)
            if key is not None:
                entry = [held] if held is not None else []
                events = [*entry, *behind(lead.events, facts)]
                yield Line(lead.lead_id, lead.state, {key: part}, events)

    return Figure(
        f"campaigns_{split}_{name}",
        f"招商活动成效按{by.label}：{value.label}",
        _SOURCE,
        shown,
        lines,
        money=name == "agreed_total_wan",
    )


FIGURES = [_result(split, name) for split in _SPLITS for name in _VALUES]
