"""What staff read before and after a ledger is imported: lines taken, lines refused, totals."""

from collections.abc import Iterable, Sequence

from crm.ledger.importing import ImportReport, Ledger
from crm.ledger.rows import LedgerRow
from crm.ledger.sheet import Table
from crm.presentation import Shown, day_text
from domain.money import wan_text


def render_preview(ledger: Ledger) -> str:
    """What an import would record and refuse. Records nothing; names no telephone."""
    total = (
        f"共{len(ledger.rows)}行：将录入{len(ledger.accepted)}行，{_sums(ledger.accepted)}；"
        f"拒绝{len(ledger.refused)}行。"
    )
    return "\n".join(
        [
            f"《{ledger.file}》预览（未录入）",
            *_noted(ledger.notes),
            "",
            f"将录入{len(ledger.accepted)}行：",
            *(_line(row, ledger.sheets) for row in ledger.accepted),
            *_refused(ledger.refused, ledger.sheets),
            *_doubted(ledger.accepted, ledger.sheets),
            "",
            total,
        ]
    )


def render_report(report: ImportReport) -> str:
    """What an import did."""
    rows = [row for row, _ in report.recorded]
    sheets = report.ledger.sheets
    already = f"已录入过、未重复录入{len(report.already)}行；" if report.already else ""
    total = (
        f"共{len(report.ledger.rows)}行：已录入{len(rows)}行，{_sums(rows)}；"
        f"{already}拒绝{len(report.refused)}行。"
    )
    return "\n".join(
        [
            f"《{report.ledger.file}》导入结果",
            *_noted(report.ledger.notes),
            *(
                f"{_line(row, report.ledger.sheets)}  {written.code or ''}"
                for row, written in report.recorded
            ),
            *_refused(report.refused, sheets),
            *_doubted(rows, sheets),
            "",
            total,
        ]
    )


def _where(row: LedgerRow, sheets: int) -> str:
    return f"{row.sheet + ' ' if sheets > 1 else ''}第{row.row}行"


def _line(row: LedgerRow, sheets: int) -> str:
    parts = [
        _where(row, sheets),
        row.title or "",
        row.investor or "",
        row.kind.label if row.kind else "未签约",
    ]
    if row.agreed_total_yuan:
        parts.append(f"{wan_text(row.agreed_total_yuan)}万元")
    parts += [
        f"{word}{day}"
        for word, day in (
            ("签约", row.signed_on),
            ("开工", row.started_on),
            ("竣工", row.completed_on),
            ("投产", row.produced_on),
        )
        if day
    ]
    if row.funds_yuan:
        parts.append(f"到位{wan_text(row.funds_yuan)}万元")
    if row.funds_usd:
        parts.append(f"到位外资{wan_text(row.funds_usd)}万美元")
    if row.exited_on:
        parts.append(f"退出{row.exited_on}")
    return "  ".join(parts)


def _refused(rows: Iterable[LedgerRow], sheets: int) -> list[str]:
    lines = [
        f"{_where(row, sheets)}  {fault.column}：{fault.reason}"
        for row in rows
        for fault in row.faults
    ]
    return ["", "拒绝的行（整行不录入，改正后可再次导入）：", *lines] if lines else []


def _doubted(rows: Iterable[LedgerRow], sheets: int) -> list[str]:
    lines = [f"{_where(row, sheets)}  {doubt}" for row in rows for doubt in row.doubts]
    return ["", "请核对：", *lines] if lines else []


def _noted(notes: Iterable[str]) -> list[str]:
    return [f"说明：{note}" for note in notes]


def _sums(rows: Iterable[LedgerRow]) -> str:
    taken = list(rows)
    agreed = sum(row.agreed_total_yuan or 0 for row in taken if row.signed_on)
    funds = sum(row.funds_yuan for row in taken)
    return f"协议金额{wan_text(agreed)}万元，到位资金{wan_text(funds)}万元"


def ledger_shown(ledger: Ledger, rows: Sequence[LedgerRow]) -> Shown:
    """What was read of a ledger, and some of its rows. Names no telephone."""
    return {
        "notes": list(ledger.notes),
        "sheets": [_sheet_shown(table) for table in ledger.tables],
        "counts": {
            "rows": len(ledger.rows),
            "accepted": len(ledger.accepted),
            "refused": len(ledger.refused),
        },
        "rows": [row_shown(row) for row in rows],
    }


def _sheet_shown(table: Table) -> Shown:
    """Each column with what it became; `said` when somebody has set it so."""
    return {
        "sheet": table.sheet,
        "filed_on": day_text(table.filed_on),
        "rows": len(table.rows),
        "columns": [
            {
                "header": column.header,
                "field": None if column.field is None else column.field.name.lower(),
                "field_label": None if column.field is None else column.field.value,
                "said": column.header in table.said,
            }
            for column in table.columns
        ],
        "not_understood": [column.header for column in table.columns if column.field is None],
    }


def row_shown(row: LedgerRow) -> Shown:
    """One line: what would come of it, and what is wrong with it."""
    return {
        "sheet": row.sheet,
        "row": row.row,
        "outcome": "refused" if row.faults else "new",
        "title": row.title,
        "investor": row.investor,
        "agreed_total_wan": wan_text(row.agreed_total_yuan),
        "faults": [
            {"code": fault.code, "column": fault.column, "reason": fault.reason}
            for fault in row.faults
        ],
        "doubts": list(row.doubts),
    }


def report_shown(report: ImportReport) -> Shown:
    """What an import did."""
    return {
        "recorded": len(report.recorded),
        "already": len(report.already),
        "refused": [row_shown(row) for row in report.refused],
        "codes": [written.code for _, written in report.recorded],
    }
