"""Which papers are missing, by the words staff write on them? Recording is never refused."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.event import Evidence
from domain.lead import events as e
from domain.lead.gates import missing_papers
from domain.lead.history import state_at
from domain.vocabulary import (
    DueDiligenceResult,
    FundsSource,
    Gate,
    PermitItem,
    PermitState,
    ReviewOpinion,
    SiteFinding,
    StartBasis,
)
from tests.given import Past, given
from tests.naive_anomalies import USCC
from tests.told import COMPLETED, PRODUCING, REGISTERED, SIGNED, exited, funds, on, signed, started


def paper(kind: str, name: str = "扫描.pdf", taken_on: date | None = None) -> tuple[Evidence]:
    return (Evidence(kind, name, taken_on=taken_on),)


def missing(*events: e.LeadEvent) -> dict[str, list[str]]:
    return missing_of(given(*events))


def missing_of(past: Past) -> dict[str, list[str]]:
    state = state_at(past.history)
    assert state is not None
    return {
        gate.value: [r.code for r in lacking] for gate, lacking in missing_papers(state).items()
    }


def with_papers(event: e.LeadEvent, *papers: Any) -> e.LeadEvent:
    return replace(event, evidence=tuple(p for group in papers for p in group))


def test_every_milestone_reached_is_asked_about_and_no_other() -> None:
    assert missing(REGISTERED) == {}
    assert missing(*SIGNED) == {
        "signing": ["signed_text", "due_diligence", "contract_review", "licence"]
    }
    assert list(missing(*COMPLETED)) == ["signing", "start", "completion"]
    assert list(missing(*PRODUCING)) == ["signing", "start", "completion", "production"]
    assert missing(*PRODUCING, exited(on(9))) == {}


def test_a_signing_with_all_its_papers() -> None:
    assert (
        missing(
            REGISTERED,
            e.DueDiligenceCompleted(occurred_on=on(2), result=DueDiligenceResult.FAIL),
            e.ContractReviewed(occurred_on=on(2), opinion=ReviewOpinion.AGREE),
            with_papers(
                signed(on(3)), paper("合同", "签章版.pdf"), paper("企业资料", "营业执照副本.jpg")
            ),
        )
        == {}
    )
    # Any paper's word will do, on any later event; but a contract on a contact signs nothing.
    late = e.SiteChecked(
        occurred_on=on(5), found=SiteFinding.WORKING, evidence=paper("执照") + paper("合同")
    )
    assert missing(*SIGNED, late)["signing"] == ["signed_text", "due_diligence", "contract_review"]


def test_a_company_and_the_money() -> None:
    company = e.CompanyRegistered(occurred_on=on(4), company_name="甲", uscc=USCC)
    assert missing(*SIGNED, company)["registration"] == ["company_licence", "shareholders"]
    shown = with_papers(company, paper("营业执照"), paper("公司章程"))
    assert "registration" not in missing(*SIGNED, shown)

    proven = replace(funds(on(4)), voucher="进账单 0412")
    assert "funds" not in missing(*SIGNED, proven)
    assert "funds" not in missing(*SIGNED, with_papers(funds(on(4)), paper("验资报告")))
    assert missing(*SIGNED, proven, funds(on(5)))["funds"] == ["funds_papers"]  # each of them
    unspecified = e.FundsArrived(
        occurred_on=on(4), source=FundsSource.UNSPECIFIED, amount_yuan=1, voucher="回单"
    )
    assert missing(*SIGNED, unspecified)["funds"] == ["funds_source"]


def test_a_start_wants_filing_permit_two_dated_photos_and_another_eye() -> None:
    assert missing(*SIGNED, started(on(4)))["start"] == [
        "filing",
        "building_permit",
        "site_photos",
        "verifier",
    ]

    def obtained(item: PermitItem) -> e.LeadEvent:
        return e.PermitStated(occurred_on=on(3, 20), item=item, state=PermitState.OBTAINED)

    photo = paper("现场照片", "塔吊.jpg", on(4, 2))
    check = e.SiteChecked(occurred_on=on(4, 2), found=SiteFinding.WORKING, evidence=photo)
    events = (
        *SIGNED,
        obtained(PermitItem.FILING),
        obtained(PermitItem.CONSTRUCTION),
        with_papers(started(on(4)), photo),
        check,
    )
    past = given(*events)
    assert missing_of(past)["start"] == ["verifier"]  # the same person entered all of it
    history = (*past.history[:-1], replace(past.history[-1], recorded_by="核查人"))
    assert "start" not in missing_of(Past(past.lead, history))
    undated = given(*events[:-1], replace(check, evidence=paper("现场照片")))
    assert missing_of(undated)["start"] == ["site_photos", "verifier"]
    required = e.PermitStated(
        occurred_on=on(3, 20), item=PermitItem.FILING, state=PermitState.REQUIRED
    )
    assert "filing" in missing(*SIGNED, required, started(on(4)))["start"]


def test_a_plant_lease_needs_no_building_permit() -> None:
    lease = paper("厂房租赁合同")
    civil = e.ConstructionStarted(occurred_on=on(4), evidence=lease)
    assert "building_permit" in missing(*SIGNED, civil)["start"]
    installed = replace(civil, basis=StartBasis.INSTALLATION)
    assert "building_permit" not in missing(*SIGNED, installed)["start"]


def test_statistics_completion_and_production() -> None:
    entry = e.StatInventoryEntered(occurred_on=on(5))
    assert missing(*SIGNED, entry)["statistics"] == ["statistics_code"]
    assert "statistics" not in missing(*SIGNED, replace(entry, code="610921-0147"))
    accepted = e.ConstructionCompleted(occurred_on=on(6), acceptance="五方验收合格")
    assert Gate.COMPLETION.value not in missing(*SIGNED, started(on(4)), accepted)
    finished = e.SiteChecked(occurred_on=on(6, 2), found=SiteFinding.FINISHED)
    assert Gate.COMPLETION.value not in missing(*COMPLETED, finished)
    first_sale = e.FollowUpVisitLogged(
        occurred_on=on(9), evidence=paper("首张销售发票") + paper("车间照片")
    )
    assert "production" not in missing(*PRODUCING, first_sale)
