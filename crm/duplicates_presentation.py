"""How likely double entries and first registrations are shown (疑似重复登记、首报首谈)."""

from crm.export import Sheet, items_sheet
from crm.presentation import Shown, day_text
from domain.calendar import timestamp
from projections.duplicates import Identity, Likely, Pair
from projections.first_contact import Registered

_SIDES = (("earlier", "先登记"), ("later", "后登记"))
_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "registered_on": "登记日期",
}
_PAIR_COLUMNS = {
    "label": "疑似原因",
    "title_percent": "名称相似度（%）",
    **{
        f"{side}_{name}": f"{label}{header}"
        for side, label in _SIDES
        for name, header in _COLUMNS.items()
    },
}


def identity_shown(lead: Identity) -> Shown:
    """A lead as it is told from others."""
    return {
        "lead_id": str(lead.lead_id),
        "code": lead.code,
        "title": lead.title,
        "investor": lead.investor,
        "recruiting_unit": lead.recruiting_unit,
        "registered_on": day_text(lead.registered_on),
    }


def likely_shown(likely: Likely) -> Shown:
    """A lead that may be the one being registered."""
    return {
        **identity_shown(likely.lead),
        "reason": likely.why.value,
        "label": likely.why.label,
        "title_percent": likely.title_percent,
    }


def pair_shown(pair: Pair) -> Shown:
    """Two leads that may be one."""
    return {
        "reason": pair.why.value,
        "label": pair.why.label,
        "title_percent": pair.title_percent,
        "earlier": identity_shown(pair.earlier),
        "later": identity_shown(pair.later),
    }


def registered_shown(registered: Registered | None) -> Shown | None:
    """A registration of an investor: who, when, and whether it still stands."""
    if registered is None:
        return None
    return {
        **identity_shown(registered.lead),
        "recorded_at": timestamp(registered.recorded_at),
        "recorded_by": registered.recorded_by,
        "active": registered.active,
    }


def pairs_sheet(shown: Shown) -> Sheet:
    """A row for each pair."""
    rows = [
        {
            **item,
            **{f"{side}_{name}": item[side][name] for side, _ in _SIDES for name in _COLUMNS},
        }
        for item in shown["items"]
    ]
    brief = ("label", "earlier_code", "earlier_title", "later_code", "later_title",
             "later_recruiting_unit")  # fmt: skip
    said = [f"疑似重复 {shown['count']} 对"]
    return items_sheet(rows, _PAIR_COLUMNS, "疑似重复登记", brief, said)
