"""查验: does a published bulletin still come out of the log as it was published?

It is made again, from the log, at its own clocks. Where it differs, each figure that does is
named; should what was published be lost, the sections are, by their hashes in the log.
"""

from collections.abc import Iterator

from crm.application import CRM
from crm.bulletins.comparing import cells
from crm.bulletins.document import (
    Document,
    Section,
    Table,
    Value,
    digest,
    read,
    section_digests,
    stored,
)
from crm.bulletins.making import made_again
from crm.presentation import Shown
from domain.bulletin import Published

_MOST = 100
_HEAD = {
    "title": "标题",
    "start": "起",
    "end": "止",
    "as_of": "业务日期",
    "position": "记录位置",
    "rules": "规则版本",
    "sources": "数据来源",
}


def verify(crm: CRM, published: Published) -> Shown:
    """`GET /bulletins/{id}/verify`: whether it does, both hashes, and what differs (100 at most).

    `kept` says whether what was published is still there as it was.
    """
    event = published.event
    again = made_again(crm, published)
    found = digest(stored(again))
    kept = crm.bulletins.of(event.sha256)
    differing: list[Shown] = []
    if found != event.sha256:
        differing = (
            list(_differing(read(kept), again)) if kept is not None else _lost(published, again)
        )
    return {
        "bulletin_id": str(published.event_id),
        "title": event.title,
        "ok": found == event.sha256,
        "sha256": event.sha256,
        "found_sha256": found,
        "rules": event.rules,
        "found_rules": again.rules,
        "kept": kept is not None,
        "count": len(differing),
        "differing": differing[:_MOST],
    }


def _lost(published: Published, again: Document) -> list[Shown]:
    """By section only."""
    found = section_digests(again)
    titles = {section.key: section.title for section in again.sections}
    return [
        _difference(titles.get(part.key, part.key), "整节", part.sha256, found.get(part.key))
        for part in published.event.sections
        if found.get(part.key) != part.sha256
    ]


def _differing(said: Document, again: Document) -> Iterator[Shown]:
    """Every figure and every cell that is another, and what is missing on either side."""
    for name, label in _HEAD.items():
        was, found = str(getattr(said, name)), str(getattr(again, name))
        if was != found:
            yield _difference("通报", label, was, found)
    now = {section.key: section for section in again.sections}
    for section in said.sections:
        other = now.get(section.key)
        if other is None:
            yield _difference(section.title, "整节", "有", "无")
            continue
        yield from _of_sentences(section, other)
        tables = {table.key: table for table in other.tables}
        for table in section.tables:
            yield from _of_table(section.title, table, tables.get(table.key))
        for key in tables.keys() - {table.key for table in section.tables}:
            yield _difference(section.title, tables[key].title, "无", "有")
    for key in now.keys() - {section.key for section in said.sections}:
        yield _difference(now[key].title, "整节", "无", "有")


def _of_sentences(section: Section, other: Section) -> Iterator[Shown]:
    told = [(p.text, f) for p in section.paragraphs for f in p.figures]
    found = [f for p in other.paragraphs for f in p.figures]
    values = {(f.source, f.path): f.value for f in found}
    for text, figure in told:
        value = values.get((figure.source, figure.path))
        if value != figure.value:
            yield _difference(section.title, text, figure.value, value)
    if [p.text for p in section.paragraphs] != [p.text for p in other.paragraphs]:
        yield _difference(
            section.title,
            "文字",
            "".join(p.text for p in section.paragraphs),
            "".join(p.text for p in other.paragraphs),
        )


def _of_table(title: str, table: Table, other: Table | None) -> Iterator[Shown]:
    if other is None:
        yield _difference(title, table.title, "有", "无")
        return
    for cell in cells(title, table, other):
        where = f"{table.title}：{cell.key}"
        if cell.column is not None:
            where = f"{where}，{cell.column.header}"
        yield _difference(title, where, cell.said, cell.now)


def _difference(section: str, what: str, said: Value, found: Value) -> Shown:
    return {"section": section, "what": what, "published": said, "found": found}
