"""Commands on the ledger as a workbook: `crm ledger export`, `crm ledger split`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli.asking import one_of
from crm.cli.output import AsOf, KnownAt, clocks, write_bytes
from crm.cli.shared import acting, fail
from crm.people import Act

if TYPE_CHECKING:
    from crm.application import CRM
    from crm.questions.answer import When

app = typer.Typer(help="招商项目台账的导出与分发", no_args_is_help=True)

Year = Annotated[int | None, typer.Option(help="当年签约（未签约的按登记）", min=2000, max=2100)]
Persons = Annotated[bool, typer.Option("--persons", help="列出责任人、联系人和联系电话")]


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="写入的文件（.xlsx）")],
    unit: Annotated[str | None, typer.Option(help="招引单位")] = None,
    town: Annotated[str | None, typer.Option(help="落户镇")] = None,
    chain: Annotated[str | None, typer.Option(help="产业链")] = None,
    year: Year = None,
    subtotals: Annotated[str | None, typer.Option(help="按 chain、unit 或 town 小计")] = None,
    persons: Persons = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """把全部项目导出为招商项目台账（.xlsx），可打印、可修改后再导入。"""
    from crm.ledger.full import Subtotals, Wanted, ledger_file
    from projections.lead_states import Where

    if out.suffix.lower() != ".xlsx":
        raise typer.BadParameter("只能写成 .xlsx 文件", param_hint="--out")
    grouped = one_of(Subtotals, subtotals, "--subtotals")
    wanted = Wanted(Where(unit, town, chain), year, persons, grouped)
    with acting(Act.READ) as (crm, by):
        content, _ = ledger_file(crm, _when(crm, as_of, known_at), wanted, by)
    write_bytes(content, out)


@app.command()
def split(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="写入的目录")],
    split_by: Annotated[
        str, typer.Option("--by", help="unit（招引单位）或 town（落户镇）")
    ] = "unit",
    year: Year = None,
    persons: Persons = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """给每个单位或镇生成一份只含其项目的台账，留有空行供填写新项目。"""
    from crm.ledger import LedgerError
    from crm.ledger.full import Wanted
    from crm.ledger.splitting import SplitBy, split_ledger

    whose = one_of(SplitBy, split_by, "--by")
    with acting(Act.READ) as (crm, by):
        wanted = Wanted(year=year, persons=persons)
        try:
            done = split_ledger(crm, _when(crm, as_of, known_at), folder, whose, wanted, by)
        except LedgerError as error:
            fail(str(error))
    for sent in done.sent:
        typer.echo(f"{sent.path}：{sent.leads} 个项目")
    typer.echo(f"共 {len(done.sent)} 份，{sum(sent.leads for sent in done.sent)} 个项目")
    if done.without:
        typer.echo(f"未注明落户镇、没有分发的 {len(done.without)} 个：{'、'.join(done.without)}")


def _when(crm: "CRM", as_of: str | None, known_at: str | None) -> "When":
    from crm.questions.answer import When

    return When(*clocks(crm, as_of, known_at))
