"""The program's few doors: register, record, set a target or a rule; look at a lead; replay it.

What is recorded on other streams has files of its own: `crm.chains`, `crm.campaigns`.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from crm.access.access import Access
from crm.bulletins.keeping import Contents
from crm.bulletins.office import Office
from crm.commands import (
    UNCONDITIONAL,
    Command,
    Condition,
    Decide,
    OnLead,
    OnStream,
    Opening,
    Registering,
    Together,
    Written,
)
from crm.ledger.mapping import Mappings
from crm.ledger.remembered import RememberedPlan
from crm.ledger.uploads import Uploads
from crm.measures import Measures
from crm.news import News
from crm.numbering import PROBLEMS, stream_of
from crm.people import Act, Caller
from crm.persons.persons import Persons
from crm.proof.seals import Seals
from crm.rights import act_of
from crm.store.event_store import EventStore
from crm.writing import Writer, history_of_lead
from domain.calendar import SETTLING, Clock, business_day, instant, utc_now
from domain.campaign import campaign_held
from domain.errors import BadInput, NotFound, Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead import splitting
from domain.lead.closing import refuse_unless_kept
from domain.lead.history import LeadHistory
from domain.lead.splitting import Steps
from domain.lead.standing import Lead, lead_from
from domain.problem import decisions as problem
from domain.problem import events as p
from domain.problem.state import Problem, ProblemHistory, problem_at
from domain.rules import RULES_STREAM, RulesRevised, revise
from domain.target import AnnualTargetSet, set_annual_target, target_stream
from domain.unit.known import same_unit
from projections.catch_up import Projector
from projections.reader import Reader


class CRM:
    """One running program over one store. Safe for many threads."""

    def __init__(
        self,
        store: EventStore,
        projector: Projector,
        reader: Reader,
        access: Access,
        persons: Persons,
        uploads: Uploads,
        mappings: Mappings,
        bulletins: Contents,
        seals: Seals,
        office: Office,
        clock: Clock = utc_now,
        closing: Sequence[Callable[[], None]] = (),
    ) -> None:
        self.store = store
        self.projector = projector
        self.reader = reader
        self.access = access
        self.persons = persons
        self.uploads = uploads
        self.mappings = mappings
        self.planned = RememberedPlan()
        self.bulletins = bulletins
        self.seals = seals
        self.office = office
        self.clock = clock
        self.news = News(store)
        self.after_writing: Callable[[], None] = lambda: None
        self.stopping = False
        self._background = ThreadPoolExecutor(1, thread_name_prefix="background")
        self.closing = [self._stop_background, self.news.close, *closing]
        self.measures = Measures(projector.statuses)
        self._writer = Writer(store, persons, clock, self.measures.group_commands.observe)

    def background(self, work: Callable[[], None]) -> None:
        """Do some work after the answer, one at a time; it looks at `stopping` as it goes."""
        self._background.submit(work)

    def _stop_background(self) -> None:
        self.stopping = True
        self._background.shutdown(wait=True, cancel_futures=True)

    # --- writing ----------------------------------------------------------------------------

    def register(
        self,
        registration: e.LeadRegistered,
        *following: e.LeadEvent,
        by: Caller,
        condition: Condition = UNCONDITIONAL,
    ) -> Written:
        """Register a lead under the next code of its year, with what else is known of it.

        `registration.code` is given here, whatever it holds. All events are recorded or none.
        Raises `Refused`, `BadInput`, `Forbidden`, `KeyReused`, `StoreUnavailable`.
        """
        by.permit(Act.WRITE)
        by.permit_unit(registration.recruiting_unit)
        parent, campaign = registration.parent_lead_id, registration.campaign_id
        if parent or campaign:
            if (earlier := self.earlier_answer(by, condition)) is not None:
                return earlier
            if parent:
                self.require_lead(parent, "parent_lead_id")
            if campaign:
                self._require_campaign(campaign)
        return self._write(Registering(registration, following, by=by, condition=condition))

    def record(
        self,
        lead_id: UUID,
        *events: e.LeadEvent,
        by: Caller,
        condition: Condition = UNCONDITIONAL,
    ) -> Written:
        """Record events on a lead: all of them or none.

        Raises `NotFound`, `Refused`, `BadInput`, `Forbidden`, `VersionMismatch`, `KeyReused`,
        `StoreUnavailable`.
        """
        by.permit(Act.WRITE)
        for event in events:
            by.permit(act_of(event))
        void = events[0] if len(events) == 1 else None
        if isinstance(void, e.EventVoided) and (others := self._recorded_with(lead_id, void)):

            def undo(leads: Sequence[Lead], _: object) -> Steps:
                return splitting.undo(leads[0], void, leads[1:])

            command = Together((lead_id, *others), undo, by=by, condition=condition)
            return self._write(command)
        if kept := [event.of_lead_id for event in events if isinstance(event, e.DuplicateLinked)]:
            if (earlier := self.earlier_answer(by, condition)) is not None:
                return earlier
            for other in kept:
                refuse_unless_kept(self._named(other, "of_lead_id"))
        return self._write(OnLead(lead_id, events, by=by, condition=condition))

    def split(
        self,
        lead_id: UUID,
        wanted: splitting.Wanted,
        parts: Sequence[splitting.Part],
        *,
        by: Caller,
        condition: Condition = UNCONDITIONAL,
    ) -> Written:
        """Split a lead into new ones (拆分), all recorded or nothing. Raises as `record`."""
        by.permit(Act.SUPERVISE)

        def plan(leads: Sequence[Lead], new: Sequence[tuple[UUID, str]]) -> Steps:
            return splitting.split(leads[0], wanted, parts, new)

        year = wanted.occurred_on.year
        return self._write(
            Together((lead_id,), plan, opens=len(parts), year=year, by=by, condition=condition)
        )

    def merge(
        self,
        lead_id: UUID,
        wanted: splitting.Wanted,
        others: Sequence[UUID],
        agreed_total_yuan: int | None = None,
        *,
        by: Caller,
        condition: Condition = UNCONDITIONAL,
    ) -> Written:
        """Merge other leads into one (合并), all recorded or nothing. Raises as `record`."""
        by.permit(Act.SUPERVISE)

        def plan(leads: Sequence[Lead], _: object) -> Steps:
            return splitting.merge(leads[0], wanted, leads[1:], agreed_total_yuan)

        return self._write(Together((lead_id, *others), plan, by=by, condition=condition))

    def raise_problem(
        self, raised: p.ProblemRaised, *, by: Caller, condition: Condition = UNCONDITIONAL
    ) -> Written:
        """Raise a problem of a lead under the next code of its year.

        `raised.code` is given here. Raises as `record`.
        """
        by.permit(Act.WRITE)
        lead = self.lead(raised.lead_id)
        by.permit_unit(lead.recruiting_unit)
        if (earlier := self.earlier_answer(by, condition)) is not None:
            return earlier
        if lead.voided:
            raise Refused("lead_voided", "该线索的登记已作废，不能再录入")

        def begin(code: str) -> list[p.ProblemEvent]:
            return [problem.decide([], replace(raised, code=code))]

        year = raised.occurred_on.year
        return self._write(Opening(PROBLEMS, year, begin, by=by, condition=condition))

    def on_problem(
        self,
        problem_id: UUID,
        event: p.ProblemEvent,
        *,
        by: Caller,
        condition: Condition = UNCONDITIONAL,
    ) -> Written:
        """Record an event on a problem.

        A recorder's own are those of its unit's leads, and those assigned to its unit. Raises as
        `record`.
        """
        by.permit(act_of(event))
        standing = self.problem(problem_id)
        if standing.unit is None or not same_unit(by.unit, standing.unit):
            by.permit_unit(self.lead(standing.lead_id).recruiting_unit)
        command = OnStream(
            problem_id,
            lambda history, _: [problem.decide(history, event)],
            by=by,
            condition=condition,
        )
        return self._write(command)

    def revise_rules(
        self, revision: RulesRevised, *, by: Caller, condition: Condition = UNCONDITIONAL
    ) -> Written:
        """Revise thresholds from a day on (admin). Raises as `domain.rules.revise`."""
        return self.record_on(
            RULES_STREAM,
            lambda history, today: [revise(history, revision, today)],
            act=Act.SET_RULES,
            by=by,
            condition=condition,
        )

    def set_target(
        self, target: AnnualTargetSet, *, by: Caller, condition: Condition = UNCONDITIONAL
    ) -> Written:
        """Set or revise a year's target (admin)."""
        return self.record_on(
            target_stream(target.year),
            lambda *_: [set_annual_target(target)],
            act=Act.SET_TARGET,
            by=by,
            condition=condition,
        )

    def record_on(
        self,
        stream_id: UUID,
        decide: Decide,
        *,
        act: Act,
        by: Caller,
        condition: Condition = UNCONDITIONAL,
    ) -> Written:
        """Record what `decide` makes of a stream other than a lead's; `act` is what it takes.

        Raises what `decide` raises, `Forbidden`, `VersionMismatch`, `KeyReused`,
        `StoreUnavailable`.
        """
        by.permit(act)
        return self._write(OnStream(stream_id, decide, by=by, condition=condition))

    def earlier_answer(self, by: Caller, condition: Condition) -> Written | None:
        """What this caller's key was answered with before.

        Asked before whatever is checked of other streams: what has changed there since must not
        refuse a request that was recorded. Raises `KeyReused`.
        """
        return self._writer.earlier_answer(by, condition)

    # --- looking ----------------------------------------------------------------------------

    def today(self) -> date:
        """Today's business day."""
        return business_day(self.clock())

    def moment(self, known_at: str) -> datetime | None:
        """K as staff write it; None, all that is known, where it is still to come.

        What will be known then nobody can say yet, and an answer has to stay true. Raises
        `BadInput`.
        """
        moment = instant(known_at)
        return moment if moment <= self.clock() else None

    def targets(self, year: int) -> list[Recorded[AnnualTargetSet]]:
        """What was set for a year, in recording order. Their number is what `If-Match` names."""
        return self.store.stream(target_stream(year))

    def rule_revisions(self) -> list[Recorded[RulesRevised]]:
        """Every revision of the rules as recorded. Their number is what `If-Match` names."""
        return self.store.stream(RULES_STREAM)

    def history(self, lead_id: UUID) -> LeadHistory:
        """A lead's events as recorded. Raises `NotFound`."""
        return history_of_lead(self.store, lead_id)

    def known_at(self, history: Sequence[Recorded[Any]]) -> datetime:
        """An instant at which just this much, all there is, was known."""
        return max(history[-1].recorded_at, self.clock() - SETTLING)

    def problem_history(self, problem_id: UUID) -> ProblemHistory:
        """A problem's events as recorded. Raises `NotFound`."""
        history = self.store.stream(problem_id)
        if not history or not isinstance(history[0].event, p.ProblemRaised):
            raise NotFound("problem_not_found", "没有这个问题")
        return history

    def problem(self, problem_id: UUID) -> Problem:
        """A problem as it stands now. Raises `NotFound`."""
        standing = problem_at(self.problem_history(problem_id))
        assert standing is not None, "it begins with its raising"
        return standing

    def lead_id(self, name: str) -> UUID:
        """The id of a lead named by its code (ZS2023-0001) or its id. Raises `NotFound`."""
        if self.store.has(by_code := stream_of(name.strip().upper())):
            return by_code
        try:
            return UUID(name)
        except ValueError:
            raise NotFound("lead_not_found", f"没有编号为 {name} 的项目") from None

    def require_lead(self, lead_id: UUID, field: str) -> None:
        """Raises `BadInput` unless the lead that `field` names is there and not voided."""
        if self._named(lead_id, field).voided:
            raise BadInput(field, "该项目的登记已作废")

    def lead(self, lead_id: UUID) -> Lead:
        """A lead as it stands now. Raises `NotFound`."""
        return lead_from(lead_id, self.history(lead_id))

    def close(self) -> None:
        for close in self.closing:
            close()

    # --- inside -----------------------------------------------------------------------------

    def _write(self, command: Command) -> Written:
        start = perf_counter()
        try:
            written = self._writer.write(command)
        except Exception as error:
            self.measures.refused(error, perf_counter() - start)
            raise
        self.measures.recorded(perf_counter() - start)
        self.reader.written(written.position)
        self.news.heard(written.position)
        self.after_writing()
        return written

    def _recorded_with(self, lead_id: UUID, void: e.EventVoided) -> list[UUID]:
        """The other leads that what is to be voided was recorded on (a split or merge)."""
        for recorded in self.store.stream(lead_id):
            if recorded.event_id == void.event_id:
                return splitting.others_of(recorded.event)
        return []

    def _require_campaign(self, campaign_id: UUID) -> None:
        if campaign_held(self.store.stream(campaign_id)) is None:
            raise BadInput("campaign_id", "没有这次招商活动，或其记录已作废")

    def _named(self, lead_id: UUID, field: str) -> Lead:
        """The lead that a field of another's event names. Raises `BadInput`."""
        try:
            return self.lead(lead_id)
        except NotFound as error:
            raise BadInput(field, error.detail) from None
