"""The full ledger (招商项目台账) as it goes out: one row per lead, as of D, known at K.

The columns are those of the ledgers that come in, in their order and under words that
`crm.ledger.headers` understands, so that a returned copy is read like any other; then what the
program works out (`WORKED_OUT`), and the hidden key of the row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from crm.application import CRM
from crm.ledger.choices import CHAIN, KIND, TOWN, UNIT, Choices, choices
from crm.ledger.headers import COLOUR, DUE, KEY, OVERDUE, STAGE, Field
from crm.ledger.keys import RowKey
from crm.ledger.rows import BUILT_FIRST, says_exit
from crm.people import Act, Caller
from crm.persons.persons import See, SeenPerson
from crm.presentation import both_clocks
from crm.printing.table import Column, Kind, Row, Table, said_by
from crm.printing.workbook import workbook
from crm.questions.answer import Clocked, judged
from domain.lead.colour import colour_of
from domain.lead.deadlines import due_on
from domain.lead.state import LeadState
from domain.money import PER_WAN
from domain.rulebook import Rulebook
from domain.vocabulary import Stage
from projections.clocks import Clocks
from projections.lead_states import EVERYWHERE, LeadOnDay, Where, leads_on

NAME = "招商项目台账"

_INVESTOR, _PROGRESS, _BY_PROGRAM = "投资方", "项目进度", "系统填列"
_COLUMNS = (
    Column(Field.SERIAL, "序号", Kind.SERIAL, locked=True),
    Column(Field.TITLE, "项目名称", widest=24),
    Column(Field.INVESTOR, "企业名称", group=_INVESTOR, widest=24),
    Column(Field.USCC, "统一社会信用代码", group=_INVESTOR),
    Column(Field.CHAIN, "所属产业链", choices=CHAIN, widest=10),
    Column(Field.UNIT, "招引单位", choices=UNIT, widest=12),
    Column(Field.TOWN, "落户镇", choices=TOWN, widest=8),
    Column(Field.KIND, "协议类别", choices=KIND, strict=True),
    Column(Field.AMOUNT, "万元", Kind.WAN, group="协议金额", total=True),
    Column(Field.SIGNED, "签约时间", Kind.DAY, group=_PROGRESS),
    Column(Field.STARTED, "开工时间", Kind.DAY, group=_PROGRESS),
    Column(Field.COMPLETED, "竣工时间", Kind.DAY, group=_PROGRESS),
    Column(Field.PRODUCED, "投产时间", Kind.DAY, group=_PROGRESS),
    Column(Field.FUNDS, "万元", Kind.WAN, group="到位资金", total=True),
    Column(Field.FUNDS_USD, "万美元", Kind.WAN, group="到位外资", total=True),
    Column(Field.LEADER, "包抓领导", widest=14),
    Column(Field.RESPONSIBLE_UNIT, "责任单位", widest=12),
    Column(Field.PERSON, "责任人", widest=8),
    Column(Field.CONTACT, "联系人", widest=8),
    Column(Field.PHONE, "联系电话", widest=12),
    Column(Field.PROGRESS, "进展情况", widest=20),
    Column(Field.REMARK, "备注", widest=22),
    Column(STAGE, STAGE, group=_BY_PROGRAM, locked=True),
    Column(COLOUR, COLOUR, Kind.COLOUR, group=_BY_PROGRAM, locked=True),
    Column(DUE, DUE, Kind.DAY, group=_BY_PROGRAM, locked=True),
    Column(OVERDUE, OVERDUE, Kind.COUNT, group=_BY_PROGRAM, locked=True),
    Column(KEY, KEY, hidden=True, locked=True),
)
_OF_PERSONS = {Field.PERSON, Field.CONTACT, Field.PHONE}


class Subtotals(StrEnum):
    """What a 小计 may be given for."""

    CHAIN = "chain"
    UNIT = "unit"
    TOWN = "town"

    @property
    def field(self) -> Field:
        return {"chain": Field.CHAIN, "unit": Field.UNIT, "town": Field.TOWN}[self.value]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads and what of them. `year`: those that signed in it, or began in it unsigned.

    `persons`: with 责任人, 联系人 and 联系电话.
    """

    where: Where = EVERYWHERE
    year: int | None = None
    persons: bool = False
    subtotals: Subtotals | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The leads of a ledger, and the words its columns may be filled from."""

    clocks: Clocks
    rules: Rulebook
    leads: Sequence[LeadOnDay]
    choices: Choices


def find(crm: CRM, when: Clocked, where: Where = EVERYWHERE, year: int | None = None) -> Found:
    """The leads, in order of code; the choices are those of the whole county."""
    needed = ("clock", "leads", "states", "chains", "rules")
    with judged(crm, when, *needed) as (connection, at, rules):
        every = list(leads_on(connection, at, where))
        words = choices(connection, at)
    leads = [lead for lead in every if year in (None, _begun_on(lead.state).year)]
    return Found(at, rules, leads, words)


def ledger_file(
    crm: CRM, when: Clocked, wanted: Wanted, by: Caller, address: str | None = None
) -> tuple[bytes, date]:
    """The ledger as .xlsx, and its day. Raises `Forbidden` for people's data it is not for."""
    found = find(crm, when, wanted.where, wanted.year)
    with persons_for(crm, wanted, by, address) as see:
        table = ledger_table(found, wanted, see)
    return workbook([table]), found.clocks.as_of


@contextmanager
def persons_for(
    crm: CRM, wanted: Wanted, by: Caller, address: str | None = None
) -> Iterator[See | None]:
    """How `by` sees contact persons in a ledger; None when the ledger names none."""
    if not wanted.persons:
        yield None
        return
    by.permit(Act.SEE_PERSONS)
    with crm.persons.seen_by(by, f"{NAME}（联系人）", address, many=True) as see:
        yield see


def ledger_table(
    found: Found,
    wanted: Wanted,
    see: See | None = None,
    *,
    filled_by: str | None = None,
    blanks: int = 0,
    returned: bool = False,
) -> Table:
    """The ledger as a table; `returned` to be filled in by `filled_by`, with `blanks` more rows."""
    rows = [
        {
            **ledger_row(lead.state, found.clocks.as_of, found.rules, see),
            KEY: str(RowKey(lead.state.code, found.clocks.position)),
        }
        for lead in found.leads
    ]
    by = wanted.subtotals.field if wanted.subtotals else None
    if by is not None:
        rows.sort(key=lambda row: (row[by] is None, row[by] or ""))
    return Table(
        name=NAME,
        title=f"{wanted.year}年{NAME}" if wanted.year else NAME,
        columns=[c for c in _COLUMNS if wanted.persons or c.key not in _OF_PERSONS],
        rows=rows,
        day=found.clocks.as_of,
        counted=Field.INVESTOR,
        unit=filled_by or wanted.where.unit or wanted.where.town,
        subtotals=by,
        said=said_by(both_clocks(found.clocks)),
        standing=(STAGE, Stage.EXITED.label),
        choices=found.choices,
        blanks=blanks,
        checked=True,
        returned=returned,
    )


def ledger_row(state: LeadState, day: date, rules: Rulebook, see: See | None = None) -> Row:
    """What the ledger says of a lead, by the fields it is read back as."""
    due = due_on(state, rules)
    judgement = colour_of(state, day, rules)
    contact = _contact(state, see)
    known_as_person = contact is not None and contact.name == state.person
    signed = state.kind is not None
    return {
        Field.TITLE: state.title,
        Field.INVESTOR: state.investor,
        Field.USCC: state.investor_uscc,
        Field.CHAIN: state.chain,
        Field.UNIT: state.recruiting_unit,
        Field.TOWN: state.host_town,
        Field.KIND: state.kind.label if state.kind else None,
        Field.AMOUNT: _wan(state.agreed_total_yuan if signed else state.estimated_yuan),
        Field.SIGNED: state.signed_on or state.text_signed_on,
        Field.STARTED: state.started_on,
        Field.COMPLETED: state.completed_on,
        Field.PRODUCED: state.produced_on,
        Field.FUNDS: _wan(state.funds_total_yuan or None),
        Field.FUNDS_USD: _wan(state.funds_usd or None),
        Field.LEADER: state.leader,
        Field.RESPONSIBLE_UNIT: state.unit,
        Field.PERSON: state.person,
        Field.CONTACT: contact.name if contact and not known_as_person else None,
        Field.PHONE: contact.phone if contact else None,
        Field.PROGRESS: _progress(state),
        Field.REMARK: remark(state),
        STAGE: state.stage.label,
        COLOUR: judgement.colour.label[:1] if judgement else None,
        DUE: due,
        OVERDUE: max(0, (day - due).days) or None if due else None,
        KEY: state.code,
    }


def remark(state: LeadState) -> str | None:
    """备注: what no column of its own says, in words the import understands.

    An exit comes first, for its day is read from the first clause that speaks of one.
    """
    said: list[str | None] = []
    if day := state.exited_on:
        said += [f"已解约（{day.year}年{day.month}月{day.day}日）", state.exit_ground]
    if _built_first(state):
        ground = (state.start_ground or "").removeprefix(BUILT_FIRST).strip(" ：:，,")
        # Somebody's words on the start must not be read as the project's end.
        said.append(BUILT_FIRST if not ground or says_exit(ground) else f"{BUILT_FIRST}：{ground}")
    if state.exited_on is None:
        said += [
            "停工" if state.suspended else None,
            "试生产" if state.trial_on and not state.produced_on else None,
            "部分投产" if state.partial_on and not state.produced_on else None,
            state.stage.label if state.stage in (Stage.SHELVED, Stage.LOST) else None,
        ]
    return "；".join(text for text in said if text) or None


def _built_first(state: LeadState) -> bool:
    """Started before it signed, or without a text that counts (先建后签)."""
    return state.started_on is not None and (
        state.signed_on is None or state.started_on < state.signed_on
    )


def _contact(state: LeadState, see: See | None) -> SeenPerson | None:
    """Whose telephone is shown: the 责任人's, else the first contact person's that has one."""
    if see is None:
        return None
    seen = see(state.recruiting_unit, state.contact_persons)
    persons = [person for person in seen if person.phone]
    of_person = (person for person in persons if person.name == state.person)
    return next(of_person, persons[0] if persons else None)


def _progress(state: LeadState) -> str | None:
    """The latest 月度进展."""
    if not state.progress:
        return None
    period = max(state.progress)
    return f"{period}：{state.progress[period].text}"


def _begun_on(state: LeadState) -> date:
    day = state.signed_on or state.text_signed_on or state.registered_on
    assert day is not None, "a lead has been registered"
    return day


def _wan(units: int | None) -> Decimal | None:
    return None if units is None else Decimal(units) / PER_WAN
