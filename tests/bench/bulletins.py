"""What a monthly bulletin over very many leads costs: `python -m tests.bench.bulletins [LEADS]`.

The pack is measured in a program of its own, so that its memory is its own. The limit it is held
against is one pass over the states of all leads.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from crm.bulletins.document import Document
from crm.bulletins.files import Form, draft_file
from crm.bulletins.making import make, wanted
from crm.settings import Settings
from crm.wiring import build
from domain.periods import PeriodKind
from projections.lead_states import leads_on
from projections.reader import clocks
from tests.bench.county import EVENTS_PER_LEAD, filled
from tests.tables import EVERYTHING

T = TypeVar("T")
MONTH = date(2024, 6, 15)
FORMS: tuple[Form, ...] = ("docx", "pdf", "xlsx")
_PASS, _MADE = "one pass over every lead's state (the limit)", "the content: every question asked"


def bulletins(folder: Path, leads: int) -> None:
    """A store of so many leads, its tables built before; the pack made in a new process."""
    build(filled(folder, leads * EVENTS_PER_LEAD)).close()
    command = [sys.executable, "-m", "tests.bench.bulletins", "--measure", str(folder)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    taken: dict[str, float] = found["seconds"]
    limit = taken.pop(_PASS)
    whole = sum(taken.values())
    print(f"\nA monthly bulletin over {leads:,} leads (times: of the limit)")
    print(f"  {_PASS:46} {limit:8.2f} s")
    for name, seconds in taken.items():
        print(f"  {name:46} {seconds:8.2f} s   {seconds / limit:6.1f}")
    print(f"  {'all of it':46} {whole:8.2f} s   {whole / limit:6.1f}")
    print(f"  the questions' share of it: {taken[_MADE] / whole:.0%}")
    print(f"  {found['sources']} questions, {found['rows']:,} rows")
    print(f"  memory: {found['before']} MB before, {found['peak']} MB at the peak")


def measure(folder: Path) -> None:
    """Prints seconds by part and MB, as JSON."""
    seconds: dict[str, float] = {}

    def timed(name: str, act: Callable[[], T]) -> T:
        start = time.perf_counter()
        done = act()
        seconds[name] = time.perf_counter() - start
        return done

    crm = build(Settings(data_dir=folder))
    timed("", lambda: every_state(folder))  # the file is in the system's memory from here on
    del seconds[""]
    timed(_PASS, lambda: every_state(folder))
    before = peak()
    document: Document = timed(_MADE, lambda: make(crm, wanted(crm, PeriodKind.MONTHLY, MONTH)))
    for form in FORMS:
        timed(f".{form}", partial(draft_file, crm.office, document, form))
    rows = sum(len(table.rows) for section in document.sections for table in section.tables)
    crm.close()
    said = {"seconds": seconds, "sources": len(document.sources), "rows": rows}
    print(json.dumps({**said, "before": before, "peak": peak()}))


def every_state(folder: Path) -> int:
    """How many leads there are, each folded."""
    crm = build(Settings(data_dir=folder))
    with crm.reader.asking(*EVERYTHING) as connection:
        count = sum(1 for _ in leads_on(connection, clocks(connection, MONTH)))
    crm.close()
    return count


def peak() -> int:
    """This process's own high water, MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found.group(1)) // 1024 if found else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as name:
            bulletins(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
