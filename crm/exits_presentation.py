"""How exit proposals are shown: rule, step reached, and what is due next (退出建议清单)."""

from datetime import date

from crm.export import FileFormat, table_file
from crm.lead_lines import lead_line
from crm.presentation import Shown, day_text
from domain.lead.exit_rules import ExitRule, ExitStep
from projections.stalled import ProposalList, StalledLead

_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "阶段",
    "rule_label": "退出依据",
    "counted_from": "起算日期",
    "met_on": "符合之日",
    "step_label": "当前步骤",
    "next_due": "下一步期限",
    "days_past": "已超期天数",
    "leader": "包抓领导",
}


def proposal_item(item: StalledLead, as_of: date) -> Shown:
    """One proposal with its lead; `days_past` counts from the day the rule was met."""
    proposal = item.proposal
    notice = proposal.notice
    return {
        "rule": proposal.rule.value,
        "rule_label": proposal.rule.label,
        "step": proposal.step.value,
        "step_label": proposal.step.label,
        **lead_line(item.lead_id, item.state),
        "counted_from": proposal.counted_from.isoformat(),
        "met_on": proposal.met_on.isoformat(),
        "days_past": (as_of - proposal.met_on).days,
        "next_due": proposal.next_due.isoformat(),
        "notice": None
        if notice is None
        else {
            "level": notice.level.value,
            "label": notice.level.label,
            "issued_on": notice.issued_on.isoformat(),
            "due": notice.due.isoformat(),
            "answered_on": day_text(notice.answered_on),
        },
    }


def proposal_counts(found: ProposalList) -> Shown:
    """The counts above the list: by rule, by step, by unit."""
    return {
        "count": len(found.items),
        "by_rule": [
            {"rule": rule.value, "label": rule.label, "count": found.by_rule[rule.value]}
            for rule in ExitRule
            if rule.value in found.by_rule
        ],
        "by_step": [
            {"step": step.value, "label": step.label, "count": found.by_step[step.value]}
            for step in ExitStep
            if step.value in found.by_step
        ],
        "by_unit": found.by_unit,
    }


def proposal_file(found: ProposalList, as_of: date, file_format: FileFormat) -> bytes:
    """A row for each proposal."""
    shown = [proposal_item(item, as_of) for item in found.items]
    rows = [{header: item[name] for name, header in _COLUMNS.items()} for item in shown]
    return table_file(rows, list(_COLUMNS.values()), "退出建议", file_format)
