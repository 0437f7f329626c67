"""Notices, campaigns, exit proposals and missing papers by hand: the events each part rests on."""

from typing import Any

import pytest

from tests.serving import Client, Server


@pytest.fixture
def office(shared_server: Server) -> Client:
    return shared_server.client("manager")


def explained(office: Client, metric: str, **asked: Any) -> dict[str, Any]:
    answer = office.get("/explain", metric=metric, **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def recorded(office: Client, lead: str, action: str, **fields: Any) -> str:
    return str(office.record(lead, action, **fields)["events"][0]["event_id"])


def ids(line: dict[str, Any]) -> list[str]:
    return [event["event_id"] for event in line["events"]]


def test_each_notice_has_its_own_part(office: Client) -> None:
    of = {"unit": "溯源四科", "as_of": "2023-06-30"}
    lead = office.register(recruiting_unit=of["unit"], occurred_on="2023-01-05")
    notice = {"level": "yellow", "text": "请说明原因"}
    first = recorded(office, lead, "notices", **notice, due="2023-04-10", occurred_on="2023-04-01")
    second = recorded(office, lead, "notices", **notice, due="2023-05-10", occurred_on="2023-05-01")
    third = recorded(office, lead, "notices", **notice, due="2023-07-10", occurred_on="2023-06-01")
    reply = recorded(
        office, lead, f"notices/{first}/answer", text="已办结", occurred_on="2023-04-09"
    )
    rate = explained(office, "notices_reply_rate", **of)
    assert (rate["figure"], rate["sums"]) == ("0.5000", {"numerator": 1, "denominator": 2})
    (line,) = rate["leads"]
    assert ids(line) == [first, reply, second]
    assert [(n["notice_id"], n["parts"], ids(n)) for n in line["notices"]] == [
        (first, {"numerator": 1, "denominator": 1}, [first, reply]),
        (second, {"numerator": 0, "denominator": 1}, [second]),
    ]
    assert ids(explained(office, "notices_overdue", **of)["leads"][0]) == [second]
    assert ids(explained(office, "notices_open", **of)["leads"][0]) == [third]
    earlier = explained(office, "notices_overdue", **{**of, "as_of": "2023-05-10"})
    assert (earlier["figure"], earlier["leads"]) == (0, [])


def test_a_campaign_counts_while_it_is_on_record(office: Client) -> None:
    body = {"name": "溯源小分队", "kind": "team", "unit": "招商服务中心", "from_on": "2021-03-01"}
    held = office.post("/campaigns", body)
    assert held.status_code == 201, held.text
    campaign = held.json()["campaign_id"]
    entry = held.json()["events"][0]["event_id"]
    lead = office.register(campaign_id=campaign, channel="溯源以商招商", occurred_on="2021-04-01")
    signing = recorded(
        office, lead, "signing", kind="contract", agreed_total_wan=900, occurred_on="2021-05-01"
    )
    asked = {"year": 2021, "as_of": "2021-12-31"}
    signed = explained(office, "campaigns_by_campaign_signings", **asked)
    assert signed["sums"] == {"溯源小分队（2021-03-01）": 1}
    events = ids(signed["leads"][0])
    assert (events[0], events[-1], len(events)) == (entry, signing, 3)
    amount = explained(office, "campaigns_by_channel_agreed_total_wan", **asked)
    assert amount["sums"] == {"溯源以商招商": "900"}
    assert ids(amount["leads"][0])[-1] == signing
    void = office.post(f"/campaigns/{campaign}/void", {"ground": "重复录入"})
    assert void.status_code == 201
    assert explained(office, "campaigns_by_campaign_signings", **asked)["leads"] == []
    assert explained(office, "campaigns_by_channel_leads", **asked)["count"] == 1


def test_an_exit_proposal_and_missing_papers(office: Client) -> None:
    of = {"unit": "溯源五科", "as_of": "2023-12-31"}
    lead = office.register(recruiting_unit=of["unit"], occurred_on="2023-01-05")
    signing = recorded(
        office,
        lead,
        "signing",
        kind="contract",
        agreed_total_wan=1000,
        start_due="2023-03-01",
        occurred_on="2023-02-01",
    )
    proposal = explained(office, "exit_start_overdue", **of)
    assert (proposal["figure"]["count"], proposal["sums"]) == (1, {"count": 1})
    assert ids(proposal["leads"][0]) == [signing]
    listed = office.get("/exits/proposals", **of).json()
    assert listed["by_rule"]["start_overdue"] == proposal["figure"]
    papers = explained(office, "papers_missing_signing", **of)
    assert (papers["figure"]["count"], ids(papers["leads"][0])) == (1, [signing])
    assert explained(office, "papers_missing_start", **of)["leads"] == []
