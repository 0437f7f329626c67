"""How an explained figure is shown: the leads, the parts, and the events they rest on."""

from collections.abc import Sequence

from crm.explaining import Explained
from crm.export import Rows, Sheet, clock_columns, number
from crm.presentation import Shown, event_shown
from domain.money import wan_text

PART_LABELS = {
    "actual": "计入",
    "gross": "签约总数",
    "numerator": "形成固定资产投资",
    "denominator": "合同金额",
    "this_window": "本年",
    "window_before": "上年同期",
}
_COUNTS = ("projects", "big_projects", "built_projects")


def explained_leads(metric: str, leads: Sequence[Explained]) -> list[Shown]:
    """Each lead with its parts, counts as integers and amounts in 万."""
    return [
        {
            "lead_id": str(lead.lead_id),
            "code": lead.state.code,
            "title": lead.state.title,
            "investor": lead.state.investor,
            "recruiting_unit": lead.state.recruiting_unit,
            "host_town": lead.state.host_town,
            "chain": lead.state.chain,
            "parts": _parts(metric, lead.part.values),
            "events": [event_shown(recorded) for recorded in lead.part.events],
        }
        for lead in leads
    ]


def explained_sums(metric: str, leads: Sequence[Explained]) -> Shown:
    """The parts added up: what the figure is made of."""
    sums: dict[str, int] = {}
    for lead in leads:
        for name, value in lead.part.values.items():
            sums[name] = sums.get(name, 0) + value
    return _parts(metric, sums)


def _parts(metric: str, values: dict[str, int]) -> Shown:
    return {name: value if metric in _COUNTS else wan_text(value) for name, value in values.items()}


_LEAD_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
}


def explained_sheet(shown: Shown) -> Sheet:
    """A line for each lead: its parts, and the events they rest on."""
    parts = {name: PART_LABELS.get(name, name) for name in shown["sums"]}
    rows: Rows = [
        {
            **{header: lead[key] for key, header in _LEAD_COLUMNS.items()},
            **{header: number(lead["parts"].get(name)) for name, header in parts.items()},
            "记录": "；".join(
                f"{event['occurred_on']} {event['label']}" for event in lead["events"]
            ),
        }
        for lead in shown["leads"]
    ]
    headers = [*_LEAD_COLUMNS.values(), *parts.values(), "记录"]
    brief = ["编号", "项目名称", "招引单位", *parts.values(), "记录"]
    figure = shown["figure"]
    known = {"目标": figure["target"], "完成": figure["actual"], "完成率": figure["completion"]}
    said = [
        "，".join(f"{label} {value}" for label, value in known.items() if value is not None),
        "，".join(f"{parts[name]}合计 {total}" for name, total in shown["sums"].items()),
    ]
    name = f"{shown['year']}年{shown['label']}"
    return Sheet(name, headers, rows, brief, list(filter(None, said)), clock_columns(shown))
