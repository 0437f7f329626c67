"""The web application: routes, errors, and documentation that works without the internet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from fastapi_offline import FastAPIOffline

from api import problem_details
from api.described import with_problem_schema
from api.headers import SecureHeaders
from api.pages import entrance, provider
from api.routes import (
    access,
    anomalies,
    attending,
    audit,
    audit_leads,
    audit_writes,
    bulletins,
    campaigns,
    chains,
    closing,
    colours,
    duplicates,
    enterprises,
    entries,
    exits,
    explain,
    feed,
    figures,
    gates,
    health,
    inspections,
    intake,
    leads,
    ledger_out,
    ledgers,
    lists,
    me,
    milestones,
    money,
    outlook,
    periods,
    persons,
    problems,
    rankings,
    recount,
    settings,
    signing,
    splitting,
    structure,
    supervision,
    targets,
    visits,
)
from crm.application import CRM
from crm.bulletins.ticking import ticking
from crm.proof.sealing import keep_sealed
from crm.settings import Settings
from crm.wiring import Tables, build, settled

_DESCRIPTION = """县招商服务中心的招商项目管理系统：记录每一条线索从接洽到投产的全过程，
给出「签约未开工、开工未竣工、竣工未投产」清单和年度目标完成情况。

每个查询都有两个时钟：`as_of`（业务日期，默认今天）和 `known_at`（录入时刻，默认现在）。
金额单位为万元（`_wan`）或万美元（`_wan_usd`）。"""


def _serving() -> CRM:
    """The program of a server process."""
    settings = Settings()
    crm = build(settings, tables=Tables.BEHIND if settings.projections else Tables.ELSEWHERE)
    settled()
    crm.uploads.forget_old(crm.clock())
    threads = [keep_sealed(crm.store, crm.seals, crm.clock)]
    if settings.bulletins_due:
        threads.append(ticking(crm))
    for thread in threads:
        crm.closing.insert(0, thread.stop)
        thread.start()
    return crm


def create_app(crm: CRM | None = None) -> FastAPI:
    """The application over `crm`, or over the database of the environment's settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.crm = crm or _serving()
        yield
        if crm is None:
            app.state.crm.close()

    app: FastAPI = FastAPIOffline(
        title="招商项目管理",
        description=_DESCRIPTION,
        version="1",
        lifespan=lifespan,
        redoc_url=None,
        telemetry={"logs": False},
        strict_content_type=False,  # our routes say it in Chinese
        redirect_slashes=False,  # it redirects to whatever host a request names
    )
    problem_details.install(app)
    entrance.install(app)
    app.include_router(provider.router)
    for noun in (
        duplicates,  # before the leads: /leads/duplicates is no lead's id
        leads, intake, signing, milestones, money, attending, supervision, closing, splitting,
        lists, targets, recount, explain, colours, figures,
        anomalies, exits, gates, entries, problems,
        chains, enterprises, campaigns, structure, rankings, inspections, outlook,
        settings, periods,
        visits, bulletins, feed, audit, audit_leads, audit_writes,
        ledger_out, ledgers, me, access, persons,
    ):  # fmt: skip
        app.include_router(noun.router, prefix="/api/v1")
    app.include_router(ledgers.sending, prefix="/api/v1")
    app.include_router(me.entrance, prefix="/api/v1")
    describe = app.openapi  # takes a second, so it is called when somebody asks
    # FastAPI's own way (docs, "Extending OpenAPI"); FastAPIOffline is no class to inherit from.
    app.openapi = lambda: with_problem_schema(describe())  # type: ignore[method-assign]
    stack = app.build_middleware_stack  # where starlette's own answer to an error is made
    app.build_middleware_stack = lambda: SecureHeaders(stack())  # type: ignore[method-assign]
    app.add_api_route(
        "/", lambda: RedirectResponse("docs"), include_in_schema=False, response_model=None
    )
    app.include_router(health.metrics)
    app.include_router(health.router)
    app.include_router(health.router, prefix="/api/v1", include_in_schema=False)
    return app
