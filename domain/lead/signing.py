"""签约、升格、补充协议、公司注册: the agreement and its terms.

Plan clauses 21, 22, 57; domain section 12, F1, F2 and "签约前置"; contract, "Business rules".
"""

from datetime import date

from domain.errors import BadInput, Refused, require_text
from domain.lead import events as e
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.vocabulary import AgreementKind


def sign(lead: Lead, signing: e.AgreementSigned) -> None:
    """签约. A weaker text may be followed by a countable one; a countable one only by upgrade."""
    if signing.agreed_total_yuan <= 0:
        raise BadInput("agreed_total_wan", "协议金额应大于零")
    if signing.fixed_part_yuan is not None and signing.fixed_part_yuan > signing.agreed_total_yuan:
        raise BadInput("fixed_part_wan", "固定资产投资不能大于协议总金额")
    _require_order(signing.start_due, signing.completion_due, signing.production_due)
    whole = lead.standing()
    if signing.kind.countable:
        _refuse_second_signing(whole)
        _refuse_weaker_text_after(lead, signing.occurred_on)
        _refuse_after_completion(whole, signing.occurred_on)
    else:
        _refuse_second_signing(lead.standing_on(signing.occurred_on))


def upgrade(lead: Lead, upgrading: e.AgreementUpgraded) -> None:
    """升格: INTENT/FRAMEWORK → AGREEMENT → CONTRACT."""
    if upgrading.agreed_total_yuan is not None and upgrading.agreed_total_yuan <= 0:
        raise BadInput("agreed_total_wan", "协议金额应大于零")
    day = upgrading.occurred_on
    before = lead.standing_on(day)
    refuse_unless_higher(before, upgrading)
    for turn in lead.turns[len(lead.turns_by(day)) :]:
        later = turn.event
        if isinstance(later, e.AgreementUpgraded) and later.kind.rank <= upgrading.kind.rank:
            raise Refused(
                "kind_not_higher", f"{later.occurred_on}已升格为{later.kind.label}，须低于它"
            )
    if upgrading.kind.countable and before.signed_on is None:
        # This upgrade becomes the first countable signing (S), so it must keep S's place.
        whole = lead.standing()
        if any(
            isinstance(turn.event, e.AgreementSigned) and turn.event.kind.countable
            for turn in lead.turns
        ):
            _refuse_second_signing(whole)
        _refuse_weaker_text_after(lead, day)
        _refuse_after_completion(whole, day)
    refuse_small_total(before, upgrading)


def amend(lead: Lead, amendment: e.AgreementAmended) -> None:
    """补充协议: at least one term; what is not named stays."""
    terms = (
        amendment.agreed_total_yuan,
        amendment.fixed_part_yuan,
        amendment.start_due,
        amendment.completion_due,
        amendment.production_due,
    )
    if all(term is None for term in terms):
        raise BadInput("agreed_total_wan", "补充协议至少变更一项内容")
    if amendment.agreed_total_yuan is not None and amendment.agreed_total_yuan <= 0:
        raise BadInput("agreed_total_wan", "协议金额应大于零")
    refuse_unfounded_terms(lead.standing_on(amendment.occurred_on), amendment)


def register_company(_: Lead, company: e.CompanyRegistered) -> None:
    """公司注册: the latest one counts. The check character of the USCC is the reader's job."""
    require_text(company.company_name, "company_name")


def refuse_unless_signed(before: LeadState, day: date) -> None:
    """An amendment or upgrade needs a text to change."""
    if before.kind is None:
        raise Refused("not_signed", f"该项目在{day}前没有签约记录")


def refuse_unfounded_terms(before: LeadState, amendment: e.AgreementAmended) -> None:
    """An amendment's terms fit the text they change."""
    refuse_unless_signed(before, amendment.occurred_on)
    fixed, total = amendment.fixed_part_yuan, amendment.agreed_total_yuan
    _refuse_fixed_part(
        before.fixed_part_yuan if fixed is None else fixed,
        before.agreed_total_yuan if total is None else total,
    )
    _refuse_due_disorder(before, amendment)


def refuse_small_total(before: LeadState, upgrading: e.AgreementUpgraded) -> None:
    """A new total covers the fixed part agreed before."""
    if upgrading.agreed_total_yuan is not None:
        _refuse_fixed_part(before.fixed_part_yuan, upgrading.agreed_total_yuan)


def refuse_unless_higher(before: LeadState, upgrading: e.AgreementUpgraded) -> None:
    """An upgrade needs a lower text to rise from."""
    refuse_unless_signed(before, upgrading.occurred_on)
    current: AgreementKind | None = before.kind
    if current is not None and upgrading.kind.rank <= current.rank:
        raise Refused(
            "kind_not_higher",
            f"当时已是{current.label}，只能升格为更高类别，不能改为{upgrading.kind.label}",
        )


def refuse_unless_in_time(before: LeadState, text: e.AgreementSigned | e.AgreementUpgraded) -> None:
    """The first countable text (S) may not come after a completion before it (S ≤ E)."""
    if text.kind.countable and before.signed_on is None:
        _refuse_after_completion(before, text.occurred_on)


def _refuse_second_signing(standing: LeadState) -> None:
    if standing.signed_on is not None:
        raise Refused(
            "already_signed",
            f"该项目已于{standing.signed_on}签约；如需更正，请先作废原签约记录",
        )


def _refuse_weaker_text_after(lead: Lead, day: date) -> None:
    """A framework dated after a countable text would undo it: the same rule, seen from the other
    side when the countable text is the one entered late."""
    for turn in lead.turns[len(lead.turns_by(day)) :]:
        later = turn.event
        if isinstance(later, e.AgreementSigned | e.AgreementUpgraded) and not later.kind.countable:
            raise Refused(
                "already_signed",
                f"{later.occurred_on}另有{later.kind.label}签约记录，不能晚于正式签约；请先作废",
            )


def _refuse_after_completion(whole: LeadState, day: date) -> None:
    if whole.completed_on is not None and day > whole.completed_on:
        raise Refused("milestone_order", f"签约日期晚于竣工日期（{whole.completed_on}）")


def _refuse_fixed_part(fixed: int | None, total: int | None) -> None:
    if fixed is not None and total is not None and fixed > total:
        raise Refused("fixed_part_exceeds_total", "固定资产投资大于协议总金额，请一并变更")


def _require_order(*dues: date | None) -> None:
    given = [due for due in dues if due is not None]
    if given != sorted(given):
        raise BadInput("completion_due", "约定的开工、竣工、投产日期应依次不早于前一项")


def _refuse_due_disorder(before: LeadState, amendment: e.AgreementAmended) -> None:
    dues = [
        amendment.start_due or before.start_due,
        amendment.completion_due or before.completion_due,
        amendment.production_due or before.production_due,
    ]
    given = [due for due in dues if due is not None]
    if given != sorted(given):
        raise Refused("due_order", "变更后约定的开工、竣工、投产日期先后颠倒，请一并变更")
