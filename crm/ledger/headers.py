"""Which column is which: the header words (表头) that county ledgers use for the same thing.

Sources: the sample ledgers and the published tables in the domain document, section 2. A header
is matched whole, never by a part of it: 计划开工时间 is not 开工时间.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

YUAN_PER_UNIT = {
    "元": 1,
    "千元": 1_000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "千万元": 10_000_000,
    "亿元": 100_000_000,
}
UNIT_WORDS = "千万元|百万元|亿元|万元|千元|元"


class Field(StrEnum):
    """What a ledger says of a project; the value is the plainest header word for it."""

    KEY = "系统编号"
    SERIAL = "序号"
    TITLE = "项目名称"
    INVESTOR = "企业名称"
    USCC = "统一社会信用代码"
    CHAIN = "所属产业链"
    UNIT = "招引单位"
    TOWN = "落户镇"
    KIND = "协议类别"
    AMOUNT = "协议金额"
    SIGNED = "签约时间"
    STARTED = "开工时间"
    COMPLETED = "竣工时间"
    PRODUCED = "投产时间"
    FUNDS = "到位资金"
    FUNDS_USD = "到位外资"
    LEADER = "包抓领导"
    RESPONSIBLE_UNIT = "责任单位"
    PERSON = "责任人"
    CONTACT = "联系人"
    PHONE = "联系电话"
    PROGRESS = "进展情况"
    REMARK = "备注"


KEY = "系统编号"
"""Over the hidden column of our own ledgers that names the lead of each row, by its code."""
CODE = "项目编号"
"""Over the codes in a printed list, where people see them."""
STAGE, COLOUR, DUE, OVERDUE = "当前状态", "颜色", "应完成日期", "超期天数"
IN_LIST, FLAGS, OPEN_ISSUES, EXITED = "在列天数", "停工、试生产", "未销号问题", "退出时间"
REASON = "原因"
"""Over why a line went back, in the file of those that did."""
WORKED_OUT = {REASON, STAGE, COLOUR, DUE, OVERDUE, IN_LIST, FLAGS, OPEN_ISSUES, EXITED, CODE}
"""Over what the program works out: our own ledgers show it, and it is never read back."""

# The first word of a field is the best: where a ledger has two of them (协议金额 and 总投资), the
# better one is read and the other is kept as text.
_WORDS: dict[Field, str] = {
    Field.KEY: "系统编号",
    Field.SERIAL: "序号 编号 号",
    Field.TITLE: "项目名称 招商项目名称 签约项目名称 招商引资项目名称 项目全称 项目",
    Field.INVESTOR: (
        "企业名称 投资方 投资方名称 投资企业 投资企业名称 投资单位 投资单位名称 投资主体 "
        "投资商 投资人 外来投资方名称 客商名称 业主单位 业主单位名称 业主名称 业主 项目业主 "
        "项目单位 公司名称"
    ),
    Field.USCC: "统一社会信用代码 社会信用代码 统一信用代码 企业信用代码 信用代码",
    Field.CHAIN: "所属产业链 产业链 产业链条 产业链名称 重点产业链 所属链条 所在产业链",
    Field.UNIT: (
        "招引单位 招商单位 招商引资单位 招引责任单位 招商责任单位 引进单位 项目引进单位 "
        "引荐单位 项目引荐单位 招引部门 招引镇部门"
    ),
    Field.TOWN: (
        "落户镇 落户地 落户乡镇 落户镇办 落地镇 落地乡镇 项目落户地 落户地点 落地地点 "
        "所在镇 项目所在镇"
    ),
    Field.KIND: (
        "协议类别 合同类别 签约类别 协议类型 合同类型 签约类型 协议性质 合同性质 "
        "协议合同类别 合同协议类别 签约形式"
    ),
    Field.AMOUNT: (
        "协议金额 合同金额 签约金额 协议总金额 合同总金额 签约总金额 协议总投资 合同总投资 "
        "协议投资额 合同投资额 协议资金 合同资金 协议引资额 合同引资额 总投资额 总投资 "
        "投资总额 项目总投资 计划总投资 计划投资 投资额 拟投资额"
    ),
    Field.SIGNED: (
        "签约时间 签约日期 签订时间 签订日期 合同签约时间 协议签约时间 合同签订时间 "
        "合同签订日期 协议签订时间 协议签订日期 签约年月日"
    ),
    Field.STARTED: (
        "开工时间 开工日期 实际开工时间 实际开工日期 项目开工时间 开工建设时间 动工时间 动工日期"
    ),
    Field.COMPLETED: (
        "竣工时间 竣工日期 实际竣工时间 实际竣工日期 项目竣工时间 完工时间 完工日期 "
        "建成时间 建成日期"
    ),
    Field.PRODUCED: "投产时间 投产日期 实际投产时间 实际投产日期 正式投产时间 项目投产时间",
    Field.FUNDS: (
        "到位资金 累计到位资金 资金到位 资金到位额 到位金额 已到位资金 实际到位资金 到资额 "
        "累计到资额 实际到资额 投资方实际到资额 资金到位情况"
    ),
    Field.FUNDS_USD: (
        "到位外资 实际利用外资 利用外资 实际到位外资 外资到位额 外资到位 累计到位外资 到资外资"
    ),
    Field.LEADER: (
        "包抓领导 包联领导 包保领导 挂点领导 挂包领导 县级包抓领导 包抓县级领导 "
        "项目包抓领导 责任领导 牵头领导 联系领导"
    ),
    Field.RESPONSIBLE_UNIT: "责任单位 责任部门 包抓单位 包抓部门 牵头单位 牵头部门 责任主体",
    Field.PERSON: "责任人 项目责任人 具体责任人 责任人姓名 责任干部",
    Field.CONTACT: "联系人 企业联系人 项目联系人 联络人",
    Field.PHONE: "联系电话 电话 联系方式 电话号码 手机 手机号 手机号码 责任人电话 联系人电话",
    Field.PROGRESS: (
        "进展情况 项目进展情况 项目进展 工作进展 目前进展 进展 进度情况 形象进度 项目进度 建设进度"
    ),
    Field.REMARK: "备注 备注说明 说明",
}

_RANKED: dict[str, tuple[Field, int]] = {
    word: (field, rank)
    for field, words in _WORDS.items()
    for rank, word in enumerate(words.split())
}

# 计划 / 开工时间 is no start, 到位资金(本年) is not what has come in altogether.
_ACTUAL = {
    Field.SIGNED,
    Field.STARTED,
    Field.COMPLETED,
    Field.PRODUCED,
    Field.FUNDS,
    Field.FUNDS_USD,
}
_QUALIFIED = re.compile(r"计划|预计|约定|目标|拟|[本当今][月季年期]|年度")

_BRACKETED = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
_UNIT = re.compile(UNIT_WORDS)
_DOLLARS = re.compile(r"(百万|万|千|亿)?(?:美元|美金)")
PER_DOLLARS = {None: 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
_MEASURE = re.compile(r"亩|平方米|m2|人|个|家|%")
_FOREIGN = re.compile(r"美元|美金|欧元|港元|港币|日元|外币")
_UNIT_AT_END = re.compile(rf"(.*?)[:/、,]?(?:单位)?[:/、,]?(?:人民币)?({UNIT_WORDS})")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a header says: the field (None: not one we know), how good the word, 元 per unit.

    美元 per unit where the field is counted in them.
    """

    field: Field | None
    rank: int = 0
    scale: int | None = None


def plain(text: str) -> str:
    """Header text without its look: half-width, no white space, no marks."""
    return re.sub(r"[\s*※]+", "", unicodedata.normalize("NFKC", text))


def understand(parts: Sequence[str]) -> Heading:
    """The meaning of a column's header cells, from the top one to the lowest.

    The lowest word decides (投资方 / 统一社会信用代码), or the two together (开工 / 时间); where it
    is only a unit (协议金额 / 万元) the one above does.
    """
    names: list[str] = []
    scale: int | None = None
    said_beside = ""
    for part in parts:
        name, beside = _split(part)
        if _DOLLARS.fullmatch(name):
            name, beside = "", name
        said_beside += beside
        scale = _scale(beside) or scale
        if name:
            names.append(name)
    known = _RANKED.get("".join(names[-2:])) or _RANKED.get("".join(names[-1:]))
    dollars = _DOLLARS.search(said_beside)
    if known is not None and known[0] in (Field.FUNDS, Field.FUNDS_USD):
        if dollars is not None and not _QUALIFIED.search(said_beside + "".join(names[:-1])):
            return Heading(Field.FUNDS_USD, known[1], PER_DOLLARS[dollars[1]])
        if known[0] is Field.FUNDS_USD:  # foreign money counted in yuan: kept as text
            return Heading(None, scale=scale)
    if known is None or _FOREIGN.search(said_beside):
        return Heading(None, scale=scale)
    if known[0] in _ACTUAL and _QUALIFIED.search(said_beside + "".join(names[:-1])):
        return Heading(None, scale=scale)
    return Heading(*known, scale)


def is_unit(text: str) -> bool:
    """Whether a header cell holds a unit and nothing else."""
    name, beside = _split(text)
    if not name and _scale(beside) is not None:
        return True
    return bool(_DOLLARS.fullmatch(name) or _MEASURE.fullmatch(name or beside))


def is_header_word(text: str) -> bool:
    """Whether a cell can only stand in a header: a known word, or a unit alone."""
    return _split(text)[0] in _RANKED or is_unit(text)


def _scale(beside: str) -> int | None:
    """元 per unit of what stands beside a name; 总投资(亿) is short for (亿元)."""
    found = _UNIT.search(beside)
    return YUAN_PER_UNIT.get(found.group() if found else f"{beside}元") if beside else None


def _split(part: str) -> tuple[str, str]:
    """Name of one header cell, and what is said beside it: "到位资金(万元)" → 到位资金, 万元."""
    text = plain(part)
    beside = "".join(_BRACKETED.findall(text))
    name = _BRACKETED.sub("", text).strip(":")
    if name not in _RANKED:
        ending = _UNIT_AT_END.fullmatch(name)
        if ending and (not ending[1] or ending[1] in _RANKED):
            return ending[1], ending[2]
    return name, beside
