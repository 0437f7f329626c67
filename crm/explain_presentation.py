"""How an explained figure is shown: the leads, the parts, and the events they rest on."""

from collections.abc import Sequence

from crm.explaining import Explained
from crm.presentation import Shown, event_shown
from domain.money import wan_text

_COUNTS = ("projects", "big_projects", "built_projects")


def explained_leads(metric: str, leads: Sequence[Explained]) -> list[Shown]:
    """Each lead with its parts, counts as integers and amounts in 万."""
    return [
        {
            "lead_id": str(lead.lead_id),
            "code": lead.state.code,
            "title": lead.state.title,
            "investor": lead.state.investor,
            "recruiting_unit": lead.state.recruiting_unit,
            "host_town": lead.state.host_town,
            "chain": lead.state.chain,
            "parts": _parts(metric, lead.part.values),
            "events": [event_shown(recorded) for recorded in lead.part.events],
        }
        for lead in leads
    ]


def explained_sums(metric: str, leads: Sequence[Explained]) -> Shown:
    """The parts added up: what the figure is made of."""
    sums: dict[str, int] = {}
    for lead in leads:
        for name, value in lead.part.values.items():
            sums[name] = sums.get(name, 0) + value
    return _parts(metric, sums)


def _parts(metric: str, values: dict[str, int]) -> Shown:
    return {name: value if metric in _COUNTS else wan_text(value) for name, value in values.items()}
