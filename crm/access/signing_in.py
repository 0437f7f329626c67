"""登录: name and password become a session; wrong ones are counted, and lock the name a while."""

from datetime import timedelta

from sqlalchemy import Engine, select, update

from crm.access.guessing import SIGN_INS, Guessing
from crm.access.journal import AccessAct, Journal
from crm.access.keys import SESSION_LASTS, Issued, KeyKind, Keys
from crm.access.passwords import Passwords
from crm.access.tables import moment_of, people, text_of
from domain.calendar import Clock
from domain.errors import NotFound

_WRONG_LOCKS = 5
_LOCKED_FOR = timedelta(minutes=15)


class SignInRefused(Exception):
    """Name or password is wrong, or nobody may use them now (HTTP 401): which, is not told."""

    detail = "姓名或密码不正确，或账号暂时不能使用；多次错误后须等15分钟"


class SigningIn:
    """Logs people in. Counts in the database, so several servers count together."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        passwords: Passwords,
        keys: Keys,
        guessing: Guessing,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._passwords = passwords
        self._keys = keys
        self._guessing = guessing
        self._clock = clock

    def sign_in(self, name: str, password: str, address: str) -> Issued:
        """A session. Raises `SignInRefused`, `TooManyAttempts`."""
        name = name.strip()
        if not self.right(name, password, address):
            raise SignInRefused
        return self.begin(name, address)

    def begin_for(self, name: str, address: str) -> Issued:
        """A session for whoever an identity provider has named. Raises `NotFound` for nobody who
        may come in."""
        with self._engine.connect() as connection:
            row = connection.execute(select(people).where(people.c.name == name)).one_or_none()
        if row is None or row.disabled_at is not None:
            raise NotFound("person_not_found", "没有登记此人，或已停用，请找系统管理员")
        return self.begin(name, address)

    def begin(self, name: str, address: str) -> Issued:
        """A session for someone who has proved who it is."""
        issued = self._keys.issue(KeyKind.SESSION, name, name, SESSION_LASTS)
        self._journal.note(AccessAct.SIGNED_IN, name, f"会话{issued.key_id}", address)
        return issued

    def right(self, name: str, password: str, address: str) -> bool:
        """Whether it is this person's password, and the person is not locked out or disabled.

        Raises `TooManyAttempts` when too many from this address were wrong.
        """
        self._guessing.refuse_flood(SIGN_INS, address)
        with self._engine.connect() as connection:
            row = connection.execute(select(people).where(people.c.name == name)).one_or_none()
        now = self._clock()
        locked = row is not None and (moment_of(row.locked_until) or now) > now
        usable = row is not None and row.disabled_at is None and not locked
        right = self._passwords.right(password, row.password if row is not None else None)
        if right and usable:
            self._unlock(name)
            return True
        # What is no name on file may be a password typed into the wrong field.
        self._journal.note(
            AccessAct.SIGN_IN_REFUSED,
            name if row is not None else None,
            "密码登录" if row is not None else "没有这个姓名",
            address,
        )
        if row is not None and not locked:
            self._one_more_wrong(name, address)
        if self._guessing.wrong(SIGN_INS, address):
            self._journal.note(AccessAct.THROTTLED, None, "错误登录过于频繁", address)
        return False

    def _one_more_wrong(self, name: str, address: str) -> None:
        with self._engine.begin() as connection:
            # One statement: of many guesses at the same moment each counts.
            connection.execute(
                update(people).where(people.c.name == name).values(wrong=people.c.wrong + 1)
            )
            wrong = connection.execute(
                select(people.c.wrong).where(people.c.name == name)
            ).scalar_one()
            if wrong < _WRONG_LOCKS:
                return
            until = self._clock() + _LOCKED_FOR
            connection.execute(
                update(people)
                .where(people.c.name == name)
                .values(wrong=0, locked_until=text_of(until))
            )
        self._journal.note(AccessAct.LOCKED, name, f"连续{_WRONG_LOCKS}次密码错误", address)

    def _unlock(self, name: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(people).where(people.c.name == name).values(wrong=0, locked_until=None)
            )
