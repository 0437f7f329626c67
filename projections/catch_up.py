"""How the read tables follow the log: exactly once, and loud when they cannot.

The next events are read once for all projections that stand at the same place, folded, and
written with the new place in one transaction. An event that cannot be taken in stops the
projection it stops, just before that event; the others go on.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from domain.event import Recorded
from projections.campaign_rows import CAMPAIGN_ROWS
from projections.chain_rows import CHAIN_ROWS
from projections.entry_log import ENTRY_LOG
from projections.generations import Generation, Generations, Move, Overtaken, Unwritable
from projections.lead_identity import LEAD_IDENTITIES
from projections.lead_states import LEAD_STATES
from projections.lead_steps import STEPS
from projections.log_clock import LOG_CLOCK
from projections.money_rows import MONEY_ROWS
from projections.problem_steps import PROBLEM_STEPS
from projections.projection import Follower, Log, Projection, Unfoldable
from projections.rule_rows import RULE_ROWS
from projections.target_rows import TARGET_ROWS
from projections.unit_entries import UNIT_ENTRIES

PROJECTIONS: tuple[Projection, ...] = (
    LOG_CLOCK,
    STEPS,
    LEAD_STATES,
    MONEY_ROWS,
    PROBLEM_STEPS,
    TARGET_ROWS,
    RULE_ROWS,
    CHAIN_ROWS,
    CAMPAIGN_ROWS,
    UNIT_ENTRIES,
    LEAD_IDENTITIES,
    ENTRY_LOG,
)
BATCH = 2000

Wanted = Callable[[Generation], bool]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """Where a projection is: `position` of `head`, and what stopped it, if anything.

    `building` is a generation on its way beside the live one; None for `position` when no live
    one is there yet.
    """

    name: str
    label: str
    schema: int
    position: int | None
    head: int
    error: str | None
    error_position: int | None
    error_stream: UUID | None
    building: Generation | None

    @property
    def lag(self) -> int:
        return self.head - (self.position or 0)


class Projector:
    """Keeps the read tables in step with the log."""

    def __init__(
        self, engine: Engine, source: Log, projections: Sequence[Projection] = PROJECTIONS
    ) -> None:
        self.generations = Generations(engine, projections)
        self.source = source
        self._lock = threading.Lock()  # live tables are followed by one thread at a time,
        self._building = threading.Lock()  # and so are those being built, beside
        self._followers: dict[tuple[str, int], Follower] = {}

    def catch_up(self, events: int | None = None, until: int | None = None) -> int:
        """Apply what the log has and the live tables lack, or about `events` of it.

        Who reads says `until` which place: others may write faster than tables are followed.
        Answers about how many events were followed.
        """
        with self._lock:
            return self._follow(lambda generation: generation.live, events, until)

    def follow_building(self, names: Sequence[str], events: int | None = None) -> None:
        """Move generations being built on to the head of the log, or by about `events`."""
        with self._building:
            self._follow(lambda g: g.name in names and not g.live and g.up_to is None, events)

    def _follow(self, wanted: Wanted, events: int | None = None, until: int | None = None) -> int:
        followed = 0
        while (events is None or followed < events) and (group := self._rearmost(wanted)):
            position = group[0].position
            if until is not None and position >= until:
                break
            try:
                batch = self.source.log(position, BATCH)
            except Unfoldable as error:  # it cannot even be read
                for generation in group:
                    self._stop(generation, error)
                continue
            if not batch:
                break
            try:
                self._advance(group, batch)
                followed += len(batch)
            except Overtaken:
                self._followers.clear()
            except Exception:
                self._followers.clear()
                raise
        return followed

    def resume(self, names: Iterable[str] | None = None) -> None:
        """Let stopped projections go on where they stopped."""
        self.generations.resume(list(names or self.generations.projections), live=True)
        self.catch_up()

    def statuses(self, head: int | None = None) -> list[Status]:
        """One for each projection, in the program's order."""
        known_head = self.source.head() if head is None else head
        found = self.generations.all()
        return [
            _status(
                projection,
                known_head,
                next((g for g in found if g.name == projection.name and g.live), None),
                next((g for g in found if g.name == projection.name and not g.live), None),
            )
            for projection in self.generations.projections.values()
        ]

    # --- inside -----------------------------------------------------------------------------

    def _rearmost(self, wanted: Wanted) -> list[Generation]:
        """The generations that stand furthest back, all at one place."""
        running = [g for g in self.generations.all() if wanted(g) and g.error is None]
        last = min((g.position for g in running), default=0)
        return [g for g in running if g.position == last]

    def _advance(self, group: list[Generation], batch: Sequence[Recorded[Any]]) -> None:
        moves = []
        for generation in group:
            try:
                moves.append(self._move(generation, batch))
            except Unfoldable as error:
                self._advance_to(generation, batch, error)
        try:
            self.generations.write(moves)
        except Unwritable:
            for move in moves:
                self._write_alone(move, batch)

    def _write_alone(self, move: Move, batch: Sequence[Recorded[Any]]) -> None:
        """One of them cannot be written: find out which, and stop that one."""
        try:
            self.generations.write([move])
        except Unwritable as error:
            self._followers.pop((move[0].name, move[0].number), None)
            self._stop(move[0], Unfoldable(batch[0].stream_id, batch[0].position, error))

    def _advance_to(
        self, generation: Generation, batch: Sequence[Recorded[Any]], error: Unfoldable
    ) -> None:
        """Take in what comes before the failing event, and stop there."""
        self._followers.pop((generation.name, generation.number), None)
        before = [recorded for recorded in batch if recorded.position < error.position]
        if before:
            self.generations.write([self._move(generation, before)])
        self._stop(generation, error)

    def _move(self, generation: Generation, batch: Sequence[Recorded[Any]]) -> Move:
        key = generation.name, generation.number
        follower = self._followers.get(key)
        if follower is None:
            follower = self._followers[key] = generation.projection.follower(self.source)
        changes, known_at = follower.changes(batch, generation.position, generation.known_at)
        after = replace(
            generation,
            position=batch[-1].position,
            known_at=known_at,
            events=generation.events + len(batch),
            event_id=batch[-1].event_id,
        )
        return generation, after, changes

    def _stop(self, generation: Generation, error: Unfoldable) -> None:
        log.error(
            "projection %s stopped before position %s, stream %s: %s",
            generation.name,
            error.position,
            error.stream_id,
            error,
        )
        self.generations.stop(generation, error)


def _status(
    projection: Projection, head: int, live: Generation | None, building: Generation | None
) -> Status:
    return Status(
        projection.name,
        projection.label,
        projection.schema,
        live.position if live else None,
        head,
        live.error if live else None,
        live.error_position if live else None,
        live.error_stream if live else None,
        building,
    )
