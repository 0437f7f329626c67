"""Tokens and sessions: issued once, used, run out, revoked; passwords, guessed and locked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crm.access.access import Access
from crm.access.guessing import TooManyAttempts
from crm.access.journal import AccessAct, Sought
from crm.access.signing_in import SignInRefused
from crm.access.tables import keys, people
from crm.application import CRM
from crm.people import Role
from crm.settings import Settings
from crm.wiring import build
from domain.errors import BadInput, Refused
from tests.serving import Server, assert_problem

PASSWORD = "秦巴茶香-2026-春"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(settings: Settings, clock: Clock) -> Iterator[CRM]:
    crm = build(settings, clock)
    yield crm
    crm.close()


@pytest.fixture
def access(timed: CRM) -> Access:
    return timed.access


def acts(access: Access, *sought: AccessAct) -> list[AccessAct]:
    found = access.journal.latest(1000, None, Sought())
    return [record.act for record in reversed(found) if not sought or record.act in sought]


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_lets_in_until_it_runs_out_or_is_revoked(access: Access, clock: Clock) -> None:
    issued = access.token("李晓梅", Role.RECORDER, "城关镇", "crm", timedelta(days=30))
    caller = access.caller(issued.secret, "-")
    assert caller is not None
    assert (caller.name, caller.role, caller.unit) == ("李晓梅", Role.RECORDER, "城关镇")
    clock.goes_on(days=29, hours=23)
    assert access.caller(issued.secret, "-") == caller
    clock.goes_on(hours=1)
    assert access.caller(issued.secret, "-") is None

    again = access.token("李晓梅", Role.RECORDER, "城关镇", "crm")
    assert access.caller(again.secret, "-") is not None
    access.keys.revoke(again.key_id, "管理员")
    assert access.caller(again.secret, "-") is None
    key = access.keys.get(again.key_id)
    assert (key.revoked_at, key.revoked_by) == (clock.now, "管理员")
    assert access.caller("", "-") is None
    assert access.caller("别的", "-") is None


def test_only_the_digest_is_kept_and_the_last_use(timed: CRM, clock: Clock) -> None:
    access = timed.access
    issued = access.token("甲", Role.VIEWER, None, "crm")
    with access.keys._engine.connect() as connection:
        [row] = connection.execute(select(keys)).all()
    assert issued.secret not in str(row)
    assert row.last_used_at is None
    access.caller(issued.secret, "-")
    first = access.keys.get(issued.key_id).last_used_at
    clock.goes_on(seconds=59)
    access.caller(issued.secret, "-")
    assert access.keys.get(issued.key_id).last_used_at == first == NOW
    clock.goes_on(seconds=1)
    access.caller(issued.secret, "-")
    assert access.keys.get(issued.key_id).last_used_at == clock.now


def test_a_role_changed_or_taken_away_holds_from_the_next_request(access: Access) -> None:
    secret = access.token("甲", Role.MANAGER, None, "crm").secret
    access.accounts.place("甲", Role.RECORDER, "城关镇", "管理员")
    caller = access.caller(secret, "-")
    assert caller is not None
    assert (caller.role, caller.unit) == (Role.RECORDER, "城关镇")
    with pytest.raises(Refused) as taken:
        access.token("甲", Role.MANAGER, None, "crm")
    assert taken.value.code == "name_taken"
    access.accounts.disable("甲", "管理员")
    assert access.caller(secret, "-") is None
    with pytest.raises(Refused) as disabled:
        access.token("甲", Role.RECORDER, "城关镇", "crm")
    assert disabled.value.code == "person_disabled"
    access.accounts.place("甲", Role.VIEWER, None, "管理员")  # and back
    assert access.caller(secret, "-") is not None


def test_a_flood_of_unknown_tokens_is_refused_and_not_written_down(access: Access) -> None:
    good = access.token("甲", Role.VIEWER, None, "crm").secret
    for nth in range(30):
        assert access.caller(f"guess-{nth}", "10.0.0.9") is None
    with pytest.raises(TooManyAttempts):
        access.caller("guess-31", "10.0.0.9")
    assert access.caller("guess-32", "10.0.0.8") is None  # from elsewhere
    assert access.caller(good, "10.0.0.9") is not None  # and whoever has a good one
    told = acts(access, AccessAct.UNKNOWN_TOKEN, AccessAct.THROTTLED)
    assert told.count(AccessAct.UNKNOWN_TOKEN) == 31
    assert told.count(AccessAct.THROTTLED) == 1


# --- passwords ------------------------------------------------------------------------------------


@pytest.fixture
def someone(access: Access) -> str:
    access.accounts.admit("李晓梅", Role.RECORDER, "城关镇", "管理员")
    access.accounts.set_password("李晓梅", PASSWORD, "管理员")
    return "李晓梅"


def test_a_session_lasts_twelve_hours(access: Access, someone: str, clock: Clock) -> None:
    session = access.signing_in.sign_in(f" {someone} ", PASSWORD, "10.0.0.1")
    caller = access.caller(session.secret, "-")
    assert caller is not None
    assert caller.name == someone
    clock.goes_on(hours=12)
    assert access.caller(session.secret, "-") is None


def test_five_wrong_passwords_lock_the_name_for_a_quarter_of_an_hour(
    access: Access, someone: str, clock: Clock
) -> None:
    for _ in range(4):
        with pytest.raises(SignInRefused):
            access.signing_in.sign_in(someone, "不对的密码", "10.0.0.1")
    access.signing_in.sign_in(someone, PASSWORD, "10.0.0.1")  # a right one begins anew
    for _ in range(5):
        with pytest.raises(SignInRefused):
            access.signing_in.sign_in(someone, "不对的密码", "10.0.0.2")
    with pytest.raises(SignInRefused):
        access.signing_in.sign_in(someone, PASSWORD, "10.0.0.3")  # from wherever
    clock.goes_on(minutes=15)
    access.signing_in.sign_in(someone, PASSWORD, "10.0.0.3")
    assert acts(access, AccessAct.LOCKED) == [AccessAct.LOCKED]


def test_guesses_at_the_same_moment_all_count(access: Access, someone: str) -> None:
    def guess(nth: int) -> bool:
        return access.signing_in.right(someone, f"不对的密码{nth}", f"10.0.1.{nth}")

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(guess, range(12)))
    with access.keys._engine.connect() as connection:
        row = connection.execute(select(people)).one()
    assert row.locked_until is not None
    assert not access.signing_in.right(someone, PASSWORD, "10.0.0.3")


def test_an_address_that_guesses_waits(access: Access, someone: str) -> None:
    for nth in range(20):  # each of another name: nobody is locked
        with pytest.raises(SignInRefused):
            access.signing_in.sign_in(f"人{nth}", PASSWORD, "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        access.signing_in.sign_in(someone, PASSWORD, "10.0.0.1")
    access.signing_in.sign_in(someone, PASSWORD, "10.0.0.2")


def test_what_was_typed_as_a_name_is_not_written_down(access: Access, someone: str) -> None:
    with pytest.raises(SignInRefused):
        access.signing_in.sign_in(PASSWORD, someone, "10.0.0.1")
    with pytest.raises(SignInRefused):
        access.signing_in.sign_in(someone, PASSWORD + "x", "10.0.0.1")
    records = access.journal.latest(10, None, Sought(act=AccessAct.SIGN_IN_REFUSED))
    assert [record.name for record in records] == [someone, None]
    assert PASSWORD not in str(access.journal.latest(100, None, Sought()))


@pytest.mark.parametrize("weak", ["", "短", "123456789", "李晓梅的密码是这个", "a" * 20, "x" * 201])
def test_a_weak_password_is_refused(access: Access, someone: str, weak: str) -> None:
    with pytest.raises(BadInput):
        access.accounts.set_password(someone, weak, "管理员")
    assert access.signing_in.right(someone, PASSWORD, "-")


def test_a_new_password_ends_the_sessions_of_the_old_one(access: Access, someone: str) -> None:
    session = access.signing_in.sign_in(someone, PASSWORD, "-").secret
    token = access.token(someone, Role.RECORDER, "城关镇", "crm").secret
    access.accounts.set_password(someone, "汉江水清-2026-夏", "管理员")
    assert access.caller(session, "-") is None
    assert access.caller(token, "-") is not None  # a program's, revoked by itself
    assert not access.signing_in.right(someone, PASSWORD, "-")


# --- by HTTP --------------------------------------------------------------------------------------


def test_an_admin_lets_somebody_in_who_logs_in_and_out(server: Server) -> None:
    admin, nobody = server.client("admin"), server.showing(None)
    told = {"name": "王文静", "role": "recorder", "unit": "城关镇", "password": PASSWORD}
    answer = admin.post("/people", told)
    assert answer.status_code == 201, answer.text
    assert PASSWORD not in answer.text
    assert_problem(admin.post("/people", told), 409, "name_taken")
    no_unit = {"name": "甲", "role": "recorder"}
    assert_problem(admin.post("/people", no_unit), 422, "invalid_input")
    weak = {"name": "乙", "role": "viewer", "password": "123"}
    assert_problem(admin.post("/people", weak), 422, "invalid_input")
    assert [one["name"] for one in admin.get("/people").json()["items"]][-1] == "王文静"

    wrong = nobody.post("/sessions", {"name": "王文静", "password": "不是这个"})
    told = assert_problem(wrong, 401, "sign_in_refused")
    unknown = nobody.post("/sessions", {"name": "没有此人", "password": "不是这个"})
    assert assert_problem(unknown, 401, "sign_in_refused")["detail"] == told["detail"]
    session = nobody.post("/sessions", {"name": "王文静", "password": PASSWORD})
    assert session.status_code == 201
    her = server.showing(session.json()["token"])
    me = her.get("/me").json()
    assert (me["name"], me["role"], me["unit"]) == ("王文静", "recorder", "城关镇")
    assert me["key"]["kind"] == "session"
    lead = her.register(recruiting_unit="城关镇")
    assert her.get(f"/leads/{lead}/history").json()["items"][0]["recorded_by"] == "王文静"

    change = {"old_password": "不是这个", "password": "汉江水清-2026-夏"}
    assert_problem(her.put("/me/password", change), 401, "sign_in_refused")
    change["old_password"] = PASSWORD
    assert her.put("/me/password", change).status_code == 200
    assert_problem(her.get("/me"), 401, "unauthenticated")
    again = nobody.post("/sessions", {"name": "王文静", "password": "汉江水清-2026-夏"})
    her = server.showing(again.json()["token"])
    assert her.post("/me/sign-out", {}).status_code == 200
    assert_problem(her.get("/me"), 401, "unauthenticated")

    acts = [one["act"] for one in admin.get("/access/records", name="王文静").json()["items"]]
    assert acts == ["signed_out", "signed_in", "password_set", "sign_in_refused", "signed_in",
                    "sign_in_refused"]  # fmt: skip


def test_an_admin_issues_and_revokes_a_token(server: Server) -> None:
    admin = server.client("admin")
    admin.post("/people", {"name": "接口程序", "role": "viewer"})
    answer = admin.post("/people/接口程序/tokens", {"days": 7})
    assert answer.status_code == 201, answer.text
    program = server.showing(answer.json()["token"])
    assert program.get("/leads").status_code == 200
    [key] = admin.get("/access/keys", name="接口程序").json()["items"]
    assert key["valid"]
    assert key["last_used_at"]
    assert answer.json()["token"] not in admin.get("/access/keys").text
    assert admin.post(f"/access/keys/{key['key_id']}/revocation", {}).status_code == 200
    assert_problem(program.get("/leads"), 401, "unauthenticated")
    assert_problem(admin.post("/people/没有此人/tokens", {}), 404, "person_not_found")
    assert_problem(admin.post("/access/keys/没有/revocation", {}), 404, "key_not_found")
    me = admin.get("/me").json()["name"]
    own = admin.put(f"/people/{me}", {"role": "viewer"})
    assert_problem(own, 409, "own_access")
    assert admin.put("/people/接口程序", {"role": "viewer", "disabled": True}).status_code == 200
    assert_problem(admin.post("/people/接口程序/tokens", {}), 409, "person_disabled")


def test_records_of_access_are_read_in_pages_and_by_window(server: Server) -> None:
    admin = server.client("admin")
    for nth in range(7):
        admin.post("/people", {"name": f"人{nth}", "role": "viewer"})
    pages = admin.pages("/access/records", act="admitted", limit=3)
    names = [item["detail"] for page in pages for item in page["items"]]
    assert [name[:2] for name in names[:7]] == [f"人{nth}" for nth in reversed(range(7))]
    third = pages[0]["items"][2]["at"]
    since = admin.get("/access/records", act="admitted", since=third).json()["items"]
    assert len(since) == 3
    until = admin.get("/access/records", act="admitted", until=third).json()["items"]
    assert len(until) == len(names) - 3
    assert_problem(admin.get("/access/records", since="昨天"), 422, "invalid_input")
