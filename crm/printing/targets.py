"""The year's target as printed tables: the county's figures, then each division of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from crm.presentation import METRIC_LABELS, Shown
from crm.printing.table import Column, Kind, OfTotals, Ratio, Row, Table, said_by

_PROJECTS, _AMOUNT = "projects", "agreed_total_wan"
_NET = {
    "target": "目标",
    "actual": "完成",
    "completion": "完成率",
    "gap_pp": "超欠(百分点)",
    "remaining": "剩余",
}
_GROSS = {"gross": "签约总数", "exited": "已退出"}
_BESIDE = {**_GROSS, "recognised": "已认定", "adjustments": "合并核减"}
_RATIOS = ("fai_ratio", "domestic_growth", "foreign_growth")
_OF_RATIO = ("target", "actual", "remaining")
_LOOKS = {"completion": Kind.SHARE, "gap_pp": Kind.POINTS}
_SERIAL = Column("serial", "序号", Kind.SERIAL)
_PARTS = {"by_unit": "单位", "by_town": "镇", "by_chain": "产业链"}


def target_tables(shown: Shown) -> list[Table]:
    """The tables of a target as `crm.presentation.target_page` gives it, a sheet each."""
    year, day = shown["year"], date.fromisoformat(shown["as_of"])
    progress = Decimal(shown["time_progress"])
    whole = Table(
        name="全县",
        title=f"{year}年招商引资目标任务完成情况",
        columns=_whole_columns(),
        rows=[_whole_row(name, metric) for name, metric in shown["metrics"].items()],
        day=day,
        counted=None,
        money="见各指标",
        said=f"时序进度：{progress:.2%}    {said_by(shown)}",
    )
    divided = replace(whole, money="个、万元")
    parts = [
        replace(
            divided,
            name=f"分{word}",
            title=f"{whole.title}（分{word}）",
            columns=_divided_columns(word, sums=True),
            rows=[_divided_row(name, share) for name, share in shown[key].items()],
            counted="name",
        )
        for key, word in _PARTS.items()
    ]
    quarters = replace(
        divided,
        name="至各季度末",
        title=f"{whole.title}（至各季度末）",
        columns=_divided_columns("时间", sums=False),
        rows=[_divided_row(f"至第{q}季度末", share) for q, share in shown["by_quarter"].items()],
    )
    months = replace(
        divided,
        name="分月",
        title=f"{whole.title}（分月）",
        columns=[
            _SERIAL,
            Column("name", "月份"),
            Column(f"{_PROJECTS}.actual", "招引项目(个)", Kind.COUNT, total=True),
            Column(f"{_AMOUNT}.actual", "协议资金(万元)", Kind.WAN, total=True),
        ],
        rows=[
            {"name": month, **{f"{key}.actual": _number(value) for key, value in figures.items()}}
            for month, figures in shown["by_month"].items()
        ],
        counted="name",
    )
    return [whole, *parts, quarters, months]


def _whole_columns() -> list[Column]:
    net = [Column(key, word, _LOOKS.get(key, Kind.WAN), "净完成情况") for key, word in _NET.items()]
    beside = [Column(key, word, Kind.WAN, "其中") for key, word in _BESIDE.items()]
    return [_SERIAL, Column("name", "指标", widest=40), *net, *beside]


def _whole_row(name: str, metric: Mapping[str, Any]) -> Row:
    row: Row = {key: _number(metric.get(key)) for key in (*_NET, *_BESIDE)}
    if name in _RATIOS:  # the growths and the ratio stand in columns of counts and amounts
        ratios = {key: Ratio(row[key]) for key in _OF_RATIO if row[key] is not None}
        row = {**row, **ratios}
    return {**row, "name": METRIC_LABELS[name]}


def _divided_columns(word: str, *, sums: bool) -> list[Column]:
    """The two main figures side by side; units, towns and chains add up, quarters do not."""
    columns = [_SERIAL, Column("name", word, widest=24)]
    for metric, label, kind in (
        (_PROJECTS, "招引项目(个)", Kind.COUNT),
        (_AMOUNT, "协议资金(万元)", Kind.WAN),
    ):
        target, actual = f"{metric}.target", f"{metric}.actual"
        totals: dict[str, bool | OfTotals] = {
            "completion": OfTotals(actual, "/", target),
            "gap_pp": False,
            "remaining": OfTotals(target, "-", actual),
        }
        columns += [
            Column(
                f"{metric}.{key}",
                header,
                _LOOKS.get(key, kind),
                label,
                sums and totals.get(key, True),
            )
            for key, header in {**_NET, **_GROSS}.items()
        ]
    return columns


def _divided_row(name: str, share: Mapping[str, Mapping[str, Any]]) -> Row:
    row: Row = {
        f"{metric}.{key}": _number(value)
        for metric, figures in share.items()
        for key, value in figures.items()
    }
    return {**row, "name": name}


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
