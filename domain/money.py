"""How money is read, held and shown: integers of 元 (or 美元) inside, 万元 outside.

Source: contract, "Conventions"; domain section 0, decision 10.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from domain.errors import BadInput

PER_WAN = 10_000
# 10 万亿元: three times the largest province's yearly investment. A larger amount is a slip of
# the unit, and sums over 100 000 leads of it still fit the database's 64-bit integers.
LARGEST_UNITS = 10**13


def units_from_wan(amount: object, field: str = "amount_wan") -> int:
    """Integer 元 (or 美元) from an amount in 万 given as int, Decimal or decimal text.

    Raises `BadInput` for negative, NaN, infinite, over-precise (more than 4 places) or
    implausibly large amounts. Floats are refused: they cannot hold every amount exactly.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal | str):
        raise BadInput(field, "金额应为数字")
    # Python would also take 1_000, １２, 1e2 and Infinity for numbers.
    if isinstance(amount, str) and not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", amount):
        raise BadInput(field, "金额应为数字，如 12000.5")
    wan = Decimal(amount)
    if not wan.is_finite():
        raise BadInput(field, "金额应为有限的数字")
    if wan < 0:
        raise BadInput(field, "金额不能为负数")
    # Compare before multiplying: Decimal("1e999999") must not be expanded into an integer.
    if wan > LARGEST_UNITS // PER_WAN:
        raise BadInput(field, "金额过大，请核对单位是否为万元")
    units = wan * PER_WAN
    if units != units.to_integral_value():
        raise BadInput(field, "金额以万元计最多四位小数（精确到元）")
    return int(units)


def wan_text(units: int | None) -> str | None:
    """The amount in 万 as text without trailing zeros: 120005000 → "12000.5"."""
    if units is None:
        return None
    text = f"{Decimal(units) / PER_WAN:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio_text(numerator: int | Decimal, denominator: int | Decimal, places: int = 4) -> str | None:
    """`numerator / denominator` half-up with `places` decimals; None when the denominator is 0."""
    if denominator == 0:
        return None
    return round_text(Decimal(numerator) / Decimal(denominator), places)


def round_text(value: Decimal, places: int) -> str:
    """`value` half-up with exactly `places` decimals (never "-0.00")."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded + 0:f}" if rounded else f"{abs(rounded):f}"
