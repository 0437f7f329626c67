"""Writes a bulletin as .pdf, by typst and `bulletin.typ`."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crm.bulletins.document import Document
from crm.bulletins.writing.blocks import (
    Block,
    Grid,
    Head,
    Picture,
    Said,
    content,
    frame,
    origin,
)
from crm.bulletins.writing.charts import chart_svg
from crm.bulletins.writing.docx_xml import clean
from crm.bulletins.writing.fonts import Fonts, advances
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.paper import (
    ACROSS,
    AROUND_WIDE,
    BOTTOM,
    LEFT,
    PADDING,
    RIGHT,
    TOP,
)
from crm.bulletins.writing.typesetting import typeset

_TEMPLATE = Path(__file__).with_name("bulletin.typ")
_BODY = 16.0
_ZERO_WIDTH = "\u200b"
_WORD = re.compile(r"[^\s\u2e80-\U0010ffff]+")


def pdf_file(document: Document, heading: Heading, fonts: Fonts) -> bytes:
    """The whole bulletin as a .pdf file with its faces embedded."""
    written, said_in = _Blocks(fonts), content(document)
    said = {
        "title": clean(document.title),
        "frame": {place: clean(text) for place, text in frame(heading).items()},
        "origin": origin(document, heading),
        "paper": {
            "top": TOP,
            "bottom": BOTTOM,
            "left": LEFT,
            "right": RIGHT,
            "around": AROUND_WIDE,
            "padding": PADDING,
        },
        "body": [written.block(block) for block in said_in.body],
        "appended": [written.block(block) for block in said_in.appended],
    }
    return typeset(_TEMPLATE, said, fonts)


class _Blocks:
    """Blocks as the template reads them."""

    def __init__(self, fonts: Fonts) -> None:
        self._advances = {**advances(fonts.plain), **advances(fonts.body)}

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Said():
                return {
                    "kind": block.role.value,
                    "text": self._breakable(block.text, ACROSS, _BODY),
                }
            case Grid():
                return self._grid(block)
            case Picture():
                return {
                    "kind": "picture",
                    "caption": clean(block.caption),
                    "said": clean(block.said),
                    "svg": chart_svg(block.chart, block.table).decode(),
                }

    def _grid(self, grid: Grid) -> dict[str, Any]:
        return {
            "kind": "grid",
            "caption": clean(grid.caption),
            "heads": [self._head(grid, head) for head in grid.heads],
            "rows": [self._row(grid, words) for words in grid.rows],
            "aligns": [align.value for align in grid.aligns],
            "widths": grid.widths,
            "size": grid.size,
            "note": grid.note,
        }

    def _head(self, grid: Grid, head: Head) -> dict[str, Any]:
        width = sum(grid.widths[head.column : head.column + head.columns])
        return {**asdict(head), "text": self._breakable(head.text, width, grid.size)}

    def _row(self, grid: Grid, words: Sequence[str]) -> list[str]:
        cells = zip(words, grid.widths, strict=True)
        return [self._breakable(text, width, grid.size) for text, width in cells]

    def _breakable(self, text: str, width: float, size: float) -> str:
        """A word longer than its line may be broken anywhere: typst would let it run out of the
        cell. Chinese is broken between any two characters as it is."""
        line = (width - 2 * PADDING) / size

        def broken(found: re.Match[str]) -> str:
            wide = sum(self._advances.get(character, 1.0) for character in found[0])
            return found[0] if wide <= line else _ZERO_WIDTH.join(found[0])

        return _WORD.sub(broken, clean(text))
