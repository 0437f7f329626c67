"""总体完成情况, 任务分解, 三个清单: how far the year is, who carries it, what moved. (F1–F4, L1–L3)

Plan clauses 21–24, 29, 40, 62, 63; domain section 3.2.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from crm.bulletins.asking import Quoted
from crm.bulletins.document import Chart, ChartKind, Column, Kind, Paragraph, Section, Table
from crm.bulletins.parts import (
    COLOUR,
    LEAD,
    LED,
    LIST_LABELS,
    Asking,
    Clause,
    known,
    listed,
    say,
    within,
)
from crm.bulletins.troubles import in_brief
from crm.bulletins.writing.words import as_number
from crm.presentation import METRIC_LABELS
from domain.calendar import add_months, month_end

_MAIN = ("projects", "agreed_total_wan")
_METRIC_KINDS = {
    "projects": Kind.COUNT,
    "agreed_total_wan": Kind.WAN,
    "fai_ratio": Kind.SHARE,
    "big_projects": Kind.COUNT,
    "built_projects": Kind.COUNT,
    "domestic_growth": Kind.SHARE,
    "foreign_growth": Kind.SHARE,
}
_MOST_PRINTED, _MOST_NEW, _MOST_NAMED = 15, 60, 5


# --- 总体完成情况 -----------------------------------------------------------------------------


def overview(asking: Asking) -> Section:
    """The year's figures beside target and time progress."""
    target = asking.q.target(asking.of.year)
    set_yet = any(each["target"] is not None for each in target.at("metrics").values())
    table = target.table(
        "metrics",
        "年度目标任务完成情况",
        (
            Column("name", "指标", labels=METRIC_LABELS),
            Column("target", "年度目标", Kind.OF_ROW),
            Column("actual", "完成", Kind.OF_ROW),
            Column("completion", "完成率", Kind.SHARE),
            Column("gap_pp", "超欠进度（百分点）", Kind.GAP),
            Column("remaining", "剩余（负为超额）", Kind.OF_ROW),
        ),
        "年度目标下达后，逐项列表对照。",
        items="metrics",
        by="name",
        keep=lambda _: set_yet,
        row_kinds=_METRIC_KINDS,
    )
    return Section("overview", "总体完成情况", tuple(_overall(asking, target)), (table,))


def overview_in_brief(asking: Asking) -> Section:
    """The two main figures and the three lists, in sentences only."""
    target = asking.q.target(asking.of.year)
    return Section("overview", "总体情况", tuple(_brief(asking, target)))


def _overall(asking: Asking, target: Quoted) -> Iterable[Paragraph]:
    """The first page: what leaders ask first, and the table's other figures after it."""
    yield from _brief(asking, target)
    yield known(
        (
            "，合同项目形成固定资产投资比例{}",
            target.figure("metrics.fai_ratio.actual", Kind.SHARE, "fai_ratio"),
        ),
        (
            "，5亿元以上产业项目{}个，建成5000万元以上产业项目{}个",
            target.figure("metrics.big_projects.actual", Kind.COUNT, "big_projects"),
            target.figure("metrics.built_projects.actual", Kind.COUNT, "built_projects"),
        ),
        (
            "，引进内资同比{}",
            target.figure("metrics.domestic_growth.actual", Kind.GROWTH, "domestic_growth"),
        ),
        (
            "，引进外资同比{}",
            target.figure("metrics.foreign_growth.actual", Kind.GROWTH, "foreign_growth"),
        ),
    )


def _brief(asking: Asking, target: Quoted) -> Iterable[Paragraph]:
    yield _two_figures(asking, target)
    yield _three_lists(asking)
    yield from in_brief(asking)


def _two_figures(asking: Asking, target: Quoted) -> Paragraph:
    day = asking.of.as_of
    figures = [
        target.figure("time_progress", Kind.SHARE),
        target.figure("metrics.projects.actual", Kind.COUNT, "projects"),
        target.figure("metrics.agreed_total_wan.actual", Kind.WAN, "agreed_total_wan"),
    ]
    text = f"截至{day.year}年{day.month}月{day.day}日，时序进度{{0}}。全县招引项目{{1}}个"
    unset = [name for name in _MAIN if target.at(f"metrics.{name}.target") is None]
    for name, unit in zip(_MAIN, ("个", "万元"), strict=True):
        if name == "agreed_total_wan":
            text += "；协议资金{2}万元"
        if name in unset:
            text += "（未下达年度目标）" if len(unset) == 1 else ""
            continue
        first = len(figures)
        figures += [
            target.figure(f"metrics.{name}.target", _METRIC_KINDS[name]),
            target.figure(f"metrics.{name}.completion", Kind.SHARE),
            target.figure(f"metrics.{name}.gap_pp", Kind.GAP),
        ]
        text += f"，完成年度目标{{{first}}}{unit}的{{{first + 1}}}，{{{first + 2}}}"
    if len(unset) == len(_MAIN):
        text += "。年度目标尚未下达"
    return Paragraph(text + "。", tuple(figures))


def _three_lists(asking: Asking) -> Paragraph:
    clauses: list[Clause] = []
    for name, label in LIST_LABELS.items():
        found, late = asking.q.stage_list(name), asking.q.stage_list(name, overdue=True)
        count = found.figure("count", Kind.COUNT, _LIST_METRICS[name])
        clauses.append((f"；{label}{{}}个", count))
        if count.value:
            clauses.append(("、{}万元", found.figure("total_agreed_wan", Kind.WAN)))
            clauses.append(("，超期{}个", late.figure("count")))
    return known(*clauses, opening="三个清单中，")


# --- 任务分解 ---------------------------------------------------------------------------------

_DIVISIONS = {"by_unit": "单位", "by_town": "镇", "by_chain": "产业链"}


def divisions(asking: Asking) -> Section:
    """The two main figures by unit, town and chain."""
    target = asking.q.target(asking.of.year)
    tables, charts, paragraphs = [], [], []
    for key, word in _DIVISIONS.items():
        if behind := _behind(target.at(key)):
            names = listed(behind, _MOST_NAMED)
            paragraphs.append(say(f"招引项目欠时序进度的{word}：{names}（差距大的在前）。"))
        columns = [Column("name", word)]
        for name, label, kind in (
            ("projects", "招引项目（个）", Kind.COUNT),
            ("agreed_total_wan", "协议资金（万元）", Kind.WAN),
        ):
            columns += [
                Column(f"{name}.target", "目标", kind, label),
                Column(f"{name}.actual", "完成", kind, label),
                Column(f"{name}.completion", "完成率", Kind.SHARE, label),
                Column(f"{name}.gap_pp", "超欠", Kind.GAP, label),
            ]
        table = target.table(
            key,
            f"各{word}完成情况",
            tuple(columns),
            f"尚无{word}的任务和签约记录。",
            items=key,
            by="name",
        )
        tables.append(table)
        if any(row["projects.completion"] is not None for row in table.rows):
            charts.append(
                Chart(
                    f"{key}_completion",
                    f"各{word}目标完成率",
                    ChartKind.BARS,
                    key,
                    "name",
                    ("projects.completion", "agreed_total_wan.completion"),
                )
            )
    return Section("divisions", "任务分解完成情况", tuple(paragraphs), tuple(tables), tuple(charts))


def _behind(divided: Mapping[str, Any]) -> list[str]:
    """Who lags with its projects, the widest gap first."""
    gaps = {name: as_number(each["projects"]["gap_pp"]) for name, each in divided.items()}
    return sorted((n for n, gap in gaps.items() if gap and gap < 0), key=lambda n: (gaps[n], n))


def months(asking: Asking) -> Section:
    """What each month brought."""
    target = asking.q.target(asking.of.year)
    signed = any(as_number(each[name]) for each in target.at("by_month").values() for name in _MAIN)
    table = target.table(
        "by_month",
        "分月完成情况",
        (
            Column("name", "月份", labels={m: f"{int(m[5:])}月" for m in target.at("by_month")}),
            Column("projects", "招引项目（个）", Kind.COUNT),
            Column("agreed_total_wan", "协议资金（万元）", Kind.WAN),
        ),
        "本年尚无签约。",
        items="by_month",
        by="name",
        keep=lambda _: signed,
    )
    chart = Chart(
        "by_month",
        "分月招引项目和协议资金",
        ChartKind.BARS,
        "by_month",
        "name",
        _MAIN,
    )
    less = tuple(
        known(
            (
                f"{int(month[5:])}月协议资金为{{}}万元，当月补充协议等核减的多于新增的",
                target.figure(f"by_month.{month}.agreed_total_wan", Kind.WAN),
            )
        )
        for month, each in target.at("by_month").items()
        if (as_number(each["agreed_total_wan"]) or 0) < 0
    )
    return Section("months", "分月进展", less, (table,), (chart,) if table.rows else ())


# --- 三个清单 ---------------------------------------------------------------------------------

_LIST_METRICS = {
    "signed-not-started": "list_signed_not_started",
    "started-not-completed": "list_started_not_completed",
    "completed-not-producing": "list_completed_not_producing",
}
_ENTERED = {
    "signed-not-started": Column("signed_on", "签约时间", Kind.DAY),
    "started-not-completed": Column("started_on", "开工时间", Kind.DAY),
    "completed-not-producing": Column("completed_on", "竣工时间", Kind.DAY),
}


def list_changes(asking: Asking) -> Section:
    """What came into the three lists since the period before, and what left them."""
    paragraphs, tables = [], []
    for name, label in LIST_LABELS.items():
        now = asking.q.stage_list(name)
        before = asking.q.stage_list(name, asking.of.before)
        amount = now.figure("total_agreed_wan", Kind.WAN)
        was, stands = _codes(before), _codes(now)
        paragraphs.append(
            known(
                (f"{label}：上期末{{}}个", before.figure("count")),
                f"，本期转入{len(stands - was)}个、转出{len(was - stands)}个",
                ("，现有{}个", now.figure("count", Kind.COUNT, _LIST_METRICS[name])),
                *([("，协议金额{}万元", amount)] if stands else []),
            )
        )
        columns = (*LEAD, _ENTERED[name], *LED)
        still = f"{label}本期没有转入和转出。" if was == stands else None
        tables += [
            now.table(
                f"{name}_entered",
                f"本期转入{label}的项目",
                columns,
                still or f"本期没有转入{label}的项目。",
                keep=_not_in(was),
                printed=_MOST_NEW,
            ),
            before.table(
                f"{name}_left",
                f"本期转出{label}的项目",
                columns,
                still or f"本期没有转出{label}的项目。",
                keep=_not_in(stands),
                printed=_MOST_NEW,
            ),
        ]
    return Section("list_changes", "三个清单变化", tuple(paragraphs), tuple(tables))


def overdue(asking: Asking) -> Section:
    """逾期节点: who is late, longest first."""
    clauses: list[Clause] = []
    tables = []
    all_late = {name: asking.q.stage_list(name, overdue=True) for name in LIST_LABELS}
    none = "、".join(LIST_LABELS[name] for name, late in all_late.items() if not late.at("count"))
    for name, label in LIST_LABELS.items():
        late = all_late[name]
        clauses.append((f"；{label}超期{{}}个", late.figure("count")))
        if late.at("count"):
            clauses.append(("，协议金额{}万元", late.figure("total_agreed_wan", Kind.WAN)))
        tables.append(
            late.table(
                f"{name}_overdue",
                f"{label}超期项目",
                (
                    *LEAD,
                    Column("due_on", "应完成日期", Kind.DAY),
                    Column("overdue_days", "超期天数", Kind.COUNT),
                    COLOUR,
                    *LED,
                ),
                f"{none}项目没有超期的。",
                printed=_MOST_PRINTED,
            )
        )
    return Section("overdue", "逾期节点", (known(*clauses),), tuple(tables))


def next_steps(asking: Asking) -> Section:
    """下一步: what falls due until the end of the next month."""
    day = asking.of.as_of
    last = _end_of_next_month(day)
    falls_due = within(day + timedelta(days=1), last, "due_on")
    coming = {
        name: sum(map(falls_due, asking.q.stage_list(name).at("items"))) for name in LIST_LABELS
    }
    until, count = f"{_said(day)}后至{_said(last)}", sum(coming.values())
    none = "、".join(LIST_LABELS[name] for name, due in coming.items() if not due)
    tables = [
        asking.q.stage_list(name).table(
            f"{name}_due",
            f"{label}即将到期项目",
            (*LEAD, Column("due_on", "应完成日期", Kind.DAY), COLOUR, *LED),
            f"{until}没有到期的{none}项目。",
            keep=falls_due,
            printed=_MOST_PRINTED,
        )
        for name, label in LIST_LABELS.items()
    ]
    said = say(f"{until}到期的节点共{count}个，请责任单位提前对接，逐项销号。")
    return Section("next_steps", "下一步工作", (said,) if count else (), tuple(tables))


def exited(asking: Asking) -> Section:
    """退出项目 of the stretch."""
    left = asking.q.stage_list("exited")
    table: Table = left.table(
        "exited",
        "本期退出的项目",
        (
            *LEAD,
            Column("signed_on", "签约时间", Kind.DAY),
            Column("exited_on", "退出时间", Kind.DAY),
        ),
        "本期没有退出的项目。",
        keep=within(asking.of.since, asking.of.as_of, "exited_on"),
        printed=_MOST_NEW,
    )
    amount = left.figure("total_agreed_wan", Kind.WAN)
    said = known(
        ("累计退出项目{}个", left.figure("count", Kind.COUNT, "list_exited")),
        *([("，协议金额{}万元", amount)] if left.at("count") else []),
        f"；本期退出{len(table.rows)}个",
    )
    return Section("exited", "项目退出", (said,), (table,))


def _codes(found: Quoted) -> set[str]:
    return {item["code"] for item in found.at("items")}


def _not_in(codes: set[str]) -> Callable[[Mapping[str, Any]], bool]:
    return lambda item: item["code"] not in codes


def _end_of_next_month(day: date) -> date:
    following = add_months(day.replace(day=1), 1)
    return month_end(following.year, following.month)


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
