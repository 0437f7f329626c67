"""How missing papers are shown: with a lead, and as a list by unit (佐证材料不全)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from crm.export import Sheet, items_sheet
from crm.lead_lines import lead_line
from crm.presentation import Shown
from domain.lead.gates import Requirement, missing_papers
from domain.lead.state import LeadState
from domain.vocabulary import Gate
from projections.missing_papers import IncompleteLead

_INCOMPLETE_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "当前状态",
    "milestone": "环节",
    "missing": "缺少材料",
}


def incomplete_fields(state: LeadState) -> list[Shown]:
    """What is missing of each milestone reached, in their order (domain section 1.4)."""
    return _gaps(missing_papers(state))


def incomplete_line(item: IncompleteLead) -> Shown:
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


def incomplete_counts(found: Sequence[IncompleteLead]) -> Shown:
    """How many leads, by milestone and by unit."""
    gates = Counter(gate for incomplete in found for gate in incomplete.missing)
    units = Counter(incomplete.state.recruiting_unit for incomplete in found)
    return {
        "count": len(found),
        "by_milestone": {gate.value: {"label": gate.label, "count": gates[gate]} for gate in Gate},
        "by_unit": dict(sorted(units.items())),
    }


def incomplete_sheet(shown: Shown) -> Sheet:
    """A row for each milestone of a lead."""
    rows = [
        {
            **item,
            "milestone": gap["label"],
            "missing": "、".join(paper["label"] for paper in gap["missing"]),
        }
        for item in shown["items"]
        for gap in item["incomplete_fields"]
    ]
    brief = ("code", "title", "recruiting_unit", "stage_label", "milestone", "missing")
    said = [f"材料不全的项目 {shown['count']} 个"]
    return items_sheet(rows, _INCOMPLETE_COLUMNS, "佐证材料不全", brief, said)
