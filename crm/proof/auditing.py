"""查验: the log against its chain, seals and printed roots; tables and bulletins against the log.

One answer for `GET /audit/verify` and `crm audit verify`.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from uuid import UUID

from crm.application import CRM
from crm.bulletins.making import published_by
from crm.presentation import Shown
from crm.proof.tables import stale_rows
from crm.proof.verifying import Printed, Problem, Verified, verify_log
from domain.bulletin import Published
from domain.calendar import timestamp
from domain.errors import BadInput
from domain.lead import events as e
from projections.rebuild import Progress, no_progress


def audit(crm: CRM, printed: Printed | None = None, progress: Progress = no_progress) -> Verified:
    """Everything, in bounded memory; `printed` is a root from paper.

    Raises what reading the tables raises, as `ProjectionStopped`.
    """
    published = published_by(crm)
    roots = [
        Printed(r.event.log_size, r.event.log_root)
        for r in published
        if r.event.log_size is not None and r.event.log_root is not None
    ]
    if printed is not None:
        roots.append(printed)
    found = verify_log(crm.store, crm.seals, roots, progress)
    for problem in chain(_bulletins(crm, published), stale_rows(crm)):
        found.add(problem)
    return found


def audited_shown(crm: CRM, found: Verified) -> Shown:
    """As clients read it (contract, "GET /audit/verify")."""
    return {
        "ok": found.ok,
        "events": found.events,
        "leads": found.leads,
        "head": found.head,
        "streams": found.streams,
        "unchained": found.unchained,
        "sealed": found.sealed,
        "sealed_at": timestamp(found.sealed_at) if found.sealed_at else None,
        "root": found.root,
        "problem_count": found.count,
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


def _bulletins(crm: CRM, published: Iterable[Published]) -> Iterator[Problem]:
    """What was published is kept under the hash that the log has of it."""
    for r in published:
        if crm.bulletins.of(r.event.sha256) is None:
            detail = f"《{r.event.title}》第{r.event.number}期的内容不在或已被改动"
            yield Problem("bulletin", detail, r.position, r.stream_id, r.version)


def _code(crm: CRM, stream_id: UUID) -> str | None:
    try:
        history = crm.store.stream(stream_id)
    except Exception:  # what was altered may not be readable any more
        return None
    opened = (r.event for r in history if isinstance(r.event, e.LeadRegistered))
    return next((event.code for event in opened), None)
