"""The read tables follow the log: once, beside, and loud. On SQLite and on PostgreSQL."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, text, update

from crm.application import CRM
from crm.database import Database, open_database
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import Tables, build
from domain.event import Recorded
from domain.lead.events import Investor, LeadRegistered
from projections.bitemporal import Changes
from projections.catch_up import PROJECTIONS, Projector
from projections.generations import _generation
from projections.lead_steps import STEPS
from projections.lease import Lease
from projections.projection import Fold, Projection, Unfoldable, _ByStream
from projections.reader import ProjectionStopped
from projections.rebuild import RebuildFailed, build_missing, rebuild
from projections.tables import lead_step, log_clock
from tests.chain_histories import with_chains
from tests.histories import random_log
from tests.read_tables import NAMES, tables_of
from tests.serving import serving
from tests.tables import EVERYTHING

pytestmark = pytest.mark.storage

OTHERS = [projection for projection in PROJECTIONS if projection.name != "leads"]
Log = Sequence[Recorded[Any]]


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database beside the program, as another program has it."""
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def store(crm: CRM, log: Log) -> None:
    for start in range(0, len(log), 100):
        crm.store.append(log[start : start + 100])


def test_two_programs_that_follow_at_once_apply_each_event_once(settings: Settings) -> None:
    crm, other = build(settings), build(settings)
    log = with_chains(random.Random(11), random_log(random.Random(11), leads=15, steps=700))
    try:
        with ThreadPoolExecutor(3) as pool:
            stopping = threading.Event()

            def follow(program: CRM) -> None:
                while not stopping.is_set():
                    program.projector.catch_up()

            followers = [pool.submit(follow, program) for program in (crm, other)]
            for start in range(0, len(log), 7):
                crm.store.append(log[start : start + 7])
            stopping.set()
            for follower in followers:
                follower.result()
        crm.projector.catch_up()
        followed = tables_of(crm)
        rebuild(crm.projector, NAMES)
        assert followed == tables_of(crm)
    finally:
        crm.close()
        other.close()


def test_following_piece_by_piece_and_folding_whole_streams_write_the_same_rows(crm: CRM) -> None:
    rng = random.Random(12)
    log = with_chains(rng, random_log(rng, leads=20, steps=900))
    done = 0
    while done < len(log):
        piece = rng.choice((1, 2, 5, 40))
        crm.store.append(log[done : done + piece])
        crm.projector.catch_up()
        if rng.random() < 0.1:  # a program that starts again has folded nothing yet
            crm.projector = Projector(crm.projector.generations._engine, crm.store)
        done += piece
    followed = tables_of(crm)
    elsewhere = ("problem_step", "rule_setting", "unit_entry")  # their own tests fill them
    assert all(rows for name, rows in followed.items() if not name.startswith(elsewhere))
    rebuild(crm.projector, NAMES)
    assert tables_of(crm) == followed


def test_a_rebuild_mends_what_was_damaged(crm: CRM) -> None:
    store(crm, random_log(random.Random(19), leads=6, steps=200))
    before = tables_of(crm)
    with crm.projector.generations._engine.begin() as connection:
        for generation in crm.projector.generations.live():
            for table in generation.tables.values():
                connection.execute(table.delete())
    assert tables_of(crm) != before
    rebuild(crm.projector, NAMES)
    assert tables_of(crm) == before


# --- rebuilt beside -------------------------------------------------------------------------


def test_reads_and_writes_go_on_while_tables_are_built_and_swapped(crm: CRM) -> None:
    log = random_log(random.Random(13), leads=25, steps=1000)
    half = len(log) // 2
    store(crm, log[:half])
    crm.projector.catch_up()
    generations = {g.name: g.number for g in crm.projector.generations.live()}
    seen: list[int] = []

    def while_building(done: int, of: int) -> None:
        """Somebody writes and reads between the sections."""
        at = half + 5 * len(seen)
        crm.store.append(log[at : at + 5])
        with crm.reader.asking(*EVERYTHING) as connection:
            seen.append(len(connection.execute(log_clock.select()).all()))

    rebuild(crm.projector, NAMES, while_building)
    assert len(seen) > 3
    assert seen == [half + 5 * (nth + 1) for nth in range(len(seen))]
    assert {g.name: g.number - 1 for g in crm.projector.generations.live()} == generations

    store(crm, log[half + 5 * len(seen) :])
    followed = tables_of(crm)
    rebuild(crm.projector, NAMES)
    assert tables_of(crm) == followed


def test_an_interrupted_rebuild_goes_on_where_it_was(
    crm: CRM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.rebuild.SECTION", 40)
    store(crm, random_log(random.Random(14), leads=25, steps=900))
    before = tables_of(crm)
    done: list[int] = []

    def until(limit: int) -> Callable[[int, int], None]:
        def progress(events: int, _: int) -> None:
            done.append(events)
            if len(done) == limit:
                raise KeyboardInterrupt

        return progress

    for limit in (4, 9):
        with pytest.raises(KeyboardInterrupt):
            rebuild(crm.projector, NAMES, until(limit))
        assert tables_of(crm) == before
        [building, *_] = [s.building for s in crm.projector.statuses() if s.name == "leads"]
        assert building is not None
        assert building.events > 0
    rebuild(crm.projector, NAMES, until(10**9))
    assert done == sorted(done)  # never from the beginning again
    assert done[3] > 0
    assert tables_of(crm) == before
    assert all(status.building is None for status in crm.projector.statuses())


def test_a_new_schema_is_built_beside_the_old_one_which_goes_on(settings: Settings) -> None:
    """The old program serves on; the new one has its own tables once they are built."""
    table = lead_step.to_metadata(lead_step.metadata.__class__(), name="lead_step_v99")

    class Renamed:
        def __init__(self, stream_id: UUID) -> None:
            assert STEPS.fold is not None
            self._fold: Fold = STEPS.fold(stream_id)

        def learn(self, recorded: Recorded[Any]) -> None:
            self._fold.learn(recorded)

        def take(self, position: int) -> Any:
            changes = self._fold.take(position)
            opened, closed = (
                {table: part[lead_step]} if lead_step in part else {} for part in changes
            )
            return Changes(opened, closed)

    newer = replace(STEPS, schema=99, tables=(table,), fold=Renamed)
    log = random_log(random.Random(15), leads=10, steps=300)
    old = build(settings)
    try:
        store(old, log[: len(log) // 2])
        before = tables_of(old)
        with opened(settings) as database:
            new = Projector(database.tables, old.store, [newer])
            assert new.statuses()[0].position is None
            rebuild(new, ["leads"])
            assert tables_of(old) == before
            with database.tables.connect() as connection:
                rows = connection.execute(table.select()).all()
            assert sorted(map(tuple, rows), key=repr) == before[lead_step.name]
            store(old, log[len(log) // 2 :])
            assert tables_of(old) != before
    finally:
        old.close()


# --- loud -----------------------------------------------------------------------------------


class _Faulty:
    """The lead projection with a mistake: it cannot take in one event."""

    def __init__(self, fails_at: int) -> None:
        self.fails_at = fails_at
        assert STEPS.fold is not None
        self._begin = STEPS.fold

    def projection(self) -> Projection:
        return replace(STEPS, follower=lambda log: _ByStream(self.begin, log), fold=self.begin)

    def begin(self, stream_id: UUID) -> Fold:
        fails_at, fold = self.fails_at, self._begin(stream_id)

        class Failing:
            def learn(self, recorded: Recorded[Any]) -> None:
                if recorded.position == fails_at:
                    raise LookupError("an unforeseen case")
                fold.learn(recorded)

            def take(self, position: int) -> Any:
                return fold.take(position)

        return Failing()


def test_an_event_that_cannot_be_folded_stops_its_projection_and_nothing_else(crm: CRM) -> None:
    log = random_log(random.Random(16), leads=12, steps=500)
    fails_at = len(log) // 2
    engine = crm.projector.generations._engine
    faulty = Projector(engine, crm.store, [*OTHERS, _Faulty(fails_at).projection()])
    store(crm, log[:-50])
    faulty.catch_up()
    status = {s.name: s for s in faulty.statuses()}
    leads = status.pop("leads")
    assert (leads.position, leads.error_position) == (fails_at - 1, fails_at)
    assert leads.error_stream == log[fails_at - 1].stream_id
    assert leads.error is not None
    assert "an unforeseen case" in leads.error
    assert all((s.lag, s.error) == (0, None) for s in status.values())

    store(crm, log[-50:])  # writing goes on
    faulty.catch_up()  # and it does not try again by itself
    assert {s.name: s.lag for s in faulty.statuses()}["leads"] == len(log) - fails_at + 1
    with pytest.raises(ProjectionStopped), crm.reader.asking(*EVERYTHING):
        pass
    with pytest.raises(RebuildFailed, match=str(fails_at)):
        rebuild(faulty, ["leads"])

    crm.projector.resume(["leads"])  # the mended program
    assert all((s.lag, s.error) == (0, None) for s in crm.projector.statuses())
    followed = tables_of(crm)
    rebuild(crm.projector, NAMES)  # finishes the one that had failed, too
    assert tables_of(crm) == followed


def test_a_stopped_projection_is_degraded_not_down(settings: Settings) -> None:
    with serving(settings, Tables.ELSEWHERE) as server:
        faulty = [*OTHERS, _Faulty(fails_at=2).projection()]
        worker = Projector(server.crm.projector.generations._engine, server.crm.store, faulty)
        build_missing(worker)
        office = server.client("manager")
        lead = office.register()
        office.record(lead, "start", ground="先建后签", occurred_on="2023-02-01")
        worker.catch_up()

        ready = office.http.get(server.base + "/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        shown = {p["name"]: p for p in ready.json()["projections"]}
        assert shown["leads"]["error_lead_id"] == lead
        assert (shown["leads"]["position"], shown["leads"]["error_position"]) == (1, 2)
        assert (shown["money"]["position"], shown["money"]["error"]) == (2, None)
        answer = office.get("/lists/exited")
        assert (answer.status_code, answer.json()["code"]) == (503, "projection_stopped")
        assert office.get(f"/leads/{lead}/history").status_code == 200
        office.record(lead, "contacts", mode="call", summary="照常录入", occurred_on="2023-02-02")

        mended = Projector(worker.generations._engine, server.crm.store)
        mended.resume()
        assert office.get("/lists/started-not-completed").json()["count"] == 1
        assert office.http.get(server.base + "/health/ready").json()["status"] == "ok"


def test_a_stopped_projection_refuses_only_the_questions_that_need_it(settings: Settings) -> None:
    with serving(settings) as server:
        office = server.client("manager")
        lead = office.register()
        office.record(lead, "funds", amount_wan=1, source="local", occurred_on="2023-02-01")
        crm = server.crm
        crm.projector.catch_up()
        [money] = [g for g in crm.projector.generations.live() if g.name == "money"]
        crm.projector.generations.stop(money, Unfoldable(UUID(lead), 2, LookupError("?")))
        office.record(lead, "contacts", mode="call", summary="电话", occurred_on="2023-02-02")
        assert office.get("/targets/2023").json()["code"] == "projection_stopped"
        for path in (
            "/lists/exited",
            "/leads",
            f"/leads/{lead}",
            f"/leads/{lead}/history?known_at=2023-01-01",
            f"/audit/leads/{lead}/replay",
        ):
            assert office.http.get(path).status_code in (200, 404), path
        assert office.get("/leads").json()["count"] == 1


def test_tables_that_are_not_what_the_events_make_are_a_stop_too(crm: CRM) -> None:
    log = random_log(random.Random(21), leads=6, steps=250)
    store(crm, log[:-40])
    crm.projector.catch_up()
    engine = crm.projector.generations._engine
    [states] = [g for g in crm.projector.generations.live() if g.name == "states"]
    [physical] = states.tables.values()
    with engine.begin() as connection:
        connection.execute(physical.delete())
    store(crm, log[-40:])
    crm.projector.catch_up()
    status = {s.name: s for s in crm.projector.statuses()}
    assert "重建" in str(status.pop("states").error)
    assert all((s.lag, s.error) == (0, None) for s in status.values())
    rebuild(crm.projector, ["states"])
    crm.projector.catch_up()
    assert all((s.lag, s.error) == (0, None) for s in crm.projector.statuses())


def test_tables_no_generation_names_are_dropped_at_the_next_start(settings: Settings) -> None:
    crm = build(settings)
    engine = crm.projector.generations._engine
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {lead_step.name}_g77 (x INTEGER)"))
    build(settings).close()
    with engine.begin() as connection:
        assert f"{lead_step.name}_g77" not in inspect(connection).get_table_names()
    crm.close()


def test_writing_goes_on_after_an_event_of_a_newer_program(settings: Settings) -> None:
    crm = build(settings)
    store(crm, random_log(random.Random(22), leads=3, steps=60))
    position, stream_id, version, _, state = crm.store.rows(0, 10**6)[-1]
    crm.store.restore([(position + 1, stream_id, version + 1, "LeadTeleported.v1", state)])
    crm.close()
    again = build(settings)
    registration = LeadRegistered(
        occurred_on=date(2023, 1, 5),
        code="",
        title="项目",
        investor=Investor("企业"),
        recruiting_unit="经开区",
    )
    assert again.register(registration, by=SYSTEM).position == position + 2
    again.close()


def test_an_event_of_a_newer_program_stops_the_tables_before_it(crm: CRM) -> None:
    log = random_log(random.Random(17), leads=5, steps=120)
    store(crm, log)
    rows = crm.store.rows(0, 10**6)
    position, stream_id, version, _, state = rows[-1]
    later = (position + 1, stream_id, version + 1, "LeadTeleported.v1", state)
    crm.store.restore([later])
    crm.projector.catch_up()
    for status in crm.projector.statuses():
        assert (status.position, status.error_position) == (position, position + 1)
        assert "LeadTeleported" in str(status.error)


def test_tables_of_another_log_are_made_again(settings: Settings) -> None:
    """A backup of the log has been put back; the tables know more than it does."""
    crm = build(settings)
    store(crm, random_log(random.Random(20), leads=4, steps=120))
    before = tables_of(crm)
    generations = crm.projector.generations
    with generations._engine.begin() as connection:
        for generation in generations.live():
            connection.execute(
                update(_generation)
                .where(_generation.c.name == generation.name)
                .values(event_id=uuid4())
            )
            for table in generation.tables.values():
                connection.execute(table.delete())
    assert tables_of(crm) != before
    crm.close()
    crm = build(settings)
    assert tables_of(crm) == before
    crm.close()


# --- workers --------------------------------------------------------------------------------


def test_one_of_two_holds_the_lease_and_gives_it_back(settings: Settings) -> None:
    crm = build(settings)
    with opened(settings) as database:
        first, second = Lease(database.tables), Lease(database.tables)
        assert first.hold()
        assert not second.hold()
        assert first.hold()  # renewed
        first.give_back()
        assert second.hold()
        assert not first.hold()
    crm.close()


def test_rows_left_by_a_killed_start_do_not_stand_in_the_way(settings: Settings) -> None:
    crm = build(settings)
    store(crm, random_log(random.Random(18), leads=4, steps=60))
    before = tables_of(crm)
    number = crm.projector.generations.live()[1].number + 1
    with crm.projector.generations._engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {lead_step.name}_g{number} (x INTEGER)"))
    rebuild(crm.projector, NAMES)
    assert tables_of(crm) == before
    crm.close()
