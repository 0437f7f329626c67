"""What cells does a file hold, whatever kind of ledger file it is, and however it was made?

Files come from everywhere, so they are opened in a process of their own (`crm.ledger.opening`)
with a limit of memory and time: a file made to exhaust the server exhausts that one.
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from crm.ledger import LedgerError

Cell = int | float | str | bool | time | date | datetime | timedelta
Line = Sequence[Cell]
Area = tuple[tuple[int, int], tuple[int, int]]
"""A merged area: its first and its last (row, column), from 0."""

MOST_BYTES = 20 * 1024 * 1024
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet, from its first cell on. `hidden` sheets are named only.

    `unresolved`: (row, column), from 0, of formulas the file has no result of; they read as empty.
    """

    name: str
    lines: Sequence[Line]
    merged: Sequence[Area] = ()
    hidden: bool = False
    unresolved: frozenset[tuple[int, int]] = frozenset()


def open_file(path: Path) -> list[RawSheet]:
    """The sheets of an .xlsx, .xls, .ods or .csv file.

    Raises `LedgerError`: missing, too large, no such file, protected, with macros, damaged. Its
    cause is a `CalledProcessError` where the other process fell over the file.
    """
    try:
        size = path.stat().st_size
    except OSError:
        raise LedgerError(f"找不到文件：{path}") from None
    if not path.is_file():
        raise LedgerError(f"不是文件：{path}")
    if size > MOST_BYTES:
        raise LedgerError(
            f"文件有 {size / 1024 / 1024:.0f} MB，超过 {MOST_BYTES // 1024 // 1024} MB："
            f"请删去图片或按年度拆开后再导入：{path.name}"
        )
    try:
        done = subprocess.run(
            [sys.executable, "-m", "crm.ledger.opening", str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LedgerError(f"读取超过 {_SECONDS} 秒，已放弃：{path.name}") from None
    if done.returncode != 0:  # out of memory or time, or fallen over the file
        fell = subprocess.CalledProcessError(done.returncode, "open", stderr=done.stderr[-2000:])
        raise LedgerError(
            f"文件展开后过大或已损坏，无法读取：{path.name}；请只保留台账所在的区域，另存后再导入"
        ) from fell
    # What comes back was pickled by our own code, from values it made itself.
    answer: list[RawSheet] | str = pickle.loads(done.stdout)
    if isinstance(answer, str):
        raise LedgerError(answer)
    return answer
