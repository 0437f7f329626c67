"""Commands that replay one lead for auditors: what changed, who knew what when, its history."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli import asking
from crm.cli.asking import Asked
from crm.cli.output import AsOf, KnownAt, Out, as_json, day, file_kind, write, write_bytes
from crm.cli.output import clocks as clocks_of
from crm.cli.shared import fail, program
from crm.people import Act
from domain.errors import BadInput

if TYPE_CHECKING:
    from crm.application import CRM
    from crm.questions.answer import Answer
    from crm.questions.replaying import Than

app = typer.Typer()
question = partial(asking.question, app, act=Act.AUDIT)

_OF_LEAD = "一个项目"
_FORMS = ("html", "pdf", "xlsx", "csv", "json")

Lead = Annotated[str, typer.Argument(help="项目编号或 lead_id", metavar="LEAD")]
Version = Annotated[int | None, typer.Option(help="按该版本还原，代替 --known-at", min=1)]


@question("diff", _OF_LEAD)
def diff(
    asked: Asked,
    lead: Lead,
    version: Version = None,
    than_version: Annotated[int | None, typer.Option(help="与该版本相比", min=1)] = None,
    than_as_of: Annotated[str | None, typer.Option(help="与该业务日期相比")] = None,
    than_known_at: Annotated[str | None, typer.Option(help="与该录入时刻所知相比")] = None,
) -> "Answer":
    """项目在两个时刻之间的变化及原因；时刻为版本，或业务日期与录入时刻。"""
    from crm.questions.replaying import ask_diff

    than = _than(asked.crm, than_version, than_as_of, than_known_at)
    return ask_diff(asked.crm, asked.crm.lead_id(lead), asked.when, version, than)


def _than(crm: "CRM", version: int | None, as_of: str | None, known_at: str | None) -> "Than":
    from crm.questions.replaying import Than

    asked = day(as_of, "--than-as-of") if as_of else None
    try:
        moment = crm.moment(known_at) if known_at else None
    except BadInput as error:
        raise typer.BadParameter(error.message, param_hint="--than-known-at") from None
    return Than(version, asked, moment, bool(known_at))


@question("knowledge", _OF_LEAD)
def knowledge(
    asked: Asked,
    lead: Lead,
    field: Annotated[str, typer.Argument(help="字段，如 started_on、agreed_total_wan、stage")],
) -> "Answer":
    """某业务日期的一个字段：系统先后显示过哪些值，从何时到何时，由谁的哪条记录改变。"""
    from crm.questions.replaying import ask_knowledge

    return ask_knowledge(asked.crm, asked.crm.lead_id(lead), asked.when, field)


@app.command("history", rich_help_panel=_OF_LEAD)
def history(
    lead: Lead,
    version: Version = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: Annotated[
        str | None,
        typer.Option("--format", help="html、pdf、xlsx、csv 或 json，默认按 --out 的扩展名"),
    ] = None,
    out: Out = None,
) -> None:
    """项目全部记录的打印页（.html、.pdf）或表格：何人何时录入何事、时差、作废及理由、校验链。"""
    from crm.questions.answer import When
    from crm.questions.replaying import ask_history
    from crm.replaying.history_files import page_file

    wanted = form or (out.suffix.lstrip(".").lower() if out else "html")
    if wanted not in _FORMS:
        raise typer.BadParameter(f"只能取：{'、'.join(_FORMS)}", param_hint="--format")
    if wanted in ("pdf", "xlsx") and out is None:
        raise typer.BadParameter(f"{wanted} 须用 --out 指明文件", param_hint="--format")
    with program(Act.AUDIT, tables=False) as crm:
        when = When(*clocks_of(crm, as_of, known_at))
        answer = ask_history(crm, crm.lead_id(lead), when, version)
        if wanted == "json":
            write(as_json(answer.shown), out)
        elif (kind := file_kind(wanted)) is not None:
            write_bytes(answer.file(kind), out)
        else:
            try:
                page = page_file(answer.shown, "pdf" if wanted == "pdf" else "html", crm.office)
            except ValueError as error:  # of the office's fonts
                fail(str(error))
            write_bytes(page, out)
