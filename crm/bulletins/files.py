"""A bulletin as a file: a draft, or one that was published, with its number at its head."""

from crm.bulletins.document import Document
from crm.bulletins.office import Office
from crm.bulletins.writing.files import MEDIA_TYPES, bulletin_file
from crm.bulletins.writing.files import Format as Form
from crm.bulletins.writing.heading import Heading, Status
from domain.bulletin import Bulletins, Published

__all__ = ["MEDIA_TYPES", "Form", "bulletin_name", "draft_file", "heading_of", "published_file"]


def draft_file(office: Office, document: Document, form: Form) -> bytes:
    """Every page of it says that it is a draft. Raises `ValueError` in words for staff."""
    return _file(office, document, Heading(office.issuer), form)


def published_file(
    office: Office, history: Bulletins, published: Published, document: Document, form: Form
) -> bytes:
    """The same bytes whenever it is made, with the same fonts and template. Raises as above."""
    return _file(office, document, heading_of(history, published), form)


def heading_of(history: Bulletins, published: Published) -> Heading:
    """What frames a published bulletin; of a correction, what it replaces and why."""
    event = published.event
    earlier = {r.event_id: r.event for r in history}
    replaced = earlier.get(event.replaces) if event.replaces else None
    return Heading(
        issuer=event.issuer,
        number=f"第{event.number}期",
        status=Status.PUBLISHED,
        published_on=event.occurred_on,
        replaces=f"{replaced.title}（第{replaced.number}期）" if replaced else None,
        ground=event.ground,
        log_root=event.log_root,
        log_size=event.log_size,
    )


def bulletin_name(title: str, published: Published | None) -> str:
    """What its file is called, without the ending."""
    if published is None:
        return f"{title}（草稿）"
    return f"{title}（第{published.event.number}期）"


def _file(office: Office, document: Document, heading: Heading, form: Form) -> bytes:
    return bulletin_file(
        document, heading, form, font_dir=office.font_dir, template=office.template
    )
