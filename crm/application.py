"""The program's few doors: register, record, set a target or a rule; look at a lead; replay it."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from crm.commands import UNCONDITIONAL, Command, Condition, OnLead, OnStream, Registering, Written
from crm.measures import Measures
from crm.news import News
from crm.people import Act, Caller, People
from crm.store.event_store import EventStore
from crm.writing import Writer, history_of_lead, lead_stream
from domain.calendar import Clock, business_day, utc_now
from domain.errors import BadInput, NotFound
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.history import LeadHistory
from domain.lead.standing import Lead, lead_from
from domain.rules import RULES_STREAM, RulesRevised, revise
from domain.target import AnnualTargetSet, set_annual_target, target_stream
from projections.catch_up import Projector
from projections.reader import Reader


class CRM:
    """One running program over one store. Safe for many threads."""

    def __init__(
        self,
        store: EventStore,
        projector: Projector,
        reader: Reader,
        people: People,
        clock: Clock = utc_now,
        closing: Sequence[Callable[[], None]] = (),
    ) -> None:
        self.store = store
        self.projector = projector
        self.reader = reader
        self.people = people
        self.clock = clock
        self.news = News(store)
        self.after_writing: Callable[[], None] = lambda: None
        self.closing = [self.news.close, *closing]
        self.measures = Measures(projector.statuses)
        self._writer = Writer(store, clock, self.measures.group_commands.observe)

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
        if registration.parent_lead_id is not None:
            parent = self._parent(registration.parent_lead_id)
            if parent.voided:
                raise BadInput("parent_lead_id", "原项目的登记已作废")
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
        by.permit(Act.VOID if any(isinstance(ev, e.EventVoided) for ev in events) else Act.WRITE)
        return self._write(OnLead(lead_id, events, by=by, condition=condition))

    def set_target(
        self, target: AnnualTargetSet, *, by: Caller, condition: Condition = UNCONDITIONAL
    ) -> Written:
        """Set or revise a year's target (admin)."""
        by.permit(Act.SET_TARGET)
        return self._write(
            OnStream(
                target_stream(target.year),
                lambda *_: [set_annual_target(target)],
                by=by,
                condition=condition,
            )
        )

    def revise_rules(
        self, revised: RulesRevised, *, by: Caller, condition: Condition = UNCONDITIONAL
    ) -> Written:
        """Change rules from a day on (admin). Raises as `domain.rules.revise`, and as `record`."""
        by.permit(Act.SET_RULES)
        return self._write(
            OnStream(
                RULES_STREAM,
                lambda history, today: [revise(history, revised, today)],
                by=by,
                condition=condition,
            )
        )

    # --- looking ----------------------------------------------------------------------------

    def today(self) -> date:
        """Today's business day."""
        return business_day(self.clock())

    def targets(self, year: int) -> list[Recorded[AnnualTargetSet]]:
        """What was set for a year, in recording order. Their number is what `If-Match` names."""
        return self.store.stream(target_stream(year))

    def rule_revisions(self) -> list[Recorded[RulesRevised]]:
        """Every revision of the rules as recorded. Their number is what `If-Match` names."""
        return self.store.stream(RULES_STREAM)

    def history(self, lead_id: UUID) -> LeadHistory:
        """A lead's events as recorded. Raises `NotFound`."""
        return history_of_lead(self.store, lead_id)

    def lead_id(self, name: str) -> UUID:
        """The id of a lead named by its code (ZS2023-0001) or its id. Raises `NotFound`."""
        if self.store.has(by_code := lead_stream(name.strip().upper())):
            return by_code
        try:
            return UUID(name)
        except ValueError:
            raise NotFound("lead_not_found", f"没有编号为 {name} 的项目") from None

    def lead(self, lead_id: UUID) -> Lead:
        """A lead as it stands now. Raises `NotFound`."""
        return lead_from(lead_id, self.history(lead_id))

    def close(self) -> None:
        for close in self.closing:
            close()

    # --- inside -----------------------------------------------------------------------------

    def _write(self, command: Command) -> Written:
        with self.measures.command_seconds.time():
            try:
                written = self._writer.write(command)
            except Exception as error:
                self.measures.commands.labels(getattr(error, "code", type(error).__name__)).inc()
                raise
        self.measures.commands.labels("recorded").inc()
        self.reader.written(written.position)
        self.news.heard(written.position)
        self.after_writing()
        return written

    def _parent(self, lead_id: UUID) -> Lead:
        try:
            return self.lead(lead_id)
        except NotFound as error:
            raise BadInput("parent_lead_id", error.detail) from None
