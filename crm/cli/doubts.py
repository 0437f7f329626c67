"""Commands that ask what to look at again: see `crm.questions.doubts`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli import asking
from crm.cli.asking import Asked, one_of
from crm.cli.output import day
from crm.cli.questions import Leader
from domain.vocabulary import AnomalyKind, ExitRule, ExitStep, Gate, Severity

if TYPE_CHECKING:
    from crm.questions.answer import Answer
    from projections.late_entries import Window

app = typer.Typer()
question = partial(asking.question, app)

DOUBTS = "疑点与退出"

First = Annotated[str | None, typer.Option("--from", help="录入日期起（含）")]
Last = Annotated[str | None, typer.Option("--to", help="录入日期止（含）")]
Unit = Annotated[str | None, typer.Option(help="招引单位")]


@question("anomalies", DOUBTS, where=True)
def anomalies(
    asked: Asked,
    kind: Annotated[str | None, typer.Option(help="疑点类型，如 funds_over_agreed")] = None,
    severity: Annotated[str | None, typer.Option(help="、".join(Severity))] = None,
    leader: Leader = None,
) -> "Answer":
    """数据疑点：互相矛盾或异常的记录。"""
    from crm.questions.doubts import ask_anomalies

    its_kind = one_of(AnomalyKind, kind, "--kind")
    its_severity = one_of(Severity, severity, "--severity")
    return ask_anomalies(
        asked.crm, asked.when, asked.where, its_kind, its_severity, leader, with_events=True
    ).whole()


@question("exits", DOUBTS, where=True)
def exits(
    asked: Asked,
    rule: Annotated[str | None, typer.Option(help="、".join(ExitRule))] = None,
    step: Annotated[str | None, typer.Option(help="、".join(ExitStep))] = None,
) -> "Answer":
    """退出（归档）建议：长期停滞的项目、依据、限期通知情况和下一步。"""
    from crm.questions.doubts import ask_exits

    its_rule, its_step = one_of(ExitRule, rule, "--rule"), one_of(ExitStep, step, "--step")
    return ask_exits(asked.crm, asked.when, asked.where, its_rule, its_step).whole()


@question("papers", DOUBTS, where=True)
def papers(
    asked: Asked, milestone: Annotated[str | None, typer.Option(help="、".join(Gate))] = None
) -> "Answer":
    """佐证材料不全的项目，按环节列出缺少的材料。"""
    from crm.questions.doubts import ask_missing_papers

    gate = one_of(Gate, milestone, "--milestone")
    return ask_missing_papers(asked.crm, asked.when, asked.where, gate).whole()


@question("delays", DOUBTS)
def delays(
    asked: Asked,
    by: Annotated[str, typer.Option(help="person 录入人、unit 单位、month 录入月份")] = "unit",
    first: First = None,
    last: Last = None,
    unit: Unit = None,
) -> "Answer":
    """录入时效：业务日期到录入的时差、迟录占比，及月末季末突击录入。"""
    from crm.questions.doubts import ask_delays
    from projections.late_entries import Grouping

    window = _window(first, last, unit)
    return ask_delays(asked.crm, asked.when, one_of(Grouping, by, "--by"), window)


@question("late", DOUBTS)
def late(
    asked: Asked,
    first: First = None,
    last: Last = None,
    unit: Unit = None,
    days: Annotated[
        int | None, typer.Option(help="迟录超过多少天，默认按规则", min=0, max=36500)
    ] = None,
) -> "Answer":
    """迟录（补录）明细，最近录入的在前。"""
    from crm.questions.doubts import ask_late_entries

    return ask_late_entries(asked.crm, asked.when, _window(first, last, unit), days).whole()


@question("duplicates", DOUBTS)
def duplicates(asked: Asked, unit: Unit = None) -> "Answer":
    """疑似重复登记的项目，成对列出。"""
    from crm.questions.doubts import ask_duplicates

    return ask_duplicates(asked.crm, asked.when, unit).whole()


def _window(first: str | None, last: str | None, unit: str | None) -> "Window":
    from projections.late_entries import Window

    return Window(
        day(first, "--from") if first else None, day(last, "--to") if last else None, unit
    )
