"""The command line: `crm serve`, `crm list`, `crm import` … (contract, "Command line").

Exit status: 0 done, 1 refused or failed (one clear line on stderr), 2 wrong usage. What a
command needs is imported inside it, so `crm --help` answers at once.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.calendar import instant
from domain.errors import BadInput, NotFound, Refused

if TYPE_CHECKING:
    from datetime import date, datetime

    from crm.application import CRM

app = typer.Typer(
    help="招商项目管理系统",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
token_app = typer.Typer(help="访问令牌", no_args_is_help=True)
projections_app = typer.Typer(help="统计表", no_args_is_help=True)
app.add_typer(token_app, name="token")
app.add_typer(projections_app, name="projections")

AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日期 D（YYYY-MM-DD），默认今天")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="录入时刻 K，默认现在")]
Format = Annotated[str, typer.Option("--format", help="table、json、csv 或 xlsx")]
Out = Annotated[Path | None, typer.Option("--out", help="写入文件")]


def main() -> None:
    """Entry point of the `crm` script."""
    try:
        app()
    except (Refused, NotFound, BadInput) as error:
        _fail(error.detail)
    except BrokenPipeError:  # the reader of our output has gone: nothing more to say
        sys.stderr.close()
        sys.exit(1)


def _fail(line: str) -> None:
    typer.echo(line, err=True)
    sys.exit(1)


@contextmanager
def _program() -> Iterator["CRM"]:
    from crm.settings import Settings
    from crm.wiring import build

    try:
        crm = build(Settings())
    except (ValueError, OSError) as error:
        typer.echo(f"无法打开数据库：{error}", err=True)
        raise typer.Exit(1) from None
    try:
        yield crm
    finally:
        crm.close()


def _clocks(crm: "CRM", as_of: str | None, known_at: str | None) -> tuple["date", "datetime"]:
    from datetime import date

    try:
        day = date.fromisoformat(as_of) if as_of else crm.today()
    except ValueError:
        raise typer.BadParameter("日期应写作 YYYY-MM-DD", param_hint="--as-of") from None
    try:
        return day, instant(known_at) if known_at else crm.clock()
    except BadInput as error:
        raise typer.BadParameter(error.message, param_hint="--known-at") from None


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 CRM_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 CRM_PORT")] = None,
) -> None:
    """启动服务。"""
    import uvicorn

    from crm.settings import Settings

    settings = Settings()
    uvicorn.run(
        "api.app:create_app",  # by name: nothing here may import the web
        factory=True,
        host=host or settings.host,
        port=port if port is not None else settings.port,
        timeout_graceful_shutdown=5,
        access_log=False,
    )


@token_app.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="持有人，记入每条记录的录入人")],
    role: Annotated[str, typer.Option(help="viewer、recorder、manager、auditor 或 admin")],
    unit: Annotated[str | None, typer.Option(help="所属单位（recorder 必填）")] = None,
) -> None:
    """发放访问令牌；只打印令牌本身，只显示这一次。"""
    from crm.people import NameTaken, Role

    if role not in list(Role):
        raise typer.BadParameter(f"只能取：{'、'.join(Role)}", param_hint="--role")
    if role == Role.RECORDER and not unit:
        raise typer.BadParameter("recorder 须注明所属单位", param_hint="--unit")
    with _program() as crm:
        try:
            typer.echo(crm.people.create_token(name, Role(role), unit, crm.clock()))
        except NameTaken:
            _fail(f"已有名为「{name}」的令牌，请换一个名字")


@app.command("list")
def show_list(
    name: Annotated[str, typer.Argument(help="清单名，如 signed-not-started")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Format = "table",
    out: Out = None,
) -> None:
    """查看清单：signed-not-started、started-not-completed、completed-not-producing、producing、exited、framework。"""
    from crm.presentation import list_page
    from crm.tables import list_table
    from projections.reader import clocks
    from projections.stage_lists import STAGE_LISTS, stage_list

    if name not in STAGE_LISTS:
        raise typer.BadParameter(f"可选：{'、'.join(STAGE_LISTS)}", param_hint="NAME")
    _check_format(file_format, out)
    with _program() as crm:
        day, moment = _clocks(crm, as_of, known_at)
        with crm.reader.asking() as connection:
            page = stage_list(connection, name, clocks(connection, day, moment))
    shown = list_page(page)
    if file_format in ("csv", "xlsx"):
        from crm.export import list_file

        _write_bytes(list_file(page.entry, shown["items"], file_format), out)  # type: ignore[arg-type]
    else:
        _write(_json(shown) if file_format == "json" else list_table(shown), out)


@app.command()
def target(
    year: Annotated[int, typer.Argument(help="年度", min=2000, max=2100)],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Format = "table",
    out: Out = None,
) -> None:
    """年度目标完成情况。"""
    from crm.presentation import target_page
    from crm.tables import target_table_text
    from projections.reader import clocks
    from projections.target_tracking import target_table

    _check_format(file_format, out)
    with _program() as crm:
        day, moment = _clocks(crm, as_of, known_at)
        with crm.reader.asking() as connection:
            shown = target_page(target_table(connection, year, clocks(connection, day, moment)))
    if file_format in ("csv", "xlsx"):
        from crm.export import target_file

        _write_bytes(target_file(shown, file_format), out)  # type: ignore[arg-type]
    else:
        _write(_json(shown) if file_format == "json" else target_table_text(shown), out)


@app.command()
def replay(
    lead: Annotated[str, typer.Argument(help="项目编号（ZS2023-0001）或 lead_id")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """由记录重放一个项目：先列出全部记录，再给出重放所得的状态（JSON）。"""
    from crm.presentation import history_items, lead_detail
    from domain.lead.history import known_by, state_at
    from projections.reader import position_at

    with _program() as crm:
        day, moment = _clocks(crm, as_of, known_at)
        lead_id = crm.lead_id(lead)
        with crm.reader.asking() as connection:
            position = position_at(connection, moment)
        history = known_by(crm.history(lead_id), position)
        state = state_at(history, day)
        if state is None:
            _fail("按所给的日期和时刻，没有这个项目（或其登记已作废）")
            return
        shown = {"events": history_items(history), "state": lead_detail(lead_id, state)}
    _write(_json(shown), None)


@app.command("import")
def import_ledger_file(
    file: Annotated[Path, typer.Argument(help="招商项目台账（.xlsx）")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览，不录入")] = False,
) -> None:
    """导入台账；有问题的行整行退回并说明原因，其余照录。"""
    from crm.ledger import LedgerError
    from crm.ledger.importing import import_ledger, preview
    from crm.ledger.report import render_preview, render_report
    from crm.people import SYSTEM

    with _program() as crm:
        try:
            ledger = preview(file, crm.today())
        except LedgerError as error:
            _fail(str(error))
            return
        if dry_run:
            typer.echo(render_preview(ledger))
        else:
            typer.echo(render_report(import_ledger(crm, ledger, SYSTEM)))


@app.command()
def demo() -> None:
    """在空库中放入示例数据，并打印访问地址、示例令牌和三条可直接粘贴的 curl。"""
    from crm.demo.welcome import welcome
    from crm.settings import Settings

    typer.echo(welcome(Settings()))


@projections_app.command("status")
def projections_status() -> None:
    """统计表更新到哪里。"""
    with _program() as crm:
        status = crm.projector.status()
    typer.echo(
        f"{status.name}\t结构 {status.schema}\t已更新到 {status.position}\t"
        f"记录共 {status.head}\t{'停止：' + status.error if status.error else '正常'}"
    )
    if status.error:
        sys.exit(1)


@projections_app.command("rebuild")
def projections_rebuild() -> None:
    """清空统计表，由全部记录重新计算。"""

    def progress(done: int, of: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{done}/{of}", err=True, nl=done >= of)

    with _program() as crm:
        crm.projector.rebuild(progress)
        status = crm.projector.status()
    typer.echo(f"已重建：{status.position} 条记录")


def _check_format(file_format: str, out: Path | None) -> None:
    if file_format not in ("table", "json", "csv", "xlsx"):
        raise typer.BadParameter("只能取：table、json、csv、xlsx", param_hint="--format")
    if file_format == "xlsx" and out is None:
        raise typer.BadParameter("xlsx 须用 --out 指明文件", param_hint="--format")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


def _write_bytes(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


if __name__ == "__main__":
    main()
