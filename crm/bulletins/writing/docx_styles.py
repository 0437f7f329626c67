"""The styles of an official document, by the Chinese names an office's template may have too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.bulletins.writing.fonts import Face, Fonts

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.styles.style import ParagraphStyle

RED = "C00000"


@dataclass(frozen=True, slots=True)
class _Look:
    """`size`, `line` (0: single), spaces in points; `indent` in characters."""

    face: Face
    size: float
    align: str = "LEFT"
    line: float = 0.0
    indent: int = 0
    before: float = 0.0
    after: float = 0.0
    with_next: bool = False
    outline: int | None = None
    colour: str | None = None


def _looks(fonts: Fonts) -> dict[str, _Look]:
    body, title, heading, second = fonts.body, fonts.title, fonts.heading, fonts.second
    return {
        "通报文头": _Look(title, 36, "CENTER", colour=RED, before=6, after=18, with_next=True),
        "通报期号": _Look(body, 16, "CENTER", 29, with_next=True),
        "通报红线": _Look(body, 4, "CENTER", 6, after=24, with_next=True),
        "通报标题": _Look(title, 22, "CENTER", 34, after=12, with_next=True, outline=0),
        "通报更正": _Look(second, 16, "CENTER", 29, after=8, with_next=True),
        "通报一级标题": _Look(heading, 16, line=29, indent=2, with_next=True, outline=1),
        "通报正文": _Look(body, 16, "JUSTIFY", 29, indent=2),
        "通报图表题": _Look(second, 14, "CENTER", 24, before=10, after=4, with_next=True),
        "通报图": _Look(body, 10.5, "CENTER", after=10),
        "通报表格": _Look(body, 10.5),
        "通报表头": _Look(heading, 10.5, "CENTER"),
        "通报表注": _Look(second, 10.5, "LEFT", 16, before=3, after=8),
        "通报落款": _Look(body, 16, "RIGHT", 29, with_next=True),
        "通报附注": _Look(body, 9, "LEFT", 14, before=18),
        "通报页眉": _Look(heading, 16, "RIGHT", colour=RED),
        "通报页脚": _Look(body, 14, "CENTER"),
    }


def make_styles(word: "Word", fonts: Fonts) -> None:
    """Adds the styles the document does not have; one that is there stays as the office made it."""
    from docx.enum.style import WD_STYLE_TYPE

    there = {style.name for style in word.styles}
    for name, look in _looks(fonts).items():
        if name not in there:
            style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            _set(style, look)


def _set(style: "ParagraphStyle", look: _Look) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Pt, RGBColor

    # Digits in the face of the text: how wide they are is then known to the tables.
    style.font.name, style.font.size = look.face.family, Pt(look.size)
    style.font.bold = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), look.face.family)
    if look.colour:
        style.font.color.rgb = RGBColor.from_string(look.colour)
    form = style.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, look.align)
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    if look.line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    else:
        form.line_spacing = 1.0
    form.keep_with_next = look.with_next
    form.widow_control = True
    properties = style.element.get_or_add_pPr()
    if look.indent:
        form.first_line_indent = Pt(look.size * look.indent)
        indent = properties.find(qn("w:ind"))
        indent.set(qn("w:firstLineChars"), str(look.indent * 100))
    # Lines by their own spacing, not by the page's grid of lines.
    grid = OxmlElement("w:snapToGrid")
    grid.set(qn("w:val"), "0")
    properties.insert_element_before(
        grid, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr"
    )
    if look.outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look.outline))
        properties.append(level)
