"""The pages in a real browser: what staff do there, and what other sites cannot make it do."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from crm.people import Role
from crm.settings import Settings
from tests.chromium import MISSING, PROGRAM, chromium
from tests.provider import CLIENT, SECRET, providing
from tests.serving import Server, serving

PASSWORD = "秦巴茶香-2026-春"


@pytest.fixture(scope="module")
def browser(need: Callable[[bool, str], None]) -> Iterator[Browser]:
    need(PROGRAM is not None, MISSING)
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that people log in to by password or by a provider on another site."""
    with providing() as provider:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("browser"),
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
        )
        with serving(settings) as running:
            accounts = running.crm.access.accounts
            accounts.admit("李晓梅", Role.AUDITOR, None, "crm")
            accounts.set_password("李晓梅", PASSWORD, "crm")
            yield running


@pytest.fixture
def page(browser: Browser, office: Server) -> Iterator[Page]:
    """A window of its own; whatever the browser complains about fails the test."""
    context = browser.new_context(base_url=office.base, locale="zh-CN")
    context.set_default_timeout(20_000)
    one = context.new_page()
    complaints: list[str] = []
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield one
    context.close()
    assert [c for c in complaints if "Failed to load resource" not in c] == []


def log_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/pages/login")
    page.get_by_label("姓名").fill("李晓梅")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def path_of(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def test_in_and_out(page: Page) -> None:
    page.goto("/pages")
    assert path_of(page) == "/pages/login"
    log_in(page, "不是这个密码")
    assert page.get_by_role("alert").inner_text().startswith("姓名或密码不正确")
    log_in(page)
    assert path_of(page) == "/pages"
    assert page.get_by_role("heading", level=1).inner_text() == "李晓梅"
    page.reload()
    assert path_of(page) == "/pages"
    assert page.evaluate("document.cookie") == ""  # scripts see neither of the two
    page.get_by_role("button", name="退出登录").click()
    assert path_of(page) == "/pages/login"
    page.goto("/pages")
    assert path_of(page) == "/pages/login"


def test_another_machine_is_logged_out(page: Page, browser: Browser, office: Server) -> None:
    elsewhere = browser.new_context(base_url=office.base)
    other = elsewhere.new_page()
    log_in(other)
    log_in(page)
    page.get_by_role("button", name="结束").first.click()
    other.reload()
    assert path_of(other) == "/pages/login"
    assert path_of(page) == "/pages"
    elsewhere.close()


def test_a_history_is_opened_and_printed(page: Page, office: Server) -> None:
    """On paper all of it stands, from the heading to the last record."""
    lead = office.client("manager").register(title="富硒茶精深加工")
    code = office.client("manager").get(f"/leads/{lead}").json()["code"]
    log_in(page)
    page.get_by_label("项目编号").fill(code)
    page.get_by_role("button", name="打开打印页").click()
    assert code in page.inner_text("body")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    # Fonts give some signs as radicals (⼯ for 工).
    printed = [normalize("NFKC", "".join(sheet.extract_text().split())) for sheet in sheets]
    assert "富硒茶精深加工" in "".join(printed)
    assert all(printed)  # no empty sheet


def test_pages_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    for open_page in (lambda: page.goto("/pages/login"), lambda: log_in(page)):
        open_page()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, path_of(page)


def test_in_by_a_provider_on_another_site(page: Page) -> None:
    """The browser comes back from elsewhere, where it shows no cookie of ours that is strict."""
    page.goto("/pages/login")
    page.get_by_role("link", name="用统一身份认证登录").click()
    page.wait_for_url("**/pages")
    assert page.get_by_role("heading", level=1).inner_text() == "李晓梅"


@contextmanager
def another_site(content: str) -> Iterator[str]:
    """A page on another site (localhost, where ours is 127.0.0.1), and its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_address[1]}/"
    site.shutdown()
    site.server_close()


def test_another_site_cannot_send_our_forms(page: Page, office: Server) -> None:
    log_in(page)
    cookies = {kept["name"]: kept["value"] for kept in page.context.cookies()}
    form = (
        f'<form method="post" action="{office.base}/pages/logout">'
        f'<input name="form" value="{cookies["crm_form"]}"><button>领奖</button></form>'
    )
    with another_site(form) as address:
        page.goto(address)
        page.get_by_role("button").click()
        assert page.get_by_role("alert").inner_text() == "页面已过期，请重新填写"
    page.goto("/pages")
    assert path_of(page) == "/pages"


def test_another_site_cannot_frame_our_pages(page: Page, browser: Browser, office: Server) -> None:
    """Nor lay something over them that is clicked instead (clickjacking)."""
    window = browser.new_context().new_page()  # it does complain, and shall
    with another_site(f'<iframe src="{office.base}/pages/login"></iframe>') as address:
        window.goto(address)
        [framed] = [frame for frame in window.frames if frame != window.main_frame]
        assert "密码" not in framed.content()
        assert framed.url.startswith("chrome-error:")
    window.context.close()


def test_a_script_in_a_page_does_not_run(browser: Browser, office: Server) -> None:
    """The policy of the pages (CSP): whatever text slips through stays text."""
    window = browser.new_context().new_page()
    window.goto(f"{office.base}/pages/login")
    window.evaluate(
        "() => { const one = document.createElement('script');"
        " one.textContent = 'window.slipped = 1'; document.body.append(one) }"
    )
    assert window.evaluate("window.slipped") is None
    window.context.close()
