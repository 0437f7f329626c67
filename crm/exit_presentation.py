"""How exit proposals are shown, and the notices that come before them (退出建议、督办通知)."""

from collections import Counter
from collections.abc import Sequence

from crm.lead_lines import lead_line
from crm.presentation import Shown, day_text
from domain.lead.state import Notice
from domain.vocabulary import ExitRule, ExitStep
from projections.notices import IssuedNotice
from projections.stalled import StalledLead

PROPOSAL_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "当前状态",
    "signed_on": "签约时间",
    "due_on": "应完成日期",
    "rule_label": "退出依据",
    "counted_from": "起算日期",
    "met_on": "符合之日",
    "step_label": "当前步骤",
    "next_due": "下一步期限",
    "days_past": "已超期天数",
    "leader": "包抓领导",
}


def proposal_line(stalled: StalledLead) -> Shown:
    """A stalled lead, the rule it meets, the notice it got, and the next step."""
    proposal = stalled.proposal
    return {
        **lead_line(stalled.lead_id, stalled.state),
        "signed_on": day_text(stalled.state.signed_on),
        "rule": proposal.rule.value,
        "rule_label": proposal.rule.label,
        "step": proposal.step.value,
        "step_label": proposal.step.label,
        "due_on": day_text(stalled.due_on),
        "counted_from": proposal.counted_from.isoformat(),
        "met_on": proposal.met_on.isoformat(),
        "days_past": stalled.days_past,
        "next_due": proposal.next_due.isoformat(),
        "notice": None if proposal.notice is None else _notice(proposal.notice),
    }


def proposal_counts(found: Sequence[StalledLead]) -> Shown:
    """How many by each rule, at each step, and of each unit."""
    rules = Counter(stalled.proposal.rule for stalled in found)
    steps = Counter(stalled.proposal.step for stalled in found)
    units = Counter(stalled.state.recruiting_unit for stalled in found)
    return {
        "by_rule": {rule.value: {"label": rule.label, "count": rules[rule]} for rule in ExitRule},
        "by_step": {step.value: {"label": step.label, "count": steps[step]} for step in ExitStep},
        "by_unit": dict(sorted(units.items())),
    }


def notice_line(one: IssuedNotice) -> Shown:
    """A notice, the lead it went to, and whether it was answered."""
    return {
        **lead_line(one.lead_id, one.lead),
        "notice_id": str(one.notice_id),
        **_notice(one.notice),
        "text": one.notice.text,
        "state": one.state.value,
    }


def _notice(notice: Notice) -> Shown:
    return {
        "level": notice.level.value,
        "level_label": notice.level.label,
        "issued_on": notice.issued_on.isoformat(),
        "due": notice.due.isoformat(),
        "answered_on": day_text(notice.answered_on),
    }
