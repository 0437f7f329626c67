"""The field's words, each with the Chinese staff know it by (glossary: domain section 10)."""

from enum import StrEnum


class Word(StrEnum):
    """A word of the contract: its value travels in JSON, its `label` is what staff read."""

    label: str

    def __new__(cls, value: str, label: str) -> "Word":
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class Stage(Word):
    """Where a lead stands on a day; derived, never recorded."""

    LEAD = "lead", "在谈线索"
    FRAMEWORK = "framework", "框架意向"
    SIGNED = "signed", "签约未开工"
    STARTED = "started", "开工未竣工"
    COMPLETED = "completed", "竣工未投产"
    PRODUCING = "producing", "已投产"
    EXITED = "exited", "已退出"
    SHELVED = "shelved", "已搁置"
    LOST = "lost", "已流失"


class AgreementKind(Word):
    """协议类别, from the weakest text to the strongest."""

    LETTER_OF_INTENT = "letter_of_intent", "意向书"
    FRAMEWORK = "framework", "框架协议"
    AGREEMENT = "agreement", "协议"
    CONTRACT = "contract", "合同"

    @property
    def rank(self) -> int:
        return _KIND_RANK[self]

    @property
    def countable(self) -> bool:
        """Counts toward the 90 projects and the 11 billion (domain section 0, decision 2)."""
        return self in (AgreementKind.AGREEMENT, AgreementKind.CONTRACT)


_KIND_RANK = {kind: rank for rank, kind in enumerate(AgreementKind)}


class Relation(Word):
    """How a lead stands to earlier ones (domain section 4)."""

    NEW = "new", "新引进"
    EXPANSION = "expansion", "增资扩产"
    PHASE_IN_SCOPE = "phase_in_scope", "协议内分期"
    RELOCATION = "relocation", "迁建"


class ChainRole(Word):
    ESTABLISH = "establish", "建链"
    EXTEND = "extend", "延链"
    COMPLEMENT = "complement", "补链"
    STRENGTHEN = "strengthen", "强链"


class EnterpriseClass(Word):
    """目标企业类别 (plan clauses 33, 44)."""

    LEADER = "leader", "链主企业"
    CHAMPION = "champion", "领军企业"
    UNICORN = "unicorn", "独角兽企业"
    HIDDEN_CHAMPION = "hidden_champion", "隐形冠军企业"
    OTHER = "other", "其他企业"


class CampaignKind(Word):
    """招商活动方式 (plan clauses 18, 20)."""

    TEAM = "team", "小分队招商"
    FESTIVAL = "festival", "节会招商"
    KINSHIP = "kinship", "亲情招商"
    STATIONED = "stationed", "驻点招商"
    OTHER = "other", "其他招商活动"


class ContactMode(Word):
    VISIT_IN = "visit_in", "来县考察"
    VISIT_OUT = "visit_out", "外出拜访"
    CALL = "call", "电话联系"
    MEETING = "meeting", "会议洽谈"
    EVENT = "event", "招商活动"


class AssessmentResult(Word):
    VIABLE = "viable", "可行"
    NOT_VIABLE = "not_viable", "不可行"
    PENDING = "pending", "待定"


class DueDiligenceResult(Word):
    PASS = "pass", "通过"
    CONDITIONAL = "conditional", "有条件通过"
    FAIL = "fail", "不通过"


class ReviewOpinion(Word):
    AGREE = "agree", "同意"
    AMEND = "amend", "修改后再审"
    REFUSE = "refuse", "不同意"


class StartBasis(Word):
    """What counts as 开工: permanent works, or (no civil works) the first installation."""

    CIVIL = "civil", "土建开工"
    INSTALLATION = "installation", "设备安装"


class FundsSource(Word):
    OUT_PROVINCE = "out_province", "省外资金"
    OUT_CITY = "out_city", "市外资金"
    OUT_COUNTY = "out_county", "县外资金"
    LOCAL = "local", "本地资金"
    FOREIGN = "foreign", "外资"
    UNSPECIFIED = "unspecified", "来源未注明"


class FundsUse(Word):
    FIXED = "fixed", "固定资产"
    WORKING = "working", "流动资金"


class ResponsibilityRole(Word):
    LEADER = "leader", "包抓领导"
    UNIT = "unit", "责任单位"
    PERSON = "person", "责任人"
    SERVICE_OFFICER = "service_officer", "干部服务员"
    POLICE_CONTACT = "police_contact", "责任警长"
    HOST_TOWN = "host_town", "落户镇"
    CHAIN = "chain", "所属产业链"
