"""How an event is written into the log as bytes, and read back: msgspec JSON, typed by name.

A stored event is `<name>.v<schema>` beside one JSON object: `id`, `at`, `by`, `event`, `previous`
once the log is chained, and `key` of the token or session it came with. Names and schemas are
explicit (`domain.event_names`).
Older schemas are upcast in place, on reading: stored bytes are never rewritten.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from domain.event import Event, Recorded
from domain.event_names import EVENT_NAMES, NAME_OF, EventName

T = TypeVar("T", bound=Event)


class _Stored(msgspec.Struct, Generic[T], omit_defaults=True):
    id: UUID
    at: datetime
    by: str
    event: T
    previous: str | None = None
    key: str | None = None


class Envelope(msgspec.Struct):
    """What every stored event has, of whatever version of the program."""

    id: UUID
    at: datetime


envelope = msgspec.json.Decoder(Envelope).decode


def _stored_as(event: type[Event]) -> Any:
    """The typed envelope of one kind of event."""
    return _Stored[event]  # type: ignore[valid-type]  # made at run time, one for each event


Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the `event` object of one schema into that of the next."""

# (name, from schema) -> what changed. Empty until a released event first changes; the worked
# example is tests/test_codec.py.
UPCASTS: dict[tuple[str, int], Upcast] = {}


class UnknownEvent(Exception):
    """The log holds a name or schema this program does not know: a newer program wrote it."""


class Codec:
    """Both directions for a table of event names; the default is the program's own."""

    def __init__(
        self,
        names: tuple[EventName, ...] = EVENT_NAMES,
        upcasts: dict[tuple[str, int], Upcast] | None = None,
    ) -> None:
        self._upcasts = UPCASTS if upcasts is None else upcasts
        self._topics = {entry.event: f"{entry.name}.v{entry.schema}" for entry in names}
        self._by_name = {entry.name: entry for entry in names}
        self._encoder = msgspec.json.Encoder(decimal_format="string")
        self.decoders: dict[str, msgspec.json.Decoder[Any]] = {
            self._topics[entry.event]: msgspec.json.Decoder(_stored_as(entry.event))
            for entry in names
        }

    def encode(self, recorded: Recorded[Any]) -> tuple[str, bytes]:
        """(topic, state) as stored."""
        stored = _Stored(
            recorded.event_id,
            recorded.recorded_at,
            recorded.recorded_by,
            recorded.event,
            recorded.previous,
            recorded.recorded_with,
        )
        return self._topics[type(recorded.event)], self._encoder.encode(stored)

    def decode(
        self, stream_id: UUID, version: int, position: int, topic: str, state: bytes
    ) -> Recorded[Any]:
        """The event of a stored row. Raises `UnknownEvent`, or msgspec's `ValidationError`."""
        decoder = self.decoders.get(topic)
        stored = decoder.decode(state) if decoder else self._decode_older(topic, state)
        return Recorded(
            stream_id,
            version,
            position,
            stored.id,
            stored.at,
            stored.by,
            stored.event,
            stored.previous,
            stored.key,
        )

    def _decode_older(self, topic: str, state: bytes) -> _Stored[Any]:
        name, _, schema_text = topic.rpartition(".v")
        entry = self._by_name.get(name)
        if entry is None or not schema_text.isdigit() or int(schema_text) > entry.schema:
            raise UnknownEvent(f"no event {topic!r} in this version of the program")
        raw = msgspec.json.decode(state)
        for schema in range(int(schema_text), entry.schema):
            raw["event"] = self._upcasts[name, schema](raw["event"])
        stored: _Stored[Any] = msgspec.convert(raw, _stored_as(entry.event))
        return stored


def event_fields(event: Event) -> dict[str, Any]:
    """The event's own fields as JSON-ready values: without business date, evidence and note."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    for common in ("occurred_on", "evidence", "note"):
        fields.pop(common, None)
    return fields


def event_type(event: Event) -> str:
    """The name programs know the event by."""
    return NAME_OF[type(event)].name
