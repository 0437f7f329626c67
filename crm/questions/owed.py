"""回访, 服务员到位, 月报, 手续, 督办通知: what is owed to projects, and by whom."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from crm.application import CRM
from crm.attending_presentation import (
    attendance_shown,
    follow_up_due,
    follow_ups_shown,
    missed_visit,
    monthly_return,
    open_permit,
    permits_shown,
    returns_shown,
)
from crm.exit_presentation import notice_line
from crm.export import Sheet, items_sheet
from crm.figure_files import (
    FOLLOW_UP_COLUMNS,
    MISSED_VISIT_COLUMNS,
    NOTICE_COLUMNS,
    NOTICE_STATES,
    PERMIT_COLUMNS,
    RETURN_COLUMNS,
)
from crm.presentation import Shown
from crm.questions.answer import Clocked, Listed, states
from domain.calendar import add_months, period_of
from domain.errors import BadInput
from domain.vocabulary import NoticeLevel
from projections.lead_states import Where, leads_on
from projections.notices import IssuedNotice, NoticeState, notices
from projections.permits import STAGES as PERMIT_STAGES
from projections.permits import OpenPermit, permits
from projections.returns import STAGES as RETURN_STAGES
from projections.returns import MonthlyReturn, monthly_returns
from projections.visits import FollowUpDue, OfficerMonth, follow_ups, service_visits


def ask_follow_ups(
    crm: CRM, when: Clocked, where: Where, since: date | None = None, *, detail: bool = False
) -> Listed[FollowUpDue]:
    """回访率 from `since` (default: New Year) to D, and whom to visit."""
    with states(crm, when) as (connection, at, rules):
        first = _first(since, at.as_of)
        found = follow_ups(leads_on(connection, at, where), first, at.as_of, rules)
    head = {"since": first.isoformat(), **follow_ups_shown(found, detail=detail)}
    return Listed(at, head, found.due, follow_up_due, "应回访项目", _follow_ups_sheet)


def ask_service_visits(
    crm: CRM, when: Clocked, where: Where, since: date | None = None, *, detail: bool = False
) -> Listed[OfficerMonth]:
    """服务员到位率 from `since` (default: New Year) to D, and the months without a visit."""
    with states(crm, when) as (connection, at, rules):
        first = _first(since, at.as_of)
        found = service_visits(leads_on(connection, at, where), first, at.as_of, rules)
    head = {"since": first.isoformat(), **attendance_shown(found, detail=detail)}
    return Listed(at, head, found.missed, missed_visit, "服务员未到位", _visits_sheet)


def ask_returns(
    crm: CRM, when: Clocked, where: Where, month: str | None = None
) -> Listed[MonthlyReturn]:
    """What came of the returns of a month (YYYY-MM; default: the one before D's)."""
    with states(crm, when) as (connection, at, rules):
        period = month or period_of(add_months(at.as_of, -1))
        leads = leads_on(connection, at, where, stages=RETURN_STAGES)
        found = monthly_returns(leads, period, at.as_of, rules)
    return Listed(at, returns_shown(found), found.items, monthly_return, "月报报送", _returns_sheet)


def ask_permits(
    crm: CRM, when: Clocked, where: Where, year: int | None = None, *, detail: bool = False
) -> Listed[OpenPermit]:
    """手续办结率 and the items still to be obtained: of all, or of those signed in a year."""
    with states(crm, when) as (connection, at, rules):
        leads = leads_on(connection, at, where, stages=PERMIT_STAGES)
        found = permits(leads, at.as_of, year, rules)
    head = permits_shown(found, detail=detail)
    return Listed(at, head, found.open, open_permit, "待办手续", _permits_sheet)


def ask_notices(
    crm: CRM,
    when: Clocked,
    where: Where,
    state: NoticeState | None = None,
    level: NoticeLevel | None = None,
    lead_id: UUID | None = None,
) -> Listed[IssuedNotice]:
    """The notices asked for; the reply rate is of all in unit, town and chain."""
    with states(crm, when) as (connection, at, _):
        found = notices(leads_on(connection, at, where), at.as_of)
    listed = [
        one
        for one in found.items
        if state in (None, one.state)
        and level in (None, one.notice.level)
        and lead_id in (None, one.lead_id)
    ]
    head = {"reply_rate": found.reply_rate, "count": len(listed)}
    return Listed(at, head, listed, notice_line, "督办通知", _notices_sheet)


def _first(since: date | None, day: date) -> date:
    first = since or date(day.year, 1, 1)
    if first > day:
        raise BadInput("since", "起始日期不能晚于业务日期")
    return first


def _laid_out(
    name: str, columns: dict[str, str], brief: tuple[str, ...], said: Callable[[Shown], str]
) -> Callable[[Shown], Sheet]:
    def layout(shown: Shown) -> Sheet:
        return items_sheet(shown["items"], columns, name, brief, [said(shown)])

    return layout


def _rate(value: str | None) -> str:
    return "—" if value is None else value


_follow_ups_sheet = _laid_out(
    "应回访项目",
    FOLLOW_UP_COLUMNS,
    ("code", "title", "recruiting_unit", "produced_on", "last_follow_up_on", "due_on",
     "overdue_days", "unit", "person"),
    lambda s: f"{s['since']} 以来：投产项目 {s['projects']} 个，已回访 {s['visited']} 个，"
    f"回访率 {_rate(s['rate'])}",
)  # fmt: skip
_visits_sheet = _laid_out(
    "服务员未到位",
    MISSED_VISIT_COLUMNS,
    ("month", "officer", "code", "title", "stage_label", "recruiting_unit", "host_town"),
    lambda s: (
        f"{s['since']} 以来：应到位 {s['assigned']} 项目月，已到位 {s['visited']}，"
        f"到位率 {_rate(s['rate'])}"
    ),
)
_returns_sheet = _laid_out(
    "月报报送",
    RETURN_COLUMNS,
    ("code", "title", "recruiting_unit", "progress_label", "progress_on", "investment_label",
     "investment_on", "mark_label", "checked"),
    lambda s: f"{s['period']}，应于 {s['due_on']} 前报送：完整率 {_rate(s['completeness'])}，"
    f"现场核查率 {_rate(s['checked_share'])}",
)  # fmt: skip
_permits_sheet = _laid_out(
    "待办手续",
    PERMIT_COLUMNS,
    ("code", "title", "recruiting_unit", "item_label", "due", "overdue_days", "unit", "person"),
    lambda s: (
        f"应办 {s['required']} 项，已办 {s['obtained']} 项，逾期 {s['overdue']} 项，"
        f"办结率 {_rate(s['item_rate'])}；项目 {s['projects']} 个，全部办结 {s['done']} 个，"
        f"项目办结率 {_rate(s['project_rate'])}（季度目标 {_rate(s['target'])}）"
    ),
)


def _notices_sheet(shown: Shown) -> Sheet:
    items = [{**item, "state_label": NOTICE_STATES[item["state"]]} for item in shown["items"]]
    brief = ("level_label", "code", "title", "text", "issued_on", "due", "answered_on",
             "state_label")  # fmt: skip
    said = [f"按期回复率 {_rate(shown['reply_rate'])}"]
    return items_sheet(items, NOTICE_COLUMNS, "督办通知", brief, said)
