"""The one door: a bulletin as a file of some format."""

from pathlib import Path
from typing import Literal

from crm.bulletins.document import Document
from crm.bulletins.writing.docx import docx_file
from crm.bulletins.writing.fonts import found_fonts
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.pdf import pdf_file
from crm.bulletins.writing.template import templated_file
from crm.bulletins.writing.xlsx import xlsx_file

Format = Literal["docx", "pdf", "xlsx"]

MEDIA_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def bulletin_file(
    document: Document,
    heading: Heading,
    form: Format,
    *,
    font_dir: Path | None = None,
    template: Path | None = None,
) -> bytes:
    """The bulletin as a file; the same arguments give the same bytes.

    `font_dir` and `template` are the settings of these names; a template is for .docx only. Raises
    `ValueError` in words for staff: a folder of fonts that is not there, a template that cannot be
    used (`TemplateError`).
    """
    if form == "xlsx":
        return xlsx_file(document, heading)
    fonts = found_fonts(font_dir)
    if form == "pdf":
        return pdf_file(document, heading, fonts)
    if template is not None:
        return templated_file(document, heading, fonts, template)
    return docx_file(document, heading, fonts)
