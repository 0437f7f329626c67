"""Does the table of the plan's mechanisms say the truth? (docs/plan.md)

Every mechanism of class C stands in it, with an event, a route and a test that exist.
"""

import re

from api.app import create_app
from domain.event_names import EVENT_NAMES
from tests.conftest import ROOT

# Domain section 6, the rows of class C.
MECHANISMS = (
    2, 3, 11, 12, 13, 15, 16, 17, 18, 20, 21, 22, 23, 24, 26, 27, 28, 29, 31, 33, 35, 36, 37, 38,
    39, 40, 41, 42, 44, 45, 49, 54, 55, 57, 58, 60, 62, 63, 64, 66, 67, 69, 70, 71, 73, 76, 77,
)  # fmt: skip
_ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")


def rows() -> list[tuple[int, str, str, str, str]]:
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    return [(int(found[0]), *(part.strip() for part in found[1:])) for found in _ROW.findall(text)]


def test_every_mechanism_of_the_plan_stands_in_the_table() -> None:
    assert [number for number, *_ in rows()] == list(MECHANISMS)


def test_what_the_table_names_exists() -> None:
    events = {entry.name for entry in EVENT_NAMES}
    routes = create_app().openapi()["paths"]
    for number, _, event, route, test in rows():
        assert event in events, (number, event)
        assert "get" in routes[route], (number, route)
        assert (ROOT / test).is_file(), (number, test)
