"""Do a bulletin's files open again, say all they have to, and come out the same a second time?"""

import io
import os
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import docx
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from crm.bulletins.document import Column, Document, Kind, Section, Table, Value
from crm.bulletins.writing.blocks import Grid, Picture, Said, origin
from crm.bulletins.writing.files import MEDIA_TYPES, Format, bulletin_file
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.xlsx import sheet_names
from tests.written import DRAFT, SENT, faces_of, list_table, unit_table, whole, written

ROOT = Path(__file__).parent.parent
FORMATS: tuple[Format, ...] = ("docx", "pdf", "xlsx")
FOREIGN = re.compile(r"\b(?:NaN|nan|None|null|True|False|true|false|red|yellow|green|draft)\b")


@cache
def made(form: Format) -> bytes:
    return bulletin_file(written(), SENT, form)


@cache
def made_pages() -> list[str]:
    return pdf_pages(made("pdf"))


def words_of(document: Document, heading: Heading) -> list[str]:
    """Everything that is to be read on paper."""
    found = [document.title, heading.issuer, heading.number or "", origin(document, heading)]
    for block in whole(document):
        match block:
            case Said():
                found.append(block.text)
            case Grid():
                found += [block.caption, block.note or "", *(head.text for head in block.heads)]
                found += [word for row in block.rows for word in row]
            case Picture():
                found.append(block.caption)
    return [text for text in found if text]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def docx_text(content: bytes) -> str:
    body = docx.Document(io.BytesIO(content)).element.body
    return "".join(
        "-" if node.tag == qn("w:noBreakHyphen") else node.text or ""
        for node in body.iter(qn("w:t"), qn("w:noBreakHyphen"))
    )


def pdf_pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def absent(words: list[str], text: str) -> list[str]:
    whole = squeezed(text)
    return [word for word in words if squeezed(word) not in whole]


# --- .docx --------------------------------------------------------------------------------------


def test_docx_says_everything_and_no_foreign_word():
    text = docx_text(made("docx"))
    assert absent([*words_of(written(), SENT), "（更正件，代替《2023年5月月调度》）"], text) == []
    assert FOREIGN.findall(text) == []


def test_docx_tables_repeat_their_header_and_do_not_break_their_rows():
    word = docx.Document(io.BytesIO(made("docx")))
    grids = [block for block in whole(written()) if isinstance(block, Grid)]
    assert len(word.tables) == len(grids)
    for table, grid in zip(word.tables, grids, strict=True):
        rows = table._tbl.tr_lst
        assert len(rows) == grid.header_rows + len(grid.rows)
        heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert heads == [nth < grid.header_rows for nth in range(len(rows))]
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_docx_is_laid_out_as_an_official_document():
    word = docx.Document(io.BytesIO(made("docx")))
    upright, across = word.sections[0], word.sections[1]
    margins = (
        upright.top_margin, upright.bottom_margin, upright.left_margin, upright.right_margin
    )  # fmt: skip
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 35, 28, 26]
    assert (across.page_width or 0) > (across.page_height or 0)
    body = word.styles["通报正文"].element
    assert body.rPr.rFonts.get(qn("w:eastAsia")) == "Noto Serif SC"
    assert body.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    for section in word.sections:
        foot = section.footer.paragraphs[0]
        assert [f.get(qn("w:instr")) for f in foot._p.iter(qn("w:fldSimple"))] == [" PAGE "]


def test_docx_charts_are_told_to_who_cannot_see_them():
    word = docx.Document(io.BytesIO(made("docx")))
    told = [node.get("descr") for node in word.element.body.iter(qn("wp:docPr"))]
    assert len(told) == 4
    assert all(text.endswith("》。") for text in told)


def test_docx_draft_says_so_on_every_page():
    document = written(Section("a", "甲", tables=(list_table("甲", 12, 24), unit_table(2))))
    word = docx.Document(io.BytesIO(bulletin_file(document, DRAFT, "docx")))
    assert all("草稿" in s.header.paragraphs[0].text for s in word.sections)
    assert all("草稿" not in s.header.paragraphs[0].text for s in _sections(made("docx")))


def _sections(content):
    return docx.Document(io.BytesIO(content)).sections


# --- .pdf ---------------------------------------------------------------------------------------


def test_pdf_says_everything_and_no_foreign_word():
    text = "".join(made_pages())
    assert absent([*words_of(written(), SENT), "（更正件，代替《2023年5月月调度》）"], text) == []
    assert FOREIGN.findall(text) == []


def test_pdf_pages_are_numbered_and_a_long_table_has_its_header_on_each():
    document = written(Section("a", "甲", tables=(list_table("长", 70, 14),)))
    pages = pdf_pages(bulletin_file(document, SENT, "pdf"))
    assert len(pages) > 3
    for nth, text in enumerate(pages, 1):
        assert f"—{nth}—" in squeezed(text)
    with_rows = [text for text in pages if "ZS2023-" in text]
    assert all("应完成日期" in squeezed(text) for text in with_rows)
    # A row is on one page: its first cell and its last are.
    rows = [row for b in whole(document) if isinstance(b, Grid) for row in b.rows]
    for row in rows[::7]:
        (page,) = [squeezed(text) for text in pages if row[0] in text]
        assert squeezed(row[1]) in page
        assert row[-1] in page


def test_pdf_holds_no_time_of_making_and_its_faces():
    reader = PdfReader(io.BytesIO(made("pdf")))
    assert reader.metadata is not None
    assert reader.metadata.creation_date is None
    assert reader.metadata.title == "2023年6月招商引资工作情况通报"
    names = faces_of(made("pdf"))
    assert names
    assert all("NotoSansSC" in name or "NotoSerifSC" in name for name in names)


def test_pdf_draft_says_so_on_every_page():
    document = written(Section("a", "甲", tables=(list_table("甲", 12, 24), unit_table(2))))
    assert all("草稿" in text for text in pdf_pages(bulletin_file(document, DRAFT, "pdf")))
    assert all("草稿" not in text for text in made_pages())


def test_pdf_words_stay_within_their_cells():
    """A word without a place to break ran over the next column."""
    columns = (Column("name", "责任单位"), Column("target", "目标(个)", Kind.COUNT))
    rows: tuple[dict[str, Value], ...] = (
        {"name": "W" * 150, "target": 1},
        {"name": "ab" * 90, "target": 2},
    )
    table = Table("t", "表", columns, rows, "没有。", 0, ("items",))
    document = written(Section("a", "甲", tables=(table,)))
    (grid,) = [block for block in whole(document) if isinstance(block, Grid)]
    content = bulletin_file(document, SENT, "pdf")
    texts = pdf_pages(content)
    lines = [squeezed(line) for text in texts for line in text.splitlines()]
    longest = max(len(line) for line in lines if set(line) == {"W"})
    assert longest * grid.size * 0.88 <= grid.widths[0]  # how wide the face's W is
    assert longest > 30
    assert "W" * 150 in squeezed("".join(texts))


# --- .xlsx --------------------------------------------------------------------------------------


def test_xlsx_has_all_rows_of_every_table():
    document = written(Section("a", "甲", tables=(list_table("长", 300, printed=10),)))
    content = bulletin_file(document, SENT, "xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["说明", "项目清单长"]
    lines = book.get_sheet_by_name("项目清单长").to_python()
    codes = [line[1] for line in lines if str(line[1]).startswith("ZS2023-")]
    assert codes == [f"ZS2023-{nth:04d}" for nth in range(300)]
    table = document.sections[0].tables[0]
    assert [line[2] for line in lines[4:304]] == [row["title"] for row in table.rows]
    assert [line[5] for line in lines[4:304]] == [float(str(row["wan"])) for row in table.rows]


def test_xlsx_says_what_it_is_and_lists_the_sentences_with_their_figures():
    book = CalamineWorkbook.from_filelike(io.BytesIO(made("xlsx")))
    text = "\n".join(
        str(cell) for line in book.get_sheet_by_name("说明").to_python() for cell in line
    )
    for said in ("汉阴县招商服务中心", "第12期", "2023-07-03 09:02:03", "ab" * 32, "cd" * 32,
                 "61.2345亿元", "55.7%", "targets/2023?as_of=2023-06-30"):  # fmt: skip
        assert said in text, said


def test_xlsx_draws_its_charts_beside_their_tables():
    with zipfile.ZipFile(io.BytesIO(made("xlsx"))) as parts:
        charts = [n for n in parts.namelist() if n.startswith("xl/charts/chart")]
        drawn = "".join(parts.read(name).decode() for name in charts)
    assert len(charts) == 5  # one of two units is two
    assert "'" in drawn or "各单位目标任务完成情况!" in drawn
    assert "<a:pattFill" in drawn


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_sheet_names_are_allowed_and_told_apart(titles):
    names = sheet_names(titles)
    assert len(names) == len(titles)
    assert len({name.casefold() for name in [*names, "说明"]}) == len(titles) + 1
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\'")


# --- whatever is in it --------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=40)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), TEXTS,
    st.decimals(-(10**9), 10**9, places=4).map(str),
    st.sampled_from(["=1+1", "@SUM(A1)", "-", "W" * 80, "㐂" * 30, "😀", "2023-02-30", "NaN"]),
)  # fmt: skip


@st.composite
def tables(draw):
    kinds = draw(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=8))
    columns = tuple(
        Column(f"k{n}", draw(TEXTS) or "栏", kind, draw(st.sampled_from([None, "组", "组二"])))
        for n, kind in enumerate(kinds)
    )
    row = st.fixed_dictionaries({}, optional={column.key: VALUES for column in columns})
    rows = tuple(draw(st.lists(row, max_size=4)))
    return Table("t", draw(TEXTS) or "表", columns, rows, "没有。", 0, ("items",))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(tables())
def test_whatever_a_table_holds_every_file_opens_again(table):
    document = written(Section("a", "甲", tables=(table,)))
    docx.Document(io.BytesIO(bulletin_file(document, SENT, "docx")))
    assert pdf_pages(bulletin_file(document, SENT, "pdf"))
    CalamineWorkbook.from_filelike(io.BytesIO(bulletin_file(document, SENT, "xlsx")))


def test_a_bulletin_without_anything_is_a_file_all_the_same():
    for form in FORMATS:
        assert bulletin_file(written(Section("a", "甲")), DRAFT, form)


def test_another_process_in_another_place_writes_the_same_bytes(tmp_path):
    code = (
        "import sys; from pathlib import Path; from tests.written import written, SENT; "
        "from crm.bulletins.writing.files import bulletin_file; "
        "[Path(f).write_bytes(bulletin_file(written(), SENT, f)) for f in sys.argv[1:]]"
    )
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4711", "TZ": "America/New_York",
        "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", code, *reversed(FORMATS)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    for form in FORMATS:
        assert (tmp_path / form).read_bytes() == made(form), form


def test_every_format_has_its_media_type():
    assert set(MEDIA_TYPES) == set(FORMATS)
    assert made("docx")[:4] == made("xlsx")[:4] == b"PK\x03\x04"
    assert made("pdf")[:5] == b"%PDF-"
