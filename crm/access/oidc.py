"""Logging in by an identity provider (OpenID Connect, authorization code with PKCE).

The provider says who somebody is; what that person may do is ours: nobody gets in who is not on
file. Needs the packages of the extra `oidc`, loaded when somebody logs in so.
"""

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_SCOPE = "openid profile"
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]  # none by a secret
_LEEWAY = 60  # seconds between our clock and the provider's
_PATIENCE = 10  # seconds for an answer of the provider


class ProviderRefused(Exception):
    """The provider, or what came from it, is not to be believed (HTTP 401)."""

    detail = "统一身份认证未通过，请重新登录"


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in on its way. All but `url` stay with the browser that began it, and with it alone."""

    url: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider:
    """The provider of the settings. Safe for many threads."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, claim: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._claim = claim

    def begin(self, back: str) -> Begun:
        """Where to send the browser; it comes back to the address `back`.

        Raises `ProviderRefused` when the provider does not answer.
        """
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        client = self._client(back)
        url, state = client.create_authorization_url(
            self._found["authorization_endpoint"], nonce=nonce, code_verifier=verifier
        )
        return Begun(url, state, nonce, verifier)

    def finish(self, begun: Begun, came_back: str, back: str) -> str:
        """The name of whoever came back to `came_back`, the address with all it was asked with.

        Raises `ProviderRefused`.
        """
        from authlib.common.errors import AuthlibBaseError
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from requests import RequestException

        client = self._client(back, begun.state)
        try:
            token = client.fetch_token(
                self._found["token_endpoint"],
                authorization_response=came_back,
                code_verifier=begun.verifier,
                timeout=_PATIENCE,
            )
            keys = KeySet.import_key_set(
                client.get(self._found["jwks_uri"], withhold_token=True, timeout=_PATIENCE).json()
            )
            read = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS)
            wanted = {
                "iss": {"essential": True, "value": self._found["issuer"]},
                "aud": {"essential": True, "value": self._client_id},
                "nonce": {"essential": True, "value": begun.nonce},
            }
            params = {"nonce": begun.nonce, "client_id": self._client_id}
            claims = CodeIDToken(read.claims, read.header, wanted, params)
            claims.validate(leeway=_LEEWAY)
            name = claims[self._claim]
        except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as error:
            raise ProviderRefused from error
        if not isinstance(name, str):
            raise ProviderRefused
        return name

    def _client(self, back: str, state: str | None = None) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=_SCOPE,
            redirect_uri=back,
            state=state,
            code_challenge_method="S256",
        )

    @cached_property
    def _found(self) -> dict[str, Any]:
        """What the provider says of itself: only of itself."""
        import requests

        try:
            answer = requests.get(
                f"{self._issuer}/.well-known/openid-configuration", timeout=_PATIENCE
            )
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderRefused from error
        if found.get("issuer", "").rstrip("/") != self._issuer:
            raise ProviderRefused
        return found
