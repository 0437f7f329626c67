"""Is a ledger read as it was meant, however messily it was filled in?

Ledgers are made up at random, each from what its lines mean, in layouts and notations the samples
do not have; what is read back must be what was meant. The seed names the ledger that fails.
"""

from pathlib import Path
from typing import Any

import pytest

from crm.ledger.importing import preview
from crm.ledger.line import LedgerRow
from tests.ledgers import TODAY
from tests.messy_files import save
from tests.messy_ledgers import MEANT, Clerk

LEDGERS = 60
KINDS = (".xlsx", ".xlsx", ".xlsx", ".xls", ".gb18030.csv", ".utf-8.csv", ".utf-8-sig.csv")


def read(row: LedgerRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*MEANT.values(), "extras")}


@pytest.mark.parametrize("seed", range(LEDGERS))
def test_a_messy_ledger_is_read_as_it_was_meant(tmp_path: Path, seed: int) -> None:
    kind = KINDS[seed % len(KINDS)]
    made = Clerk(seed, merges=not kind.endswith("csv"), errors=seed % 2 == 1).ledger()
    ledger = preview(save(made, tmp_path, kind), TODAY)
    assert [row.row for row in ledger.rows] == list(made.meant)
    refused = {r.row: [(f.code, f.column) for f in r.faults] for r in ledger.refused}
    assert refused == {row: [fault] for row, fault in made.wrong.items()}
    for row in ledger.accepted:
        assert read(row) == made.meant[row.row], f"第{row.row}行"
        assert row.filed_on == made.filed_on
