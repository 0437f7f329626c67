"""How a question becomes a command: what every question takes, and the form of its answer."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm.cli.output import (
    AsOf,
    Format,
    KnownAt,
    Out,
    as_json,
    check_format,
    clocks,
    columns,
    file_kind,
    write,
    write_bytes,
)
from crm.cli.shared import program
from crm.people import Act

if TYPE_CHECKING:
    from crm.application import CRM
    from crm.questions.answer import Answer, When
    from projections.lead_states import Where

_WHERE: dict[str, Any] = {
    "unit": Annotated[str | None, typer.Option(help="招引单位")],
    "town": Annotated[str | None, typer.Option(help="落户镇")],
    "chain": Annotated[str | None, typer.Option(help="产业链")],
}
_CLOCKS: dict[str, Any] = {"as_of": AsOf, "known_at": KnownAt, "file_format": Format, "out": Out}
_DEFAULTS = {"file_format": "table"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question is asked with."""

    crm: "CRM"
    when: "When"
    where: "Where"


def question(
    app: typer.Typer, name: str, panel: str, *, where: bool = False, act: Act = Act.READ
) -> Callable[[Callable[..., "Answer"]], None]:
    """Makes a command of `app` from a function from `Asked` and parameters of its own to an answer.

    The command takes the clocks, the form and file of the answer besides; with `where` also unit,
    town and chain. `act` is what the role of whoever asks must allow. What the function needs it
    imports inside: only the command asked is loaded.
    """
    of_all = {**(_WHERE if where else {}), **_CLOCKS}

    def register(ask: Callable[..., "Answer"]) -> None:
        def command(**given: Any) -> None:
            place = {key: given.pop(key) for key in (_WHERE if where else ())}
            as_of, known_at, file_format, out = (given.pop(key) for key in _CLOCKS)
            check_format(file_format, out)
            with program(act) as crm:
                from crm.questions.answer import When
                from projections.lead_states import Where

                when = When(*clocks(crm, as_of, known_at))
                answer = ask(Asked(crm, when, Where(**place)), **given)
            if (kind := file_kind(file_format)) is not None:
                write_bytes(answer.file(kind), out)
            elif file_format == "json":
                write(as_json(answer.shown), out)
            else:
                from crm.terminal import sheet_text

                write(sheet_text(answer.sheet, answer.shown, columns()), out)

        own = list(inspect.signature(ask).parameters.values())[1:]
        common = [
            inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS.get(key), annotation=option
            )
            for key, option in of_all.items()
        ]
        # Typer reads the parameters of a command from its signature and annotations.
        every = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + common
        command.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in every}
        app.command(name, help=ask.__doc__, rich_help_panel=panel)(command)

    return register


def one_of(words: type[StrEnum], text: str | None, option: str) -> Any:
    """The word an option names; None when it was not given. Raises `typer.BadParameter`."""
    if text is None or text in list(words):
        return None if text is None else words(text)
    raise typer.BadParameter(f"只能取：{'、'.join(words)}", param_hint=option)
