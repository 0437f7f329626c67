"""形象进度: 0 to 100 at every door, 0 to 1 in the log."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from crm.codec import Codec
from crm.presentation import event_data
from domain.lead.events import MonthlyProgressReported
from tests.samples import EVENTS, golden, recorded
from tests.serving import Server


@pytest.mark.parametrize(
    ("said", "kept", "shown"),
    [
        (35, "0.35", "35"),
        ("35.50", "0.355", "35.5"),
        (0, "0", "0"),
        (100, "1", "100"),
        ("100.0000", "1", "100"),
        (0.35, "0.0035", "0.35"),
        ("0.0001", "0.000001", "0.0001"),
        ("99.9999", "0.999999", "99.9999"),
    ],
)
def test_a_percentage_is_kept_as_a_share_and_shown_as_a_percentage(
    shared_server: Server, said: Any, kept: str, shown: str
) -> None:
    asking, office = shared_server.client("auditor"), shared_server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    done = {"period": "2023-08", "text": "主体封顶", "occurred_on": "2023-09-02"}
    written = office.record(lead, "progress", percent=said, **done)
    event = shared_server.crm.history(UUID(lead))[-1].event
    assert isinstance(event, MonthlyProgressReported)
    assert event.percent == Decimal(kept)
    for view in (f"/leads/{lead}", f"/audit/leads/{lead}/replay"):
        assert asking.get(view).json()["progress"][0]["percent"] == shown
    history = asking.get(f"/leads/{lead}/history").json()["items"]
    feed = asking.get("/events", after=written["position"] - 1).json()["items"]
    for listed in (history, feed):
        assert listed[-1]["data"]["percent"] == shown


@pytest.mark.parametrize(
    "said", [-1, "-0.01", 100.01, 101, "35%", "", "NaN", "Infinity", True, [35], "0.00001", 1e-5]
)
def test_what_is_no_percentage_is_refused(shared_server: Server, said: Any) -> None:
    office = shared_server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    body = {"period": "2023-08", "text": "主体封顶", "percent": said, "occurred_on": "2023-09-02"}
    answer = office.post(f"/leads/{lead}/progress", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "percent")
    assert len(office.get(f"/leads/{lead}/history").json()["items"]) == 1


def test_none_said_is_none_shown_and_old_logs_read_on(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    done = {"period": "2023-08", "text": "主体封顶", "occurred_on": "2023-09-02"}
    office.record(lead, "progress", **done)
    assert office.get(f"/leads/{lead}").json()["progress"][0]["percent"] is None
    (sample,) = (event for event in EVENTS if isinstance(event, MonthlyProgressReported))
    topic, state = "MonthlyProgressReported.v1", golden()["MonthlyProgressReported.v1"]
    stored = Codec().decode(recorded(sample).stream_id, 1, 1, topic, state.encode())
    assert stored.event.percent == Decimal("0.45")
    assert event_data(stored.event)["percent"] == "45"


def test_the_documentation_says_so(shared_server: Server) -> None:
    document = shared_server.client().http.get(f"{shared_server.base}/openapi.json").json()
    progress = document["components"]["schemas"]["ProgressIn"]
    assert progress["example"]["percent"] == 35
    assert "0 到 100" in str(progress["properties"]["percent"])
