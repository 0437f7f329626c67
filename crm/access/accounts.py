"""The people who work with the program: name, role, unit, and whether they may still (人员)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from crm.access.journal import AccessAct, Journal
from crm.access.passwords import Passwords
from crm.access.tables import keys, moment_of, people, text_of
from crm.people import SYSTEM, Role
from domain.calendar import Clock
from domain.errors import BadInput, NotFound, Refused
from domain.event import LONGEST_NAME

_LEAST = 10
_MOST = 200


@dataclass(frozen=True, slots=True)
class Account:
    """Someone on file. The name is what the log calls `recorded_by`, so it is never changed."""

    name: str
    role: Role
    unit: str | None
    admitted_at: datetime
    admitted_by: str
    disabled_at: datetime | None
    has_password: bool
    locked_until: datetime | None


class Accounts:
    """The people in the database. Every change is written down in the journal."""

    def __init__(
        self, engine: Engine, journal: Journal, passwords: Passwords, clock: Clock
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._passwords = passwords
        self._clock = clock

    def all(self) -> Sequence[Account]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(people).order_by(people.c.name)).all()
        return [_account(row) for row in rows]

    def get(self, name: str) -> Account:
        """Raises `NotFound`."""
        with self._engine.connect() as connection:
            row = connection.execute(select(people).where(people.c.name == name)).one_or_none()
        if row is None:
            raise NotFound("person_not_found", f"没有名为「{name}」的人员")
        return _account(row)

    def admit(self, name: str, role: Role, unit: str | None, by: str) -> Account:
        """Someone new. Raises `BadInput`, and `Refused` (`name_taken`)."""
        name, unit = _name(name), _unit(role, unit)
        row = {
            "name": name,
            "role": role.value,
            "unit": unit,
            "admitted_at": text_of(self._clock()),
            "admitted_by": by,
            "wrong": 0,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(people).values(row))
        except IntegrityError:
            raise Refused(
                "name_taken",
                f"已有名为「{name}」的人员：另一个人请在姓名中区分，同一个人请调整其角色或单位",
            ) from None
        self._journal.note(AccessAct.ADMITTED, by, _said(name, role, unit))
        return self.get(name)

    def place(self, name: str, role: Role, unit: str | None, by: str) -> Account:
        """Another role or unit, from the next request on. Raises `BadInput`, `NotFound`."""
        self.get(name)
        unit = _unit(role, unit)
        self._set(name, role=role.value, unit=unit, disabled_at=None)
        self._journal.note(AccessAct.CHANGED, by, _said(name, role, unit))
        return self.get(name)

    def disable(self, name: str, by: str) -> Account:
        """Nothing of theirs lets anybody in from now on. Raises `NotFound`."""
        if self.get(name).disabled_at is None:
            self._set(name, disabled_at=text_of(self._clock()))
            self._journal.note(AccessAct.DISABLED, by, name)
        return self.get(name)

    def set_password(self, name: str, password: str, by: str) -> None:
        """A new password; whoever was logged in with the old one is logged out.

        Raises `BadInput` for one that is easily guessed, `NotFound`.
        """
        self.get(name)
        self.refuse_weak(name, password)
        now = text_of(self._clock())
        self._set(name, password=self._passwords.hashed(password), wrong=0, locked_until=None)
        with self._engine.begin() as connection:
            connection.execute(
                update(keys)
                .where(keys.c.name == name, keys.c.kind == "session", keys.c.revoked_at.is_(None))
                .values(revoked_at=now, revoked_by=by)
            )
        self._journal.note(AccessAct.PASSWORD_SET, by, name)

    def refuse_weak(self, name: str, password: str) -> None:
        """Raises `BadInput` for a password that is easily guessed."""
        if not _LEAST <= len(password) <= _MOST or name in password or len(set(password)) < 5:
            raise BadInput(
                "password", f"密码应有{_LEAST}至{_MOST}个字符，不含姓名，且不能只由几个字符重复而成"
            )

    def _set(self, name: str, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(people).where(people.c.name == name).values(**values))


def _name(name: str) -> str:
    plain = name.strip()
    if not plain or plain == SYSTEM.name or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise BadInput("name", f"姓名不能为空、过长或含有控制字符，也不能是 {SYSTEM.name}")
    return plain


def _unit(role: Role, unit: str | None) -> str | None:
    plain = (unit or "").strip() or None
    if role is Role.RECORDER and plain is None:
        raise BadInput("unit", "录入人员（recorder）须注明所属单位")
    return plain


def _said(name: str, role: Role, unit: str | None) -> str:
    return f"{name}：{role.label}" + (f"，{unit}" if unit else "")


def _account(row: Any) -> Account:
    admitted = moment_of(row.admitted_at)
    assert admitted is not None
    return Account(
        row.name,
        Role(row.role),
        row.unit,
        admitted,
        row.admitted_by,
        moment_of(row.disabled_at),
        row.password is not None,
        moment_of(row.locked_until),
    )
