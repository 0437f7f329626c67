"""Who may do what: the roles of the contract, and whoever stands behind a request.

How a caller proves who it is (tokens, passwords, sessions) is in `crm.access`.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.unit.known import same_unit


class Role(StrEnum):
    """The contract's roles."""

    VIEWER = "viewer"
    RECORDER = "recorder"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return {
            Role.VIEWER: "查看人员",
            Role.RECORDER: "录入人员",
            Role.MANAGER: "管理人员",
            Role.AUDITOR: "审计人员",
            Role.ADMIN: "系统管理员",
        }[self]


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
    SEE_PERSONS = "see_persons"
    ERASE_PERSON = "erase_person"
    SEE_ACCESS = "see_access"
    SET_ACCESS = "set_access"
    MAINTAIN = "maintain"


# One table, role by act (contract, "Authentication"). A recorder's writes are for its own unit, and
# so is what it sees of contact persons in clear.
_ALLOWED: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.READ}),
    Role.RECORDER: frozenset({Act.READ, Act.WRITE, Act.SEE_PERSONS}),
    Role.MANAGER: frozenset(
        {
            Act.READ,
            Act.WRITE,
            Act.VOID,
            Act.SUPERVISE,
            Act.AUDIT,
            Act.SET_CHAIN,
            Act.PUBLISH,
            Act.SEE_PERSONS,
        }
    ),
    Role.AUDITOR: frozenset({Act.READ, Act.AUDIT, Act.SEE_ACCESS}),
    Role.ADMIN: frozenset(
        {
            Act.READ,
            Act.AUDIT,
            Act.SET_TARGET,
            Act.SET_RULES,
            Act.SET_CHAIN,
            Act.ERASE_PERSON,
            Act.SEE_ACCESS,
            Act.SET_ACCESS,
            Act.MAINTAIN,
        }
    ),
}


class Forbidden(Exception):
    """The role, or the unit, does not allow this (HTTP 403)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever stands behind a request: `name` is what the log calls `recorded_by`.

    `key` names the token or session it came with; None for the program itself.
    """

    name: str
    role: Role
    unit: str | None = None
    key: str | None = None

    def may(self, act: Act) -> bool:
        return self == SYSTEM or act in _ALLOWED[self.role]

    def permit(self, act: Act) -> None:
        """Raises `Forbidden` unless the role allows `act`."""
        if not self.may(act):
            raise Forbidden("role_not_allowed", f"当前角色（{self.role.label}）无权进行此操作")

    @property
    def acts(self) -> list[str]:
        return sorted(_ALLOWED[self.role])

    def permit_unit(self, unit: str | None) -> None:
        """Raises `Forbidden` when a recorder writes for a unit that is not its own."""
        if self.role is Role.RECORDER and not same_unit(unit, self.unit):
            raise Forbidden("unit_not_allowed", f"只能录入本单位（{self.unit or '未设置'}）的项目")


SYSTEM = Caller("crm", Role.MANAGER)
"""The program itself, and whoever starts it on its own machine: the database is theirs anyway."""
