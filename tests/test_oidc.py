"""统一身份认证: people come in by a provider that says who they are, when they are on file here."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from joserfc.jwk import RSAKey

from crm.access.journal import AccessAct, Sought
from crm.people import Role
from crm.settings import Settings
from crm.wiring import prepare
from tests.provider import CLIENT, SECRET, Bend, Provider, providing
from tests.serving import Server, serving


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as running:
        yield running


@pytest.fixture
def county(provider: Provider, tmp_path: Path) -> Iterator[Server]:
    settings = Settings(
        data_dir=tmp_path,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    with serving(settings) as running:
        running.crm.access.accounts.admit("李晓梅", Role.RECORDER, "城关镇", "crm")
        yield running


@pytest.fixture
def browser(county: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=county.base, follow_redirects=True, timeout=30) as one:
        yield one


def test_who_is_on_file_comes_in(county: Server, browser: httpx2.Client) -> None:
    assert 'href="/pages/oidc"' in browser.get("/pages").text
    come_back = browser.get("/pages/oidc")
    assert come_back.status_code == 200
    assert 'content="0;url=/pages"' in come_back.text
    home = browser.get("/pages")
    assert home.url.path == "/pages"
    assert "录入人员，城关镇" in home.text
    [record] = county.crm.access.journal.latest(9, None, Sought(act=AccessAct.SIGNED_IN))
    assert record.name == "李晓梅"


def refused(county: Server, browser: httpx2.Client) -> str:
    answer = browser.get("/pages/oidc")
    assert answer.status_code == 401, answer.text
    assert browser.get("/pages").url.path == "/pages/login"
    assert county.crm.access.journal.latest(1, None, Sought())[0].act is AccessAct.SIGN_IN_REFUSED
    return answer.text


def test_who_is_not_on_file_or_disabled_does_not(
    county: Server, browser: httpx2.Client, provider: Provider
) -> None:
    provider.name = "没有此人"
    assert "没有登记此人" in refused(county, browser)
    provider.name = "李晓梅"
    county.crm.access.accounts.disable("李晓梅", "crm")
    assert "停用" in refused(county, browser)


@pytest.mark.parametrize(
    "bend",
    [
        lambda c: {**c, "aud": "another-program"},
        lambda c: {**c, "iss": "http://evil.example"},
        lambda c: {**c, "nonce": "of another log-in"},
        lambda c: {k: v for k, v in c.items() if k != "nonce"},
        lambda c: {**c, "exp": int(time.time()) - 3600},
        lambda c: {k: v for k, v in c.items() if k != "name"},
        lambda c: {**c, "name": ["李晓梅"]},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(
    county: Server, browser: httpx2.Client, provider: Provider, bend: Bend
) -> None:
    provider.bend = bend
    assert "统一身份认证未通过" in refused(county, browser)


def test_a_token_signed_by_somebody_else_is_refused(
    county: Server, browser: httpx2.Client, provider: Provider
) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "1"})
    refused(county, browser)


def test_only_the_browser_that_began_can_finish(
    county: Server, browser: httpx2.Client, provider: Provider
) -> None:
    """What an attacker has begun is nothing in somebody else's browser (login CSRF)."""
    with httpx2.Client(base_url=county.base, timeout=30) as attacker:
        sent_on = httpx2.get(attacker.get("/pages/oidc").headers["location"])
        back = sent_on.headers["location"]
        assert browser.get(back).status_code == 401
        browser.get("/pages/oidc", follow_redirects=False)  # has begun one of its own
        assert browser.get(back).status_code == 401
        assert browser.get("/pages").url.path == "/pages/login"
        assert attacker.get(back).status_code == 200  # where it was begun


def test_a_provider_that_is_away(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id="x")
    with serving(settings) as running:
        answer = httpx2.get(f"{running.base}/pages/oidc")
        assert answer.status_code == 502
        assert "统一身份认证未通过" in answer.text
        assert httpx2.get(f"{running.base}/pages/login").status_code == 200


def test_without_a_provider_there_is_no_such_page(shared_server: Server) -> None:
    assert httpx2.get(f"{shared_server.base}/pages/oidc").status_code == 404
    assert "/pages/oidc" not in httpx2.get(f"{shared_server.base}/pages/login").text


def test_a_server_without_the_packages_says_so_when_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "authlib", None)  # as where they are not installed
    settings = Settings(data_dir=tmp_path, oidc_issuer="https://id.example")
    with pytest.raises(ValueError, match=r"crm\[oidc\]"):
        prepare(settings)
    assert list(tmp_path.iterdir()) == []
