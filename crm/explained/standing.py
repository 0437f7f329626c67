"""What makes up the six lists, the colours and 包抓覆盖率? (plan clauses 28, 40, 60)

A list's part is the lead in it, with its amount; a colour's events are those its reasons rest on.
"""

from collections.abc import Iterable
from typing import Any

from crm.explained.figure import ONE, Figure, Inquiry, OfStates, Source, Values
from domain.calendar import period_of
from domain.lead import facts as f
from domain.lead.colour import COLOURED
from domain.lead.facts import Fact
from domain.lead.state import LeadState
from domain.money import wan_text
from domain.vocabulary import Colour, Milestone, ResponsibilityRole, Stage
from projections.colours import LIVE, coloured, leader_coverage
from projections.lead_states import LeadOnDay, leads_on
from projections.stage_lists import STAGE_LISTS, ListFilter, StageList, stage_list

_LISTS = ("clock", "leads", "states", "problems", "rules")
_STATES = ("clock", "leads", "states", "rules")
_COLOURS = Source("/colours", _STATES)
_COVERAGE = Source("/responsibility", _STATES)

# What brought a lead where it stands.
_ENTERED: dict[Stage, list[Fact]] = {
    Stage.LEAD: [f.registration],
    Stage.FRAMEWORK: [f.first_text, f.text],
    Stage.SIGNED: [f.signing],
    Stage.STARTED: [f.start],
    Stage.COMPLETED: [f.completion],
    Stage.PRODUCING: [f.production],
    Stage.EXITED: [f.exit_],
}


# --- the lists ------------------------------------------------------------------------------


def _list(entry: StageList) -> Figure:
    def shown(q: Inquiry) -> Any:
        asked = q.asked
        wanted = ListFilter(asked.unit, asked.town, asked.chain)
        page = stage_list(q.connection, entry.name, q.clocks, wanted, limit=1)
        return {"count": page.count, "total_agreed_wan": wan_text(page.total_yuan)}

    def values(lead: LeadOnDay, _: Inquiry) -> Values:
        if lead.state.stage is not entry.stage:
            return {}
        return {**ONE, "agreed_total": lead.state.agreed_total_yuan or 0}

    facts = [*_ENTERED[entry.stage], f.amount]
    return Figure(
        f"list_{entry.name.replace('-', '_')}",
        f"清单：{entry.label}",
        Source(f"/lists/{entry.name}", _LISTS),
        shown,
        OfStates(values, lambda *_: facts, frozenset({entry.stage})),
        money=True,
    )


# --- colours --------------------------------------------------------------------------------


def _colour(colour: Colour) -> Figure:
    def count(leads: Iterable[LeadOnDay], q: Inquiry) -> int:
        return sum(one.judgement.colour is colour for one in coloured(leads, q.day, q.rules))

    return Figure(
        f"colour_{colour.value}",
        f"三色：{colour.label}项目（个）",
        _COLOURS,
        lambda q: count(leads_on(q.connection, q.clocks, q.where, stages=COLOURED), q),
        OfStates(lambda lead, q: {"count": count([lead], q)}, _reasons, COLOURED),
    )


def _reasons(state: LeadState, q: Inquiry) -> Iterable[Fact]:
    """What `domain.lead.colour` looks at, where the lead stands."""
    looked_at: dict[Stage, list[Fact]] = {
        Stage.SIGNED: [f.planned(Milestone.START), f.agreed_day("start_due")],
        Stage.STARTED: [*_progress(state, q), f.suspension, f.in_statistics],
        Stage.COMPLETED: [
            f.planned(Milestone.PRODUCTION),
            f.agreed_day("production_due"),
            f.start,
            f.in_statistics,
        ],
    }
    override = state.colour_override
    return [
        *_ENTERED[state.stage],
        *looked_at.get(state.stage, [f.last_activity]),
        *([f.override] if override is not None and q.day <= override.until else []),
    ]


def _progress(state: LeadState, q: Inquiry) -> list[Fact]:
    """The year's plan and its latest return or, without one, the schedule and the 形象进度."""
    plan = state.fai_plan.get(q.day.year)
    if plan is not None and plan[-1] != 0:
        returns = f.year_to_date(f"{q.day.year}-01", period_of(q.day))
        return [f.planned_investment(q.day.year), returns]
    return [f.planned(Milestone.COMPLETION), f.agreed_day("completion_due"), f.percent]


# --- 包抓 -----------------------------------------------------------------------------------


def _coverage() -> Figure:
    def values(lead: LeadOnDay, _: Inquiry) -> Values:
        led, live, _rate = leader_coverage([lead])
        return {"numerator": led, "denominator": live}

    def shown(q: Inquiry) -> Any:
        led, live, rate = leader_coverage(leads_on(q.connection, q.clocks, q.where, stages=LIVE))
        return {"led": led, "live": live, "coverage": rate}

    return Figure(
        "leader_coverage",
        "包抓覆盖率",
        _COVERAGE,
        shown,
        OfStates(
            values,
            lambda state, _: [*_ENTERED[state.stage], f.held(ResponsibilityRole.LEADER)],
            LIVE,
        ),
    )


FIGURES = [
    *(_list(entry) for entry in STAGE_LISTS.values()),
    *(_colour(colour) for colour in Colour),
    _coverage(),
]
