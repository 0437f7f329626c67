"""Commands on the log as a whole: import a ledger, export and import the log, the read tables."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli.ledger_in import import_ledger_file
from crm.cli.shared import fail, program, progress
from crm.people import Act

if TYPE_CHECKING:
    from crm.application import CRM

PANEL = "台账与记录"
app = typer.Typer()
log_app = typer.Typer(help="全部记录的导出与导入", no_args_is_help=True)
projections_app = typer.Typer(help="统计表", no_args_is_help=True)


app.command("import", rich_help_panel=PANEL)(import_ledger_file)


@log_app.command("export")
def log_export(
    file: Annotated[Path, typer.Argument(help="写入的文件（每行一条记录，JSON）")],
    keys: Annotated[
        Path | None,
        typer.Option(help="另将联系人信息的密钥写入此文件；没有它，导出的姓名和电话无法读出"),
    ] = None,
) -> None:
    """把全部记录导出为文件，可导入另一个库（SQLite 或 PostgreSQL）。"""
    from crm.log_file import export_log

    act = Act.AUDIT if keys is None else Act.MAINTAIN
    with program(act, tables=False) as crm:
        with file.open("xb") as out:
            count, digest = export_log(crm.store, out)
        if keys is not None:
            with open(keys, "xb", opener=_for_the_owner) as out:
                crm.persons.export_keys(out)
    typer.echo(f"已导出 {count} 条记录，SHA-256 {digest}")
    if keys is not None:
        typer.echo(f"密钥已写入 {keys}，请与记录分开保管")


@log_app.command("import")
def log_import(
    file: Annotated[Path, typer.Argument(help="log export 写出的文件")],
    keys: Annotated[Path | None, typer.Option(help="log export --keys 写出的文件")] = None,
) -> None:
    """把导出的全部记录导入空库，位置不变；中断后再次执行即可继续。"""
    from crm.log_file import LogFileError, import_log
    from crm.persons.key_file import KeyFileError

    with program(Act.MAINTAIN, tables=False, new=True) as crm:
        try:
            if keys is not None:
                crm.persons.import_keys(keys)
            new, digest = import_log(crm.store, file)
        except (LogFileError, KeyFileError) as error:
            fail(f"未导入：{error}")
        head = crm.store.head()
    typer.echo(f"新导入 {new} 条记录，记录到第 {head} 位，SHA-256 {digest}")


@projections_app.command("status")
def projections_status() -> None:
    """统计表更新到哪里；有停止的则退出状态为 1。"""
    from crm.tables import status_table

    with program(tables=False) as crm:
        statuses = crm.projector.statuses()
    typer.echo(status_table(statuses))
    if any(status.error for status in statuses):
        sys.exit(1)


@projections_app.command("rebuild")
def projections_rebuild(
    name: Annotated[str | None, typer.Argument(help="只重建这一种，默认全部")] = None,
) -> None:
    """在现用统计表旁由全部记录重新计算，完成后一次换上；中断后再次执行即可继续。"""
    from projections.rebuild import rebuild

    with program(Act.MAINTAIN, tables=False) as crm:
        names = _projection_names(crm, name)
        rebuild(crm.projector, names, progress("重建"))
        head = crm.store.head()
    typer.echo(f"已重建：{head} 条记录")


@projections_app.command("resume")
def projections_resume(
    name: Annotated[str | None, typer.Argument(help="只继续这一种，默认全部")] = None,
) -> None:
    """让停止的统计表从停止处继续。"""
    from crm.tables import status_table

    with program(Act.MAINTAIN, tables=False) as crm:
        crm.projector.resume(_projection_names(crm, name))
        statuses = crm.projector.statuses()
    typer.echo(status_table(statuses))
    if any(status.error for status in statuses):
        sys.exit(1)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _projection_names(crm: "CRM", name: str | None) -> list[str]:
    names = [status.name for status in crm.projector.statuses(0)]
    if name is None:
        return names
    if name not in names:
        raise typer.BadParameter(f"可选：{'、'.join(names)}", param_hint="NAME")
    return [name]
