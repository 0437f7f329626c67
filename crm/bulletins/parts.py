"""What every part of a bulletin is made with: a sentence with its figures, a lead's columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.bulletins.asking import Questions
from crm.bulletins.document import Column, Figure, Kind, Paragraph
from crm.presentation import COLOUR_LABELS
from domain.periods import Period

LEAD = (
    Column("code", "编号"),
    Column("title", "项目名称"),
    Column("recruiting_unit", "招引单位", Kind.UNIT),
    Column("host_town", "落户镇"),
    Column("agreed_total_wan", "协议金额（万元）", Kind.WAN),
)
LED = (
    Column("leader", "包抓领导"),
    Column("unit", "责任单位", Kind.UNIT),
    Column("person", "责任人"),
)
COLOUR = Column("colour", "颜色", Kind.COLOUR, labels=COLOUR_LABELS)
LIST_LABELS = {
    "signed-not-started": "签约未开工",
    "started-not-completed": "开工未竣工",
    "completed-not-producing": "竣工未投产",
}
"""三个清单."""

Clause = tuple[str, *tuple[Figure, ...]]
"""Words with `{}` for each of its figures; it brings its own stop before it."""
_NO_FIGURES = str.maketrans("{}", "｛｝")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a bulletin is about: its period, the last day it looks at, and the day it looks back to.

    `since` is the first day of what is new; `before`, the day before it, is where the period
    before ended.
    """

    period: Period
    as_of: date
    since: date
    before: date

    @property
    def year(self) -> int:
        """The one it reports on: of the week over New Year the one it is counted to."""
        return int(self.period.key[:4])


@dataclass(frozen=True, slots=True)
class Asking:
    """What a part is handed: the questions, at the bulletin's clocks, and its stretch of days."""

    q: Questions
    of: Stretch


def say(text: str, *figures: Figure) -> Paragraph:
    """A paragraph; `{0}`, `{1}` … are the figures in order."""
    return Paragraph(text, figures)


def known(*clauses: Clause | str, opening: str = "") -> Paragraph:
    """A sentence of the clauses that have something to say: no 回复率— and no 同比无法比较.

    They come one after another, `{}` for each figure in turn, those without a value left out.

    A clause brings its own stop before it; one that would begin the sentence loses it. A text
    without figures always stands, and so does `opening`.
    """
    text = ""
    figures: list[Figure] = []
    for clause in clauses:
        words, *quoted = (clause,) if isinstance(clause, str) else clause
        if any(figure.value is None for figure in quoted):
            continue
        for figure in quoted:
            words = words.replace("{}", f"{{{len(figures)}}}", 1)
            figures.append(figure)
        text += words if text else words.lstrip("，；、")
    return Paragraph(f"{opening}{text}。", tuple(figures))


def listed(names: Sequence[str], most: int | None = None, word: str = "个") -> str:
    """甲、乙、丙等7个: the first of many; `word` counts them.

    Names are as staff typed them: what would stand for a figure in a sentence is made plain.
    """
    first = "、".join(names[:most]).translate(_NO_FIGURES)
    return first if most is None or len(names) <= most else f"{first}等{len(names)}{word}"


def within(first: date, last: date, field: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether an item's day lies in a stretch, both ends included."""

    def holds(item: Mapping[str, Any]) -> bool:
        return item[field] is not None and first.isoformat() <= item[field] <= last.isoformat()

    return holds
