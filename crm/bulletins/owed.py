"""月报报送, 督办通知: what units were asked for, and who has not answered. (F17; clauses 63, 64)"""

from collections.abc import Mapping
from typing import Any

from crm.bulletins.asking import Quoted
from crm.bulletins.document import Column, Kind, Section
from crm.bulletins.parts import LEAD, LED, Asking, known, within
from crm.figure_files import NOTICE_STATES
from domain.calendar import add_months, period_of

_MOST_PRINTED, _MOST_NEW = 15, 60


def returns(asking: Asking) -> Section:
    """Whose monthly returns are missing. (未报送单位)"""
    month, found = latest_returns(asking)
    said = known(
        (
            f"{month_said(month)}月报应报{{}}份，按时{{}}份、迟报{{}}份、未报{{}}份",
            found.figure("due"),
            found.figure("on_time", Kind.COUNT, "returns_on_time"),
            found.figure("late", Kind.COUNT, "returns_late"),
            found.figure("missing", Kind.COUNT, "returns_missing"),
        ),
        ("，完整率{}", found.figure("completeness", Kind.SHARE, "returns_completeness")),
        ("；与上月雷同{}个", found.figure("identical", Kind.COUNT, "returns_identical")),
        ("；现场核查率{}", found.figure("checked_share", Kind.SHARE, "returns_checked_share")),
    )
    units = found.table(
        "returns_by_unit",
        "各单位月报报送情况",
        (
            Column("name", "单位"),
            Column("projects", "项目（个）", Kind.COUNT),
            Column("due", "应报（份）", Kind.COUNT),
            Column("on_time", "按时", Kind.COUNT),
            Column("late", "迟报", Kind.COUNT),
            Column("missing", "未报", Kind.COUNT),
            Column("identical", "与上月雷同", Kind.COUNT),
            Column("completeness", "完整率", Kind.SHARE),
        ),
        "本期没有应报的月报。",
        items="by_unit",
        by="name",
    )
    missing = found.table(
        "returns_missing",
        "未报月报的项目",
        (
            *LEAD,
            Column("progress_label", "进度月报"),
            Column("investment_label", "固投月报"),
            *LED,
        ),
        "没有未报月报的项目。",
        keep=_missing,
        printed=_MOST_PRINTED,
    )
    return Section("returns", "月报报送", (said,), (units, missing))


def notices(asking: Asking) -> Section:
    """督办通知 of the stretch, and those still unanswered."""
    found = asking.q.notices()
    fresh = within(asking.of.since, asking.of.as_of, "issued_on")
    table = found.table(
        "notices",
        "本期发出和尚未回复的督办通知",
        (
            Column("code", "项目编号"),
            Column("title", "项目名称"),
            Column("recruiting_unit", "招引单位", Kind.UNIT),
            Column("level_label", "级别"),
            Column("issued_on", "发出日期", Kind.DAY),
            Column("due", "回复时限", Kind.DAY),
            Column("state", "状态", labels=NOTICE_STATES),
            Column("answered_on", "回复日期", Kind.DAY, labels={"": "未回复"}),
        ),
        "本期没有发出督办通知，也没有尚未回复的通知。",
        by="notice_id",
        keep=lambda item: fresh(item) or item["answered_on"] is None,
        printed=_MOST_NEW,
    )
    said = known(
        ("累计发出督办通知{}份", found.figure("count")),
        ("，回复率{}", found.figure("reply_rate", Kind.SHARE)),
    )
    return Section("notices", "督办通知", (said,), (table,))


def latest_returns(asking: Asking) -> tuple[str, Quoted]:
    """The last month whose returns are all due: before that, nobody has failed to report."""
    month = period_of(add_months(asking.of.as_of, -1))
    found = asking.q.returns(month)
    if found.at("due_on") < asking.of.as_of.isoformat():
        return month, found
    before = period_of(add_months(asking.of.as_of, -2))
    return before, asking.q.returns(before)


def _missing(item: Mapping[str, Any]) -> bool:
    return "missing" in (item["progress"], item["investment"])


def month_said(month: str) -> str:
    year, number = month.split("-")
    return f"{year}年{int(number)}月"
