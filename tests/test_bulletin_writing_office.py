"""The office's own fonts and its own template: used when they can be, refused in plain words."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdf import PdfReader

from crm.bulletins.document import Chart, ChartKind, Section
from crm.bulletins.writing.files import bulletin_file
from crm.bulletins.writing.fonts import found_fonts
from crm.bulletins.writing.template import TemplateError
from tests.written import DRAFT, SENT, faces_of, list_table, month_table, written

CHART = Chart("c", "逐月签约", ChartKind.LINES, "months", "month", ("now",))
DOCUMENT = written(
    Section("a", "逐月进展", tables=(month_table(),), charts=(CHART,)),
    Section("b", "清单", tables=(list_table("甲", 5, 14),)),
)


def font(folder: Path, file: str, family: str, english: str) -> Path:
    """A face with a few characters, named as the real ones are: in Chinese beside English."""
    characters = "一二三、逐月进展清单2023年6招商引资工作情况通报"
    names = [".notdef", *(f"u{ord(c):04X}" for c in dict.fromkeys(characters))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"u{ord(c):04X}" for c in characters})
    pen = TTGlyphPen(None)
    for nth, point in enumerate([(100, 0), (100, 800), (900, 800), (900, 0)]):
        (pen.lineTo if nth else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {
            "familyName": {"en": english, "zh": family},
            "styleName": "Regular",
            "psName": english.replace(" ", ""),
        }
    )
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    path = folder / file
    builder.save(path)
    return path


def test_the_packaged_faces_are_used_without_a_folder():
    fonts = found_fonts()
    assert (fonts.title.family, fonts.body.family) == ("Noto Sans SC", "Noto Serif SC")
    assert fonts.body.path.is_file()


def test_the_office_s_faces_are_used_where_there_are_some(tmp_path):
    (tmp_path / "more").mkdir()
    font(tmp_path / "more", "fzxbs.ttf", "方正小标宋简体", "FZXiaoBiaoSong-B05S")
    font(tmp_path, "simhei.ttf", "黑体", "SimHei")
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0no font at all")
    (tmp_path / "notes.txt").write_text("not a font", encoding="utf-8")
    fonts = found_fonts(tmp_path)
    assert fonts.title.family == "方正小标宋简体"
    assert fonts.heading.family == "黑体"
    assert fonts.body.family == "Noto Serif SC"
    word = docx.Document(io.BytesIO(bulletin_file(DOCUMENT, SENT, "docx", font_dir=tmp_path)))
    for style, family in (("通报标题", "方正小标宋简体"), ("通报一级标题", "黑体")):
        assert word.styles[style].element.rPr.rFonts.get(qn("w:eastAsia")) == family
    content = bulletin_file(DOCUMENT, SENT, "pdf", font_dir=tmp_path)
    assert content == bulletin_file(DOCUMENT, SENT, "pdf", font_dir=tmp_path)
    names = " ".join(faces_of(content))
    assert "XiaoBiaoSong" in names
    assert "NotoSerifSC" in names


def test_a_folder_of_fonts_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"字体文件夹不存在.*CRM_FONT_DIR"):
        bulletin_file(DOCUMENT, SENT, "pdf", font_dir=tmp_path / "absent")


# --- the template -----------------------------------------------------------------------------


def template(folder: Path, *lines: str, head: str = "") -> Path:
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    if head:
        word.sections[0].header.paragraphs[0].text = head
    path = folder / "模板.docx"
    word.save(str(path))
    return path


USUAL = (
    "{{ 发文机关 }}文件",
    "{{ 期号 }} {{ 日期 }}",
    "{{ 标题 }}",
    "{{p 正文 }}",
    "截至{{ 截至 }}",
)


def test_a_template_is_filled_in(tmp_path):
    path = template(tmp_path, *USUAL, head="{{ 发文机关 }}")
    content = bulletin_file(DOCUMENT, SENT, "docx", template=path)
    assert content == bulletin_file(DOCUMENT, SENT, "docx", template=path)
    word = docx.Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert texts[:4] == [
        "汉阴县招商服务中心文件",
        "第12期 2023年7月5日",
        "2023年6月招商引资工作情况通报",
        "（更正件，代替《2023年5月月调度》）",
    ]
    assert "截至2023年6月30日" in texts
    assert any(text.startswith("数据截至2023年6月30日") for text in texts)
    assert word.sections[0].header.paragraphs[0].text == "汉阴县招商服务中心"
    assert len(word.tables) == 2
    assert len(word.inline_shapes) == 1
    shape = word.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill.blip.embed
    assert word.part.related_parts[shape].blob.startswith(b"\x89PNG")
    assert [s.orientation for s in word.sections] == [0, 1, 0]
    # What looks like a variable in the data is words.
    assert "{{ 标题 }}" in "".join(node.text or "" for node in word.element.body.iter(qn("w:t")))


def test_a_template_s_own_styles_are_kept(tmp_path):
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    word = docx.Document(str(template(tmp_path, *USUAL)))
    word.styles.add_style("通报正文", WD_STYLE_TYPE.PARAGRAPH).font.size = Pt(15)
    word.save(str(tmp_path / "own.docx"))
    made = bulletin_file(DOCUMENT, SENT, "docx", template=tmp_path / "own.docx")
    assert docx.Document(io.BytesIO(made)).styles["通报正文"].font.size == Pt(15)


def test_tables_and_charts_are_as_wide_as_the_template_s_page_allows(tmp_path):
    from docx.shared import Mm

    word = docx.Document(str(template(tmp_path, *USUAL)))
    section = word.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(45), Mm(45)
    word.save(str(tmp_path / "narrow.docx"))
    made = bulletin_file(DOCUMENT, SENT, "docx", template=tmp_path / "narrow.docx")
    word = docx.Document(io.BytesIO(made))
    widths = [int(column.get(qn("w:w"))) for column in word.tables[0]._tbl.tblGrid]
    assert abs(sum(widths) / 20 - Mm(120).pt) < 1
    assert abs(word.inline_shapes[0].width.pt - Mm(120).pt) < 1


def test_a_draft_is_marked_though_the_template_does_not_think_of_it(tmp_path):
    path = template(tmp_path, *USUAL, head="机关")
    word = docx.Document(io.BytesIO(bulletin_file(DOCUMENT, DRAFT, "docx", template=path)))
    assert [p.text for p in word.sections[0].header.paragraphs] == ["机关", "草稿"]


def test_a_template_may_choose(tmp_path):
    path = template(tmp_path, "{% if 期号 %}{{ 期号 }}{% else %}未编号{% endif %}", "{{p 正文 }}")
    word = docx.Document(io.BytesIO(bulletin_file(DOCUMENT, DRAFT, "docx", template=path)))
    assert word.paragraphs[0].text == "未编号"


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ 标题.__init__.__globals__ }}",
        "{{ 标题|attr('__class__') }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ range(10) }}",
        "{% for x in 标题 %}{{ x }}{% endfor %}",
        "{{ 标题 * 1000000000 }}",
        "{% set x = 标题 %}",
        "{% include '/etc/passwd' %}",
        "{{ self }}",
    ],
)
@pytest.mark.parametrize("where", ["body", "head"])
def test_a_template_that_would_do_something_is_refused(line, where, tmp_path):
    lines = [*USUAL, line] if where == "body" else USUAL
    path = template(tmp_path, *lines, head=line if where == "head" else "")
    with pytest.raises(TemplateError, match=r"不允许的内容|不认识"):
        bulletin_file(DOCUMENT, SENT, "docx", template=path)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("{{ 标题 }}",), "正文"),
        (("正文：{{ 正文 }}",), "正文"),
        (("{{ 题目 }}", "{{p 正文 }}"), "题目.*不认识.*标题"),
        (("{{ 标题", "{{p 正文 }}"), "写法有误"),
        (("{% if 标题 %}", "{{p 正文 }}"), "写法有误"),
    ],
)
def test_a_template_with_a_mistake_is_explained(lines, why, tmp_path):
    with pytest.raises(TemplateError, match=why):
        bulletin_file(DOCUMENT, SENT, "docx", template=template(tmp_path, *lines))


def test_what_is_no_template_is_refused(tmp_path):
    path = tmp_path / "模板.docx"
    usual = template(tmp_path, *USUAL).read_bytes()

    def refused(content: bytes | None, why: str) -> None:
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(TemplateError, match=why):
            bulletin_file(DOCUMENT, SENT, "docx", template=path)

    refused(None, "打不开模板")
    refused(b"", "不是 .docx")
    refused(b"\xd0\xcf\x11\xe0 an old .doc", "不是 .docx")
    refused(usual[: len(usual) // 2], "不是 .docx|损坏")
    refused(b"\0" * (5 * 1024 * 1024 + 1), "超过 5 MB")
    refused(_with(usual, "word/vbaProject.bin", b"macro"), "带宏")
    refused(_with(usual, "word/media/bomb.bin", b"\0" * 70_000_000), "展开后过大")
    refused(_without(usual, "word/document.xml"), "不是 .docx")
    refused(_with(_without(usual, "word/document.xml"), "word/document.xml", b"<w:"), "无法使用")


def _with(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return out.getvalue()


def _without(content: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
    return out.getvalue()


def test_words_beside_the_content_would_be_lost_and_are_refused(tmp_path):
    path = template(tmp_path, "{{ 标题 }}", "甲 {{p 正文 }} 乙")
    with pytest.raises(TemplateError, match="须独占一段"):
        bulletin_file(DOCUMENT, SENT, "docx", template=path)


def test_a_correction_says_why_in_every_file(tmp_path):
    why = "五月开工一项补录"
    sent = replace(SENT, ground=why)
    word = docx.Document(io.BytesIO(bulletin_file(DOCUMENT, sent, "docx")))
    assert any(why in paragraph.text for paragraph in word.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(bulletin_file(DOCUMENT, sent, "xlsx")))
    assert any(why in str(cell.value) for row in book.worksheets[0] for cell in row)
    pages = PdfReader(io.BytesIO(bulletin_file(DOCUMENT, sent, "pdf"))).pages
    assert why in "".join(page.extract_text() for page in pages).replace("\n", "")
