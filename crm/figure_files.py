"""Rates, funnel, growth, visits, returns and permits as tables with Chinese headers.

What goes in is what the API shows (`crm.figures_presentation`, `crm.attending_presentation`).
"""

from crm.export import Sheet, cell, number
from crm.figures_presentation import RATE_LABELS
from crm.presentation import Shown

_LEAD = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "stage_label": "当前状态",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "leader": "包抓领导",
    "unit": "责任单位",
    "person": "责任人",
}
FOLLOW_UP_COLUMNS = {
    **_LEAD,
    "produced_on": "投产时间",
    "last_follow_up_on": "上次回访",
    "due_on": "应回访日期",
    "overdue_days": "超期天数",
}
MISSED_VISIT_COLUMNS = {**_LEAD, "month": "月份", "officer": "干部服务员"}
RETURN_COLUMNS = {
    **_LEAD,
    "progress_label": "月度进展",
    "progress_on": "月度进展报送日期",
    "investment_label": "固投月报",
    "investment_on": "固投月报报送日期",
    "mark_label": "标记",
    "checked": "当月现场核查",
}
PERMIT_COLUMNS = {**_LEAD, "item_label": "手续", "due": "办结时限", "overdue_days": "超期天数"}
NOTICE_COLUMNS = {
    **_LEAD,
    "level_label": "级别",
    "text": "内容",
    "issued_on": "发出日期",
    "due": "回复期限",
    "answered_on": "回复日期",
    "state_label": "回复情况",
}
NOTICE_STATES = {"open": "待回复", "answered": "已回复", "overdue": "逾期未回复"}

_DAYS = {
    "signing_to_start_days": "签约到开工天数",
    "start_to_completion_days": "开工到竣工天数",
    "completion_to_production_days": "竣工到投产天数",
}
_OF_DAYS = {"median": "中位数", "p90": "90百分位", "open_median": "未完成项目至今中位数"}
_OF_PREVIOUS = {
    "performance_rate": "签约项目履约率",
    "start_rate": "履约项目开工率",
    "production_rate": "开工项目投产率",
    "full_effect_rate": "投产项目达效率",
}


def rates_sheet(shown: Shown) -> Sheet:
    """The rates, a line each."""
    lines = [(label, shown[name]) for name, label in RATE_LABELS.items()]
    lines += [(label, shown["of_previous"][name]) for name, label in _OF_PREVIOUS.items()]
    for name, label in _DAYS.items():
        lines += [(f"{label}（{part}）", shown[name][key]) for key, part in _OF_DAYS.items()]
    rows = [{"指标": label, "数值": number(value)} for label, value in lines]
    cohort = "往年签约" if shown["cohort"] == "before" else "当年签约"
    exited = "含" if shown["include_exited"] else "不含"
    said = [f"{cohort}的项目，{exited}已退出"]
    return Sheet(f"{shown['year']}年各项比率", ["指标", "数值"], rows, said=said)


def funnel_sheet(shown: Shown) -> Sheet:
    """The steps of the whole and of each part, a line each."""
    parts = {"全部": shown["steps"]}
    parts |= {f"渠道：{name}": steps for name, steps in shown["by_channel"].items()}
    parts |= {f"单位：{name}": steps for name, steps in shown["by_unit"].items()}
    columns = {
        "label": "环节",
        "count": "到达数",
        "recorded": "有记录数",
        "conversion": "比上一环节",
        "overall": "比线索数",
    }
    rows = [
        {"范围": part, **{header: cell(step[name], name) for name, header in columns.items()}}
        for part, steps in parts.items()
        for step in steps
    ]
    headers = ["范围", *columns.values()]
    said = [f"已流失 {shown['lost']} 个，已退出 {shown['exited']} 个"]
    return Sheet(f"{shown['year']}年线索转化", headers, rows, said=said)


def growth_sheet(shown: Shown) -> Sheet:
    """The figures beside last year's, a line each."""
    columns = {
        "label": "指标",
        "current": "本年",
        "recorded_then": "上年同期（当时口径）",
        "corrected_now": "上年同期（现口径）",
        "growth_on_recorded_then": "同比（当时口径）",
        "growth": "同比（现口径）",
    }
    rows = [
        {header: cell(figure[name], name) for name, header in columns.items()}
        for figure in shown["figures"].values()
    ]
    said = [f"本年至 {shown['until']}，上年至 {shown['last_year_until']}"]
    return Sheet(f"{shown['year']}年同比", list(columns.values()), rows, said=said)
