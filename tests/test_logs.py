"""What a server prints holds no password, no token, and nothing of contact persons."""

import sqlite3
from pathlib import Path

from crm.settings import Settings
from tests.conftest import Kept
from tests.serving import Client, ServerProcess

PASSWORD, NAME, PHONE = "秦巴茶香-2026-春", "欧阳震华", "13987654321"


def test_no_secret_is_printed(tmp_path: Path, kept: Kept) -> None:
    process = kept(ServerProcess(Settings(data_dir=tmp_path)))
    admin_token, token = process.token("管理员", "admin"), process.token("经办", "manager")
    process.start()
    admin, office = Client(process.base, admin_token), Client(process.base, token)
    nobody, stranger = Client(process.base, None), Client(process.base, "guessed-token-123")
    told = {"name": "王文静", "role": "viewer", "password": PASSWORD}
    assert admin.post("/people", told).status_code == 201
    session = nobody.post("/sessions", {"name": "王文静", "password": PASSWORD}).json()["token"]
    assert nobody.post("/sessions", {"name": PASSWORD, "password": "不对的"}).status_code == 401
    assert stranger.get("/leads").status_code == 401
    person = {"name": NAME, "phone": PHONE}
    lead = office.register(contact_persons=[person])
    assert office.get(f"/leads/{lead}").json()["contact_persons"][0]["phone"] == PHONE
    bad = {"mode": "call", "persons": [{**person, "nonsense": 1}], "summary": "电话"}
    assert office.post(f"/leads/{lead}/contacts", bad).status_code == 422
    # The database failing in the middle of all that.
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("ALTER TABLE person_key RENAME TO gone")
    database.close()
    again = {"mode": "call", "persons": [person], "summary": "电话"}
    failed = office.post(f"/leads/{lead}/contacts", again)
    assert failed.status_code >= 500, failed.text
    for client in (admin, office, nobody, stranger):
        client.close()
    process.stop()
    printed = "".join(path.read_text("utf-8") for path in tmp_path.glob("stderr-*.txt"))
    assert "person_key" in printed, (failed.text, printed)
    for secret in (PASSWORD, NAME, PHONE, admin_token, token, session, "guessed-token-123"):
        assert secret not in printed, secret
