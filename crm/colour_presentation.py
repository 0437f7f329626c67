"""How colours are shown: counts, and each lead with its reasons."""

from collections import Counter
from collections.abc import Callable, Sequence

from crm.lead_lines import lead_line
from crm.presentation import Shown
from domain.lead.colour import Judgement
from domain.lead.state import LeadState
from domain.vocabulary import NOT_STATED, Colour
from projections.colours import Change, Coloured


def judgement_shown(judgement: Judgement | None) -> Shown | None:
    """A colour with everything that led to it."""
    if judgement is None:
        return None
    return {
        "colour": judgement.colour.value,
        "label": judgement.colour.label,
        "judged": judgement.judged.value,
        "overridden": judgement.overridden,
        "reasons": [
            {"code": reason.code, "colour": reason.colour.value, "detail": reason.detail}
            for reason in judgement.reasons
        ],
    }


def coloured_line(one: Coloured) -> Shown:
    """A lead, its colour and why."""
    judged = judgement_shown(one.judgement)
    assert judged is not None, "it has a colour"
    return {**lead_line(one.lead_id, one.state), **judged}


def colour_counts(found: Sequence[Coloured]) -> Shown:
    """How many of each colour, in all and by stage, unit, town, chain and leader."""
    by: dict[str, Callable[[LeadState], str]] = {
        "by_stage": lambda s: s.stage.label,
        "by_unit": lambda s: s.recruiting_unit,
        "by_town": lambda s: s.host_town or NOT_STATED,
        "by_chain": lambda s: s.chain or NOT_STATED,
        "by_leader": lambda s: s.leader or NOT_STATED,
    }
    return {
        "counts": _counted(found),
        **{
            name: {
                key: _counted([one for one in found if of(one.state) == key])
                for key in sorted({of(one.state) for one in found})
            }
            for name, of in by.items()
        },
    }


def change_line(change: Change) -> Shown:
    """A lead whose colour has changed: before, after, and why each."""
    return {
        **lead_line(change.lead_id, change.state),
        "before": judgement_shown(change.before),
        "after": judgement_shown(change.after),
    }


def _counted(found: Sequence[Coloured]) -> dict[str, int]:
    counts = Counter(one.judgement.colour for one in found)
    return {colour.value: counts[colour] for colour in Colour}
