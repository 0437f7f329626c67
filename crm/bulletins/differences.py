"""What has changed since a bulletin was published, and which records changed it. (与此前通报的差异)

Late and corrected entries never change a bulletin; they change the next one, which says so. The
earlier bulletin is made again for its own business day, as known now: every figure of its sentences
and every cell of its tables is held against what was said (`crm.bulletins.comparing`), and the
records behind what is another are named (`crm.bulletins.causes`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.application import CRM
from crm.bulletins.asking import Moment, Questions, Quoted
from crm.bulletins.causes import Causes
from crm.bulletins.comparing import Cell, Told, cells, figures
from crm.bulletins.document import Column, Document, Kind, Section, Source, Value
from crm.bulletins.parts import say
from crm.bulletins.writing.words import printed
from crm.explained import FIGURES
from crm.numbering import LEADS, PROBLEMS, stream_of
from crm.presentation import Shown
from domain.bulletin import Published
from domain.calendar import timestamp
from projections.rates import Cohort


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of a sentence of an earlier bulletin that is another now, and the records that
    changed it. `metric` is None of one that cannot be explained: nobody says which then."""

    route: str
    metric: str | None
    label: str
    kind: Kind
    said: Value
    now: Value
    events: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed, and the records that changed it, each once, as recorded."""

    figures: list[Changed]
    cells: list[Cell]
    events: list[Shown]


def differences(
    crm: CRM, earlier: Document, again: Iterable[Section], sources: Sequence[Source], now: Moment
) -> Differences:
    """Of a bulletin that said `earlier`, and what its parts say as known at `now`."""
    now_said = {section.key: section for section in again}
    said = [section for section in earlier.sections if section.key in now_said]
    then = Moment(earlier.known_at, earlier.position)
    causes = Causes(crm, earlier.as_of, then, now)
    paired = _paired(said, earlier.sources, now_said.values(), sources)
    changed = list(_changed(crm, paired, causes))
    differing = [cell for section in said for cell in _cells(section, now_said[section.key])]
    routes = {earlier.sources[cell.table.source].route for cell in differing}
    routes |= {each.route for each in changed}
    events = {event["event_id"]: event for each in changed for event in each.events}
    for found in _behind_cells(crm, causes, differing, routes):
        events |= {event["event_id"]: event for event in found}
    named = {cell.name for cell in differing}
    left = causes.of_rows_left(named, {str(event["lead_id"]) for event in events.values()})
    events |= {event["event_id"]: event for event in left}
    return Differences(changed, differing, sorted(events.values(), key=lambda e: e["position"]))


def _changed(
    crm: CRM, paired: Iterable[tuple[Told | None, Told | None]], causes: Causes
) -> Iterator[Changed]:
    """Each figure that is another; of a metric asked twice the first."""
    explained: list[tuple[str, dict[str, Any]]] = []
    for was, found in paired:
        told = was or found
        assert told, "one of both"
        route, metric, kind = told.source.route, told.figure.metric, told.figure.kind
        values = (was.figure.value if was else None, found.figure.value if found else None)
        if metric is None:
            yield Changed(route, None, f"{told.section}：{told.words}", kind, *values)
            continue
        of = explained_by(metric, told.source)
        if (metric, of) in explained:
            continue
        explained.append((metric, of))
        day = date.fromisoformat(told.source.asked["as_of"])
        before, after = (
            Questions(crm, day, at).explain(metric, day, **of) for at in (causes.then, causes.now)
        )
        label = f"{FIGURES[metric].label}{_COHORTS.get(of.get('cohort'), '')}"
        events = tuple(causes.of_metric(before, after))
        yield Changed(route, metric, label, kind, *values, events)


def _behind_cells(
    crm: CRM, causes: Causes, differing: Sequence[Cell], routes: Collection[str]
) -> Iterator[Iterable[Shown]]:
    """The records behind cells: of the leads and problems themselves, and of what divides them."""
    names = {cell.name for cell in differing}
    yield causes.of_rows({stream_of(name) for name in names if name[:2] in (LEADS, PROBLEMS)})
    yield causes.of_divisions(names)
    yield causes.of_months(names)
    if "/anomalies" in routes:
        was, stands = (
            Questions(crm, causes.day, at).late_edits() for at in (causes.then, causes.now)
        )
        yield causes.of_doubts(was, stands)
    yield causes.of_others(routes)


def _paired(
    said: Iterable[Section],
    said_sources: Sequence[Source],
    again: Iterable[Section],
    sources: Sequence[Source],
) -> Iterator[tuple[Told | None, Told | None]]:
    """Figures that are others, and those that only one of both says."""
    was, now = figures(said, said_sources), figures(again, sources)
    for place in {**was, **now}:
        one, other = was.get(place), now.get(place)
        if one is None or other is None or one.figure.value != other.figure.value:
            yield one, other


def _cells(section: Section, other: Section) -> Iterator[Cell]:
    now = {table.key: table for table in other.tables}
    for table in section.tables:
        if table.key in now:
            yield from cells(section.title, table, now[table.key])


def differences_shown(published: Published, found: Differences) -> Shown:
    """As the API answers it."""
    event = published.event
    return {
        "bulletin_id": str(published.event_id),
        "title": event.title,
        "number": event.number,
        "said_of": event.as_of.isoformat(),
        "said_at": timestamp(event.known_at),
        "count": len(found.figures),
        "items": [
            {
                "metric": changed.metric,
                "label": changed.label,
                "said": changed.said,
                "now": changed.now,
                "said_shown": printed(changed.said, changed.kind),
                "now_shown": printed(changed.now, changed.kind),
                "events": [event["event_id"] for event in changed.events],
            }
            for changed in found.figures
        ],
        "cell_count": len(found.cells),
        "cells": [_cell_shown(nth, cell) for nth, cell in enumerate(found.cells, 1)],
        "event_count": len(found.events),
        "events": found.events,
        "next_cursor": None,
    }


def _cell_shown(nth: int, cell: Cell) -> Shown:
    row, column = cell.row, cell.column
    labels = column.labels if column else None
    kind = cell.table.kind_of(row, column) if column else Kind.TEXT
    names = [row.get(name) for name in ("title", "lead_title", "name", "label", "unit")]
    name = next((str(one) for one in names if one and str(one) != cell.key), None)
    named = next((c for c in cell.table.columns if c.key == cell.table.by), None)
    key = printed(cell.key, named.kind, named.labels) if named else cell.key
    return {
        "number": nth,
        "section": cell.section,
        "table": cell.table.title,
        "row": f"{key} {name}" if name else key,
        "column": _header(column) if column else "是否列入",
        "said": cell.said,
        "now": cell.now,
        "said_shown": printed(cell.said, kind, labels),
        "now_shown": printed(cell.now, kind, labels),
    }


def _header(column: Column) -> str:
    return f"{column.group}·{column.header}" if column.group else column.header


def differences_section(earlier: Published | None, quoted: Quoted | None) -> Section:
    """与此前通报的差异: the line every bulletin has, and the figures and records behind it."""
    if earlier is None or quoted is None:
        return Section("differences", _TITLE, (say("此前没有发布过同类通报。"),))
    event = earlier.event
    name = f"《{event.title}》第{event.number}期"
    if not quoted.at("items") and not quoted.at("cells"):
        text = f"{name}所列数字，按现在掌握的记录没有变化。"
        return Section("differences", _TITLE, (say(text),))
    said = say(
        f"{name}发布后，因补录、更正，正文数字有{{0}}项、表内数据有{{1}}处变化，涉及记录{{2}}条。",
        quoted.figure("count"),
        quoted.figure("cell_count"),
        quoted.figure("event_count"),
    )
    changed = (Column("said_shown", "当时通报"), Column("now_shown", "现在"))
    in_sentences = quoted.table(
        "changed_figures", "正文数字变化", (Column("label", "指标"), *changed), "", by="label"
    )
    in_tables = quoted.table(
        "changed_cells",
        "表内数据变化",
        (
            Column("table", "表"),
            Column("row", "项目、单位"),
            Column("column", "栏目"),
            *changed,
        ),
        "",
        items="cells",
        by="number",
        printed=_MOST_CELLS,
    )
    events = quoted.table(
        "changing_events",
        "引起变化的记录",
        (
            Column("lead_code", "项目编号"),
            Column("lead_title", "项目名称"),
            Column("label", "事项"),
            Column("occurred_on", "业务日期", Kind.DAY),
            Column("recorded_at", "录入时刻", Kind.MOMENT),
            Column("recorded_by", "录入人"),
            Column("position", "记录号"),
        ),
        "没有引起变化的记录。",
        items="events",
        by="position",
    )
    return Section("differences", _TITLE, (said,), (in_sentences, in_tables, events))


_MOST_CELLS = 12
_TITLE = "与此前通报的差异"
_COHORTS: dict[Any, str] = {Cohort.YEAR: "（当年签约）", Cohort.BEFORE: "（往年签约）"}


def explained_by(metric: str, source: Source) -> dict[str, Any]:
    """What `GET /explain` is asked beside the clocks, to follow a figure quoted from a source."""
    wanted = FIGURES[metric].source
    found = {
        name: said
        for name, said in source.asked.items()
        if name in (*wanted.required, *wanted.optional)
    }
    if "year" in wanted.required and "year" not in found:  # in the address: /targets/2023
        found["year"] = source.route.rsplit("/", 1)[-1]
    return {name: _TYPED.get(name, str)(said) for name, said in found.items()}


_TYPED: dict[str, Any] = {"year": int, "since": date.fromisoformat, "cohort": Cohort}
