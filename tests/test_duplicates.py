"""Which names are the same, which leads may be one, and who came first?"""

import random
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from crm.application import CRM
from crm.doubles import reminder
from crm.people import SYSTEM
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.history import state_at
from domain.likeness import alike_percent, company_head, company_key, title_key
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import Relation, Stage
from projections.clocks import valid
from projections.duplicates import Identity, Likeness, duplicate_pairs, likely_duplicates
from projections.first_contact import first_registration_of, registrations_of
from projections.projection import Unfoldable
from projections.reader import clocks
from projections.tables import lead_identity
from tests.given import given, nth
from tests.histories import random_log
from tests.naive_anomalies import USCC
from tests.read_tables import DAYS, fill
from tests.tables import EVERYTHING
from tests.told import REGISTERED, SIGNED, exited, lost, on, reinstated, started

DAY = on(12, 31)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深圳华硒新材料有限公司", "深圳市华硒新材料有限责任公司"),
        ("华硒（陕西）新材料有限公司", "华硒(陕西省)新材料股份有限公司"),
        ("陕西秦巴茶业集团有限公司", "陕西秦巴茶业"),
        ("ABC 科技有限公司", "ａｂｃ科技有限公司"),
    ],
)
def test_one_company_written_two_ways(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


def test_other_companies_and_projects_stay_apart() -> None:
    assert company_key("深圳华硒新材料有限公司") != company_key("深圳华晶新材料有限公司")
    assert company_key("公司") == "公司"  # nothing left of it: as it is
    assert company_key("测试公司1") != company_key("测试公司2")
    assert company_head(company_key("陕西安康秦巴茶业有限公司")) == "秦巴"
    assert company_head("陕西") == "陕西"
    assert title_key("年产5000吨富硒茶叶精深加工项目") == "富硒茶叶精深加工"
    assert title_key("富硒茶叶精深加工建设项目") == "富硒茶叶精深加工"
    assert alike_percent("富硒茶叶精深加工", "富硒茶叶加工") == int(100 * 12 / 14)
    assert alike_percent("产业园1期", "产业园2期") == 0
    assert alike_percent("硅靶材", "毛绒玩具") == 0


class Office:
    """A log of leads, entered one after the other."""

    def __init__(self, crm: CRM) -> None:
        self.crm = crm
        self.leads = 0

    def enter(self, *events: e.LeadEvent, by: str = "经办人", **registered: Any) -> UUID:
        """A lead registered with these fields, then these events."""
        self.leads += 1
        lead = UUID(int=self.leads)
        code = f"ZS2023-{self.leads:04d}"
        self.add(lead, 1, replace(REGISTERED, code=code, **registered), by=by)
        for version, event in enumerate(events, start=2):
            self.add(lead, version, event, by=by)
        return lead

    def add(self, lead: UUID, version: int, event: e.LeadEvent, by: str = "经办人") -> int:
        position = self.crm.store.head() + 1
        at = datetime(2023, 6, 1, tzinfo=UTC) + timedelta(minutes=position)
        self.crm.store.append([Recorded(lead, version, position, nth(position), at, by, event)])
        return position

    def pairs(self, day: date = DAY, position: int | None = None) -> list[tuple[int, int, str]]:
        with self.crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, self.crm.clock(), position)
            return [
                (p.earlier.code_order % 10_000, p.later.code_order % 10_000, p.why.value)
                for p in duplicate_pairs(connection, when, DEFAULT_RULES)
            ]


def of(name: str, uscc: str | None = None) -> e.Investor:
    return e.Investor(name, uscc)


TEA, TARGETS = "富硒茶叶精深加工项目", "硅靶材生产项目"
QINBA, HUAXI = "安康秦巴茶业有限公司", "深圳华硒新材料有限公司"


def test_pairs_by_code_by_investor_and_by_likeness_on_both_databases(crm: CRM) -> None:
    office = Office(crm)
    office.enter(title=TEA, investor=of(QINBA))
    office.enter(
        title="年产3000吨富硒茶叶精深加工建设项目", investor=of("安康市秦巴茶业有限责任公司")
    )
    office.enter(title=TARGETS, investor=of(HUAXI, USCC))
    office.enter(title="光伏组件项目", investor=of("另一家公司", USCC))
    office.enter(title=TARGETS, investor=of("深圳华硒新材料科技有限公司"))
    office.enter(title="毛绒玩具加工", investor=of(QINBA))  # another project of the same
    parent = UUID(int=1)
    office.enter(title=TEA, investor=of(QINBA), relation=Relation.EXPANSION, parent_lead_id=parent)
    assert office.pairs() == [
        (2, 7, Likeness.SAME_INVESTOR.value),  # the expansion is related to 1, not to 2
        (3, 5, Likeness.LIKE_INVESTOR.value),
        (3, 4, Likeness.SAME_USCC.value),
        (1, 2, Likeness.SAME_INVESTOR.value),
    ]
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, DAY, crm.clock())
        stated = Identity.stated("硅靶材生产", "深圳市华硒新材料有限公司", None, None)
        likely = likely_duplicates(connection, when, DEFAULT_RULES, stated)
        assert [(x.lead.code[-1], x.why) for x in likely] == [
            ("3", Likeness.SAME_INVESTOR),
            ("5", Likeness.LIKE_INVESTOR),
        ]
        unlike = Identity.stated("光伏电站", "某某能源", None, None)
        assert likely_duplicates(connection, when, DEFAULT_RULES, unlike) == []


def test_pairs_follow_both_clocks_renames_and_leaving(crm: CRM) -> None:
    office = Office(crm)
    office.enter(title=TEA, investor=of(QINBA))
    second = office.enter(title=TARGETS, investor=of(QINBA), occurred_on=on(2))
    before = crm.store.head()
    office.add(second, 2, e.LeadRenamed(occurred_on=on(5), title=TEA, ground="更名"))
    office.add(second, 3, exited(on(8)))
    assert office.pairs(on(4, 30)) == []
    assert office.pairs(on(5)) == [(1, 2, "same_investor")]
    assert office.pairs(on(5), before) == []
    assert office.pairs(on(8)) == []
    office.add(second, 4, reinstated(on(9)))
    assert office.pairs(on(9)) == [(1, 2, "same_investor")]


def test_a_lost_lead_whose_works_start_is_there_again(crm: CRM) -> None:
    office = Office(crm)
    office.enter(title=TEA, investor=of(QINBA))
    office.enter(lost(on(3)), started(on(5)), title=TEA, investor=of(QINBA), occurred_on=on(2))
    assert office.pairs(on(2)) == office.pairs(on(5)) == [(1, 2, "same_investor")]
    assert office.pairs(on(3)) == []


@pytest.mark.parametrize("seed", range(3))
def test_identities_follow_every_event_that_changes_them(crm: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=6, steps=300)
    fill(crm, log, rng)
    histories: dict[UUID, list[Recorded[e.LeadEvent]]] = {}
    for recorded in log:
        histories.setdefault(recorded.stream_id, []).append(recorded)
    for _ in range(25):
        day, position = rng.choice(DAYS), rng.randint(1, log[-1].position)
        expected = {
            lead_id: (state.title, state.investor, state.stage not in (Stage.EXITED, Stage.LOST))
            for lead_id, history in histories.items()
            if (state := state_at(history, day, position)) is not None
        }
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), position)
            columns = lead_identity.c
            query = select(columns.lead_id, columns.title, columns.investor, columns.active)
            rows = connection.execute(query.where(valid(lead_identity, when))).all()
        assert {row.lead_id: tuple(row[1:]) for row in rows} == expected, (day, position)


def test_pairs_equal_a_comparison_of_all_with_all(crm: CRM) -> None:
    """Independent of keys, crowds and neighbours: every two leads, by the rule's own words."""
    rng = random.Random(5)
    office = Office(crm)
    names = ("秦巴茶业", "秦巴茶叶", "秦巴富硒茶业", "华硒新材料", "华硒材料", "汉水生态旅游")
    titles = (
        "富硒茶叶精深加工",
        "富硒茶叶加工",
        "茶叶精深加工",
        "硅靶材生产",
        "硅靶材加工生产",
        "旅游度假区",
    )
    codes = (USCC, None, None, None, None)
    leads = [
        (
            rng.choice(titles),
            rng.choice(("", "安康市", "陕西")) + rng.choice(names),
            rng.choice(codes),
        )
        for _ in range(45)
    ]
    for title, investor, uscc in leads:
        office.enter(title=title, investor=of(f"{investor}有限公司", uscc))

    def alike(one: str, other: str, least: int) -> bool:
        return alike_percent(one, other) >= least

    expected = set()
    for (i, one), (j, other) in combinations(enumerate(leads, start=1), 2):
        same_code = one[2] is not None and one[2] == other[2]
        keys = company_key(one[1]), company_key(other[1])
        shared = company_head(keys[0]) == company_head(keys[1]) or one[0] == other[0]
        if same_code or (alike(one[0], other[0], 70) and alike(*keys, 85) and shared):
            expected.add((i, j))
    assert {(i, j) for i, j, _ in office.pairs()} == expected
    assert len(expected) > 50


def test_first_is_whose_entry_came_first_not_whose_date_is_earliest(crm: CRM) -> None:
    office = Office(crm)
    first = office.enter(investor=of(QINBA), recruiting_unit="经开区", occurred_on=on(3))
    office.enter(
        investor=of("安康秦巴茶业"), recruiting_unit="发改局", occurred_on=on(1), by="后来的人"
    )
    office.enter(investor=of("毫不相干"), recruiting_unit="农业局")

    def asked(day: date = DAY, **how: Any) -> tuple[str | None, list[str]]:
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock())
            who = "安康市秦巴茶业有限公司"
            found = registrations_of(connection, when, who, **how, limit=200)
            leader = first_registration_of(connection, when, who, **how)
        unit = leader.lead.recruiting_unit if leader else None
        return unit, [registered.recorded_by for registered in found]

    assert asked() == ("经开区", ["经办人", "后来的人"])
    assert asked(on(2)) == ("发改局", ["后来的人"])  # the other had not begun by then
    office.add(first, 2, lost(on(6)))
    assert asked(on(6)) == ("发改局", ["经办人", "后来的人"])
    office.enter(investor=of("改了名的公司", USCC))
    assert len(asked(uscc=USCC)[1]) == 3


def test_a_lead_is_registered_though_the_tables_cannot_be_asked(crm: CRM) -> None:
    """A reminder that fails after the lead is recorded must not say that it was not."""
    registration = replace(REGISTERED, occurred_on=on(1))
    written = crm.register(registration, by=SYSTEM)
    assert reminder(crm, registration, written) == {
        "possible_duplicates": [],
        "first_registered_by": None,
    }
    stopped = next(g for g in crm.projector.generations.live() if g.name == "identities")
    crm.projector.generations.stop(stopped, Unfoldable(written.lead_id, 1, ValueError("broken")))
    written = crm.register(registration, by=SYSTEM)
    assert reminder(crm, registration, written) == {
        "possible_duplicates": None,
        "first_registered_by": None,
    }


# --- merging a double entry away ----------------------------------------------------------------

KEPT = UUID(int=7)


def link(day: date, of_lead: UUID = KEPT, ground: str = "同一项目") -> e.LeadEvent:
    return e.DuplicateLinked(occurred_on=day, of_lead_id=of_lead, ground=ground)


def test_a_double_entry_exits_in_favour_of_the_lead_it_repeats() -> None:
    past = given(*SIGNED, link(on(5)))
    state = state_at(past.history, on(5))
    assert state is not None
    assert (state.stage, state.exited_on, state.duplicate_of) == (Stage.EXITED, on(5), KEPT)
    before = state_at(past.history, on(4, 30))
    assert before is not None
    assert before.stage is Stage.SIGNED
    past.when(link(on(6))).refused("lead_exited")
    back = past.when(reinstated(on(6))).accepted()
    assert (back.state.stage, back.state.duplicate_of) == (Stage.SIGNED, None)
    voided = past.when(e.EventVoided(occurred_on=on(6), event_id=nth(3), ground="误判")).accepted()
    assert voided.state.stage is Stage.SIGNED


def test_what_cannot_be_merged() -> None:
    past = given(*SIGNED)
    past.when(link(on(5), past.lead.lead_id)).bad_input("of_lead_id")
    past.when(link(on(5), ground="  ")).bad_input("ground")
    given(*SIGNED, exited(on(4))).when(link(on(5))).refused("lead_exited")


def test_looking_for_doubles_of_one_does_not_grow_with_the_leads(crm: CRM) -> None:
    """Bounded by what shares a key: a thousand other leads must cost next to nothing."""
    office = Office(crm)
    batch = []
    for number in range(1, 1001):
        registration = replace(
            REGISTERED,
            code=f"ZS2023-{number:04d}",
            title=f"第{number}号项目",
            investor=of(f"{chr(0x4E00 + number)}{chr(0x5E00 + number)}实业有限公司"),
        )
        at = datetime(2023, 6, 1, tzinfo=UTC) + timedelta(seconds=number)
        batch.append(Recorded(UUID(int=number), 1, number, nth(number), at, "x", registration))
    crm.store.append(batch)
    office.leads = 1000
    office.enter(title=TEA, investor=of(QINBA))
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, DAY, crm.clock())
        stated = Identity.stated(TEA, QINBA, None, None)
        began = time.perf_counter()
        likely = likely_duplicates(connection, when, DEFAULT_RULES, stated)
        took = time.perf_counter() - began
    assert [found.lead.code for found in likely] == ["ZS2023-1001"]
    assert took < 0.25
