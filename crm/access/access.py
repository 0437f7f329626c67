"""Everything about who may come in, over one database."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from crm.access.accounts import Accounts
from crm.access.guessing import UNKNOWN_TOKENS, Guessing
from crm.access.journal import AccessAct, Journal
from crm.access.keys import TOKEN_LASTS, Issued, KeyKind, Keys
from crm.access.oidc import IdentityProvider
from crm.access.passwords import Passwords
from crm.access.signing_in import SigningIn
from crm.people import Caller, Role
from domain.calendar import Clock
from domain.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Access:
    """The people on file, their keys, how they log in, and what was written down of it."""

    accounts: Accounts
    keys: Keys
    signing_in: SigningIn
    journal: Journal
    guessing: Guessing
    provider: IdentityProvider | None

    @classmethod
    def over(
        cls, engine: Engine, clock: Clock, provider: IdentityProvider | None = None
    ) -> "Access":
        journal, passwords, guessing = Journal(engine, clock), Passwords(), Guessing()
        keys = Keys(engine, journal, clock)
        return cls(
            Accounts(engine, journal, passwords, clock),
            keys,
            SigningIn(engine, journal, passwords, keys, guessing, clock),
            journal,
            guessing,
            provider,
        )

    def caller(self, secret: str, address: str) -> Caller | None:
        """Whose key it is; None for no valid one, which is written down.

        Raises `TooManyAttempts` for one that is not valid, after many such from the address:
        whoever comes with a valid one is never kept out.
        """
        found = self.keys.caller(secret) if secret else None
        if found is None and secret:
            self.guessing.refuse_flood(UNKNOWN_TOKENS, address)
            self.journal.note(AccessAct.UNKNOWN_TOKEN, None, "令牌无效、过期或已吊销", address)
            if self.guessing.wrong(UNKNOWN_TOKENS, address):
                self.journal.note(AccessAct.THROTTLED, None, "无效令牌过于频繁", address)
        return found

    def token(
        self, name: str, role: Role, unit: str | None, by: str, lasts: timedelta = TOKEN_LASTS
    ) -> Issued:
        """A token for someone of this role and unit, admitted when not on file yet.

        Raises `BadInput`, and `Refused` (`name_taken`) when the name is on file otherwise.
        """
        try:
            account = self.accounts.get(name)
        except NotFound:
            account = self.accounts.admit(name, role, unit, by)
        if (account.role, account.unit) != (role, (unit or "").strip() or None):
            raise Refused(
                "name_taken",
                f"「{name}」已登记为{account.role.label}"
                + (f"（{account.unit}）" if account.unit else "")
                + "，角色或单位不同",
            )
        if account.disabled_at is not None:
            raise Refused("person_disabled", f"「{name}」已停用")
        return self.keys.issue(KeyKind.TOKEN, account.name, by, lasts)
