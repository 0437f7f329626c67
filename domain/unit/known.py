"""Which units are ranked, and with whom? (参评单位分组)

The ten towns and the bodies the plan names (domain section 7) are where a county begins; they are
not recorded. A unit placed elsewhere, or not named here, is an entry of its own (`UnitGrouped`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from domain.event import Recorded
from domain.in_force import unvoided
from domain.unit.events import UnitEntryVoided, UnitEvent
from domain.vocabulary import UnitGroup

_UNIT_STREAMS = UUID("6d2b9f0e-51c3-4f0a-8f57-93a1c0b7e4d5")

TOWNS = (
    "城关镇", "涧池镇", "蒲溪镇", "平梁镇", "双乳镇",
    "铁佛寺镇", "漩涡镇", "汉阳镇", "双河口镇", "观音河镇",
)  # fmt: skip
ZONES = ("经开区",)
DEPARTMENTS = (
    "招商服务中心", "发改局", "经贸局", "教体科技局", "交通局", "住建局", "水利局",
    "农业农村局", "文旅广电局", "人社局", "自然资源局", "卫健局", "财政局", "公安局",
    "行政审批局", "金融办", "工商联", "市生态环境局汉阴分局", "国网汉阴供电公司", "狠抓落实办公室",
)  # fmt: skip

DEFAULT_GROUPS: dict[str, UnitGroup] = {
    **dict.fromkeys(TOWNS, UnitGroup.TOWNS),
    **dict.fromkeys(DEPARTMENTS, UnitGroup.DEPARTMENTS),
    **dict.fromkeys(ZONES, UnitGroup.ZONES),
}

UnitHistory = Sequence[Recorded[UnitEvent]]


def unit_name(name: str) -> str:
    """One unit, one name: ledgers write 县发改局 and 发改局 for the same."""
    short = name.strip().removeprefix("县")
    return short if short in DEFAULT_GROUPS else name.strip()


def spellings(unit: str) -> tuple[str, ...]:
    """Every way of writing a unit, for tables that keep its name as it was recorded."""
    name = unit_name(unit)
    return (name, f"县{name}") if name in DEFAULT_GROUPS else (name,)


def same_unit(one: str | None, other: str | None) -> bool:
    """Whether two names are one unit's; nobody is nobody but himself."""
    if one is None or other is None:
        return one is other
    return unit_name(one) == unit_name(other)


def shown_as(recorded: Iterable[str]) -> dict[str, str]:
    """Each recorded name -> the name its unit is counted under: as it was recorded, or the unit's
    one name where it was recorded in several ways."""
    written = defaultdict[str, set[str]](set)
    for name in recorded:
        written[unit_name(name)].add(name)
    return {
        name: unit if len(names) > 1 else name for unit, names in written.items() for name in names
    }


def unit_stream(unit: str) -> UUID:
    """The stream of a unit: the same everywhere, so it needs no register."""
    return uuid5(_UNIT_STREAMS, unit_name(unit))


def in_force(history: Iterable[Recorded[UnitEvent]]) -> list[Recorded[UnitEvent]]:
    """A unit's entries that count, as recorded: neither voids nor voided."""
    return unvoided(history, UnitEntryVoided)
