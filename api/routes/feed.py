"""The log as other systems follow it: every event once, in order, from any place.

A page at a time, or as a stream (server-sent events) that goes on for as long as the follower
listens. Whoever was cut off asks again from the last position it has.
"""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from api.described import asks
from api.doors import CheckedRoute, Program, Strict
from api.paging import Limit
from crm.presentation import feed_item

router = APIRouter(prefix="/events", tags=["变更订阅"], route_class=CheckedRoute)

_LISTEN_SECONDS = 0.1
_SECTION = 200
_LAST = 2**62

Position = Annotated[int, Field(ge=0, le=_LAST, description="从该位置之后开始，0 为从头")]


class FeedQuery(Strict):
    """Where to begin, and how much at a time."""

    after: Position = 0
    limit: Limit = 100
    cursor: Annotated[
        int | None, Field(ge=0, le=_LAST, description="上一页给出的 next_cursor，与 after 相同")
    ] = None


@router.get("", **asks("全部记录，按录入顺序"))
def events(crm: Program, query: Annotated[FeedQuery, Query()]) -> dict[str, Any]:
    after = query.after if query.cursor is None else query.cursor
    found = crm.store.log(after, query.limit + 1)
    page = found[: query.limit]
    last = page[-1].position if page else after
    return {
        "items": [feed_item(recorded) for recorded in page],
        "last_position": last,  # what a follower asks from next time
        "head": crm.store.head(),  # one that asked from beyond it sees its mistake
        "next_cursor": str(last) if len(found) > len(page) else None,
    }


class StreamQuery(Strict):
    """Where to begin."""

    after: Position = 0


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    **asks("持续推送新记录（SSE）；断开后以 Last-Event-ID 续传"),
)
async def stream(
    crm: Program,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[
        int | None, Header(ge=0, le=_LAST, description="断开前收到的最后一条记录的位置")
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    after = query.after if last_event_id is None else last_event_id
    with crm.news as news:
        while True:
            section = await run_in_threadpool(crm.store.log, after, _SECTION)
            for recorded in section:
                after = recorded.position
                shown = json.dumps(feed_item(recorded), ensure_ascii=False)
                yield ServerSentEvent(raw_data=shown, id=str(after), event="recorded")
            # A follower that only listens costs no query. (Threads write: no event of this loop.)
            while news.newest <= after:  # noqa: ASYNC110
                await anyio.sleep(_LISTEN_SECONDS)
