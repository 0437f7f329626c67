"""删除联系人信息: take a person's name and telephone out of everything (个人信息保护法第四十七条)

The key is destroyed; what it sealed stays in the log, unreadable, and so does every hash over it.
Files sent in may name the person as well: their contents go too, recorded or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.application import CRM
from crm.people import Act, Caller
from crm.persons.sealing import Opened, in_clear, persons_of
from domain.errors import BadInput
from domain.lead import events as e


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A contact person as one entry names them, and the lead it is about."""

    person: Opened
    lead_id: UUID
    code: str
    title: str
    sealed: bool


def find_persons(crm: CRM, name: str | None, phone: str | None) -> Iterator[FoundPerson]:
    """Everyone of this name, this number, or both: each entry that names them."""
    if not name and not phone:
        raise BadInput("name", "请给出姓名或电话")
    opener = crm.persons.opener()
    for recorded in crm.store.whole_log():
        for person in persons_of(recorded.event):
            one = opener(person)
            if one is None or name not in (None, one.name) or phone not in (None, one.phone):
                continue
            opening = crm.history(recorded.stream_id)[0].event
            assert isinstance(opening, e.LeadRegistered), "a lead begins so"
            sealed = not in_clear(person)
            yield FoundPerson(one, recorded.stream_id, opening.code, opening.title, sealed)


def erase_persons(crm: CRM, person_ids: Sequence[UUID], ground: str, by: Caller) -> None:
    """Destroy their keys, and what else may hold their data; all of them or none.

    Raises `Forbidden`, `NotFound`, `BadInput`, `Refused` (`already_erased`, `ledger_recording`).
    """
    by.permit(Act.ERASE_PERSON)
    opener = crm.persons.opener()
    for person_id in person_ids:
        lead = crm.persons.of(person_id).lead_id
        for person in (p for r in crm.store.stream(lead) for p in persons_of(r.event)):
            one = opener(person) if person.person_id == person_id else None
            if one is not None and any(word and word in ground for word in (one.name, one.phone)):
                raise BadInput("ground", "理由会长期保存，请不要写姓名或电话")
    crm.uploads.forget_all()
    crm.planned.forget()
    crm.persons.erase(person_ids, ground, by)
