"""Commands for auditors: hold the log against its seals; prove that a lead's records are in it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from crm.cli.shared import fail, program, progress
from crm.people import Act

app = typer.Typer(help="审计：查验、封存、证明", no_args_is_help=True)
PANEL = "审计"


@app.command()
def verify(
    root: Annotated[str | None, typer.Option(help="通报上印出的记录校验值")] = None,
    size: Annotated[int | None, typer.Option(help="该校验值所含的记录条数", min=1)] = None,
) -> None:
    """查验全部记录：校验链、封存、版本、统计表和通报；有问题时退出状态为 1。"""
    from crm.proof.auditing import audit, audited_shown, read_printed

    printed = read_printed(root, size)
    with program(Act.AUDIT) as crm:
        found = audited_shown(crm, audit(crm, printed, progress("查验")))
    typer.echo(
        f"记录 {found['events']} 条，项目 {found['leads']} 个，到第 {found['head']} 位；"
        f"已封存 {found['sealed']} 条，校验值 {found['root'] or '（尚未封存）'}"
    )
    if found["unchained"]:
        typer.echo(f"其中 {found['unchained']} 条是校验链启用以前录入的，只由封存证明")
    for one in found["problems"]:
        where = "，".join(
            text
            for text in (
                one["code"],
                f"第{one['version']}条" if one["version"] else "",
                f"记录号{one['position']}" if one["position"] else "",
            )
            if text
        )
        typer.echo(f"{where or '全部记录'}：{one['detail']}")
    if not found["ok"]:
        fail(f"查验不通过：{found['problem_count']} 处")
    typer.echo("查验通过")


@app.command()
def seal() -> None:
    """封存到最新一条记录，打印校验值；服务运行时每分钟自动封存。"""
    from crm.proof.sealing import seal_log
    from crm.proof.seals import SealsBroken

    with program(Act.AUDIT, tables=False) as crm:
        try:
            sealed = seal_log(crm.store, crm.seals, crm.clock())
        except SealsBroken as broken:
            fail(str(broken))
    typer.echo(f"已封存前 {sealed.size} 条记录，校验值 {sealed.root}")


@app.command()
def proof(
    lead: Annotated[str, typer.Argument(help="项目编号或 lead_id", metavar="LEAD")],
    size: Annotated[
        int | None,
        typer.Option("--size", min=1, help="只依前几条记录，如通报上所印；默认依全部记录"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写入的文件（.json）")] = None,
) -> None:
    """一个项目全部记录的存在证明；任何人可用 docs/check_proof.py 核对，只需 Python。"""
    from crm.proof.proving import proof_of
    from crm.proof.seals import SealsBroken

    with program(Act.AUDIT, tables=False) as crm:
        try:
            found = proof_of(crm, crm.lead_id(lead), size)
        except SealsBroken as broken:
            fail(str(broken))
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
