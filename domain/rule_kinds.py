"""What may a rule's value be? (规则取值) Each kind reads it, checks it, stores it and shows it.

A value has three forms: typed inside (元, Decimal, date), plain JSON in the log, and what staff
write and read (amounts in 万元). Reading may refuse; what was once stored is taken as it is, so a
limit made narrower later never makes an old revision unreadable.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

from domain.calendar import EARLIEST, LATEST_ASKED
from domain.errors import BadInput
from domain.event import LONGEST_NAME
from domain.money import LARGEST_UNITS, units_from_wan, wan_text

Stored = bool | int | str | tuple[str, ...] | dict[str, str]
"""A value as the log has it."""

_LONGEST_LIST = 400


class Kind:
    """What the kinds below share: a value that is the same in all three forms."""

    name: ClassVar[str]

    def read(self, raw: object, field: str) -> Any:
        """The typed value of what somebody wrote. Raises `BadInput` naming `field`."""
        raise NotImplementedError

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
        return {"low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Amount(Kind):
    """Money: 元 inside, 万元 outside."""

    name: ClassVar[str] = "amount_wan"

    def read(self, raw: object, field: str) -> int:
        yuan = units_from_wan(raw, field)
        if yuan == 0:
            raise BadInput(field, "金额应大于 0")
        return yuan

    def shown(self, value: int) -> str | None:
        return wan_text(value)

    def limits(self) -> dict[str, Any]:
        return {"high": wan_text(LARGEST_UNITS)}


@dataclass(frozen=True, slots=True)
class Amounts(Kind):
    """Rising amounts of money: the edges of size bands."""

    name: ClassVar[str] = "amounts_wan"

    def read(self, raw: object, field: str) -> tuple[int, ...]:
        edges = tuple(Amount().read(item, field) for item in _items(raw, field))
        if not edges or any(low >= high for low, high in pairwise(edges)):
            raise BadInput(field, "应为由小到大的金额，如 [5000, 10000, 50000]")
        return edges

    def stored(self, value: Sequence[int]) -> Stored:
        return tuple(str(yuan) for yuan in value)

    def taken(self, stored: Sequence[str]) -> tuple[int, ...]:
        return tuple(int(yuan) for yuan in stored)

    def shown(self, value: Sequence[int]) -> list[str | None]:
        return [wan_text(yuan) for yuan in value]

    def text(self, value: Sequence[int]) -> str:
        return "、".join(str(edge) for edge in self.shown(value))


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A decimal number with at most four places."""

    low: Decimal
    high: Decimal
    name: ClassVar[str] = "decimal"

    def read(self, raw: object, field: str) -> Decimal:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", raw):
            raw = Decimal(raw)
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
            raise BadInput(field, "应为数字")
        number = Decimal(raw)
        if not number.is_finite() or not self.low <= number <= self.high:
            raise BadInput(field, f"应在 {self.low} 与 {self.high} 之间")
        if number != number.quantize(Decimal("0.0001")):
            raise BadInput(field, "最多四位小数")
        return number

    def stored(self, value: Decimal) -> Stored:
        return _plain(value)

    def taken(self, stored: str) -> Decimal:
        return Decimal(stored)

    def shown(self, value: Decimal) -> str:
        return _plain(value)

    def limits(self) -> dict[str, Any]:
        return {"low": _plain(self.low), "high": _plain(self.high)}


@dataclass(frozen=True, slots=True)
class Switch(Kind):
    """Yes or no."""

    name: ClassVar[str] = "switch"

    def read(self, raw: object, field: str) -> bool:
        if isinstance(raw, str) and raw in ("true", "false"):
            return raw == "true"
        if not isinstance(raw, bool):
            raise BadInput(field, "应为 true 或 false")
        return raw

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
class Weights(Kind):
    """How a hundred points are shared out among parts; a part that is not named has none."""

    parts: tuple[tuple[str, str], ...]
    name: ClassVar[str] = "weights"

    def read(self, raw: object, field: str) -> dict[str, Decimal]:
        if not isinstance(raw, Mapping):
            raise BadInput(field, "应为各项权重，如 {" + f'"{self.parts[0][0]}": 40, …' + "}")
        unknown = sorted(str(part) for part in raw if part not in dict(self.parts))
        if unknown:
            known = "、".join(f"{part}（{label}）" for part, label in self.parts)
            raise BadInput(field, f"没有这一项：{'、'.join(unknown)}；可选：{known}")
        points = Number(Decimal(0), Decimal(100))
        weights = {
            part: points.read(raw[part], f"{field}.{part}") for part, _ in self.parts if part in raw
        }
        total = sum(weights.values(), Decimal(0))
        if total != 100:
            raise BadInput(field, f"各项权重之和应为 100，现为 {_plain(total)}")
        return {part: weight for part, weight in weights.items() if weight}

    def stored(self, value: Mapping[str, Decimal]) -> Stored:
        return {part: _plain(weight) for part, weight in value.items()}

    def taken(self, stored: Mapping[str, str]) -> dict[str, Decimal]:
        return {part: Decimal(weight) for part, weight in stored.items()}

    def shown(self, value: Mapping[str, Decimal]) -> dict[str, str]:
        return {part: _plain(weight) for part, weight in value.items()}

    def limits(self) -> dict[str, Any]:
        return {"parts": dict(self.parts)}

    def text(self, value: Mapping[str, Decimal]) -> str:
        labels = dict(self.parts)
        return "、".join(f"{labels.get(part, part)}{_plain(w)}" for part, w in value.items())


@dataclass(frozen=True, slots=True)
class Names(Kind):
    """A list of units, each named once."""

    name: ClassVar[str] = "names"

    def read(self, raw: object, field: str) -> tuple[str, ...]:
        names = tuple(_name(item, field) for item in _items(raw, field))
        if len(set(names)) != len(names):
            raise BadInput(field, "名称不能重复")
        return names

    def taken(self, stored: Sequence[str]) -> tuple[str, ...]:
        return tuple(stored)

    def shown(self, value: Sequence[str]) -> list[str]:
        return list(value)

    def text(self, value: Sequence[str]) -> str:
        return "、".join(value)


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


def _name(raw: object, field: str) -> str:
    if not isinstance(raw, str) or not (name := raw.strip()) or len(name) > LONGEST_NAME:
        raise BadInput(field, f"名称应为不超过 {LONGEST_NAME} 字的文字")
    if not name.isprintable():
        raise BadInput(field, "名称含有不允许的字符")
    return name


def _day(raw: object, field: str) -> date:
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            raise BadInput(field, f"没有 {raw} 这一天") from None
        if EARLIEST <= day <= LATEST_ASKED:
            return day
    raise BadInput(field, "日期应写作 YYYY-MM-DD，且年份合理")


def _plain(number: Decimal) -> str:
    """Without exponent and trailing zeros: 1.20 -> 1.2, 1E+2 -> 100."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
