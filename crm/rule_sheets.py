"""A recount as a table: the year's figures by both rules, then the leads that differ."""

from crm.export import Rows, Sheet, number
from crm.presentation import METRIC_LABELS, Shown
from domain.rulebook import RULES

_PART_LABELS = {
    "projects": METRIC_LABELS["projects"],
    "projects_exited": "其中已退出（个）",
    "agreed_total_wan": METRIC_LABELS["agreed_total_wan"],
    "agreed_exited_wan": "其中已退出（万元）",
    "big_projects": METRIC_LABELS["big_projects"],
    "built_projects": METRIC_LABELS["built_projects"],
    "contracts_wan": "合同金额（万元）",
}
_HEADERS = ("范围", "项目名称", "指标", "现行", "重新计算")
_SIDES = ("in_force", "recounted")


def recount_sheet(shown: Shown) -> Sheet:
    """Both sides of every figure of the county; of a lead, those that differ."""
    ours, theirs = (shown[side]["metrics"] for side in _SIDES)
    rows: Rows = [
        _row("全县", None, label, ours[name]["actual"], theirs[name]["actual"])
        for name, label in METRIC_LABELS.items()
    ]
    rows += [
        _row("全县", None, f"{label}：超欠时序进度（百分点）", ours[name]["gap_pp"], its["gap_pp"])
        for name, label in METRIC_LABELS.items()
        if (its := theirs[name])["gap_pp"] is not None
    ]
    for lead in shown["differences"]:
        rows += [
            _row(lead["code"], lead["title"], label, *(lead[side][name] for side in _SIDES))
            for name, label in _PART_LABELS.items()
            if lead["in_force"][name] != lead["recounted"][name]
        ]
    rules = {rule.public: rule for rule in RULES.values()}
    said = [
        f"{rules[name].label}：{sides['in_force']} → {sides['recounted']}（{rules[name].unit}）"
        for name, sides in shown["rules"].items()
    ]
    progress = " → ".join(str(shown[side]["time_progress"]) for side in _SIDES)
    said.append(f"时序进度：{progress}")
    name = f"{shown['year']}年目标重新计算"
    return Sheet(name, _HEADERS, rows, said=said)


def _row(scope: str, title: str | None, label: str, *values: str | int | None) -> dict[str, object]:
    return dict(zip(_HEADERS, (scope, title, label, *map(number, values)), strict=True))
