"""Writes lines, tables and pictures into a Word document, one after another."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from crm.bulletins.writing.blocks import Block, Grid, Picture, Role, Said
from crm.bulletins.writing.charts import chart_png
from crm.bulletins.writing.docx_styles import RED
from crm.bulletins.writing.docx_table import table_xml
from crm.bulletins.writing.docx_xml import described, laid_across, rule_below, said, section_end
from crm.bulletins.writing.paper import ACROSS, AROUND_WIDE, LONG, SHORT
from crm.tables import display_width

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph

_STYLES = {Role.HEADING: "通报一级标题", Role.BODY: "通报正文", Role.NOTE: "通报表注"}
_ISSUER_MOST, _ISSUER_LEAST = 36.0, 14.0


class Body:
    """The end of a document: everything is added there, before its last section's properties."""

    def __init__(self, word: "Word", *, begun: bool = False) -> None:
        self._word = word
        self._last = word.element.body.sectPr
        self._across = _across(word)
        self._begun = begun  # something stands in the section that is open

    def line(self, style: str, text: str) -> "Paragraph | None":
        """A paragraph; nothing of an empty text. A long issuer is set smaller, on one line."""
        from docx.shared import Pt

        if not text:
            return None
        paragraph = self._word.add_paragraph(style=style)
        run = said(paragraph, text)
        if style == "通报文头":
            fits = self._across / (display_width(text) / 2 * 1.04)
            run.font.size = Pt(int(max(_ISSUER_LEAST, min(_ISSUER_MOST, fits))))
        self._begun = True
        return paragraph

    def red_rule(self) -> None:
        """The red line below the head."""
        rule_below(self._word.add_paragraph(style="通报红线"), RED, 2.25)

    def signature(self, issuer: str, day: str) -> None:
        """Who issues it and when, on the right, four characters in from the edge; never alone on a
        page, but with the line before."""
        from docx.shared import Pt

        if self._begun:
            self._word.paragraphs[-1].paragraph_format.keep_with_next = True
        for nth, text in enumerate(filter(None, (issuer, day))):
            paragraph = self.line("通报落款", text)
            if paragraph is not None:
                paragraph.paragraph_format.right_indent = Pt(32 if nth == 0 else 48)
                if nth == 0:
                    paragraph.paragraph_format.space_before = Pt(29)
                    paragraph.paragraph_format.keep_with_next = bool(day)

    def blocks(self, content: Iterable[Block]) -> None:
        """One block after another."""
        for block in content:
            self._block(block)

    def across(self, tables: Sequence[Grid], *, last: bool = False) -> None:
        """Tables on pages laid across; `last`: nothing follows, so no upright page does."""
        if not tables:
            return
        if self._begun:
            self._end(wide=False)
        self.blocks(tables)
        if last:
            laid_across(self._last, LONG, SHORT, AROUND_WIDE)
        else:
            self._end(wide=True)

    def _end(self, *, wide: bool) -> None:
        """Ends the open section with an empty paragraph of no height."""
        from docx.shared import Pt

        paragraph = self._word.add_paragraph(style="通报表格")
        paragraph.paragraph_format.line_spacing = Pt(1)
        section_end(paragraph, self._last, wide=(LONG, SHORT, AROUND_WIDE) if wide else None)
        self._begun = False

    def _block(self, block: Block) -> None:
        match block:
            case Said():
                self.line(_STYLES[block.role], block.text)
            case Grid():
                self.line("通报图表题", block.caption)
                self._grid(block)
                if block.note:
                    self.line("通报表注", block.note)
                else:
                    self._gap()
            case Picture():
                self._picture(block)

    def _gap(self) -> None:
        """Between a table and what follows; without it two tables become one."""
        from docx.shared import Pt

        gap = self._word.add_paragraph(style="通报表格")
        gap.paragraph_format.line_spacing = Pt(10)

    def _picture(self, picture: Picture) -> None:
        from docx.shared import Pt

        paragraph = self._word.add_paragraph(style="通报图")
        paragraph.paragraph_format.keep_with_next = True
        drawn = BytesIO(chart_png(picture.chart, picture.table))
        paragraph.add_run().add_picture(drawn, width=Pt(self._across))
        described(paragraph, picture.caption, picture.said)
        caption = self.line("通报图表题", picture.caption)
        if caption is not None:  # below the picture it is the last of it
            caption.paragraph_format.keep_with_next = False
            caption.paragraph_format.space_before = Pt(0)

    def _grid(self, grid: Grid) -> None:
        styles = self._word.styles
        if not grid.wide and self._across < ACROSS:
            narrower = self._across / ACROSS
            grid = replace(grid, widths=tuple(width * narrower for width in grid.widths))
        made = table_xml(grid, styles["通报表格"].style_id, styles["通报表头"].style_id)
        self._last.addprevious(made)


def _across(word: "Word") -> float:
    """Points between the margins of an upright page: an office's template may have less."""
    last = word.sections[-1]
    page, left, right = last.page_width, last.left_margin, last.right_margin
    if page is None or left is None or right is None:
        return ACROSS
    return float(max(min(ACROSS, page.pt - left.pt - right.pt), ACROSS / 2))
