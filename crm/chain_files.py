"""一链一清单 as tables, with the columns staff know."""

from collections.abc import Sequence
from typing import Any

from crm.export import Rows, Sheet, number
from crm.presentation import ROLE_LABELS, STAGE_LABELS, Shown
from projections.year_leads import COUNTS

_SHEET_COLUMNS = {
    "chain": "产业链",
    "chief": "链长",
    "lead_unit": "牵头单位",
    "leader_enterprise": "链主企业",
    "enterprises": "目标企业",
    "enterprises_contacted": "已对接目标企业",
    "planned": "谋划项目",
    "negotiating": "在谈",
    "signed": "签约",
    "started": "开工",
    "produced": "投产",
    "agreed_total_wan": "协议资金（万元）",
    "funds_wan": "到位资金（万元）",
    "funds_wan_usd": "到位外资（万美元）",
    "target_projects": "年度目标（个）",
    "target_agreed_total_wan": "年度目标（万元）",
    "projects_completion": "项目完成率",
    "agreed_completion": "资金完成率",
}
_LEAD_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain_role": "链条作用",
    "stage": "当前状态",
    "planned": "谋划项目",
    "negotiating": "在谈",
    "signed": "签约",
    "started": "开工",
    "produced": "投产",
    "agreed_total_wan": "协议金额（万元）",
    "year_agreed_wan": "本年协议资金（万元）",
    "funds_wan": "到位资金（万元）",
    "funds_wan_usd": "到位外资（万美元）",
    "signed_on": "签约时间",
    "started_on": "开工时间",
    "produced_on": "投产时间",
}
_NUMBERS = ("_wan", "_wan_usd", "_completion")
_SHEET_BRIEF = (
    "chain", "chief", "enterprises", *COUNTS, "agreed_total_wan", "funds_wan",
    "projects_completion", "agreed_completion",
)  # fmt: skip
_LEAD_BRIEF = (
    "code", "title", "recruiting_unit", "stage", *COUNTS, "agreed_total_wan", "year_agreed_wan",
    "funds_wan",
)  # fmt: skip


def chains_sheet(shown: Shown) -> Sheet:
    """The sheet of all chains (as `crm.chain_pages.sheet_page` gives it): a row for each chain."""
    rows = [_row(_SHEET_COLUMNS, line) for line in (*shown["items"], shown["total"])]
    return _sheet(shown, rows, _SHEET_COLUMNS, _SHEET_BRIEF)


def chain_sheet(shown: Shown) -> Sheet:
    """The leads behind one chain's counts, 1 or 0 in each, and the chain's line as their total."""
    rows: Rows = [
        _row(
            _LEAD_COLUMNS,
            {
                **lead,
                **{name: int(name in lead["counted_in"]) for name in COUNTS},
                "stage": STAGE_LABELS[lead["stage"]],
                "chain_role": ROLE_LABELS.get(lead["chain_role"]),
            },
        )
        for lead in shown["items"]
    ]
    total = {**shown, "code": "合计", "year_agreed_wan": shown["agreed_total_wan"]}
    rows.append(_row(_LEAD_COLUMNS, {**total, "agreed_total_wan": None}))
    who = {"链长": "chief", "牵头单位": "lead_unit", "链主企业": "leader_enterprise"}
    said = [f"{title}：{shown[name]}" for title, name in who.items() if shown[name]]
    return _sheet(shown, rows, _LEAD_COLUMNS, _LEAD_BRIEF, ["；".join([shown["chain"], *said])])


def _row(columns: dict[str, str], line: Shown) -> dict[str, Any]:
    return {
        header: number(line.get(name)) if name.endswith(_NUMBERS) else line.get(name)
        for name, header in columns.items()
    }


def _sheet(
    shown: Shown,
    rows: Rows,
    columns: dict[str, str],
    brief: Sequence[str],
    said: Sequence[str] = (),
) -> Sheet:
    name = f"{shown['year']}年一链一清单"
    headers = [columns[key] for key in brief]
    return Sheet(name, list(columns.values()), rows, headers, said)
