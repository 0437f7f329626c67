"""Commands that take ledgers in: import one, and take a whole import back."""

import re
from pathlib import Path
from typing import Annotated

import typer

from crm.cli.shared import fail, program, progress

app = typer.Typer(help="台账的录入与收回", no_args_is_help=True)


@app.command("import")
def import_ledger_file(
    file: Annotated[Path, typer.Argument(help="招商项目台账（.xlsx、.xls、.ods 或 .csv）")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览，不录入")] = False,
) -> None:
    """导入台账：新项目登记，已有项目只录变更；与系统不符的列出待人工确认，有问题的行退回。"""
    from crm.ledger import LedgerError
    from crm.ledger.importing import plan, preview, record
    from crm.ledger.report import render_plan, render_report
    from crm.people import SYSTEM

    with program(new=not dry_run) as crm:
        try:
            ledger = preview(file, crm.today(), crm.mappings.of)
        except LedgerError as error:
            fail(str(error))
        planned = plan(crm, ledger, SYSTEM, progress("比对"))
        if dry_run:
            typer.echo(render_plan(planned))
            return
        report = record(crm, planned, SYSTEM, progress("录入"))
    typer.echo(render_report(report))
    if report.refused:
        fail(f"共{len(report.lines)}行，拒绝{len(report.refused)}行")


@app.command("take-back")
def take_back_import(
    source: Annotated[
        str, typer.Argument(metavar="SHA_OR_FILE", help="台账文件，或其 SHA-256（前 8 位以上）")
    ],
) -> None:
    """收回一次导入：作废从这份台账录入的全部记录；已有其他记录为前提的保留并列出。"""
    from crm.ledger.reading import digest_of
    from crm.ledger.report import render_taken_back
    from crm.ledger.taking_back import take_back
    from crm.people import SYSTEM

    path = Path(source)
    if path.is_file():
        sha256 = digest_of(path)
    elif re.fullmatch(r"[0-9a-fA-F]{8,64}", source):
        sha256 = source
    else:
        fail(f"既不是文件，也不是 SHA-256：{source}")
    with program() as crm:
        taken = take_back(crm, sha256, SYSTEM, progress("收回"))
        typer.echo(render_taken_back(taken))


@app.command()
def collect(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="交回的台账所在目录")],
    split_by: Annotated[str, typer.Option("--by", help="当时按 unit 还是 town 分发")] = "unit",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览，不录入")] = False,
) -> None:
    """收回分发给各单位、各镇填写的台账，给出一份汇总：收到什么、缺什么、哪些待人工确认。"""
    from crm.cli.asking import one_of
    from crm.ledger import LedgerError
    from crm.ledger.collecting import collect as collect_ledgers
    from crm.ledger.report import render_collected
    from crm.ledger.splitting import SplitBy
    from crm.people import SYSTEM

    whose = one_of(SplitBy, split_by, "--by")
    with program() as crm:
        try:
            collected = collect_ledgers(
                crm, folder, SYSTEM, whose, dry_run=dry_run, progress=progress("收回")
            )
        except LedgerError as error:
            fail(str(error))
    typer.echo(render_collected(collected))
    wrong = [
        f"{what}{count}{of}"
        for what, count, of in (
            ("拒绝", collected.refused, "行"),
            ("未能读取", collected.unreadable, "份"),
        )
        if count
    ]
    if wrong and not dry_run:
        fail("，".join(wrong))
