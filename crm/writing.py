"""How does a command become events in the log? Decided on the lead as it stands, in groups.

Commands that wait together are decided one after the other, each on what the ones before it
leave, and stored in one durable transaction. When another program has written first, the group
is taken apart and every command decided again, alone, on what is really there.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from crm.codec import event_type
from crm.commands import (
    Command,
    Condition,
    KeyReused,
    OnLead,
    OnStream,
    Opening,
    Registering,
    Together,
    VersionMismatch,
    Written,
)
from crm.group_commit import GroupCommit, Job
from crm.numbering import LEADS, Numbering, stream_of
from crm.people import Act, Caller
from crm.persons.persons import Persons
from crm.persons.sealing import NewKey
from crm.rights import refuse_own
from crm.store.event_store import EventStore, Pending
from crm.store.log_table import Request, RequestAnswered, StreamMoved
from domain.calendar import Clock, business_day, refuse_implausible_day
from domain.errors import NotFound, Refused
from domain.event import Event, Recorded
from domain.lead import events as e
from domain.lead.attending import plan_exists
from domain.lead.decisions import decide
from domain.lead.standing import Lead, lead_from

_CACHED_LEADS = 4096
_ATTEMPTS = 50
_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class _Draft:
    """A command decided, not yet stored. `stream_id` is the stream it was addressed to."""

    command: Command
    stream_id: UUID
    events: list[Recorded[Any]]
    code: str | None = None
    opened: tuple[tuple[UUID, str], ...] = ()
    keys: Sequence[NewKey] = ()

    @property
    def streams(self) -> set[UUID]:
        return {recorded.stream_id for recorded in self.events}

    def pending(self) -> Pending:
        key = self.command.condition.key
        if key is None:
            return self.events, None, self.keys
        fingerprint = self.command.condition.fingerprint
        request = Request(
            self.command.by.name,
            key,
            fingerprint,
            lambda positions: msgspec.json.encode(self.written(positions)),
        )
        return self.events, request, self.keys

    def written(self, positions: Sequence[int]) -> Written:
        names = tuple((r.event_id, event_type(r.event)) for r in self.events)
        version = max(r.version for r in self.events if r.stream_id == self.stream_id)
        return Written(self.stream_id, version, positions[-1], names, self.code, self.opened)


class Writer:
    """Decides and stores commands. Safe for many threads and beside other programs."""

    def __init__(
        self,
        store: EventStore,
        persons: Persons,
        clock: Clock,
        grouped: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._persons = persons
        self._clock = clock
        self._grouped = grouped  # told how many commands shared a transaction
        self._group = GroupCommit(self._commit)
        # Below, only whoever leads a group touches anything: one thread at a time.
        self._leads = _Leads(store)
        self._numbers = Numbering(store)
        self._last_recorded_at: datetime | None = None

    def write(self, command: Command) -> Written:
        """Store what the command decides.

        Raises `NotFound`, `Refused`, `BadInput`, `Forbidden`, `VersionMismatch`, `KeyReused`,
        `StoreUnavailable`.
        """
        if (earlier := self.earlier_answer(command.by, command.condition)) is not None:
            return earlier
        written = self._group.run(command)
        assert isinstance(written, Written)
        return written

    def earlier_answer(self, by: Caller, condition: Condition) -> Written | None:
        """What this caller's key was answered with before. Raises `KeyReused`."""
        if condition.key is None:
            return None
        found = self._store.answered(by.name, condition.key)
        if found is None:
            return None
        fingerprint, answer = found
        if fingerprint != condition.fingerprint:
            raise KeyReused
        return msgspec.json.decode(answer, type=Written)

    # --- storing ----------------------------------------------------------------------------

    def _commit(self, jobs: Sequence[Job[Command]]) -> None:
        drafted: list[tuple[Job[Command], _Draft]] = []
        for job in jobs:
            try:
                drafted.append((job, self._draft(job.command)))
            except Exception as error:  # each command's own
                job.error = error
        if drafted:
            self._store_together(jobs, drafted)
        for job in jobs:
            if job.error is not None:
                self._answer_again(job)

    def _answer_again(self, job: Job[Command]) -> None:
        """The same request may have been recorded a moment before: that is why it was refused."""
        try:
            if (earlier := self.earlier_answer(job.command.by, job.command.condition)) is not None:
                job.result, job.error = earlier, None
        except Exception as error:
            job.error = error

    def _store_together(
        self, jobs: Sequence[Job[Command]], drafted: Sequence[tuple[Job[Command], "_Draft"]]
    ) -> None:
        try:
            stored = self._store.append_all([draft.pending() for _, draft in drafted])
        except (StreamMoved, RequestAnswered):
            self._forget(draft for _, draft in drafted)
            for job in jobs:
                self._commit_alone(job)
        except BaseException as error:
            self._forget(draft for _, draft in drafted)
            for job in jobs:  # one refused was judged on what has come to nothing
                job.error = error
            raise
        else:
            self._grouped(len(drafted))
            for (job, draft), positions in zip(drafted, stored, strict=True):
                job.result = draft.written(positions)

    def _commit_alone(self, job: Job[Command]) -> None:
        try:
            job.result, job.error = self._stored_alone(job.command), None
        except Exception as error:
            job.error = error

    def _stored_alone(self, command: Command) -> Written:
        for _ in range(_ATTEMPTS):
            draft = self._draft(command)
            try:
                return draft.written(self._store.append_all([draft.pending()])[0])
            except StreamMoved:  # another program wrote: read again, decide again
                self._forget([draft])
            except RequestAnswered:
                self._forget([draft])
                earlier = self.earlier_answer(command.by, command.condition)
                assert earlier is not None, "the store has just refused the key as taken"
                return earlier
            except BaseException:
                self._forget([draft])
                raise
        raise StreamMoved(str(command))

    def _forget(self, drafts: Any) -> None:
        """What was decided has not been stored: nothing may be decided on it."""
        for draft in drafts:
            for stream_id in draft.streams:
                self._leads.forget(stream_id)
        self._numbers.forget()

    # --- deciding ---------------------------------------------------------------------------

    def _draft(self, command: Command) -> _Draft:
        if isinstance(command, OnLead):
            return self._on_lead(command)
        if isinstance(command, Together):
            return self._together(command)
        if isinstance(command, Registering):
            return self._registering(command)
        if isinstance(command, Opening):
            return self._opening(command)
        assert isinstance(command, OnStream)
        return self._on_stream(command)

    def _on_lead(self, command: OnLead) -> _Draft:
        lead = self._leads.standing(command.lead_id)
        try:
            return self._decided(lead, command, command.events)
        except Exception:
            newest = self._leads.newest(lead)
            if newest.version == lead.version:
                raise
            return self._decided(newest, command, command.events)  # refused on old knowledge

    def _together(self, command: Together) -> _Draft:
        leads = [self._leads.standing(lead_id) for lead_id in command.lead_ids]
        try:
            return self._decided_together(leads, command)
        except Exception:
            newest = [self._leads.newest(lead) for lead in leads]
            if newest == leads:
                raise
            return self._decided_together(newest, command)  # refused on old knowledge

    def _registering(self, command: Registering) -> _Draft:
        year = command.registration.occurred_on.year
        code = self._numbers.next(LEADS, year)
        registration = replace(command.registration, code=code)
        events = (registration, *command.following)
        draft = self._decided(Lead(stream_of(code)), command, events)
        draft.code = code
        self._numbers.took(LEADS, year)
        return draft

    def _opening(self, command: Opening) -> _Draft:
        code = self._numbers.next(command.kind, command.year)
        draft = self._stamped(command, stream_of(code), 0, command.begin(code))
        draft.code = code
        self._numbers.took(command.kind, command.year)
        return draft

    def _on_stream(self, command: OnStream) -> _Draft:
        history = self._store.stream(command.stream_id)
        version = history[-1].version if history else 0
        if command.condition.if_match not in (None, version):
            raise VersionMismatch(version)
        events = command.decide(history, business_day(self._clock()))
        return self._stamped(command, command.stream_id, version, events)

    def _stamped(
        self, command: Command, stream_id: UUID, version: int, events: Sequence[Event]
    ) -> _Draft:
        if not events:
            raise Refused("nothing_to_record", "没有要录入的内容")
        now, today = self._now(), business_day(self._clock())
        for event in events:
            refuse_implausible_day(event.occurred_on, today)
        return _Draft(
            command,
            stream_id,
            [
                _recorded(stream_id, version + nth, now, command, event)
                for nth, event in enumerate(events, start=1)
            ],
        )

    def _decided(self, lead: Lead, command: Command, events: Sequence[e.LeadEvent]) -> _Draft:
        """Decide on each event in turn, each as if the ones before it stood."""
        _permit(lead, command, command.condition.if_match)
        if not events:
            raise Refused("nothing_to_record", "没有要录入的内容")
        now = self._now()
        today = business_day(self._clock())
        recorded: list[Recorded[Any]] = []
        keys: list[NewKey] = []
        for event in events:
            if isinstance(event, e.MilestonePlanSet) and plan_exists(
                lead.whole_on(event.occurred_on)
            ):
                command.by.permit(Act.SUPERVISE)  # revising a plan (contract, "Authentication")
            refuse_own(lead, event, command.by)
            decide(lead, event, today)
            closed = self._persons.sealed(event, lead.lead_id, now, keys)
            recorded.append(_recorded(lead.lead_id, lead.version + 1, now, command, closed))
            lead = lead.after(recorded[-1])
        self._leads.keep(lead)
        return _Draft(command, lead.lead_id, recorded, keys=keys)

    def _decided_together(self, leads: Sequence[Lead], command: Together) -> _Draft:
        """The same on several leads, each event on its own."""
        for nth, lead in enumerate(leads):
            _permit(lead, command, None if nth else command.condition.if_match)
        codes = self._numbers.several(LEADS, command.year, command.opens) if command.opens else []
        new = tuple((stream_of(code), code) for code in codes)
        now = self._now()
        today = business_day(self._clock())
        standing = {lead.lead_id: lead for lead in leads}
        standing |= {lead_id: Lead(lead_id) for lead_id, _ in new}
        recorded: list[Recorded[Any]] = []
        keys: list[NewKey] = []
        for lead_id, event in command.plan(leads, new):
            lead = standing[lead_id]
            try:
                decide(lead, event, today, together=True)
            except Refused as refusal:  # say on which of the leads
                raise Refused(
                    refusal.code, f"{lead.standing().code or '新项目'}：{refusal.detail}"
                ) from refusal
            closed = self._persons.sealed(event, lead_id, now, keys)
            recorded.append(_recorded(lead_id, lead.version + 1, now, command, closed))
            standing[lead_id] = lead.after(recorded[-1])
        for lead in standing.values():
            self._leads.keep(lead)
        if new:
            self._numbers.took(LEADS, command.year, len(new))
        return _Draft(command, command.lead_ids[0], recorded, opened=new, keys=keys)

    def _now(self) -> datetime:
        """The clock may be set back, or stand still; the log's own time rises."""
        now = self._clock()
        last = self._last_recorded_at or self._store.last_recorded_at()
        self._last_recorded_at = max(now, last + _TICK) if last else now
        return self._last_recorded_at


def _permit(lead: Lead, command: Command, if_match: int | None) -> None:
    """Raises `Forbidden`, `VersionMismatch`. A lead not yet registered is anybody's."""
    if lead.version:
        command.by.permit_unit(lead.recruiting_unit)
        if if_match not in (None, lead.version):
            raise VersionMismatch(lead.version)


def _recorded(
    stream_id: UUID, version: int, at: datetime, command: Command, event: Event
) -> Recorded[Any]:
    by = command.by
    return Recorded(stream_id, version, 0, uuid4(), at, by.name, event, recorded_with=by.key)


@dataclass(slots=True)
class _Leads:
    """Leads as they stood last, kept between commands: immutable, so there is nothing to copy.

    Another program may have written since; its version in the log then refuses ours.
    """

    store: EventStore
    kept: OrderedDict[UUID, Lead] = field(default_factory=OrderedDict)

    def standing(self, lead_id: UUID) -> Lead:
        """Raises `NotFound`."""
        lead = self.kept.get(lead_id)
        if lead is None:
            lead = lead_from(lead_id, history_of_lead(self.store, lead_id))
            self.keep(lead)
        return lead

    def newest(self, lead: Lead) -> Lead:
        """The lead with what others have written since."""
        for recorded in self.store.stream(lead.lead_id, after=lead.version):
            lead = lead.after(recorded)
        return lead

    def keep(self, lead: Lead) -> None:
        self.kept[lead.lead_id] = lead
        self.kept.move_to_end(lead.lead_id)
        if len(self.kept) > _CACHED_LEADS:
            self.kept.popitem(last=False)

    def forget(self, lead_id: UUID) -> None:
        self.kept.pop(lead_id, None)


def history_of_lead(store: EventStore, lead_id: UUID) -> list[Recorded[e.LeadEvent]]:
    """A lead's events as recorded. Raises `NotFound`."""
    history = store.stream(lead_id)
    if not history or not isinstance(history[0].event, e.LeadRegistered):
        raise NotFound("lead_not_found", "没有这个项目")
    return history
