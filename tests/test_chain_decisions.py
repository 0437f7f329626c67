"""What may be recorded on a chain, of a campaign, and in a split target; and which chains exist."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain import campaign
from domain.chain import decisions
from domain.chain import events as e
from domain.chain.known import PLACEHOLDERS, PLAN_CHAINS, chains_listed, year_target_on
from domain.errors import BadInput, NotFound, Refused
from domain.event import Event, Recorded
from domain.target import AnnualTargetSet, QuarterTarget, ShareTarget, set_annual_target
from domain.vocabulary import CampaignKind, ContactMode, EnterpriseClass
from tests.told import on

CHAIN, LEAD = "新材料", UUID(int=99)


def history_of(*events: Any) -> list[Recorded[Any]]:
    """The nth event has the id n."""
    at = datetime(2023, 12, 31, tzinfo=UTC)
    return [
        Recorded(UUID(int=0), n, n, UUID(int=n), at, "test", event)
        for n, event in enumerate(events, start=1)
    ]


def described(day: date, **said: Any) -> e.ChainDescribed:
    return e.ChainDescribed(occurred_on=day, chain=CHAIN, **said)


def listed(day: date, name: str = "甲公司", **more: Any) -> e.TargetEnterpriseListed:
    return e.TargetEnterpriseListed(
        occurred_on=day,
        chain=CHAIN,
        name=name,
        **{"enterprise_class": EnterpriseClass.UNICORN, **more},
    )


def contacted(day: date, enterprise: int = 1) -> e.TargetEnterpriseContacted:
    return e.TargetEnterpriseContacted(
        occurred_on=day, chain=CHAIN, enterprise_id=UUID(int=enterprise), mode=ContactMode.CALL
    )


def removed(day: date, enterprise: int = 1) -> e.TargetEnterpriseRemoved:
    return e.TargetEnterpriseRemoved(
        occurred_on=day, chain=CHAIN, enterprise_id=UUID(int=enterprise), ground="无意向"
    )


def brought(day: date, enterprise: int = 1) -> e.TargetEnterpriseBroughtLead:
    return e.TargetEnterpriseBroughtLead(
        occurred_on=day, chain=CHAIN, enterprise_id=UUID(int=enterprise), lead_id=LEAD
    )


def voided(event: int) -> e.ChainEntryVoided:
    return e.ChainEntryVoided(
        occurred_on=on(12), chain=CHAIN, event_id=UUID(int=event), ground="录错"
    )


def refused(code: str, decide: Callable[..., Any], history: Sequence[Any], event: Event) -> None:
    with pytest.raises((Refused, NotFound), match=f"^{code}: "):
        decide(history_of(*history), event)


# --- which chains there are ---------------------------------------------------------------------


def test_an_empty_store_has_the_three_chains_of_the_plan_and_three_placeholders() -> None:
    assert chains_listed((), ()) == [*PLAN_CHAINS, *PLACEHOLDERS]


def test_a_described_chain_takes_the_place_of_a_placeholder() -> None:
    assert chains_listed({"毛绒玩具"}, ()) == [*PLAN_CHAINS, "毛绒玩具", *PLACEHOLDERS[:2]]
    four = {"毛绒玩具", "秦巴医药", "饮用水", "物流"}
    assert chains_listed(four, ()) == [*PLAN_CHAINS, *sorted(four)]
    assert chains_listed({"产业链五"}, ()) == [*PLAN_CHAINS, *PLACEHOLDERS]  # kept as it is


def test_a_chain_named_on_a_lead_is_shown_and_takes_no_place() -> None:
    assert chains_listed((), {"笔误"}) == [*PLAN_CHAINS, "笔误", *PLACEHOLDERS]
    four = {"毛绒玩具", "秦巴医药", "饮用水"}
    assert chains_listed(four, {"产业链六"}) == [*PLAN_CHAINS, *sorted(four), "产业链六"]


@pytest.mark.parametrize(
    ("day", "aim"), [(on(1), 5), (on(3), 5), (on(6, 30), 5), (on(7), 8), (on(10), None)]
)
def test_a_years_target_reaches_back_and_can_be_withdrawn(day: date, aim: int | None) -> None:
    said = [(on(1), None), (on(3), 5), (on(10), None), (on(7), 8)]
    assert year_target_on(said, day) == aim


def test_no_target_of_the_year_is_none() -> None:
    assert year_target_on([(on(1), None)], on(2)) is None
    assert year_target_on([], on(2)) is None


# --- enterprises --------------------------------------------------------------------------------


def test_entries_need_a_chain_of_the_plan_or_a_described_one() -> None:
    slip = replace(listed(on(2)), chain="新村料")
    refused("chain_not_found", decisions.list_enterprise, [], slip)
    refused("chain_not_found", decisions.list_enterprise, [described(on(1)), voided(1)], slip)
    assert decisions.list_enterprise(history_of(described(on(1))), slip) == [slip]
    assert decisions.list_enterprise([], listed(on(2)))


def test_an_enterprise_is_listed_once_until_it_is_removed() -> None:
    first = listed(on(2), uscc="91610921TCDKQQ0NEN")
    renamed = listed(on(3), "乙公司", uscc="91610921TCDKQQ0NEN")
    refused("enterprise_listed", decisions.list_enterprise, [first], listed(on(3)))
    refused("enterprise_listed", decisions.list_enterprise, [first], renamed)
    assert decisions.list_enterprise(history_of(first), listed(on(3), "乙公司"))
    assert decisions.list_enterprise(history_of(first, removed(on(3))), listed(on(4)))
    assert decisions.list_enterprise(history_of(first, voided(1)), listed(on(4)))


def test_what_is_recorded_of_an_enterprise() -> None:
    record = decisions.record_of_enterprise
    past = [listed(on(2)), removed(on(6))]
    refused("enterprise_not_found", record, [listed(on(2))], contacted(on(3), enterprise=7))
    refused("enterprise_not_found", record, [listed(on(2)), voided(1)], contacted(on(3)))
    refused("enterprise_removed", record, past, contacted(on(6, 2)))
    refused("enterprise_removed", record, past, removed(on(5)))
    refused("before_listing", record, [listed(on(2))], removed(on(1, 31)))
    for legal in (contacted(on(1)), contacted(on(6)), brought(on(5))):
        assert record(history_of(*past), legal) == [legal]


def test_voids() -> None:
    past = [listed(on(2)), contacted(on(3)), brought(on(4))]
    refused("event_depended_on", decisions.void_entry, past, voided(1))
    refused("event_depended_on", decisions.void_entry, [*past, voided(2)], voided(1))
    assert decisions.void_entry(history_of(*past, voided(2), voided(3)), voided(1))
    refused("already_voided", decisions.void_entry, [*past, voided(3)], voided(3))
    refused("void_not_voidable", decisions.void_entry, [*past, voided(3)], voided(4))
    refused("event_not_found", decisions.void_entry, past, voided(9))


def test_a_voided_removal_puts_it_back_on_the_list() -> None:
    past = [listed(on(2)), removed(on(3)), voided(2)]
    refused("enterprise_listed", decisions.list_enterprise, past, listed(on(4)))
    assert decisions.record_of_enterprise(history_of(*past), contacted(on(5)))


def test_a_description_is_whole_and_names_a_year_once() -> None:
    twice = described(on(1), targets=(e.ChainTarget(2023, 1), e.ChainTarget(2023, 2)))
    with pytest.raises(BadInput) as bad:
        decisions.describe([], twice)
    assert bad.value.field == "targets"
    late = described(on(3), lead_unit="经开区")
    early = described(on(1), lead_unit="县发改局")
    assert decisions.lead_unit(history_of(late, early)) == "经开区"  # by day, not as entered
    assert decisions.lead_unit(history_of(late, early, voided(1))) == "县发改局"
    assert decisions.lead_unit([]) is None


# --- campaigns ----------------------------------------------------------------------------------


def held(**said: Any) -> campaign.CampaignHeld:
    fields: dict[str, Any] = {
        "occurred_on": on(4),
        "name": "赴苏州招商",
        "kind": CampaignKind.TEAM,
        "unit": "经开区",
        "from_on": on(4),
    }
    return campaign.CampaignHeld(**{**fields, **said})


def test_campaigns() -> None:
    void = campaign.CampaignVoided(occurred_on=on(5), ground="重复")
    assert campaign.hold([], held(to_on=on(4))) == [held(to_on=on(4))]
    for field, wrong in (("to_on", {"to_on": on(3)}), ("occurred_on", {"occurred_on": on(3)})):
        with pytest.raises(BadInput) as bad:
            campaign.hold([], held(**wrong))
        assert bad.value.field == field
    refused("campaign_known", campaign.hold, [held()], held(place="苏州"))
    refused("campaign_not_found", campaign.void_campaign, [], void)
    refused("already_voided", campaign.void_campaign, [held(), void], void)
    assert campaign.hold(history_of(held(), void), held(place="苏州"))
    assert campaign.campaign_held(history_of(held(), void)) is None
    assert campaign.campaign_stream("甲", on(1)) != campaign.campaign_stream("甲", on(2))


# --- split targets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("by_town", {"by_town": (ShareTarget("城关镇", 1), ShareTarget("城关镇", 2))}),
        ("by_chain", {"by_chain": (ShareTarget("新材料", 1), ShareTarget("新材料", 2))}),
        ("by_quarter", {"by_quarter": (QuarterTarget(1, 5), QuarterTarget(1, 6))}),
        ("by_quarter", {"by_quarter": (QuarterTarget(5, 5),)}),
        ("by_quarter", {"by_quarter": (QuarterTarget(2, 5), QuarterTarget(1, 6))}),
        ("by_quarter", {"by_quarter": (QuarterTarget(1, 5, 10), QuarterTarget(3, 6, 9))}),
    ],
)
def test_a_split_that_contradicts_itself(field: str, said: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as bad:
        set_annual_target(AnnualTargetSet(occurred_on=on(1), year=2023, **said))
    assert bad.value.field == field


def test_quarters_may_be_left_out_and_stand_still() -> None:
    quarters = (QuarterTarget(4, 9), QuarterTarget(1, 9, None), QuarterTarget(2, None, 5))
    target = AnnualTargetSet(occurred_on=on(1), year=2023, by_quarter=quarters)
    assert set_annual_target(target) == target
