"""How bulletins are shown: a line in the list, and one whole (contract, "GET /bulletins")."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from crm.bulletins.document import Document, digest, stored
from crm.presentation import Shown, day_text
from domain.bulletin import Bulletins, Published, replaced_by
from domain.calendar import timestamp


def bulletin_line(published: Published, replaced: Mapping[UUID, UUID]) -> Shown:
    """What a published bulletin is, not what it says."""
    event = published.event
    by = replaced.get(published.event_id)
    return {
        "bulletin_id": str(published.event_id),
        "kind": event.kind.value,
        "kind_label": event.kind.label,
        "period": event.period,
        "label": event.label,
        "title": event.title,
        "number": event.number,
        "issuer": event.issuer,
        "status": "published" if by is None else "replaced",
        "as_of": event.as_of.isoformat(),
        "known_at": timestamp(event.known_at),
        "known_position": event.known_position,
        "rules": event.rules,
        "sha256": event.sha256,
        "published_on": day_text(event.occurred_on),
        "recorded_at": timestamp(published.recorded_at),
        "recorded_by": published.recorded_by,
        "position": published.position,
        "replaces": str(event.replaces) if event.replaces else None,
        "replaced_by": str(by) if by else None,
        "ground": event.ground,
    }


def draft_shown(document: Document) -> Shown:
    """A draft, whole."""
    return {"status": "draft", **_document(document)}


def published_shown(document: Document, published: Published, history: Bulletins) -> Shown:
    """A published bulletin, whole."""
    return {**_document(document), **bulletin_line(published, replaced_by(history))}


def _document(document: Document) -> Shown:
    """What a bulletin says: sections of sentences, tables and charts, and the sources of all.

    `{0}` in a sentence is its first figure. A figure names its source (a route and what it is
    asked) and the path of its value in the answer.
    """
    content = stored(document)
    shown: Shown = msgspec.json.decode(content)
    return {**shown, "known_at": timestamp(document.known_at), "sha256": digest(content)}
