"""An identity provider of our own (OpenID Connect), on a real port, as honest as a test asks."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "crm", "between-us"
Bend = Callable[[dict[str, Any]], dict[str, Any]]


class Provider:
    """Says that everybody is `name`. `bend` changes what it signs, `key` what it signs with."""

    def __init__(self) -> None:
        self.name: Any = "李晓梅"
        self.bend: Bend = lambda claims: claims
        self.kept = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.key = self.kept
        self.issuer = ""
        self._codes: dict[str, dict[str, str]] = {}

    def described(self) -> dict[str, str]:
        ways = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "jwks",
        }
        return {"issuer": self.issuer, **{k: f"{self.issuer}/{v}" for k, v in ways.items()}}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The token for a code, once, to whoever began with it."""
        begun = self._codes.pop(asked.get("code", ""), None)
        right = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if begun is None or authorization != f"Basic {right}":
            return None
        challenge = hashlib.sha256(asked["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != begun["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "nonce": begun["nonce"], "name": self.name,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, self.bend(claims), self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


@contextmanager
def providing() -> Iterator[Provider]:
    """A running provider."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif parts.path == "/jwks":
                self._say(KeySet([provider.kept]).as_dict(private=False))
            else:
                self._say(provider.described())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            told = provider.token(asked, self.headers.get("Authorization", ""))
            self._say(told or {"error": "invalid_grant"}, 200 if told else 400)

        def _say(self, told: Mapping[str, Any], status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
