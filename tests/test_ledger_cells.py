"""What does a ledger's cell say? Header words, amounts and days in every notation."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.ledger import cells
from crm.ledger.headers import Field, understand


@pytest.mark.parametrize(
    ("parts", "field", "scale"),
    [
        (["投资方", "统一社会信用代码"], Field.USCC, None),
        (["项目", "名称"], Field.TITLE, None),
        (["开 工", "时间"], Field.STARTED, None),
        (["协议金额", "亿元"], Field.AMOUNT, 100_000_000),
        (["合同金额（人民币 万元）"], Field.AMOUNT, 10_000),
        (["总投资\n（万元）*"], Field.AMOUNT, 10_000),
        (["到位资金(万美元)"], Field.FUNDS_USD, 10_000),
        (["实际利用外资", "美元"], Field.FUNDS_USD, 1),
        (["实际利用外资(万元)"], None, None),
        (["协议金额(万美元)"], None, None),
        (["到位资金(本年,万美元)"], None, None),
        (["计划", "开工时间"], None, None),
        (["到位资金(本年)"], None, None),
        (["计划开工时间"], None, None),
    ],
)
def test_header_words(parts: list[str], field: Field | None, scale: int | None) -> None:
    heading = understand(parts)
    assert heading.field is field
    assert field is None or heading.scale == scale


UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000, "万": 10_000, "亿": 100_000_000}
AMOUNTS = st.integers(min_value=1, max_value=10**13)
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def digits(yuan: int, per: int, *, grouped: bool = False) -> str:
    number = Decimal(yuan) / per
    text = f"{number:,f}" if grouped else f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@given(yuan=AMOUNTS, unit=st.sampled_from(sorted(UNITS)), grouped=st.booleans(), wide=st.booleans())
def test_an_amount_written_with_its_unit_reads_back(
    yuan: int, unit: str, grouped: bool, wide: bool
) -> None:
    number = digits(yuan, UNITS[unit], grouped=grouped)
    number = number.translate(FULL_WIDTH) if wide else number
    for text in (f"{number}{unit}", f" {number} {unit} "):
        assert cells.amount_yuan(text, 1_000_000) == yuan


@given(yuan=AMOUNTS, per=st.sampled_from(sorted(set(UNITS.values()))))
def test_an_amount_in_the_unit_of_its_column_reads_back(yuan: int, per: int) -> None:
    for text in (digits(yuan, per), digits(yuan, per, grouped=True).replace(",", " ")):
        assert cells.amount_yuan(text, per) == yuan
    assert cells.amount_yuan(float(digits(yuan, per)), per) == yuan


def test_amounts_in_two_units() -> None:
    assert cells.amount_yuan("1亿2000万元", None) == 120_000_000
    assert cells.amount_yuan("5千万元", None) == 50_000_000
    assert cells.amount_yuan("￥1,234.00元", None) == 1234


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("一点五亿元", 150_000_000),
        ("一点五亿", 150_000_000),
        ("二十三点零五万元", 230_500),
        ("零点八亿元整", 80_000_000),
        ("二点六", 260_000_000),
    ],
)
def test_numerals_with_a_point(text: str, yuan: int) -> None:
    assert cells.amount_yuan(text, 100_000_000) == yuan


@pytest.mark.parametrize(
    "text", ["一点亿元", "一点五亿二千万元", "点五亿元", "一点十亿", "一点二点三万元"]
)
def test_numerals_that_are_none(text: str) -> None:
    with pytest.raises(cells.CellError):
        cells.amount_yuan(text, 100_000_000)


@given(day=st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_notation_of_a_day_reads_back(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    serial = (day - date(1899, 12, 30)).days
    notations: Iterator[Any] = iter(
        [
            day,
            datetime(y, m, d, 13, 30, tzinfo=None),  # noqa: DTZ001 - what an Excel cell holds
            f"{y}-{m:02}-{d:02}",
            f"{y}-{m}-{d} 00:00:00",
            f"{y}.{m}.{d}",
            f"{y}/{m}/{d}",
            f"{y}年{m}月{d}日",
            f" {y} 年 {m:02} 月 {d:02} 日 ".translate(FULL_WIDTH),
            f"{y}{m:02}{d:02}",
            float(serial),
            str(serial),
        ]
    )
    for written in notations:
        assert cells.day(written) == day, written


CELLS = st.one_of(st.text("0123456789.,-/年月日亿万千元约 ()¥０９"), st.text(), st.floats())


@given(written=CELLS)
def test_any_cell_is_read_or_refused(written: str | float) -> None:
    with suppress(cells.CellError):
        assert isinstance(cells.day(written), date | None)
    with suppress(cells.CellError):
        assert (cells.amount_yuan(written, 1) or 0) >= 0
