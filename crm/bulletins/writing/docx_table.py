"""A table of a Word document, as one piece of XML: cell by cell a long list takes seconds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from crm.bulletins.writing.blocks import Align, Grid, Head
from crm.bulletins.writing.docx_xml import clean
from crm.bulletins.writing.paper import PADDING

if TYPE_CHECKING:
    from docx.oxml.table import CT_Tbl

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_JUSTIFIED = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}


def table_xml(grid: Grid, body: str, head: str) -> "CT_Tbl":
    """Thin borders, fixed columns, header rows that come again on every page, rows that do not
    break across pages. `body` and `head` are the ids of the paragraph styles in the cells."""
    from docx.oxml.ns import nsdecls
    from docx.oxml.parser import parse_xml

    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES
    )
    columns = "".join(f'<w:gridCol w:w="{_twentieths(width)}"/>' for width in grid.widths)
    # No header alone at the foot of a page, no last row alone at the top of one.
    lonely = {0, len(grid.rows) - 2} - {len(grid.rows) - 1}
    rows = [
        *_header(grid, head),
        *(_row(grid, words, body, nth in lonely) for nth, words in enumerate(grid.rows)),
    ]
    made: CT_Tbl = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{_twentieths(sum(grid.widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{_twentieths(PADDING)}" w:type="dxa"/>'
        f'<w:right w:w="{_twentieths(PADDING)}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    return made


def _header(grid: Grid, style: str) -> Iterator[str]:
    for nth in range(grid.header_rows):
        cells = [
            _head(grid, head, nth, style)
            for head in sorted(grid.heads, key=lambda head: head.column)
            if head.row <= nth < head.row + head.rows
        ]
        yield (
            f"<w:tr><w:trPr><w:cantSplit/>{_height(grid)}<w:tblHeader/></w:trPr>"
            f"{''.join(cells)}</w:tr>"
        )


def _head(grid: Grid, head: Head, row: int, style: str) -> str:
    """A cell two rows high stands in both of them, the lower one empty."""
    stretched = f'<w:gridSpan w:val="{head.columns}"/>' if head.columns > 1 else ""
    if head.rows > 1:
        stretched += f'<w:vMerge w:val="{"restart" if row == head.row else "continue"}"/>'
    width = sum(grid.widths[head.column : head.column + head.columns])
    text = head.text if row == head.row else ""
    return _cell(text, width, stretched, style, "center", grid.size, with_next=True)


def _row(grid: Grid, words: tuple[str, ...], style: str, with_next: bool) -> str:
    cells = "".join(
        _cell(text, width, "", style, _JUSTIFIED[align], grid.size, with_next=with_next)
        for text, width, align in zip(words, grid.widths, grid.aligns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{_height(grid)}</w:trPr>{cells}</w:tr>"


def _height(grid: Grid) -> str:
    return f'<w:trHeight w:val="{_twentieths(grid.size * 1.8)}" w:hRule="atLeast"/>'


def _cell(
    text: str,
    width: float,
    stretched: str,
    style: str,
    justified: str,
    size: float,
    *,
    with_next: bool,
) -> str:
    run = ""
    if text:
        half_points = round(size * 2)
        run = (
            f'<w:r><w:rPr><w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
            f'<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'
        )
    keep = "<w:keepNext/>" if with_next else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twentieths(width)}" w:type="dxa"/>{stretched}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{escape(style)}"/>{keep}'
        f'<w:jc w:val="{justified}"/></w:pPr>{run}</w:p></w:tc>'
    )


def _twentieths(points: float) -> int:
    return round(points * 20)
