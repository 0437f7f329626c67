"""How campaigns and what came of them are shown: amounts in 万."""

from typing import Any

from crm.chain_pages import both_clocks
from crm.lead_presentation import lead_summary
from crm.presentation import CAMPAIGN_LABELS, Shown
from domain.money import wan_text
from projections.campaigns import Campaign, Outcome, Results


def campaign_item(campaign: Campaign) -> Shown:
    """A campaign in a list."""
    return {
        "campaign_id": str(campaign.campaign_id),
        "name": campaign.name,
        "kind": campaign.kind,
        "kind_label": CAMPAIGN_LABELS[campaign.kind],
        "unit": campaign.unit,
        "from_on": campaign.from_on.isoformat(),
        "to_on": campaign.to_on.isoformat() if campaign.to_on else None,
        "place": campaign.place,
        "persons": list(campaign.persons),
        "partner": campaign.partner,
    }


def campaign_detail(campaign: Campaign, leads: list[Any], outcome: Outcome) -> Shown:
    """A campaign with every lead that came of it so far."""
    return {
        **campaign_item(campaign),
        "outcome": _outcome(outcome),
        "leads": [lead_summary(row) for row in leads],
    }


def results_page(results: Results) -> Shown:
    """What came of each campaign, channel, partner and introducer in a year."""
    return {
        "year": results.year,
        **both_clocks(results.clocks),
        "by_campaign": [
            {**campaign_item(campaign), **_outcome(outcome)}
            for campaign, outcome in results.by_campaign
        ],
        **{
            name: {key: _outcome(outcome) for key, outcome in getattr(results, name).items()}
            for name in ("by_kind", "by_channel", "by_partner", "by_introducer")
        },
    }


def _outcome(outcome: Outcome) -> Shown:
    return {
        "leads": outcome.leads,
        "signings": outcome.signings,
        "agreed_total_wan": wan_text(outcome.agreed_yuan),
    }
