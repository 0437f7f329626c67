"""What makes up the pipeline's cover, and what does a forecast start from? (F24; 储备, 预测)

An open lead's part of the cover is its estimate times the odds of its stage. The odds are the whole
centre's: they have figures of their own (`pipeline_<stage>_odds`), of the past leads that make them
up. A weighted amount is no integer of 元, so it is an exact fraction of 万元.

Of the forecast the known part and the history it goes by are followed, and each open lead with its
chance as estimated; the point and the intervals come of simulated years, not of leads.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from crm.explained.figure import Asked, Figure, Inquiry, Line, OfStates, Prepared, Source, Values
from crm.explained.years import basis, brought_by, in_year
from crm.forecasting import forecast
from crm.outlook_presentation import pipeline_shown
from domain.calendar import year_until
from domain.errors import BadInput
from domain.lead import events as e
from domain.lead import facts as f
from domain.lead.facts import Fact, behind
from domain.lead.folding import fold
from domain.lead.negotiation import negotiating_at
from domain.money import wan_text
from domain.vocabulary import NegotiationStage
from projections.courtships import Courtships, courtships, courtships_on
from projections.explained_leads import leads_standing
from projections.lead_states import LeadOnDay
from projections.pipeline import Pipeline, pipeline, pipeline_on

_TABLES = ("clock", "leads", "states", "money", "targets", "chains", "rules")
_PIPELINE = Source("/pipeline", _TABLES, ("year",))
_FORECAST = Source("/forecast", _TABLES, ("year",), ())
_YUAN_PER_WAN = 10_000

# What brought an open lead where it stands, and what it is expected to bring.
_NEGOTIATING: list[Fact] = [
    f.registration,
    f.contact,
    lambda events: f.review(events) or f.assessment(events),
    f.first_text,
    f.amount,
]
_shelving = f.since((e.LeadShelved,), (e.LeadReopened, e.AgreementSigned, e.AgreementUpgraded))
# How its courting ended.
_DECIDED: list[Fact] = [*_NEGOTIATING, f.signing, f.loss, _shelving, f.exit_]


def _on_the_day(q: Inquiry) -> Inquiry:
    """Moved to D', keeping what is asked."""
    return q.at(q.clocks.on(year_until(q.year, q.day)))


def _standing(q: Inquiry) -> list[LeadOnDay]:
    """Every lead on the inquiry's day, folded from its events."""
    return [
        LeadOnDay(lead_id, fold(events))
        for lead_id in leads_standing(q.connection, q.clocks)
        if (events := q.events(lead_id))
    ]


# --- the pipeline ---------------------------------------------------------------------------


def _shown(q: Inquiry) -> dict[str, Any]:
    found = pipeline_on(q.connection, q.year, q.clocks, q.where, q.rules)
    return pipeline_shown(found, detail=False)


def _stage_shown(q: Inquiry, stage: NegotiationStage) -> Any:
    return next(one for one in _shown(q)["stages"] if one["stage"] == stage.value)


def _alone(lead: LeadOnDay, q: Inquiry) -> Pipeline:
    return pipeline([lead], q.day, None, 0, q.rules)


def _open(*stages: NegotiationStage) -> Prepared:
    """The open leads at some stages: how many, without an estimate, what they may bring.

    Weighted by the odds that the whole history gives, where it gives any.
    """

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        here = [one for one in _alone(lead, q).stages if one.odds.stage in stages]
        return {
            "count": sum(len(one.leads) for one in here),
            "unestimated": sum(len(one.unestimated) for one in here),
            "estimated": sum(one.yuan for one in here),
        }

    def prepare(q: Inquiry) -> tuple[OfStates, Inquiry]:
        at = _on_the_day(q)
        whole = pipeline(_standing(at), at.day, None, 0, at.rules)
        odds = {one.odds.stage: one.odds.probability for one in whole.stages}

        def weigh(line: Line, at: Inquiry) -> Line:
            stage = negotiating_at(line.state, at.day) if line.state else None
            chance = odds[stage] if stage is not None else None
            if chance is None:
                return line
            weighted = Fraction(line.values["estimated"], _YUAN_PER_WAN) * chance
            return replace(line, exact={"weighted_wan": weighted})

        return OfStates(values, lambda *_: _NEGOTIATING, complete=weigh), at

    return Prepared(prepare)


def _odds(stage: NegotiationStage) -> Prepared:
    """The past leads that came so far: decided, and signed of those. Of the whole centre."""

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        odds = next(s.odds for s in _alone(lead, q).stages if s.odds.stage is stage)
        return {"decided": odds.decided, "signed": odds.signed}

    of_states = OfStates(values, lambda *_: _DECIDED, takes=lambda _: True)
    return Prepared(lambda q: (of_states, _on_the_day(q)))


def _brought(q: Inquiry) -> Iterator[Line]:
    """F2 so far: what the cover's denominator takes off the target."""
    for lead in in_year(replace(q, asked=Asked(q.year))):
        if lead.part.year_yuan and q.where.takes(lead.state):
            events = behind(lead.events, brought_by(lead, q))
            yield Line(lead.lead_id, lead.state, {"actual": lead.part.year_yuan}, events)


_all_open = _open(*NegotiationStage)


def _cover(q: Inquiry) -> Iterator[Line]:
    """Both: Σ weighted ÷ (target − Σ actual)."""
    yield from _all_open(q)
    yield from _brought(q)


_COVER = ("target_wan", "actual_wan", "missing_wan", "weighted_wan", "cover", "reason")


def _cover_figure() -> Figure:
    def shown(q: Inquiry) -> Any:
        page = _shown(q)
        return {name: page[name] for name in _COVER}

    return Figure("pipeline_cover", "储备覆盖：覆盖倍数", _PIPELINE, shown, _cover, money=True)


def _of_whole(name: str, label: str, lines: Callable[[Inquiry], Iterator[Line]]) -> Figure:
    return Figure(
        f"pipeline_{name}", f"储备覆盖：{label}", _PIPELINE, lambda q: _shown(q)[name], lines, True
    )


def _of_stage(stage: NegotiationStage) -> Figure:
    return Figure(
        f"pipeline_{stage.value}",
        f"储备覆盖：{stage.label}在谈线索",
        _PIPELINE,
        lambda q: _stage_shown(q, stage),
        _open(stage),
        money=True,
    )


def _odds_of(stage: NegotiationStage) -> Figure:
    return Figure(
        f"pipeline_{stage.value}_odds",
        f"储备覆盖：{stage.label}历史转化率",
        _PIPELINE,
        lambda q: _stage_shown(q, stage),
        _odds(stage),
    )


# --- the forecast ---------------------------------------------------------------------------


def _actual(name: str, label: str, field: str) -> Figure:
    """The known part: what counts in the year so far, and may still leave (F1, F2)."""
    money = field == "yuan"

    def shown(q: Inquiry) -> Any:
        counted = courtships_on(q.connection, q.clocks, q.rules).counted
        whole = sum(getattr(lead, field) for lead in counted)
        return wan_text(whole) if money else whole

    def lines(q: Inquiry) -> Iterator[Line]:
        for lead in in_year(_this_year(q)):
            value = lead.part.year_yuan if money else lead.part.signed
            if value:
                decisive = brought_by(lead, q) if money else [f.signing, *basis(q)]
                events = behind(lead.events, decisive)
                yield Line(lead.lead_id, lead.state, {"actual": value}, events)

    return Figure(f"forecast_{name}", f"年末预测：{label}", _FORECAST, shown, lines, money)


def _this_year(q: Inquiry) -> Inquiry:
    """A forecast is of the year D lies in. Raises `BadInput` for another year."""
    if q.year != q.day.year:
        raise BadInput("year", f"只能预测业务日期所在年度（{q.day.year} 年）")
    return q


_HISTORY = ("leads", "decided", "signed", "arrivals")


def _history() -> Figure:
    """The history a forecast goes by: who came, how it ended, how many came within a year."""

    def told(facts: Courtships) -> Values:
        counts = len(facts.past), facts.decided, facts.signed, facts.arrivals
        return dict(zip(_HISTORY, counts, strict=True))

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        return told(courtships([lead], q.day, {}))

    of_states = OfStates(values, lambda *_: _DECIDED)
    return Figure(
        "forecast_history",
        "年末预测：历史依据",
        _FORECAST,
        lambda q: told(courtships_on(q.connection, q.clocks, q.rules)),
        Prepared(lambda q: (of_states, _this_year(q))),
    )


def _open_leads() -> Figure:
    """The open leads, each with its chance to sign before the year is over, as shown (4 places).

    The chance is what the whole history gives a lead of its stage and age.
    """

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        return {"count": len(courtships([lead], q.day, {}).open)}

    def prepare(q: Inquiry) -> tuple[OfStates, Inquiry]:
        _this_year(q)
        shares = {
            lead.lead_id: (lead.part.signed, lead.part.year_yuan)
            for lead in in_year(q)
            if lead.part.signed or lead.part.year_yuan
        }
        found = forecast(courtships(_standing(q), q.day, shares), (None, None), q.rules)
        chances = {one.lead.lead_id: Fraction(one.chance) for one in found.chances}

        def with_chance(line: Line, _: Inquiry) -> Line:
            chance = chances.get(line.lead_id)
            return line if chance is None else replace(line, exact={"probability": chance})

        return OfStates(values, lambda *_: _NEGOTIATING, complete=with_chance), q

    return Figure(
        "forecast_open",
        "年末预测：在谈线索（条）",
        _FORECAST,
        lambda q: len(courtships_on(q.connection, q.clocks, q.rules).open),
        Prepared(prepare),
    )


FIGURES = [
    _of_whole("negotiating_wan", "在谈金额（万元）", _all_open),
    _of_whole("weighted_wan", "加权金额（万元）", _all_open),
    _of_whole("actual_wan", "已完成协议资金（万元）", _brought),
    _cover_figure(),
    *(_of_stage(stage) for stage in NegotiationStage),
    *(_odds_of(stage) for stage in NegotiationStage),
    _actual("actual_projects", "已完成招引项目（个）", "projects"),
    _actual("actual_agreed_total_wan", "已完成协议资金（万元）", "yuan"),
    _open_leads(),
    _history(),
]
