"""Answers of `crm.questions` as responses: JSON whole or a page at a time, or a file."""

from typing import Any, Literal

from fastapi import Response

from api.files import attachment
from api.paging import Page, Paged
from api.slices import T, cut
from crm.questions.answer import Answer, Listed

Format = Literal["json", "csv", "xlsx"]


def answered(answer: Answer, file_format: Format) -> dict[str, Any] | Response:
    """The answer as it is shown, or as a file."""
    if file_format == "json":
        return answer.shown
    name = f"{answer.name}_{answer.when.as_of}"
    return attachment(answer.sheet.file(file_format), name, file_format)


def paged(
    turn: Page, query: Paged, file_format: Format, listed: Listed[T], key: Any
) -> dict[str, Any] | Response:
    """A page of the list below its figures, or the whole list as a file.

    `key` is the type of the keys the list is in order of.
    """
    if file_format != "json":
        return answered(listed.whole(), file_format)
    page, last = cut(listed.items, turn.after(key), query.limit)
    return listed.of(page, turn.next_cursor(listed.when, last))
