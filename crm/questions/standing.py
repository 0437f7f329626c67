"""三个清单, 问题清单, 年度目标: where things stand."""

from datetime import date

from crm.application import CRM
from crm.export import Sheet, items_sheet, list_sheet, problem_sheet, target_sheet
from crm.ledger.choices import choices
from crm.ledger.lists import list_table
from crm.presentation import Shown, both_clocks, list_page, target_page
from crm.printing.targets import target_tables
from crm.printing.workbook import workbook
from crm.problem_presentation import problem_page, summary_shown
from crm.questions.answer import Answer, Clocked
from domain.errors import BadInput, NotFound
from projections.problem_list import (
    ProblemFilter,
    ProblemKey,
    problem_list,
    problem_summary,
)
from projections.stage_lists import (
    STAGE_LISTS,
    ListFilter,
    StageListKey,
    stage_list,
)
from projections.target_tracking import target_table


def ask_list(
    crm: CRM,
    when: Clocked,
    name: str,
    wanted: ListFilter | None = None,
    limit: int | None = None,
    after: StageListKey | None = None,
    *,
    to_fill_in: bool = False,
) -> Answer:
    """A stage list, whole or a page of it; its .xlsx with choices where it is to be filled in.

    Raises `NotFound` for a name there is not.
    """
    if name not in STAGE_LISTS:
        raise NotFound("list_not_found", f"没有这个清单；可选：{'、'.join(STAGE_LISTS)}")
    needed = ("clock", "leads", "states", "problems", "chains", "rules")
    with crm.reader.asking(*needed) as connection:
        at = when.clocks(connection)
        page = stage_list(connection, name, at, wanted or ListFilter(), limit, after)
        words = choices(connection, at) if to_fill_in else {}
    return Answer(
        at,
        list_page(page),
        page.entry.label,
        list_sheet,
        page.last,
        lambda whole: workbook([list_table(whole, at.position, words)]),
    )


def ask_problems(
    crm: CRM,
    when: Clocked,
    wanted: ProblemFilter | None = None,
    limit: int | None = None,
    after: ProblemKey | None = None,
) -> Answer:
    """The problem list, whole or a page of it."""
    with crm.reader.asking("clock", "leads", "problems") as connection:
        at = when.clocks(connection)
        page = problem_list(connection, at, wanted or ProblemFilter(), limit, after)
    return Answer(at, problem_page(page), "问题清单", problem_sheet, page.last)


def ask_problem_summary(
    crm: CRM, when: Clocked, unit: str | None = None, since: date | None = None
) -> Answer:
    """销号率 and 按期销号率 (F18); new and closed ones from `since` (default: New Year) to D."""
    with crm.reader.asking("clock", "leads", "problems") as connection:
        at = when.clocks(connection)
        first = since or date(at.as_of.year, 1, 1)
        if first > at.as_of:
            raise BadInput("since", "起始日期不能晚于业务日期")
        found = problem_summary(connection, at, first, ProblemFilter(unit=unit))
    shown = {**both_clocks(at), "since": first.isoformat(), **summary_shown(found)}
    return Answer(at, shown, "问题销号情况", _summary_sheet)


def ask_target(crm: CRM, when: Clocked, year: int) -> Answer:
    """The year's target table."""
    with crm.reader.asking("clock", "leads", "money", "targets", "chains", "rules") as connection:
        at = when.clocks(connection)
        shown = target_page(target_table(connection, year, at))
    name = f"{year}年目标完成情况"
    return Answer(at, shown, name, target_sheet, printed=_printed_target)


def _printed_target(shown: Shown) -> bytes:
    return workbook(target_tables(shown))


_SUMMARY_COLUMNS = {
    "raised": "提出（个）",
    "open": "待解决（个）",
    "claimed": "已申请销号（个）",
    "closed": "已销号（个）",
    "overdue": "逾期（个）",
    "close_out_rate": "销号率",
    "in_time_rate": "按期销号率",
    "raised_since": "期间提出（个）",
    "closed_since": "期间销号（个）",
}


def _summary_sheet(shown: Shown) -> Sheet:
    return items_sheet([shown], _SUMMARY_COLUMNS, "问题销号情况")
