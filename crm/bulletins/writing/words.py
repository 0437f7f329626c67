"""How does a value stand in print? Exact decimals throughout, never floats."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from crm.bulletins.document import Column, Figure, Kind, Paragraph, Value
from crm.presentation import COLOUR_LABELS
from domain.unit.known import unit_name

NOTHING = "—"
"""What stands where there is no value."""

_WAN_IN_YI = 10_000
_FIGURE = re.compile(r"\{(\d+)\}(万元|万美元)?")
_UNIT = re.compile(r"[（(]([^（(）)]+)[）)]$")


def printed(value: Value, kind: Kind, labels: Mapping[str, str] | None = None) -> str:
    """A value as a table has it: the unit stands in the header, a day is 2023-06-30."""
    if value is None or value == "":
        return (labels or {}).get("", NOTHING)  # a label of nothing says what its lack means
    if labels is not None and (label := labels.get(_code(value))) is not None:
        return label
    if isinstance(value, bool) or kind is Kind.FLAG:
        return "是" if value in (True, "true") else "否"
    number = as_number(value) if kind in NUMBERS else None
    if number is not None:
        return _number(number, kind)
    if kind in NUMBERS and str(value).lower() in ("nan", "inf", "-inf", "infinity", "-infinity"):
        return NOTHING
    if kind is Kind.MOMENT:
        return str(value)[:19].replace("T", " ")
    if kind is Kind.UNIT:
        return unit_name(str(value))
    if kind is Kind.COLOUR:
        return COLOUR_LABELS.get(str(value), str(value))
    return str(value)


def in_words(value: Value, kind: Kind, unit: str = "万元") -> str:
    """A value as a sentence has it: an amount with its unit, 万元 or from 1 亿元 on 亿元 where that
    is exact; a day as 2023年6月30日; a gap as 超时序进度 or 欠时序进度, a growth as 增长 or 下降.
    `unit` is that of an amount (万元 or 万美元)."""
    if kind is Kind.DAY and (day := as_day(value)) is not None:
        return day_in_words(day)
    if kind in _COMPARED:
        return _compared(as_number(value), kind)
    number = as_number(value) if kind is Kind.WAN else None
    if number is None:
        return printed(value, kind)
    yi = number / _WAN_IN_YI
    if abs(yi) >= 1 and yi == round(yi, 4):
        return f"{_plain(yi, 4)}亿{unit.removeprefix('万')}"
    return f"{_plain(number, 4)}{unit}"


def sentence(paragraph: Paragraph) -> str:
    """A paragraph with its figures in words. A unit written behind an amount is taken into it, so
    that `{0}万元` may become 12.5亿元; an amount without one is in 万元."""

    def figure(found: re.Match[str]) -> str:
        nth, unit = int(found[1]), found[2]
        if nth >= len(paragraph.figures):
            raise ValueError(f"a sentence names figure {nth}, which it does not have")
        said: Figure = paragraph.figures[nth]
        if said.kind is Kind.WAN:
            return in_words(said.value, said.kind, unit or "万元")
        return in_words(said.value, said.kind) + (unit or "")

    return _FIGURE.sub(figure, paragraph.text)


def day_in_words(day: date) -> str:
    """2023年6月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def unit_of(column: Column) -> str:
    """万元, 个, % …: what the header has in brackets, or what the kind is counted in."""
    if column.kind in RATIOS:
        return "%"
    if found := _UNIT.search(column.header):
        return found[1]
    return {Kind.WAN: "万元", Kind.COUNT: "个", Kind.GAP: "百分点"}.get(column.kind, "")


def as_number(value: Value) -> Decimal | None:
    """A figure, exact; None of what is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    # Beyond 24 digits it is no figure of a county, and more than a decimal rounds.
    return number if number.is_finite() and number.adjusted() < 24 else None


def as_day(value: Value) -> date | None:
    """A day written 2023-06-30; None of anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


NUMBERS = {Kind.COUNT, Kind.WAN, Kind.SHARE, Kind.POINTS, Kind.GAP, Kind.GROWTH}
RATIOS = {Kind.SHARE, Kind.GROWTH}
_COMPARED = {  # more, less, as much, not to be said
    Kind.GAP: ("超时序进度", "欠时序进度", "与时序进度持平", "无法与时序进度比较"),
    Kind.GROWTH: ("增长", "下降", "持平", "无法比较"),
}


def _number(number: Decimal, kind: Kind) -> str:
    if kind is Kind.SHARE:
        return _percent(number)
    if kind is Kind.GROWTH:
        return _signed(number * 100, "0.1") + "%"
    if kind is Kind.GAP:
        return _signed(number, "0.01")
    return _plain(number, 2 if kind is Kind.POINTS else 4)


def _signed(number: Decimal, places: str) -> str:
    """With + or -, a zero with neither."""
    rounded = number.quantize(Decimal(places), ROUND_HALF_UP) + 0
    return f"{rounded:+,f}" if rounded else f"{rounded:f}"


def _compared(number: Decimal | None, kind: Kind) -> str:
    more, less, same, unknown = _COMPARED[kind]
    if number is None:
        return unknown
    if number == 0:
        return same
    size = _percent(abs(number)) if kind is Kind.GROWTH else f"{_plain(abs(number), 2)}个百分点"
    return f"{more if number > 0 else less}{size}"


def _percent(ratio: Decimal) -> str:
    percent = (ratio * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{percent + 0:,f}%"  # + 0: no minus before a zero


def _plain(number: Decimal, places: int) -> str:
    """Thousands apart, at most so many places, no zeros at the end."""
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0
    return f"{rounded:,f}".rstrip("0").rstrip(".")


def _code(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
