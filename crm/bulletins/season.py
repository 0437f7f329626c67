"""四比晾晒, 前三名, 约谈, 签约开工晾晒表: who did best in a season, and who lags. (F22)

Plan clauses 39, 67, 71, 75, 77. Towns, departments and the 经开区 are ranked apart.
"""

import re

from crm.bulletins.asking import Quoted
from crm.bulletins.document import Chart, ChartKind, Column, Kind, Paragraph, Section, Table
from crm.bulletins.parts import Asking, listed, say
from domain.vocabulary import UnitGroup

_UNIT = re.compile(r"（[^（）]+）$")


def rankings(asking: Asking) -> Section:
    """Each group's ranking, with the points of every part."""
    period = asking.of.period.key
    best = asking.q.best(period)
    tables, charts, paragraphs = [], [], []
    for nth, group in enumerate(UnitGroup):
        found = asking.q.ranking(period, group)
        table = _ranking(found, group)
        tables.append(table)
        if len(table.rows) == 1:
            paragraphs.append(_alone(found, group))
        elif names := listed([item["unit"] for item in best.at(f"groups.{nth}.items")]):
            paragraphs.append(say(f"{group.label}组前{found.at('awarded_places')}名：{names}。"))
        if len(table.rows) > 1:
            charts.append(
                Chart(
                    f"ranking_{group.value}",
                    f"{group.label}组得分",
                    ChartKind.BARS,
                    table.key,
                    "unit",
                    ("score",),
                )
            )
    return Section("rankings", "四比评比排名", tuple(paragraphs), tuple(tables), tuple(charts))


def _alone(found: Quoted, group: UnitGroup) -> Paragraph:
    """Nobody is first of one: its score stands in the sentence, its parts in the workbook."""
    unit = listed([found.at("items.0.unit")])
    return say(
        f"{group.label}组仅{unit}1个单位，得分{{0}}分，不排名次。",
        found.figure("items.0.score", Kind.POINTS),
    )


def _ranking(found: Quoted, group: UnitGroup) -> Table:
    items = found.at("items")
    parts = items[0]["parts"] if items else []
    columns = (
        Column("rank", "名次", Kind.COUNT),
        Column("unit", "单位"),
        Column("score", "得分", Kind.POINTS),
        *(
            # Points, whatever the part itself is counted in.
            Column(
                f"parts.{nth}.points",
                _UNIT.sub("", part["label"]),
                Kind.POINTS,
                part["comparison"],
            )
            for nth, part in enumerate(parts)
        ),
        Column("bonus", "加分", Kind.POINTS),
        Column("deduction", "扣分", Kind.POINTS),
        Column("completion.both", "任务完成率", Kind.SHARE),
    )
    return found.table(
        f"ranking_{group.value}",
        f"{group.label}组评比排名",
        columns,
        f"本期没有参评的{group.label}。",
        by="unit",
        printed=0 if len(items) == 1 else None,
    )


def interviews(asking: Asking) -> Section:
    """约谈对象: both conditions, each by itself."""
    found = asking.q.interviews(asking.of.period.key)
    table = found.table(
        "interviews",
        "排名靠后或严重滞后的单位",
        (
            Column("unit", "单位"),
            Column("group_label", "组别"),
            Column("conditions.last.rank", "名次", Kind.COUNT),
            Column("conditions.last.holds", "排名靠后", Kind.FLAG),
            Column("conditions.behind.gap_pp", "超欠进度（百分点）", Kind.GAP),
            Column("conditions.behind.holds", "严重滞后", Kind.FLAG),
            Column("to_interview", "应约谈", Kind.FLAG),
        ),
        "没有排名靠后或严重滞后的单位。",
        by="unit",
    )
    due = [item["unit"] for item in found.at("items") if item["to_interview"]]
    text = f"同时符合两个条件、应予约谈：{listed(due)}。" if due else "没有同时符合两个条件的单位。"
    return Section("interviews", "约谈对象", (say(text),), (table,))


def showing(asking: Asking) -> Section:
    """签约开工晾晒表 of the towns."""
    found = asking.q.showing(asking.of.year)
    labels = found.at("labels")
    table = found.table(
        "showing",
        "各镇签约开工晾晒表",
        (
            Column("rank", labels["rank"], Kind.COUNT),
            Column("unit", labels["unit"]),
            *(
                Column(name, labels[name], Kind.COUNT)
                for name in ("signed_one", "signed_two", "signed_three", "started_one")
            ),
            Column("start_rate", labels["start_rate"], Kind.SHARE),
        ),
        "没有参评的镇，或各镇尚无签约项目。",
        by="unit",
        keep=lambda _: any(item["rank"] for item in found.at("items")),
    )
    return Section("showing", "签约开工晾晒", (), (table,))
