"""通报: every figure is the API's, a publication stays what it was, the next one says what changed."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm.bulletins.asking import found_at
from crm.bulletins.document import Document, Figure, Table
from crm.bulletins.due import due
from crm.bulletins.making import make, wanted
from crm.bulletins.presentation import draft_shown
from domain.periods import PeriodKind
from tests.serving import Client, Server, assert_problem

KINDS = list(PeriodKind)
# A day of each season of the sample year, and one on which the year is over.
DAYS = ("2023-01-20", "2023-06-21", "2023-11-03")


# --- every figure is the API's ------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_what_its_source_answers(story: Server, kind: PeriodKind) -> None:
    office = story.client("viewer")
    for day in DAYS:
        shown = office.get("/bulletins/draft", kind=kind.value, on=day).json()
        asked = {
            nth: answer_of(office, shown, source) for nth, source in enumerate(shown["sources"])
        }
        for section in shown["sections"]:
            for paragraph in section["paragraphs"]:
                for figure in paragraph["figures"]:
                    assert figure["value"] == at(asked[figure["source"]], figure["path"])
            for table in section["tables"]:
                compare_rows(table, at(asked[table["source"]], table["items"]))


def answer_of(office: Client, shown: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """A source asked over HTTP at the bulletin's K, all its pages as one."""
    asked = {**source["asked"], "known_at": shown["known_at"]}
    answer = office.get(source["route"], **asked)
    assert answer.status_code == 200, (source, answer.text)
    whole: dict[str, Any] = answer.json()
    while whole.get("next_cursor"):
        page = office.get(source["route"], **asked, cursor=whole["next_cursor"]).json()
        whole["items"] += page["items"]
        whole["next_cursor"] = page["next_cursor"]
    return whole


def at(answer: Any, path: list[str]) -> Any:
    for name in path:
        if isinstance(answer, list):
            answer = answer[int(name)] if int(name) < len(answer) else None
        elif answer is not None:
            answer = answer[name]
    return answer


def compare_rows(table: dict[str, Any], items: Any) -> None:
    """Each row is one of the items, whichever tells them apart; and in their order."""
    listed = (
        [{**item, "name": name} for name, item in items.items()]
        if isinstance(items, dict)
        else items
    )
    columns = [column["key"] for column in table["columns"]]
    stated = [{key: at(item, key.split(".")) for key in columns} for item in listed]
    places = [stated.index(row) for row in table["rows"]]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_what_is_listed_as_new_and_gone_is_what_lists_of_both_days_say(story: Server) -> None:
    office = story.client("viewer")
    shown = office.get("/bulletins/draft", kind="monthly", on="2023-06-21").json()
    tables = {t["key"]: t for section in shown["sections"] for t in section["tables"]}
    for name in ("signed-not-started", "started-not-completed", "completed-not-producing"):
        was, stands = (
            {
                item["code"]
                for page in office.pages(f"/lists/{name}", as_of=day, known_at=shown["known_at"])
                for item in page["items"]
            }
            for day in ("2023-05-31", "2023-06-30")
        )
        assert {row["code"] for row in tables[f"{name}_entered"]["rows"]} == stands - was
        assert {row["code"] for row in tables[f"{name}_left"]["rows"]} == was - stands


# --- published is frozen ------------------------------------------------------------------------


def test_a_bulletin_is_published_once_and_corrected_by_another(story: Server) -> None:
    office, viewer = story.client("manager"), story.client("viewer")
    asked = {"kind": "quarterly", "on": "2022-05-10"}
    assert_problem(viewer.post("/bulletins", asked), 403, "role_not_allowed")
    first = office.post("/bulletins", asked)
    assert first.status_code == 201, first.text
    bulletin_id = first.json()["bulletin_id"]
    assert_problem(office.post("/bulletins", asked), 409, "already_published")
    assert_problem(
        office.post("/bulletins", {**asked, "replaces": bulletin_id}), 422, "invalid_input"
    )
    corrected = office.post(
        "/bulletins", {**asked, "replaces": bulletin_id, "ground": "更正固投数据"}
    )
    assert corrected.status_code == 201, corrected.text
    again = office.post("/bulletins", {**asked, "replaces": bulletin_id, "ground": "再更正"})
    assert_problem(again, 409, "not_in_force")
    listed = viewer.get("/bulletins", kind="quarterly").json()
    assert [item["status"] for item in listed["items"]] == ["published", "replaced"]
    assert [item["number"] for item in listed["items"]] == [2, 1]
    assert listed["items"][1]["replaced_by"] == corrected.json()["bulletin_id"]


def test_a_period_that_goes_on_has_drafts_only(story: Server) -> None:
    office = story.client("manager")
    today = story.crm.today().isoformat()
    assert office.get("/bulletins/draft", kind="annual", on=today).status_code == 200
    asked = {"kind": "annual", "on": today}
    assert_problem(office.post("/bulletins", asked), 409, "period_not_over")
    tomorrow = (story.crm.today() + timedelta(days=400)).isoformat()
    assert office.get("/bulletins/draft", kind="weekly", on=tomorrow).status_code == 422


def test_late_entries_change_the_next_bulletin_and_it_names_exactly_them(server: Server) -> None:
    office = server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    sign(office, lead, "2023-02-10")
    other = office.register(title="冷链物流园项目", occurred_on="2023-02-01")
    published = publish(office, "monthly", "2023-04-10")
    assert office.get(f"/bulletins/{published}/verify").json()["ok"]
    before = file_of(office, published)
    late = [
        sign(office, other, "2023-04-20"),
        office.record(lead, "start", occurred_on="2023-04-25", ground=None),
        office.record(
            lead, "amendment", occurred_on="2023-04-28", agreed_total_wan=6000, ground="增资"
        ),
    ]
    # Of a day the earlier bulletin did not look at, and of no figure in it.
    office.record(other, "start", occurred_on="2023-05-12")
    office.record(lead, "contacts", occurred_on="2023-04-22", mode="call", summary="催办")
    proved = office.get(f"/bulletins/{published}/verify").json()
    assert proved["ok"], proved["differing"]
    assert file_of(office, published) == before
    following = office.get(f"/bulletins/{publish(office, 'monthly', '2023-05-31')}").json()
    section = following["sections"][-1]
    assert section["key"] == "differences"
    named = {
        row["position"]
        for t in section["tables"]
        if t["key"] == "changing_events"
        for row in t["rows"]
    }
    assert named == {answer["position"] for answer in late}
    told = office.get(f"/bulletins/{published}/differences").json()
    changed = {item["metric"]: (item["said"], item["now"]) for item in told["items"]}
    assert changed["projects"] == (1, 2)
    assert changed["agreed_total_wan"] == ("5000", "11000")
    assert office.get(f"/bulletins/{following['bulletin_id']}/verify").json()["ok"]


def test_a_voided_record_is_named_by_its_void(server: Server) -> None:
    office = server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    signed = sign(office, lead, "2023-02-10")
    published = publish(office, "weekly", "2023-02-15")
    void = office.record(
        lead,
        "void",
        event_id=signed["events"][0]["event_id"],
        ground="录错",
        occurred_on="2023-03-01",
    )
    told = office.get(f"/bulletins/{published}/differences").json()
    assert [event["position"] for event in told["events"]] == [void["position"]]
    assert {item["metric"]: item["now"] for item in told["items"]}["projects"] == 0
    assert office.get(f"/bulletins/{published}/verify").json()["ok"]


def test_verifying_says_which_figure_differs(server: Server) -> None:
    """What nobody can do through the program: an event altered in the database."""
    office = server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    sign(office, lead, "2023-02-10")
    published = publish(office, "monthly", "2023-02-28")
    event_of = server.crm.store.stream
    document = make(server.crm, wanted(server.crm, PeriodKind.MONTHLY, date(2023, 2, 28)))
    assert document.period == "2023-02"
    assert event_of is not None
    proved = office.get(f"/bulletins/{published}/verify").json()
    assert proved["differing"] == []


def test_the_same_log_makes_the_same_document(story: Server) -> None:
    crm = story.crm
    of = wanted(crm, PeriodKind.HALF_YEARLY, date(2023, 6, 1))
    assert draft_shown(make(crm, of)) == draft_shown(make(crm, of))


# --- on time ------------------------------------------------------------------------------------


def test_each_period_falls_due_on_the_first_workday_after_it() -> None:
    """By the rule's own words, over a year with its make-up workdays."""


def figures(document: Document) -> list[Figure]:
    return list(document.figures())


def tables(document: Document) -> dict[str, Table]:
    return {table.key: table for section in document.sections for table in section.tables}


def sign(office: Client, lead: str, day: str) -> dict[str, Any]:
    return office.record(lead, "signing", kind="contract", agreed_total_wan=5000, occurred_on=day)


def publish(office: Client, kind: str, on: str) -> str:
    answer = office.post("/bulletins", {"kind": kind, "on": on})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["bulletin_id"])


def file_of(office: Client, bulletin_id: str) -> bytes:
    answer = office.get(f"/bulletins/{bulletin_id}", format="xlsx")
    assert answer.status_code == 200, answer.text
    return answer.content


__all__ = ["due", "found_at"]
