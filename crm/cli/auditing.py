"""Commands that ask what auditors ask: what somebody has written, and what came after its day."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli import asking
from crm.cli.asking import Asked, one_of
from crm.people import Act

if TYPE_CHECKING:
    from crm.questions.answer import Answer
    from projections.writes import Wanted

app = typer.Typer()
question = partial(asking.question, app, act=Act.AUDIT)

_WRITES = "录入"

By = Annotated[str | None, typer.Option(help="录入人（令牌的名称），默认所有人")]
Key = Annotated[str | None, typer.Option("--key", help="令牌或会话的编号，见 crm token list")]
First = Annotated[str | None, typer.Option("--from", help="录入时刻起（日期或时刻，含）")]
Last = Annotated[str | None, typer.Option("--to", help="录入时刻止（日期或时刻，含）")]
On = Annotated[
    str | None,
    typer.Option("--subject", help="只看一类对象：lead、problem、target、rules、chain …"),
]


@question("writes", _WRITES)
def writes(
    asked: Asked,
    by: By = None,
    key: Key = None,
    first: First = None,
    last: Last = None,
    subject: On = None,
) -> "Answer":
    """某人（或所有人）在一段时间内录入的全部记录，不论对象，最近的在前。"""
    from crm.questions.auditing import ask_writes

    return ask_writes(asked.crm, asked.when, _wanted(by, key, first, last, subject))


@question("late", _WRITES)
def late(
    asked: Asked,
    by: By = None,
    key: Key = None,
    first: First = None,
    last: Last = None,
    subject: On = None,
    days: Annotated[int, typer.Option(help="时差超过多少天；0：全部补录", min=0, max=36500)] = 0,
) -> "Answer":
    """全部补录（业务日期早于录入日期）的记录，注明时差，不论对象，最近的在前。"""
    from crm.questions.auditing import ask_writes

    wanted = _wanted(by, key, first, last, subject, days)
    return ask_writes(asked.crm, asked.when, wanted, name="补录明细")


def _wanted(
    by: str | None,
    key: str | None,
    first: str | None,
    last: str | None,
    subject: str | None,
    late: int | None = None,
) -> "Wanted":
    from crm.questions.auditing import window
    from domain.subjects import Subject
    from projections.writes import Wanted

    return Wanted(by, key, *window(first, last), one_of(Subject, subject, "--subject"), late)
