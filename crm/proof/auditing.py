"""查验: the log against its chain, seals and printed roots; tables and bulletins against the log.

One answer for `GET /audit/verify` and `crm audit verify`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from threading import Event
from uuid import UUID

import structlog

from crm.application import CRM
from crm.bulletins.making import published_by
from crm.presentation import Shown
from crm.proof.sealing import seal_log
from crm.proof.seals import Seal, SealsBroken
from crm.proof.tables import stale_rows
from crm.proof.verifying import MOST, Printed, Problem, Verified, verify_log
from crm.repeating import Repeating
from domain.calendar import timestamp
from domain.errors import BadInput
from domain.lead import events as e

_SEAL_EVERY = 60.0

log = structlog.get_logger()

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found, and the newest seal."""

    log: Verified
    problems: list[Problem]
    seal: Seal | None

    @property
    def ok(self) -> bool:
        return not self.problems


def audit(crm: CRM, printed: Printed | None = None, progress: Progress | None = None) -> Audited:
    """Everything, in bounded memory; `printed` is a root from paper.

    Raises what reading the tables raises, as `ProjectionStopped`.
    """
    roots = [
        Printed(r.event.log_size, r.event.log_root)
        for r in published_by(crm)
        if r.event.log_size is not None and r.event.log_root is not None
    ]
    if printed is not None:
        roots.append(printed)
    found = verify_log(crm.store, crm.seals, roots, progress or _nobody)
    try:
        latest = crm.seals.latest()
    except SealsBroken:
        latest = None  # it is among the problems already
    rest = chain(_bulletins(crm), stale_rows(crm))
    return Audited(found, [*found.problems, *islice(rest, MOST)], latest)


def audited_shown(crm: CRM, found: Audited) -> Shown:
    """As clients read it (contract, "GET /audit/verify")."""
    return {
        "ok": found.ok,
        "events": found.log.events,
        "leads": found.log.leads,
        "head": found.log.head,
        "streams": found.log.streams,
        "unchained": found.log.unchained,
        "sealed": found.seal.size if found.seal else 0,
        "sealed_at": timestamp(found.seal.at) if found.seal else None,
        "root": found.log.root,
        "problem_count": found.log.count + len(found.problems) - len(found.log.problems),
        "problems": [problem_shown(crm, problem) for problem in found.problems],
    }


def problem_shown(crm: CRM, problem: Problem) -> Shown:
    """With the code of the lead it is about, where that can still be read."""
    return {
        "kind": problem.kind,
        "detail": problem.detail,
        "position": problem.position,
        "stream_id": str(problem.stream_id) if problem.stream_id else None,
        "version": problem.version,
        "code": _code(crm, problem.stream_id) if problem.stream_id else None,
    }


def read_printed(root: str | None, size: int | None) -> Printed | None:
    """A root as somebody typed it from paper. Raises `BadInput`."""
    if root is None and size is None:
        return None
    if root is None or size is None:
        raise BadInput("root", "校验值和记录条数（size）须同时给出")
    plain = root.strip().lower()
    if len(plain) != 64 or set(plain) - set("0123456789abcdef"):
        raise BadInput("root", "校验值应为64位十六进制数字")
    return Printed(size, plain)


def sealing(crm: CRM) -> Repeating:
    """The server seals what is new, every minute."""

    def seal(_: Event) -> float:
        try:
            seal_log(crm.store, crm.seals, crm.clock())
        except SealsBroken as broken:
            log.error("the log does not go on from its seals", reason=str(broken))
        except Exception:  # the database may be away: the next time, then
            log.exception("the log could not be sealed")
        return _SEAL_EVERY

    return Repeating("sealing", seal)


def _bulletins(crm: CRM) -> Iterator[Problem]:
    """What was published is kept under the hash that the log has of it."""
    for published in published_by(crm):
        if crm.bulletins.of(published.event.sha256) is None:
            yield Problem(
                "bulletin",
                f"《{published.event.title}》第{published.event.number}期的内容不在或已被改动",
                published.position,
                published.stream_id,
                published.version,
            )


def _code(crm: CRM, stream_id: UUID) -> str | None:
    try:
        history = crm.store.stream(stream_id)
    except Exception:  # what was altered may not be readable any more
        return None
    opened = (r.event for r in history if isinstance(r.event, e.LeadRegistered))
    return next((event.code for event in opened), None)


def _nobody(_: int, __: int) -> None: ...
