"""Draws a chart for print: readable in black and white, every bar with its figure.

matplotlib draws with the packaged face, letters as outlines. Its settings are the process's own,
so one chart is drawn at a time, from the library's defaults and ours alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from crm.bulletins.document import Chart, ChartKind, Table
from crm.bulletins.writing.drawing import (
    AROUND,
    BETWEEN,
    FOLDED,
    LINE,
    TALLEST,
    Drawing,
    Panel,
    Series,
)
from crm.bulletins.writing.fonts import packaged_sans
from crm.tables import display_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 180
_ACROSS = 6.14  # inches: the width of a page's text
_LARGE, _SMALL = 10.0, 9.0  # points
# Told apart without colour: a shade and a pattern; a line and a mark.
_FILLS = (("0.35", ""), ("1.0", "////"), ("0.75", ""), ("1.0", "...."), ("0.55", "\\\\\\\\"))
_FILLS_MORE = (("1.0", "xxxx"), ("0.9", "----"), ("1.0", ""))
_DASHES = ("-", "--", ":", "-.")
_MARKS = "os^Dvx*P"
_ALONG = 84  # half characters below an axis
_LOCK = Lock()


def chart_svg(chart: Chart, table: Table) -> bytes:
    """The drawing as SVG, letters as outlines."""
    return _drawn(chart, table, "svg")


def chart_png(chart: Chart, table: Table) -> bytes:
    """The drawing as PNG, 180 dots an inch."""
    return _drawn(chart, table, "png")


def _drawn(chart: Chart, table: Table, form: str) -> bytes:
    from matplotlib import rc_context, rcParamsDefault
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    drawing = Drawing.of(chart, table)
    ours: dict[str, Any] = {
        "svg.hashsalt": "crm",
        "svg.fonttype": "path",
        "hatch.linewidth": 0.6,
        "axes.unicode_minus": False,
        "text.parse_math": False,
        "path.simplify": False,
    }
    with _LOCK, rc_context(), _packaged() as written:
        from matplotlib import rcParams

        # The backend is not a look, and setting it would load a user's interface.
        plain: dict[Any, Any] = {
            k: v for k, v in rcParamsDefault.items() if not k.startswith("backend")
        }
        plain.update(ours)
        rcParams.update(plain)
        figure = _figure(drawing, written)
        out = BytesIO()
        canvas: Any
        if form == "svg":
            canvas = FigureCanvasSVG(figure)
            canvas.print_svg(out, metadata={"Date": None, "Creator": None})
        else:
            canvas = FigureCanvasAgg(figure)
            canvas.print_png(out, metadata={"Software": None})
    return out.getvalue()


class _Written:
    """How words are set: the face, and only characters it has."""

    def __init__(self, properties: Callable[[float], Any], known: Callable[[int], bool]) -> None:
        self._properties, self._known = properties, known

    def at(self, size: float) -> dict[str, Any]:
        return {"fontproperties": self._properties(size)}

    def text(self, text: str) -> str:
        return "".join(c if c == "\n" or self._known(ord(c)) else "□" for c in text)


@contextmanager
def _packaged() -> Iterator[_Written]:
    from matplotlib.font_manager import FontProperties, get_font

    path = packaged_sans()
    known = get_font(path).get_charmap()
    yield _Written(lambda size: FontProperties(fname=path, size=size), known.__contains__)


def _figure(drawing: Drawing, written: _Written) -> "Figure":
    from matplotlib.figure import Figure

    lying = drawing.lying
    panels = drawing.panels
    heights = [_height(drawing, panel, lying=lying) for panel in panels]
    if beside := lying and len(panels) == 2:  # the names once, for both
        heights = [max(heights)]
    figure = Figure(figsize=(_ACROSS, min(sum(heights), TALLEST)), dpi=_DPI, layout="constrained")
    if beside:
        axes = list(figure.subplots(1, 2, sharey=True))
    else:
        axes = list(figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0])
    for nth, (axis, panel) in enumerate(zip(axes, panels, strict=True)):
        _panel(axis, drawing, panel, written, lying=lying)
        if beside and nth:
            axis.tick_params(axis="y", left=False, labelleft=False)
    return figure


def _height(drawing: Drawing, panel: Panel, *, lying: bool) -> float:
    """Inches."""
    if not lying:
        return 2.9 + (0.05 * min(_widest(drawing), FOLDED) if _turned(drawing) else 0.0)
    beside = 1 if drawing.kind is ChartKind.STACKED else len(panel.series)
    names = len(drawing.names)
    lines = sum(max(beside, _folded(name).count("\n") + 1) for name in drawing.names)
    return AROUND + lines * LINE + names * BETWEEN


def _turned(drawing: Drawing) -> bool:
    """Names that do not fit side by side below an axis are turned."""
    return len(drawing.names) * (_widest(drawing) + 1) > _ALONG


def _widest(drawing: Drawing) -> int:
    return max(map(display_width, drawing.names))


def _panel(axis: "Axes", drawing: Drawing, panel: Panel, written: _Written, *, lying: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    unit = written.text(panel.unit)
    if drawing.kind is ChartKind.LINES:
        _lines(axis, panel, written)
    else:
        stacked = drawing.kind is ChartKind.STACKED
        _bars(axis, panel, written, lying=lying, stacked=stacked)
    along = axis.yaxis if lying else axis.xaxis
    turned = not lying and _turned(drawing)
    names = [written.text(_cut(name) if turned else _folded(name)) for name in drawing.names]
    along.set_ticks(range(len(names)), labels=names)
    turn = 45.0 if turned else 0.0
    for label in along.get_ticklabels():
        label.set(**written.at(_SMALL), rotation=turn)
        if turn:
            label.set(horizontalalignment="right", rotation_mode="anchor")
    across = axis.xaxis if lying else axis.yaxis
    for label in across.get_ticklabels():
        label.set(**written.at(_SMALL))
    whole = all(v is None or v == int(v) for series in panel.series for v in series.values)
    across.set_major_locator(
        MaxNLocator(nbins=5 if len(drawing.panels) == 2 else 7, steps=[1, 2, 5, 10], integer=whole)
    )
    across.set_major_formatter(lambda value, _: f"{value:,.10g}")
    # Above the axis and lying, whichever way the bars go: a unit stood on end is not read.
    if unit:
        axis.set_title(f"单位：{unit}", loc="right", **written.at(_SMALL))
    if len(panel.series) > 1 or len(drawing.panels) > 1:
        labels = max(display_width(series.label) for series in panel.series)
        axis.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=max(1, min(len(panel.series), 3, 68 // (labels + 8))),
            frameon=False,
            prop=written.at(_SMALL)["fontproperties"],
            borderaxespad=0.2,
            handlelength=2.4,
        )
    axis.spines[["top", "right"]].set_visible(False)
    across.grid(visible=True, color="0.85", linewidth=0.5)
    axis.set_axisbelow(True)


def _bars(axis: "Axes", panel: Panel, written: _Written, *, lying: bool, stacked: bool) -> None:
    fills = _FILLS + _FILLS_MORE
    count = 1 if stacked else len(panel.series)
    thick = 0.8 / count if len(panel.series[0].values) > 2 else 0.4 / count
    above = [0.0] * len(panel.series[0].values)
    below = [0.0] * len(above)
    reach = _reach(panel, stacked=stacked)
    for nth, series in enumerate(panel.series):
        shade, hatch = fills[nth % len(fills)]
        places, lengths, starts, words = [], [], [], []
        for at, value in enumerate(series.values):
            if value is None:
                continue  # a gap
            length = float(value)
            side = above if length >= 0 else below
            places.append(at if stacked else at + (nth - (count - 1) / 2) * thick)
            lengths.append(length)
            starts.append(side[at] if stacked else 0.0)
            words.append(written.text(series.words[at]))
            side[at] += length
        style: dict[str, Any] = {
            "color": shade,
            "hatch": hatch,
            "edgecolor": "black",
            "linewidth": 0.6,
        }
        label = written.text(series.label)
        if lying:
            bars = axis.barh(places, lengths, thick, left=starts, label=label, **style)
        else:
            bars = axis.bar(places, lengths, thick, bottom=starts, label=label, **style)
        if not stacked:
            axis.bar_label(bars, labels=words, padding=2, **written.at(_SMALL - _crowd(panel)))
            continue
        # Only where there is room inside; the table has them all.
        room = 0.055 * reach * (1 if not lying else 1.3)
        inside = [w if abs(x) >= room else "" for w, x in zip(words, lengths, strict=True)]
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        for label_of in axis.bar_label(
            bars, labels=inside, label_type="center", **written.at(_SMALL - 1)
        ):
            if label_of.get_text():
                label_of.set_bbox(paper)
    if lying:
        axis.margins(x=0.14)
    else:
        axis.margins(y=0.14)
    # All names have their place, a gap's too.
    if lying:
        axis.set_ylim(len(above) - 0.4, -0.6)  # the first one on top
    else:
        axis.set_xlim(-0.6, len(above) - 0.4)
    (axis.axvline if lying else axis.axhline)(0, color="black", linewidth=0.8)


def _crowd(panel: Panel) -> float:
    """Smaller type at bars that stand close."""
    return 1.0 if len(panel.series) * len(panel.series[0].values) > 12 else 0.0


def _reach(panel: Panel, *, stacked: bool) -> float:
    """How far the bars go at most."""
    columns = zip(*(series.values for series in panel.series), strict=True)
    sums = [sum(abs(float(value)) for value in column if value is not None) for column in columns]
    return max(sums, default=0.0) or 1.0


def _lines(axis: "Axes", panel: Panel, written: _Written) -> None:
    for nth, series in enumerate(panel.series):
        values = [float("nan") if value is None else float(value) for value in series.values]
        axis.plot(
            range(len(values)),
            values,
            color="black" if nth % 2 == 0 else "0.45",
            linestyle=_DASHES[nth % len(_DASHES)],
            marker=_MARKS[nth % len(_MARKS)],
            markersize=5,
            linewidth=1.2,
            label=written.text(series.label),
        )
    for at in range(len(panel.series[0].values)):
        _figures_at(axis, at, panel.series, written)
    axis.margins(y=0.18)


def _figures_at(axis: "Axes", at: int, drawn: tuple[Series, ...], written: _Written) -> None:
    """The highest figure above its mark, the lowest below: between lines there is no room."""
    here = [(value, s.words[at]) for s in drawn if (value := s.values[at]) is not None]
    if not here:
        return
    here.sort()
    for (value, words), above in [(here[-1], True), *([(here[0], False)] if here[1:] else [])]:
        axis.annotate(
            written.text(words),
            (at, float(value)),
            xytext=(0, 5 if above else -5),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            **written.at(_SMALL - 1),
        )


def _cut(name: str) -> str:
    """A turned name stays on its line: the table has it whole."""
    folded = _folded(name).split("\n")
    return folded[0] if len(folded) == 1 else folded[0][:-1] + "…"


def _folded(name: str) -> str:
    """A long name on two lines or three, then cut: the table has it whole."""
    lines, line, width = [], "", 0
    for character in name:
        wide = display_width(character)
        if width + wide > FOLDED:
            lines.append(line)
            line, width = "", 0
        line, width = line + character, width + wide
    lines.append(line)
    return "\n".join(lines) if len(lines) <= 2 else "\n".join(lines[:2])[:-1] + "…"
