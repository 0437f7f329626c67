"""The difference line names exactly the late records: those without which nothing had changed.

What is exact is found the long way: the bulletin's day is looked at once more in a copy of the
county in which all late records but one were made.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.bulletins.asking import Questions, pinned
from crm.bulletins.kinds import KINDS
from crm.bulletins.making import Wanted, changed_since, wanted
from crm.bulletins.parts import Asking, Stretch
from crm.bulletins.publishing import find, publish_bulletin
from crm.bulletins.verifying import verify
from crm.commands import Written
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.errors import BadInput, Refused
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.standing import lead_from
from domain.periods import PeriodKind
from domain.problem.events import ProblemRaised
from domain.vocabulary import (
    AgreementKind,
    ContactMode,
    FundsSource,
    ProblemClass,
    ResponsibilityRole,
    Stage,
)
from projections.lead_states import leads_on
from projections.reader import clocks

DAY = date(2023, 6, 30)
Late = Callable[[CRM], int]
"""Records something late; the position it has."""


@contextmanager
def county(at: Settings, folder: Path) -> Iterator[CRM]:
    """A copy of the sample county, to be written to."""
    shutil.copytree(at.data_dir, folder)
    crm = build(Settings(data_dir=folder))
    try:
        yield crm
    finally:
        crm.close()


def told(crm: CRM, of: Wanted) -> Any:
    """All figures and cells of a bulletin's parts, without the places of records in the log."""
    questions = Questions(crm, of.as_of, pinned(crm, of.as_of, None))
    asking = Asking(questions, Stretch(of.period, of.as_of, of.period.start, _before(of)))
    sections = [part(asking) for part in KINDS[of.period.kind].parts]
    return [
        (
            section.key,
            [(p.text, [f.value for f in p.figures]) for p in section.paragraphs],
            [(table.key, table.rows) for table in section.tables],
        )
        for section in sections
    ]


def _before(of: Wanted) -> date:
    return date.fromordinal(of.period.start.toordinal() - 1)


def _record(lead_id: UUID, event: e.LeadEvent, crm: CRM) -> int:
    return position(crm.record(lead_id, event, by=SYSTEM))


def acts(crm: CRM, rng: random.Random) -> list[Late]:
    """One of each kind, each on a lead of its own that takes it."""
    with crm.reader.asking("clock", "states") as connection:
        at = clocks(connection, crm.today())
        begun = {lead.lead_id for lead in leads_on(connection, at.on(DAY))}
        leads = [(lead.lead_id, lead.state) for lead in leads_on(connection, at)]
    leads = [(lead_id, state) for lead_id, state in leads if lead_id in begun]
    rng.shuffle(leads)
    taken: set[UUID] = set()
    found: list[Late] = []

    def late(event: e.LeadEvent, *stages: Stage) -> None:
        for lead_id, state in leads:
            if lead_id not in taken and state.stage in stages and takes(crm, lead_id, event):
                taken.add(lead_id)
                found.append(partial(_record, lead_id, event))
                return
        raise AssertionError(f"nobody takes {event}")

    june = date(2023, 6, rng.randint(2, 29))
    signed, started = Stage.SIGNED, Stage.STARTED
    building = (signed, started, Stage.COMPLETED)
    signing = e.AgreementSigned(
        occurred_on=june, kind=AgreementKind.CONTRACT, agreed_total_yuan=123_000_000
    )
    late(signing, Stage.LEAD)
    late(e.ConstructionStarted(occurred_on=june), signed)
    late(e.ConstructionCompleted(occurred_on=june), started)
    late(e.LeadExited(occurred_on=june, ground="投资方放弃"), signed)
    late(e.ConstructionSuspended(occurred_on=june, cause="资金"), started)
    late(
        e.AgreementAmended(occurred_on=june, agreed_total_yuan=9_900_000_000, ground="增资"), signed
    )
    late(
        e.FundsArrived(occurred_on=june, source=FundsSource.OUT_PROVINCE, amount_yuan=7_000_000),
        *building,
    )
    late(e.MonthlyProgressReported(occurred_on=june, period="2023-05", text="桩基完成"), *building)
    changes = (e.ResponsibilityChange(ResponsibilityRole.HOST_TOWN, "双乳镇"),)
    late(e.ResponsibilityAssigned(occurred_on=june, changes=changes), *building)
    # What no bulletin speaks of, and what was after its day.
    contact = e.ContactLogged(occurred_on=june, mode=ContactMode.CALL, summary="催办")
    late(contact, *building)
    late(e.ConstructionStarted(occurred_on=date(2023, 7, 3)), signed)
    raised = ProblemRaised(
        occurred_on=june, code="", lead_id=leads[0][0], category=ProblemClass.LAND, text="供电不足"
    )
    found.append(lambda c: position(c.raise_problem(raised, by=SYSTEM)))
    for lead_id, _ in leads:
        if lead_id not in taken and (void := _void(crm, lead_id)) is not None:
            found.append(partial(_record, lead_id, void))
            break
    return found


def takes(crm: CRM, lead_id: UUID, event: e.LeadEvent) -> bool:
    """Whether it could be recorded, without recording it."""
    try:
        decide(lead_from(lead_id, crm.history(lead_id)), event, crm.today())
    except (Refused, BadInput):
        return False
    return True


def _void(crm: CRM, lead_id: UUID) -> e.EventVoided | None:
    """Of a start of before the day, entered wrongly."""
    for r in crm.history(lead_id):
        if isinstance(r.event, e.ConstructionStarted) and r.event.occurred_on <= DAY:
            void = e.EventVoided(occurred_on=crm.today(), event_id=r.event_id, ground="录错")
            if takes(crm, lead_id, void):
                return void
    return None


def position(written: Written) -> int:
    return written.position


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        (PeriodKind.WEEKLY, 3),
        (PeriodKind.ANNUAL, 7),
    ],
)
def test_each_record_named_is_one_without_which_nothing_had_changed(
    sample_county: Settings, tmp_path: Path, kind: PeriodKind, seed: int
) -> None:
    with county(sample_county, tmp_path / "all") as crm:
        late = acts(crm, random.Random(seed))
        of = wanted(crm, kind, DAY)
        published = publish_bulletin(crm, of, by=SYSTEM).events[0][0]
        places = [act(crm) for act in late]
        bulletin = find(crm, published)
        assert verify(crm, bulletin)["ok"]
        found = changed_since(crm, bulletin, pinned(crm, crm.today(), None))
        whole = told(crm, of)
    needed = set()
    for nth, place in enumerate(places):
        with county(sample_county, tmp_path / str(nth)) as crm:
            for other, act in enumerate(late):
                if other != nth:
                    act(crm)
            if told(crm, of) != whole:
                needed.add(place)
    assert {event["position"] for event in found["events"]} == needed
    assert 5 < len(needed) < len(places)
