"""How ledgers are shown to clients: what was read, what it would record, what was recorded."""

from collections import Counter
from collections.abc import Sequence

from crm.ledger.comparing import Difference
from crm.ledger.importing import ImportReport
from crm.ledger.planning import HOW_TO_DECIDE, Outcome, Plan, Planned
from crm.ledger.sheet import Table
from crm.ledger.taking_back import Entry, TakenBack
from crm.ledger.uploads import Upload
from crm.presentation import Shown, day_text
from domain.calendar import timestamp
from domain.event_names import label_of
from domain.money import wan_text


def upload_shown(upload: Upload) -> Shown:
    """Where a ledger stands."""
    return {
        "ledger_id": str(upload.upload_id),
        "file": upload.name,
        "sha256": upload.sha256,
        "uploaded_by": upload.uploaded_by,
        "uploaded_at": timestamp(upload.uploaded_at),
        "state": upload.state.value,
        "state_label": upload.state.label,
        "done": upload.done,
        "total": upload.total,
        "report": upload.report,
    }


def plan_shown(plan: Plan, lines: Sequence[Planned]) -> Shown:
    """What would come of a ledger, and some of its lines. Names no telephone."""
    outcomes = Counter(line.outcome for line in plan.lines)
    return {
        "notes": list(plan.ledger.notes),
        "sheets": [_sheet(table) for table in plan.ledger.tables],
        "counts": {
            "rows": len(plan.lines),
            **{outcome.value: outcomes[outcome] for outcome in Outcome},
            "events": sum(len(line.events) for line in plan.lines),
        },
        "how_to_decide": HOW_TO_DECIDE,
        "rows": [line_shown(line) for line in lines],
    }


def _sheet(table: Table) -> Shown:
    """Each column with what it became; `said` when somebody has set it so."""
    return {
        "sheet": table.sheet,
        "filed_on": day_text(table.filed_on),
        "rows": len(table.rows),
        "kind_of_all": table.said.kind,
        "columns": [
            {
                "header": column.header,
                "field": None if column.field is None else column.field.name.lower(),
                "field_label": None if column.field is None else column.field.value,
                "said": column.header in table.said.columns,
            }
            for column in table.columns
        ],
        "not_understood": table.not_understood,
    }


def line_shown(line: Planned) -> Shown:
    """One line: what would come of it, what is wrong with it, what a person has to decide."""
    row = line.row
    return {
        "sheet": row.sheet,
        "row": row.row,
        "outcome": line.outcome.value,
        "code": line.code,
        "title": row.title,
        "investor": row.investor,
        "agreed_total_wan": wan_text(row.agreed_total_yuan),
        "events": [
            {"label": label_of(event), "occurred_on": event.occurred_on.isoformat()}
            for event in line.events
        ],
        "changes": _differences(line.comparison.changes if line.comparison else ()),
        "faults": [
            {"code": fault.code, "column": fault.column, "reason": fault.reason}
            for fault in row.faults
        ],
        "conflicts": _differences(line.conflicts),
        "set_aside": _differences(line.comparison.old if line.comparison else ()),
        "unrecorded": _differences(line.comparison.unrecorded if line.comparison else ()),
        "doubts": list(row.doubts),
    }


def _differences(found: Sequence[Difference]) -> list[Shown]:
    return [
        {
            "code": one.code,
            "column": one.column,
            "ledger": one.ledger,
            "log": one.log,
            "reason": one.reason,
        }
        for one in found
    ]


def report_shown(report: ImportReport) -> Shown:
    """What an import did."""
    return {
        "recorded": len(report.recorded),
        "updated": len(report.updated),
        "already": len(report.already),
        "refused": [line_shown(done.line) for done in report.lines if done.line.row.faults],
        "conflicts": [line_shown(line) for line in report.conflicts],
        "codes": [written.code for _, written in report.recorded],
    }


def taken_back_shown(taken: TakenBack) -> Shown:
    """What was voided, and what stays because something stands on it."""
    return {
        "sha256": taken.sha256,
        "voided": [_entry(entry) for entry in taken.voided],
        "kept": [_entry(entry) for entry in taken.kept],
    }


def _entry(entry: Entry) -> Shown:
    return {
        "code": entry.code,
        "event_id": str(entry.event_id),
        "label": entry.label,
        "occurred_on": entry.occurred_on.isoformat(),
        "reason": entry.reason or None,
    }
