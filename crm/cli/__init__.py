"""The command line: `crm serve`, `crm list`, `crm import` … (contract, "Command line").

Exit status: 0 done, 1 refused or failed (one clear line on stderr), 2 wrong usage. What a
command needs is imported inside it, so `crm --help` answers at once.
"""

import sys

import structlog
import typer

from crm.cli import (
    audit,
    auditing,
    contacts,
    doubts,
    ledger_in,
    ledgers,
    letting_in,
    looking,
    questions,
    replaying,
    reports,
    running,
    upkeep,
)
from crm.cli.shared import clear_line, fail
from crm.cli.wrong_usage import wrong_usage

app = typer.Typer(
    help="招商项目管理系统",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for _group in (running.app, looking.app, questions.app, doubts.app, upkeep.app):
    app.add_typer(_group)
app.add_typer(letting_in.token_app, name="token", rich_help_panel=letting_in.PANEL)
app.add_typer(letting_in.person_app, name="person", rich_help_panel=letting_in.PANEL)
app.add_typer(letting_in.app)
app.add_typer(contacts.app, name="contact", rich_help_panel=contacts.PANEL)
ledgers.app.add_typer(ledger_in.app)
app.add_typer(ledgers.app, name="ledger", rich_help_panel=upkeep.PANEL)
app.add_typer(upkeep.projections_app, name="projections", rich_help_panel=upkeep.PANEL)
app.add_typer(reports.app, name="report", rich_help_panel=reports.PANEL)
audit.app.add_typer(auditing.app)
audit.app.add_typer(replaying.app)
app.add_typer(audit.app, name="audit", rich_help_panel=audit.PANEL)
app.add_typer(upkeep.log_app, name="log", rich_help_panel=upkeep.PANEL)


def main() -> None:
    """Entry point of the `crm` script."""
    # What a program logs is beside what it was asked for.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        sys.exit(app(prog_name="crm", standalone_mode=False))  # the status of `--help` and the like
    except BrokenPipeError:  # the reader of our output has gone: nothing more to say
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if getattr(error, "exit_code", None) == 2:  # typer's, of all kinds of wrong usage
            if type(error).__name__ != "NoArgsIsHelpError":  # the help is printed already
                typer.echo(wrong_usage(error), err=True)
            sys.exit(2)
        line = clear_line(error)
        if line is None:
            raise
        fail(line)
