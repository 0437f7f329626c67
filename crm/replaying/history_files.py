"""A lead's history as a file: a page to print (.html), the same as .pdf, or a table."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crm.bulletins.office import Office
from crm.export import Sheet
from crm.presentation import Shown

if TYPE_CHECKING:
    from jinja2 import Template

PageFormat = Literal["html", "pdf"]
MEDIA_TYPES: dict[PageFormat, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}
_HERE = Path(__file__).parent
_HEADERS = ("类别", "序号", "记录号", "事项", "业务日期", "录入于", "录入人", "时差（天）",
            "时差（工作日）", "内容", "佐证", "备注", "作废", "校验值")  # fmt: skip
_BRIEF = ("序号", "事项", "业务日期", "录入于", "录入人", "时差（工作日）", "内容", "作废")
_MOMENTS = ("known_at", "recorded_at", "sealed_at")
_LONG = re.compile(r"[!-~]{20,}")
_ZERO_WIDTH = "\u200b"


def page_file(shown: Shown, form: PageFormat, office: Office) -> bytes:
    """The history as `crm.replaying.history` has it, for paper.

    Raises `ValueError` in words for staff: a folder of fonts that is not there.
    """
    written = _on_paper(shown)
    if form == "html":
        return _template().render(written).encode()
    from crm.bulletins.writing.fonts import found_fonts
    from crm.bulletins.writing.typesetting import typeset

    return typeset(_HERE / "history.typ", _breakable(written), found_fonts(office.font_dir))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # What staff and investors have typed is text, never markup.
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("history.html")


def _on_paper(value: Any, name: str = "") -> Any:
    """Moments as people write them, in the county's time: 2023-06-30 18:00:00."""
    if name in _MOMENTS and isinstance(value, str):
        return value[:19].replace("T", " ")
    if isinstance(value, dict):
        return {key: _on_paper(item, key) for key, item in value.items()}
    return [_on_paper(item) for item in value] if isinstance(value, list) else value


def _breakable(value: Any) -> Any:
    """Without control characters, hashes and the like to be broken where a line ends."""
    from crm.bulletins.writing.docx_xml import clean

    if isinstance(value, str):
        return _LONG.sub(lambda found: _ZERO_WIDTH.join(found[0]), clean(value))
    if isinstance(value, dict):
        return {name: _breakable(item) for name, item in value.items()}
    return [_breakable(item) for item in value] if isinstance(value, list) else value


def history_sheet(shown: Shown) -> Sheet:
    """A row for each record, then one for each line of what they add up to."""
    rows = [
        dict(
            zip(
                _HEADERS,
                (
                    "记录", one["version"], one["position"], one["label"], one["occurred_on"],
                    one["recorded_at"], one["recorded_by"], one["delay_days"],
                    one["delay_workdays"], _content(one), "；".join(one["papers"]),
                    one["note"], _void(one), one["hash"],
                ),
                strict=True,
            )
        )
        for one in shown["items"]
    ]  # fmt: skip
    blank = dict.fromkeys(_HEADERS)
    rows += [
        {**blank, "类别": group["title"], "事项": line["label"], "内容": line["text"]}
        for group in shown["state"]
        for line in group["lines"]
    ]
    said = [
        f"{shown['code']} {shown['title']}：{shown['stage_label']}",
        f"共 {shown['count']} 条记录，其中已作废 {shown['voided']} 条",
    ]
    return Sheet("项目记录", _HEADERS, rows, _BRIEF, said)


def _content(one: Shown) -> str:
    told = [f"{line['label']}：{line['text']}" for line in one["said"]]
    return "；".join([f"作废的记录：{one['voids']}", *told] if one["voids"] else told)


def _void(one: Shown) -> str | None:
    void = one["void"]
    if void is None:
        return None
    return f"{void['recorded_by']} {void['recorded_at']}：{void['ground']}"
