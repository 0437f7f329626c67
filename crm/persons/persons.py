"""Who sees contact persons in clear, and their erasure (联系人信息)

What is opened is never kept: keys are asked of the database for every answer, so that an erased
person is gone from the next one on, in whatever process.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Engine, select, update

from crm.access.journal import AccessAct, Journal
from crm.access.tables import contact_keys, moment_of, text_of
from crm.database import scrub
from crm.people import Act, Caller, Role
from crm.persons.key_file import export_keys, import_keys
from crm.persons.sealing import (
    NAME_SHOWN,
    PHONE_SHOWN,
    NewKey,
    Opened,
    in_clear,
    masked,
    new_key,
    opened,
    persons_of,
    sealed,
)
from domain.calendar import Clock
from domain.errors import NotFound, Refused
from domain.event import ContactPerson, Event
from domain.unit.known import same_unit


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A contact person as somebody sees it: in clear, masked, or erased."""

    person_id: UUID
    name: str | None
    title: str | None
    phone: str | None
    masked: bool
    erased: bool


See = Callable[[str | None, Sequence[ContactPerson]], list[SeenPerson]]
"""How somebody sees the contact persons of a lead of a unit."""

Opener = Callable[[ContactPerson], Opened | None]
"""A person in clear; None for one who was erased."""

ERASED = "（已删除）"
_AT_ONCE = 500  # ids in one query


@dataclass(frozen=True, slots=True)
class PersonKey:
    """What is kept of a person beside what the log seals."""

    person_id: UUID
    lead_id: UUID
    erased_at: datetime | None


class Persons:
    """The keys of the database."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine = engine
        self._journal = journal
        self._clock = clock

    # --- sealing ----------------------------------------------------------------------------

    def sealed(self, event: Event, lead_id: UUID, at: datetime, keys: list[NewKey]) -> Any:
        """The event with its contact persons sealed; keys made for it are added to `keys`.

        Raises `Refused` (`already_erased`).
        """
        persons = [person.person_id for person in persons_of(event) if in_clear(person)]
        if not persons:
            return event
        known = {new.person_id: new.key for new in keys} | self._standing(persons)
        for person_id in persons:
            if person_id not in known:
                keys.append(new_key(person_id, lead_id, at))
                known[person_id] = keys[-1].key
        return sealed(event, known.__getitem__)

    def _standing(self, person_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """The keys of those on file already."""
        erased = select(contact_keys.c.person_id).where(
            contact_keys.c.person_id.in_([str(each) for each in person_ids]),
            contact_keys.c.key.is_(None),
        )
        with self._engine.connect() as connection:
            if connection.execute(erased).first() is not None:
                raise Refused("already_erased", "该联系人的信息已经删除，不能再录入")
        return self._keys(person_ids)

    # --- seeing -----------------------------------------------------------------------------

    @contextmanager
    def seen_by(
        self, by: Caller, about: str, address: str | None = None, *, many: bool = False
    ) -> Iterator[See]:
        """How `by` sees contact persons; that some were seen in clear is written down, once, with
        what it was `about`. `many`: of many leads, so that all keys are fetched at once."""
        opener = self.opener() if many else None
        seen = 0

        def see(unit: str | None, persons: Sequence[ContactPerson]) -> list[SeenPerson]:
            nonlocal seen
            open_one = opener or self.opener(persons)
            clear = sees_clear(by, unit)
            found = [_seen(person, open_one(person), clear) for person in persons]
            seen += sum(not person.masked and not person.erased for person in found)
            return found

        yield see
        if seen:
            self._journal.note(AccessAct.PERSONS_READ, by.name, about, address)

    def opener(self, persons: Iterable[ContactPerson] | None = None) -> Opener:
        """Opens these persons, or all there are: for one answer, not to be kept."""
        wanted = None if persons is None else [person.person_id for person in persons]
        keys = self._keys(wanted)
        return lambda person: opened(person, keys.get(person.person_id))

    # --- erasing ----------------------------------------------------------------------------

    def of(self, person_id: UUID) -> PersonKey:
        """Raises `NotFound`."""
        query = select(contact_keys).where(contact_keys.c.person_id == str(person_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(
                "contact_person_not_found", "没有这个联系人，或由旧版程序以明文录入、无法删除"
            )
        return PersonKey(UUID(row.person_id), UUID(row.lead_id), moment_of(row.erased_at))

    def all(self) -> Sequence[PersonKey]:
        """Everyone who has, or had, a key."""
        query = select(contact_keys.c.person_id, contact_keys.c.lead_id, contact_keys.c.erased_at)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [PersonKey(UUID(r.person_id), UUID(r.lead_id), moment_of(r.erased_at)) for r in rows]

    def erase(self, person_ids: Sequence[UUID], ground: str, by: Caller) -> None:
        """Destroy their keys: all of them or, when one is not there, none.

        Raises `NotFound`, and `Refused` (`already_erased`).
        """
        for person_id in person_ids:
            if self.of(person_id).erased_at is not None:
                raise Refused("already_erased", "该联系人的信息已经删除")
        now = text_of(self._clock())
        with self._engine.begin() as connection:
            connection.execute(
                update(contact_keys)
                .where(contact_keys.c.person_id.in_([str(each) for each in person_ids]))
                .values(key=None, erased_at=now, erased_by=by.name, ground=ground)
            )
        scrub(self._engine, ("person_key", "ledger_upload"))
        for person_id in person_ids:
            self._journal.note(AccessAct.PERSON_ERASED, by.name, f"{person_id}：{ground}")

    # --- keys in a file ---------------------------------------------------------------------

    def export_keys(self, out: BinaryIO) -> int:
        """See `crm.persons.key_file`."""
        return export_keys(self._engine, out)

    def import_keys(self, path: Path) -> int:
        """See `crm.persons.key_file`. Raises `KeyFileError`."""
        return import_keys(self._engine, path)

    def _keys(self, wanted: Sequence[UUID] | None) -> dict[UUID, bytes]:
        query = select(contact_keys.c.person_id, contact_keys.c.key).where(
            contact_keys.c.key.is_not(None)
        )
        if wanted is None:
            queries = [query]
        else:
            ids = [str(each) for each in wanted]
            parts = (ids[nth : nth + _AT_ONCE] for nth in range(0, len(ids), _AT_ONCE))
            queries = [query.where(contact_keys.c.person_id.in_(part)) for part in parts]
        found: dict[UUID, bytes] = {}
        if not queries:
            return found
        with self._engine.connect() as connection:
            for each in queries:
                found |= {UUID(r.person_id): bytes(r.key) for r in connection.execute(each)}
        return found


def sees_clear(by: Caller, unit: str | None) -> bool:
    """Managers of everybody, recorders of their own unit's leads; others need no telephone."""
    return by.may(Act.SEE_PERSONS) and (by.role is not Role.RECORDER or same_unit(by.unit, unit))


def _seen(person: ContactPerson, one: Opened | None, clear: bool) -> SeenPerson:
    whose, title = person.person_id, person.title
    if one is None:
        return SeenPerson(whose, ERASED, title, None, masked=False, erased=True)
    if clear:
        return SeenPerson(whose, one.name, title, one.phone, masked=False, erased=False)
    name, phone = masked(one.name, shown=NAME_SHOWN), masked(one.phone, shown=PHONE_SHOWN)
    return SeenPerson(whose, name, title, phone, masked=True, erased=False)
