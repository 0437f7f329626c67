"""What staff read before and after a ledger is imported: lines taken, lines refused, totals."""

from collections.abc import Iterable

from crm.ledger.collecting import Collected
from crm.ledger.comparing import Difference
from crm.ledger.importing import ImportReport
from crm.ledger.line import LedgerRow
from crm.ledger.planning import HOW_TO_DECIDE, Outcome, Plan, Planned
from crm.ledger.sheet import Table
from crm.ledger.taking_back import TakenBack
from domain.money import wan_text


def render_plan(planned: Plan) -> str:
    """What an import would record on the log as it stands, and what it would not."""
    ledger = planned.ledger
    new = [line.row for line in planned.of(Outcome.NEW)]
    changed = [line for line in planned.lines if line.comparison and line.events]
    refused = [line.row for line in planned.of(Outcome.REFUSED)]
    total = (
        f"共{len(planned.lines)}行：将新录入{len(new)}行，{_sums(new)}；更新{len(changed)}行；"
        f"无变化{len(planned.of(Outcome.UNCHANGED))}行；"
        f"待人工确认{len(planned.of(Outcome.CONFLICT))}行；拒绝{len(refused)}行。"
    )
    return "\n".join(
        [
            f"《{ledger.file}》预览（未录入）",
            *_mapped(ledger.tables),
            *_noted(ledger.notes),
            "",
            f"将新录入{len(new)}行：",
            *(_line(row, ledger.sheets) for row in new),
            *_changed(changed, ledger.sheets),
            *_undecided(planned.lines, ledger.sheets),
            *_refused(refused, ledger.sheets),
            *_doubted([*new, *(line.row for line in changed)], ledger.sheets),
            "",
            total,
        ]
    )


def render_report(report: ImportReport) -> str:
    """What an import did."""
    rows = [row for row, _ in report.recorded]
    sheets = report.ledger.sheets
    updated = [line for line, _ in report.updated]
    already = f"已录入过、未重复录入{len(report.already)}行；" if report.already else ""
    changed = f"更新{len(updated)}行；" if updated else ""
    undecided = f"待人工确认{len(report.conflicts)}行；" if report.conflicts else ""
    total = (
        f"共{len(report.ledger.rows)}行：已录入{len(rows)}行，{_sums(rows)}；"
        f"{changed}{already}{undecided}拒绝{len(report.refused)}行。"
    )
    return "\n".join(
        [
            f"《{report.ledger.file}》导入结果",
            *_noted(report.ledger.notes),
            *(f"{_line(row, sheets)}  {written.code or ''}" for row, written in report.recorded),
            *_changed(updated, sheets),
            *_undecided([done.line for done in report.lines], sheets),
            *_refused(report.refused, sheets),
            *_doubted([*rows, *(line.row for line in updated)], sheets),
            "",
            total,
        ]
    )


def render_taken_back(taken: TakenBack) -> str:
    """What taking an import back voided, and what had to stay."""
    leads = len({voided.code for voided in taken.voided})
    kept = [f"{one.code}  {one.label}（{one.occurred_on}）：{one.reason}" for one in taken.kept]
    return "\n".join(
        [
            f"收回台账导入（SHA-256 {taken.sha256}）",
            *(["", "以下记录有其他记录以其为前提，未作废，请逐条处理：", *kept] if kept else []),
            "",
            f"已作废{len(taken.voided)}条记录，涉及{leads}个项目；保留{len(kept)}条。",
        ]
    )


def _changed(lines: Iterable[Planned], sheets: int) -> list[str]:
    told = [
        f"{_where(line.row, sheets)}  {line.code}  {line.row.title}  "
        + "；".join(_difference(change) for change in line.comparison.changes)
        for line in lines
        if line.comparison
    ]
    return ["", "更新：", *told] if told else []


def _undecided(lines: Iterable[Planned], sheets: int) -> list[str]:
    """Conflicts, old cells and words that no entry took."""
    told: list[str] = []
    conflicts: list[tuple[Planned, Difference]] = []
    rest: list[tuple[Planned, Difference]] = []
    for line in lines:
        if line.row.faults:
            continue
        conflicts += [(line, one) for one in line.conflicts]
        if line.comparison:
            rest += [(line, one) for one in (*line.comparison.old, *line.comparison.unrecorded)]
    for header, found in (
        ("与系统不符，未录入，请人工确认：", conflicts),
        ("未录入：", rest),
    ):
        if found:
            told += ["", header]
            told += [
                f"{_where(line.row, sheets)}  "
                + (f"{line.code}  {_difference(one)}" if line.code else one.reason)
                for line, one in found
            ]
        if found and found is conflicts:
            told.append(f"处理办法：{HOW_TO_DECIDE}")
    return told


def _difference(one: Difference) -> str:
    log = f"{one.log}→" if one.log else ""
    return f"{one.column}：{log}{one.ledger}" + (f"（{one.reason}）" if one.reason else "")


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


def _mapped(tables: Iterable[Table]) -> list[str]:
    """Which column became what, and which are kept as text."""
    told = []
    for table in tables:
        understood = "，".join(
            column.field if column.header == column.field else f"{column.header}→{column.field}"
            for column in table.columns
            if column.field is not None
        )
        told.append(f"工作表“{table.sheet}”的列：{understood or '（都不认识）'}")
        if kept := table.not_understood:
            told.append(f"  未认识、只作文字保留的列：{'、'.join(kept)}（可用 --column 指定）")
    return told


def _noted(notes: Iterable[str]) -> list[str]:
    return [f"说明：{note}" for note in notes]


def _sums(rows: Iterable[LedgerRow]) -> str:
    taken = list(rows)
    agreed = sum(row.agreed_total_yuan or 0 for row in taken if row.signed_on)
    funds = sum(row.funds_yuan for row in taken)
    return f"协议金额{wan_text(agreed)}万元，到位资金{wan_text(funds)}万元"


def render_collected(collected: Collected) -> str:
    """What came back of a ledger that was sent round, what is missing, what is to be decided."""
    lines = [f"收回{len(collected.parts)}份台账："]
    for part in collected.parts:
        if part.plan is None:
            lines.append(f"{part.path.name}  未能读取：{part.reason}")
            continue
        counts = "，".join(
            f"{label}{part.count(outcome)}行" for outcome, label in _OUTCOMES.items()
        )
        lines.append(f"{part.path.name}  {counts}")
    for part in collected.parts:
        if part.left is None:
            continue
        judged, sheets = part.left.lines, part.left.ledger.sheets
        told = [
            *_undecided(judged, sheets),
            *_refused((line.row for line in judged), sheets),
            *_doubted((line.row for line in judged if line.events), sheets),
        ]
        if told:
            lines += ["", f"——{part.path.name}", *told[1:]]
    for header, found in (
        ("没有交回的：", collected.missing),
        ("交回的台账中缺少的项目：", collected.lost),
        ("几份台账都有的项目：", collected.twice),
    ):
        if found:
            lines += ["", header]
            lines += [f"{name}：{'、'.join(items)}" for name, items in found.items()]
    if collected.passed_over:
        lines += ["", f"不是台账、未读取的：{'、'.join(collected.passed_over)}"]
    return "\n".join(lines)


_OUTCOMES = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "更新",
    Outcome.UNCHANGED: "无变化",
    Outcome.CONFLICT: "待确认",
    Outcome.REFUSED: "拒绝",
}
