"""What every part of a bulletin is made with: a sentence with its figures, a lead's columns."""

from collections.abc import Mapping
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
    Column("recruiting_unit", "招引单位"),
    Column("host_town", "落户镇"),
    Column("agreed_total_wan", "协议金额（万元）", Kind.WAN),
)
LED = (Column("leader", "包抓领导"), Column("unit", "责任单位"), Column("person", "责任人"))
COLOUR = Column("colour", "颜色", Kind.COLOUR, labels=COLOUR_LABELS)
LIST_LABELS = {
    "signed-not-started": "签约未开工",
    "started-not-completed": "开工未竣工",
    "completed-not-producing": "竣工未投产",
}
"""三个清单."""


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
        return self.as_of.year


@dataclass(frozen=True, slots=True)
class Asking:
    """What a part is handed: the questions, at the bulletin's clocks, and its stretch of days."""

    q: Questions
    of: Stretch


def say(text: str, *figures: Figure) -> Paragraph:
    """A paragraph; `{0}`, `{1}` … are the figures in order."""
    return Paragraph(text, figures)


def within(first: date, last: date, field: str) -> Any:
    """Whether an item's day lies in a stretch, both ends included."""

    def holds(item: Mapping[str, Any]) -> bool:
        return item[field] is not None and first.isoformat() <= item[field] <= last.isoformat()

    return holds
