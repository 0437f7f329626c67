"""Stored bytes never change under our feet: golden bytes of every event, and upcasting in place.

The golden file is what earlier versions of the program have written to people's disks. When a
test here fails, the program has stopped reading those disks: raise the event's schema and write
an upcast instead of changing the file. New events are added to it with
`python -m tests.test_codec`.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from crm.codec import Codec, UnknownEvent
from domain.event import Event
from domain.event_names import EVENT_NAMES, NAME_OF, EventName
from domain.lead.events import LeadMerged
from tests.samples import EVENTS, GOLDEN, golden, recorded

pytestmark = pytest.mark.storage


def stored(event: Event) -> tuple[str, bytes]:
    return Codec().encode(recorded(event))


def test_every_event_has_a_sample_and_every_golden_line_a_reader() -> None:
    assert {type(event) for event in EVENTS} == {entry.event for entry in EVENT_NAMES}
    assert {stored(event)[0] for event in EVENTS} <= golden().keys()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: NAME_OF[type(event)].name)
def test_an_event_is_stored_as_the_golden_bytes_and_read_back_equal(event: Event) -> None:
    topic, state = stored(event)
    assert state.decode() == golden()[topic]
    assert Codec().decode(recorded(event).stream_id, 1, 1, topic, state) == recorded(event)


def test_names_and_labels_are_unique_and_explicit() -> None:
    names = [entry.name for entry in EVENT_NAMES]
    assert len(names) == len(set(names))
    assert all(entry.label and entry.schema >= 1 for entry in EVENT_NAMES)


def test_the_envelope_has_room_for_a_chain_without_changing_older_bytes() -> None:
    item = recorded(EVENTS[0])
    _, plain = Codec().encode(item)
    topic, chained = Codec().encode(replace(item, previous="ab" * 32))
    assert b"previous" not in plain
    assert Codec().decode(item.stream_id, 1, 1, topic, chained).previous == "ab" * 32


def test_contact_persons_are_stored_as_a_type_of_their_own() -> None:
    person = json.loads(stored(EVENTS[0])[1])["event"]["contact_persons"][0]
    assert person["name"] == {"text": "王总", "scheme": "clear"}
    assert person["phone"] == {"text": "13800000000", "scheme": "clear"}
    assert "person_id" in person
    assert "王总" not in repr(EVENTS[0])


def test_an_unknown_name_or_a_newer_schema_is_loud() -> None:
    for topic in ("NobodyKnows.v1", "LeadExited.v99", "LeadExited"):
        with pytest.raises(UnknownEvent):
            Codec().decode(recorded(EVENTS[0]).stream_id, 1, 1, topic, b"{}")


def test_events_stored_before_a_field_was_added_are_read_with_its_default() -> None:
    """The fields given a default since: bytes without them are on people's disks."""
    added = {
        "LeadRegistered.v1": ("campaign_id",),
        "AnnualTargetSet.v1": ("by_town", "by_chain", "by_quarter"),
        "LeadSplit.v1": ("money",),
        "LeadSplitFrom.v1": ("money",),
        "LeadMergedInto.v1": ("money",),
        "BulletinPublished.v1": ("log_size", "log_root"),
    }
    lines = golden()
    for topic, names in added.items():
        state = json.loads(lines[topic])
        for name in names:
            del state["event"][name]
        older = json.dumps(state, ensure_ascii=False).encode()
        read = Codec().decode(recorded(EVENTS[0]).stream_id, 1, 1, topic, older)
        for name in names:
            assert not getattr(read.event, name)


def test_merges_stored_before_money_was_taken_over_are_read_without_it() -> None:
    state = json.loads(golden()["LeadMerged.v1"])
    for absorbed in state["event"]["absorbed"]:
        del absorbed["money"]
    older = json.dumps(state, ensure_ascii=False).encode()
    read = Codec().decode(recorded(EVENTS[0]).stream_id, 1, 1, "LeadMerged.v1", older)
    assert isinstance(read.event, LeadMerged)
    assert [one.money for one in read.event.absorbed] == [None]


# --- upcasting: the worked example --------------------------------------------------------------
# Schema 1 of a visit had `days` as text ("3天"); schema 2 split it off as a number; schema 3
# renamed `city` to `place`. Old rows are read through both steps and never rewritten.


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMade(Event):
    place: str
    days: int


def _days_as_number(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "days": int(event["days"].removesuffix("天"))}


def _city_as_place(event: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in event.items() if name != "city"}
    return {**rest, "place": event["city"]}


VISITS = Codec(
    names=(EventName(VisitMade, "VisitMade", 3, "外出招商"),),
    upcasts={("VisitMade", 1): _days_as_number, ("VisitMade", 2): _city_as_place},
)
_ENVELOPE = (
    '{"id":"11111111-2222-4333-8444-555555555555","at":"2023-04-11T01:02:03Z","by":"张三","event":'
)


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        ("VisitMade.v1", '{"occurred_on":"2023-04-10","city":"溧阳","days":"3天"}'),
        ("VisitMade.v2", '{"occurred_on":"2023-04-10","city":"溧阳","days":3}'),
        ("VisitMade.v3", '{"occurred_on":"2023-04-10","place":"溧阳","days":3}'),
    ],
)
def test_older_schemas_are_upcast_in_place_on_reading(topic: str, event: str) -> None:
    state = f"{_ENVELOPE}{event}}}".encode()
    read = VISITS.decode(recorded(EVENTS[0]).stream_id, 7, 42, topic, state)
    assert read.event.place == "溧阳"
    assert read.event.days == 3
    assert (read.version, read.position, read.recorded_by) == (7, 42, "张三")
    assert VISITS.encode(read)[0] == "VisitMade.v3"


def _write_new_lines() -> None:
    known = golden() if GOLDEN.exists() else {}
    for event in EVENTS:
        topic, state = stored(event)
        known.setdefault(topic, state.decode())
    GOLDEN.parent.mkdir(exist_ok=True)
    lines = (
        json.dumps({"topic": topic, "state": state}, ensure_ascii=False)
        for topic, state in known.items()
    )
    GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write_new_lines()
