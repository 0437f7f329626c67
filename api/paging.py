"""Cursors: the question of the first page, the knowledge it was answered from, and the last item.

A later page answers the same question at the same two clocks, whatever has been recorded since.
What a request says beside its cursor must agree with it; what it leaves out is taken from it.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self, TypeVar

import msgspec
from pydantic import Field, ValidationError, model_validator
from sqlalchemy import Connection

from api.doors import Asking
from crm.application import CRM
from domain.calendar import instant
from domain.errors import BadInput
from projections.clocks import Clocks
from projections.reader import clocks

_NOT_ASKED = {"cursor", "limit", "format", "at_least", "as_of", "known_at"}
_Integer = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]  # what a database column holds


class _Place(msgspec.Struct, array_like=True):
    of: str
    asked: dict[str, Any]
    as_of: str
    known_at: str
    position: _Integer
    key: list[_Integer | str]


Limit = Annotated[int, Field(ge=1, le=1000, description="每页条数")]
Cursor = Annotated[str | None, Field(max_length=4000, description="上一页给出的 next_cursor")]


class Paged(Asking):
    """A question answered in pages."""

    limit: Limit = 100
    cursor: Cursor = None

    @model_validator(mode="before")
    @classmethod
    def _cursor_is_enough(cls, given: Any) -> Any:
        """What must be asked stands in the cursor, when it is not said beside it."""
        if not (isinstance(given, dict) and isinstance(given.get("cursor"), str)):
            return given
        left_out = [n for n, f in cls.model_fields.items() if f.is_required() and n not in given]
        if not left_out:
            return given
        asked = unpacked(given["cursor"], _Place).asked
        if not asked.keys() >= set(left_out):
            raise _OF_ANOTHER
        return {**given, **{name: asked[name] for name in left_out}}

    def asked(self) -> dict[str, Any]:
        """The filters of the question, JSON-ready."""
        given: dict[str, Any] = self.model_dump(mode="json", exclude=_NOT_ASKED, exclude_none=True)
        return given


Q = TypeVar("Q", bound=Paged)


@dataclass(frozen=True, slots=True)
class Page:
    """One page to be read of the collection `of`: its clocks, and where it begins."""

    of: str
    query: Paged
    as_of: date
    known_at: datetime | None
    place: _Place | None

    @classmethod
    def asked(cls, crm: CRM, of: str, query: Q) -> tuple[Self, Q]:
        """The page a request asks for, and its filters. Raises `BadInput`."""
        if query.cursor is None:
            return cls(of, query, query.day(crm), query.moment(crm), None), query
        place = unpacked(query.cursor, _Place)
        moment = query.moment(crm)  # waits for `at_least`, refuses a malformed `known_at`
        try:
            first = type(query).model_validate(
                {**place.asked, "as_of": place.as_of, "known_at": place.known_at}
            )
            known_at = instant(place.known_at)
        except (ValidationError, BadInput):
            raise _UNREADABLE from None
        agrees = (
            place.of == of
            and query.as_of in (None, first.as_of)
            and (query.known_at is None or moment == known_at)
            and query.asked().items() <= place.asked.items()
        )
        if not agrees:
            raise _OF_ANOTHER
        return cls(of, first, first.day(crm), known_at, place), first

    def clocks(self, connection: Connection) -> Clocks:
        """The two clocks, pinned at what the first page knew."""
        position = self.place.position if self.place else None
        return clocks(connection, self.as_of, self.known_at, position)

    def after(self, kind: Any) -> Any:
        """The sort key of the last item before this page, as `kind`. Raises `BadInput`."""
        if self.place is None:
            return None
        try:
            return msgspec.convert(self.place.key, kind, strict=False)
        except msgspec.ValidationError:
            raise _UNREADABLE from None

    def next_cursor(self, when: Clocks, last: tuple[Any, ...] | None) -> str | None:
        """The cursor of the next page; None when there is none."""
        if last is None:
            return None
        place = _Place(
            self.of,
            self.query.asked(),
            self.as_of.isoformat(),
            when.known_at.isoformat(),
            when.position,
            list(last),
        )
        return packed(place)


_UNREADABLE = BadInput("cursor", "翻页标记无效，请从第一页重新查询")
_OF_ANOTHER = BadInput("cursor", "翻页标记与本次查询条件不符，请从第一页重新查询")


def packed(place: Any) -> str:
    """A place in a list as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def unpacked(cursor: str, kind: Any) -> Any:
    """The place, of a kind, that a cursor stands for. Raises `BadInput`."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        told = base64.urlsafe_b64decode(padded.encode())
        if b"\\u0000" in told:  # PostgreSQL takes no text with one
            raise _UNREADABLE
        return msgspec.json.decode(told, type=kind)
    except (binascii.Error, UnicodeError, msgspec.MsgspecError):
        raise _UNREADABLE from None
