"""What may a rule's value be? (规则取值) Each kind reads it, checks it, stores it and shows it.

A value has three forms: typed inside (元, yes or no, date), plain JSON in the log, and what staff
write and read (amounts in 万元). Reading may refuse; what was once stored is taken as it is, so a
limit made narrower later never makes an old revision unreadable.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from domain.calendar import EARLIEST, LATEST_ASKED
from domain.errors import BadInput
from domain.money import units_from_wan, wan_text

Stored = int | str | tuple[str, ...]
"""A value as the log has it."""

_LONGEST_LIST = 400


class Kind(ABC):
    """What the kinds below share: a value that is the same in all three forms."""

    name: ClassVar[str]

    @abstractmethod
    def read(self, raw: object, field: str) -> Any:
        """The typed value of what somebody wrote. Raises `BadInput` naming `field`."""

    def stored(self, value: Any) -> Stored:
        kept: Stored = value
        return kept

    def taken(self, stored: Any) -> Any:
        """The typed value of a stored one; never refuses."""
        return stored

    def shown(self, value: Any) -> Any:
        """JSON-ready, as it may be written again."""
        return value

    def limits(self) -> dict[str, Any]:
        """What may be written, for whoever builds a form."""
        return {}

    def text(self, value: Any) -> str:
        """In a table for staff."""
        return str(self.shown(value))


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number: months, days, points."""

    low: int
    high: int
    name: ClassVar[str] = "integer"

    def read(self, raw: object, field: str) -> int:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw):
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise BadInput(field, "应为整数")
        if not self.low <= raw <= self.high:
            raise BadInput(field, f"应在 {self.low} 与 {self.high} 之间")
        return raw

    def limits(self) -> dict[str, Any]:
        return {"lowest": self.low, "highest": self.high}


@dataclass(frozen=True, slots=True)
class Amount(Kind):
    """Money: 元 inside and in the log, 万元 outside. The limits are in 元."""

    low: int
    high: int
    name: ClassVar[str] = "amount_wan"

    def read(self, raw: object, field: str) -> int:
        yuan = units_from_wan(raw, field)
        if not self.low <= yuan <= self.high:
            low, high = wan_text(self.low), wan_text(self.high)
            raise BadInput(field, f"应在 {low} 与 {high} 万元之间")
        return yuan

    def shown(self, value: int) -> str | None:
        return wan_text(value)

    def limits(self) -> dict[str, Any]:
        return {"lowest": wan_text(self.low), "highest": wan_text(self.high)}


@dataclass(frozen=True, slots=True)
class Switch(Kind):
    """Yes or no; 1 or 0 in the log."""

    name: ClassVar[str] = "switch"

    def read(self, raw: object, field: str) -> bool:
        if isinstance(raw, str):
            raw = {"true": True, "false": False}.get(raw)
        if not isinstance(raw, int) or raw not in (0, 1):
            raise BadInput(field, "应为 true 或 false")
        return bool(raw)

    def stored(self, value: bool) -> Stored:
        return int(value)

    def taken(self, stored: int) -> bool:
        return bool(stored)

    def text(self, value: bool) -> str:
        return "是" if value else "否"


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of several words."""

    options: tuple[tuple[str, str], ...]
    """Each word, and what staff read."""
    name: ClassVar[str] = "choice"

    def read(self, raw: object, field: str) -> str:
        for word, _ in self.options:
            if raw == word:
                return word
        named = "、".join(f"{word}（{label}）" for word, label in self.options)
        raise BadInput(field, f"只能取：{named}")

    def limits(self) -> dict[str, Any]:
        return {"options": dict(self.options)}

    def text(self, value: str) -> str:
        return dict(self.options).get(value, value)


@dataclass(frozen=True, slots=True)
class Days(Kind):
    """A list of days, in order."""

    name: ClassVar[str] = "days"

    def read(self, raw: object, field: str) -> tuple[date, ...]:
        return tuple(sorted({_day(item, field) for item in _items(raw, field)}))

    def stored(self, value: Sequence[date]) -> Stored:
        return tuple(day.isoformat() for day in value)

    def taken(self, stored: Sequence[str]) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in stored)

    def shown(self, value: Sequence[date]) -> list[str]:
        return [day.isoformat() for day in value]

    def text(self, value: Sequence[date]) -> str:
        return "、".join(self.shown(value))


def _items(raw: object, field: str) -> Sequence[object]:
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise BadInput(field, "应为列表")
    if len(raw) > _LONGEST_LIST:
        raise BadInput(field, f"最多 {_LONGEST_LIST} 项")
    return raw


def _day(raw: object, field: str) -> date:
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            raise BadInput(field, f"没有 {raw} 这一天") from None
        if EARLIEST <= day <= LATEST_ASKED:
            return day
    raise BadInput(field, "日期应写作 YYYY-MM-DD，且年份合理")
