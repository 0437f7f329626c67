"""Are the sample data legal, always the same, and do they read like two years of a county?"""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from crm.demo.story import StoryStep, VoidOf, story
from crm.uscc import valid_uscc
from domain.calendar import SHANGHAI, business_day
from domain.campaign import campaign_stream
from domain.chain import events as chain
from domain.chain.decisions import list_enterprise, record_of_enterprise
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.standing import Lead
from domain.money import LARGEST_UNITS
from domain.vocabulary import FundsSource, Relation, Stage
from tests.naive import naive_facts, naive_lists, naive_target

END = date(2023, 12, 31)


@cache
def steps() -> list[StoryStep]:
    return list(story())


@cache
def told() -> list[Recorded[e.LeadEvent]]:
    """The story played through `decide` in memory: every step is legal."""
    log: list[Recorded[e.LeadEvent]] = []
    leads: dict[str, Lead] = {}
    labelled: dict[str, UUID] = {}
    for step in steps():
        if step.lead is None:
            continue
        assert step.lead is not None
        events: list[e.LeadEvent] = []
        if step.registration is not None:
            number = len(leads) + 1
            leads[step.lead] = Lead(UUID(int=number))
            parent = leads[step.parent].lead_id if step.parent else None
            code = f"ZS{step.registration.occurred_on.year}-{number:04d}"
            events.append(replace(step.registration, code=code, parent_lead_id=parent))
        for event in step.events:
            if isinstance(event, VoidOf):
                target = labelled[event.label]
                event = e.EventVoided(
                    occurred_on=event.occurred_on, event_id=target, ground=event.ground
                )
            events.append(event)
        for event in events:
            lead = leads[step.lead]
            decide(lead, event, business_day(step.recorded_at))
            position = len(log) + 1
            item = Recorded(
                lead.lead_id,
                lead.version + 1,
                position,
                UUID(int=position),
                step.recorded_at,
                step.by,
                event,
            )
            log.append(item)
            leads[step.lead] = lead.after(item)
        if step.label is not None:
            labelled[step.label] = log[-1].event_id
    return log


def test_every_step_is_legal() -> None:
    assert 110 <= len({r.stream_id for r in told()}) <= 130
    assert {type(r.event).__name__ for r in told()} >= {
        "EventVoided",
        "AgreementUpgraded",
        "AgreementAmended",
        "ConstructionSuspended",
        "ConstructionResumed",
        "LeadReinstated",
        "LeadReopened",
        "LeadLost",
    }


def test_mistakes_are_taken_back() -> None:
    by_id = {r.event_id: r.event for r in told()}
    voided = [by_id[r.event.event_id] for r in told() if isinstance(r.event, e.EventVoided)]
    assert {type(event) for event in voided} == {
        e.ConstructionStarted,
        e.FundsArrived,
        e.AgreementSigned,
    }


def test_a_child_has_the_investor_of_its_parent() -> None:
    investors = {
        r.stream_id: r.event.investor for r in told() if isinstance(r.event, e.LeadRegistered)
    }
    for recorded in told():
        event = recorded.event
        if isinstance(event, e.LeadRegistered) and event.parent_lead_id:
            assert event.investor == investors[event.parent_lead_id]


def test_always_the_same_whatever_else_draws_numbers() -> None:
    random.seed(random.random())
    assert list(story()) == steps()


def test_recorded_in_working_hours_strictly_rising() -> None:
    moments = [step.recorded_at.astimezone(SHANGHAI) for step in steps()]
    assert all(before < after for before, after in pairwise(moments))
    for moment in moments:
        assert moment.weekday() < 5
        assert time(8, 30) <= moment.time() <= time(18, 1)
    assert moments[0].year == 2022
    assert moments[-1].date() < date(2024, 5, 1)
    assert max(r.event.occurred_on for r in told()) <= moments[-1].date()


def test_about_one_entry_in_ten_is_late() -> None:
    late = [r for r in told() if business_day(r.recorded_at) - r.event.occurred_on > timedelta(14)]
    assert 0.07 <= len(late) / len(told()) <= 0.15


def test_codes_and_amounts_are_valid() -> None:
    for recorded in told():
        event = recorded.event
        if isinstance(event, e.LeadRegistered):
            assert valid_uscc(event.investor.uscc or "")
        if isinstance(event, e.CompanyRegistered):
            assert valid_uscc(event.uscc)
        if isinstance(event, e.AgreementSigned):
            assert 5_000_000 <= event.agreed_total_yuan <= 1_200_000_000 < LARGEST_UNITS
        if isinstance(event, e.AgreementSigned | e.ConstructionCompleted):
            assert event.evidence


def test_all_stages_relations_and_sources_occur() -> None:
    facts = naive_facts(told(), END, len(told())).values()
    assert {f.stage for f in facts} == set(Stage)
    assert {f.registration.relation for f in facts} == set(Relation)
    assert {r.event.source for r in told() if isinstance(r.event, e.FundsArrived)} == set(
        FundsSource
    )
    assert all(naive_lists(told(), END, len(told())).values())
    units = Counter(f.registration.recruiting_unit for f in facts)
    towns = Counter(f.town for f in facts)
    assert (len(units), len(towns)) == (7, 10)


def test_six_chains_twenty_enterprises_and_five_campaigns() -> None:
    """Every entry is legal where it stands, and some leads came of each."""
    streams: dict[str, list[Recorded[Any]]] = {}
    ids: dict[str, UUID] = {}
    for position, step in enumerate(steps(), start=1):
        if step.chain is None:
            continue
        event: Any = step.chain.event
        past = streams.setdefault(event.chain, [])
        if isinstance(event, chain.AboutEnterprise):
            event = replace(event, enterprise_id=ids[step.chain.enterprise or ""])
            [event] = record_of_enterprise(past, event)
        elif isinstance(event, chain.TargetEnterpriseListed):
            ids[event.name] = UUID(int=position)
            [event] = list_enterprise(past, event)
        assert event.occurred_on <= business_day(step.recorded_at)
        entry = UUID(int=position)
        past.append(Recorded(entry, len(past) + 1, position, entry, step.recorded_at, "", event))
    events = [r.event for past in streams.values() for r in past]
    counts = Counter(type(event) for event in events)
    assert len(streams) == counts[chain.ChainDescribed] == 6
    assert counts[chain.TargetEnterpriseListed] == 20
    assert counts[chain.TargetEnterpriseBroughtLead] == 12
    shares = [t for ev in events if isinstance(ev, chain.ChainDescribed) for t in ev.targets]
    assert sum(share.projects or 0 for share in shares) == 90
    assert sum(share.agreed_total_yuan or 0 for share in shares) == 11_000_000_000

    held = {campaign_stream(c.name, c.from_on) for s in steps() if (c := s.campaign) is not None}
    named = {
        s.registration.campaign_id for s in steps() if s.registration is not None
    } - {None}  # fmt: skip
    assert len(held) == 5
    assert named == held
    at = {campaign_stream(s.campaign.name, s.campaign.from_on): s.recorded_at
          for s in steps() if s.campaign is not None}  # fmt: skip
    assert all(
        at[s.registration.campaign_id] < s.recorded_at
        for s in steps()
        if s.registration is not None and s.registration.campaign_id is not None
    )


def test_the_target_of_2023_reads_plausibly() -> None:
    figures = naive_target(told(), 2023, END, len(told()))
    assert 78 <= figures["projects"]["actual"] < 90
    signings = [
        f
        for f in naive_facts(told(), END, len(told())).values()
        if f.signed_on is not None and f.signed_on.year == 2023
    ]
    assert 85 <= len(signings) <= 95
    assert 10_500_000_000 <= figures["agreed_total_yuan"]["actual"] <= 11_500_000_000
    invested, contracts = figures["fai_ratio"]
    assert 0.25 < invested / contracts < 0.45
    assert 6 <= figures["big_projects"] <= 9
    assert 8 <= figures["built_projects"] <= 13
    domestic, before = figures["domestic_yuan"]
    assert 0.02 < domestic / before - 1 < 0.25
    foreign, abroad_before = figures["foreign_usd"]
    assert -0.1 < foreign / abroad_before - 1 < 0.25
