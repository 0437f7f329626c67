"""Who and where are the sample data? Real places and bodies; everything else is made up.

Companies and persons are put together from syllables: any likeness to a real one is accidental.
Towns and bodies: domain section 7; chains: domain section 0, decision 8.
"""

from dataclasses import dataclass
from random import Random
from uuid import NAMESPACE_DNS, uuid5

from stdnum.cn import uscc

from domain.event import ContactPerson, Personal
from domain.lead.events import Investor

TOWNS = (
    "城关镇", "涧池镇", "蒲溪镇", "平梁镇", "双乳镇",
    "铁佛寺镇", "漩涡镇", "汉阳镇", "双河口镇", "观音河镇",
)  # fmt: skip

# Recruiting unit -> its clerk, and its share of the 2023 target (projects, 万元): 90 and 110 亿.
CLERKS = {
    "招商服务中心": "王晓燕",
    "经开区": "陈志强",
    "县经贸局": "刘海波",
    "县农业农村局": "赵小芳",
    "县发改局": "杨文涛",
    "县文旅广电局": "周丽娜",
    "县水利局": "何建军",
}
SHARES = {
    "招商服务中心": (20, 260_000),
    "经开区": (22, 340_000),
    "县经贸局": (14, 160_000),
    "县农业农村局": (12, 110_000),
    "县发改局": (10, 120_000),
    "县文旅广电局": (7, 70_000),
    "县水利局": (5, 40_000),
}
TOWN_SHARES = dict(
    zip(
        TOWNS,
        (
            (24, 300_000), (20, 260_000), (12, 160_000), (9, 100_000), (6, 70_000),
            (5, 55_000), (5, 55_000), (4, 45_000), (3, 30_000), (2, 25_000),
        ),
        strict=True,
    )
)  # fmt: skip
"""Host town -> its share of the same target."""
MANAGER = "李建国"  # 招商服务中心: voids, reinstatements
ADMIN = "系统管理员"
LEADERS = (
    "县委书记",
    "县长",
    "县委副书记",
    "常务副县长",
    "分管工业副县长",
    "分管农业副县长",
    "统战部长",
)
POLICE = ("城关派出所警长", "涧池派出所警长", "蒲溪派出所警长", "漩涡派出所警长")

_UNITS_BY_CHAIN = {
    "新材料": ("经开区", "经开区", "招商服务中心", "县发改局"),
    "富硒食品": ("县农业农村局", "县农业农村局", "招商服务中心", "经开区"),
    "生态旅游": ("县文旅广电局", "县文旅广电局", "招商服务中心"),
    "产业链四": ("县经贸局", "经开区", "招商服务中心"),
    "产业链五": ("县水利局", "县发改局", "招商服务中心"),
    "产业链六": ("县经贸局", "县发改局"),
}
CHAIN_WEIGHTS = {
    "新材料": 26, "富硒食品": 30, "生态旅游": 12, "产业链四": 16, "产业链五": 8, "产业链六": 8,
}  # fmt: skip
_PROJECTS = {
    "新材料": (
        "碳基新材料制品", "高纯石英砂精深加工", "硅基负极材料", "高弹纤维", "环保复合板材",
        "光伏组件边框", "装配式建筑构件", "新型墙体材料", "可降解包装材料", "精密铸件",
    ),
    "富硒食品": (
        "富硒茶精制", "富硒矿泉水灌装", "魔芋精深加工", "富硒大米加工", "食用菌工厂化栽培",
        "腊肉制品加工", "预制菜中央厨房", "杂粮饮料", "菜籽油精炼", "富硒禽蛋深加工",
    ),
    "生态旅游": (
        "康养度假区", "精品民宿集群", "研学实践营地", "山地露营公园", "梯田观光园", "古镇文旅街区",
    ),
    "产业链四": (
        "毛绒玩具社区工厂", "电子线束", "服装加工", "箱包制造", "电子元器件封装", "智能小家电",
    ),
    "产业链五": ("抽水灌溉设备制造", "水产生态养殖", "山泉水源地开发", "节水器材生产"),
    "产业链六": ("冷链物流园", "商贸综合体", "农产品交易市场", "电商产业园"),
}  # fmt: skip
_COMMERCE = frozenset({"商贸综合体", "农产品交易市场"})  # no 产业项目
_CITIES = (
    "西安", "安康", "苏州", "杭州", "深圳", "成都", "重庆", "武汉", "常州", "宁波", "佛山", "合肥",
)  # fmt: skip
_REGIONS = ("610100", "610900", "320500", "330100", "440300", "510100", "500100", "420100")
_FIRST, _SECOND = "瀚澜沐翎芃珩玥栩黛垚", "禾沅桓曜岚楷霖焱谷舟"
_TRADES = {
    "新材料": "新材料", "富硒食品": "食品", "生态旅游": "文旅发展", "产业链四": "实业",
    "产业链五": "水务科技", "产业链六": "供应链管理",
}  # fmt: skip
_SURNAMES = "张李王刘陈杨赵黄周吴徐孙马朱胡林郭何高罗"
_GIVEN = (
    "伟",
    "敏",
    "静",
    "磊",
    "洋",
    "勇",
    "艳",
    "杰",
    "涛",
    "明",
    "霞",
    "平",
    "刚",
    "桂英",
    "志远",
    "雨桐",
    "子涵",
    "建华",
)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a lead is called and to whom it belongs."""

    title: str
    investor: Investor
    unit: str
    town: str
    chain: str
    industrial: bool
    person: str
    contact: ContactPerson


def identity(rng: Random, key: str) -> Identity:
    chain = rng.choices(list(CHAIN_WEIGHTS), list(CHAIN_WEIGHTS.values()))[0]
    project = rng.choice(_PROJECTS[chain])
    brand = rng.choice(_FIRST) + rng.choice(_SECOND)
    name = f"{rng.choice(_CITIES)}{brand}{_TRADES[chain]}有限公司"
    return Identity(
        title=f"{brand}{project}项目",
        investor=Investor(name, credit_code(rng)),
        unit=rng.choice(_UNITS_BY_CHAIN[chain]),
        town=rng.choices(TOWNS, (20, 16, 12, 10, 8, 6, 8, 6, 8, 6))[0],
        chain=chain,
        industrial=project not in _COMMERCE,
        person=person(rng),
        contact=ContactPerson(
            uuid5(NAMESPACE_DNS, f"sample-contact-{key}"),
            Personal(person(rng)),
            rng.choice(("总经理", "副总经理", "董事长助理", "投资部经理")),
            Personal(f"1380000{rng.randrange(10_000):04d}"),
        ),
    )


def lead_unit(chain: str) -> str:
    """牵头单位 of a chain."""
    return _UNITS_BY_CHAIN[chain][0]


def company_name(investor: Investor) -> str:
    """项目公司: the investor's local company."""
    return "汉阴" + investor.name[2:]


def credit_code(rng: Random) -> str:
    """A 统一社会信用代码 with the right check character."""
    body = "91" + rng.choice(_REGIONS) + "MA" + "".join(rng.choices(_ALPHABET, k=7))
    return body + str(uscc.calc_check_digit(body))


def person(rng: Random) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)
