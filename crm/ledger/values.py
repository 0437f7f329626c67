"""What does a ledger's line say of a known lead, what does the log say, and is it the same?

Both are looked at cell by cell, under the field a column stands for. 备注 stands for the day of the
exit that a remark tells of; the words of remarks and progress are compared apart.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.ledger.headers import Field
from crm.ledger.line import LedgerRow
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.money import wan_text
from domain.unit.known import same_unit
from domain.vocabulary import AgreementKind

Value = str | int | date | AgreementKind | None
"""0 and None are both an empty cell."""

FIELDS = (
    Field.TITLE,
    Field.INVESTOR,
    Field.USCC,
    Field.UNIT,
    Field.TOWN,
    Field.CHAIN,
    Field.LEADER,
    Field.RESPONSIBLE_UNIT,
    Field.PERSON,
    Field.KIND,
    Field.AMOUNT,
    Field.SIGNED,
    Field.STARTED,
    Field.COMPLETED,
    Field.PRODUCED,
    Field.FUNDS,
    Field.FUNDS_USD,
    Field.REMARK,
)


def said(row: LedgerRow) -> dict[Field, Value]:
    """What a line says, of the columns its sheet has."""
    values: dict[Field, Value] = {
        Field.TITLE: row.title,
        Field.INVESTOR: row.investor,
        Field.USCC: row.uscc,
        Field.UNIT: row.unit,
        Field.TOWN: row.town,
        Field.CHAIN: row.chain,
        Field.LEADER: row.leader,
        Field.RESPONSIBLE_UNIT: row.responsible_unit,
        Field.PERSON: row.person,
        Field.KIND: row.kind,
        Field.AMOUNT: row.agreed_total_yuan,
        Field.SIGNED: row.signed_on,
        Field.STARTED: row.started_on,
        Field.COMPLETED: row.completed_on,
        Field.PRODUCED: row.produced_on,
        Field.FUNDS: row.funds_yuan,
        Field.FUNDS_USD: row.funds_usd,
        Field.REMARK: row.exited_on,
    }
    return {what: values[what] for what in FIELDS if what in row.headers}


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead as the log has it: `values` as a ledger would show them, and what else is as good.

    A ledger may name the project company for the investor, and the day of any text signed.
    """

    state: LeadState
    values: dict[Field, Value]
    companies: frozenset[Value]
    usccs: frozenset[str]
    texts: frozenset[date]

    def agrees(self, row: LedgerRow, what: Field, value: Value) -> bool:
        """Whether a cell of the line says what the log says."""
        own = self.values[what]
        if what is Field.INVESTOR:
            return value is not None and plain(value) in self.companies
        if what is Field.USCC:
            return value in self.usccs or (not value and not own)
        if what is Field.SIGNED and any(_same_day(row, what, value, day) for day in self.texts):
            return True
        if what is Field.SIGNED and not value and self.state.signed_on is None:
            return True  # lists show the day of a text that counts, not of an intention
        if what is Field.KIND and own is None and row.signed_on is None:
            return True  # what is to be signed one day stands in the registration's note
        return same(row, what, value, own)


def standing(events: Iterable[e.LeadEvent], state: LeadState) -> Standing:
    """A lead by its events in force and their fold."""
    values: dict[Field, Value] = {
        Field.TITLE: state.title,
        Field.INVESTOR: state.investor,
        Field.USCC: state.investor_uscc,
        Field.UNIT: state.recruiting_unit,
        Field.TOWN: state.host_town,
        Field.CHAIN: state.chain,
        Field.LEADER: state.leader,
        Field.RESPONSIBLE_UNIT: state.unit,
        Field.PERSON: state.person,
        Field.KIND: state.kind,
        Field.AMOUNT: state.agreed_total_yuan if state.kind else state.estimated_yuan,
        Field.SIGNED: state.signed_on or state.text_signed_on,
        Field.STARTED: state.started_on,
        Field.COMPLETED: state.completed_on,
        Field.PRODUCED: state.produced_on,
        Field.FUNDS: state.funds_total_yuan,
        Field.FUNDS_USD: state.funds_usd,
        Field.REMARK: state.exited_on,
    }
    texts = {state.signed_on, state.text_signed_on} | {
        event.occurred_on
        for event in events
        if isinstance(event, e.AgreementSigned | e.AgreementUpgraded)
    }
    return Standing(
        state,
        values,
        frozenset(plain(name) for name in (state.investor, state.company_name) if name),
        frozenset(code for code in (state.investor_uscc, state.company_uscc) if code),
        frozenset(day for day in texts if day),
    )


def standing_of(lead: Lead) -> Standing:
    """A lead as it stands after everything recorded."""
    in_force = lead.in_force()
    return standing((recorded.event for recorded in in_force), fold(in_force))


def same(row: LedgerRow, what: Field, value: Value, other: Value) -> bool:
    """Whether a cell and another value of its field are the same, as exactly as the cell is."""
    if not value or not other:
        return not value and not other
    if isinstance(value, date):
        return isinstance(other, date) and _same_day(row, what, value, other)
    if what in (Field.UNIT, Field.RESPONSIBLE_UNIT):
        return same_unit(str(plain(value)), str(plain(other)))
    return plain(value) == plain(other)


def plain(value: Value) -> Value:
    """Text without what nobody sees: width and white space."""
    if not isinstance(value, str) or isinstance(value, AgreementKind):
        return value
    return "".join(unicodedata.normalize("NFKC", value).split())


def shown(what: Field, value: Value) -> str:
    """A value as staff read it in a list of differences."""
    if not value:
        return "（空）"
    if isinstance(value, AgreementKind):
        return value.label
    if isinstance(value, int):
        return f"{wan_text(value)}{'万美元' if what is Field.FUNDS_USD else '万元'}"
    if what is Field.REMARK:
        return f"{value}退出"
    return str(value)


def _same_day(row: LedgerRow, what: Field, value: Value, day: date) -> bool:
    if not isinstance(value, date) or value == day:
        return value == day
    if what not in row.vague:
        return False
    # A month alone means any day of it; an exit without a date, the day it took place.
    return what is Field.REMARK or (value.year, value.month) == (day.year, day.month)
