"""Opens one file a clerk calls a ledger, in a process of its own (see `crm.ledger.files`).

The kind is told by what is in the file, and must be what its name says.
"""

import csv
import io
import pickle
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from crm.ledger import LedgerError
from crm.ledger.files import Area, Line, RawSheet

MOST_CELLS = 4_000_000
_MOST_MEMORY = 3 * 1024**3
_MOST_SECONDS = 60
_MOST_UNPACKED = 400 * 1024 * 1024
_KINDS = {
    ".xlsx": "Excel 工作簿",
    ".xls": "Excel 97 工作簿",
    ".ods": "ODS 表格",
    ".csv": "CSV 文本",
}

_CELL_WITHOUT_RESULT = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_CHUNK = 1 << 20


def _limit() -> None:
    """No more memory and time than a ledger takes; where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_AS, _MOST_MEMORY),
        (resource.RLIMIT_CPU, _MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, hard))


def opened(path: Path) -> list[RawSheet]:
    """The sheets of a file. Raises `LedgerError`."""
    kind = path.suffix.lower()
    if kind in (".xlsm", ".xltm", ".xlsb", ".xlam"):
        raise LedgerError(f"不接受带宏的文件，请另存为 .xlsx 后再导入：{path.name}")
    if kind not in _KINDS:
        raise LedgerError(f"只能导入 .xlsx、.xls、.ods 和 .csv 文件：{path.name}")
    if path.stat().st_size == 0:
        raise LedgerError(f"文件是空的：{path.name}")
    found = _kind_of(path)
    if found != kind:
        is_really = f"内容是{_KINDS[found]}" if found else "内容不是表格"
        raise LedgerError(f"文件名是 {kind}，{is_really}；请用表格软件另存后再导入：{path.name}")
    if kind == ".csv":
        return [RawSheet(path.stem, _text_lines(path))]
    try:
        unresolved = _without_result(path) if kind == ".xlsx" else {}
        with CalamineWorkbook.from_path(path) as workbook:
            return list(_sheets(workbook, path, unresolved))
    except PasswordError:
        raise LedgerError(f"文件有密码保护，无法读取：{path.name}") from None
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        raise LedgerError(f"文件已损坏，无法读取：{path.name}") from None


def _sheets(
    workbook: CalamineWorkbook, path: Path, unresolved: dict[str, frozenset[tuple[int, int]]]
) -> Iterator[RawSheet]:
    for nth, about in enumerate(workbook.sheets_metadata):
        if about.visible is not SheetVisibleEnum.Visible:
            yield RawSheet(about.name, (), hidden=True)
            continue
        sheet = workbook.get_sheet_by_index(nth)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise LedgerError(
                f"工作表“{about.name}”有 {sheet.total_height} 行 {sheet.total_width} 列，"
                f"过大；请只保留台账所在的区域：{path.name}"
            )
        yield RawSheet(
            about.name,
            _lines(sheet),
            _areas(sheet, path),
            unresolved=unresolved.get(about.name, frozenset()),
        )


def _areas(sheet: CalamineSheet, path: Path) -> list[Area]:
    """Merged areas, no further than the sheet itself goes: a file may claim any."""
    if sheet.end is None:
        return []
    last_row, last_column = sheet.end
    areas = [
        ((top, left), (min(bottom, last_row), min(right, last_column)))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if top <= last_row and left <= last_column
    ]
    cells = sum((end[0] - at[0] + 1) * (end[1] - at[1] + 1) for at, end in areas)
    if cells > MOST_CELLS:  # they may lie over one another
        raise LedgerError(f"工作表“{sheet.name}”的合并单元格过多，无法读取：{path.name}")
    return areas


def _lines(sheet: CalamineSheet) -> list[Line]:
    return list(sheet.to_python(skip_empty_area=False))


# --- what kind of file is it? -----------------------------------------------------------------


def _kind_of(path: Path) -> str | None:
    """The extension that fits what is in the file. Raises `LedgerError` for macros and bombs."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole_kind(path)
    return ".csv" if _looks_like_text(path) else None


def _zip_kind(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > _MOST_UNPACKED:
                raise LedgerError(
                    f"文件展开后有 {unpacked / 1024 / 1024:.0f} MB，过大，不予读取：{path.name}"
                )
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise LedgerError(f"不接受带宏的文件，请另存为 .xlsx 后再导入：{path.name}")
            if "xl/workbook.xml" in names:
                return ".xlsx"
            if "content.xml" in names:
                return ".ods"
    except zipfile.BadZipFile:
        raise LedgerError(f"文件已损坏，无法读取：{path.name}") from None
    return None


def _ole_kind(path: Path) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise LedgerError(f"文件有密码保护，无法读取：{path.name}")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise LedgerError(f"不接受带宏的文件，请另存为 .xlsx 后再导入：{path.name}")
    return ".xls"


def _looks_like_text(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head and not re.search(rb"<\s*(?:html|table|\?xml|!doctype)", head.lower())


# --- text ---------------------------------------------------------------------------------------


def _text_lines(path: Path) -> list[Line]:
    """Lines of a .csv: UTF-8, or UTF-16 where it says so, else GB18030 as Chinese Excel writes."""
    content = path.read_bytes()
    text = None
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise LedgerError(f"文字编码不是 UTF-8 或 GB18030，无法读取：{path.name}")
    csv.field_size_limit(100_000)
    delimiter = max(",\t;", key=text[:20_000].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise LedgerError(f"不是规范的 CSV 文件，无法读取：{path.name}") from None
    widest = max((len(line) for line in lines), default=0)
    if len(lines) * widest > MOST_CELLS:
        raise LedgerError(f"文件有 {len(lines)} 行 {widest} 列，过大：{path.name}")
    return [[*line, *[""] * (widest - len(line))] for line in lines]


# --- formulas -------------------------------------------------------------------------------


def _without_result(path: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """By sheet, the formulas that no result stands beside: a reader would take them for empty."""
    found: dict[str, frozenset[tuple[int, int]]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _worksheets(archive):
            cells: set[tuple[int, int]] = set()
            rest = b""
            with archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    text = rest + chunk
                    cells.update(map(_place, _CELL_WITHOUT_RESULT.findall(text)))
                    rest = text[-4096:]
            found[name] = frozenset(cells)
    return found


def _place(reference: bytes) -> tuple[int, int]:
    """Row and column, from 0: C5 → (4, 2)."""
    letters = reference.rstrip(b"0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


def _worksheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name, part) of each sheet."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        rels = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    parts = set(archive.namelist())
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        key = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        target = targets.get(key, "").removeprefix("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in parts:
            yield sheet.get("name", ""), part


def _main() -> None:
    """Answers on standard output: the sheets, or why the file is not taken."""
    answer: list[RawSheet] | str
    _limit()
    try:
        answer = opened(Path(sys.argv[1]))
    except LedgerError as error:
        answer = str(error)
    sys.stdout.buffer.write(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    _main()
