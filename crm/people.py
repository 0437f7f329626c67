"""Who may do what: the roles of the contract, and the bearer tokens that carry them.

Only the SHA-256 of a token is kept; the token itself is shown once, when it is made. Tokens are
random 256-bit values, so a plain digest is enough: there is nothing to guess or to look up.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Engine, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from domain.unit.known import same_unit

people = MetaData()

_tokens = Table(
    "access_token",
    people,
    Column("digest", String(64), primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("unit", String),
    Column("created_at", String, nullable=False),
)


class Role(StrEnum):
    """The contract's roles."""

    VIEWER = "viewer"
    RECORDER = "recorder"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Act(StrEnum):
    """What a role may be asked for."""

    READ = "read"
    WRITE = "write"
    VOID = "void"
    SUPERVISE = "supervise"
    AUDIT = "audit"
    SET_TARGET = "set_target"
    SET_RULES = "set_rules"
    SET_CHAIN = "set_chain"
    PUBLISH = "publish"


# One table, role by act (contract, "Authentication"). A recorder's writes are for its own unit.
_ALLOWED: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.READ}),
    Role.RECORDER: frozenset({Act.READ, Act.WRITE}),
    Role.MANAGER: frozenset(
        {
            Act.READ,
            Act.WRITE,
            Act.VOID,
            Act.SUPERVISE,
            Act.AUDIT,
            Act.SET_CHAIN,
            Act.PUBLISH,
        }
    ),
    Role.AUDITOR: frozenset({Act.READ, Act.AUDIT}),
    Role.ADMIN: frozenset({Act.READ, Act.AUDIT, Act.SET_TARGET, Act.SET_RULES, Act.SET_CHAIN}),
}


class Forbidden(Exception):
    """The role, or the unit, does not allow this (HTTP 403)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever stands behind a request: the token's name is what the log calls `recorded_by`."""

    name: str
    role: Role
    unit: str | None = None

    def permit(self, act: Act) -> None:
        """Raises `Forbidden` unless the role allows `act`."""
        if act not in _ALLOWED[self.role]:
            raise Forbidden("role_not_allowed", f"当前角色（{self.role}）无权进行此操作")

    def permit_unit(self, unit: str | None) -> None:
        """Raises `Forbidden` when a recorder writes for a unit that is not its own."""
        if self.role is Role.RECORDER and not same_unit(unit, self.unit):
            raise Forbidden("unit_not_allowed", f"只能录入本单位（{self.unit or '未设置'}）的项目")


SYSTEM = Caller("crm", Role.MANAGER)
"""The program itself: imports and sample data run from the command line."""


class NameTaken(Exception):
    """Another token has this name."""


class People:
    """The tokens in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_token(self, name: str, role: Role, unit: str | None, at: datetime) -> str:
        """A new token, returned this once. Raises `NameTaken`."""
        token = secrets.token_urlsafe(32)
        row = {
            "digest": _digest(token),
            "name": name,
            "role": role.value,
            "unit": unit,
            "created_at": at.isoformat(),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_tokens).values(row))
        except IntegrityError:
            raise NameTaken(name) from None
        return token

    def caller(self, token: str) -> Caller | None:
        """Who a token belongs to; None for an unknown one."""
        query = select(_tokens.c.name, _tokens.c.role, _tokens.c.unit).where(
            _tokens.c.digest == _digest(token)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return Caller(row.name, Role(row.role), row.unit) if row else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
