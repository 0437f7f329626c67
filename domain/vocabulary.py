"""The field's words, each with the Chinese staff know it by (glossary: domain section 10)."""

from enum import StrEnum

NOT_STATED = "未注明"
"""What a share of a figure is called whose unit, town or chain nobody has named."""


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


class NegotiationStage(Word):
    """在谈阶段, from the first word to a text that does not count yet (F8, F24)."""

    REGISTERED = "registered", "线索登记"
    CONTACTED = "contacted", "接洽"
    REVIEWED = "reviewed", "评审"
    FRAMEWORK = "framework", "框架意向"


class Indicator(Word):
    """What a season is scored by (F22), under the plan's four comparisons (四比)."""

    RESERVE = "reserve", "新增线索（个）"
    SIGNED_PROJECTS = "signed_projects", "招引项目对时序目标"
    SIGNED_AMOUNT = "signed_amount", "协议资金对时序目标（万元）"
    START = "start", "到期应开工项目开工率"
    PRODUCTION = "production", "到期应投产项目投产率"
    SERVICE_VISITS = "service_visits", "服务员到位率"
    FOLLOW_UPS = "follow_ups", "回访率"
    RETURNS = "returns", "月报按时报送率"


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


class PermitItem(Word):
    """前期手续 (F13)."""

    FILING = "filing", "立项备案"
    PLANNING = "planning", "规划许可"
    LAND = "land", "用地手续"
    EIA = "eia", "环评"
    ENERGY = "energy", "能评"
    CONSTRUCTION = "construction", "施工许可"
    OTHER = "other", "其他手续"


class PermitState(Word):
    REQUIRED = "required", "待办"
    OBTAINED = "obtained", "已办结"
    NOT_APPLICABLE = "not_applicable", "不涉及"


class SiteFinding(Word):
    WORKING = "working", "正在施工"
    IDLE = "idle", "停工闲置"
    FINISHED = "finished", "已完工"


class Milestone(Word):
    """What can be planned for a day."""

    START = "start", "开工"
    COMPLETION = "completion", "竣工"
    PRODUCTION = "production", "投产"


class RecognitionScope(Word):
    """What can be recognised (认定), in the order it is done."""

    SIGNING = "signing", "签约"
    START = "start", "开工"
    COMPLETION = "completion", "竣工"
    PRODUCTION = "production", "投产"
    FUNDS = "funds", "到位资金"


class RecognitionDecision(Word):
    GRANTED = "granted", "认定"
    REFUSED = "refused", "不予认定"
    REVOKED = "revoked", "撤销认定"


class ProblemClass(Word):
    """问题类别 (domain section 2, proposed columns)."""

    LAND = "land", "用地"
    DEMOLITION = "demolition", "征拆"
    PERMITS = "permits", "手续"
    FUNDS = "funds", "资金"
    UTILITIES = "utilities", "水电路气"
    LABOUR = "labour", "用工"
    POLICY = "policy", "政策兑现"
    OTHER = "other", "其他"


class ProblemState(Word):
    OPEN = "open", "待解决"
    CLAIMED = "claimed", "已申请销号"
    CLOSED = "closed", "已销号"


class EscalationLevel(Word):
    """提级: to a county leader, or onto the public list (plan clause 76)."""

    COUNTY = "county", "县级领导协调"
    LISTED = "listed", "挂牌督办"


class UnitGroup(Word):
    """Who is ranked with whom (domain section 0, decision 7)."""

    TOWNS = "towns", "镇"
    DEPARTMENTS = "departments", "部门"
    ZONES = "zones", "园区"


class Colour(Word):
    """三色管理; grey is a project without a plan (F17)."""

    GREEN = "green", "绿"
    YELLOW = "yellow", "黄"
    RED = "red", "红"
    GREY = "grey", "灰（无计划）"


class NoticeLevel(Word):
    """督办, from a reminder to the public list (domain section 3.1, 华亭; plan clause 76)."""

    BLUE = "blue", "蓝色提醒"
    YELLOW = "yellow", "黄色预警"
    RED = "red", "红色督办"
    LISTED = "listed", "挂牌督办"


class ReturnState(Word):
    """What became of a monthly return (F21)."""

    ON_TIME = "on_time", "按时报送"
    LATE = "late", "迟报"
    NOT_YET_DUE = "not_yet_due", "未到期"
    MISSING = "missing", "未报"


class ReturnMark(Word):
    """What the list of returns marks (domain section 2, T3)."""

    RED = "red", "未报"
    YELLOW = "yellow", "与上月雷同"


class Severity(Word):
    """How much an anomaly weighs: whether a count is in doubt, a figure, or only a habit."""

    HIGH = "high", "严重"
    MEDIUM = "medium", "关注"
    LOW = "low", "提示"


class AnomalyKind(Word):
    """The kinds of the anomaly list."""

    REPEATED_RETURN = "repeated_return", "数据与上月雷同"
    FUNDS_OVER_AGREED = "funds_over_agreed", "到位资金超过协议金额"
    RETURN_FELL = "return_fell", "累计投资低于前期"
    BUILT_OVER_FIXED = "built_over_fixed", "固投超过协议固定资产部分"
    NO_PHOTO = "no_photo", "开工无现场照片"
    START_SELF_VERIFIED = "start_self_verified", "开工录入人与核查人相同"
    STOPPED_AT_ONCE = "stopped_at_once", "开工即停工"
    IDLE_BUT_REPORTED = "idle_but_reported", "核查停工而仍报进度"
    DOUBLE = "double", "疑似重复统计"
    PHASES_OVER_PARENT = "phases_over_parent", "分期金额超过总协议"
    THIN_CAPITAL = "thin_capital", "协议金额与注册资本悬殊"
    HUGE_AMOUNT = "huge_amount", "协议金额异常巨大"
    LATE_EDIT = "late_edit", "结账后补录或作废"
    NO_GATES = "no_gates", "未经尽调或合同审查签约"
    RED_LINES = "red_lines", "触碰红线仍签约"
    BUILT_BEFORE_SIGNING = "built_before_signing", "先建后签"
    ROUND_FIGURES = "round_figures", "连续整数上报"
    NO_SPONSOR = "no_sponsor", "签约项目无包抓领导"

    @property
    def severity(self) -> Severity:
        return _SEVERITY.get(self, Severity.MEDIUM)


_SEVERITY = {
    AnomalyKind.STOPPED_AT_ONCE: Severity.HIGH,
    AnomalyKind.START_SELF_VERIFIED: Severity.HIGH,
    AnomalyKind.IDLE_BUT_REPORTED: Severity.HIGH,
    AnomalyKind.DOUBLE: Severity.HIGH,
    AnomalyKind.RED_LINES: Severity.HIGH,
    AnomalyKind.NO_GATES: Severity.HIGH,
    AnomalyKind.HUGE_AMOUNT: Severity.HIGH,
    AnomalyKind.LATE_EDIT: Severity.LOW,
    AnomalyKind.ROUND_FIGURES: Severity.LOW,
    AnomalyKind.NO_SPONSOR: Severity.LOW,
}


class ExitRule(Word):
    """Why a lead should leave."""

    UNPERFORMED = "unperformed", "签约满两年未履约"
    START_OVERDUE = "start_overdue", "超约定开工时间仍未开工"
    WITHOUT_COMPANY = "without_company", "逾期未注册项目公司"
    LONG_SUSPENDED = "long_suspended", "长期停工"
    SUSPECTED_STOP = "suspected_stop", "疑似停工"
    INACTIVE_LEAD = "inactive_lead", "线索长期无进展"


class ExitStep(Word):
    """How far the procedure is, and so what comes next."""

    NOTIFY = "notify", "应发限期通知"
    WAIT = "wait", "限期通知期内"
    EXIT = "exit", "建议退出"
    ARCHIVE = "archive", "建议归档（搁置）"


class Gate(Word):
    """The steps that papers are asked for, in order."""

    SIGNING = "signing", "签约"
    REGISTRATION = "registration", "公司注册"
    FUNDS = "funds", "资金到位"
    START = "start", "开工"
    STATISTICS = "statistics", "投资入库"
    COMPLETION = "completion", "竣工"
    PRODUCTION = "production", "投产"
