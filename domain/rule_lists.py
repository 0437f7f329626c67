"""Rules whose value is more than one thing: size bands, weights, units, days (规则取值)."""

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
from domain.money import wan_text
from domain.rule_kinds import Amount, Kind, Number, Stored, plain

_LONGEST_LIST = 400


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
            raise BadInput(field, f"各项权重之和应为 100，现为 {plain(total)}")
        return {part: weight for part, weight in weights.items() if weight}

    def stored(self, value: Mapping[str, Decimal]) -> Stored:
        return {part: plain(weight) for part, weight in value.items()}

    def taken(self, stored: Mapping[str, str]) -> dict[str, Decimal]:
        return {part: Decimal(weight) for part, weight in stored.items()}

    def shown(self, value: Mapping[str, Decimal]) -> dict[str, str]:
        return {part: plain(weight) for part, weight in value.items()}

    def limits(self) -> dict[str, Any]:
        return {"parts": dict(self.parts)}

    def text(self, value: Mapping[str, Decimal]) -> str:
        labels = dict(self.parts)
        return "、".join(f"{labels.get(part, part)}{plain(w)}" for part, w in value.items())


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
