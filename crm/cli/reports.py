"""通报: drafts as files, publication, proof, and making what is due."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from crm.cli.asking import one_of
from crm.cli.output import AsOf, KnownAt, Out, as_json, clocks, columns, day, write, write_bytes
from crm.cli.shared import acting, fail, program
from crm.people import Act
from domain.periods import PeriodKind

if TYPE_CHECKING:
    from crm.application import CRM
    from crm.bulletins.document import Document
    from crm.bulletins.files import Form as FileForm
    from domain.bulletin import Published

PANEL = "通报"
app = typer.Typer(help="通报：草稿、发布、查验、到期自动发布", no_args_is_help=True)

On = Annotated[str | None, typer.Option("--on", help="周期内的任意一天（YYYY-MM-DD），默认今天")]
Form = Annotated[str, typer.Option("--format", help="text、json、docx、pdf 或 xlsx")]
BulletinId = Annotated[
    UUID, typer.Argument(help="通报编号，见 crm report list", metavar="BULLETIN")
]
_FILES: dict[str, "FileForm"] = {"docx": "docx", "pdf": "pdf", "xlsx": "xlsx"}
_FORMS = ("text", "json", *_FILES)


def _kind_command(kind: PeriodKind) -> Callable[..., None]:
    def report(
        on: On = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        file_format: Form = "text",
        out: Out = None,
    ) -> None:
        from crm.bulletins.files import bulletin_name, draft_file
        from crm.bulletins.making import make, wanted
        from crm.bulletins.presentation import draft_shown

        _check(file_format, out)
        with program() as crm:
            seen, moment = clocks(crm, as_of, known_at)
            of = wanted(crm, kind, _day(crm, on), seen if as_of else None, moment)
            document = make(crm, of)
            if (form := _FILES.get(file_format)) is not None:
                _file(lambda: draft_file(crm.office, document, form), out)
                return
        if file_format == "json":
            write(as_json(draft_shown(document)), out)
        else:
            write(_text(document, bulletin_name(document.title, None)), out)

    report.__doc__ = f"{kind.label}报草稿：任何一天都可以看，不留记录。"
    return report


for _kind in PeriodKind:
    app.command(_kind.value)(_kind_command(_kind))


@app.command()
def publish(
    kind: Annotated[str, typer.Argument(help="、".join(PeriodKind), metavar="KIND")],
    on: On = None,
    replaces: Annotated[UUID | None, typer.Option(help="更正时：所替代的通报编号")] = None,
    ground: Annotated[str | None, typer.Option(help="更正的理由")] = None,
) -> None:
    """发布一个已结束周期的通报；每个周期一期，更正另发一期。"""
    from crm.bulletins.making import wanted
    from crm.bulletins.publishing import Correction, find, publish_bulletin

    found = one_of(PeriodKind, kind, "KIND")
    if ground is not None and replaces is None:
        raise typer.BadParameter("只有更正（--replaces）才说明理由", param_hint="--ground")
    with acting(Act.PUBLISH) as (crm, by):
        of = wanted(crm, found, _day(crm, on))
        correction = Correction(replaces, ground) if replaces else None
        written = publish_bulletin(crm, of, correction, by=by)
        published = find(crm, written.events[0][0])
    typer.echo(f"已发布 {_line(published)}")


@app.command("list")
def list_published(
    file_format: Annotated[str, typer.Option("--format", help="text 或 json")] = "text",
    out: Out = None,
) -> None:
    """已发布的通报，最近发布的在前。"""
    from crm.bulletins.making import published_by
    from crm.bulletins.presentation import bulletin_line
    from domain.bulletin import replaced_by

    if file_format not in ("text", "json"):
        raise typer.BadParameter("只能取：text、json", param_hint="--format")
    with program() as crm:
        history = published_by(crm)
    if file_format == "json":
        replaced = replaced_by(history)
        write(as_json([bulletin_line(each, replaced) for each in reversed(history)]), out)
    else:
        write("\n".join(map(_line, reversed(history))) or "还没有发布过通报", out)


@app.command()
def show(bulletin_id: BulletinId, file_format: Form = "text", out: Out = None) -> None:
    """一期已发布的通报；文件随时可以重新生成。"""
    from crm.bulletins.files import bulletin_name, heading_of, published_file
    from crm.bulletins.making import proved, published_by
    from crm.bulletins.presentation import published_shown
    from crm.bulletins.publishing import find
    from crm.bulletins.writing.blocks import frame

    _check(file_format, out)
    with program() as crm:
        published, history = find(crm, bulletin_id), published_by(crm)
        document = proved(crm, published)
        if (form := _FILES.get(file_format)) is not None:
            _file(lambda: published_file(crm.office, history, published, document, form), out)
            return
    if file_format == "json":
        write(as_json(published_shown(document, published, history)), out)
    else:
        note = frame(heading_of(history, published))["replaces"]
        name = bulletin_name(document.title, published)
        write(_text(document, f"{name}\n{note}" if note else name), out)


@app.command()
def verify(bulletin_id: BulletinId) -> None:
    """由记录重新计算一期通报，逐项核对；有出入时退出状态为 1。"""
    from crm.bulletins.publishing import find
    from crm.bulletins.verifying import verify as prove

    with program() as crm:
        found = prove(crm, find(crm, bulletin_id))
    if found["ok"]:
        typer.echo(f"一致：{found['title']}，SHA-256 {found['sha256']}")
        return
    for one in found["differing"]:
        what = f"{one['section']}　{one['what']}"
        typer.echo(f"{what}：发布 {one['published']}，现算 {one['found']}")
    fail(f"不一致：{found['title']}，{found['count']} 处")


@app.command("run-due")
def make_due(
    out_dir: Annotated[
        Path | None,
        typer.Option("--out-dir", help="另将已发布各期的三种文件写入该目录，已有的不重写"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出到期未发布的，不发布")] = False,
) -> None:
    """发布到期的通报（周期结束后的第一个工作日到期），每个周期只发一次；可由定时任务反复执行。"""
    from crm.bulletins.due import due, run_due
    from crm.bulletins.making import title_of

    if dry_run:
        with acting(Act.PUBLISH) as (crm, _):
            waiting = due(crm, crm.today())
        for period in waiting:
            typer.echo(f"到期未发布 {title_of(period)}")
        typer.echo(f"共 {len(waiting)} 期" if waiting else "没有到期未发布的通报")
        return
    if out_dir is not None:
        out_dir.mkdir(parents=True, exist_ok=True)  # before anything is published
    count = 0
    with acting(Act.PUBLISH) as (crm, by):
        for done in run_due(crm, by=by):
            count += 1
            typer.echo(f"已发布 {done.title}（{done.bulletin_id}）")
            if done.missing:
                typer.echo(f"  尚未报送：{'、'.join(done.missing)}")
        if out_dir is not None:
            _write_missing(crm, out_dir)
    typer.echo(f"共发布 {count} 期" if count else "没有到期未发布的通报")


def _write_missing(crm: "CRM", out_dir: Path) -> None:
    """The files of every bulletin that are not there: a run that broke off is made up for."""
    from crm.bulletins.files import bulletin_name, published_file
    from crm.bulletins.making import proved, published_by

    history = published_by(crm)
    for published in history:
        paths = {
            form: out_dir / f"{bulletin_name(published.event.title, published)}.{form}"
            for form in _FILES.values()
        }
        if all(path.exists() for path in paths.values()):
            continue
        document = proved(crm, published)
        for form, path in paths.items():
            make = partial(published_file, crm.office, history, published, document, form)
            _file(make, path)


def _day(crm: "CRM", on: str | None) -> date:
    return day(on, "--on") if on else crm.today()


def _check(file_format: str, out: Path | None) -> None:
    if file_format not in _FORMS:
        raise typer.BadParameter(f"只能取：{'、'.join(_FORMS)}", param_hint="--format")
    if file_format in _FILES and out is None:
        raise typer.BadParameter(f"{file_format} 须用 --out 指明文件", param_hint="--format")


def _file(make_file: Callable[[], bytes], out: Path | None) -> None:
    try:
        content = make_file()
    except ValueError as error:  # the office's own fonts or template
        fail(str(error))
    write_bytes(content, out)


def _text(document: "Document", name: str) -> str:
    from crm.bulletins.writing.text import text_of

    return text_of(document, name, columns())


def _line(published: "Published") -> str:
    event = published.event
    replaced = "（更正）" if event.replaces else ""
    return f"{published.event_id}  {event.occurred_on}  第{event.number}期{replaced}  {event.title}"
