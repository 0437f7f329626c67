"""项目记录: a lead's history as a page that prints, as .pdf and as tables."""

import io
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
import pytest

from crm.proof.chain import link
from crm.proof.sealing import seal_log
from crm.replaying.history import STATE_GROUPS
from crm.replaying.labels import OF_LEAD
from crm.settings import Settings
from tests.given import LEAD
from tests.serving import Client, Server, assert_problem, run_crm

_WORD_OF_OURS = re.compile(r"(?<![\w./-])[a-z]{3,}(?:_[a-z]+)*(?![\w./])")
HOSTILE = "<script>alert(1)</script>&\"'"


class Page(HTMLParser):
    """Tags that are not closed or nested as they must be, what is fetched, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def told(office: Client) -> str:
    """Registered with markup in every text, a start that is voided and one in its place."""
    lead = office.register(
        title=f"打印页{HOSTILE}",
        contact_persons=[{"name": "不该出现", "phone": "13900000001"}],
        note=HOSTILE,
    )
    office.record(
        lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2023-02-01",
        evidence=[{"kind": "合同", "name": f"合同{HOSTILE}.pdf", "sha256": "a" * 64}],
    )  # fmt: skip
    wrong = office.record(lead, "start", occurred_on="2023-03-01")["events"][0]["event_id"]
    office.record(lead, "void", event_id=wrong, ground="录错日期", occurred_on="2023-03-02")
    office.record(lead, "start", occurred_on="2023-03-15", evidence=[
        {"kind": "照片", "name": "开工.jpg", "taken_on": "2023-03-15", "place": "城关镇"},
    ])  # fmt: skip
    office.record(lead, "contacts", mode="call", summary="电话", occurred_on="2023-04-02",
                  persons=[{"name": "也不该出现"}])  # fmt: skip
    return lead


def test_the_page_says_who_entered_what_and_when(office: Client) -> None:
    lead = told(office)
    shown = office.get(f"/audit/leads/{lead}/history", as_of="2023-03-31").json()
    assert [item["label"] for item in shown["items"]] == [
        "线索登记",
        "签约",
        "开工",
        "作废",
        "开工",
    ]
    assert (shown["count"], shown["voided"], shown["not_listed"]) == (5, 1, 1)
    assert (shown["version"], shown["stage_label"]) == (6, "开工未竣工")
    _, signing, wrong, void, _ = shown["items"]
    assert {"label": "协议金额（万元）", "text": "1000"} in signing["said"]
    assert {"label": "协议类别", "text": "合同"} in signing["said"]
    assert signing["papers"] == [f"合同：合同{HOSTILE}.pdf（sha256 {'a' * 64}）"]
    assert shown["items"][4]["papers"] == ["照片：开工.jpg（2023-03-15，城关镇）"]
    assert (wrong["void"]["ground"], wrong["void"]["version"]) == ("录错日期", 4)
    assert wrong["voided_by"] == wrong["void"]["event_id"] == void["event_id"]
    assert void["voids"] == "第 3 条 开工（2023-03-01）"
    today = datetime.now(UTC).date()
    assert abs((today - date(2023, 2, 1)).days - signing["delay_days"]) <= 1
    assert 0.6 < signing["delay_workdays"] / signing["delay_days"] < 0.72
    state = {line["label"]: line["text"] for group in shown["state"] for line in group["lines"]}
    assert (state["开工时间"], state["协议金额（万元）"]) == ("2023-03-15", "1000")
    assert state["联系人"] == "（内容不显示）"


def test_the_page_shows_the_chain_and_the_seal(office: Client, shared_server: Server) -> None:
    lead = told(office)
    crm = shared_server.crm
    seal = seal_log(crm.store, crm.seals, crm.clock())
    office.record(lead, "contacts", mode="call", summary="封存以后", occurred_on="2023-05-02")
    shown = office.get(f"/audit/leads/{lead}/history").json()
    assert (shown["sealed"]["root"], shown["sealed"]["records"]) == (seal.root, 6)
    rows = crm.store.stream_rows(crm.lead_id(lead))
    assert [item["hash"] for item in shown["items"]] == [link(*row[1:]) for row in rows]
    assert [item["chained"] for item in shown["items"]] == [None] + [True] * 6
    assert [item["previous"] for item in shown["items"][1:]] == [
        item["hash"] for item in shown["items"][:-1]
    ]


def test_the_page_prints_and_runs_nothing(office: Client) -> None:
    lead = told(office)
    sent = office.get(f"/audit/leads/{lead}/history", format="html", as_of="2023-04-30")
    assert sent.status_code == 200, sent.text
    assert sent.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in sent.headers["content-security-policy"]
    page = Page(sent.text)
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert not {"src", "href"} & {name for name, _ in page.attributes}
    assert not re.search(r"url\(|@import|https?:", sent.text)
    assert "size: A4" in sent.text
    assert HOSTILE in page.text
    assert "不该出现" not in sent.text
    assert "13900000001" not in sent.text
    gone = re.findall(r'<del class="gone">(.*?)</del>', sent.text, re.S)
    assert gone[0] == "2023-03-01"
    assert "开工" in gone[1]
    assert len(gone) == 2
    assert "已作废：" in page.text
    assert "理由：录错日期" in page.text
    assert "个工作日" in page.text


def test_the_page_as_pdf(office: Client) -> None:
    lead = told(office)
    item = office.get(f"/audit/leads/{lead}/history").json()["items"][5]
    asked: dict[str, Any] = {"known_at": item["recorded_at"], "as_of": "2023-04-30"}
    path = f"/audit/leads/{lead}/history"
    sent = office.get(path, format="pdf", **asked)
    assert sent.headers["content-type"] == "application/pdf"
    told_in = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sent.content)).pages
    )
    plain = re.sub(r"[\s\u200b]", "", told_in)
    assert "项目记录" in plain
    assert "已作废：" in plain
    assert "录错日期" in plain
    assert "由以上记录得出的项目状况" in plain
    assert "不该出现" not in plain
    assert office.get(path, format="pdf", **asked).content == sent.content


def test_the_history_as_tables(office: Client) -> None:
    lead = told(office)
    rows = office.csv(f"/audit/leads/{lead}/history", as_of="2023-04-30")
    records = [row for row in rows if row["类别"] == "记录"]
    assert [row["事项"] for row in records][:3] == ["线索登记", "签约", "开工"]
    assert "录错日期" in records[2]["作废"]
    assert records[3]["内容"].startswith("作废的记录：第 3 条")
    assert [row["内容"] for row in rows if row["事项"] == "开工时间"] == ["2023-03-15"]
    assert "校验值" in office.sheet(f"/audit/leads/{lead}/history")[0]


def test_a_version_is_a_moment_too(office: Client) -> None:
    lead = told(office)
    shown = office.get(f"/audit/leads/{lead}/history", version=3, as_of="2023-03-31").json()
    assert [item["void"] for item in shown["items"]] == [None] * 3
    assert shown["version"] == 3


def test_what_cannot_be_shown_is_refused(office: Client, shared_server: Server) -> None:
    lead = told(office)
    path = f"/audit/leads/{lead}/history"
    for query, field in (
        ({"format": "docx"}, "format"),
        ({"version": 0}, "version"),
        ({"version": 1, "known_at": "2023-01-01"}, "version"),
        ({"limit": 5}, "limit"),
    ):
        refused = assert_problem(office.get(path, **query), 422, "invalid_input")
        assert [error["field"] for error in refused["errors"]] == [field]
    assert_problem(office.get(path, version=99), 404, "version_not_found")
    assert_problem(office.get(path, as_of="2022-01-01"), 404, "lead_not_found")
    assert_problem(office.get(f"/audit/leads/{LEAD}/history"), 404, "lead_not_found")
    for role in ("viewer", "recorder"):
        client = shared_server.client(role, "经开区")
        assert_problem(client.get(path, format="html"), 403, "role_not_allowed")


def test_every_field_of_a_lead_has_its_place_on_the_page() -> None:
    placed = [name for _, names in STATE_GROUPS for name in names]
    assert len(placed) == len(set(placed))
    assert {*placed, "code"} == {name for name in OF_LEAD if "." not in name}


def test_no_page_of_the_county_has_a_word_of_the_program(sample_server: Server) -> None:
    """Codes and names of fields are told as staff call them, however deep they stand."""
    auditor = sample_server.client("auditor")
    strange: set[str] = set()
    for one in auditor.get("/leads", limit=200).json()["items"]:
        shown = auditor.get(f"/audit/leads/{one['lead_id']}/history").json()
        lines = [line for record in shown["items"] for line in record["said"]]
        lines += [line for group in shown["state"] for line in group["lines"]]
        for line in lines:
            strange |= set(_WORD_OF_OURS.findall(f"{line['label']}：{line['text']}"))
    assert strange == set()


@pytest.mark.parametrize("form", ["html", "pdf", "xlsx", "csv", "json"])
def test_a_command_writes_the_page(sample_county: Settings, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"记录.{form}"
    made = run_crm(sample_county.data_dir, "audit", "history", "ZS2023-0001", "--out", str(out))
    assert made.returncode == 0, made.stderr
    beginning = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF", "xlsx": b"PK", "json": b"{"}
    assert out.read_bytes().startswith(beginning.get(form, "\ufeff类别".encode()))


def test_commands_compare_and_tell(sample_county: Settings) -> None:
    folder = sample_county.data_dir
    compared = run_crm(folder, "audit", "diff", "ZS2022-0016", "--than-as-of", "2022-07-01")
    assert (compared.returncode, "签约未开工" in compared.stdout) == (0, True), compared.stderr
    told_of = run_crm(folder, "audit", "knowledge", "ZS2022-0016", "stage", "--format", "csv")
    assert "线索登记" in told_of.stdout
    for arguments, status in (
        (("diff", "ZS2022-0016"), 1),
        (("diff", "ZS2022-0016", "--than-as-of", "x"), 2),
        (("diff", "ZS2022-0016", "--than-known-at", "x"), 2),
        (("knowledge", "ZS2022-0016", "nothing"), 1),
        (("history", "ZS9999-9999"), 1),
        (("history", "ZS2022-0016", "--format", "pdf"), 2),
        (("history", "ZS2022-0016", "--out", "x.doc"), 2),
    ):
        wrong = run_crm(folder, "audit", *arguments)
        assert (wrong.returncode, wrong.stderr.count("\n")) == (status, 1), wrong.stderr
