"""Every route keeps the conventions: strict queries, pages, and documentation that says it all."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from api.paging import packed
from tests.every_question import LEDGER, MORE, questions
from tests.serving import Client, Server, assert_problem

# Histories are whole (contract, "Queries").
WHOLE = ("/history",)


def test_every_question_refuses_a_parameter_it_does_not_know(story: Server) -> None:
    """`/health` and `/metrics` take anything: who watches a server adds what it likes."""
    office = story.client("manager")
    for path, query in questions(office):
        if path == "/explain" and query["metric"] != MORE["/explain"][0]["metric"]:
            continue
        answer = office.get(path, **query, nonsense=1)
        told = assert_problem(answer, 422, "invalid_input")
        assert [error["field"] for error in told["errors"]] == ["nonsense"], path
    assert_problem(office.get("/events/stream", nonsense=1), 422, "invalid_input")


def test_every_collection_says_whether_there_is_more(story: Server) -> None:
    office = story.client("manager")
    seen = set()
    for path, query in questions(office):
        if path == "/explain" or path.endswith(("/refused", "/export")):
            continue
        shown = office.get(path, **query).json()
        if isinstance(shown.get("items"), list) and not path.endswith(WHOLE):
            assert "next_cursor" in shown, path
            seen.add(path)
    assert seen >= {"/ledgers", "/explain/metrics", "/investors/first", "/leads", "/events"}


def every_page(office: Client, path: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, str] = {}
    while True:
        page = office.get(path, **query, **cursor).json()
        yield page["items"]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def test_a_cursor_is_enough_for_the_next_page(story: Server) -> None:
    """Also where the first page had to be asked something."""
    office = story.client("manager")
    for _ in range(2):  # of one investor, and late by DAY
        office.record(
            office.register(), "signing", kind="contract", agreed_total_wan=1,
            occurred_on="2023-03-01",
        )  # fmt: skip
    turned = set()
    for path, query in questions(office):
        answer = office.get(path, **query, limit=1)
        if answer.status_code == 422:  # not in pages
            continue
        cursor = answer.json().get("next_cursor")
        if cursor is None:
            continue
        alone = office.get(path, limit=1, cursor=cursor)
        assert alone.status_code == 200, (path, alone.text)
        assert alone.json() == office.get(path, **query, limit=1, cursor=cursor).json(), path
        turned.add(path)
    assert turned >= {"/colours/changes", "/investors/first", "/events", "/leads"}


def test_a_cursor_of_another_question_does_not_say_what_must_be_asked(story: Server) -> None:
    office = story.client("manager")
    other = office.get("/leads", limit=1).json()["next_cursor"]
    for path in ("/colours/changes", "/investors/first"):
        for cursor in (other, "x"):
            told = assert_problem(office.get(path, cursor=cursor), 422, "invalid_input")
            assert [error["field"] for error in told["errors"]] == ["cursor"]
        told = assert_problem(office.get(path), 422, "invalid_input")
        assert [error["message"] for error in told["errors"]] == ["必填"]


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_ledgers_are_read_in_pages(shared_server: Server, limit: int) -> None:
    office = shared_server.client("manager")
    while len(office.get("/ledgers").json()["items"]) < 5:
        answer = office.http.post("/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
        assert answer.status_code == 201
    whole = office.get("/ledgers").json()["items"]
    assert [item["uploaded_at"] for item in whole] == sorted(
        (item["uploaded_at"] for item in whole), reverse=True
    )
    pages = list(every_page(office, "/ledgers", limit=limit))
    assert [item for page in pages for item in page] == whole
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    leads = office.get("/leads", limit=1).json()["next_cursor"]
    for cursor in ("x", packed(["2023-01-01", "y"]), packed([]), leads or "é"):
        assert_problem(office.get("/ledgers", cursor=cursor), 422, "invalid_input")


def test_an_investors_registrations_are_read_in_pages(shared_server: Server) -> None:
    office = shared_server.client("manager")
    who = {"name": "分页登记有限公司"}
    leads = [
        office.register(title=f"第{n}个", investor=who, occurred_on="2023-02-01") for n in range(5)
    ]
    for lead in leads[:3]:
        office.record(lead, "loss", ground="未谈成", occurred_on="2023-03-01")
    asked = {**who, "as_of": "2023-04-01"}
    whole = office.get("/investors/first", **asked).json()
    assert [item["lead_id"] for item in whole["items"]] == leads
    assert whole["first"]["lead_id"] == leads[3]
    for limit in (1, 2, 4, 5):
        pages = list(every_page(office, "/investors/first", **asked, limit=limit))
        assert [item for page in pages for item in page] == whole["items"]
    first = office.get("/investors/first", **asked, limit=1).json()
    assert first["first"] == whole["first"]  # beyond the page
    other = office.get("/investors/first", name="别家", cursor=first["next_cursor"])
    assert_problem(other, 422, "invalid_input")


def test_a_cursor_with_a_nul_in_it_is_refused(shared_server: Server) -> None:
    office = shared_server.client("manager")
    for _ in range(2):
        office.register(occurred_on="2023-02-01")
    cursor = office.get("/chains", limit=1).json()["next_cursor"]
    told = base64.urlsafe_b64decode(cursor + "==")
    key = told.rindex(b'"]')
    bent = base64.urlsafe_b64encode(told[:key] + b"\\u0000" + told[key:]).decode().rstrip("=")
    assert_problem(office.get("/chains", cursor=bent), 422, "invalid_input")


def test_every_parameter_is_described(shared_server: Server) -> None:
    document = shared_server.client().http.get(f"{shared_server.base}/openapi.json").json()
    bare = [
        (path, parameter["name"])
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    assert bare == []


def test_a_write_is_described_with_the_errors_it_has(shared_server: Server) -> None:
    document = shared_server.client().http.get(f"{shared_server.base}/openapi.json").json()
    of = {
        (path.removeprefix("/api/v1"), method): operation["responses"].keys()
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    every = {"401", "403", "408", "413", "422", "429", "503"}
    assert of["/targets/{year}", "put"] == every | {"201", "412"}
    assert of["/settings/rules", "put"] == every | {"201", "409", "412"}
    assert of["/ledgers/{ledger_id}", "delete"] == every | {"200", "404"}
    assert of["/ledgers/{ledger_id}/confirmation", "post"] == every | {"202", "404", "409"}
    assert of["/ledgers", "post"] == every | {"201", "400", "404"}


def test_a_question_is_described_with_the_files_it_comes_as(shared_server: Server) -> None:
    document = shared_server.client().http.get(f"{shared_server.base}/openapi.json").json()

    def forms(path: str) -> list[str]:
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        return [kind.rpartition(".")[2].partition(";")[0] for kind in content]

    assert forms("/api/v1/leads") == ["application/json"]
    assert forms("/api/v1/lists/{name}") == ["application/json", "text/csv", "sheet"]
    assert forms("/api/v1/bulletins/draft") == [
        "application/json", "document", "application/pdf", "sheet",
    ]  # fmt: skip
    assert forms("/api/v1/ledgers/export") == ["sheet"]
    assert document["paths"]["/metrics"]["get"]["responses"]["200"]["content"].keys() == {
        "text/plain; version=0.0.4; charset=utf-8"
    }
