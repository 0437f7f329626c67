"""What is written where it should not be: paths in names, lines in headers, and more than anybody
has to say."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from crm.ledger.files import MOST_BYTES
from tests.ledgers import PLAIN, write
from tests.raw_http import asked, request
from tests.sending import send, sent
from tests.serving import Server, assert_problem

# --- paths -------------------------------------------------------------------------------------

PATHS = [
    "..", "../..", "..%2f..", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%252e%252e%252f",
    "..%5c..%5cwindows", "%00", "a%00b", "/etc/passwd", "//etc/passwd", "file:///etc/passwd",
    "C:%5cWindows%5cwin.ini", "%c0%ae%c0%ae", "..;/", ".env", "crm.db", "~root", "%ff%fe",
    "%0d%0aX-Injected:%20yes", "'%20OR%201=1--", "%e2%80%ae", "con", "-", "*", "%25", "a" * 5000,
]  # fmt: skip


@pytest.fixture(scope="module")
def secret(shared_server: Server) -> str:
    """A text that stands in a file beside the database, and nowhere else."""
    text = uuid4().hex
    folder = shared_server.crm.seals.folder.parent
    (folder / "demo-token").write_text(text)
    return text


def questions(base: str) -> Iterator[str]:
    """Every question with a place for a name in its path."""
    for path, operations in httpx2.get(f"{base}/openapi.json").json()["paths"].items():
        if "get" in operations and "{" in path:
            yield path


def test_no_path_leads_out_of_the_api(shared_server: Server, secret: str) -> None:
    token = shared_server.client("admin").http.headers["Authorization"].removeprefix("Bearer ")
    tried = 0
    for template in [
        *questions(shared_server.base),
        "/static-offline-docs/{x}",
        "/docs/{x}",
        "/{x}",
    ]:
        for nasty in PATHS:
            path = re.sub(r"\{\w+\}", nasty.replace("\\", "/"), template)
            answer = asked(shared_server.base, request("GET", path, token=token))
            assert answer.status in (200, 400, 403, 404, 405, 422), (path, answer)
            assert b"root:" not in answer.received
            assert secret.encode() not in answer.received
            assert "x-injected" not in answer.head
            assert b"SQLite format" not in answer.received
            tried += 1
    assert tried > 500


def test_a_files_own_name_leads_nowhere(shared_server: Server, tmp_path: Path, secret: str) -> None:
    office = shared_server.client("manager")
    good = write(tmp_path / "好.xlsx", [PLAIN])
    folder = shared_server.crm.seals.folder.parent
    before = set(folder.rglob("*"))
    for name in (
        "../../evil.xlsx", "/etc/cron.d/evil.xlsx", "..\\..\\evil.xlsx", "C:\\evil.xlsx",
        "....//....//evil.xlsx", "a/../../evil.xlsx", "evil.xlsx/", "./evil.xlsx", "~/evil.xlsx",
        "file:///tmp/evil.xlsx", "\\\\server\\share\\evil.xlsx", "$(id).xlsx", "`id`.xlsx",
        ";id;.xlsx", "|id.xlsx", "-rf.xlsx", "evil.xlsx;.csv", "%2e%2e%2fevil.xlsx", "con.xlsx",
    ):  # fmt: skip
        answer = send(office, good, name)
        assert answer.status_code in (201, 422), (name, answer.text)
        if answer.status_code == 201:
            kept = answer.json()["file"]
            assert "/" not in kept, name
            assert "\\" not in kept, name
            assert not kept.startswith("."), name
            back = office.get(f"/ledgers/{answer.json()['ledger_id']}/refused")
            assert back.status_code == 200
            assert ".." not in back.headers["content-disposition"].replace("%2e", ".")[:30]
    for name in (
        "..",
        ".",
        "../..",
        "\u202exslx.exe",
        ".xlsx",
        "x" * 300 + ".xlsx",
    ):
        assert send(office, good, name).status_code == 422, name
    token = office.http.headers["Authorization"].removeprefix("Bearer ")
    kind = ("Content-Type", "multipart/form-data; boundary=b")
    for raw in (b"a\x00b.xlsx", b"a\x1b[2J.xlsx"):
        told = b'Content-Disposition: form-data; name="file"; filename="' + raw + b'"'
        body = b"--b\r\n" + told + b"\r\n\r\n" + good.read_bytes() + b"\r\n--b--\r\n"
        sent_raw = request("POST", "/api/v1/ledgers", kind, token=token, body=body)
        assert asked(shared_server.base, sent_raw).status in (400, 422), raw
    assert set(folder.rglob("*")) == before
    assert not list(tmp_path.parent.rglob("evil*"))


def test_a_file_that_points_elsewhere_is_read_as_what_it_is(
    shared_server: Server, tmp_path: Path, secret: str
) -> None:
    """A zip whose entries are links, or climb out of the folder, gives nothing of ours away."""
    office = shared_server.client("manager")
    target = shared_server.crm.seals.folder.parent / "demo-token"
    for name in ("xl/worksheets/sheet1.xml", "../../../../tmp/evil", str(target)):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as book:
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, 0o120777 << 16
            book.writestr(link, str(target))
        path = tmp_path / "链接.xlsx"
        path.write_bytes(made.getvalue())
        answer = send(office, path)
        assert_problem(answer, 422, "invalid_input")
        assert secret not in answer.text
    entity = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{target}">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>'
    )
    good = write(tmp_path / "好.xlsx", [PLAIN])
    made = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(made, "w") as book:
        for item in old.namelist():
            inside = item == "xl/worksheets/sheet1.xml"
            book.writestr(item, entity if inside else old.read(item))
    (tmp_path / "实体.xlsx").write_bytes(made.getvalue())
    assert secret not in send(office, tmp_path / "实体.xlsx").text


# --- lines in headers ----------------------------------------------------------------------------


def test_no_line_gets_into_a_header(shared_server: Server, tmp_path: Path) -> None:
    office = shared_server.client("manager")
    token = office.http.headers["Authorization"].removeprefix("Bearer ")
    evil = "x%0d%0aX-Injected:%20yes%0d%0a%0d%0a<b>"
    lead = office.register()
    paths = [
        f"/lists/exited?format=csv&unit={evil}", f"/lists/{evil}?format=csv",
        f"/chains/{evil}/sheet?format=xlsx", f"/chains/{evil}?as_of={evil}",
        f"/ledgers/export?unit={evil}", f"/leads?q={evil}", f"/leads?cursor={evil}",
        f"/rankings?period={evil}&format=csv", f"/bulletins/draft?kind={evil}&on=2023-03-31",
        f"/leads/{lead}?{evil}={evil}",
    ]  # fmt: skip
    for path in paths:
        answer = asked(shared_server.base, request("GET", f"/api/v1{path}", token=token))
        assert answer.status in (200, 404, 422), (path, answer)
        assert "x-injected" not in answer.head, path
        assert not re.search(rb"\r\nx-injected", answer.received, re.I), path
    file = write(tmp_path / "台账.xlsx", [PLAIN])
    for name in ("a\r\nX-Injected: yes\r\n.xlsx", 'a"; filename="b.xlsx', "a\nb.xlsx"):
        taken = send(office, file, name)
        if taken.status_code == 201:
            back = office.get(f"/ledgers/{taken.json()['ledger_id']}/refused")
            told = back.headers["content-disposition"]
            assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w.%~-]+", told), told
            assert "x-injected" not in back.headers
        else:
            assert_problem(taken, 422, "invalid_input")


# --- too much --------------------------------------------------------------------------------


def test_more_than_anybody_has_to_say_is_refused(shared_server: Server) -> None:
    token = shared_server.client("manager").http.headers["Authorization"].removeprefix("Bearer ")
    base, json_kind = shared_server.base, ("Content-Type", "application/json")

    def put(*parts: bytes, path: str = "/api/v1/leads", **headers: str) -> int:
        told = [(name.replace("_", "-"), value) for name, value in headers.items()]
        head = request("POST", path, json_kind, *told, token=token)
        return asked(base, head, *parts).status

    assert put(Content_Length="2000000") == 413  # said, and not waited for
    assert put(Content_Length="9" * 19) == 413
    assert put(Content_Length="9" * 5000) == 400
    piece = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    assert put(*[piece] * 40, b"0\r\n\r\n", Transfer_Encoding="chunked") == 413
    assert put(b"zz\r\n", Transfer_Encoding="chunked") == 400
    assert put(b"{}", Content_Length="-1") == 400
    both = put(b"0\r\n\r\n", Content_Length="5", Transfer_Encoding="chunked")
    assert both in (400, 422)  # one of the two, as the standard says, and no second request
    for bomb in (b"[" * 400_000, b'{"a":' * 150_000, b'{"title":' + b"9" * 900_000 + b"}"):
        assert put(bomb, Content_Length=str(len(bomb))) == 422
    wide = json.dumps({f"k{nth}": nth for nth in range(60_000)}).encode()
    assert put(wide, Content_Length=str(len(wide))) == 422
    long = asked(base, request("GET", "/api/v1/leads?q=" + "x" * 10_000_000, token=token))
    assert long.status in (0, 400, 414, 431)
    many = [(f"X-{nth}", "y" * 20) for nth in range(5000)]
    assert asked(base, request("GET", "/api/v1/leads", *many, token=token)).status in (0, 400, 431)
    one = ("X-Long", "y" * 1_000_000)
    assert asked(base, request("GET", "/api/v1/leads", one, token=token)).status in (0, 400, 431)
    params = "&".join(f"p{nth}=1" for nth in range(5000))
    assert asked(base, request("GET", f"/api/v1/leads?{params}", token=token)).status == 422
    assert shared_server.client("viewer").get("/leads").status_code == 200


def test_an_upload_of_too_much_is_refused(shared_server: Server, tmp_path: Path) -> None:
    office = shared_server.client("manager")
    token = office.http.headers["Authorization"].removeprefix("Bearer ")
    kind = ("Content-Type", "multipart/form-data; boundary=x")
    said = ("Content-Length", str(MOST_BYTES * 10))
    answer = asked(shared_server.base, request("POST", "/api/v1/ledgers", kind, said, token=token))
    assert answer.status == 413
    good = write(tmp_path / "台账.xlsx", [PLAIN]).read_bytes()
    many: list[Any] = [("file", ("台账.xlsx", good)) for _ in range(3)]
    assert office.http.post("/ledgers", files=many).status_code in (201, 422)
    fields = {f"f{nth}": "x" for nth in range(1500)}
    flood = office.http.post("/ledgers", data=fields, files={"file": ("台账.xlsx", good)})
    assert_problem(flood, 400, "bad_request")
    large = office.http.post("/ledgers", data={"f": "x" * 2_000_000}, files={"g": ("x", b"x")})
    assert large.status_code in (400, 422)
    assert sent(office, write(tmp_path / "后来.xlsx", [PLAIN]))["counts"]["rows"] == 1
