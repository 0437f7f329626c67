"""Commands on who may come in: people, their passwords, tokens, and what was done about access."""

import sys
from datetime import timedelta
from typing import Annotated

import typer

from crm.cli.shared import acting, program
from crm.people import SYSTEM, Act, Role

PANEL = "人员与权限"
token_app = typer.Typer(help="访问令牌", no_args_is_help=True)
person_app = typer.Typer(help="人员和登录密码", no_args_is_help=True)
app = typer.Typer()

Name = Annotated[str, typer.Argument(help="姓名，记入每条记录的录入人")]
RoleName = Annotated[
    str, typer.Option("--role", help="viewer、recorder、manager、auditor 或 admin")
]
UnitName = Annotated[str | None, typer.Option("--unit", help="所属单位（recorder 必填）")]


@token_app.command("create")
def create_token(
    name: Name,
    role: RoleName,
    unit: UnitName = None,
    days: Annotated[int, typer.Option(help="有效天数", min=1, max=3650)] = 365,
) -> None:
    """发放访问令牌；只打印令牌本身，只显示这一次。"""
    found = _role(name, role, unit)
    with acting(Act.SET_ACCESS, tables=False, new=True) as (crm, by):
        typer.echo(crm.access.token(name, found, unit, by.name, timedelta(days=days)).secret)


@token_app.command("list")
def list_tokens(
    name: Annotated[str | None, typer.Argument(help="只看一个人的")] = None,
) -> None:
    """发放过的令牌和会话：编号、持有人、期限、最后使用。"""
    with program(Act.SEE_ACCESS, tables=False) as crm:
        now = crm.clock()
        for key in crm.access.keys.listed(name):
            used = f"最后使用 {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "未使用"
            state = "有效" if key.valid(now) else "已吊销" if key.revoked_at else "已过期"
            until = f"{key.expires_at:%Y-%m-%d}"
            typer.echo(f"{key.key_id}　{key.kind.label}　{key.name}　{state}　至 {until}　{used}")


@token_app.command("revoke")
def revoke_token(
    key_id: Annotated[str, typer.Argument(help="编号，见 crm token list", metavar="KEY_ID")],
) -> None:
    """吊销令牌或会话，从下一次请求起无效。"""
    with acting(Act.SET_ACCESS, tables=False) as (crm, by):
        key = crm.access.keys.revoke(key_id, by.name)
    typer.echo(f"已吊销{key.name}的{key.kind.label}{key.key_id}")


@person_app.command("add")
def add_person(name: Name, role: RoleName, unit: UnitName = None) -> None:
    """登记一个人；要登录页面的，再用 crm person password 设密码。"""
    found = _role(name, role, unit)
    with acting(Act.SET_ACCESS, tables=False, new=True) as (crm, by):
        account = crm.access.accounts.admit(name, found, unit, by.name)
    typer.echo(f"已登记{account.name}（{account.role.label}）")


@person_app.command("place")
def place_person(name: Name, role: RoleName, unit: UnitName = None) -> None:
    """调整角色或单位，从下一次请求起有效；停用的重新启用。"""
    found = _role(name, role, unit)
    with acting(Act.SET_ACCESS, tables=False) as (crm, by):
        account = crm.access.accounts.place(name, found, unit, by.name)
    of = f"（{account.unit}）" if account.unit else ""
    typer.echo(f"{account.name}现为{account.role.label}{of}")


@person_app.command("disable")
def disable_person(name: Name) -> None:
    """停用一个人：其令牌、会话和密码从下一次请求起无效。"""
    with acting(Act.SET_ACCESS, tables=False) as (crm, by):
        crm.access.accounts.disable(name, by.name)
    typer.echo(f"已停用{name}")


@person_app.command("password")
def set_password(name: Name) -> None:
    """设置登录密码：从终端输入，或从标准输入读一行。"""
    with acting(Act.SET_ACCESS, tables=False) as (crm, by):
        crm.access.accounts.get(name)
        if sys.stdin.isatty():
            password = typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
        else:
            password = sys.stdin.readline().rstrip("\n")
        crm.access.accounts.set_password(name, password, by.name)
    typer.echo(f"已设置{name}的密码")


@person_app.command("list")
def list_people() -> None:
    """登记的人员。"""
    with program(Act.SEE_ACCESS, tables=False) as crm:
        for one in crm.access.accounts.all():
            state = "停用" if one.disabled_at else "可登录" if one.has_password else "仅令牌"
            typer.echo(f"{one.name}　{one.role.label}　{one.unit or '—'}　{state}")


@app.command("access", rich_help_panel=PANEL)
def access_records(
    limit: Annotated[int, typer.Option(help="最近多少条", min=1, max=1000)] = 50,
    name: Annotated[str | None, typer.Option(help="只看一个人的")] = None,
) -> None:
    """权限记录：登录、令牌、被拒的操作、查看联系人信息，最近的在前。"""
    from crm.access.journal import Sought

    with program(Act.SEE_ACCESS, tables=False) as crm:
        for one in crm.access.journal.latest(limit, None, Sought(name=name)):
            who = one.name or "（未知）"
            at = f"{one.at:%Y-%m-%d %H:%M:%S}"
            typer.echo(f"{at}　{one.act.label}　{who}　{one.address or '—'}　{one.detail}")


def _role(name: str, role: str, unit: str | None) -> Role:
    """What is wrong is wrong usage."""
    if role not in list(Role):
        raise typer.BadParameter(f"只能取：{'、'.join(Role)}", param_hint="--role")
    if not name.strip() or name == SYSTEM.name:
        raise typer.BadParameter(f"不能为空，也不能是 {SYSTEM.name}", param_hint="NAME")
    if role == Role.RECORDER and not (unit or "").strip():
        raise typer.BadParameter("recorder 须注明所属单位", param_hint="--unit")
    return Role(role)
