"""How campaigns and what came of them are shown: amounts in 万."""

from typing import Any

from crm.export import Rows, Sheet, number
from crm.lead_presentation import lead_summary
from crm.presentation import CAMPAIGN_LABELS, Shown, both_clocks
from domain.money import wan_text
from projections.campaigns import Campaign, Outcome, Results


def campaign_item(campaign: Campaign) -> Shown:
    """A campaign in a list."""
    return {
        "campaign_id": str(campaign.campaign_id),
        "name": campaign.name,
        "kind": campaign.kind,
        "kind_label": CAMPAIGN_LABELS[campaign.kind],
        "unit": campaign.unit,
        "from_on": campaign.from_on.isoformat(),
        "to_on": campaign.to_on.isoformat() if campaign.to_on else None,
        "place": campaign.place,
        "persons": list(campaign.persons),
        "partner": campaign.partner,
    }


def campaign_detail(campaign: Campaign, leads: list[Any], outcome: Outcome) -> Shown:
    """A campaign with every lead that came of it so far."""
    return {
        **campaign_item(campaign),
        "outcome": _outcome(outcome),
        "leads": [lead_summary(row) for row in leads],
    }


def results_page(results: Results) -> Shown:
    """What came of each campaign, channel, partner and introducer in a year."""
    return {
        "year": results.year,
        **both_clocks(results.clocks),
        "by_campaign": [
            {**campaign_item(campaign), **_outcome(outcome)}
            for campaign, outcome in results.by_campaign
        ],
        **{
            name: {key: _outcome(outcome) for key, outcome in getattr(results, name).items()}
            for name in ("by_kind", "by_channel", "by_partner", "by_introducer")
        },
    }


_RESULT_COLUMNS = {
    "name": "名称",
    "kind_label": "招商方式",
    "unit": "组织单位",
    "from_on": "开始日期",
    "to_on": "结束日期",
    "place": "地点",
    "partner": "协作方",
    "leads": "线索（个）",
    "signings": "签约（个）",
    "agreed_total_wan": "协议资金（万元）",
}
_RESULT_BRIEF = ("name", "unit", "from_on", "leads", "signings", "agreed_total_wan")


def results_sheet(shown: Shown) -> Sheet:
    """The results as one table: a line for each campaign, kind, channel, partner, introducer."""
    parts: list[tuple[str, list[Shown]]] = [("活动", shown["by_campaign"])]
    labels = {
        "by_kind": "活动类型",
        "by_channel": "招商方式",
        "by_partner": "协作方",
        "by_introducer": "引荐人",
    }
    for part, label in labels.items():
        named = [
            {"name": CAMPAIGN_LABELS[key] if part == "by_kind" else key, **outcome}
            for key, outcome in shown[part].items()
        ]
        parts.append((label, named))
    rows: Rows = [
        {
            "分类": label,
            **{header: line.get(key) for key, header in _RESULT_COLUMNS.items()},
            _RESULT_COLUMNS["agreed_total_wan"]: number(line["agreed_total_wan"]),
        }
        for label, lines in parts
        for line in lines
    ]
    headers = ["分类", *_RESULT_COLUMNS.values()]
    brief = ["分类", *(_RESULT_COLUMNS[key] for key in _RESULT_BRIEF)]
    name = f"{shown['year']}年招商活动成效"
    return Sheet(name, headers, rows, brief)


def _outcome(outcome: Outcome) -> Shown:
    return {
        "leads": outcome.leads,
        "signings": outcome.signings,
        "agreed_total_wan": wan_text(outcome.agreed_yuan),
    }
