"""What does not fit together? (数据疑点, against made-up figures; plan clauses 54, 57, 66)

Domain section 12, "Anomaly list", and section 4, "Fraud cases"; contract, "GET /anomalies". An
anomaly accuses nobody: it names what somebody should look at.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from uuid import UUID

from domain.calendar import add_months, period_of
from domain.lead.state import LeadState
from domain.money import wan_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import AnomalyKind, DueDiligenceResult, ReviewOpinion, SiteFinding
from projections.lead_states import LeadOnDay
from projections.returns import repeats_month_before


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing to look at: `detail` gives the figures; `other` is the second lead, if any."""

    kind: AnomalyKind
    lead_id: UUID
    state: LeadState
    detail: str
    other: UUID | None = None


def anomalies(
    leads: Iterable[LeadOnDay], day: date, rules: Rulebook = DEFAULT_RULES
) -> list[Anomaly]:
    """Everything that does not fit on `day`, by kind and code. Exited leads are left out."""
    standing = [lead for lead in leads if lead.state.exited_on is None]
    found = [
        Anomaly(kind, lead.lead_id, lead.state, detail)
        for lead in standing
        for kind, look in _LOOKS.items()
        if (detail := look(lead.state, day, rules)) is not None
    ]
    found += _doubles(standing, rules)
    order = list(AnomalyKind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.state.code))


# --- one lead: what is odd about it, or None ----------------------------------------------------


def _no_gates(state: LeadState, _: date, __: Rulebook) -> str | None:
    if state.signed_on is None:
        return None
    missing = []
    examined = state.due_diligence
    if examined is None or examined.result is DueDiligenceResult.FAIL:
        missing.append("尽职调查未通过" if examined else "无尽职调查")
    review = state.contract_review
    if review is None or review.opinion is not ReviewOpinion.AGREE:
        missing.append("合同审查未同意" if review else "无合同审查")
    return f"{state.signed_on}签约，{'、'.join(missing)}" if missing else None


def _red_lines(state: LeadState, _: date, __: Rulebook) -> str | None:
    assessed = state.assessment
    if state.signed_on is None or assessed is None or not assessed.red_lines:
        return None
    return f"触及底线红线：{'、'.join(assessed.red_lines)}，已于{state.signed_on}签约"


def _built_before_signing(state: LeadState, _: date, __: Rulebook) -> str | None:
    if state.started_on is None or (state.signed_on and state.signed_on <= state.started_on):
        return None
    signed = f"{state.signed_on}签约" if state.signed_on else "尚未正式签约"
    return f"{state.started_on}开工，{signed}；理由：{state.start_ground}"


def _funds_over_agreed(state: LeadState, _: date, __: Rulebook) -> str | None:
    arrived, agreed = sum(state.funds_yuan.values()), state.agreed_total_yuan
    if agreed is None or arrived <= agreed:
        return None
    return f"到位资金{wan_text(arrived)}万元，协议金额{wan_text(agreed)}万元"


def _return_fell(state: LeadState, _: date, __: Rulebook) -> str | None:
    periods = sorted(state.returns)
    for before, now in pairwise(periods):
        if before[:4] == now[:4] and state.returns[now] < state.returns[before]:
            return (
                f"{now}累计{wan_text(state.returns[now])}万元，"
                f"低于{before}的{wan_text(state.returns[before])}万元"
            )
    return None


def _built_over_fixed(state: LeadState, _: date, __: Rulebook) -> str | None:
    """The year's last cumulative figures, added up over the years."""
    last_of_year = {period[:4]: state.returns[period] for period in sorted(state.returns)}
    built, fixed = sum(last_of_year.values()), state.fixed_part_yuan
    if fixed is None or built <= fixed:
        return None
    return f"累计完成固定资产投资{wan_text(built)}万元，协议固定资产投资{wan_text(fixed)}万元"


def _repeated(state: LeadState, day: date, _: Rulebook) -> str | None:
    period = period_of(add_months(day, -1))
    return f"{period}月报与上月雷同" if repeats_month_before(state, period) else None


def _no_photo(state: LeadState, _: date, __: Rulebook) -> str | None:
    if state.started_on is None or state.start_photo:
        return None
    return f"{state.started_on}开工，无现场照片"


def _stopped_at_once(state: LeadState, day: date, rules: Rulebook) -> str | None:
    """开工即停工: started, and no sign of work within the days allowed, or stopped in them."""
    started = state.started_on
    if started is None or state.completed_on is not None:
        return None
    until = started + timedelta(days=rules.idle_days)
    stopped = next((s.since for s in state.suspensions if started <= s.since <= until), None)
    if stopped is not None:
        return f"{started}开工，{stopped}停工"
    seen = state.first_site_activity_on
    if day <= until or (seen is not None and seen <= until):
        return None
    return f"{started}开工后{rules.idle_days}天内无进度、资金、投资或核查记录"


def _idle_but_reported(state: LeadState, _: date, __: Rulebook) -> str | None:
    for check in reversed(state.checks):
        report = state.progress.get(period_of(check.on))
        if check.found is SiteFinding.IDLE and report is not None:
            return f"{check.on}核查为停工闲置，当月报送进展：{report.text[:30]}"
    return None


def _thin_capital(state: LeadState, _: date, rules: Rulebook) -> str | None:
    agreed, capital = state.countable_yuan, state.registered_capital_yuan
    if not capital or agreed < rules.thin_capital_from_yuan:
        return None
    if agreed < rules.thin_capital_times * capital:
        return None
    return f"协议金额{wan_text(agreed)}万元，注册资本{wan_text(capital)}万元"


def _huge(state: LeadState, _: date, rules: Rulebook) -> str | None:
    if state.countable_yuan <= rules.huge_amount_yuan:
        return None
    return f"协议金额{wan_text(state.countable_yuan)}万元，请核对单位"


Look = Callable[[LeadState, date, Rulebook], str | None]

_LOOKS: dict[AnomalyKind, Look] = {
    AnomalyKind.NO_GATES: _no_gates,
    AnomalyKind.RED_LINES: _red_lines,
    AnomalyKind.BUILT_BEFORE_SIGNING: _built_before_signing,
    AnomalyKind.FUNDS_OVER_AGREED: _funds_over_agreed,
    AnomalyKind.RETURN_FELL: _return_fell,
    AnomalyKind.BUILT_OVER_FIXED: _built_over_fixed,
    AnomalyKind.REPEATED_RETURN: _repeated,
    AnomalyKind.NO_PHOTO: _no_photo,
    AnomalyKind.STOPPED_AT_ONCE: _stopped_at_once,
    AnomalyKind.IDLE_BUT_REPORTED: _idle_but_reported,
    AnomalyKind.THIN_CAPITAL: _thin_capital,
    AnomalyKind.HUGE_AMOUNT: _huge,
}


# --- two leads ----------------------------------------------------------------------------------


def _doubles(leads: Sequence[LeadOnDay], rules: Rulebook) -> Iterator[Anomaly]:
    """可能重复统计: one project company, or one investor with titles much alike.

    Only leads that share a company or an investor are compared, so it costs what those groups
    cost. A phase or an expansion is no double of what it belongs to.
    """
    seen: set[tuple[UUID, UUID]] = set()
    for group in _groups(leads, lambda s: s.company_uscc):
        for one, other in _unrelated(group):
            seen.add((one.lead_id, other.lead_id))
            detail = f"与{other.state.code}项目公司相同（{one.state.company_uscc}）"
            yield Anomaly(AnomalyKind.DOUBLE, one.lead_id, one.state, detail, other.lead_id)
    for group in _groups(leads, lambda s: "".join(s.investor.split())):
        for one, other in _unrelated(group):
            alike = SequenceMatcher(None, one.state.title, other.state.title).ratio()
            if (
                100 * alike >= rules.alike_titles_percent
                and (one.lead_id, other.lead_id) not in seen
            ):
                detail = f"与{other.state.code}投资方相同，名称相近：{other.state.title}"
                yield Anomaly(AnomalyKind.DOUBLE, one.lead_id, one.state, detail, other.lead_id)


def _groups(
    leads: Sequence[LeadOnDay], key: Callable[[LeadState], str | None]
) -> list[list[LeadOnDay]]:
    groups: dict[str, list[LeadOnDay]] = {}
    for lead in leads:
        if (name := key(lead.state)) is not None:
            groups.setdefault(name, []).append(lead)
    return [group for group in groups.values() if len(group) > 1]


def _unrelated(group: Sequence[LeadOnDay]) -> Iterator[tuple[LeadOnDay, LeadOnDay]]:
    for one, other in combinations(group, 2):
        parents = {one.state.parent_lead_id, other.state.parent_lead_id} - {None}
        siblings = one.state.parent_lead_id == other.state.parent_lead_id is not None
        siblings |= one.state.split_from == other.state.split_from is not None
        if not siblings and not parents & {one.lead_id, other.lead_id}:
            yield one, other
