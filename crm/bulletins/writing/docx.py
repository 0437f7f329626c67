"""Writes a bulletin as an official document (GB/T 9704) for Word and WPS."""

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from crm.bulletins.document import Document
from crm.bulletins.writing.blocks import content, frame, origin
from crm.bulletins.writing.docx_body import Body
from crm.bulletins.writing.docx_styles import make_styles
from crm.bulletins.writing.fonts import Fonts
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.packing import repacked
from crm.bulletins.writing.paper import BOTTOM, LEFT, LONG, RIGHT, SHORT, TOP

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.section import Section


def docx_file(document: Document, heading: Heading, fonts: Fonts) -> bytes:
    """The whole bulletin as a .docx file."""
    import docx

    word = docx.Document()
    make_styles(word, fonts)
    said = frame(heading)
    _paper(word.sections[0])
    if heading.draft:
        mark_pages(word, said["mark"])
    body = Body(word)
    body.line("通报文头", said["issuer"])
    body.line("通报期号", said["number"])
    body.red_rule()
    body.line("通报标题", document.title)
    body.line("通报更正", said["replaces"])
    said_in = content(document)
    body.blocks(said_in.body)
    body.signature(said["issuer"], said["day"])
    body.line("通报附注", origin(document, heading))
    body.across(said_in.appended, last=True)
    about(word, document, heading)
    out = BytesIO()
    word.save(out)
    return repacked(out.getvalue())


def about(word: "Word", document: Document, heading: Heading) -> None:
    """The file's properties: of the content, never of the hour of writing."""
    said = word.core_properties
    said.title, said.author, said.last_modified_by = document.title, heading.issuer, heading.issuer
    said.comments, said.keywords, said.subject = "", "", document.label
    # By its own words a property has no zone; the day is what it says.
    day = heading.published_on or document.as_of
    said.created = said.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    said.revision, said.language = 1, "zh-CN"


def mark_pages(word: "Word", mark: str) -> None:
    """Puts a mark at the head of every page, below what stands there."""
    for nth, section in enumerate(word.sections):
        heads = [section.header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        if word.settings.odd_and_even_pages_header_footer:
            heads.append(section.even_page_header)
        for head in heads:
            # The section before has marked it, or one of the same head.
            if (nth and head.is_linked_to_previous) or any(p.text == mark for p in head.paragraphs):
                continue
            empty = len(head.paragraphs) == 1 and not head.paragraphs[0].text
            line = head.paragraphs[0] if empty else head.add_paragraph()
            line.style = "通报页眉"
            line.add_run(mark)


def _paper(section: "Section") -> None:
    from docx.shared import Pt

    from crm.bulletins.writing.docx_xml import page_number

    section.page_width, section.page_height = Pt(SHORT), Pt(LONG)
    section.top_margin, section.bottom_margin = Pt(TOP), Pt(BOTTOM)
    section.left_margin, section.right_margin = Pt(LEFT), Pt(RIGHT)
    section.header_distance, section.footer_distance = Pt(42), Pt(70)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    foot = section.footer.paragraphs[0]
    foot.style = "通报页脚"
    page_number(foot)
