"""What do the lines around the table say: the unit of money and the day the ledger was filed?"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from crm.ledger import LedgerError, cells
from crm.ledger.cells import CellError
from crm.ledger.files import Cell
from crm.ledger.headers import UNIT_WORDS, YUAN_PER_UNIT
from domain.calendar import month_end

# 填报单位:元潭镇 is who filed it, not in what it is counted.
_SHEET_UNIT = re.compile(
    rf"(?<![报表送制任头管引])单 ?位 ?:? ?\(?(?:人民币)?({UNIT_WORDS})"
    r"(?![\u4e00-\u9fff]{0,2}[镇乡村])"
)
_FILED = re.compile(
    r"(?:(?:填报|填表|制表|统计|报送|上报|截至|截止)(?:时间|日期|到)?|^(?:时间|日期)):?(?=\d)(.+)"
)
_OFFICE = re.compile(r"(填报单位|填表单位|报送单位)(?:\([^)]*\))?\s*:\s*([^\s:]+)(?![^\s]*:)")
_AUTHOR = re.compile(r"(填表人|填报人|制表人|经办人)(?:\([^)]*\))?\s*:\s*([^\s:]+)(?![^\s]*:)")


def compact(shown: str) -> str:
    """Half-width, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", shown))


def sheet_scale(head: Sequence[Sequence[Cell]]) -> int | None:
    """元 per unit of the whole sheet (单位:万元), None when the lines above do not say."""
    found = _SHEET_UNIT.search(unicodedata.normalize("NFKC", "\n".join(map(_joined, head))))
    return YUAN_PER_UNIT[found[1]] if found else None


def filing_day(margin: Sequence[Sequence[Cell]], today: date) -> tuple[date | None, list[str]]:
    """填报时间 from the lines around the table, and a word when only its month is written.

    Raises `LedgerError` when it names no day or month that exists.
    """
    for line in margin:
        found = _FILED.search(compact(_joined(line)))
        if found is None:
            continue
        try:
            if serial := re.match(r"\d{5}(?!\d)", found[1]):
                return cells.day(serial.group()), []
            if (filed_on := cells.day_within(found[1])) is not None:
                return filed_on, []
        except CellError as error:
            if (month := cells.month_within(found[1])) is None:
                raise LedgerError(f"填报时间看不懂：{error}") from None
            filed_on = min(month_end(*month), max(today, date(*month, 1)))
            return filed_on, [f"填报时间只写到月，按{filed_on}登记"]
    return None, []


def filed_by(margin: Sequence[Sequence[Cell]]) -> str | None:
    """填报单位 and 填报人 as the lines around the table name them; None when they do not."""
    text = unicodedata.normalize("NFKC", " ".join(_joined(line) for line in margin))
    found = (_OFFICE.search(text), _AUTHOR.search(text))
    return "，".join(f"{one[1]}：{one[2]}" for one in found if one) or None


def _joined(line: Sequence[Cell]) -> str:
    return " ".join(shown for cell in line if (shown := cells.text(cell)))
