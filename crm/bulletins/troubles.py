"""问题、变色、月报、督办、数据疑点: what stands in the way, and who has not reported.

F17, F18, F21; plan clauses 27–29, 35–37, 63, 64, 66, 76.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crm.bulletins.asking import Quoted
from crm.bulletins.document import Chart, ChartKind, Column, Kind, Paragraph, Section
from crm.bulletins.owed import latest_returns, month_said
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
from crm.presentation import COLOUR_LABELS
from domain.unit.known import unit_name

_MOST_PRINTED, _MOST_RED, _MOST_NEW = 15, 40, 60
_MOST_NAMED = 3
_PROBLEM = (
    Column("code", "编号"),
    Column("lead_title", "项目名称"),
    Column("class_label", "问题类别"),
    Column("text", "问题描述"),
    Column("leader", "责任领导"),
    Column("unit", "责任单位", Kind.UNIT),
    Column("person", "责任人"),
)


def in_brief(asking: Asking) -> Iterator[Paragraph]:
    """For the first page, after the lists: what else is late, who answers for what is red, what
    has changed."""
    of, q = asking.of, asking.q
    summary, (month, returns) = q.problem_summary(of.since), latest_returns(asking)
    yield known(
        ("；逾期未销号问题{}个", summary.figure("overdue", Kind.COUNT, "problems_overdue")),
        (
            f"；{month_said(month)}月报未报{{}}份",
            returns.figure("missing", Kind.COUNT, "returns_missing"),
        ),
    )
    board, changed = q.colours(), q.colour_changes(of.before)
    red = [item for item in board.at("items") if item["colour"] == "red"]
    yield known(
        ("红色项目{}个", board.figure("counts.red", Kind.COUNT, "colour_red")),
        *(f"；{said}：{_answering(red, *by)}" for said, *by in _ANSWERS if red),
    )
    turned = Counter(_change(item) for item in changed.at("items"))
    yield known(
        *(
            _moved(label, q.stage_list(name, of.before), q.stage_list(name))
            for name, label in LIST_LABELS.items()
        ),
        f"；颜色转差{turned['worse']}个、转好{turned['better']}个",
        (
            "；新提出问题{}个、销号{}个",
            summary.figure("raised_since", Kind.COUNT, "problems_raised_since"),
            summary.figure("closed_since", Kind.COUNT, "problems_closed_since"),
        ),
        opening="与上期末相比，",
    )


def _moved(label: str, before: Quoted, now: Quoted) -> Clause:
    count = now.figure("count")
    if before.at("count") == count.value:
        return (f"，{label}仍为{{}}个", count)
    return (f"，{label}由{{}}个变为{{}}个", before.figure("count"), count)


_ANSWERS = (("包抓领导", "leader", "人"), ("责任单位", "unit", "家"))


def _answering(items: list[Mapping[str, Any]], key: str, word: str) -> str:
    """Who answers for how many, the most first."""
    counted = Counter(unit_name(item[key]) for item in items if item[key])
    named = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    nobody = len(items) - counted.total()
    parts = [
        listed([f"{name}{count}个" for name, count in named], _MOST_NAMED, word),
        f"未落实{nobody}个" if nobody else "",
    ]
    return "，".join(part for part in parts if part)


def problems(asking: Asking) -> Section:
    """New, closed and overdue problems. (问题清单、销号管理)"""
    of = asking.of
    found, late = asking.q.problems(), asking.q.problems(overdue=True)
    summary = asking.q.problem_summary(of.since)
    said = known(
        (
            "本期新提出问题{}个，销号{}个；现有待解决{}个、已申请销号{}个，逾期{}个",
            summary.figure("raised_since", Kind.COUNT, "problems_raised_since"),
            summary.figure("closed_since", Kind.COUNT, "problems_closed_since"),
            summary.figure("open", Kind.COUNT, "problems_open"),
            summary.figure("claimed", Kind.COUNT, "problems_claimed"),
            summary.figure("overdue", Kind.COUNT, "problems_overdue"),
        ),
        (
            "；累计销号率{}",
            summary.figure("close_out_rate", Kind.SHARE, "problem_close_out_rate"),
        ),
        ("，按期销号率{}", summary.figure("in_time_rate", Kind.SHARE, "problem_in_time_rate")),
    )
    raised = found.table(
        "problems_raised",
        "本期新提出的问题",
        (*_PROBLEM, Column("raised_on", "提出日期", Kind.DAY), Column("due", "完成时限", Kind.DAY)),
        "本期没有新提出的问题。",
        keep=within(of.since, of.as_of, "raised_on"),
        printed=_MOST_NEW,
    )
    closed = found.table(
        "problems_closed",
        "本期销号的问题",
        (
            *_PROBLEM,
            Column("closed_on", "销号日期", Kind.DAY),
            Column("confirmer", "销号确认人"),
        ),
        "本期没有销号的问题。",
        keep=within(of.since, of.as_of, "closed_on"),
        printed=_MOST_NEW,
    )
    overdue = late.table(
        "problems_overdue",
        "逾期未销号的问题",
        (
            *_PROBLEM,
            Column("due", "完成时限", Kind.DAY),
            Column("overdue_days", "逾期天数", Kind.COUNT),
        ),
        "没有逾期未销号的问题。",
        printed=_MOST_PRINTED,
    )
    return Section("problems", "问题清单和销号", (said,), (raised, closed, overdue))


def colours(asking: Asking) -> Section:
    """Who is red, yellow, green; who changed since the period before. (三色管理)"""
    board, changed = asking.q.colours(), asking.q.colour_changes(asking.of.before)
    turned = Counter(_change(item) for item in changed.at("items"))
    parts = "、".join(f"{word}{turned[kind]}个" for kind, word in _CHANGES.items() if turned[kind])
    said = say(
        "按三色管理，绿{0}个、黄{1}个、红{2}个、无计划{3}个；与上期末相比变动{4}个"
        f"{f'，其中{parts}' if parts else ''}。",
        *(
            board.figure(f"counts.{colour}", Kind.COUNT, f"colour_{colour}")
            for colour in COLOUR_LABELS
        ),
        changed.figure("count"),
    )
    by_stage = board.table(
        "colours_by_stage",
        "各环节三色情况",
        (
            Column("name", "环节"),
            *(Column(code, label, Kind.COUNT) for code, label in _SHORT.items()),
        ),
        "没有需要判色的项目。",
        items="by_stage",
        by="name",
    )
    none = "、".join(word for kind, word in _CHANGES.items() if not turned[kind])
    moved = [
        changed.table(
            f"colours_{kind}",
            f"{word}项目",
            (
                *LEAD,
                Column("before.label", "原颜色", Kind.COLOUR, labels={"": "未判色"}),
                Column("after.label", "现颜色", Kind.COLOUR, labels={"": "不再判色"}),
                Column("after.reasons.0.detail", "原因"),
                *LED,
            ),
            f"与上期末相比没有{none}的项目。",
            keep=_changed(kind),
            printed=_PRINTED[kind],
        )
        for kind, word in _CHANGES.items()
    ]
    red = board.table(
        "red",
        "红色项目",
        (
            *LEAD,
            Column("stage_label", "环节"),
            Column("reasons.0.detail", "原因"),
            Column("overdue_days", "超期天数", Kind.COUNT),
            *LED,
        ),
        "没有红色项目。",
        keep=lambda item: item["colour"] == "red",
        printed=_MOST_RED,
    )
    chart = Chart(
        "colours_by_stage",
        "各环节三色情况",
        ChartKind.STACKED,
        "colours_by_stage",
        "name",
        ("red", "yellow", "green", "grey"),  # the worst is the darkest in black and white
    )
    charts = (chart,) if by_stage.rows else ()
    return Section("colours", "三色情况", (said,), (by_stage, red, *moved), charts)


_CHANGES = {"worse": "转差", "better": "转好", "new": "新列入", "gone": "不再判色"}
# Leaders want to know what has turned; the others are a project's coming and going.
_PRINTED = {"worse": _MOST_RED, "better": _MOST_PRINTED, "new": 0, "gone": 0}
_SEVERITY = {"green": 0, "grey": 1, "yellow": 2, "red": 3}
_SHORT = {**COLOUR_LABELS, "grey": "无计划"}


def _change(item: Mapping[str, Any]) -> str:
    """Which way a project's colour went since the period before."""
    before, after = item["before"], item["after"]
    if before is None or after is None:
        return "new" if before is None else "gone"
    return "worse" if _SEVERITY[after["colour"]] > _SEVERITY[before["colour"]] else "better"


def _changed(kind: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda item: _change(item) == kind


def doubts(asking: Asking) -> Section:
    """数据疑点: how many of each kind."""
    found = asking.q.anomalies()
    table = found.table(
        "anomalies",
        "数据疑点",
        (
            Column("label", "疑点"),
            Column("severity", "程度", labels=_severities(found.shown)),
            Column("count", "个数", Kind.COUNT),
        ),
        "没有发现数据疑点。",
        items="by_kind",
        by="name",
        keep=lambda item: item["count"] > 0,
    )
    text = "按规则核对，现有数据疑点{0}项" + ("，请录入单位核实更正。" if table.rows else "。")
    said = say(text, found.figure("count"))
    return Section("doubts", "数据质量", (said,), (table,))


def sponsors(asking: Asking) -> Section:
    """责任包抓: coverage, and who is without a leader. Plan clause 60."""
    found = asking.q.responsibility()
    none = "没有需要包抓的项目。"
    said = known(
        ("在建和未投产项目{}个", found.figure("live")),
        (
            "，已落实包抓领导{}个，覆盖率{}",
            found.figure("led"),
            found.figure("coverage", Kind.SHARE, "leader_coverage"),
        ),
    )
    table = found.table(
        "leaders",
        "各包抓领导项目数",
        (Column("leader", "包抓领导"), Column("count", "项目（个）", Kind.COUNT)),
        "尚无落实包抓领导的项目。" if found.at("live") else none,
        items="leaders",
        by="leader",
    )
    without = found.table(
        "without_leader",
        "未落实包抓领导的项目",
        (*LEAD, Column("stage_label", "环节"), COLOUR),
        "项目均已落实包抓领导。" if found.at("live") else none,
        items="without_leader",
        printed=_MOST_PRINTED,
    )
    return Section("sponsors", "责任包抓", (said,), (table, without))


def exit_proposals(asking: Asking) -> Section:
    """退出建议: stalled leads, and what is next."""
    found = asking.q.exits()
    table = found.table(
        "exit_proposals",
        "长期停滞项目和处置建议",
        (
            *LEAD,
            Column("rule_label", "情形"),
            Column("due_on", "应完成日期", Kind.DAY),
            Column("days_past", "超出处置时限（天）", Kind.COUNT),
            Column("step_label", "建议"),
            *LED,
        ),
        "没有达到退出条件的项目。",
        printed=_MOST_PRINTED,
    )
    said = say("按退出规则，停滞、需要处置的情形{0}项。", found.figure("count"))
    return Section("exit_proposals", "停滞项目处置", (said,), (table,))


def _severities(shown: Mapping[str, Any]) -> dict[str, str]:
    return {code: counted["label"] for code, counted in shown["by_severity"].items()}
