"""Is the server alive, and can it answer? No token needed."""

from typing import Any

from fastapi import APIRouter, Response

from api.doors import Program

router = APIRouter(prefix="/health", tags=["运行状态"])


@router.get("/live", summary="进程在运行")
def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/ready", summary="可以读写；统计表停止更新时为 degraded")
def ready(crm: Program, response: Response) -> dict[str, Any]:
    status = crm.projector.status()
    response.headers["Cache-Control"] = "no-store"
    return {
        "status": "degraded" if status.error else "ok",
        "projections": [
            {
                "name": status.name,
                "position": status.position,
                "head": status.head,
                "error": status.error,
            }
        ],
    }
