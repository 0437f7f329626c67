"""Text that a spreadsheet would run stays text: in every .csv and every .xlsx there is."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from tests.serving import Client, Server

FORMULAS = [
    "=HYPERLINK(\"http://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0",
    "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "\t=1+1", " =1+1",
    '"&HYPERLINK("http://evil.example")&"',
]  # fmt: skip
# What a spreadsheet takes for the beginning of a formula; the wide ones in Chinese ones.
RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def booby_trapped(shared_server: Server) -> Client:
    """Leads, problems, chains and a target enterprise whose every text is a formula."""
    office = shared_server.client("manager")
    for nth, text in enumerate(FORMULAS):
        lead = office.register(
            title=f"{text}{nth}", investor={"name": f"{text}{nth}"}, recruiting_unit=text,
            host_town=text, chain=text, channel=text, occurred_on="2023-01-05", note=text,
            contact_persons=[{"name": text, "title": text, "phone": text}],
        )  # fmt: skip
        records: dict[str, dict[str, Any]] = {
            "signing": {"kind": "contract", "agreed_total_wan": 9000, "agreement_no": text},
            "responsibility": {"leader": text, "unit": text, "person": text},
            "notices": {"level": "yellow", "due": "2023-04-01", "text": text},
            "progress": {"period": "2023-02", "text": text, "problems": text},
            "permits": {"item": "land", "state": "required", "due": "2023-03-01"},
        }
        for action, body in records.items():
            office.record(lead, action, occurred_on="2023-03-01", **body)
        raised = {"lead_id": lead, "class": "land", "text": text, "occurred_on": "2023-03-02"}
        assert office.post("/problems", raised).status_code == 201
    return office


def files(office: Client) -> Iterator[str]:
    """Every question that comes as a file, with what it takes to be asked."""
    lead = office.get("/leads").json()["items"][0]["lead_id"]
    base = str(office.http.base_url).removesuffix("/api/v1/")
    for path, operations in httpx2.get(f"{base}/openapi.json").json()["paths"].items():
        named = {p["name"] for p in operations.get("get", {}).get("parameters", ())}
        if "format" in named and "bulletins" not in path:
            named.discard("year" if "{year}" in path else "")
            path = path.removeprefix("/api/v1").replace("{year}", "2023")
            path = path.replace("{lead_id}", lead)
            period = "2023-03" if "/returns" in path else "2023-Q1"
            more = {"period": period, "group": "towns", "since": "2023-01-01", "year": "2023"}
            more |= {"from": "2023-01-01", "field": "title", "than_version": "1"}
            asked = [f"{name}={value}" for name, value in more.items() if name in named]
            for name in ("signed-not-started", "exited") if "/lists/" in path else (FORMULAS[1],):
                filled = path.replace("{name}", quote(name, safe=""))
                yield f"{filled}?as_of=2023-06-30&{'&'.join(asked)}"


def test_no_text_becomes_a_formula_in_csv(booby_trapped: Client) -> None:
    seen = 0
    for path in files(booby_trapped):
        answer = booby_trapped.http.get(f"{path}&format=csv")
        assert answer.status_code == 200, (path, answer.text)
        for row in csv_rows(answer.content):
            for cell in row:
                bare = cell.lstrip(" ")
                assert not bare.startswith(RUNS) or is_number(cell), (path, cell)
                seen += any(text.strip() in cell for text in FORMULAS)
    assert seen > 100  # they are there, as text


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def test_no_text_becomes_a_formula_in_workbooks(booby_trapped: Client) -> None:
    paths = [f"{path}&format=xlsx" for path in files(booby_trapped)]
    paths += ["/ledgers/export?persons=true&year=2023&subtotals=unit"]
    paths += ["/bulletins/draft?kind=monthly&on=2023-03-31&format=xlsx"]
    seen = 0
    for path in paths:
        answer = booby_trapped.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            parts = {name: book.read(name).decode() for name in book.namelist()}
        for name, xml in parts.items():
            for formula in re.findall(r"<f\b[^>]*>(.*?)</f>", xml):
                bare = re.sub(r'"(?:[^"]|"")*"', "", unescape(formula))  # without what it quotes
                assert not re.search(r"HYPERLINK|cmd|calc|1\+1", bare), (path, name, formula)
            assert "evil.example" not in xml if name.endswith(".rels") else True, (path, name)
        seen += sum("evil.example" in xml for xml in parts.values())
        CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert seen > 5
