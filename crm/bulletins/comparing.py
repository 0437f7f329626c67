"""Where do two makings of one bulletin differ? Figure by figure, cell by cell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.bulletins.document import Column, Figure, Kind, Section, Source, Table, Value

Place = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]
"""Where a figure is asked: route, what is asked, path in the answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of a sentence: the words before it name it where it has no metric."""

    section: str
    words: str
    figure: Figure
    source: Source


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is another. Without a `column` the whole row is: `row` is what it is or was.

    `table` is the one that has the row, or, where both do, the later one; `key` tells its row.
    """

    section: str
    table: Table
    key: str
    row: Mapping[str, Value]
    column: Column | None
    said: Value
    now: Value

    @property
    def name(self) -> str:
        """What the row is about: of several rows of one name the same."""
        return _row_key(self.table, self.row)


def figures(sections: Iterable[Section], sources: Sequence[Source]) -> dict[Place, Told]:
    """The figures of sentences by where they are asked; one said twice stands once."""
    found: dict[Place, Told] = {}
    for section in sections:
        for paragraph in section.paragraphs:
            for nth, figure in enumerate(paragraph.figures):
                source = sources[figure.source]
                place = source.route, tuple(sorted(source.asked.items())), figure.path
                words = _words_of(paragraph.text, nth, figure)
                found.setdefault(place, Told(section.title, words, figure, source))
    return found


def cells(section: str, table: Table, other: Table) -> Iterator[Cell]:
    """What differs between a table as it was and as it is now."""
    was, now = _by_key(table), _by_key(other)
    for key in {**was, **now}:
        if key not in now:
            yield Cell(section, table, key, was[key], None, "有", "无")
        elif key not in was:
            yield Cell(section, other, key, now[key], None, "无", "有")
        else:
            for column in table.columns:
                said, found = was[key][column.key], now[key].get(column.key)
                if said != found:
                    yield Cell(section, other, key, now[key], column, said, found)


def _by_key(table: Table) -> dict[str, Mapping[str, Value]]:
    """Rows by what tells them apart; the second of a name is the second."""
    seen: Counter[str] = Counter()
    found: dict[str, Mapping[str, Value]] = {}
    for row in table.rows:
        key = _row_key(table, row)
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key}（{seen[key]}）"] = row
    return found


def _row_key(table: Table, row: Mapping[str, Value]) -> str:
    """Its name, else its first columns."""
    if table.by in row:
        return str(row[table.by])
    return "、".join(str(row[column.key]) for column in table.columns[:2])


def _words_of(text: str, nth: int, figure: Figure) -> str:
    """What a sentence calls its nth figure, an amount with its unit: 签约未开工（万元）."""
    if figure.kind is not Kind.WAN:
        return _words_before(text, nth)
    unit = "万美元" if text.split(f"{{{nth}}}")[1].startswith("万美元") else "万元"
    return f"{_words_before(text, nth)}（{unit}）"


def _words_before(text: str, nth: int) -> str:
    """Those since the figure before; in 签约未开工34个、39.4亿元 both have the first's."""
    before = text.split(f"{{{nth}}}")[0].rsplit("}", 1)[-1]
    for stop in "。；，、：（":
        before = before.rsplit(stop, 1)[-1] or before.rstrip(stop)
    words = before.strip("。；，、：（） 个万元份项条次家亩天")
    return words if words or nth == 0 else _words_before(text, nth - 1)
