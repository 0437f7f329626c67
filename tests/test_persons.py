"""Contact persons: sealed in the log, seen by whoever needs them, and gone when they are erased."""

import re
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, select

from crm.access.journal import AccessAct, Sought
from crm.application import CRM
from crm.bulletins.making import wanted
from crm.bulletins.publishing import publish_bulletin
from crm.log_file import export_log, import_log
from crm.people import SYSTEM, Caller, Role
from crm.persons.erasing import erase_persons, find_persons
from crm.persons.key_file import KeyFileError
from crm.persons.persons import ERASED
from crm.persons.sealing import masked, opened, sealed
from crm.proof.auditing import audit
from crm.proof.sealing import seal_log
from crm.settings import Settings
from crm.wiring import build
from domain.errors import BadInput, NotFound, Refused
from domain.event import ContactPerson, Personal, Recorded
from domain.lead import events as e
from domain.periods import PeriodKind
from domain.vocabulary import ContactMode
from tests.serving import Client, Server, ServerProcess, assert_problem
from tests.told import PARTS, REGISTERED, SIGNED, WANTED, on, signed

NAME, PHONE = "欧阳震华", "13987654321"
LEDGER = (
    "项目名称,投资方,招引单位,协议类别,签约时间,协议资金（万元）,联系人,联系电话\n"
    f"茶厂,某茶业有限公司,经开区,合同,2023-03-01,5000,{NAME},{PHONE}\n"
)


def person(name: str = NAME, phone: str | None = PHONE) -> ContactPerson:
    number = Personal(phone) if phone else None
    return ContactPerson(uuid4(), Personal(name), "总经理", number)


def with_persons(*persons: ContactPerson) -> e.LeadRegistered:
    return replace(REGISTERED, contact_persons=persons)


def erase(crm: CRM, name: str = NAME, ground: str = "本人申请") -> None:
    ids = {one.person.person_id for one in find_persons(crm, name, None)}
    erase_persons(crm, list(ids), ground, Caller("管理员", Role.ADMIN))


# --- sealing --------------------------------------------------------------------------------------


@given(name=st.text(min_size=1, max_size=50), phone=st.none() | st.text(min_size=1, max_size=30))
def test_what_is_sealed_opens_with_its_own_key_only(name: str, phone: str | None) -> None:
    one, other = person(name, phone), person()
    keys = {one.person_id: b"1" * 32, other.person_id: b"2" * 32}
    event = with_persons(one, other)
    closed = sealed(event, keys.__getitem__)
    found = opened(closed.contact_persons[0], keys[one.person_id])
    assert found is not None
    assert (found.name, found.phone, found.title) == (name, phone, "总经理")
    assert opened(closed.contact_persons[0], keys[other.person_id]) is None
    assert opened(closed.contact_persons[0], None) is None
    # Nobody's sealed text passes for another's, nor a name for a number.
    swapped = replace(other, name=closed.contact_persons[0].name, phone=None)
    assert opened(swapped, keys[one.person_id]) is None
    if phone is not None:
        turned = replace(closed.contact_persons[0], name=closed.contact_persons[0].phone)
        assert opened(turned, keys[one.person_id]) is None
    assert sealed(closed, keys.__getitem__) == closed


@given(st.text(min_size=1, max_size=40))
def test_a_mask_hides_at_least_half(text: str) -> None:
    for shown in ((1, 0), (3, 2)):
        hidden = masked(text, shown=shown)
        assert hidden is not None
        assert len(hidden) == len(text)
        kept = sum(a == b and b != "*" for a, b in zip(text, hidden, strict=True))
        assert kept <= max(1, len(text) // 2) or text.count("*")
    assert masked("王小明", shown=(1, 0)) == "王**"
    assert masked(PHONE, shown=(3, 2)) == "139******21"


def texts_of(crm: CRM) -> str:
    """Every row of every table of the database, as text."""
    found = []
    for engine in (crm.reader._engine, crm.access.keys._engine):
        tables = MetaData()
        tables.reflect(engine)
        with engine.connect() as connection:
            for table in tables.sorted_tables:
                for row in connection.execute(select(table)):
                    found += [
                        cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
                        for cell in row
                    ]
    return "\n".join(found)


def test_names_and_numbers_are_never_in_the_database_in_clear(crm: CRM) -> None:
    talked = e.ContactLogged(
        occurred_on=on(2), mode=ContactMode.CALL, summary="电话", persons=(person(),)
    )
    lead = crm.register(with_persons(person()), talked, *SIGNED[1:], by=SYSTEM).lead_id
    crm.projector.catch_up()
    written = texts_of(crm)
    assert "富硒茶饮加工" in written  # it does look where things are
    assert NAME not in written
    assert PHONE not in written
    [first, second] = find_persons(crm, NAME, None)
    assert (first.person.phone, second.person.phone) == (PHONE, PHONE)
    assert first.lead_id == second.lead_id == lead


def test_a_person_named_twice_has_one_key(crm: CRM) -> None:
    one = person()
    talked = e.ContactLogged(occurred_on=on(2), mode=ContactMode.CALL, summary="电", persons=(one,))
    lead = crm.register(with_persons(one), talked, by=SYSTEM).lead_id
    crm.record(lead, replace(talked, occurred_on=on(3)), by=SYSTEM)
    other = crm.register(with_persons(one), by=SYSTEM).lead_id
    assert len(crm.persons.all()) == 1
    assert {found.lead_id for found in find_persons(crm, NAME, PHONE)} == {lead, other}
    erase_persons(crm, [one.person_id], "本人申请", Caller("管理员", Role.ADMIN))
    assert not list(find_persons(crm, NAME, PHONE))
    with pytest.raises(Refused) as again:
        crm.register(with_persons(one), by=SYSTEM)
    assert again.value.code == "already_erased"


def test_a_split_takes_its_persons_along(crm: CRM) -> None:
    lead = crm.register(with_persons(person()), signed(on(3)), by=SYSTEM).lead_id
    written = crm.split(lead, WANTED, PARTS, by=SYSTEM)
    assert len(list(find_persons(crm, NAME, None))) == 1 + len(written.opened)
    erase(crm)
    assert not list(find_persons(crm, NAME, None))


# --- erasing --------------------------------------------------------------------------------------


def test_after_an_erasure_everything_else_stands(crm: CRM) -> None:
    lead = crm.register(with_persons(person(), person("李四", "13700000000")), *SIGNED[1:],
                        by=SYSTEM).lead_id  # fmt: skip
    seal_log(crm.store, crm.seals, crm.clock())
    publish_bulletin(crm, wanted(crm, PeriodKind.MONTHLY, on(6, 3)), by=SYSTEM)
    before, root = crm.history(lead), audit(crm).root
    assert audit(crm).ok
    erase(crm)
    found = audit(crm)
    assert found.ok
    assert found.root == root
    assert crm.history(lead) == before
    with crm.persons.seen_by(SYSTEM, "试") as see:
        seen = see(None, crm.lead(lead).standing().contact_persons)
    assert [(one.name, one.phone, one.erased) for one in seen] == [
        (ERASED, None, True),
        ("李四", "13700000000", False),
    ]
    [record] = crm.access.journal.latest(9, None, Sought(act=AccessAct.PERSON_ERASED))
    assert record.name == "管理员"
    assert "本人申请" in record.detail


def test_an_erasure_is_refused_whole(crm: CRM) -> None:
    admin = Caller("管理员", Role.ADMIN)
    crm.register(with_persons(person()), by=SYSTEM)
    [found] = find_persons(crm, NAME, None)
    ids = [found.person.person_id]
    for ground in (f"{NAME}要求", f"电话{PHONE}有误"):
        with pytest.raises(BadInput):
            erase_persons(crm, ids, ground, admin)
    with pytest.raises(NotFound):
        erase_persons(crm, [*ids, UUID(int=1)], "申请", admin)
    assert list(find_persons(crm, NAME, None))
    erase_persons(crm, ids, "申请", admin)
    with pytest.raises(Refused) as twice:
        erase_persons(crm, ids, "申请", admin)
    assert twice.value.code == "already_erased"


def test_no_byte_of_an_erased_person_is_in_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server in its own process, the ledger in its table of uploads, exports made since."""
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    process = ServerProcess(settings)
    process.start()
    try:
        office = Client(process.base, process.token("经办", "manager"))
        admin = Client(process.base, process.token("管理员", "admin"))
        lead = office.register(contact_persons=[{"name": NAME, "phone": PHONE}])
        sent = office.http.post("/ledgers", files={"file": ("台账.csv", LEDGER.encode())})
        ledger = sent.json()["ledger_id"]
        assert office.post(f"/ledgers/{ledger}/confirmation", {}).status_code == 202
        again = office.http.post("/ledgers", files={"file": ("又.csv", LEDGER.encode() + b"\n")})
        assert office.get(f"/ledgers/{again.json()['ledger_id']}").status_code == 200
        assert office.get(f"/leads/{lead}").json()["contact_persons"][0]["phone"] == PHONE
        assert office.get("/ledgers/export", persons=True).status_code == 200
        while office.get(f"/ledgers/{ledger}").json()["state"] == "recording":
            time.sleep(0.05)
        everyone = admin.get("/persons", name=NAME).json()["items"]
        assert len(everyone) == 2
        assert traces(settings.data_dir)  # the second ledger waits with them in it
        ids = [one["person_id"] for one in everyone]
        erased = admin.post("/persons/erasure", {"person_ids": ids, "ground": "本人申请"})
        assert erased.status_code == 200, erased.text
        assert office.get(f"/leads/{lead}").json()["contact_persons"][0]["name"] == ERASED
        assert NAME not in office.get(f"/leads/{lead}/history").text
        assert_problem(office.get(f"/ledgers/{again.json()['ledger_id']}"), 404, "ledger_gone")
        verified = admin.get("/audit/verify").json()
        assert verified["problems"] == []
        process.command("log", "export", str(settings.data_dir / "导出.jsonl"))
        book = settings.data_dir / "台账.xlsx"
        book.write_bytes(office.get("/ledgers/export", persons=True).content)
        assert traces(settings.data_dir) == []
        office.close()
        admin.close()
    finally:
        process.kill()
    assert traces(settings.data_dir) == []


def traces(folder: Path) -> list[str]:
    """Files in which the name or number stands, as text or as XML in a workbook."""
    found = []
    for path in (one for one in folder.rglob("*") if one.is_file()):
        parts = [path.read_bytes()]
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                parts = [book.read(name) for name in book.namelist()]
        words = [word.encode(coding) for word in (NAME, PHONE) for coding in ("utf-8", "gb18030")]
        escaped = NAME.encode("unicode_escape")
        if any(word in part for part in parts for word in (*words, escaped)):
            found.append(path.name)
    return found


# --- who sees them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "unit", "clear"),
    [
        ("viewer", None, False),
        ("recorder", "经开区", True),
        ("recorder", "城关镇", False),
        ("manager", None, True),
        ("auditor", None, False),
        ("admin", None, False),
    ],
)
def test_masked_for_whoever_needs_no_number(
    shared_server: Server, role: str, unit: str | None, clear: bool
) -> None:
    office = shared_server.client("manager")
    lead = office.register(contact_persons=[{"name": NAME, "phone": PHONE, "title": "总经理"}])
    office.record(lead, "contacts", mode="call", summary="电话",
                  persons=[{"name": NAME, "phone": PHONE}], occurred_on="2023-02-01")  # fmt: skip
    client = shared_server.client(role, unit)
    auditor = shared_server.client("auditor")
    name = client.get("/me").json()["name"]
    shown = client.get(f"/leads/{lead}").json()["contact_persons"][0]
    assert shown["title"] == "总经理"
    assert (shown["name"] == NAME, shown["phone"] == PHONE) == (clear, clear)
    assert shown["masked"] is not clear
    history = client.get(f"/leads/{lead}/history").text
    assert (NAME in history, PHONE in history) == (clear, clear)
    reads = auditor.get("/access/records", act="persons_read", name=name).json()["items"]
    assert len(reads) == (2 if clear else 0)
    assert all(lead in read["detail"] for read in reads)
    for elsewhere in ("/events?after=0&limit=1000", f"/audit/leads/{lead}/replay"):
        assert NAME not in client.http.get(elsewhere).text
    exported = client.http.get("/ledgers/export", params={"persons": True})
    if role in ("recorder", "manager"):
        assert exported.status_code == 200
    else:
        assert_problem(exported, 403, "role_not_allowed")


def test_keys_go_along_with_the_log_only_in_a_file_of_their_own(crm: CRM, tmp_path: Path) -> None:
    crm.register(with_persons(person(), person("李四", "13700000000")), by=SYSTEM)
    erase(crm, "李四")
    with (out := tmp_path / "log.jsonl").open("xb") as file:
        export_log(crm.store, file)
    with (keys := tmp_path / "keys.jsonl").open("xb") as file:
        assert crm.persons.export_keys(file) == 2
    text = out.read_text(encoding="utf-8")
    assert "aes-256-gcm" in text
    assert NAME not in text

    other = build(Settings(data_dir=tmp_path / "other"))
    import_log(other.store, out)
    assert not list(find_persons(other, NAME, None))
    assert other.persons.import_keys(keys) == 2
    assert [one.person.phone for one in find_persons(other, NAME, None)] == [PHONE]
    assert not list(find_persons(other, "李四", None))
    erase(other)
    assert other.persons.import_keys(keys) == 0  # who has been erased stays erased
    assert not list(find_persons(other, NAME, None))
    (bad := tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(KeyFileError, match="第 1 行"):
        other.persons.import_keys(bad)
    other.close()


def test_a_log_of_before_sealing_is_read(sqlite: CRM) -> None:
    """Recorded in clear by an older program: shown, found, and not to be erased."""
    old = Recorded(
        uuid4(), 1, 0, uuid4(), datetime(2023, 1, 1, tzinfo=UTC), "甲", with_persons(person())
    )
    sqlite.store.append([old])
    [found] = find_persons(sqlite, NAME, None)
    assert not found.sealed
    with pytest.raises(NotFound, match="明文"):
        erase(sqlite)
    assert re.search("13987654321", str(found))


def test_two_programs_over_one_database_forget_together(settings: Settings) -> None:
    one, two = build(settings), build(settings)
    lead = one.register(with_persons(person()), by=SYSTEM).lead_id
    with two.persons.seen_by(SYSTEM, "试") as see:
        assert see(None, two.lead(lead).standing().contact_persons)[0].name == NAME
    erase(one)
    with two.persons.seen_by(SYSTEM, "试") as see:
        assert see(None, two.lead(lead).standing().contact_persons)[0].erased
    one.close()
    two.close()
