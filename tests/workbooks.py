"""What does a workbook hold? Its lines, its parts, its formulas."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def lines(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


def sheet_xml(content: bytes, nth: int = 1) -> ElementTree.Element:
    return part(content, f"xl/worksheets/sheet{nth}.xml")


def formulas(page: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """Cell -> formula and the result kept beside it."""
    return {
        cell.get("r", ""): (cell.findtext(f"{MAIN}f") or "", cell.findtext(f"{MAIN}v") or "")
        for cell in page.iter(f"{MAIN}c")
        if cell.find(f"{MAIN}f") is not None
    }


# --- how it prints and works in Excel -----------------------------------------------------------


def letter(count: int) -> str:
    return (chr(64 + (count - 1) // 26) if count > 26 else "") + chr(65 + (count - 1) % 26)
