"""Tokens of programs and sessions of people: what a request shows to say whose it is (令牌、会话)

Only the SHA-256 of a key is kept; the key itself is shown once, when it is issued. Keys are random
256-bit values, so a plain digest is enough: there is nothing to guess or to look up.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Select, insert, select, update
from sqlalchemy.exc import OperationalError

from crm.access.journal import AccessAct, Journal
from crm.access.tables import keys, moment_of, people, text_of
from crm.people import Caller, Role
from domain.calendar import Clock
from domain.errors import NotFound

TOKEN_LASTS = timedelta(days=365)
SESSION_LASTS = timedelta(hours=12)
_USE_IS_NEWS = timedelta(minutes=1)  # a last use closer than that is not written anew


class KeyKind(StrEnum):
    """A program's token, or a session of someone who logged in."""

    TOKEN = "token"
    SESSION = "session"

    @property
    def label(self) -> str:
        return {KeyKind.TOKEN: "令牌", KeyKind.SESSION: "会话"}[self]


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: everything but the secret."""

    key_id: str
    kind: KeyKind
    name: str
    issued_at: datetime
    issued_by: str
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def valid(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key: the only moment its `secret` is known."""

    secret: str
    key_id: str
    expires_at: datetime


class Keys:
    """The keys in the database."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine = engine
        self._journal = journal
        self._clock = clock
        self._used: dict[str, datetime] = {}  # digest -> the last use that was written

    def issue(self, kind: KeyKind, name: str, by: str, lasts: timedelta) -> Issued:
        """A key for someone on file, returned this once."""
        secret, key_id, now = secrets.token_urlsafe(32), secrets.token_hex(6), self._clock()
        row = {
            "digest": _digest(secret),
            "key_id": key_id,
            "kind": kind.value,
            "name": name,
            "issued_at": text_of(now),
            "issued_by": by,
            "expires_at": text_of(now + lasts),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(keys).values(row))
        if kind is KeyKind.TOKEN:
            until = f"{now + lasts:%Y-%m-%d}"
            self._journal.note(AccessAct.TOKEN_ISSUED, by, f"{name}，编号{key_id}，有效至{until}")
        return Issued(secret, key_id, now + lasts)

    def caller(self, secret: str) -> Caller | None:
        """Whose key it is; None for one that is unknown, run out, revoked, or of someone disabled.

        Asked of the database every time, so that a revocation holds from the next request on.
        """
        digest, now = _digest(secret), self._clock()
        query = (
            select(keys.c.key_id, keys.c.expires_at, people.c.name, people.c.role, people.c.unit)
            .join(people, people.c.name == keys.c.name)
            .where(
                keys.c.digest == digest,
                keys.c.revoked_at.is_(None),
                people.c.disabled_at.is_(None),
            )
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.expires_at <= text_of(now):
            return None
        self._note_use(digest, now)
        return Caller(row.name, Role(row.role), row.unit, row.key_id)

    def get(self, key_id: str) -> Key:
        """Raises `NotFound`."""
        found = self._found(select(keys).where(keys.c.key_id == key_id))
        if not found:
            raise NotFound("key_not_found", "没有这个令牌或会话")
        return found[0]

    def listed(self, name: str | None = None) -> Sequence[Key]:
        """Every key ever issued, the newest first; or somebody's."""
        query = select(keys).order_by(keys.c.issued_at.desc(), keys.c.key_id)
        return self._found(query if name is None else query.where(keys.c.name == name))

    def revoke(self, key_id: str, by: str) -> Key:
        """From the next request on it lets nobody in. Raises `NotFound`."""
        key = self.get(key_id)
        if key.revoked_at is None:
            with self._engine.begin() as connection:
                connection.execute(
                    update(keys)
                    .where(keys.c.key_id == key_id, keys.c.revoked_at.is_(None))
                    .values(revoked_at=text_of(self._clock()), revoked_by=by)
                )
            act = AccessAct.KEY_REVOKED
            if key.kind is KeyKind.SESSION and by == key.name:
                act = AccessAct.SIGNED_OUT
            self._journal.note(act, by, f"{key.name}的{key.kind.label}{key_id}")
        return self.get(key_id)

    def _note_use(self, digest: str, now: datetime) -> None:
        last = self._used.get(digest)
        if last is not None and now - last < _USE_IS_NEWS:
            return
        self._used[digest] = now
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    update(keys).where(keys.c.digest == digest).values(last_used_at=text_of(now))
                )
        except OperationalError:  # busy, or read-only: no reason to keep anybody out
            self._used.pop(digest, None)

    def _found(self, query: Select[Any]) -> list[Key]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [_key(row) for row in rows]


def _key(row: Any) -> Key:
    issued, expires = moment_of(row.issued_at), moment_of(row.expires_at)
    assert issued is not None
    assert expires is not None
    return Key(
        row.key_id,
        KeyKind(row.kind),
        row.name,
        issued,
        row.issued_by,
        expires,
        moment_of(row.last_used_at),
        moment_of(row.revoked_at),
        row.revoked_by,
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
