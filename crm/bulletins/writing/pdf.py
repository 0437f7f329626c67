"""Writes a bulletin as .pdf, by typst and `bulletin.typ`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from crm.bulletins.document import Document
from crm.bulletins.writing.blocks import Block, Grid, Picture, Said, blocks, frame, origin, pages
from crm.bulletins.writing.charts import chart_svg
from crm.bulletins.writing.docx_xml import clean
from crm.bulletins.writing.fonts import Face, Fonts
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.paper import (
    ACROSS,
    AROUND_WIDE,
    BOTTOM,
    LEFT,
    PADDING,
    RIGHT,
    TOP,
    halves_in,
)

_TEMPLATE = Path(__file__).with_name("bulletin.typ")
_BODY = 16.0
_ZERO_WIDTH = "\u200b"


def pdf_file(document: Document, heading: Heading, fonts: Fonts) -> bytes:
    """The whole bulletin as a .pdf file with its faces embedded."""
    import typst

    everything = [fonts.title, fonts.heading, fonts.second, fonts.body, fonts.plain]
    loaded = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        # Sorted, and no set: which file is read first must not depend on the process.
        font_paths=sorted({str(face.path.parent) for face in everything}),
    )
    # typst has names of its own for some families.
    families = {(str(info.path), info.index): info.family for info in loaded.fonts()}

    def names(face: Face) -> list[str]:
        found = families.get((str(face.path), face.nth))
        plain = families[str(fonts.plain.path), fonts.plain.nth]
        return [found, plain] if found is not None and found != plain else [plain]

    said = {
        "title": clean(document.title),
        "frame": {place: clean(text) for place, text in frame(heading).items()},
        "origin": origin(document, heading),
        "fonts": {
            "title": names(fonts.title),
            "heading": names(fonts.heading),
            "second": names(fonts.second),
            "body": names(fonts.body),
        },
        "paper": {
            "top": TOP,
            "bottom": BOTTOM,
            "left": LEFT,
            "right": RIGHT,
            "around": AROUND_WIDE,
            "padding": PADDING,
        },
        "parts": [
            {"wide": wide, "blocks": [_block(block) for block in members]}
            for wide, members in pages(blocks(document))
        ],
    }
    # Nothing is read but the template: pictures come with the data.
    made: bytes = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=loaded,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(said).decode()},
    )
    return made


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Said():
            return {"kind": block.role.value, "text": _breakable(block.text, ACROSS, _BODY)}
        case Grid():
            return _grid(block)
        case Picture():
            return {
                "kind": "picture",
                "caption": clean(block.caption),
                "said": clean(block.said),
                "svg": chart_svg(block.chart, block.table).decode(),
            }


def _grid(grid: Grid) -> dict[str, Any]:
    def row(words: Sequence[str]) -> list[str]:
        return [
            _breakable(text, width, grid.size)
            for text, width in zip(words, grid.widths, strict=True)
        ]

    return {
        "kind": "grid",
        "caption": clean(grid.caption),
        "heads": [
            {
                "text": _breakable(
                    head.text,
                    sum(grid.widths[head.column : head.column + head.columns]),
                    grid.size,
                ),
                "row": head.row,
                "column": head.column,
                "rows": head.rows,
                "columns": head.columns,
            }
            for head in grid.heads
        ],
        "rows": [row(words) for words in grid.rows],
        "aligns": [align.value for align in grid.aligns],
        "widths": grid.widths,
        "size": grid.size,
        "note": grid.note,
    }


def _breakable(text: str, width: float, size: float) -> str:
    """A word longer than its line may be broken: typst would let it run out of the cell."""
    most = max(halves_in(width, size), 1)
    pieces = re.compile(rf"[^\s\u2e80-\U0010ffff]{{{most + 1},}}")

    def broken(found: re.Match[str]) -> str:
        word = found[0]
        return _ZERO_WIDTH.join(word[at : at + most] for at in range(0, len(word), most))

    return pieces.sub(broken, clean(text))
