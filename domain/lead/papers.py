"""Which papers has a lead? (佐证材料) Every one named with any of its events, with that event.

Domain section 1.4: what is required of them is in `domain.lead.gates`.
"""

from collections.abc import Iterable

from domain.event import Event
from domain.event_names import NAME_OF
from domain.lead.state import LeadState, Paper

PHOTO = ("照片", "图片", "影像", "相片", "视频", "photo")
"""How staff name a photo. Not by its file's suffix: a licence is often scanned as .jpg."""


def keep_papers(state: LeadState, event: Event) -> None:
    """Take the papers of an event into the state."""
    if event.evidence:
        name = NAME_OF[type(event)].name
        state.papers += tuple(
            Paper(item.kind, item.name, name, event.occurred_on, item.taken_on)
            for item in event.proofs
        )


def papers_that_say(
    state: LeadState, words: Iterable[str], came_with: Iterable[str] | None = None
) -> list[Paper]:
    """Papers whose kind or name holds one of `words`; only those of some events, if given."""
    wanted = None if came_with is None else frozenset(came_with)
    spoken = tuple(words)
    return [
        paper
        for paper in state.papers
        if (wanted is None or paper.came_with in wanted)
        and any(word in f"{paper.kind} {paper.name}".lower() for word in spoken)
    ]
