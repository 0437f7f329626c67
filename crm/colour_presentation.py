"""How colours are shown: counts, and each lead with its reasons."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from crm.export import Rows, Sheet, number
from crm.lead_lines import lead_line
from crm.presentation import COLOUR_LABELS, Shown, day_text
from domain.lead.colour import Judgement
from domain.lead.deadlines import due_on
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import NOT_STATED, Colour, Stage
from projections.colours import Change, Coloured

REASON_LABELS = {
    "no_plan": "无计划",
    "planned": "未到计划月份",
    "plan_passed": "超过计划月份",
    "on_plan": "进度正常",
    "behind": "进度落后",
    "suspended": "停工",
    "not_in_statistics": "开工未入库",
    "active": "近期有进展",
    "inactive": "久无进展",
    "archive_proposed": "建议归档",
}
_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "当前状态",
    "agreed_total_wan": "协议金额（万元）",
    "label": "颜色",
    "why": "理由",
    "judged_label": "系统判定",
    "overridden": "人工调整理由",
    "until": "调整截止",
    "due_on": "应完成日期",
    "overdue_days": "超期天数",
    "leader": "包抓领导",
    "unit": "责任单位",
    "person": "责任人",
}


def judgement_shown(judgement: Judgement | None) -> Shown | None:
    """A colour with everything that led to it."""
    if judgement is None:
        return None
    return {
        "colour": judgement.colour.value,
        "label": judgement.colour.label,
        "judged": judgement.judged.value,
        "overridden": judgement.overridden,
        "until": day_text(judgement.until),
        "reasons": [
            {
                "code": reason.code,
                "label": REASON_LABELS[reason.code],
                "colour": reason.colour.value,
                "detail": reason.detail,
            }
            for reason in judgement.reasons
        ],
    }


def coloured_line(one: Coloured, day: date, rules: Rulebook) -> Shown:
    """A lead, its colour and why; and how late it is, as the lists count it (F16)."""
    judged = judgement_shown(one.judgement)
    assert judged is not None, "it has a colour"
    due = due_on(one.state, rules)
    late = {"due_on": day_text(due), "overdue_days": max(0, (day - due).days) if due else 0}
    return {**lead_line(one.lead_id, one.state), **judged, **late}


def colour_sheet(shown: Shown) -> Sheet:
    """Leads and their colours."""
    said = "，".join(f"{COLOUR_LABELS[name]} {count}" for name, count in shown["counts"].items())
    brief = ("code", "title", "recruiting_unit", "stage_label", "label", "why", "overdue_days")
    return _sheet("三色", shown["items"], (*brief, "leader"), said)


def responsibility_sheet(shown: Shown) -> Sheet:
    """Live leads leader by leader, and those without one at the end."""
    led = [line for leader in shown["leaders"] for line in leader["items"]]
    said = f"在管项目 {shown['live']} 个，已包抓 {shown['led']} 个"
    if shown["coverage"] is not None:
        said += f"，覆盖率 {shown['coverage']}"
    brief = ("leader", "code", "title", "stage_label", "label", "overdue_days", "unit", "person")
    return _sheet("责任包抓", [*led, *shown["without_leader"]], brief, said)


def _sheet(name: str, lines: Sequence[Shown], brief: Sequence[str], said: str) -> Sheet:
    headers = [_COLUMNS[key] for key in brief]
    return Sheet(name, list(_COLUMNS.values()), _rows(lines), headers, [said])


def _rows(lines: Sequence[Shown]) -> Rows:
    return [
        {
            header: {
                "agreed_total_wan": number(line["agreed_total_wan"]),
                "judged_label": COLOUR_LABELS[line["judged"]],
                "why": _why(line),
            }.get(name, line.get(name))
            for name, header in _COLUMNS.items()
        }
        for line in lines
    ]


def change_sheet(shown: Shown) -> Sheet:
    """Leads whose colour has changed."""
    rows = []
    for line in shown["items"]:
        row = {header: line[name] for name, header in _COLUMNS.items() if name in line}
        for side, header in (("before", "原颜色"), ("after", "现颜色")):
            judged = line[side]
            row[header] = judged["label"] if judged else None
            row[f"{header}理由"] = _why(judged) if judged else None
        rows.append({**row, _COLUMNS["agreed_total_wan"]: number(line["agreed_total_wan"])})
    what = ("code", "title", "recruiting_unit", "host_town", "chain", "stage_label")
    who = ("agreed_total_wan", "leader", "unit", "person")
    colours = ("原颜色", "原颜色理由", "现颜色", "现颜色理由")
    headers = [
        *(_COLUMNS[name] for name in what),
        *colours,
        *(_COLUMNS[name] for name in who),
    ]
    brief = [*(_COLUMNS[name] for name in what[:3]), *colours]
    return Sheet("变色项目", headers, rows, brief, [f"与 {shown['since']} 相比"])


_STAGES = {stage.label: nth for nth, stage in enumerate(Stage)}


def _in_order(name: str) -> tuple[int, str]:
    """Stages as a project goes through them, other names as they are written."""
    return _STAGES.get(name, 0), name


def colour_counts(found: Sequence[Coloured]) -> Shown:
    """How many of each colour, in all and by stage, unit, town, chain and leader."""
    by: dict[str, Callable[[LeadState], str]] = {
        "by_stage": lambda s: s.stage.label,
        "by_unit": lambda s: s.recruiting_unit,
        "by_town": lambda s: s.host_town or NOT_STATED,
        "by_chain": lambda s: s.chain or NOT_STATED,
        "by_leader": lambda s: s.leader or NOT_STATED,
    }
    return {
        "counts": _counted(found),
        **{
            name: {
                key: _counted([one for one in found if of(one.state) == key])
                for key in sorted({of(one.state) for one in found}, key=_in_order)
            }
            for name, of in by.items()
        },
    }


def change_line(change: Change) -> Shown:
    """A lead whose colour has changed: before, after, and why each."""
    return {
        **lead_line(change.lead_id, change.state),
        "before": judgement_shown(change.before),
        "after": judgement_shown(change.after),
    }


def _counted(found: Sequence[Coloured]) -> dict[str, int]:
    counts = Counter(one.judgement.colour for one in found)
    return {colour.value: counts[colour] for colour in Colour}


def _why(judged: Shown) -> str:
    return "；".join(reason["detail"] for reason in judged["reasons"])
