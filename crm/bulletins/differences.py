"""What has changed since a bulletin was published, and which records changed it. (与此前通报的差异)

Late and corrected entries never change a bulletin; they change the next one, which says so. The
earlier bulletin is made again for its own business day, as known now; where a figure of its
sentences that can be explained is another, the records are named that its leads' parts rest on
now and did not then, and the voids that took others away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from crm.application import CRM
from crm.bulletins.asking import Moment, Questions, Quoted
from crm.bulletins.document import Column, Document, Figure, Kind, Section, Source, Value
from crm.bulletins.parts import say
from crm.explained import FIGURES
from crm.presentation import Shown, event_shown
from domain.bulletin import Published
from domain.calendar import timestamp
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.history import LeadHistory
from domain.lead.standing import is_turning_point
from projections.rates import Cohort


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of an earlier bulletin that is another now; `events` are ids."""

    metric: str
    label: str
    said: Value
    now: Value
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The changed figures, and the records that changed them, each once, as recorded."""

    figures: list[Changed]
    events: list[Shown]


_Place = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]
"""Where a figure is asked: route, what is asked, path in the answer."""


def differences(
    crm: CRM, earlier: Document, again: Iterable[Section], sources: list[Source], now: Moment
) -> Differences:
    """Of a bulletin that said `earlier`, and what its parts say as known at `now`."""
    then = Moment(earlier.known_at, earlier.position)
    values = {place: figure.value for place, figure in _told(again, sources)}
    figures: list[Changed] = []
    events: dict[str, Shown] = {}
    seen: list[tuple[str, dict[str, Any]]] = []
    for (route, asked, path), figure in _told(earlier.sections, earlier.sources):
        value = values.get((route, asked, path))
        if figure.metric is None or value == figure.value:
            continue
        day = date.fromisoformat(dict(asked)["as_of"])
        of = explained_by(figure.metric, Source(route, dict(asked)))
        if (figure.metric, of) in seen:  # said twice
            continue
        seen.append((figure.metric, of))
        before = Questions(crm, day, then).explain(figure.metric, day, **of)
        after = Questions(crm, day, now).explain(figure.metric, day, **of)
        found = list(_between(crm, before, after, then, now))
        events.update((event["event_id"], event) for event in found)
        ids = tuple(event["event_id"] for event in found)
        label = f"{FIGURES[figure.metric].label}{_COHORTS.get(of.get('cohort'), '')}"
        figures.append(Changed(figure.metric, label, figure.value, value, ids))
    return Differences(figures, sorted(events.values(), key=lambda event: event["position"]))


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
                "events": list(changed.events),
            }
            for changed in found.figures
        ],
        "event_count": len(found.events),
        "events": found.events,
        "next_cursor": None,
    }


def differences_section(earlier: Published | None, quoted: Quoted | None) -> Section:
    """与此前通报的差异: the line every bulletin has, and the figures and records behind it."""
    if earlier is None or quoted is None:
        return Section("differences", _TITLE, (say("此前没有发布过同类通报。"),))
    event = earlier.event
    name = f"《{event.title}》第{event.number}期"
    if not quoted.at("items"):
        text = f"{name}正文所列可溯源的数字，按现在掌握的记录没有变化。"
        return Section("differences", _TITLE, (say(text),))
    said = say(
        f"{name}发布后，因补录、更正，正文所列可溯源的数字有{{0}}项变化，涉及记录{{1}}条。",
        quoted.figure("count"),
        quoted.figure("event_count"),
    )
    kinds = {item["label"]: _kind_of(item) for item in quoted.at("items")}
    figures = quoted.table(
        "changed_figures",
        "数字变化",
        (
            Column("label", "指标"),
            Column("said", "当时通报", Kind.OF_ROW),
            Column("now", "现在", Kind.OF_ROW),
        ),
        "没有变化。",
        by="label",
        row_kinds=kinds,
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
        "没有引起变化的项目记录；变化来自规则等的调整。",
        items="events",
        by="position",
    )
    return Section("differences", _TITLE, (said,), (figures, events))


_TITLE = "与此前通报的差异"
_COHORTS: dict[Any, str] = {Cohort.YEAR: "（当年签约）", Cohort.BEFORE: "（往年签约）"}


def _kind_of(item: Shown) -> Kind:
    """A metric's name says what it counts."""
    metric = str(item["metric"])
    if metric.endswith("_wan"):
        return Kind.WAN
    if metric.endswith(("_rate", "_ratio", "_growth", "completeness", "coverage", "share")):
        return Kind.SHARE
    return Kind.POINTS if metric.endswith("_days") else Kind.COUNT


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


def _told(
    sections: Iterable[Section], sources: list[Source] | tuple[Source, ...]
) -> Iterator[tuple[_Place, Figure]]:
    for section in sections:
        for paragraph in section.paragraphs:
            for figure in paragraph.figures:
                source = sources[figure.source]
                asked = tuple(sorted(source.asked.items()))
                yield (source.route, asked, figure.path), figure


def _between(crm: CRM, before: Quoted, after: Quoted, then: Moment, now: Moment) -> Iterator[Shown]:
    """The records behind the leads' parts that are others now."""
    was = {lead["lead_id"]: lead for lead in before.at("leads")}
    stands = {lead["lead_id"]: lead for lead in after.at("leads")}
    for lead_id in {**was, **stands}:
        old, new = was.get(lead_id), stands.get(lead_id)
        if old is not None and new is not None and old["parts"] == new["parts"]:
            continue
        lead = new or old
        assert lead, "one of both"
        rested = {event["event_id"] for event in old["events"]} if old else set()
        rests = {event["event_id"]: event for event in new["events"]} if new else {}
        history = [r for r in crm.store.stream(UUID(lead_id)) if r.position <= now.position]
        fresh = [event for event in rests.values() if event["position"] > then.position]
        fresh += [event_shown(r) for r in _voids(history, rested - rests.keys())]
        if not fresh:
            late = _newly_known(history, then.position, after.at("as_of"))
            fresh = [event_shown(r) for r in late]
        for event in fresh:
            yield {**_of(lead), **event}


def _voids(history: LeadHistory, gone: set[str]) -> LeadHistory:
    return [
        r for r in history if isinstance(r.event, e.EventVoided) and str(r.event.event_id) in gone
    ]


def _newly_known(history: LeadHistory, since: int, day: str) -> list[Recorded[e.LeadEvent]]:
    """The turns of a lead without a part any more that were not known then."""
    late = [r for r in history if r.position > since and r.event.occurred_on.isoformat() <= day]
    return [r for r in late if is_turning_point(r.event)]


def _of(lead: Shown) -> Shown:
    return {"lead_id": lead["lead_id"], "lead_code": lead["code"], "lead_title": lead["title"]}
