"""Every question of the command line, in every form: the API's answer, laid out for staff."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from crm.cli import app, main
from crm.tables import display_width, fitted, folded
from tests.serving import Client

DAY, MOMENT = "2023-12-31", "2024-03-31T18:00:00+08:00"
CLOCKS = ("--as-of", DAY, "--known-at", MOMENT)
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# What is asked of the command line, and the same asked of the API.
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("colours", "/colours"),
    ("colours --colour red --stage started", "/colours?colour=red&stage=started"),
    ("colours --leader 县长 --unit 经开区", "/colours?leader=县长&unit=经开区"),
    ("colours --since 2023-09-30 --town 城关镇", "/colours/changes?since=2023-09-30&town=城关镇"),
    ("responsibility", "/responsibility"),
    ("responsibility --leader 县长", "/responsibility?leader=县长"),
    ("rates 2023 --detail", "/rates?year=2023&detail=true"),
    ("rates 2023 --cohort before --with-exited",
     "/rates?year=2023&cohort=before&include_exited=true"),
    ("funnel 2023 --unit 经开区", "/funnel?year=2023&unit=经开区"),
    ("growth 2023", "/growth?year=2023"),
    ("pipeline 2023 --chain 新材料", "/pipeline?year=2023&chain=新材料"),
    ("forecast 2023", "/forecast?year=2023"),
    ("follow-ups", "/follow-ups/due"),
    ("follow-ups --since 2023-07-01", "/follow-ups/due?since=2023-07-01"),
    ("visits", "/service-visits/due"),
    ("returns", "/returns"),
    ("returns 2023-10", "/returns?period=2023-10"),
    ("permits --year 2023", "/permits?year=2023"),
    ("notices", "/notices"),
    ("notices --state overdue --level yellow", "/notices?state=overdue&level=yellow"),
    ("chains", "/chains/sheet"),
    ("chain 新材料 --counted-in started", "/chains/新材料/sheet?counted_in=started"),
    ("campaigns 2023", "/campaigns/results?year=2023"),
    ("rankings 2023-Q4", "/rankings?period=2023-Q4&group=towns"),
    ("rankings 2023-Q4 --group departments --detail",
     "/rankings?period=2023-Q4&group=departments&detail=true"),
    ("rankings 2023 --top", "/rankings/top?period=2023"),
    ("interviews 2023-Q4", "/rankings/interviews?period=2023-Q4"),
    ("showing 2023 --group zones", "/rankings/table?year=2023&group=zones"),
    ("explain projects 2023", "/explain?metric=projects&year=2023"),
    ("explain fai_ratio 2023 --town 城关镇", "/explain?metric=fai_ratio&year=2023&town=城关镇"),
    ("explain start_rate 2023 --cohort before",
     "/explain?metric=start_rate&year=2023&cohort=before"),
    ("explain colour_red --unit 经开区", "/explain?metric=colour_red&unit=经开区"),
    ("explain signing_to_start_days 2023", "/explain?metric=signing_to_start_days&year=2023"),
    ("explain service_visit_rate --since 2023-07-01",
     "/explain?metric=service_visit_rate&since=2023-07-01"),
    ("explain start_rate 2023 --include-exited",
     "/explain?metric=start_rate&year=2023&include_exited=true"),
    ("explain ranking_start --period 2023-Q4 --town 城关镇",
     "/explain?metric=ranking_start&period=2023-Q4&town=城关镇"),
    ("explain ranking_deduction --period 2023 --town 城关镇",
     "/explain?metric=ranking_deduction&period=2023&town=城关镇"),
    ("explain pipeline_cover 2023", "/explain?metric=pipeline_cover&year=2023"),
    ("explain-metrics", "/explain/metrics"),
    ("recount 2023 --rule big_project_wan=30000 --rule count_basis=recognised",
     "/targets/2023/recount?big_project_wan=30000&count_basis=recognised"),
    ("anomalies", "/anomalies"),
    ("anomalies --kind no_gates --unit 经开区", "/anomalies?kind=no_gates&unit=经开区"),
    ("exits", "/exits/proposals"),
    ("papers --milestone start", "/gates/incomplete?milestone=start"),
    ("delays --by person", "/entries/delay?by=person"),
    ("late --days 30", "/entries/late?days=30"),
    ("duplicates", "/leads/duplicates"),
    ("periods", "/periods?kind=monthly"),
    ("periods --kind weekly --on 2023-05-20", "/periods?kind=weekly&on=2023-05-20"),
)  # fmt: skip
ASKED = [asked for asked, _ in QUESTIONS]


def crm(*arguments: str, width: int = 140) -> Result:
    return CliRunner().invoke(app, [*arguments], env={"COLUMNS": str(width)})


def answer(asked: str, *options: str, width: int = 140) -> str:
    """What a command prints; it must succeed."""
    done = crm(*asked.split(), *CLOCKS, *options, width=width)
    assert done.exit_code == 0, (asked, done.output, done.exception)
    return done.stdout


@pytest.mark.parametrize(("asked", "path"), QUESTIONS, ids=ASKED)
def test_a_command_answers_what_the_api_answers(viewer: Client, asked: str, path: str) -> None:
    paged = path.startswith(
        (
            "/colours",
            "/follow-ups",
            "/service-visits",
            "/returns",
            "/permits",
            "/chains/新",
            "/notices",
            "/anomalies",
            "/exits",
            "/gates",
            "/entries/late",
            "/leads/duplicates",
        )
    )
    more: dict[str, Any] = {"limit": 1000} if paged else {}
    clocks = {"as_of": DAY, "known_at": MOMENT}
    base, _, query = path.partition("?")
    given = dict(part.split("=") for part in query.split("&")) if query else {}
    told = viewer.get(base, **given, **clocks, **more)
    assert told.status_code == 200, told.text
    assert json.loads(answer(asked, "--format", "json")) == told.json()


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.usefixtures("sample_county")
def test_a_table_is_for_people_to_read(asked: str) -> None:
    lines = answer(asked, width=100).splitlines()
    assert f"（截至 {DAY}）" in lines[0]
    assert max(map(display_width, lines)) <= 100
    assert all(CHINESE.search(line) for line in lines[:2])
    assert not re.search(r"\bNone\b|\bnan\b|\bNaN\b|\{|\[", "\n".join(lines))


@pytest.mark.usefixtures("sample_county")
def test_a_wider_terminal_is_used() -> None:
    assert 100 < max(map(display_width, answer("colours", width=300).splitlines())) <= 160


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.usefixtures("sample_county")
def test_files_open_and_hold_as_much(asked: str, tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(answer(asked, "--format", "csv").removeprefix("\ufeff"))))
    assert all(CHINESE.search(header) for header in rows[0]), rows[0]
    assert rows[0][-2:] == ["截至", "录入时刻"]
    assert all(row[-2] == DAY for row in rows[1:])
    out = tmp_path / "answer.xlsx"
    answer(asked, "--format", "xlsx", "--out", str(out))
    book = CalamineWorkbook.from_path(out)
    found = book.get_sheet_by_index(0).to_python()
    assert found[0] == rows[0]
    assert len(found) == len(rows)


@pytest.mark.usefixtures("sample_county")
def test_an_answer_with_nothing_in_it_says_so() -> None:
    for asked in ("colours", "responsibility", "follow-ups", "visits", "permits", "notices",
                  "anomalies", "exits", "papers", "duplicates", "late", "delays"):  # fmt: skip
        assert answer(f"{asked} --unit 没有此单位").splitlines()[-1] == "（没有符合条件的内容）"


def test_long_texts_are_folded_and_cut() -> None:
    assert folded("计划2023-06-17投产", 10) == ["计划", "2023-06-17", "投产"]
    assert folded("一二三四五六", 4, 2) == ["一二", "三…"]
    assert folded("", 4) == [""]
    cells = fitted([["编号", "理由"], ["ZS2023-0001", "很长的理由" * 20]], 40)
    assert [row[0] for row in cells] == ["编号", "ZS2023-0001", "", ""]
    assert cells[-1][1].endswith("…")


@pytest.mark.usefixtures("sample_county")
@pytest.mark.parametrize(
    "asked",
    [
        "colours --colour purple",
        "colours --stage asleep",
        "colours --since 31.12.2023",
        "colours --since 2023-09-30 --colour red",
        "rates",
        "rates 1066",
        "rates 2023 --cohort after",
        "funnel 2023 --format pdf",
        "growth 2023 --format xlsx",
        "returns 2023-13",
        "notices --level purple",
        "chain 新材料 --counted-in lost",
        "rankings 2023-Q4 --group villages",
        "explain beauty 2023",
        "recount 2023",
        "recount 2023 --rule start_within_months=9",
        "periods --kind hourly",
        "periods --as-of yesterday",
    ],
)
def test_wrong_usage_is_status_2(asked: str) -> None:
    assert crm(*asked.split()).exit_code == 2


@pytest.mark.usefixtures("sample_county")
def test_refusals_are_one_clear_line(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in (
        "chain 没有这条链",
        "explain returns_completeness --period abc",
        "explain ranking_start --period 2023-Q4",
        "forecast 2021",
        "colours --since 2199-01-01",
        "rankings 2023-W05",
        "rankings 秋天",
        "recount 2023 --rule big_project_wan=许多",
        "notices --lead ZS1999-0001",
    ):
        monkeypatch.setattr("sys.argv", ["crm", *asked.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        assert (ended.value.code, said.out) == (1, ""), asked
        assert len(said.err.strip().splitlines()) == 1
        assert CHINESE.search(said.err)
