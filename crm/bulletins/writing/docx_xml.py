"""What python-docx has no words for: fields, lines, ends of sections, as elements."""

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_TWENTIETHS = 20
_MINUS = re.compile(r"(?<![0-9A-Za-z-])-(?=\d)")


def element(name: str, /, **values: str | int) -> Any:
    """An element by its short name, `w:` attributes by theirs."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def page_number(paragraph: "Paragraph") -> None:
    """— 1 —, as a field that the reader's program fills in."""
    paragraph.add_run("— ")
    field = element("w:fldSimple", instr=" PAGE ")
    run = element("w:r")
    text = element("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(" —")


def rule_below(paragraph: "Paragraph", colour: str, size: float) -> None:
    """A line below the paragraph, `size` in points."""
    border = element("w:pBdr")
    border.append(element("w:bottom", val="single", sz=round(size * 8), space=1, color=colour))
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def described(paragraph: "Paragraph", title: str, said: str) -> None:
    """Names the picture in a paragraph, and says in words what it shows."""
    for properties in paragraph._p.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    ):
        properties.set("name", title)
        properties.set("title", title)
        properties.set("descr", said)


def section_end(paragraph: "Paragraph", like: Any, *, wide: tuple[float, ...] | None) -> None:
    """Ends a section with this paragraph: laid out as the document's last one (`like`), or across
    with `wide` (long side, short side, margin) in points."""
    from docx.oxml.ns import qn

    ends = deepcopy(like)
    if (kind := ends.find(qn("w:type"))) is not None:
        kind.set(qn("w:val"), "nextPage")
    if wide is not None:
        laid_across(ends, *wide)
    paragraph._p.get_or_add_pPr().append(ends)


def laid_across(section: Any, *lengths: float) -> None:
    """Turns a section's properties: long side, short side, margin, in points."""
    from docx.oxml.ns import qn

    long, short, margin = (str(round(length * _TWENTIETHS)) for length in lengths)
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    for key, value in (("w", long), ("h", short), ("orient", "landscape")):
        size.set(qn(f"w:{key}"), value)
    for side in ("top", "bottom", "left", "right"):
        margins.set(qn(f"w:{side}"), margin)
    for side in ("header", "footer"):
        margins.set(qn(f"w:{side}"), str(round(28 * _TWENTIETHS)))


def said(paragraph: "Paragraph", text: str) -> "Run":
    """Adds the words; the minus of a figure is not parted from it at the end of a line."""
    run = paragraph.add_run()
    for nth, piece in enumerate(_MINUS.split(clean(text))):
        if nth:
            run._r.append(element("w:noBreakHyphen"))
        if piece:
            run.add_text(piece)
    return run


def clean(text: str) -> str:
    """Without the control characters XML cannot hold; a line break or a tab is a space."""
    spaced = text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    return "".join(c for c in spaced if _allowed(c))


def _allowed(character: str) -> bool:
    """Whether XML can hold it."""
    return " " <= character < "\ud800" or "\udfff" < character < "\ufffe" or character > "\uffff"
