"""The log as a file, and as other systems follow it."""

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from crm.application import CRM
from crm.log_file import LogFileError, export_log, import_log
from crm.settings import Settings
from crm.wiring import build
from projections.catch_up import PROJECTIONS
from tests.databases import Postgres, postgres_settings, sqlite_settings
from tests.histories import random_log
from tests.read_tables import tables_of
from tests.serving import Server

pytestmark = pytest.mark.storage


@pytest.fixture
def programs(postgres_server: Postgres, tmp_path: Path) -> Iterator[list[CRM]]:
    """SQLite, PostgreSQL, and SQLite again."""
    opened = [
        build(sqlite_settings(tmp_path / "one")),
        build(postgres_settings(postgres_server, tmp_path / "two")),
        build(sqlite_settings(tmp_path / "three")),
    ]
    yield opened
    for crm in opened:
        crm.close()


def exported(crm: CRM, path: Path) -> str:
    with path.open("wb") as out:
        return export_log(crm.store, out)[1]


def test_from_sqlite_to_postgresql_and_back_nothing_changes(
    programs: list[CRM], tmp_path: Path
) -> None:
    first, second, third = programs
    log = random_log(random.Random(21), leads=12, steps=500)
    for start in range(0, len(log), 60):
        first.store.append(log[start : start + 60])
    files = [tmp_path / f"{n}.jsonl" for n in range(3)]
    digests = {exported(first, files[0])}
    assert import_log(second.store, files[0]) == (len(log), *digests)
    digests.add(exported(second, files[1]))
    import_log(third.store, files[1])
    digests.add(exported(third, files[2]))
    assert len(digests) == 1
    assert files[0].read_bytes() == files[1].read_bytes() == files[2].read_bytes()
    assert tables_of(first) == tables_of(second) == tables_of(third)
    lines = [json.loads(line) for line in files[0].read_text("utf-8").splitlines()]
    assert [line["position"] for line in lines] == [r.position for r in log]
    assert lines[0]["state"]["by"] == "test"

    # Both go on where the log ended.
    position = log[-1].position
    for crm in (second, third):
        [added] = crm.store.append([replace(log[0], stream_id=uuid4())])
        assert added.position == position + 1


def test_an_interrupted_import_goes_on_and_another_log_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    source = build(sqlite_settings(tmp_path / "source"))
    log = random_log(random.Random(23), leads=6, steps=200)
    source.store.append(log)
    path = tmp_path / "log.jsonl"
    exported(source, path)
    crm = build(settings)
    try:
        crm.store.restore(source.store.rows(0, 17))
        assert import_log(crm.store, path)[0] == len(log) - 17
        assert import_log(crm.store, path)[0] == 0
        lines = path.read_bytes().splitlines(keepends=True)

        def refused(changed: list[bytes], reason: str) -> None:
            path.write_bytes(b"".join(changed))
            head = crm.store.head()
            with pytest.raises(LogFileError, match=reason):
                import_log(crm.store, path)
            assert crm.store.head() == head

        refused(lines[:-1], "文件之外")
        refused([lines[0].replace(b'"by":"test"', b'"by":"nobody"'), *lines[1:]], "第 1 行与")
        refused([*lines, b"{}\n"], f"第 {len(lines) + 1} 行")
        again = json.loads(lines[-1]) | {"position": log[-1].position + 1}
        refused([*lines, json.dumps(again).encode() + b"\n"], "缺少")
        unknown = again | {"version": again["version"] + 1, "topic": "LeadTeleported.v1"}
        refused([*lines, json.dumps(unknown).encode() + b"\n"], "无法读取")
    finally:
        crm.close()
        source.close()


# --- the feed -------------------------------------------------------------------------------


def test_the_feed_gives_every_event_once_in_order(server: Server) -> None:
    office = server.client("manager")
    leads = [office.register() for _ in range(4)]
    for day in range(1, 6):
        for lead in leads:
            office.record(
                lead, "contacts", mode="call", summary="电话", occurred_on=f"2023-02-0{day}"
            )
    seen: list[dict[str, Any]] = []
    after = 0
    while True:
        page = office.get("/events", after=after, limit=7).json()
        seen += page["items"]
        after = page["last_position"]
        if page["next_cursor"] is None:
            break
        assert page["next_cursor"] == str(after)
    assert [item["position"] for item in seen] == [
        recorded.position for recorded in server.crm.store.whole_log()
    ]
    mine = [
        {k: v for k, v in i.items() if k != "stream_id"} for i in seen if i["stream_id"] == leads[0]
    ]
    history = office.get(f"/leads/{leads[0]}/history").json()["items"]
    assert mine == [{k: v for k, v in item.items() if k != "voided_by"} for item in history]
    assert office.get("/events", after=after).json() == {
        "items": [],
        "last_position": after,
        "head": after,
        "next_cursor": None,
    }
    beyond = office.get("/events", after=after + 100).json()
    assert (beyond["items"], beyond["last_position"], beyond["head"]) == ([], after + 100, after)
    assert office.get("/events", after=-1).status_code == 422
    assert httpx2.get(f"{server.base}/api/v1/events").status_code == 401


def test_the_stream_goes_on_as_things_are_recorded(server: Server) -> None:
    office = server.client("manager")
    first = office.register()
    positions: list[int] = []
    titles: list[str] = []

    def listen(last: int | None, enough: int) -> None:
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        with office.http.stream("GET", "/events/stream", headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    item = json.loads(line.removeprefix("data:"))
                    titles.append(item["data"]["title"])
                if line.startswith("id:"):
                    positions.append(int(line.removeprefix("id:")))
                if len(titles) == len(positions) == enough:
                    return

    listener = threading.Thread(target=listen, args=(None, 3))
    listener.start()
    others = [office.register(title=f"后来的项目{n}") for n in range(2)]
    listener.join(20)
    assert titles[1:] == ["后来的项目0", "后来的项目1"]
    server.crm.history(UUID(first))
    later = threading.Thread(target=listen, args=(positions[-2], 4))
    later.start()
    later.join(20)
    assert positions[3] == positions[2]  # from the last one it says it has
    assert len(others) == 2


def test_followers_that_come_and_go_leave_one_look_out(server: Server) -> None:
    office = server.client("viewer")
    for _ in range(12):
        with office.http.stream("GET", "/events/stream") as answer:
            assert answer.status_code == 200
        time.sleep(0.02)
    time.sleep(0.2)
    assert sum(thread.name == "news" for thread in threading.enumerate()) <= 1


def test_metrics_need_a_token_and_count_what_happened(server: Server) -> None:
    office = server.client("manager")
    lead = office.register()
    assert office.refused(lead, "completion", occurred_on="2023-02-01") == "milestone_missing"
    url = f"{server.base}/metrics"
    assert httpx2.get(url).status_code == 401
    page = httpx2.get(url, headers=office.http.headers).text
    assert 'crm_commands_total{outcome="recorded"} 1.0' in page
    assert 'crm_commands_total{outcome="milestone_missing"} 1.0' in page
    for projection in PROJECTIONS:
        assert f'crm_projection_lag{{projection="{projection.name}"}}' in page
