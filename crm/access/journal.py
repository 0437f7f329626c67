"""What was done about access: who was let in, what was refused, who read people's data (权限记录)

Only added to. An attempt that is refused again and again is written down while it is news: the
limits of guessing (`crm.access.guessing`) keep a flood out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, insert, select

from crm.access.tables import moment_of, records, text_of
from domain.calendar import Clock


class AccessAct(StrEnum):
    """What is written down."""

    ADMITTED = "admitted"
    CHANGED = "changed"
    DISABLED = "disabled"
    PASSWORD_SET = "password_set"
    TOKEN_ISSUED = "token_issued"
    KEY_REVOKED = "key_revoked"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    LOCKED = "locked"
    REFUSED = "refused"
    UNKNOWN_TOKEN = "unknown_token"
    THROTTLED = "throttled"
    PERSONS_READ = "persons_read"
    PERSON_ERASED = "person_erased"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    AccessAct.ADMITTED: "登记人员",
    AccessAct.CHANGED: "调整角色或单位",
    AccessAct.DISABLED: "停用人员",
    AccessAct.PASSWORD_SET: "设置密码",
    AccessAct.TOKEN_ISSUED: "发放令牌",
    AccessAct.KEY_REVOKED: "吊销令牌或会话",
    AccessAct.SIGNED_IN: "登录",
    AccessAct.SIGNED_OUT: "退出登录",
    AccessAct.SIGN_IN_REFUSED: "登录被拒",
    AccessAct.LOCKED: "密码多次错误，锁定",
    AccessAct.REFUSED: "无权操作，被拒",
    AccessAct.UNKNOWN_TOKEN: "令牌无效，被拒",
    AccessAct.THROTTLED: "尝试过多，暂停受理",
    AccessAct.PERSONS_READ: "查看联系人信息",
    AccessAct.PERSON_ERASED: "删除联系人信息",
}


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """`name` is who did it, or who it was tried for; None when nobody could tell."""

    number: int
    at: datetime
    act: AccessAct
    name: str | None
    address: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which of them; from and until an instant, the latter not included."""

    act: AccessAct | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Journal:
    """The records in the database, newest first."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def note(
        self, act: AccessAct, name: str | None, detail: str, address: str | None = None
    ) -> None:
        row = {
            "at": text_of(self._clock()),
            "act": act.value,
            "name": name,
            "address": address,
            "detail": detail,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(records).values(row))

    def latest(self, limit: int, before: int | None, sought: Sought) -> Sequence[AccessRecord]:
        """The next ones before a number."""
        query = select(records).order_by(records.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(records.c.number < before)
        if sought.act is not None:
            query = query.where(records.c.act == sought.act.value)
        if sought.name is not None:
            query = query.where(records.c.name == sought.name)
        if sought.since is not None:
            query = query.where(records.c.at >= text_of(sought.since))
        if sought.until is not None:
            query = query.where(records.c.at < text_of(sought.until))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            at = moment_of(row.at)
            assert at is not None
            found.append(
                AccessRecord(row.number, at, AccessAct(row.act), row.name, row.address, row.detail)
            )
        return found
