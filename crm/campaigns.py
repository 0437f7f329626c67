"""What can be recorded of a campaign, and by whom? (招商活动录入、作废)

A recorder enters the campaigns of its own unit; a manager voids.
"""

from uuid import UUID

from crm.application import CRM
from crm.commands import UNCONDITIONAL, Condition, Written
from crm.people import Act, Caller
from domain.campaign import CampaignHeld, CampaignVoided, campaign_stream, hold, void_campaign
from domain.errors import NotFound
from domain.event import Recorded


def hold_campaign(
    crm: CRM, campaign: CampaignHeld, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """录入招商活动; the stream written to is the campaign's id."""
    by.permit(Act.WRITE)
    by.permit_unit(campaign.unit)
    return crm.record_on(
        campaign_stream(campaign.name, campaign.from_on),
        lambda history, _: hold(history, campaign),
        act=Act.WRITE,
        by=by,
        condition=condition,
    )


def void_campaign_entry(
    crm: CRM,
    campaign_id: UUID,
    void: CampaignVoided,
    *,
    by: Caller,
    condition: Condition = UNCONDITIONAL,
) -> Written:
    """作废招商活动 (manager). Raises `NotFound` when the id is not a campaign's."""
    by.permit(Act.VOID)
    campaign_history(crm, campaign_id)
    return crm.record_on(
        campaign_id,
        lambda history, _: void_campaign(history, void),
        act=Act.VOID,
        by=by,
        condition=condition,
    )


def campaign_history(crm: CRM, campaign_id: UUID) -> list[Recorded[CampaignHeld]]:
    """What was recorded of a campaign. Raises `NotFound`."""
    history = crm.store.stream(campaign_id)
    if not history or not isinstance(history[0].event, CampaignHeld):
        raise NotFound("campaign_not_found", "没有这次招商活动")
    return history
