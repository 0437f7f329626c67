"""Every question waits for the tables it reads, and for no more than it must."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from crm.settings import Settings
from projections.catch_up import PROJECTIONS
from projections.projection import Unfoldable
from projections.reader import Reader
from tests.every_question import questions
from tests.serving import Server, serving

LEAD = {"title": "茶厂", "investor": {"name": "某茶业有限公司"}, "recruiting_unit": "经开区"}
INTERVIEW = {"unit": "城关镇", "period": "2023-Q2", "interviewer": "县委书记",
             "interviewee": "镇长", "text": "赶上进度", "occurred_on": "2023-07-12"}  # fmt: skip
OWNER = {table.name: p.name for p in PROJECTIONS for table in p.tables}
_TABLE = re.compile(r"\b(?:" + "|".join(OWNER) + r")\b")


class Asked(NamedTuple):
    """A question to the tables: the projections it waited for, and those whose rows it read."""

    waited: frozenset[str]
    read: set[str]


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, server: Server) -> Iterator[list[Asked]]:
    """What is asked of the tables meanwhile."""
    seen: list[Asked] = []
    standing: dict[int, set[str]] = {}
    asking = Reader.asking

    @contextmanager
    def noted(self: Reader, *needed: str) -> Iterator[Connection]:
        with asking(self, *needed) as connection:
            seen.append(Asked(frozenset(needed), set()))
            standing[id(connection)] = seen[-1].read
            try:
                yield connection
            finally:
                del standing[id(connection)]

    def note(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if (read := standing.get(id(connection))) is not None:
            read |= {OWNER[name] for name in _TABLE.findall(statement)}

    engine = server.crm.reader._engine
    event.listen(engine, "before_cursor_execute", note)
    monkeypatch.setattr(Reader, "asking", noted)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_every_question_waits_for_all_the_tables_it_reads(
    story: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, read = story.client("manager"), set()
    asked = list(questions(office))
    with watched(monkeypatch, story) as seen:
        for path, query in asked:
            seen.clear()
            answer = office.get(path, **query)
            assert answer.status_code == 200, (path, query, answer.text)
            for question in seen:
                assert question.read <= question.waited, (path, query)
                read |= question.read
        for written, body in (("/leads", LEAD), ("/interviews", INTERVIEW)):
            seen.clear()
            assert office.post(written, body).status_code in (201, 409), written
            assert seen, written
            for question in seen:
                assert question.read <= question.waited, written
    assert read == set(OWNER.values())  # or the sample data leaves something untried


def test_a_stopped_projection_refuses_nobody_who_does_not_read_it(settings: Settings) -> None:
    with serving(settings) as server:
        office = server.client("manager")
        lead = office.register(chain="新材料")
        held = {"name": "节会", "kind": "festival", "unit": "经开区", "from_on": "2023-01-05"}
        campaign = office.post("/campaigns", held).json()["campaign_id"]
        crm = server.crm
        crm.projector.catch_up()
        [entries] = [g for g in crm.projector.generations.live() if g.name == "entries"]
        crm.projector.generations.stop(entries, Unfoldable(UUID(lead), 2, LookupError("?")))
        office.record(lead, "contacts", mode="call", summary="电话", occurred_on="2023-02-02")
        assert office.get("/anomalies").json()["code"] == "projection_stopped"
        for path in (
            "/chains", "/chains/sheet", "/chains/新材料", "/chains/新材料/sheet",
            "/chains/新材料/history", "/chains/新材料/enterprises",
            "/campaigns", "/campaigns/results", f"/campaigns/{campaign}", "/structure",
            "/pipeline?year=2023", "/forecast?year=2023", "/rankings/top?period=2023-Q1",
            "/explain?metric=projects&year=2023",
        ):  # fmt: skip
            answer = office.http.get(path + ("&" if "?" in path else "?") + "as_of=2023-03-01")
            assert answer.status_code == 200, (path, answer.text)
