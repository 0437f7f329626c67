"""Commands on contact persons: find one, erase their data."""

from typing import Annotated
from uuid import UUID

import typer

from crm.cli.shared import acting
from crm.people import Act

app = typer.Typer(help="联系人信息：查找、删除", no_args_is_help=True)
PANEL = "人员与权限"


@app.command()
def find(
    name: Annotated[str | None, typer.Option(help="姓名，须完全一致")] = None,
    phone: Annotated[str | None, typer.Option(help="电话，须完全一致")] = None,
) -> None:
    """查找联系人：每条写有该人的记录，及其编号。"""
    from crm.access.journal import AccessAct
    from crm.persons.erasing import find_persons

    with acting(Act.ERASE_PERSON, tables=False) as (crm, by):
        found = list(find_persons(crm, name, phone))
        what = f"按姓名或电话查找，{len(found)}条"
        crm.access.journal.note(AccessAct.PERSONS_READ, by.name, what, "命令行")
    for one in found:
        said = f"{one.person.name}　{one.person.phone or '—'}"
        typer.echo(f"{one.person.person_id}　{one.code}　{one.title}　{said}")
    if not found:
        typer.echo("没有找到")


@app.command()
def erase(
    person_ids: Annotated[
        list[UUID], typer.Argument(help="编号，见 crm contact find", metavar="PERSON_ID...")
    ],
    ground: Annotated[str, typer.Option(help="理由；会长期保存，不要写姓名或电话")],
) -> None:
    """删除联系人的姓名和电话：销毁其密钥，不可恢复；记录和统计不受影响。"""
    from crm.persons.erasing import erase_persons

    with acting(Act.ERASE_PERSON, tables=False) as (crm, by):
        erase_persons(crm, person_ids, ground, by)
    typer.echo(f"已删除 {len(person_ids)} 个联系人的信息")
