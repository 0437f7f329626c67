"""A bulletin as text for a terminal: sentences folded, tables cut to the width there is."""

from collections.abc import Iterator

from crm.bulletins.document import Document, Table
from crm.bulletins.writing.blocks import chinese, nothing_of
from crm.bulletins.writing.words import printed, sentence
from crm.tables import aligned, fitted, folded

_MOST_ROWS = 20


def text_of(document: Document, name: str, width: int) -> str:
    """No line wider than `width` columns; of a long table the first rows."""
    return "\n".join(_lines(document, name, width))


def _lines(document: Document, name: str, width: int) -> Iterator[str]:
    yield name
    for nth, section in enumerate(document.sections, 1):
        yield ""
        yield f"{chinese(nth)}、{section.title}"
        for paragraph in section.paragraphs:
            yield from folded(sentence(paragraph), width)
        if none := nothing_of(section):
            yield from folded(none, width)
        for table in section.tables:
            if table.rows:
                yield from _table(table, width)


def _table(table: Table, width: int) -> Iterator[str]:
    yield f"【{table.title}】"
    most = min(table.printed or _MOST_ROWS, _MOST_ROWS)
    rows = [
        [printed(row[c.key], table.kind_of(row, c), c.labels) for c in table.columns]
        for row in table.rows[:most]
    ]
    headers = [f"{c.group}·{c.header}" if c.group else c.header for c in table.columns]
    yield from aligned(fitted([headers, *rows], width, whole=True))
    if len(table.rows) > most:
        yield f"（仅列前{most}项，共{len(table.rows)}项）"
