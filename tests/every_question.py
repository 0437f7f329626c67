"""Every question that the API answers, asked so that it reads as much as it ever does."""

from collections.abc import Iterator
from typing import Any

from crm.explained import FIGURES
from projections.stage_lists import STAGE_LISTS
from tests.serving import Client

DAY = "2023-11-30"
LEDGER = "项目名称,投资方,招引单位,签约时间,协议资金\n茶厂,某茶业有限公司,经开区,2023-03-01,5000\n"


# What only admins and auditors are told, of people and keys: tests/test_signing_in.py asks it.
_OF_ACCESS = {"see_access", "erase_person"}


def routes_read(office: Client) -> list[str]:
    """The path of every route that answers a manager's question."""
    document = office.http.get("/../../openapi.json").json()
    prefix = "/api/v1"
    return [
        path.removeprefix(prefix)
        for path, operations in document["paths"].items()
        if "get" in operations
        and path.startswith(prefix)
        and path != f"{prefix}/events/stream"
        and operations["get"]["x-right"] not in _OF_ACCESS
    ]


def told(office: Client) -> dict[str, str]:
    """What may stand in a path, by the parameter's name."""
    sent = office.http.post("/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
    assert sent.status_code == 201, sent.text
    published = office.post("/bulletins", {"kind": "annual", "on": "2022-06-30"})
    bulletins = office.get("/bulletins", kind="annual").json()["items"]
    assert published.status_code in (201, 409), published.text  # once for a server
    problems = office.get("/problems", as_of=DAY).json()["items"]
    return {
        "lead_id": office.get("/leads").json()["items"][0]["lead_id"],
        "problem_id": problems[0]["problem_id"],
        "campaign_id": office.get("/campaigns").json()["items"][0]["campaign_id"],
        "ledger_id": sent.json()["ledger_id"],
        "bulletin_id": bulletins[0]["bulletin_id"],
        "name": "新材料",
        "year": "2023",
    }


# What must be asked, or what makes an answer read more; a route not named here is asked nothing.
_YEAR: dict[str, Any] = {"year": 2023, "detail": True}
MORE: dict[str, list[dict[str, Any]]] = {
    "/bulletins/draft": [{"kind": "weekly", "on": DAY}],
    "/investors/first": [{"name": "安康秦巴茶业有限公司"}],
    "/explain": [
        {
            "metric": figure.name,
            **dict.fromkeys(figure.source.required, 2023),
            **dict.fromkeys(figure.source.one_of[1:], "城关镇"),
        }
        for figure in FIGURES.values()
    ],
    "/targets/{year}/recount": [{"count_basis": "recognised"}],
    "/colours/changes": [{"since": "2023-06-30"}],
    "/rates": [_YEAR, {**_YEAR, "cohort": "before", "include_exited": True}],
    "/funnel": [_YEAR],
    "/growth": [_YEAR],
    "/rankings": [
        {"period": period, "group": group, "detail": True}
        for period in ("2023-Q2", "2023-05", "2023-H1", "2023")
        for group in ("towns", "departments", "zones")
    ],
    "/rankings/top": [{"period": "2023-Q2"}],
    "/rankings/interviews": [{"period": "2023-Q2", "detail": True}],
    "/rankings/table": [_YEAR],
    "/inspections": [{}, {"period": "2023-Q2"}],
    "/interviews": [{}, {"period": "2023-Q2"}],
    "/pipeline": [_YEAR, {**_YEAR, "unit": "经开区"}],
    "/forecast": [_YEAR],
    "/periods": [{"kind": "quarterly"}],
    "/audit/leads/{lead_id}/diff": [{"than_version": 1}],
    "/audit/leads/{lead_id}/knowledge": [{"field": "stage"}],
    "/audit/writes": [{}, {"from": "2023-06-01", "subject": "problem"}],
    "/audit/late": [{}, {"days": 30}],
    "/structure": [{}, {"chain": "新材料"}],
}
_NO_DAY = {"/audit/verify", "/me", "/events", "/explain/metrics", "/ledgers"}


def questions(office: Client) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route that answers a question, asked in each way of `MORE`: its path and its query."""
    known = told(office)
    for route in routes_read(office):
        day = {} if route in _NO_DAY or route.startswith("/ledgers/{") else {"as_of": DAY}
        whole = {**known, "name": next(iter(STAGE_LISTS))} if route == "/lists/{name}" else known
        for more in MORE.get(route, [{}]):
            yield route.format(**whole), {**day, **more}
