"""What may a rule's value be? (规则取值) Each kind reads it, checks it, stores it and shows it.

Lists and weights are in `domain.rule_lists`.

A value has three forms: typed inside (元, Decimal, date), plain JSON in the log, and what staff
write and read (amounts in 万元). Reading may refuse; what was once stored is taken as it is, so a
limit made narrower later never makes an old revision unreadable.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from domain.errors import BadInput
from domain.money import LARGEST_UNITS, units_from_wan, wan_text

Stored = bool | int | str | tuple[str, ...] | dict[str, str]
"""A value as the log has it."""


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
        return plain(value)

    def taken(self, stored: str) -> Decimal:
        return Decimal(stored)

    def shown(self, value: Decimal) -> str:
        return plain(value)

    def limits(self) -> dict[str, Any]:
        return {"low": plain(self.low), "high": plain(self.high)}


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


def plain(number: Decimal) -> str:
    """Without exponent and trailing zeros: 1.20 -> 1.2, 1E+2 -> 100."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
