"""Who leads the sample county's chains, which enterprises do they court, which campaigns are held?

The leads are those of the story: some of their investors were target enterprises first, some
leads came of a campaign. Nothing here changes what a lead's desk enters.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from crm.demo import names
from crm.demo.cast import WAN, workday
from domain.calendar import SHANGHAI
from domain.campaign import CampaignHeld, campaign_stream
from domain.chain import events as e
from domain.lead.events import LeadRegistered
from domain.vocabulary import CampaignKind, ContactMode, EnterpriseClass

Registrations = Mapping[str, tuple[datetime, LeadRegistered]]
"""The story's key of a lead -> when it was entered, and as what."""

# What each chain is to bring in 2023 (projects, 万元): together the plan's 90 and 110 亿.
_SHARES = {
    "新材料": (23, 286_000),
    "富硒食品": (27, 330_000),
    "生态旅游": (11, 132_000),
    "产业链四": (14, 176_000),
    "产业链五": (8, 88_000),
    "产业链六": (7, 88_000),
}
_LATER = UUID(int=0)  # an id that is known only once the story is played

CAMPAIGNS = (
    CampaignHeld(
        occurred_on=date(2023, 2, 13),
        name="赴长三角小分队招商",
        kind=CampaignKind.TEAM,
        unit="招商服务中心",
        from_on=date(2023, 2, 13),
        to_on=date(2023, 2, 17),
        place="江苏苏州、浙江杭州",
        persons=("李建国", "王晓燕"),
    ),
    CampaignHeld(
        occurred_on=date(2023, 1, 9),
        name="常州溧阳驻点招商",
        kind=CampaignKind.STATIONED,
        unit="招商服务中心",
        from_on=date(2023, 1, 9),
        place="江苏溧阳",
        persons=("王晓燕",),
        partner="溧阳",
    ),
    CampaignHeld(
        occurred_on=date(2023, 3, 30),
        name="油菜花节招商推介会",
        kind=CampaignKind.FESTIVAL,
        unit="县文旅广电局",
        from_on=date(2023, 3, 30),
        to_on=date(2023, 4, 1),
        place="汉阴",
        persons=("周丽娜",),
    ),
    CampaignHeld(
        occurred_on=date(2023, 6, 26),
        name="赴珠三角小分队招商",
        kind=CampaignKind.TEAM,
        unit="经开区",
        from_on=date(2023, 6, 26),
        to_on=date(2023, 6, 30),
        place="广东深圳、佛山",
        persons=("陈志强",),
    ),
    CampaignHeld(
        occurred_on=date(2023, 9, 25),
        name="中秋国庆返乡能人恳谈会",
        kind=CampaignKind.KINSHIP,
        unit="招商服务中心",
        from_on=date(2023, 9, 25),
        to_on=date(2023, 10, 6),
        place="汉阴",
        persons=("李建国", "王晓燕"),
    ),
)
_CHANNELS = {
    "小分队招商": CampaignKind.TEAM,
    "驻地招商": CampaignKind.STATIONED,
    "节会招商": CampaignKind.FESTIVAL,
    "亲情招商": CampaignKind.KINSHIP,
}
# Target enterprises that have come to nothing yet, or never will.
_STILL_COURTED = (
    ("新材料", "常州珩焱碳材料股份有限公司", EnterpriseClass.UNICORN),
    ("新材料", "合肥沐霖硅业有限公司", EnterpriseClass.HIDDEN_CHAMPION),
    ("富硒食品", "宁波翎沅食品集团有限公司", EnterpriseClass.CHAMPION),
    ("富硒食品", "成都芃禾农业股份有限公司", EnterpriseClass.CHAMPION),
    ("生态旅游", "杭州澜舟文旅集团有限公司", EnterpriseClass.CHAMPION),
    ("产业链四", "佛山黛曜玩具有限公司", EnterpriseClass.HIDDEN_CHAMPION),
    ("产业链五", "重庆玥谷水务装备有限公司", EnterpriseClass.OTHER),
    ("产业链六", "武汉瀚楷供应链有限公司", EnterpriseClass.UNICORN),
)
_CLASSES = (
    EnterpriseClass.LEADER,
    EnterpriseClass.CHAMPION,
    EnterpriseClass.HIDDEN_CHAMPION,
    EnterpriseClass.OTHER,
)
_BROUGHT_EACH = 2  # leads of each chain whose investor was courted first


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """Something entered on a chain. `enterprise` labels a listing, or names the one meant by
    what follows it; `lead` is the story's key of the lead that came of it."""

    recorded_at: datetime
    by: str
    event: e.ChainEvent
    enterprise: str | None = None
    lead: str | None = None


def campaign_of(registration: LeadRegistered) -> UUID | None:
    """The campaign a lead came of: of its channel, begun not more than two months before."""
    for campaign in CAMPAIGNS:
        since = registration.occurred_on - campaign.from_on
        if _CHANNELS.get(registration.channel or "") is campaign.kind and timedelta(
            0
        ) < since <= timedelta(days=60):
            return campaign_stream(campaign.name, campaign.from_on)
    return None


def chain_entries(
    registrations: Mapping[str, tuple[datetime, LeadRegistered]],
) -> Iterator[ChainEntry]:
    """All entries on chains, given the story's leads."""
    for chief, (chain, share) in zip(names.LEADERS, _SHARES.items(), strict=False):
        yield _description(chain, chief, *share)
    for nth, (key, (entered, lead)) in enumerate(_brought(registrations)):
        yield from _courted(nth, key, entered, lead)
    for nth, (chain, name, enterprise_class) in enumerate(_STILL_COURTED):
        day = date(2023, 2, 6) + timedelta(days=11 * nth)
        yield _listing(chain, name, enterprise_class, day)
        if nth % 2 == 0:
            yield _contact(chain, name, day + timedelta(days=23))
        if nth == 5:
            removal = e.TargetEnterpriseRemoved(
                occurred_on=date(2023, 8, 14),
                chain=chain,
                enterprise_id=_LATER,
                ground="企业已在外县投资建厂",
            )
            yield _entry(chain, removal, name)


def _description(chain: str, chief: str, projects: int, wan: int) -> ChainEntry:
    description = e.ChainDescribed(
        occurred_on=date(2023, 1, 4),
        chain=chain,
        chief=chief,
        lead_unit=names.lead_unit(chain),
        targets=(e.ChainTarget(2023, projects, wan * WAN),),
    )
    return replace(_entry(chain, description, None), by=names.MANAGER)


def _brought(registrations: Registrations) -> Iterable[tuple[str, tuple[datetime, LeadRegistered]]]:
    """The first leads of 2023 on each chain that are no expansions and the like."""
    left = dict.fromkeys(_SHARES, _BROUGHT_EACH)
    for key, (entered, lead) in sorted(registrations.items(), key=lambda item: item[1][0]):
        chain = lead.chain or ""
        fresh = lead.occurred_on >= date(2023, 3, 1) and key[0] in "BC"
        if fresh and left[chain]:
            left[chain] -= 1
            yield key, (entered, lead)


def _courted(nth: int, key: str, entered: datetime, lead: LeadRegistered) -> Iterator[ChainEntry]:
    chain, name = lead.chain or "", lead.investor.name
    listed_on = workday(lead.occurred_on - timedelta(days=45))
    yield _listing(chain, name, _CLASSES[nth % len(_CLASSES)], listed_on, lead.investor.uscc)
    yield _contact(chain, name, listed_on + timedelta(days=14))
    brought = e.TargetEnterpriseBroughtLead(
        occurred_on=lead.occurred_on, chain=chain, enterprise_id=_LATER, lead_id=_LATER
    )
    after = entered + timedelta(minutes=2)
    yield replace(_entry(chain, brought, name), recorded_at=after, lead=key)


def _listing(
    chain: str, name: str, enterprise_class: EnterpriseClass, day: date, uscc: str | None = None
) -> ChainEntry:
    listing = e.TargetEnterpriseListed(
        occurred_on=workday(day),
        chain=chain,
        name=name,
        enterprise_class=enterprise_class,
        uscc=uscc,
        source="产业链图谱筛选",
    )
    return _entry(chain, listing, name)


def _contact(chain: str, name: str, day: date) -> ChainEntry:
    contact = e.TargetEnterpriseContacted(
        occurred_on=workday(day),
        chain=chain,
        enterprise_id=_LATER,
        mode=ContactMode.VISIT_OUT,
        summary="拜访企业，介绍产业链配套和园区条件",
    )
    return _entry(chain, contact, name)


def _entry(chain: str, event: e.ChainEvent, enterprise: str | None) -> ChainEntry:
    at = datetime.combine(event.occurred_on, time(17, 5), SHANGHAI)
    return ChainEntry(at, names.CLERKS[names.lead_unit(chain)], event, enterprise)
