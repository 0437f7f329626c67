"""Fills in the office's own .docx template, whose author is trusted with words and looks only.

A template may name the variables below and choose by them (`{% if 期号 %}`); anything else (calls,
attributes, sums, loops, other names) is refused before it is rendered.
"""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.bulletins.document import Document
from crm.bulletins.writing.blocks import content, frame, origin
from crm.bulletins.writing.docx import about, mark_pages
from crm.bulletins.writing.docx_body import Body
from crm.bulletins.writing.docx_styles import make_styles
from crm.bulletins.writing.docx_xml import clean
from crm.bulletins.writing.fonts import Fonts
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.packing import repacked
from crm.bulletins.writing.words import day_in_words

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

_BODY = "正文"
_MOST_BYTES = 5 * 1024 * 1024
_MOST_UNPACKED = 60 * 1024 * 1024
_MOST_PARTS = 2_000
_SETTING = "（设置 CRM_BULLETIN_TEMPLATE）"


class TemplateError(ValueError):
    """A template that cannot be used; says why, in words for staff."""


def variables(document: Document, heading: Heading) -> dict[str, str]:
    """What a template may name, beside 正文; an empty text where there is nothing to say."""
    said = frame(heading)
    return {
        "标题": clean(document.title),
        "发文机关": clean(said["issuer"]),
        "期号": clean(said["number"]),
        "日期": said["day"],
        "截至": day_in_words(document.as_of),
        "草稿": said["mark"],
        "更正": clean(said["replaces"]),
        "附注": origin(document, heading),
    }


def templated_file(document: Document, heading: Heading, fonts: Fonts, path: Path) -> bytes:
    """The bulletin in the office's template. Raises `TemplateError`."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError as JinjaError
    from jinja2.exceptions import SecurityError

    template = DocxTemplate(BytesIO(_read(path)))
    said = variables(document, heading)
    environment = _environment(frozenset({*said, _BODY}))
    # Opened, read and rendered by libraries that each fail in their own way over what a file may
    # hold; to staff all of it is a template that does not work.
    try:
        template.init_docx()
        _check_closed(template)
        named = template.get_undeclared_template_variables(environment)
        body = _body(template, document, heading, fonts, named)
        template.render({**said, _BODY: body}, environment)
        whole = not template.docx.element.body.xpath("//w:t/*")
    except TemplateError:
        raise
    except SecurityError:
        raise TemplateError(f"模板里有不允许的内容{_SETTING}") from None
    except JinjaError as error:
        raise TemplateError(f"模板的写法有误：{error.message}{_SETTING}") from None
    except Exception as error:  # a file of anybody's: whatever it does, staff read one line
        raise TemplateError(f"模板无法使用，请用 Word 另存为 .docx 后再试{_SETTING}") from error
    if not body.used or not whole:
        raise TemplateError(
            f"模板里要有单独占一段的 {{{{p {_BODY} }}}}，通报的内容才有地方放{_SETTING}"
        )
    word = template.docx  # asked for by its method, it would be read anew
    about(word, document, heading)
    out = BytesIO()
    word.save(out)
    return repacked(out.getvalue())


def _check_closed(template: "DocxTemplate") -> None:
    """An open bracket would take the paragraphs after it with it, without a word."""
    for paragraph in template.docx.element.body.xpath("//w:p"):
        text = "".join(node.text or "" for node in paragraph.xpath(".//w:t"))
        if "{{p" in text and not re.fullmatch(r"\s*\{\{p[^{}]*\}\}\s*", text):
            raise TemplateError(f"模板中“{text[:40]}”须独占一段，同段的其他文字会丢失{_SETTING}")
        for left, right in (("{{", "}}"), ("{%", "%}"), ("{#", "#}")):
            if text.count(left) != text.count(right):
                raise TemplateError(f"模板的写法有误，括号没有成对：{text[:40]}{_SETTING}")


class _Inserted:
    """The content as XML that stands where the template names it."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self.used = False

    def __html__(self) -> str:
        self.used = True
        return self._xml


def _body(
    template: "DocxTemplate", document: Document, heading: Heading, fonts: Fonts, named: set[str]
) -> _Inserted:
    """The content written at the end of the template, in its styles where it has ours, and taken
    out again: so its pictures and styles are the template's own parts.

    What a bulletin must say, and the template does not name, is said with the content.
    """
    from lxml import etree

    word = template.docx
    parent = word.element.body
    if parent.sectPr is None:
        raise TemplateError(f"模板缺少页面设置，请用 Word 另存后再试{_SETTING}")
    before = len(parent)
    make_styles(word, fonts)
    said = frame(heading)
    if heading.draft:
        mark_pages(word, said["mark"])
    body = Body(word, begun=True)
    if "更正" not in named:
        body.line("通报更正", said["replaces"])
    said_in = content(document)
    body.blocks(said_in.body)
    if "附注" not in named:
        body.line("通报附注", origin(document, heading))
    body.across(said_in.appended)
    added = list(parent)[before - 1 : -1]
    for element in added:
        parent.remove(element)
    return _Inserted("".join(etree.tostring(element, encoding="unicode") for element in added))


# --- what is let in ------------------------------------------------------------------------------


def _read(path: Path) -> bytes:
    """The file, if it is a .docx of reasonable size without macros. Raises `TemplateError`."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise TemplateError(f"模板有 {size / 1024 / 1024:.1f} MB，超过 5 MB：{path.name}")
        content = path.read_bytes()
    except OSError:
        raise TemplateError(f"打不开模板：{path}{_SETTING}") from None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise TemplateError(f"模板不是 .docx 文件，或已损坏：{path.name}") from None
    names = {entry.filename for entry in entries}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise TemplateError(f"不接受带宏的模板：{path.name}")
    if "word/document.xml" not in names:
        raise TemplateError(f"模板不是 .docx 文件：{path.name}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MOST_UNPACKED or len(entries) > _MOST_PARTS:
        raise TemplateError(f"模板展开后过大，不予使用：{path.name}")
    return content


def _environment(known: frozenset[str]) -> "SandboxedEnvironment":
    """A sandbox that takes names and choices, nothing else."""
    from jinja2 import StrictUndefined, Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

    allowed = (
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Const,
        nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand,
    )  # fmt: skip

    class Strict(SandboxedEnvironment):
        def from_string(
            self,
            source: Any,
            globals: Any = None,
            template_class: Any = None,
        ) -> Template:
            _check(self.parse(source), allowed, known)
            return super().from_string(source, globals, template_class)

    return Strict(autoescape=True, undefined=StrictUndefined)


def _check(node: Any, allowed: tuple[type, ...], known: frozenset[str]) -> None:
    from jinja2 import nodes

    for part in (node, *node.find_all(nodes.Node)):
        if not isinstance(part, allowed):
            raise TemplateError(
                f"模板里有不允许的内容，只能写{_listed(known)}，以及按它们取舍的判断{_SETTING}"
            )
        if isinstance(part, nodes.Name) and part.name not in known:
            raise TemplateError(
                f"模板里的“{part.name}”不认识，可以用的有{_listed(known)}{_SETTING}"
            )


def _listed(known: Mapping[str, str] | frozenset[str]) -> str:
    return "、".join(sorted(known))
