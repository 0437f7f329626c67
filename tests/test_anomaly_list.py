"""Which leads are listed as odd, beside others and over the log, and how is it answered?"""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.anomaly_presentation import events_behind
from crm.application import CRM
from domain.event import Recorded
from domain.lead import events as e
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import (
    AnomalyKind,
    Relation,
)
from projections.anomalies import OddLead, odd_leads
from projections.lead_states import EVERYWHERE, Where
from projections.reader import clocks
from tests.histories import random_log
from tests.naive_anomalies import lives, naive_kinds, naive_late_edits, varied
from tests.read_tables import DAYS, fill
from tests.serving import Server
from tests.tables import EVERYTHING
from tests.told import (
    REGISTERED,
    on,
    signed,
)


def listed(
    crm: CRM, day: date, position: int | None = None, where: Where = EVERYWHERE
) -> list[OddLead]:
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, crm.clock(), position)
        return odd_leads(connection, when, DEFAULT_RULES, where)


@pytest.mark.parametrize("seed", range(3))
def test_the_list_equals_the_naive_twin(sqlite: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = varied(random_log(rng, leads=8, steps=600), rng)
    fill(sqlite, log, rng)
    last, seen = log[-1].position, Counter[str]()
    beside = {AnomalyKind.LATE_EDIT, AnomalyKind.DOUBLE, AnomalyKind.PHASES_OVER_PARENT}
    for _ in range(12):
        day, position = rng.choice(DAYS), rng.choice((last, rng.randint(0, last)))
        answer = listed(sqlite, day, position)
        naive = Counter(
            {
                (lead, kind): count
                for lead, life in lives(log, day, position).items()
                for kind, count in naive_kinds(life).items()
            }
        )
        assert naive == Counter(
            (item.lead_id, item.anomaly.kind.value)
            for item in answer
            if item.anomaly.kind not in beside
        ), (day, position)
        edits = {
            item.lead_id: set(item.anomaly.event_ids)
            for item in answer
            if item.anomaly.kind is AnomalyKind.LATE_EDIT
        }
        assert edits == naive_late_edits(log, day, position), (day, position)
        keys = [item.key for item in answer]
        assert keys == sorted(set(keys))
        seen += Counter(kind for _, kind in naive.elements())
    assert len(seen) >= 6, seen  # or the histories would be too plain to mean anything


def test_phases_and_doubles_need_other_leads(sqlite: CRM) -> None:
    parent = store_lead(sqlite, 1, signed(on(3), total=10))
    store_lead(sqlite, 2, signed(on(3), total=6), parent=parent, title="一期厂房")
    store_lead(sqlite, 3, signed(on(4), total=5), parent=parent, title="二期厂房")
    store_lead(sqlite, 4, signed(on(5), total=5))  # the parent's own name: entered twice

    def of_kind(kind: AnomalyKind, day: date) -> list[OddLead]:
        return [odd for odd in listed(sqlite, day) if odd.anomaly.kind is kind]

    assert of_kind(AnomalyKind.PHASES_OVER_PARENT, on(3, 31)) == []
    (over,) = of_kind(AnomalyKind.PHASES_OVER_PARENT, on(4))
    assert (over.lead_id, over.anomaly.figures["phases_yuan"]) == (parent, 11)
    (double,) = of_kind(AnomalyKind.DOUBLE, on(5))
    assert double.state.code == "ZS2023-0004"
    assert double.anomaly.figures["other_code"] == "ZS2023-0001"
    assert listed(sqlite, on(5), where=Where(unit="发改局")) == []
    with sqlite.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, on(5), sqlite.clock())
    events = events_behind(sqlite.history(parent), when, over.anomaly)
    assert [event["type"] for event in events] == ["AgreementSigned"]


def store_lead(
    crm: CRM, number: int, *events: e.LeadEvent, parent: Any = None, title: str = "富硒茶饮加工"
) -> Any:
    """A lead entered at once, each event a minute after the one before."""
    relation = Relation.PHASE_IN_SCOPE if parent else Relation.NEW
    registration = replace(
        REGISTERED,
        code=f"ZS2023-{number:04d}",
        title=title,
        relation=relation,
        parent_lead_id=parent,
    )
    lead = UUID(int=number)
    first = crm.store.head()
    at = datetime(2023, 6, 1, tzinfo=UTC)
    crm.store.append(
        [
            Recorded(
                lead,
                nth,
                first + nth,
                UUID(int=number * 1000 + nth),
                at + timedelta(minutes=first + nth),
                "经办人",
                event,
            )
            for nth, event in enumerate((registration, *events), start=1)
        ]
    )
    crm.projector.catch_up()
    return lead


def test_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="疑点单位", occurred_on="2022-01-05")
    office.record(lead, "signing", kind="contract", agreed_total_wan=10, occurred_on="2022-02-01")
    asked = {"unit": "疑点单位", "as_of": "2023-06-30"}
    found = office.get("/anomalies", **asked).json()
    assert found["by_kind"]["no_gates"]["count"] == 1
    assert {item["lead_id"] for item in found["items"]} == {lead}
    assert office.get("/anomalies", kind="huge_amount", **asked).json()["items"] == []
    assert office.get("/anomalies", kind="ugly", **asked).status_code == 422
    stalled = office.get("/exits/proposals", **asked).json()
    assert (stalled["count"], stalled["items"][0]["step_label"]) == (2, "应发限期通知")
    assert office.get("/exits/proposals", step="exit", **asked).json()["count"] == 0


def test_notices_and_their_answers(shared_server: Server) -> None:
    office = shared_server.client("manager")
    clerk = shared_server.client("recorder", "督办单位")
    lead = office.register(recruiting_unit="督办单位")
    notice = {"level": "red", "text": "限期开工", "occurred_on": "2023-03-01"}
    assert clerk.post(f"/leads/{lead}/notices", {**notice, "due": "2023-03-31"}).status_code == 403
    ids = [
        office.record(lead, "notices", due=due, **notice)["events"][0]["event_id"]
        for due in ("2023-03-31", "2023-04-10")
    ]
    answer = {"text": "已补齐手续", "occurred_on": "2023-03-31"}
    assert clerk.post(f"/leads/{lead}/notices/{ids[0]}/answer", answer).status_code == 201
    asked = {"unit": "督办单位", "as_of": "2023-04-10"}
    found = office.get("/notices", **asked).json()
    assert (found["reply_rate"], found["count"]) == ("0.5000", 2)
    states = {item["notice_id"]: item["state"] for item in found["items"]}
    assert states == {ids[0]: "answered", ids[1]: "open"}
    late = office.get("/notices", state="overdue", unit="督办单位", as_of="2023-04-11").json()
    assert [item["notice_id"] for item in late["items"]] == [ids[1]]
    again = clerk.post(f"/leads/{lead}/notices/{ids[0]}/answer", answer)
    assert again.json()["code"] == "notice_answered"
    other = office.register(recruiting_unit="督办单位")
    wrong = clerk.post(f"/leads/{other}/notices/{ids[1]}/answer", answer)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "notice_not_found")
