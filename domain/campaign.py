"""A campaign (招商活动): who went where, when, to bring what in.

One stream per campaign; leads name the campaign they came of. Plan clauses 18 and 20: 小分队招商,
中秋国庆亲情招商, 节会, 驻点帮扶协作.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from domain.errors import BadInput, NotFound, Refused
from domain.event import Event, Recorded
from domain.vocabulary import CampaignKind

_CAMPAIGN_STREAMS = UUID("b8d1c5f6-32a9-4b0a-9a51-8f9f0f3d7c22")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEvent(Event):
    """Any event of a campaign's stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignHeld(CampaignEvent):
    """招商活动 of a unit, from `from_on` to `to_on` (None: still going on, as 驻点 do)."""

    name: str
    kind: CampaignKind
    unit: str
    from_on: date
    to_on: date | None = None
    place: str | None = None
    persons: tuple[str, ...] = ()
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignVoided(CampaignEvent):
    """作废: the campaign was entered by mistake; it stays in the history."""

    ground: str


CampaignHistory = Sequence[Recorded[CampaignEvent]]


def campaign_stream(name: str, from_on: date) -> UUID:
    """The stream of a campaign: one name and first day are one campaign, entered once."""
    return uuid5(_CAMPAIGN_STREAMS, f"{from_on} {name}")


def campaign_held(history: CampaignHistory) -> CampaignHeld | None:
    """The campaign as it stands; None when it was never entered or is voided."""
    last = history[-1].event if history else None
    return last if isinstance(last, CampaignHeld) else None


def hold(history: CampaignHistory, campaign: CampaignHeld) -> list[CampaignEvent]:
    """录入招商活动. Raises `BadInput`, `Refused`."""
    if campaign.to_on is not None and campaign.to_on < campaign.from_on:
        raise BadInput("to_on", "结束日期不能早于开始日期")
    if campaign.occurred_on < campaign.from_on:
        raise BadInput("occurred_on", "业务日期不能早于活动开始日期；未开始的活动请在开始后录入")
    if campaign_held(history) is not None:
        raise Refused("campaign_known", "同一天开始的同名活动已录入；如需更正，请先作废")
    return [campaign]


def void_campaign(history: CampaignHistory, void: CampaignVoided) -> list[CampaignEvent]:
    """作废招商活动. Leads that name it keep the name; it shows no results any more."""
    if not history:
        raise NotFound("campaign_not_found", "没有这次招商活动")
    if campaign_held(history) is None:
        raise Refused("already_voided", "该活动已作废")
    return [void]
