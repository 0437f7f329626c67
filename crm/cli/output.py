"""Where a command's answer goes: the two clocks and the form it is asked in, and writing it."""

import json
import shutil
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.calendar import EARLIEST, LATEST_ASKED, day_of
from domain.errors import BadInput

if TYPE_CHECKING:
    from crm.application import CRM
    from crm.export import FileFormat

_ABOUT = "时间与输出"
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="业务日期 D（YYYY-MM-DD），默认今天", rich_help_panel=_ABOUT),
]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="录入时刻 K，默认现在", rich_help_panel=_ABOUT)
]
Format = Annotated[
    str, typer.Option("--format", help="table、json、csv 或 xlsx", rich_help_panel=_ABOUT)
]
Out = Annotated[Path | None, typer.Option("--out", help="写入文件", rich_help_panel=_ABOUT)]


def day(text: str, option: str) -> date:
    """A day as an option writes it. Raises `typer.BadParameter`."""
    try:
        found = day_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
    if not EARLIEST <= found <= LATEST_ASKED:
        raise typer.BadParameter(f"日期应在 {EARLIEST} 与 {LATEST_ASKED} 之间", param_hint=option)
    return found


def clocks(crm: "CRM", as_of: str | None, known_at: str | None) -> tuple[date, datetime | None]:
    """D and K; None: all that is known. Raises `typer.BadParameter`."""
    asked = day(as_of, "--as-of") if as_of else crm.today()
    try:
        return asked, crm.moment(known_at) if known_at else None
    except BadInput as error:
        raise typer.BadParameter(error.message, param_hint="--known-at") from None


def check_format(file_format: str, out: Path | None) -> None:
    """Raises `typer.BadParameter`."""
    if file_format not in ("table", "json", "csv", "xlsx"):
        raise typer.BadParameter("只能取：table、json、csv、xlsx", param_hint="--format")
    if file_format == "xlsx" and out is None:
        raise typer.BadParameter("xlsx 须用 --out 指明文件", param_hint="--format")


def file_kind(file_format: str) -> "FileFormat | None":
    """The kind of file a form is; None for what is text."""
    kinds: dict[str, FileFormat] = {"csv": "csv", "xlsx": "xlsx"}
    return kinds.get(file_format)


def columns() -> int:
    """How wide a table may be: the terminal, within what can be read; 140 into a file or pipe."""
    return min(max(shutil.get_terminal_size((140, 0)).columns, 100), 160)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def write(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


def write_bytes(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)
