"""Is the server alive, and can it answer? No token needed; the metrics page asks for one."""

from typing import Any

from fastapi import APIRouter, Response

from api.described import asks
from api.doors import CheckedRoute, Program
from crm.measures import CONTENT_TYPE
from crm.presentation import projection_status

router = APIRouter(prefix="/health", tags=["运行状态"])
metrics = APIRouter(tags=["运行状态"], route_class=CheckedRoute)


@router.get("/live", summary="进程在运行")
async def live() -> dict[str, str]:  # needs no thread: it answers however busy they are
    return {"status": "ok"}


@metrics.get("/metrics", **asks("运行指标（Prometheus）", only=CONTENT_TYPE))
def page(crm: Program) -> Response:
    return Response(crm.measures.page(), media_type=CONTENT_TYPE)


@router.get("/ready", summary="可以读写；统计表停止更新时为 degraded")
def ready(crm: Program, response: Response) -> dict[str, Any]:
    statuses = crm.projector.statuses()
    response.headers["Cache-Control"] = "no-store"
    well = all(status.error is None and status.position is not None for status in statuses)
    return {
        "status": "ok" if well else "degraded",
        "projections": [projection_status(status) for status in statuses],
    }
