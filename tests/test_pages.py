"""Pages: logging in and out, forms that only our own pages send, a history to print."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from crm.people import Role
from domain.calendar import SHANGHAI
from tests.serving import Server

PASSWORD = "秦巴茶香-2026-春"


class Browser:
    """Keeps cookies, and sends forms as a browser does from the page it is on."""

    def __init__(self, base: str) -> None:
        self.http = httpx2.Client(base_url=base, timeout=30, follow_redirects=True)
        self.page: httpx2.Response | None = None

    def open(self, path: str, **asked: Any) -> httpx2.Response:
        self.page = self.http.get(path, params=asked)
        return self.page

    def send(self, path: str, **fields: str) -> httpx2.Response:
        assert self.page is not None
        found = re.search(r'name="form" value="([^"]+)"', self.page.text)
        assert found, self.page.text
        origin = str(self.http.base_url).rstrip("/")
        self.page = self.http.post(
            path, data={"form": found[1], **fields}, headers={"Origin": origin}
        )
        return self.page

    def log_in(self, name: str, password: str = PASSWORD) -> httpx2.Response:
        self.open("/pages/login")
        return self.send("/pages/login", name=name, password=password)


@pytest.fixture
def browser(server: Server) -> Iterator[Browser]:
    accounts = server.crm.access.accounts
    for name, role, unit in (
        ("李晓梅", Role.RECORDER, "城关镇"),
        ("<b>王审计</b>", Role.AUDITOR, None),
    ):
        accounts.admit(name, role, unit, "crm")
        accounts.set_password(name, PASSWORD, "crm")
    one = Browser(server.base)
    yield one
    one.http.close()


def test_log_in_and_out(server: Server, browser: Browser) -> None:
    assert browser.open("/pages").url.path == "/pages/login"
    wrong = browser.log_in("李晓梅", "不是这个密码")
    assert wrong.status_code == 401
    assert "姓名或密码不正确" in wrong.text
    home = browser.log_in("李晓梅")
    assert home.url.path == "/pages"
    assert "录入人员，城关镇" in home.text
    assert "项目历史" not in home.text  # for whoever audits
    cookie = next(c for c in browser.http.cookies.jar if c.name == "crm_session")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"
    secret = cookie.value
    assert browser.open("/pages/login").url.path == "/pages"
    assert browser.send("/pages/logout").url.path == "/pages/login"
    # The cookie that somebody has kept lets nobody in any more.
    browser.http.cookies.set("crm_session", secret or "", path="/pages")
    assert browser.open("/pages").url.path == "/pages/login"
    assert server.showing(secret).get("/me").status_code == 401


def test_a_session_on_another_machine_is_ended(server: Server, browser: Browser) -> None:
    other = Browser(server.base)
    other.log_in("李晓梅")
    home = browser.log_in("李晓梅")
    [action] = re.findall(r'action="(/pages/sessions/\w+/end)"', home.text)
    assert browser.send(action).url.path == "/pages"
    assert other.open("/pages").url.path == "/pages/login"
    other.log_in("<b>王审计</b>")
    theirs = other.send(action)  # somebody else's
    assert theirs.status_code == 404
    other.http.close()


def test_forms_of_others_are_refused(server: Server, browser: Browser) -> None:
    browser.log_in("李晓梅")
    plain = browser.http.post("/pages/logout", data={})
    guessed = browser.http.post("/pages/logout", data={"form": "x" * 32})
    assert (plain.status_code, guessed.status_code) == (403, 403)
    value = next(c.value for c in browser.http.cookies.jar if c.name == "crm_form")
    for sent_by in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
                    {"Origin": "null"}):  # fmt: skip
        foreign = browser.http.post("/pages/logout", data={"form": value or ""}, headers=sent_by)
        assert foreign.status_code == 403, sent_by
        assert "页面已过期" in foreign.text
    assert browser.open("/pages").url.path == "/pages"  # still logged in


def test_the_cookie_is_no_key_to_the_api(browser: Browser) -> None:
    browser.log_in("李晓梅")
    secret = next(c.value for c in browser.http.cookies.jar if c.name == "crm_session")
    cookies = {"Cookie": f"crm_session={secret}"}
    assert browser.http.get("/api/v1/leads", headers=cookies).status_code == 401
    assert browser.http.post("/api/v1/leads", json={}, headers=cookies).status_code == 401


def test_a_history_is_printed_by_whoever_audits(server: Server, browser: Browser) -> None:
    office = server.client("manager")
    office.register(title="<script>alert(1)</script>富硒茶")
    code = office.get("/leads").json()["items"][0]["code"]
    home = browser.log_in("<b>王审计</b>")
    assert "&lt;b&gt;王审计&lt;/b&gt;" in home.text
    assert "<b>王审计" not in home.text
    printed = browser.open("/pages/history", lead=code)
    assert printed.status_code == 200
    assert code in printed.text
    assert "<script>alert" not in printed.text
    assert browser.open("/pages/history", lead="ZS1999-0001").status_code == 404
    browser.log_in("<b>王审计</b>")
    browser.open("/pages")
    browser.send("/pages/logout")
    browser.log_in("李晓梅")
    refused = browser.open("/pages/history", lead=code)
    assert refused.status_code == 403
    assert "无权" in refused.text


def test_too_many_wrong_passwords_are_said_on_the_page(browser: Browser) -> None:
    for nth in range(20):
        browser.log_in(f"人{nth}")
    assert browser.log_in("李晓梅").status_code == 429
    assert browser.page is not None
    assert "60秒" in browser.page.text


def test_times_are_the_county_s(server: Server, browser: Browser) -> None:
    home = browser.log_in("李晓梅")
    now = server.crm.clock().astimezone(SHANGHAI)
    assert f"{now:%Y-%m-%d %H:}" in home.text


def test_without_a_provider_nobody_is_sent_to_one(browser: Browser) -> None:
    assert browser.open("/pages/oidc").status_code == 404
    came_back = browser.open("/pages/oidc/back")
    assert came_back.status_code == 401
    assert "/pages/oidc" not in came_back.text
