"""Several leads by name, as decisions on all of them at once need them (拆分、合并)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.errors import Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead import splitting
from domain.lead.decisions import decide
from domain.lead.history import state_at
from domain.lead.splitting import Part, Steps, Wanted
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.vocabulary import Relation
from tests.given import TODAY
from tests.histories import OPENING
from tests.told import PARTS, WANTED, on

DAY = on(6)


class Office:
    """Several leads by name, and what was recorded of them."""

    def __init__(self) -> None:
        self.leads: dict[str, Lead] = {}
        self.log: list[Recorded[Any]] = []

    def opened(self, name: str, *events: e.LeadEvent, relation: Relation = Relation.NEW) -> None:
        self.leads[name] = Lead(id_of(name))
        registration = e.LeadRegistered(
            occurred_on=on(1, year=2021),
            code=name,
            title=name,
            investor=e.Investor("陕西某公司"),
            recruiting_unit="招商服务中心",
            host_town="城关镇",
            relation=relation,
            parent_lead_id=None if relation is Relation.NEW else UUID(int=1),
        )
        for event in (registration, *events):
            self.record(name, event)

    def record(self, name: str, event: e.LeadEvent) -> None:
        lead = self.leads[name]
        decide(lead, event, TODAY)
        self._moment()
        item = self._item(lead, len(self.log) + 1, event)
        self.log.append(item)
        self.leads[name] = lead.after(item)

    def together(self, steps: Steps) -> None:
        """All of a split, a merge or the void of one; or nothing."""
        names = {id_of(name): name for name in (*self.leads, "P1", "P2", "P3", "P4")}
        standing, recorded = dict(self.leads), list[Recorded[Any]]()
        for lead_id, event in steps:
            lead = standing.get(names[lead_id]) or Lead(lead_id)
            decide(lead, event, TODAY, together=True)
            item = self._item(lead, len(self.log) + len(recorded) + 1, event)
            recorded.append(item)
            standing[names[lead_id]] = lead.after(item)
        self.log += recorded
        self.leads = standing

    def split(
        self,
        name: str,
        parts: Sequence[Part] = PARTS,
        new: Sequence[str] = ("P1", "P2"),
        wanted: Wanted = WANTED,
    ) -> None:
        ids = [(id_of(part), part) for part in new]
        self._moment()
        self.together(splitting.split(self.leads[name], wanted, parts, ids))

    def merge(self, name: str, *others: str, total: int | None = None, day: date = DAY) -> None:
        self._moment()
        chosen = [self.leads[other] for other in others]
        wanted = Wanted(day, "合并建设")
        self.together(splitting.merge(self.leads[name], wanted, chosen, total))

    def undo(self, name: str, day: date = DAY) -> None:
        lead = self.leads[name]
        target = next(
            i
            for i, r in reversed(lead.recorded.items())
            if isinstance(r.event, e.LeadSplit | e.LeadMerged)
        )
        by_id = {one.lead_id: one for one in self.leads.values()}
        others = [by_id[other] for other in splitting.others_of(lead.recorded[target].event)]
        void = e.EventVoided(occurred_on=day, event_id=target, ground="录错")
        self._moment()
        self.together(splitting.undo(lead, void, others))

    def event_id(self, name: str, kind: type[e.LeadEvent]) -> UUID:
        return next(i for i, r in self.leads[name].recorded.items() if isinstance(r.event, kind))

    def state(self, name: str, day: date = TODAY) -> LeadState:
        history = [r for r in self.log if r.stream_id == id_of(name)]
        found = state_at(history, day)
        assert found is not None
        return found

    def gone(self, name: str) -> bool:
        return state_at([r for r in self.log if r.stream_id == id_of(name)]) is None

    def _moment(self) -> None:
        self._at = OPENING + timedelta(minutes=len(self.log) + 1)

    def _item(self, lead: Lead, position: int, event: e.LeadEvent) -> Recorded[Any]:
        number = UUID(int=position)
        return Recorded(lead.lead_id, lead.version + 1, position, number, self._at, "test", event)


def id_of(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*arguments, **named)
    assert caught.value.code == code, caught.value
    return caught.value.detail
