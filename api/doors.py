"""What every route needs: the program, the caller, the two clocks, the write's conditions."""

import hashlib
import re
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.bodies import ExactRequest, bounded
from api.described import RIGHT
from api.fields import AsOf
from api.problem_details import Unauthenticated
from crm.application import CRM
from crm.commands import Condition, Written
from crm.ledger.files import MOST_BYTES
from crm.people import Act, Caller
from crm.persons.persons import See
from crm.questions.answer import When
from domain.errors import BadInput
from domain.lead.events import LeadEvent

_LARGEST_BODY = 1_000_000  # bytes; the longest honest record has a hundredth of it
_bearer = HTTPBearer(auto_error=False, description="crm token create 发放的访问令牌")


class CheckedRoute(APIRoute):
    """Routes that know who is asking, and whether its role allows it, before they read a body; and
    read that by `ExactRequest`."""

    largest_body = _LARGEST_BODY

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def exact(request: Request) -> Response:
            await self.admit(request)
            _refuse_twice(request)
            if request.method in ("POST", "PUT"):
                self.refuse_other_kinds(request)
            receive = bounded(request, self.largest_body)
            return await handle(ExactRequest(request.scope, receive))

        return exact

    async def admit(self, request: Request) -> None:
        """Raises `Unauthenticated`, `TooManyAttempts`, `Forbidden`.

        What the caller's role must allow is named by the route's description: without it no
        route lets anybody in.
        """
        crm = await program(request)
        shown = request.headers.getlist("Authorization")
        scheme, _, token = (shown[0] if len(shown) == 1 else "").partition(" ")
        secret = token if scheme.lower() == "bearer" else ""
        caller = await run_in_threadpool(_caller, crm, secret, address_of(request))
        request.state.caller = caller
        caller.permit(Act((self.openapi_extra or {})[RIGHT]))

    def refuse_other_kinds(self, request: Request) -> None:
        """Raises `BadInput` for a body that is not what the route reads."""
        if not _says_json(request):
            raise BadInput("Content-Type", "请求头须注明 Content-Type: application/json")


class OpenRoute(CheckedRoute):
    """The same for what nobody has a key for yet: logging in."""

    async def admit(self, request: Request) -> None:
        pass


class UploadRoute(CheckedRoute):
    """The same for a file sent by a form."""

    largest_body = MOST_BYTES + 100_000  # the form around it

    def refuse_other_kinds(self, request: Request) -> None:
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind != "multipart/form-data":
            raise BadInput("Content-Type", "请以表单（multipart/form-data）的 file 字段上传文件")


def _refuse_twice(request: Request) -> None:
    """A parameter stands once in a query; FastAPI would take the last. Raises `BadInput`."""
    asked: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in asked:
            raise BadInput(name, "只能写一次")
        asked.add(name)


def _says_json(request: Request) -> bool:
    kind = request.headers.get("Content-Type", "application/json").partition(";")[0].strip()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def address_of(request: Request) -> str:
    """Where a request comes from, as the records of access name it."""
    return request.client.host if request.client else "-"


def _caller(crm: CRM, token: str, address: str) -> Caller:
    """Whoever the bearer token belongs to. Raises `Unauthenticated`, `TooManyAttempts`."""
    caller = crm.access.caller(token, address)
    if caller is None:
        raise Unauthenticated
    return caller


async def program(request: Request) -> CRM:
    """The running program. (`async` here and below: what does not block needs no thread.)"""
    crm: CRM = request.app.state.crm
    return crm


Program = Annotated[CRM, Depends(program)]


async def authenticated(
    request: Request,
    _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],  # for the docs
) -> Caller:
    """Who is asking: `CheckedRoute` has already made sure."""
    caller: Caller = request.state.caller
    return caller


Known = Annotated[Caller, Depends(authenticated)]


@dataclass(frozen=True, slots=True)
class Seeing:
    """Whoever asks for what holds people's data, and from where."""

    crm: CRM
    caller: Caller
    address: str

    def seeing(self, about: str, *, many: bool = False) -> AbstractContextManager[See]:
        """How the caller sees contact persons. See `crm.persons.persons.Persons.seen_by`."""
        return self.crm.persons.seen_by(self.caller, about, self.address, many=many)


async def _seer(request: Request, crm: Program, caller: Known) -> Seeing:
    return Seeing(crm, caller, address_of(request))


Seer = Annotated[Seeing, Depends(_seer)]


# --- reading: the two clocks --------------------------------------------------------------------


class Strict(BaseModel):
    """A query that is asked nothing; parameters a query does not know are refused."""

    model_config = ConfigDict(extra="forbid")


class Asking(Strict):
    """The two clocks of every query."""

    as_of: Annotated[AsOf | None, Field(description="业务日期 D，默认今天")] = None
    known_at: Annotated[
        str | None,
        Field(
            description="录入时刻 K（RFC 3339，含时区；只写日期表示当天结束），默认现在；"
            "晚于现在的按现在"
        ),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, given: Any) -> Any:
        """No name has one, and PostgreSQL takes no text with one."""
        if isinstance(given, dict):
            for value in given.values():
                if isinstance(value, str) and "\x00" in value:
                    raise ValueError("不能含有空字符")
        return given

    at_least: Annotated[
        int | None, Field(ge=0, description="等到该位置的记录可见后再回答（最多 5 秒）")
    ] = None

    def day(self, crm: CRM) -> date:
        return self.as_of or crm.today()

    def when(self, crm: CRM) -> When:
        """The two clocks. Waits for `at_least` first."""
        return When(self.day(crm), self.moment(crm))

    def moment(self, crm: CRM) -> datetime | None:
        """K as an aware instant; None: all that is known. Waits for `at_least` first."""
        if self.at_least is not None:
            crm.reader.wait_for(self.at_least)
        return crm.moment(self.known_at) if self.known_at is not None else None


LeadId = Annotated[UUID, Path(description="项目编号（lead_id）")]


# --- writing ------------------------------------------------------------------------------------


class EventRef(BaseModel):
    event_id: UUID
    type: str


class WrittenOut(BaseModel):
    """The answer to a write."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "lead_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
                "version": 2,
                "position": 17,
                "events": [
                    {
                        "event_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                        "type": "AgreementSigned",
                    }
                ],
            }
        }
    )

    lead_id: UUID
    version: int
    position: int
    events: list[EventRef]


class RegisteredOut(WrittenOut):
    """The answer to a registration: the readable code, and what is known of the investor.

    Both reminders are null when the tables could not be asked; the lead is registered.
    """

    code: str
    possible_duplicates: Annotated[
        list[dict[str, Any]] | None, Field(description="疑似重复登记的项目，最可能的在前")
    ] = None
    first_registered_by: Annotated[
        dict[str, Any] | None, Field(description="首报首谈：此前首先登记该投资方的项目")
    ] = None


async def condition(
    request: Request,
    if_match: Annotated[str | None, Header(description='只在项目仍为该版本时录入，如 "3"')] = None,
    idempotency_key: Annotated[
        str | None, Header(max_length=128, min_length=1, description="重复提交时不重复录入")
    ] = None,
) -> Condition:
    """`If-Match` and `Idempotency-Key` of a write."""
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.url.path.encode(), await request.body()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return Condition(_version_in(if_match), idempotency_key, digest.hexdigest())


def _version_in(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'"?(\d{1,18})"?', if_match.strip())
    if found is None:
        raise BadInput("If-Match", 'If-Match 应写作 "版本号"，如 "3"')
    return int(found.group(1))


Conditional = Annotated[Condition, Depends(condition)]


@dataclass(frozen=True, slots=True)
class Writing:
    """A write under way: who asks, under which conditions, and where the answer's ETag goes."""

    crm: CRM
    caller: Caller
    condition: Condition
    response: Response

    @property
    def today(self) -> date:
        return self.crm.today()

    def answer(self, written: Written) -> WrittenOut:
        self.response.headers["ETag"] = f'"{written.version}"'
        return WrittenOut(
            lead_id=written.lead_id,
            version=written.version,
            position=written.position,
            events=[EventRef(event_id=i, type=t) for i, t in written.events],
        )


async def writing(crm: Program, caller: Known, when: Conditional, response: Response) -> Writing:
    return Writing(crm, caller, when, response)


@dataclass(frozen=True, slots=True)
class OnLead:
    """A write on one lead."""

    writing: Writing
    lead_id: UUID

    @property
    def today(self) -> date:
        return self.writing.today

    def record(self, *events: LeadEvent) -> WrittenOut:
        """Record and answer."""
        doing = self.writing
        written = doing.crm.record(
            self.lead_id, *events, by=doing.caller, condition=doing.condition
        )
        return doing.answer(written)


async def on_lead(lead_id: LeadId, doing: Annotated[Writing, Depends(writing)]) -> OnLead:
    return OnLead(doing, lead_id)


ToLead = Annotated[OnLead, Depends(on_lead)]
ToProgram = Annotated[Writing, Depends(writing)]
