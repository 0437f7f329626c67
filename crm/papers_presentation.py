"""How missing papers are shown: with a lead, and as a list by unit (佐证材料不全)."""

from collections.abc import Mapping, Sequence

from crm.export import FileFormat, table_file
from crm.lead_lines import lead_line
from crm.presentation import Shown
from domain.lead.gates import Gate, Requirement, missing_papers
from domain.lead.state import LeadState
from projections.missing_papers import IncompleteLead, PapersList

_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "阶段",
}


def incomplete_fields(state: LeadState) -> list[Shown]:
    """What is missing of each milestone reached, in their order (domain section 1.4)."""
    return _gaps(missing_papers(state))


def incomplete_item(item: IncompleteLead) -> Shown:
    """A lead in the list, with the milestones asked for."""
    return {**lead_line(item.lead_id, item.state), "incomplete_fields": _gaps(item.missing)}


def _gaps(missing: Mapping[Gate, Sequence[Requirement]]) -> list[Shown]:
    return [
        {
            "milestone": gate.value,
            "label": gate.label,
            "missing": [{"code": r.code, "label": r.label} for r in lacking],
        }
        for gate, lacking in missing.items()
    ]


def incomplete_counts(found: PapersList) -> Shown:
    """The counts above the list: leads, by milestone and by unit."""
    return {
        "count": len(found.items),
        "by_milestone": [
            {"milestone": gate.value, "label": gate.label, "leads": found.by_gate[gate.value]}
            for gate in Gate
            if gate.value in found.by_gate
        ],
        "by_unit": found.by_unit,
    }


def incomplete_file(found: PapersList, file_format: FileFormat) -> bytes:
    """A row for each lead and milestone."""
    rows = []
    for item in found.items:
        line = lead_line(item.lead_id, item.state)
        for gate, lacking in item.missing.items():
            row = {header: line[name] for name, header in _COLUMNS.items()}
            rows.append(
                {**row, "环节": gate.label, "缺少材料": "、".join(r.label for r in lacking)}
            )
    headers = [*_COLUMNS.values(), "环节", "缺少材料"]
    return table_file(rows, headers, "佐证材料不全", file_format)
