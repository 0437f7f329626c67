"""The program's few doors: register, record, set a target; look at a lead; replay it.

Writing: load the lead as it stands, let the domain decide, append in one durable transaction,
bring the read tables up to date, answer. Nothing is recorded on any refusal.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec

from crm.codec import event_type
from crm.people import Act, Caller, People
from crm.store import EventStore, Request, RequestAnswered, StreamMoved
from domain.calendar import Clock, business_day, utc_now
from domain.errors import BadInput, NotFound, Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.history import LeadHistory
from domain.lead.standing import Lead, lead_from
from domain.target import AnnualTargetSet, set_annual_target, target_stream
from projections.catch_up import Projector
from projections.reader import Reader

_LEAD_STREAMS = UUID("8c8f6d3a-6a0e-4c0b-8d2e-2b6f1f0c7a55")
_CACHED_LEADS = 4096
_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Written:
    """What a write answers with (contract, "Conventions"). `position` is the last event's."""

    lead_id: UUID
    version: int
    position: int
    events: tuple[tuple[UUID, str], ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a caller may attach to a write: `If-Match` and `Idempotency-Key`.

    `fingerprint` identifies the request's method, address and body.
    """

    if_match: int | None = None
    key: str | None = None
    fingerprint: str = ""


_UNCONDITIONAL = Condition()


class VersionMismatch(Exception):
    """`If-Match` names another version than the lead has (HTTP 412)."""

    def __init__(self, current: int) -> None:
        super().__init__(str(current))
        self.code = "version_mismatch"
        self.detail = f"该线索已被他人更新（当前版本 {current}），请刷新后再试"


class KeyReused(Exception):
    """The same `Idempotency-Key` came with another body (HTTP 422)."""

    code = "idempotency_key_reused"
    detail = "同一 Idempotency-Key 已用于内容不同的请求"


class CRM:
    """One running program over one store. Safe for many threads."""

    def __init__(
        self,
        store: EventStore,
        projector: Projector,
        reader: Reader,
        people: People,
        clock: Clock = utc_now,
    ) -> None:
        self.store = store
        self.projector = projector
        self.reader = reader
        self.people = people
        self.clock = clock
        # One writer at a time: recorded_at rises with the position, and SQLite has one writer
        # anyway. The read tables follow under the same lock, so a query after an answer sees it.
        self._writing = threading.RLock()
        self._last_recorded_at: datetime | None = None
        self._leads: OrderedDict[UUID, Lead] = OrderedDict()
        self._next_number: dict[int, int] = {}

    # --- writing ----------------------------------------------------------------------------

    def register(
        self,
        registration: e.LeadRegistered,
        *following: e.LeadEvent,
        by: Caller,
        condition: Condition = _UNCONDITIONAL,
    ) -> Written:
        """Register a lead under the next code of its year, with what else is known of it.

        `registration.code` is given here, whatever it holds. All events are recorded or none.
        Raises `Refused`, `BadInput`, `Forbidden`, `KeyReused`.
        """
        by.permit(Act.WRITE)
        by.permit_unit(registration.recruiting_unit)
        if (earlier := self._earlier_answer(by, condition)) is not None:
            return earlier
        if registration.parent_lead_id is not None:
            parent = self.lead(registration.parent_lead_id, field="parent_lead_id")
            if parent.voided:
                raise BadInput("parent_lead_id", "原项目的登记已作废")
        year = registration.occurred_on.year
        with self._writing:
            for _ in range(_ATTEMPTS):
                number = self._next_number.get(year) or self.reader.last_code_number(year) + 1
                code = f"ZS{year}-{number:04d}"
                lead = Lead(uuid5(_LEAD_STREAMS, code))
                coded = replace(registration, code=code)
                try:
                    written = self._append(lead, (coded, *following), by, condition)
                except StreamMoved:
                    # Another program took this number: its stream id follows from the code, so
                    # the store itself keeps codes unique.
                    self._next_number[year] = number + 1
                    continue
                except RequestAnswered:
                    return self._answered(by, condition)
                self._next_number[year] = number + 1
                return written
        raise StreamMoved("no free code found")

    def record(
        self,
        lead_id: UUID,
        *events: e.LeadEvent,
        by: Caller,
        condition: Condition = _UNCONDITIONAL,
    ) -> Written:
        """Record events on a lead: all of them or none.

        Raises `NotFound`, `Refused`, `BadInput`, `Forbidden`, `VersionMismatch`, `KeyReused`.
        """
        by.permit(Act.VOID if any(isinstance(ev, e.EventVoided) for ev in events) else Act.WRITE)
        if (earlier := self._earlier_answer(by, condition)) is not None:
            return earlier
        with self._writing:
            for _ in range(_ATTEMPTS):
                lead = self._current(lead_id)
                by.permit_unit(lead.recruiting_unit)
                if condition.if_match is not None and condition.if_match != lead.version:
                    raise VersionMismatch(lead.version)
                try:
                    return self._append(lead, events, by, condition)
                except StreamMoved:
                    self._leads.pop(
                        lead_id, None
                    )  # another program wrote: read again, decide again
                except RequestAnswered:
                    return self._answered(by, condition)
        raise StreamMoved(str(lead_id))

    def set_target(
        self, target: AnnualTargetSet, *, by: Caller, condition: Condition = _UNCONDITIONAL
    ) -> Written:
        """Set or revise a year's target (admin)."""
        by.permit(Act.SET_TARGET)
        if (earlier := self._earlier_answer(by, condition)) is not None:
            return earlier
        set_annual_target(target)
        if target.occurred_on > self.today():
            raise BadInput("occurred_on", f"业务日期不能晚于今天（{self.today()}）")
        stream = target_stream(target.year)
        with self._writing:
            for _ in range(_ATTEMPTS):
                history = self.store.stream(stream)
                version = history[-1].version if history else 0
                if condition.if_match is not None and condition.if_match != version:
                    raise VersionMismatch(version)
                try:
                    return self._commit(stream, version, (target,), by, condition)[0]
                except StreamMoved:
                    continue
                except RequestAnswered:
                    return self._answered(by, condition)
        raise StreamMoved(str(stream))

    # --- looking ----------------------------------------------------------------------------

    def today(self) -> date:
        """Today's business day."""
        return business_day(self.clock())

    def history(self, lead_id: UUID) -> LeadHistory:
        """A lead's events as recorded. Raises `NotFound`."""
        history = self.store.stream(lead_id)
        if not history or not isinstance(history[0].event, e.LeadRegistered):
            raise NotFound("lead_not_found", "没有这个项目")
        return history

    def lead_id(self, name: str) -> UUID:
        """The id of a lead named by its code (ZS2023-0001) or its id. Raises `NotFound`."""
        found = self.reader.lead_id_of(name)
        if found is None:
            try:
                found = UUID(name)
            except ValueError:
                raise NotFound("lead_not_found", f"没有编号为 {name} 的项目") from None
        return found

    def lead(self, lead_id: UUID, field: str | None = None) -> Lead:
        """A lead as it stands now. Raises `NotFound`, or `BadInput` on `field` when given."""
        try:
            return self._current(lead_id)
        except NotFound as error:
            if field is None:
                raise
            raise BadInput(field, error.detail) from None

    def close(self) -> None:
        self.store.close()
        self.reader.close()

    # --- inside -----------------------------------------------------------------------------

    def _current(self, lead_id: UUID) -> Lead:
        """The lead at its newest version: the cached one, brought forward."""
        with self._writing:
            lead = self._leads.get(lead_id)
            if lead is None:
                lead = lead_from(lead_id, self.history(lead_id))
            else:
                for recorded in self.store.stream(lead_id, after=lead.version):
                    lead = lead.after(recorded)
            self._remember(lead)
            return lead

    def _remember(self, lead: Lead) -> None:
        self._leads[lead.lead_id] = lead
        self._leads.move_to_end(lead.lead_id)
        if len(self._leads) > _CACHED_LEADS:
            self._leads.popitem(last=False)

    def _append(
        self, lead: Lead, events: Sequence[e.LeadEvent], by: Caller, condition: Condition
    ) -> Written:
        """Decide on each event in turn, then commit them together."""
        if not events:
            raise Refused("nothing_to_record", "没有要录入的内容")
        today = self.today()
        standing = lead
        for nth, event in enumerate(events, start=1):
            decide(standing, event, today)
            if nth < len(events):  # the next one is decided as if this one stood
                version = standing.version + 1
                standing = standing.after(
                    Recorded(lead.lead_id, version, 0, uuid4(), self.clock(), by.name, event)
                )
        written, recorded = self._commit(lead.lead_id, lead.version, events, by, condition)
        for item in recorded:
            lead = lead.after(item)
        self._remember(lead)
        return written

    def _commit(
        self,
        stream_id: UUID,
        version: int,
        events: Sequence[Any],
        by: Caller,
        condition: Condition,
    ) -> tuple[Written, list[Recorded[Any]]]:
        now = self.clock()
        if self._last_recorded_at is None:
            self._last_recorded_at = self.reader.last_recorded_at() or now
        # The clock may be set back; the log's own time never runs backwards.
        recorded_at = max(now, self._last_recorded_at)
        pending = [
            Recorded(stream_id, version + nth, 0, uuid4(), recorded_at, by.name, event)
            for nth, event in enumerate(events, start=1)
        ]
        names = tuple((item.event_id, event_type(item.event)) for item in pending)

        code = events[0].code if isinstance(events[0], e.LeadRegistered) else None

        def written(positions: Sequence[int]) -> Written:
            return Written(stream_id, pending[-1].version, positions[-1], names, code)

        request = None
        if condition.key is not None:
            request = Request(
                by.name,
                condition.key,
                condition.fingerprint,
                lambda positions: msgspec.json.encode(written(positions)),
            )
        recorded = self.store.append(pending, request)
        self._last_recorded_at = recorded_at
        self.projector.catch_up()
        return written([item.position for item in recorded]), recorded

    def _earlier_answer(self, by: Caller, condition: Condition) -> Written | None:
        if condition.key is None:
            return None
        found = self.store.answered(by.name, condition.key)
        if found is None:
            return None
        fingerprint, answer = found
        if fingerprint != condition.fingerprint:
            raise KeyReused
        return msgspec.json.decode(answer, type=Written)

    def _answered(self, by: Caller, condition: Condition) -> Written:
        earlier = self._earlier_answer(by, condition)
        if earlier is None:  # cannot be: the store has just refused the key as taken
            raise KeyReused
        return earlier
