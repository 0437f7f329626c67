"""Which papers does each milestone need, and which are missing? (佐证材料, 认定前置)

Domain section 1.4, "Evidence required before 认定": a proposal, so nothing is refused for a
missing paper; it is listed. Words are those staff write on papers; any of them will do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.lead.papers import PHOTO, papers_that_say
from domain.lead.state import Check, LeadState
from domain.vocabulary import (
    FundsSource,
    Gate,
    PermitItem,
    PermitState,
    SiteFinding,
    StartBasis,
)

_SITE_PHOTOS = 2

_SIGNED_TEXT = ("协议", "合同", "扫描", "盖章", "签章", "文本")
_LICENCE = ("营业执照", "执照", "登记证")
_SHARES = ("股权", "股东", "章程", "出资")
_FILING = ("备案", "立项", "核准")
_BUILDING = ("施工许可", "施工合同", "承包合同", "中标")
_INSTALLING = ("租赁", "厂房", "安装合同", "设备合同", "采购合同")
_ACCEPTANCE = ("验收", "竣工")
_AT_WORK = ("发票", "完税", "税票", "纳税", "电费", "用电", "销售")

_TEXTS = ("AgreementSigned", "AgreementUpgraded", "AgreementAmended")
_ON_SITE = ("ConstructionStarted", "SiteChecked", "MonthlyProgressReported")
_PRODUCING = ("ProductionStarted", "SiteChecked", "FollowUpVisitLogged", "ServiceVisitLogged")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One paper (or fact) a gate asks for; `code` is stable English, `label` what staff read."""

    gate: Gate
    code: str
    label: str
    met: Callable[[LeadState], bool]


def _paper(*words: str, came_with: tuple[str, ...] | None = None) -> Callable[[LeadState], bool]:
    return lambda state: bool(papers_that_say(state, words, came_with))


def _obtained(state: LeadState, item: PermitItem) -> bool:
    permit = state.permits.get(item)
    return permit is not None and permit.state is PermitState.OBTAINED


def _filed(state: LeadState) -> bool:
    return _obtained(state, PermitItem.FILING) or bool(papers_that_say(state, _FILING))


def _may_build(state: LeadState) -> bool:
    """Plant-lease projects have no civil works, so a lease or an installation contract will do."""
    words = (*_BUILDING, *(_INSTALLING if state.start_basis is StartBasis.INSTALLATION else ()))
    return _obtained(state, PermitItem.CONSTRUCTION) or bool(papers_that_say(state, words))


def _photographed(state: LeadState) -> bool:
    photos = papers_that_say(state, PHOTO, _ON_SITE)
    return sum(photo.taken_on is not None for photo in photos) >= _SITE_PHOTOS


def verified_by_another(state: LeadState) -> bool:
    """A 现场核查 of the works, entered by somebody else than the start was."""
    return any(
        check.found is not SiteFinding.IDLE and check.by != state.start_recorded_by
        for check in checks_since_start(state)
    )


def checks_since_start(state: LeadState) -> list[Check]:
    """现场核查 on the day of the start or after it."""
    start = state.started_on
    return [check for check in state.checks if start is not None and check.on >= start]


def _accepted(state: LeadState) -> bool:
    return bool(
        state.acceptance
        or papers_that_say(state, _ACCEPTANCE, ("ConstructionCompleted",))
        or any(check.found is SiteFinding.FINISHED for check in state.checks)
    )


# Not asked for, because no field holds them: the payer of funds, the capacity reached.
REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        Gate.SIGNING,
        "signed_text",
        "协议（合同）签章扫描件",
        _paper(*_SIGNED_TEXT, came_with=_TEXTS),
    ),
    Requirement(
        Gate.SIGNING, "due_diligence", "尽职调查结果", lambda s: s.diligence_at_signing is not None
    ),
    Requirement(
        Gate.SIGNING, "contract_review", "合同审查意见", lambda s: s.review_at_signing is not None
    ),
    Requirement(Gate.SIGNING, "licence", "签约方营业执照", _paper(*_LICENCE)),
    Requirement(Gate.REGISTRATION, "company_licence", "项目公司营业执照", _paper(*_LICENCE)),
    Requirement(Gate.REGISTRATION, "uscc", "统一社会信用代码", lambda s: bool(s.company_uscc)),
    Requirement(
        Gate.REGISTRATION,
        "shareholders",
        "股权结构（县内、县外）",
        lambda s: s.outside_share is not None or bool(papers_that_say(s, _SHARES)),
    ),
    Requirement(Gate.FUNDS, "funds_papers", "每笔到位资金的凭证", lambda s: s.unproven_funds == 0),
    Requirement(
        Gate.FUNDS,
        "funds_source",
        "每笔到位资金的来源",
        lambda s: FundsSource.UNSPECIFIED not in s.funds_yuan,
    ),
    Requirement(Gate.START, "filing", "立项备案", _filed),
    Requirement(Gate.START, "building_permit", "施工许可证或施工合同", _may_build),
    Requirement(Gate.START, "site_photos", "两张注明日期的现场照片", _photographed),
    Requirement(Gate.START, "verifier", "录入人以外的人员现场核查", verified_by_another),
    Requirement(Gate.STATISTICS, "statistics_code", "统计代码", lambda s: bool(s.statistics_code)),
    Requirement(Gate.COMPLETION, "acceptance", "验收记录或现场核查", _accepted),
    Requirement(Gate.PRODUCTION, "at_work", "首张销售发票、完税或用电凭证", _paper(*_AT_WORK)),
    Requirement(
        Gate.PRODUCTION, "production_photos", "投产照片", _paper(*PHOTO, came_with=_PRODUCING)
    ),
)


def reached_gates(state: LeadState) -> list[Gate]:
    """The gates a lead has passed, in order; those of an exited lead are not asked about.

    Nor what a part took over of the lead it was split from: that was asked there.
    """
    if state.exited_on is not None:
        return []
    reached = {
        Gate.SIGNING: None if state.split_from is not None else state.signed_on,
        Gate.REGISTRATION: state.company_registered_on,
        Gate.FUNDS: state.first_funds_on,
        Gate.START: state.started_on,
        Gate.STATISTICS: state.statistics_on,
        Gate.COMPLETION: state.completed_on,
        Gate.PRODUCTION: state.produced_on,
    }
    since = state.split_on or date.min
    return [gate for gate, day in reached.items() if day is not None and day > since]


def missing_papers(state: LeadState) -> dict[Gate, list[Requirement]]:
    """What is missing of each milestone reached; gates with nothing missing are left out."""
    missing = {
        gate: [r for r in REQUIREMENTS if r.gate is gate and not r.met(state)]
        for gate in reached_gates(state)
    }
    return {gate: lacking for gate, lacking in missing.items() if lacking}
