"""What holding the whole log against its seals costs: `python -m tests.bench.proof [EVENTS]`."""

import resource
import sqlite3
import sys
import tempfile
from pathlib import Path

from crm.proof.sealing import seal_log
from crm.proof.verifying import verify_log
from crm.wiring import Tables, build
from tests.bench.county import filled
from tests.bench.limits import taken


def proofs(folder: Path, events: int) -> None:
    """A log of so many events: read bare, sealed, verified.

    The bare read is the limit: every stored row, in order, once.
    """
    settings = filled(folder, events)
    print(f"\nProof over {events:,} events (times: of the bare read)")
    bare, count = taken(lambda: _bare(settings.data_dir / "crm.db"))
    crm = build(settings, tables=Tables.ELSEWHERE)
    sealed, seal = taken(lambda: seal_log(crm.store, crm.seals, crm.clock()))
    verified, found = taken(lambda: verify_log(crm.store, crm.seals, []))
    crm.close()
    assert (found.ok, found.events, seal.size) == (True, count, count)
    for name, seconds in (
        (f"bare read ({count:,} rows)", bare),
        ("sealed from nothing", sealed),
        ("verified: chain, versions, seals", verified),
    ):
        print(f"  {name:46} {seconds:8.2f} s   {seconds / bare:6.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory of this process {peak:,.0f} MB; {found.streams:,} streams")


def _bare(path: Path) -> int:
    connection = sqlite3.connect(path)
    query = (
        "SELECT position, originator_id, originator_version, topic, state FROM stored_events "
        "ORDER BY position"
    )
    count = sum(1 for _ in connection.execute(query))
    connection.close()
    return count


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as somewhere:
        proofs(Path(somewhere), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
