"""Do the leads behind a figure add up to it again?"""

from crm.explaining import Explained
from domain.money import ratio_text, wan_text
from projections.target_tracking import TargetTable


def added_up(leads: list[Explained]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for lead in leads:
        for name, value in lead.part.values.items():
            sums[name] = sums.get(name, 0) + value
    return sums


def assert_adds_up(metric: str, leads: list[Explained], table: TargetTable) -> None:
    shown, sums = table.metrics[metric], added_up(leads)
    match metric:
        case "agreed_total_wan":
            assert shown.actual == wan_text(sums.get("actual", 0))
            assert shown.gross == wan_text(sums.get("gross", 0))
        case "fai_ratio":
            assert shown.actual == ratio_text(sums.get("numerator", 0), sums.get("denominator", 0))
        case "domestic_growth" | "foreign_growth":
            now, before = sums.get("this_window", 0), sums.get("window_before", 0)
            assert shown.actual == ratio_text(now - before, before)
        case "projects":
            assert shown.actual == sums.get("actual", 0)
            assert shown.gross == sums.get("gross", 0)
            assert shown.adjustments == sums.get("adjustments", 0)
        case _:
            assert shown.actual == sums.get("actual", 0)
