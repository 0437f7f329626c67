"""What every command needs: the settings, the program, a clear end, a progress bar."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from crm.people import SYSTEM, Act, Caller, Forbidden
from domain.errors import BadInput, NotFound, Refused

if TYPE_CHECKING:
    from crm.application import CRM
    from crm.settings import Settings
    from projections.rebuild import Progress


def fail(line: str) -> NoReturn:
    """One clear line on stderr, and exit status 1."""
    typer.echo(line, err=True)
    sys.exit(1)


def clear_line(error: Exception) -> str | None:
    """What staff read when a command cannot go on; None for what nobody foresaw."""
    from sqlalchemy.exc import SQLAlchemyError

    from crm.store.log_table import StoreUnavailable, StreamMoved
    from projections.projection import Unfoldable
    from projections.reader import NotYetVisible, ProjectionStopped, TablesBuilding
    from projections.rebuild import RebuildFailed

    if isinstance(
        error, Refused | NotFound | BadInput | Forbidden | ProjectionStopped | TablesBuilding
    ):
        return error.detail
    if isinstance(error, Unfoldable):
        return f"第 {error.position} 条记录（{error.stream_id}）无法读取：{error}"
    if isinstance(error, RebuildFailed):
        return f"未能重建：{error}"
    if isinstance(error, NotYetVisible):
        return "统计表尚未更新到最新记录，请稍后再试"
    if isinstance(error, StreamMoved):
        return "其他程序正在写入，请稍后再试"
    if type(error).__module__.startswith("alembic."):
        return f"数据库由更新的程序建立，请更新本程序：{error}"
    if isinstance(error, StoreUnavailable | SQLAlchemyError):
        return f"无法使用数据库：{' '.join(str(error).split())}"
    if isinstance(error, FileExistsError):
        return f"文件已存在：{error.filename}"
    if isinstance(error, OSError):
        return f"无法读写 {error.filename or ''}：{error.strerror or error}"
    return None


@contextmanager
def program(act: Act = Act.READ, *, tables: bool = True, new: bool = False) -> Iterator["CRM"]:
    """The program for a command that records nothing under a name. See `acting`."""
    with acting(act, tables=tables, new=new) as (crm, _):
        yield crm


@contextmanager
def acting(act: Act, *, tables: bool = True, new: bool = False) -> Iterator[tuple["CRM", Caller]]:
    """The program over the database of the settings, and whoever acts; its read tables built,
    unless told.

    That is the holder of the token in `CRM_TOKEN`, whose role must allow `act`. Without one it is
    the program itself: whoever has a shell on the machine has the database in any case.

    Only a command that records (`new`) begins a store where there is none: asked in the wrong
    folder, a question would be answered with nothing.
    """
    from crm.database import embedded_file
    from crm.wiring import Tables, build

    kept = Tables.WHEN_ASKED if tables else Tables.ELSEWHERE
    found = settings()
    try:
        file = embedded_file(found)
        if not new and file is not None and not file.exists():
            fail(f"没有数据库 {file}：请在服务所在的目录执行，或设置 CRM_DATA_DIR")
        crm = build(found, tables=kept, progress=progress("首次建立统计表"))
    except ValueError as error:  # an address of no database
        fail(str(error))
    try:
        yield crm, _caller(crm, found.token, act)
    finally:
        crm.close()


def _caller(crm: "CRM", token: str | None, act: Act) -> Caller:
    from crm.access.journal import AccessAct

    if token is None:
        return SYSTEM
    caller = crm.access.caller(token, "命令行")
    if caller is None:
        fail("CRM_TOKEN 中的令牌无效、过期或已吊销")
    try:
        caller.permit(act)
    except Forbidden as error:
        crm.access.journal.note(AccessAct.REFUSED, caller.name, f"命令行：{error.detail}")
        raise
    return caller


def settings() -> "Settings":
    from crm.settings import read_settings

    try:
        return read_settings()
    except ValueError as error:
        fail(str(error))


def progress(label: str) -> "Progress":
    """A progress bar, where somebody is watching."""
    bar: Any = None

    def show(done: int, of: int) -> None:
        nonlocal bar
        if not sys.stderr.isatty():
            return
        if bar is None:
            bar = typer.progressbar(length=of, label=label, file=sys.stderr).__enter__()
        bar.update(min(done, of) - bar.pos)
        if done >= of:
            bar.render_finish()

    return show
