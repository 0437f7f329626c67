"""How does one lead count in a year? (本年谋划、在谈、签约、开工、投产、协议资金、到位资金)

Of a lead folded from its events; `projections.year_leads` says the same in the tables, and why.
Amounts in 元 or 美元.
"""

from dataclasses import dataclass
from datetime import date

from domain.lead.accounts import COUNTED_AS_PROJECT, COUNTED_IN_AMOUNT
from domain.lead.counts import Count
from domain.lead.state import LeadState
from domain.lead.supervision import counts
from domain.rulebook import Rulebook
from domain.vocabulary import Stage

_ITS_OWN = Count(stands=True, yuan=0, starts=True, produces=True)
_IN_NEGOTIATION = (Stage.LEAD, Stage.FRAMEWORK)


@dataclass(frozen=True, slots=True)
class YearPart:
    """Counts are 1 or 0."""

    leads: int
    planned: int
    negotiating: int
    signed: int
    started: int
    produced: int
    signed_yuan: int
    year_yuan: int
    funds_yuan: int
    funds_usd: int


def year_part(
    now: LeadState,
    before: LeadState,
    first: date,
    last: date,
    rules: Rulebook,
    shared: Count | None,
) -> YearPart:
    """`now` is the lead on D' (`last`), `before` on the day before 1 January (`first`).

    `shared`: its part in a count it shares on D' (`domain.lead.counts`); None: its own.
    """
    one = shared or _ITS_OWN
    stays = now.exited_on is None
    project = now.relation in COUNTED_AS_PROJECT
    counted = counts(now, rules)
    signed = counted and stays and project and _since(now.counted_on, first) and one.stands
    brought = counted and stays and now.relation in COUNTED_IN_AMOUNT and now.signed_on is not None
    registered = None if now.split_from is not None else now.registered_on
    total = now.agreed_total_yuan or 0 if shared is None else shared.yuan
    goes_on = stays or now.passed_on
    return YearPart(
        leads=1,
        planned=int(project and registered is not None and first <= registered <= last),
        negotiating=int(stays and project and now.stage in _IN_NEGOTIATION),
        signed=int(signed),
        started=int(stays and project and _since(now.started_on, first) and one.starts),
        produced=int(stays and project and _since(now.produced_on, first) and one.produces),
        signed_yuan=total if signed else 0,
        year_yuan=now.booked_yuan - before.booked_yuan if brought else 0,
        funds_yuan=now.arrived_yuan.get(first.year, 0) if goes_on else 0,
        funds_usd=now.arrived_usd.get(first.year, 0) if goes_on else 0,
    )


def _since(day: date | None, first: date) -> bool:
    return day is not None and day >= first
