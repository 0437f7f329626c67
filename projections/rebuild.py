"""How tables are made anew, beside the live ones, while reads and writes go on.

First each stream is folded whole, in the order of stream ids: every event is read once and no
row is ever changed. Then what was recorded meanwhile is followed as usual, and the views are
turned. Every section is written with the place it reached, so a rebuild that was interrupted
goes on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import UUID

from domain.event import Recorded
from projections.bitemporal import Changes
from projections.catch_up import Projector
from projections.generations import Generation, Overtaken
from projections.projection import Fold, Unfoldable, learn

SECTION = 5000  # events of whole streams; what is in memory at a time

Progress = Callable[[int, int], None]
"""Told (events done, events to do), over all projections being built."""


def no_progress(done: int, of: int) -> None:
    """Nobody is watching."""


class Interrupted(Exception):
    """Whoever is told of the progress wants it to end; what is built stays, to go on from."""


class RebuildFailed(Exception):
    """An event cannot be taken in: the live tables stay as they are."""


def rebuild(
    projector: Projector,
    names: Sequence[str],
    progress: Progress = no_progress,
    *,
    beside: bool = True,
) -> None:
    """Build these projections beside the live ones, or finish building them, and swap.

    Unless `beside`, only those that have no live tables. Raises `RebuildFailed`; what was built
    so far is kept, to go on from after a mended program.
    """
    generations = projector.generations
    head = projector.source.head()
    generations.resume(names, live=False)
    generations.begin(names, head, beside=beside)
    while building := _building(projector, names):
        progress(sum(g.events for g in building), head * len(building))
        for generation in building:
            if generation.error is not None:
                raise RebuildFailed(
                    f"{generation.projection.label}：第 {generation.error_position} 条记录"
                    f"（{generation.error_stream}）{generation.error}"
                )
        try:
            by_streams = [g for g in building if g.up_to is not None]
            if by_streams:
                _fold_section(projector, by_streams)
            elif any(g.position < head for g in building):
                projector.follow_building(names, 10 * SECTION)
            else:
                _finish(projector, building)
        except Overtaken:
            continue  # another program builds the same: look where it is


def forget_another_log(projector: Projector) -> None:
    """Give up tables that were made from another log, as after a backup has been put back."""
    for generation in projector.generations.all():
        found = projector.source.event_id_at(generation.position)
        if generation.event_id not in (None, found):
            projector.generations.discard(generation)


def build_missing(projector: Projector, progress: Progress = no_progress) -> None:
    """Build the projections that have no live tables yet. Raises `RebuildFailed`."""
    missing = [status.name for status in projector.statuses(0) if status.position is None]
    if missing:
        rebuild(projector, missing, progress, beside=False)


def _building(projector: Projector, names: Sequence[str]) -> list[Generation]:
    return [g for g in projector.generations.all() if g.name in names and not g.live]


def _finish(projector: Projector, building: Sequence[Generation]) -> None:
    """Come as far as the live tables, and swap."""
    for generation in building:
        projector.follow_building([generation.name])
        projector.generations.swap(generation)


def _fold_section(projector: Projector, building: Sequence[Generation]) -> None:
    """Fold the next streams for the generations that are furthest back."""
    first = min(g.last_stream or UUID(int=0) for g in building)
    group = [g for g in building if (g.last_stream or UUID(int=0)) == first]
    try:
        section = projector.source.streams(group[0].last_stream, SECTION)
    except Unfoldable as error:  # it cannot even be read
        for generation in group:
            projector.generations.stop(generation, error)
        return
    moves = []
    for generation in group:
        try:
            changes, events = _folded(generation, section)
        except Unfoldable as error:
            projector.generations.stop(generation, error)
            continue
        moves.append((generation, _after(generation, section, events), changes))
    projector.generations.write(moves)


def _folded(generation: Generation, section: Sequence[Recorded[Any]]) -> tuple[Changes, int]:
    """The rows of whole streams, as far as they were recorded when the build began."""
    begin, up_to = generation.projection.fold, generation.up_to
    assert begin is not None
    assert up_to is not None
    changes, events = Changes.none(), 0
    for stream_id, stream in groupby(section, key=lambda recorded: recorded.stream_id):
        fold: Fold = begin(stream_id)
        last = 0
        for recorded in stream:
            if recorded.position > up_to:
                break
            learn(fold, recorded)
            last = recorded.position
            events += 1
        changes.add(fold.take(last))
    return changes, events


def _after(generation: Generation, section: Sequence[Recorded[Any]], events: int) -> Generation:
    up_to = generation.up_to or 0
    if not section:  # all streams are done: from here on, by the log
        return replace(generation, position=up_to, last_stream=None, up_to=None)
    return replace(
        generation,
        last_stream=section[-1].stream_id,
        events=generation.events + events,
    )
