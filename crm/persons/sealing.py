"""Names and telephones of contact persons, sealed: never in the log in clear (个人信息保护法)

Each person has a key of their own (AES-256-GCM). The log holds what the key seals, so its hashes
stay what they are when a key is destroyed; then nobody can open it any more.
"""

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crm.access.tables import text_of
from domain.event import ContactPerson, Event, Personal
from domain.lead import events as e

NAME_SHOWN = (1, 0)
PHONE_SHOWN = (3, 2)
"""How many characters a mask leaves at the beginning and the end."""

_SCHEME = "aes-256-gcm"
_CLEAR = "clear"
_NONCE = 12  # bytes; random: a key seals a few texts in its life


@dataclass(frozen=True, slots=True)
class NewKey:
    """A person's key, to be stored in one transaction with what it seals."""

    person_id: UUID
    lead_id: UUID
    key: bytes
    made_at: datetime

    @property
    def row(self) -> tuple[str, str, bytes, str]:
        return str(self.person_id), str(self.lead_id), self.key, text_of(self.made_at)


@dataclass(frozen=True, slots=True)
class Opened:
    """A contact person in clear."""

    person_id: UUID
    name: str
    title: str | None
    phone: str | None


def persons_of(event: Event) -> tuple[ContactPerson, ...]:
    """The contact persons an event names."""
    if isinstance(event, e.LeadRegistered):
        return event.contact_persons
    if isinstance(event, e.ContactLogged):
        return event.persons
    return ()


def sealed(event: Event, key_of: Callable[[UUID], bytes]) -> Any:
    """The event with its contact persons sealed, each by its own key. Those sealed before stay."""
    persons = persons_of(event)
    if not any(map(in_clear, persons)):
        return event
    closed = tuple(_sealed(p, key_of(p.person_id)) if in_clear(p) else p for p in persons)
    if isinstance(event, e.LeadRegistered):
        return replace(event, contact_persons=closed)
    assert isinstance(event, e.ContactLogged), "no other event names any"
    return replace(event, persons=closed)


def new_key(person_id: UUID, lead_id: UUID, at: datetime) -> NewKey:
    return NewKey(person_id, lead_id, AESGCM.generate_key(256), at)


def opened(person: ContactPerson, key: bytes | None) -> Opened | None:
    """The person in clear; None when the key is gone, or is another's."""
    name = _opened(person, person.name, "name", key)
    phone = _opened(person, person.phone, "phone", key) if person.phone else None
    return None if name is None else Opened(person.person_id, name, person.title, phone)


def in_clear(person: ContactPerson) -> bool:
    """Recorded by a program that did not seal yet."""
    return person.name.scheme == _CLEAR


def _sealed(person: ContactPerson, key: bytes) -> ContactPerson:
    return replace(
        person,
        name=_seal(person, person.name.text, "name", key),
        phone=_seal(person, person.phone.text, "phone", key) if person.phone else None,
    )


def _seal(person: ContactPerson, text: str, what: str, key: bytes) -> Personal:
    nonce = os.urandom(_NONCE)
    closed = AESGCM(key).encrypt(nonce, text.encode(), _whose(person, what))
    return Personal(base64.b64encode(nonce + closed).decode(), _SCHEME)


def _opened(person: ContactPerson, text: Personal, what: str, key: bytes | None) -> str | None:
    if text.scheme == _CLEAR:
        return text.text
    if key is None or text.scheme != _SCHEME:
        return None
    raw = base64.b64decode(text.text)
    try:
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _whose(person, what)).decode()
    except InvalidTag:
        return None


def _whose(person: ContactPerson, what: str) -> bytes:
    """Bound into the seal: nobody's sealed text passes for another's, or a name for a number."""
    return person.person_id.bytes + what.encode()


def masked(text: str | None, *, shown: Sequence[int]) -> str | None:
    """The first and last characters, as many as `shown` says, and a star for each between.

    At least half of it is hidden.
    """
    if text is None:
        return None
    first, last = shown
    if first + last > len(text) // 2:
        first, last = min(first, max(1, len(text) // 2)), 0
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


def both_ways(text: str | None, shown: Sequence[int]) -> set[str | None]:
    """A text in clear and masked: as a file may bring it back."""
    return {text, masked(text, shown=shown)}
