"""Charts of a workbook: the program's own, drawn of the cells beside them, in patterns."""

from typing import Any

from crm.bulletins.document import ChartKind
from crm.bulletins.writing.drawing import Drawing, Panel

_PATTERNS = (
    {"pattern": "percent_75"},
    {"pattern": "wide_upward_diagonal"},
    {"pattern": "percent_20"},
    {"pattern": "large_grid"},
    {"pattern": "wide_downward_diagonal"},
    {"pattern": "percent_50"},
    {"pattern": "light_horizontal"},
)
_MARKS = ("circle", "square", "triangle", "diamond", "x", "star")
_DASHES = ("solid", "dash", "round_dot", "dash_dot")
_WIDTH = 640
_FACE = {"name": "宋体", "size": 9}


def place_chart(
    book: Any,
    page: Any,
    drawing: Drawing,
    panel: Panel,
    sheet: str,
    *,
    over: int,
    shift: int,
    rows: tuple[int, int],
    at: tuple[int, int],
) -> None:
    """Puts one panel of a drawing on a sheet. `over` is the sheet's column with the names, `shift`
    how many columns the sheet has before the table's; `rows` are first and last, from 0."""
    lying = drawing.lying
    kind = {"type": "line"} if drawing.kind is ChartKind.LINES else _bars(drawing, lying=lying)
    chart = book.add_chart(kind)
    first, last = rows
    for nth, series in enumerate(panel.series):
        column = shift + series.column
        chart.add_series(
            {
                "name": series.label,
                "categories": [sheet, first, over, last, over],
                "values": [sheet, first, column, last, column],
                **_look(drawing.kind, nth),
                "data_labels": {"value": True, "font": _FACE},
            }
        )
    title = drawing.title if len(drawing.panels) == 1 else f"{drawing.title}（{panel.unit}）"
    chart.set_title({"name": title, "name_font": {**_FACE, "size": 12, "bold": False}})
    names = {"num_font": _FACE, "reverse": lying, "label_position": "low"}
    values = {
        "name": f"单位：{panel.unit}" if panel.unit else "",
        "name_font": {**_FACE, "bold": False},
        "num_font": _FACE,
        "num_format": "0%" if panel.share else "#,##0.##" if _broken(panel) else "#,##0",
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    }
    if lying:
        # The first name on top, and the values' axis below all the same.
        chart.set_y_axis({**names, "crossing": "max"})
        chart.set_x_axis(values)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)
    if len(panel.series) > 1:
        chart.set_legend({"position": "bottom", "font": _FACE})
    else:
        chart.set_legend({"none": True})
    chart.show_blanks_as("gap")
    chart.set_size({"width": _WIDTH, "height": chart_height(drawing, panel)})
    page.insert_chart(*at, chart, {"description": title, "object_position": 3})


def chart_height(drawing: Drawing, panel: Panel) -> int:
    """Pixels: lying bars take a line each."""
    if not drawing.lying:
        return 380
    beside = 1 if drawing.kind is ChartKind.STACKED else len(panel.series)
    return max(300, 110 + len(drawing.names) * (beside * 15 + 8))


def _broken(panel: Panel) -> bool:
    """Whether the axis may need places: figures below ten."""
    figures = [abs(value) for series in panel.series for value in series.values if value]
    return max(figures, default=0) < 10 and any(value != int(value) for value in figures)


def _bars(drawing: Drawing, *, lying: bool) -> dict[str, str]:
    kind = {"type": "bar" if lying else "column"}
    return {**kind, "subtype": "stacked"} if drawing.kind is ChartKind.STACKED else kind


def _look(kind: ChartKind, nth: int) -> dict[str, Any]:
    if kind is ChartKind.LINES:
        mark = {"type": _MARKS[nth % len(_MARKS)], "size": 6, "fill": {"color": "white"}}
        dash = _DASHES[nth % len(_DASHES)]
        return {
            "line": {"color": "black", "width": 1.5, "dash_type": dash},
            "marker": {**mark, "border": {"color": "black"}},
        }
    pattern = _PATTERNS[nth % len(_PATTERNS)]
    return {
        "pattern": {**pattern, "fg_color": "#404040", "bg_color": "white"},
        "border": {"color": "black", "width": 0.75},
        "gap": 60,
    }
