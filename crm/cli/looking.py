"""Commands that look: list, problems, target, rules, replay (others: `crm.cli.questions`)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli.asking import one_of
from crm.cli.output import (
    AsOf,
    Format,
    KnownAt,
    Out,
    as_json,
    check_format,
    columns,
    file_kind,
    write,
    write_bytes,
)
from crm.cli.output import clocks as clocks_of
from crm.cli.shared import acting, fail, program
from crm.people import Act
from domain.errors import BadInput
from domain.money import units_from_wan
from domain.vocabulary import Colour

if TYPE_CHECKING:
    from crm.presentation import Shown
    from crm.questions.answer import Answer

app = typer.Typer()

_PANEL = "清单与目标"
_COLOURS = "、".join(f"{colour} {colour.label}" for colour in Colour)


@app.command("list", rich_help_panel=_PANEL)
def show_list(
    name: Annotated[str, typer.Argument(help="清单名，如 signed-not-started")],
    unit: Annotated[str | None, typer.Option(help="招引单位")] = None,
    town: Annotated[str | None, typer.Option(help="落户镇")] = None,
    chain: Annotated[str | None, typer.Option(help="产业链")] = None,
    min_wan: Annotated[str | None, typer.Option(help="协议金额下限（万元）")] = None,
    overdue: Annotated[
        bool | None, typer.Option("--overdue/--in-time", help="只看超期（或未超期）")
    ] = None,
    colour: Annotated[str | None, typer.Option(help=_COLOURS)] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Format = "table",
    out: Out = None,
) -> None:
    """查看清单：signed-not-started、started-not-completed、completed-not-producing、producing、exited、framework。"""
    from crm.questions.answer import When
    from crm.questions.standing import ask_list
    from crm.tables import list_table
    from projections.stage_lists import STAGE_LISTS, ListFilter

    if name not in STAGE_LISTS:
        raise typer.BadParameter(f"可选：{'、'.join(STAGE_LISTS)}", param_hint="NAME")
    check_format(file_format, out)
    wanted = ListFilter(
        unit, town, chain, _yuan(min_wan), overdue, one_of(Colour, colour, "--colour")
    )
    with program() as crm:
        when = When(*clocks_of(crm, as_of, known_at))
        answer = ask_list(crm, when, name, wanted, to_fill_in=file_format == "xlsx")
    _tell(answer, lambda shown: list_table(shown, columns()), file_format, out)


def _tell(
    answer: "Answer", text: Callable[["Shown"], str], file_format: str, out: Path | None
) -> None:
    """The answer in the form asked for; `text` is its table for a terminal."""
    if (kind := file_kind(file_format)) is not None:
        write_bytes(answer.file(kind), out)
    else:
        write(as_json(answer.shown) if file_format == "json" else text(answer.shown), out)


def _yuan(wan: str | None) -> int | None:
    """An amount in 万元 as 元. Raises `typer.BadParameter`."""
    try:
        return None if wan is None else units_from_wan(wan)
    except BadInput as error:
        raise typer.BadParameter(error.message, param_hint="--min-wan") from None


@app.command(rich_help_panel=_PANEL)
def problems(
    state: Annotated[str | None, typer.Option(help="open、claimed 或 closed")] = None,
    unit: Annotated[str | None, typer.Option(help="责任单位；未交办的按招引单位")] = None,
    overdue: Annotated[
        bool | None, typer.Option("--overdue/--in-time", help="只看逾期（或未逾期）")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Format = "table",
    out: Out = None,
) -> None:
    """问题清单。"""
    from crm.questions.answer import When
    from crm.questions.standing import ask_problems
    from crm.tables import problem_table
    from domain.vocabulary import ProblemState
    from projections.problem_list import ProblemFilter

    in_state = one_of(ProblemState, state, "--state")
    check_format(file_format, out)
    wanted = ProblemFilter(in_state, None, unit, overdue)
    with program() as crm:
        answer = ask_problems(crm, When(*clocks_of(crm, as_of, known_at)), wanted)
    _tell(answer, lambda shown: problem_table(shown, columns()), file_format, out)


@app.command(rich_help_panel=_PANEL)
def target(
    year: Annotated[int, typer.Argument(help="年度", min=2000, max=2100)],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Format = "table",
    out: Out = None,
) -> None:
    """年度目标完成情况。"""
    from crm.questions.answer import When
    from crm.questions.standing import ask_target
    from crm.tables import target_table_text

    check_format(file_format, out)
    with program() as crm:
        answer = ask_target(crm, When(*clocks_of(crm, as_of, known_at)), year)
    _tell(answer, target_table_text, file_format, out)


@app.command(rich_help_panel=_PANEL)
def rules(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Annotated[str, typer.Option("--format", help="table 或 json")] = "table",
    out: Out = None,
) -> None:
    """某日现行的全部规则（期限、口径、三色、评比等）及其依据。"""
    from crm.rule_presentation import rules_page
    from crm.tables import rules_table
    from projections.reader import clocks
    from projections.rule_rows import settings_in_force

    if file_format not in ("table", "json"):
        raise typer.BadParameter("只能取：table、json", param_hint="--format")
    with program() as crm:
        day, moment = clocks_of(crm, as_of, known_at)
        with crm.reader.asking("clock", "rules") as connection:
            when = clocks(connection, day, moment)
            shown = rules_page(settings_in_force(connection, when), when)
    write(as_json(shown) if file_format == "json" else rules_table(shown, columns()), out)


@app.command(rich_help_panel=_PANEL)
def replay(
    lead: Annotated[str, typer.Argument(help="项目编号（ZS2023-0001）或 lead_id")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Format = "json",
    out: Out = None,
) -> None:
    """由记录重放一个项目：先列出全部记录，再给出重放所得的状态。"""
    from crm.lead_presentation import lead_detail
    from crm.presentation import history_items, revealed
    from domain.calendar import timestamp
    from domain.lead.history import known_at as known_at_moment
    from domain.lead.history import state_at

    check_format(file_format, out)
    with acting(Act.AUDIT) as (crm, by):
        day, moment = clocks_of(crm, as_of, known_at)
        history = crm.history(lead_id := crm.lead_id(lead))
        at = {"as_of": day.isoformat(), "known_at": timestamp(moment or crm.known_at(history))}
        if moment is not None:
            history = known_at_moment(history, moment)
        state = state_at(history, day)
        if state is None:
            fail("按所给的日期和时刻，没有这个项目（或其登记已作废）")
        with crm.persons.seen_by(by, f"项目 {state.code} 的全部记录", "命令行") as see:
            reveal = revealed(state.recruiting_unit, see)
            events = history_items(history, reveal)
            shown = {"events": events, "state": lead_detail(lead_id, state, reveal)}
    if file_format == "json":
        write(as_json(shown), out)
        return
    from crm.replay_sheet import replay_sheet
    from crm.terminal import sheet_text

    sheet = replay_sheet(shown, at)
    if (kind := file_kind(file_format)) is not None:
        write_bytes(sheet.file(kind), out)
    else:
        write(sheet_text(sheet, at, columns()), out)
