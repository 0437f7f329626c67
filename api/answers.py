"""Answers of `crm.questions` as responses: JSON whole or a page at a time, or a file."""

from typing import Any

from fastapi import Response

from api.asking import PagedFile
from api.files import Format, attachment
from api.paging import Page, Paged
from api.slices import T, cut
from crm.questions.answer import Answer, Items, Listed


def answered(answer: Answer, file_format: Format) -> dict[str, Any] | Response:
    """The answer as it is shown, or as a file."""
    if file_format == "json":
        return answer.shown
    name = f"{answer.name}_{answer.when.as_of}"
    return attachment(answer.file(file_format), name, file_format)


def paged(turn: Page, query: PagedFile, listed: Listed[T], key: Any) -> dict[str, Any] | Response:
    """A page of the list below its figures, or the whole list as a file.

    `key` is the type of the keys the list is in order of.
    """
    if query.format != "json":
        return answered(listed.whole(), query.format)
    return page_of(turn, query, listed, key)


def page_of(turn: Page, query: Paged, found: Items[T], key: Any) -> dict[str, Any]:
    """A page of a list that comes in no files."""
    page, last = cut(found.items, turn.after(key), query.limit)
    return found.of(page, turn.next_cursor(found.when, last))
