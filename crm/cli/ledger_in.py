"""Commands that take ledgers in: import one, and take a whole import back."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli.shared import acting, fail, progress
from crm.people import Act

if TYPE_CHECKING:
    from crm.ledger.planning import Plan

app = typer.Typer(help="台账的录入与收回", no_args_is_help=True)


@app.command("import")
def import_ledger_file(
    file: Annotated[Path, typer.Argument(help="招商项目台账（.xlsx、.xls、.ods 或 .csv）")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览，不录入")] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="表头=项", help="指定一列是什么，如 工程=项目名称；等号后空着为文字"),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="没有协议类别一列时，已签约的按哪种登记，如 contract")
    ] = None,
    refused: Annotated[
        Path | None,
        typer.Option("--refused", help="把退回的行和待确认的行写成 .xlsx，供改正后再导入"),
    ] = None,
) -> None:
    """导入台账：新项目登记，已有项目只录变更；与系统不符的列出待人工确认，有问题的行退回。"""
    from crm.cli.asking import one_of
    from crm.ledger import LedgerError
    from crm.ledger.importing import plan, preview, record
    from crm.ledger.mapping import Said, said_of_sheets
    from crm.ledger.report import render_plan, render_report
    from domain.vocabulary import AgreementKind

    if refused is not None and refused.suffix.lower() != ".xlsx":
        raise typer.BadParameter("只能写成 .xlsx 文件", param_hint="--refused")
    if refused is not None and refused.exists():
        raise typer.BadParameter(f"文件已存在：{refused}", param_hint="--refused")
    by_label = {one.label: one.value for one in AgreementKind}
    signed = None if kind is None else one_of(AgreementKind, by_label.get(kind, kind), "--kind")
    told = dict(_told(one) for one in column or ())
    said: dict[str, Said] = {}
    with acting(Act.WRITE, new=not dry_run) as (crm, by):

        def said_of(shape: str) -> Said:
            return said.get(shape) or crm.mappings.of(shape)

        try:
            ledger = preview(file, crm.today(), said_of)
            if told or signed:
                sheets = ((table.shape, table.columns, table.said) for table in ledger.tables)
                said = said_of_sheets(sheets, told, signed)
                ledger = preview(file, crm.today(), said_of)
        except LedgerError as error:
            fail(str(error))
        planned = plan(crm, ledger, by, progress("比对"))
        if dry_run:
            if refused is not None:
                _hand_back(planned, refused)
            typer.echo(render_plan(planned))
            return
        for shape, one in said.items():  # the next of this shape is read so as well
            crm.mappings.remember(shape, one, by.name, crm.clock())
        report = record(crm, planned, by, progress("录入"))
    if refused is not None:
        _hand_back(report.left, refused)
    typer.echo(render_report(report))
    if report.refused:
        fail(f"共{len(report.lines)}行，拒绝{len(report.refused)}行")


def _told(one: str) -> tuple[str, str | None]:
    header, equals, name = one.partition("=")
    if not header or not equals:
        raise typer.BadParameter(f"“{one}”应写成 表头=项", param_hint="--column")
    return header, name or None


def _hand_back(planned: "Plan | None", out: Path) -> None:
    """Write the lines that go back, if any do."""
    from crm.ledger.returned import returned_file
    from crm.ledger.returning import returned

    if planned is None or not returned(planned.ledger, planned.lines):
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(returned_file(planned))
    typer.echo(f"退回的行已写入 {out}")


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

    path = Path(source)
    if path.is_file():
        sha256 = digest_of(path)
    elif re.fullmatch(r"[0-9a-fA-F]{8,64}", source):
        sha256 = source
    else:
        fail(f"既不是文件，也不是 SHA-256：{source}")
    with acting(Act.VOID) as (crm, by):
        taken = take_back(crm, sha256, by, progress("收回"))
        typer.echo(render_taken_back(taken))


@app.command()
def collect(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="交回的台账所在目录")],
    split_by: Annotated[str, typer.Option("--by", help="当时按 unit 还是 town 分发")] = "unit",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览，不录入")] = False,
    refused: Annotated[
        Path | None,
        typer.Option("--refused", metavar="DIR", help="把各份退回的行写成 .xlsx，放入此目录"),
    ] = None,
) -> None:
    """收回分发给各单位、各镇填写的台账，给出一份汇总：收到什么、缺什么、哪些待人工确认。"""
    from crm.cli.asking import one_of
    from crm.ledger import LedgerError
    from crm.ledger.collecting import collect as collect_ledgers
    from crm.ledger.report import render_collected
    from crm.ledger.splitting import SplitBy

    whose = one_of(SplitBy, split_by, "--by")
    if refused is not None and refused.resolve() == folder.resolve():
        raise typer.BadParameter("请换一个目录，以免下次一并收回", param_hint="--refused")
    with acting(Act.WRITE) as (crm, by):
        try:
            collected = collect_ledgers(
                crm, folder, by, whose, dry_run=dry_run, progress=progress("收回")
            )
        except LedgerError as error:
            fail(str(error))
    if refused is not None:
        for part in collected.parts:
            _hand_back(part.left, refused / f"{part.path.stem}_退回.xlsx")
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
