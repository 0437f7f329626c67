"""What does one cell say: an amount, a day, or text?

Clerks write 26,000, 2.6亿元, 2023.10.24 or 45123 in one column. Every reading here is exact or
refused with a Chinese reason; nothing is guessed.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from crm.ledger.files import Cell
from domain.calendar import month_end
from domain.errors import BadInput
from domain.money import PER_WAN, units_from_wan

# What clerks put where there is nothing to say.
_NOTHING = re.compile(r"[-/\\—–_~.、]*|[暂尚]?无|空|[暂尚]?未(?:签约|开工|竣工|投产|到位)")

_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,14})(?:\.\d{1,8})?"
_AMOUNT = re.compile(
    rf"(?:人民币|¥)?(?:(?P<yi>{_NUMBER})亿)?(?:(?P<wan>{_NUMBER})(?P<times>[十百千]?)万)?"
    rf"(?P<bare>{_NUMBER})?(?P<yuan>元)?(?:整|人民币|\(人民币\))?"
)
_TIMES = {"": 1, "十": 10, "百": 100, "千": 1000}
# 汉字 numerals, small and large (大写); what they say is worked out by cn2an.
_NUMERAL = "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_IN_NUMERALS = re.compile(
    rf"(?:人民币)?(?P<number>(?:[{_NUMERAL}]+点)?[{_NUMERAL}]+)(?P<yuan>元|圆)?"
    r"(?:整|正|人民币|\(人民币\))?"
)
_POINTED = re.compile(rf"([{_NUMERAL}]+点[零一二三四五六七八九壹贰叁肆伍陆柒捌玖]+)([万亿]?)")
_UNITS = {"": 1, "万": PER_WAN, "亿": 100_000_000}
_TENS = re.compile(r"[十百千万亿拾佰仟]")
_ODD_ZERO = re.compile(r"(?<=[万亿])零(?=.[千仟])")  # 八十万零六千: not every cn2an takes it
_UNFINISHED = re.compile(r"[万亿][^万亿零〇]$")  # 一亿二: 二千万, most likely, but not for certain
_DOLLARS = re.compile(r"美元|美金")
_DOLLAR_MARK = re.compile(r"USD|\$", re.IGNORECASE)
_UNSURE = re.compile(
    r"待定|未定|待议|面议|不详|约|左右|上下|以上|以下|近|余|多|不低于|不少于|[~～至到?≥≤<>]"
)
_FOREIGN = re.compile(r"美|欧|港|日元|\$|USD|外币", re.IGNORECASE)

_DAY = re.compile(
    r"(?<!\d)(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})"
    r"|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?)(?!\d)"
)
_COMPACT_DAY = re.compile(r"(?:19|20)\d{6}")
_MIDNIGHT = re.compile(r"[T ]*00?:00(?::00(?:\.0+)?)?$")
_MONTH = re.compile(r"(\d{4})(?:年(\d{1,2})月份?|[-/.](\d{1,2}))(?![-/.]?\d)")
_PARTIAL_DAY = re.compile(
    r"(?<!\d)(?P<y>\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\(\d{1,2}[-./]\d{1,2}\)"
)
_SHORT_YEAR = re.compile(r"'?\d\d(?:年\d{1,2}月\d{1,2}[日号]?|([-/.])\d{1,2}\1\d{1,2})")
_WITHOUT_YEAR = re.compile(r"\d{1,2}(?:月\d{1,2}[日号]?|[-/.]\d{1,2})")
# Serial numbers count days from here (Excel takes 1900 for a leap year; no ledger is that old).
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(32_874, 73_051)  # 1990-01-01 … 2099-12-31
_ONES = "〇一二三四五六七八九"
_UP_TO_99 = r"[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_IN_CHARACTERS = re.compile(
    rf"(?P<year>[二一][{_ONES}○零]{{3}})年(?P<m>{_UP_TO_99})月(?P<d>{_UP_TO_99})?"
)
_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)
# Excel keeps 15 significant digits; what a double holds beyond them is noise of a formula.
_EXCEL_DIGITS = 15


class CellError(ValueError):
    """The cell cannot be read; the text is the Chinese reason."""


def text(value: Cell) -> str | None:
    """The cell as staff see it, on one line (13838205642.0 → "13838205642"); None: empty."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return _digits(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split()) or None


def said(value: Cell) -> str | None:
    """As `text`, with None also for a dash or 无."""
    shown = text(value)
    return None if shown is None or _NOTHING.fullmatch(shown) else shown


def amount_yuan(value: Cell, scale: int | None) -> int | None:
    """Whole 元 of an amount; None for an empty cell.

    A unit in the cell counts before `scale` (元 per unit of the column or sheet; None: no unit is
    written anywhere). Raises `CellError`.
    """
    return _amount(value, value, scale)


def _amount(value: Cell, counted: Cell, scale: int | None) -> int | None:
    """As `amount_yuan`, of `counted`; reasons show the cell's own `value`."""
    shown = said(value)
    if shown is None:
        return None
    if isinstance(value, bool | time | date | timedelta):
        raise CellError(f"金额“{shown}”不是数字")
    written = unicodedata.normalize("NFKC", text(counted) or "")
    written_close = re.sub(r"(?<=\d)\s+(?=\d)", ",", written).replace(" ", "")
    if numerals := _IN_NUMERALS.fullmatch(written_close):
        return _in_numerals(shown, numerals, scale)
    found = _AMOUNT.fullmatch(written_close)
    if found is None or not (found["yi"] or found["wan"] or found["bare"]):
        raise CellError(_amount_reason(shown, written))
    if (found["yi"] or found["wan"]) and found["bare"] and not found["yuan"]:
        raise CellError(f"金额“{shown}”的末尾缺少单位")
    if found["yuan"] or found["yi"] or found["wan"]:
        scale = 1
    if scale is None:
        raise CellError(f"金额“{shown}”没有单位，表头也未注明单位")
    return _units(
        shown,
        _decimal(found["yi"]) * 100_000_000
        + _decimal(found["wan"]) * _TIMES[found["times"] or ""] * PER_WAN
        + _decimal(found["bare"]) * scale,
    )


def amount_usd(value: Cell, scale: int | None) -> int | None:
    """Whole 美元 of an amount in a column that says 美元; None for an empty cell.

    Raises `CellError`.
    """
    if isinstance(value, str):
        if re.search(r"[人民币¥￥]|(?<!美)元", value):
            raise CellError(f"金额“{value}”是人民币，这一列应填美元")
        # 45000美元 in a column of 万美元 is 45000 of them, as 45000元 is under 万元.
        written = _DOLLAR_MARK.sub("", unicodedata.normalize("NFKC", value))
        return _amount(value, _DOLLARS.sub("元", written), scale)
    return _amount(value, value, scale)


def day(value: Cell) -> date | None:
    """The day a cell names, of a month alone the last; None for an empty one.

    Raises `CellError`.
    """
    if isinstance(value, datetime):
        return _plausible(value.date(), value)
    if isinstance(value, date):
        return _plausible(value, value)
    shown = said(value)
    if shown is None:
        return None
    if isinstance(value, bool | time | timedelta):
        raise CellError(f"“{shown}”不是日期")
    written = _in_digits(_MIDNIGHT.sub("", unicodedata.normalize("NFKC", shown)))
    written = re.sub(r"(?<=\d)[.。]$", "", written)
    if re.fullmatch(r"\d{5}", written) and int(written) in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(written))
    if _COMPACT_DAY.fullmatch(written):
        return _date(shown, written[:4], written[4:6], written[6:])
    if found := _DAY.fullmatch(written):
        return _day_of(shown, found)
    if re.fullmatch(r"(?:19|20)\d\d年?", written):
        raise CellError(f"“{shown}”没有具体到日")
    if found := _MONTH.fullmatch(written):
        if not isinstance(value, str):  # 2023.1 may have been 2023.10
            raise CellError(f"“{shown}”没有具体到日")
        if not 1 <= int(found[2] or found[3]) <= 12:
            raise CellError(f"“{shown}”不是存在的月份")
        return _plausible(month_end(int(found[1]), int(found[2] or found[3])), shown)
    if _SHORT_YEAR.fullmatch(written):
        raise CellError(f"“{shown}”的年份只有两位，请写四位年份")
    if found := _WITHOUT_YEAR.fullmatch(written):
        month, of_month = (int(part) for part in re.findall(r"\d+", written))
        if not (1 <= month <= 12 and 1 <= of_month <= monthrange(2000, month)[1]):
            raise CellError(f"“{shown}”不是存在的日期")
        raise CellError(f"“{shown}”没有年份")
    raise CellError(f"“{shown}”不是日期")


def says_month_only(value: Cell) -> bool:
    """Whether a cell names a month and no day of it: `day` takes its last."""
    if not isinstance(value, str):
        return False
    written = re.sub(r"(?<=\d)[.。]$", "", _in_digits(value))
    return _MONTH.fullmatch(written) is not None


def day_within(sentence: str) -> date | None:
    """The full date in a sentence, None when it names no day.

    Raises `CellError` for a day that does not exist or lacks its year, and for several days.
    """
    written = _in_digits(sentence)
    found = {_day_of(match.group(), match) for match in _DAY.finditer(written)}
    if len(found) > 1:
        raise CellError(f"“{sentence}”有多个日期")
    if found:
        return found.pop()
    if partial := _PARTIAL_DAY.search(written):
        raise CellError(f"“{sentence}”的日期没有{'具体到日' if partial['y'] else '年份'}")
    return None


def month_within(sentence: str) -> tuple[int, int] | None:
    """The first year and month in a sentence."""
    found = _MONTH.search(_in_digits(sentence))
    if found is None or not 1 <= int(found[2] or found[3]) <= 12:
        return None
    return int(found[1]), int(found[2] or found[3])


def _in_digits(sentence: str) -> str:
    """Half-width, without white space, and with 二〇二三年三月五日 as 2023年3月5日."""
    written = re.sub(r"\s+", "", unicodedata.normalize("NFKC", sentence))
    return _IN_CHARACTERS.sub(_digits_of, written)


def _digits_of(found: re.Match[str]) -> str:
    year = "".join(str(_ONES.index(re.sub("[○零]", "〇", one))) for one in found["year"])
    month, of_month = (found[part] and str(_below_hundred(found[part])) for part in ("m", "d"))
    return f"{year}年{month}月{of_month or ''}"


def _below_hundred(number: str) -> int:
    tens, ten, ones = number.rpartition("十")
    return (_ONES.index(tens or "一") * 10 if ten else 0) + (_ONES.index(ones) if ones else 0)


def _digits(value: float) -> str:
    """A number as its owner typed it: 0.1 + 0.2 → "0.3"."""
    shown = f"{Decimal(f'{value:.{_EXCEL_DIGITS}g}'):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _in_numerals(shown: str, found: re.Match[str], scale: int | None) -> int:
    """五千万元, 壹亿贰仟万元整; 五千 in a column of 万元. Raises `CellError`."""
    import cn2an  # brings a large table with it

    number = _ODD_ZERO.sub("", found["number"].replace("〇", "零"))
    whole, point, unit = _parts(number)
    if _UNFINISHED.search(number) and not found["yuan"] and not point:
        raise CellError(f"金额“{shown}”的末尾缺少单位")
    try:
        if len(whole) > 1 and not _TENS.search(whole) and not point:
            raise ValueError(whole)
        value = Decimal(str(cn2an.cn2an(whole, "smart" if point else "normal")))
    except ValueError:
        raise CellError(f"金额“{shown}”不是规范的数字") from None
    value *= _UNITS[unit]
    if found["yuan"] or re.search(r"[万亿]", number):
        scale = 1
    if scale is None:
        raise CellError(f"金额“{shown}”没有单位，表头也未注明单位")
    return _units(shown, value * scale)


def _parts(number: str) -> tuple[str, bool, str]:
    """一点五亿 -> 一点五, that it has a point, and 亿, which is counted of it; a number without a
    point is whole."""
    found = _POINTED.fullmatch(number)
    return (found[1], True, found[2]) if found else (number, False, "")


def _units(shown: str, yuan: Decimal) -> int:
    try:
        return units_from_wan(yuan / PER_WAN)
    except BadInput as error:
        raise CellError(f"金额“{shown}”：{error.detail}") from None


def _decimal(number: str | None) -> Decimal:
    return Decimal((number or "0").replace(",", ""))


def _amount_reason(shown: str, written: str) -> str:
    if _FOREIGN.search(written):
        return f"金额“{shown}”是外币，不能折算为人民币"
    if _UNSURE.search(written) or re.search(r"\d-\d", written):
        return f"金额“{shown}”不确定，请填写确定的数字"
    if re.match(r"-\s*\d", written):
        return f"金额“{shown}”为负数"
    return f"金额“{shown}”不是规范的数字"


def _day_of(shown: str, found: re.Match[str]) -> date:
    parts = [part for part in found.groups() if part is not None]
    return _date(shown, *parts)


def _date(shown: str, year: str, month: str, of_month: str) -> date:
    try:
        return _plausible(date(int(year), int(month), int(of_month)), shown)
    except CellError:
        raise
    except ValueError:
        raise CellError(f"“{shown}”不是存在的日期") from None


def _plausible(found: date, shown: object) -> date:
    if not _EARLIEST <= found <= _LATEST:
        raise CellError(f"“{shown}”的年份不合理")
    return found
