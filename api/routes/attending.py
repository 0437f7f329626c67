"""手续、计划节点、月度进展、核查、入库入规达效、走访、回访."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BeforeValidator, ConfigDict, Field

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Body, Day, Name, Percent, Period, Record, Text, Wan
from domain.lead import events as e
from domain.vocabulary import Milestone, PermitItem, PermitState, SiteFinding

router = APIRouter(prefix="/leads/{lead_id}", tags=["推进与服务"], route_class=CheckedRoute)


class PermitIn(Record):
    """前期手续: an item required, obtained, or not applicable."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "item": "construction",
                "state": "obtained",
                "number": "610921202305100101",
                "occurred_on": "2023-05-20",
            }
        }
    )

    item: PermitItem
    state: PermitState
    number: Name | None = None
    due: Day | None = None


@router.post("/permits", **records("登记前期手续"))
def state_permit(to: ToLead, body: PermitIn) -> WrittenOut:
    return to.record(
        e.PermitStated(
            **body.common(to.today),
            item=body.item,
            state=body.state,
            number=body.number,
            due=body.due,
        )
    )


class PlannedIn(Body):
    """计划节点."""

    milestone: Milestone
    planned_on: Day


def _twelve_months(value: Any) -> Any:
    if isinstance(value, list) and len(value) != 12:
        raise ValueError("应填 12 个月的累计数")
    return value


class PlanIn(Record):
    """计划节点和月度投资计划; a revision says why."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "milestones": [
                    {"milestone": "start", "planned_on": "2023-09-30"},
                    {"milestone": "completion", "planned_on": "2024-10-31"},
                ],
                "fai_year": 2023,
                "monthly_fai_wan": [0, 0, 0, 0, 0, 0, 0, 0, 300, 900, 1600, 2400],
                "occurred_on": "2023-04-20",
            }
        }
    )

    milestones: Annotated[tuple[PlannedIn, ...], Field(max_length=3)] = ()
    fai_year: Annotated[
        int | None, Field(ge=2000, le=2100, strict=True, description="默认业务日期所在年度")
    ] = None
    monthly_fai_wan: Annotated[
        tuple[Wan, ...] | None,
        Field(min_length=12, max_length=12, description="十二个月的累计数（万元）"),
        BeforeValidator(_twelve_months),
    ] = None
    ground: Text | None = None

    def year(self, occurred_on: date) -> int | None:
        return None if self.monthly_fai_wan is None else self.fai_year or occurred_on.year


@router.post("/plan", **records("下达或调整计划（调整须由管理人员录入）"))
def set_plan(to: ToLead, body: PlanIn) -> WrittenOut:
    common = body.common(to.today)
    return to.record(
        e.MilestonePlanSet(
            **common,
            milestones=tuple(
                e.PlannedMilestone(item.milestone, item.planned_on) for item in body.milestones
            ),
            fai_year=body.year(common["occurred_on"]),
            monthly_fai_yuan=body.monthly_fai_wan,
            ground=body.ground,
        )
    )


class ProgressIn(Record):
    """月度进展."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "period": "2023-08",
                "text": "厂房主体完成三层，设备已订货",
                "percent": 35,
                "occurred_on": "2023-09-02",
            }
        }
    )

    period: Period
    text: Text
    percent: Percent | None = None
    problems: Text | None = None


@router.post("/progress", **records("报送月度进展"))
def report_progress(to: ToLead, body: ProgressIn) -> WrittenOut:
    return to.record(
        e.MonthlyProgressReported(
            **body.common(to.today),
            period=body.period,
            text=body.text,
            percent=body.percent,
            problems=body.problems,
        )
    )


class SiteCheckIn(Record):
    """现场核查."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "found": "working",
                "place": "月河工业园",
                "evidence": [{"kind": "现场照片", "name": "塔吊.jpg", "taken_on": "2023-08-11"}],
                "occurred_on": "2023-08-11",
            }
        }
    )

    found: SiteFinding
    place: Name | None = None


@router.post("/site-checks", **records("录入现场核查"))
def check_site(to: ToLead, body: SiteCheckIn) -> WrittenOut:
    return to.record(e.SiteChecked(**body.common(to.today), found=body.found, place=body.place))


class FiguresIn(Record):
    """入库、入规、达效: the statistics code and the figures reached."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "610921-0147",
                "output_wan": "8600",
                "tax_wan": "320",
                "occurred_on": "2024-11-30",
            }
        }
    )

    code: Name | None = None
    output_wan: Wan | None = None
    tax_wan: Wan | None = None

    def figures(self) -> dict[str, Any]:
        return {"code": self.code, "output_yuan": self.output_wan, "tax_yuan": self.tax_wan}


@router.post("/statistics-entry", **records("投资入库", "milestone_missing"))
def enter_statistics(to: ToLead, body: FiguresIn) -> WrittenOut:
    return to.record(e.StatInventoryEntered(**body.common(to.today), **body.figures()))


@router.post("/above-scale", **records("入规纳统", "milestone_missing"))
def enter_above_scale(to: ToLead, body: FiguresIn) -> WrittenOut:
    return to.record(e.AboveScaleEntered(**body.common(to.today), **body.figures()))


@router.post("/full-effect", **records("达效", "milestone_missing"))
def reach_full_effect(to: ToLead, body: FiguresIn) -> WrittenOut:
    return to.record(e.FullEffectReached(**body.common(to.today), **body.figures()))


class VisitIn(Record):
    """走访 or 回访; satisfaction from 1 to 5."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "findings": "企业反映用电负荷不足",
                "satisfaction": 4,
                "occurred_on": "2023-08-20",
            }
        }
    )

    findings: Text | None = None
    satisfaction: Annotated[int | None, Field(ge=1, le=5, strict=True)] = None


@router.post("/service-visits", **records("录入干部服务员走访"))
def log_service_visit(to: ToLead, body: VisitIn) -> WrittenOut:
    return to.record(
        e.ServiceVisitLogged(
            **body.common(to.today), findings=body.findings, satisfaction=body.satisfaction
        )
    )


@router.post("/follow-ups", **records("录入回访"))
def log_follow_up(to: ToLead, body: VisitIn) -> WrittenOut:
    return to.record(
        e.FollowUpVisitLogged(
            **body.common(to.today), findings=body.findings, satisfaction=body.satisfaction
        )
    )
