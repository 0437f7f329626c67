"""Where a lead stands on a business day, as known at a moment: what its events add up to.

Facts and their days only. What follows from them and from a rulebook (colours, deadlines,
rates) is worked out by the questions of `projections`.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.event import ContactPerson
from domain.lead import events as e
from domain.vocabulary import (
    AgreementKind,
    ChainRole,
    Colour,
    DueDiligenceResult,
    FundsSource,
    Milestone,
    NoticeLevel,
    PermitItem,
    PermitState,
    RecognitionDecision,
    RecognitionScope,
    Relation,
    ReviewOpinion,
    SiteFinding,
    Stage,
    StartBasis,
)


@dataclass(frozen=True, slots=True)
class Permit:
    """The latest word on one item of 前期手续."""

    state: PermitState
    stated_on: date
    number: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """The latest 月度进展 of one period, and the day its first one came."""

    reported_on: date
    text: str
    percent: Decimal | None = None
    problems: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A 现场核查."""

    on: date
    found: SiteFinding
    by: str = ""  # who entered it


@dataclass(frozen=True, slots=True)
class Paper:
    """A 佐证材料 and the event (by its stored name) it came with."""

    kind: str
    name: str
    came_with: str
    on: date
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """From a day (included) to another (not included), or still going on."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OfficerSpell(Spell):
    """A `Spell` with one 干部服务员; who takes over on a day has that day."""

    officer: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The latest decision on one scope of 认定."""

    decision: RecognitionDecision
    decided_on: date


@dataclass(frozen=True, slots=True)
class ColourOverride:
    """A 三色人工调整, in effect up to and including `until`."""

    colour: Colour
    until: date
    ground: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A 督办通知; open until it is answered."""

    level: NoticeLevel
    issued_on: date
    due: date
    text: str
    answered_on: date | None = None


@dataclass(slots=True)
class LeadState:
    """One lead on one day, as known at one moment.

    Built by `fold` and only read afterwards. Days are None while the milestone is not reached;
    amounts are integers of 元 (`_yuan`) or 美元 (`_usd`).
    """

    # who and what: from the registration
    code: str = ""
    title: str = ""
    investor: str = ""
    investor_uscc: str | None = None
    recruiting_unit: str = ""
    host_town: str | None = None
    chain: str | None = None
    chain_role: ChainRole | None = None
    industrial: bool = True
    channel: str | None = None
    partner: str | None = None
    introducer: str | None = None
    relation: Relation = Relation.NEW
    parent_lead_id: UUID | None = None
    estimated_yuan: int | None = None
    contact_persons: tuple[ContactPerson, ...] = ()
    campaign_id: UUID | None = None
    registered_on: date | None = None
    # responsibility; host_town and chain above may be changed by it too
    leader: str | None = None
    unit: str | None = None
    person: str | None = None
    service_officer: str | None = None
    police_contact: str | None = None
    officer_spells: tuple[OfficerSpell, ...] = ()
    # follow-up and gates
    contacts: int = 0
    first_contact_on: date | None = None
    last_contact_on: date | None = None
    # of anything that shows work on the lead or its site; a visit by us alone does not
    last_activity_on: date | None = None
    first_site_activity_on: date | None = None  # after the start: a report, money, a working site
    last_site_activity_on: date | None = None  # the start itself included
    next_step: str | None = None
    next_due: date | None = None
    first_assessed_on: date | None = None
    first_reviewed_on: date | None = None  # 尽调 or 合同审查, whichever came first
    assessment: e.LeadAssessed | None = None
    due_diligence: e.DueDiligenceCompleted | None = None
    contract_review: e.ContractReviewed | None = None
    # as they stood on the day of the first countable signing
    red_lines_at_signing: tuple[str, ...] = ()
    diligence_at_signing: DueDiligenceResult | None = None
    review_at_signing: ReviewOpinion | None = None
    papers: tuple[Paper, ...] = ()
    # the agreement in force
    kind: AgreementKind | None = None
    text_signed_on: date | None = None  # the first text of any kind
    signed_on: date | None = None  # S: the first countable signing
    agreed_total_yuan: int | None = None
    fixed_part_yuan: int | None = None
    foreign_part_usd: int | None = None
    outside_share: Decimal | None = None
    agreement_no: str | None = None
    start_due: date | None = None
    completion_due: date | None = None
    production_due: date | None = None
    company_name: str | None = None
    company_uscc: str | None = None
    registered_capital_yuan: int | None = None
    company_registered_on: date | None = None
    # preparing: 手续 and plan
    permits: dict[PermitItem, Permit] = field(default_factory=dict)
    planned: dict[Milestone, date] = field(default_factory=dict)
    planned_first: dict[Milestone, date] = field(default_factory=dict)  # before any revision
    plan_revisions: int = 0
    fai_plan: dict[int, tuple[int, ...]] = field(default_factory=dict)  # year -> 12 cumulative 元
    # milestones
    started_on: date | None = None  # B
    start_basis: StartBasis | None = None
    start_ground: str | None = None
    start_recorded_by: str | None = None
    completed_on: date | None = None  # E
    acceptance: str | None = None
    trial_on: date | None = None
    partial_on: date | None = None
    produced_on: date | None = None  # Y
    full_effect_on: date | None = None
    suspended: bool = False
    suspensions: tuple[Spell, ...] = ()
    # statistics
    statistics_on: date | None = None  # 入库
    statistics_code: str | None = None
    above_scale_on: date | None = None  # 入规
    # looking after it
    progress: dict[str, ProgressReport] = field(default_factory=dict)  # by period
    checks: tuple[Check, ...] = ()
    service_visits: tuple[date, ...] = ()
    follow_ups: tuple[date, ...] = ()
    recognised: dict[RecognitionScope, Recognition] = field(default_factory=dict)
    colour_override: ColourOverride | None = None
    notices: dict[UUID, Notice] = field(default_factory=dict)  # by event id
    # money
    first_funds_on: date | None = None
    funds_yuan: dict[FundsSource, int] = field(default_factory=dict)
    funds_usd: int = 0
    unproven_funds: int = 0  # arrivals entered with neither a voucher nor a paper
    # By year, what was recorded on this lead itself: nothing taken over from another (F15).
    arrived_yuan: dict[int, int] = field(default_factory=dict)
    arrived_usd: dict[int, int] = field(default_factory=dict)
    returns: dict[str, int] = field(default_factory=dict)  # period -> ytd 元
    returned_on: dict[str, date] = field(default_factory=dict)  # period -> day it first came
    # closing
    shelved: bool = False
    shelved_on: date | None = None
    lost: bool = False
    lost_on: date | None = None
    exited_on: date | None = None  # X
    exit_ground: str | None = None
    duplicate_of: UUID | None = None  # merged into that lead: the exit of a double entry
    # split and merged (domain.lead.events.splitting)
    counted_on: date | None = None  # F1 counts from here: S, or the day a count was approved
    counted_on_before_merge: date | None = None  # while a merge has given it an earlier one
    count_key: UUID | None = None  # whose count it shares; None: its own
    keeps_count: bool = True  # of the leads with its key, the one the count stays with
    carried_yuan: int = 0  # of the effective amount, what other leads had booked in years before
    split_from: UUID | None = None
    split_on: date | None = None
    split_into: tuple[UUID, ...] = ()
    merged_from: tuple[UUID, ...] = ()
    merged_into: UUID | None = None

    def progress_on(self, period: str) -> date | None:
        """The day the progress report of a period first came."""
        report = self.progress.get(period)
        return report.reported_on if report else None

    @property
    def funds_total_yuan(self) -> int:
        """All 到位资金 in 元, whatever its source."""
        return sum(self.funds_yuan.values())

    @property
    def stage(self) -> Stage:
        """The furthest point reached; an exit hides it, a signing outlives a shelving."""
        if self.exited_on:
            return Stage.EXITED
        if self.produced_on:
            return Stage.PRODUCING
        if self.completed_on:
            return Stage.COMPLETED
        if self.started_on:
            return Stage.STARTED
        if self.signed_on:
            return Stage.SIGNED
        if self.kind:
            return Stage.FRAMEWORK
        if self.lost:
            return Stage.LOST
        if self.shelved:
            return Stage.SHELVED
        return Stage.LEAD

    @property
    def countable_yuan(self) -> int:
        """The effective amount as far as it counts: 0 before the first countable signing, and 0
        once other leads go on with it."""
        return (self.agreed_total_yuan or 0) if self.signed_on and not self.passed_on else 0

    @property
    def booked_yuan(self) -> int:
        """What its years' F2 add up to: all but what was booked when it was other leads' still."""
        return 0 if self.passed_on else self.countable_yuan - self.carried_yuan

    @property
    def passed_on(self) -> bool:
        """It goes on in other leads: split into them, or merged into one."""
        return bool(self.split_into) or self.merged_into is not None
