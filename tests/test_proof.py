"""Nobody rewrites the log unseen: chained on writing, sealed outside the database, verified."""

import random
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.proof.chain import leaf, link
from crm.proof.merkle import EMPTY, Growing, leaf_hash, node_hash, path_of, root_of
from crm.proof.sealing import seal_log
from crm.proof.seals import Seals, SealsBroken
from crm.proof.verifying import Printed, verify_log
from crm.settings import Settings
from crm.wiring import build
from tests.histories import random_log
from tests.read_tables import fill
from tests.tampering import Insider, Row, insider

pytestmark = pytest.mark.storage

# The worked example of Certificate Transparency's own tests (RFC 6962 and 9162).
ENTRIES = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70)),
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_roots_are_those_of_the_standard() -> None:
    tree = Growing()
    assert tree.root() == EMPTY
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        tree.add(leaf_hash(entry))
        assert tree.root().hex() == root
        assert Growing(tree.size, tree.whole).root() == tree.root()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21])
def test_every_leaf_has_a_path_to_the_root(size: int) -> None:
    leaves = [leaf_hash(bytes([nth])) for nth in range(size)]
    for index in range(size):
        assert climbed(index, size, leaves[index], path_of(index, leaves)) == root_of(leaves)


def climbed(index: int, size: int, found: bytes, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2, word for word."""
    fn, sn = index, size - 1
    for beside in path:
        assert sn > 0
        if fn & 1 or fn == sn:
            found = node_hash(beside, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, beside)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return found


def filled(crm: CRM, seed: int = 5) -> None:
    rng = random.Random(seed)
    fill(crm, random_log(rng, leads=8, steps=120), rng)


def test_every_event_names_the_one_before_it_in_its_stream(crm: CRM) -> None:
    filled(crm)
    ends: dict[UUID, str] = {}
    for position, stream_id, version, topic, state in crm.store.rows(0, 10_000):
        recorded = crm.store.log(position - 1, 1)[0]
        assert recorded.previous == ends.get(stream_id)
        ends[stream_id] = link(stream_id, version, topic, state)
    found = verify_log(crm.store, Seals(Path("/nowhere")), [])
    assert (found.ok, found.unchained, found.streams) == (True, 0, len(ends))


def test_two_programs_that_take_turns_make_one_chain(settings: Settings) -> None:
    one, other = build(settings), build(settings)
    try:
        rng = random.Random(3)
        log = random_log(rng, leads=3, steps=60)
        for recorded in log:
            rng.choice((one, other)).store.append([recorded])
        found = verify_log(one.store, Seals(Path("/nowhere")), [])
        assert (found.ok, found.unchained, found.events) == (True, 0, len(log))
    finally:
        one.close()
        other.close()


def test_seals_grow_and_the_root_is_that_of_the_log(crm: CRM, tmp_path: Path) -> None:
    seals = Seals(tmp_path / "seals")
    log = random_log(random.Random(5), leads=8, steps=120)
    middle = len(log) // 2
    crm.store.append(log[:middle])
    first = seal_log(crm.store, seals, crm.clock())
    assert (first.size, first.head) == (middle, crm.store.head())
    crm.store.append(log[middle:])
    last = seal_log(crm.store, seals, crm.clock())
    rows = crm.store.rows(0, 10_000)
    leaves = [leaf(*row) for row in rows]
    assert last.root == root_of(leaves).hex()
    assert first.root == root_of(leaves[: first.size]).hex()
    assert seal_log(crm.store, seals, crm.clock()) == last  # nothing new
    with (seals.folder / "leaves").open("ab") as file:  # a crash in the middle of a section
        file.write(b"x" * 100)
    with (seals.folder / "seals.jsonl").open("ab") as file:
        file.write(b'{"size":')
    assert seal_log(crm.store, seals, crm.clock()) == last
    found = verify_log(crm.store, seals, [Printed(first.size, first.root)])
    assert (found.ok, found.sealed, found.root) == (True, last.size, last.root)


# --- an insider ---------------------------------------------------------------------------------


def altered(at: Insider, row: Row, _: list[Row]) -> None:
    at.rewrite(row[0], row[4].replace(b'"occurred_on":"20', b'"occurred_on":"19', 1))


def deleted(at: Insider, row: Row, _: list[Row]) -> None:
    at.delete(row[0])


def inserted(at: Insider, row: Row, rows: list[Row]) -> None:
    """Between this event and the one behind it, all that follows numbered anew."""
    for later in reversed([one for one in rows if one[0] > row[0]]):
        at.move(later[0], later[0] + 1)
    versions = [one[2] for one in rows if one[1] == row[1]]
    at.insert(row[0] + 1, row, max(versions) + 1)


def swapped(at: Insider, row: Row, rows: list[Row]) -> None:
    """With the next event of another stream."""
    other = next(one for one in rows if one[0] > row[0] and one[1] != row[1])
    at.move(row[0], 1_000_000)
    at.move(other[0], row[0])
    at.move(1_000_000, other[0])


def closed_up(at: Insider, row: Row, rows: list[Row]) -> None:
    """Deleted, and everything behind it numbered anew, in its stream and in the log."""
    at.delete(row[0])
    for later in (one for one in rows if one[0] > row[0]):
        if later[1] == row[1]:
            at.number(later[0], later[2] - 1)
        at.move(later[0], later[0] - 1)


DEEDS: dict[str, tuple[Any, str]] = {
    "alters": (altered, "altered"),
    "deletes": (deleted, "removed"),
    "deletes and closes up": (closed_up, "removed"),
    "inserts": (inserted, "inserted"),
    "swaps": (swapped, "moved"),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_what_an_insider_does_is_found_and_named(
    settings: Settings, tmp_path: Path, deed: str, seed: int
) -> None:
    """With the whole chain worked out anew behind it."""
    rng = random.Random(seed)
    crm = build(settings)
    filled(crm, 40 + seed)
    seals = Seals(tmp_path / "seals")
    printed = seal_log(crm.store, seals, crm.clock())
    rows = crm.store.rows(0, 10_000)
    crm.close()
    do, kind = DEEDS[deed]
    victim = rng.choice(rows[3:-3])
    with insider(settings) as at:
        do(at, victim, rows)
        for stream_id in {row[1] for row in rows}:
            at.chain_anew(stream_id)
    crm = build(settings)
    try:
        found = verify_log(crm.store, seals, [Printed(printed.size, printed.root)])
        first = found.problems[0]
        place = (victim[1], victim[2])
        if kind == "inserted":
            place = (victim[1], max(row[2] for row in rows if row[1] == victim[1]) + 1)
        assert (first.stream_id, first.version) == place
        # Where the next event of the stream has moved up into its very place, it looks altered.
        assert first.kind == kind or (first.kind, deed) == ("altered", "deletes and closes up")
        assert not [one for one in found.problems if one.kind == "chain"] or deed == "deletes"
    finally:
        crm.close()


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_without_seals_the_chain_still_names_what_was_altered(
    settings: Settings, tmp_path: Path, seed: int
) -> None:
    crm = build(settings)
    filled(crm, 50 + seed)
    rows = crm.store.rows(0, 10_000)
    crm.close()
    followed = [row for row in rows if any((o[1], o[2]) == (row[1], row[2] + 1) for o in rows)]
    victim = random.Random(seed).choice(followed)
    with insider(settings) as at:
        altered(at, victim, rows)
    crm = build(settings)
    try:
        [problem] = verify_log(crm.store, Seals(tmp_path / "seals"), []).problems
        assert (problem.kind, problem.stream_id, problem.version) == ("chain", *victim[1:3])
    finally:
        crm.close()


def test_seals_changed_with_the_database_do_not_have_the_printed_root(
    settings: Settings, tmp_path: Path
) -> None:
    crm = build(settings)
    filled(crm)
    printed = seal_log(crm.store, Seals(tmp_path / "seals"), crm.clock())
    rows = crm.store.rows(0, 10_000)
    crm.close()
    with insider(settings) as at:
        altered(at, rows[10], rows)
        at.chain_anew(rows[10][1])
    crm = build(settings)
    try:
        anew = Seals(tmp_path / "anew")
        seal_log(crm.store, anew, crm.clock())
        assert verify_log(crm.store, anew, []).ok  # nothing to hold it against
        [problem] = verify_log(crm.store, anew, [Printed(printed.size, printed.root)]).problems
        assert problem.kind == "root"
    finally:
        crm.close()


def test_a_folder_of_another_log_is_refused(crm: CRM, tmp_path: Path) -> None:
    seals = Seals(tmp_path / "seals")
    filled(crm, 1)
    seal_log(crm.store, seals, crm.clock())
    other = build(Settings(data_dir=tmp_path / "another"))
    try:
        filled(other, 2)
        with pytest.raises(SealsBroken, match="另一个库"):
            seal_log(other.store, seals, other.clock())
    finally:
        other.close()
