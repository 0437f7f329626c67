"""The campaigns (招商活动) as rows, one for each that is not voided."""

import json
from uuid import UUID

from domain.campaign import CampaignEvent, CampaignHeld
from domain.event import Recorded
from projections.bitemporal import BitemporalRows, Changes
from projections.projection import stream_projection
from projections.tables import CAMPAIGNS, campaign


class CampaignRows:
    """One campaign; entered again after a void, it has a row again."""

    def __init__(self, stream_id: UUID) -> None:
        self._rows = BitemporalRows(campaign, stream_id, "stream_id")

    def learn(self, recorded: Recorded[CampaignEvent]) -> None:
        event = recorded.event
        row = (
            {
                "name": event.name,
                "kind": event.kind.value,
                "unit": event.unit,
                "held_on": event.occurred_on,
                "from_on": event.from_on,
                "to_on": event.to_on,
                "place": event.place,
                "persons": json.dumps(event.persons, ensure_ascii=False),
                "partner": event.partner,
            }
            if isinstance(event, CampaignHeld)
            else None
        )
        self._rows.now("held", row, recorded.position)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)


CAMPAIGN_ROWS = stream_projection(
    "campaigns", "招商活动", CAMPAIGNS, (campaign,), CampaignEvent, CampaignRows
)
