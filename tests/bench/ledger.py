"""What a large ledger costs, out and in: `python -m tests.bench.ledger [ROWS]`."""

import sys
import tempfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from crm.ledger.full import Wanted, ledger_file
from crm.ledger.importing import plan, preview
from crm.people import SYSTEM
from crm.questions.answer import When
from crm.wiring import build
from tests.bench.county import EVENTS_PER_LEAD, filled
from tests.bench.limits import taken


def ledgers(folder: Path, rows: int) -> None:
    """A store of so many leads: its ledger written, read bare, by us, and held against the store.

    The bare read is the limit: what the library takes to hand over the cells.
    """
    crm = build(filled(folder, rows * EVENTS_PER_LEAD))  # with its tables
    path = folder / "台账.xlsx"
    print(f"\nA ledger of {rows:,} rows (times: of the bare read)")
    written, (content, _) = taken(lambda: ledger_file(crm, When(crm.today()), Wanted(), SYSTEM))
    path.write_bytes(content)
    bare, cells = taken(lambda: _bare(path))
    read, ledger = taken(lambda: preview(path, crm.today()))
    planned, found = taken(lambda: plan(crm, ledger, SYSTEM))
    crm.close()
    for name, seconds in (
        (f"bare read ({cells:,} cells, {len(content) / 1e6:.1f} MB)", bare),
        ("written, from the store", written),
        (f"our preview ({len(ledger.refused):,} refused)", read),
        ("our plan, every row beside its lead", planned),
    ):
        print(f"  {name:46} {seconds:8.2f} s   {seconds / bare:6.1f}")
    outcomes: dict[str, int] = {}
    for line in found.lines:
        outcomes[line.outcome] = outcomes.get(line.outcome, 0) + 1
    print(f"  planned: {', '.join(f'{count:,} {name}' for name, count in outcomes.items())}")


def _bare(path: Path) -> int:
    """The cells of all sheets, by the library alone; how many."""
    with CalamineWorkbook.from_path(path) as workbook:
        sheets = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
    return sum(len(line) for lines in sheets for line in lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        ledgers(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
