"""Which column became what, and what somebody has said about it (列对应关系)

Header words the program does not know, or takes for something else than the clerk means, are set
right once: what was said of a ledger's columns is remembered for the next of the same shape, that
is, with the same header words in the same order.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Column as DbColumn
from sqlalchemy import Engine, MetaData, String, Table, delete, insert, select

from crm.ledger.columns import Column
from crm.ledger.headers import Field
from domain.errors import BadInput
from domain.vocabulary import AgreementKind


@dataclass(frozen=True, slots=True)
class Said:
    """`columns`: header -> what the column is (None: kept as text); of headers spoken of.

    `kind`: what was signed, of ledgers without a column that says so.
    """

    columns: Mapping[str, Field | None] = field(default_factory=dict)
    kind: AgreementKind | None = None


NOTHING = Said()

_KIND_THERE = "台账有协议类别一列，空着的请在台账中填写"
_FIELDS = {word: one for one in Field for word in (one.name, one.value)}

ledgers = MetaData()
_mappings = Table(
    "ledger_mapping",
    ledgers,
    DbColumn("shape", String(64), primary_key=True),
    DbColumn("said", String, nullable=False),
    DbColumn("said_by", String, nullable=False),
    DbColumn("said_at", String, nullable=False),
)


def shape_of(columns: Sequence[Column]) -> str:
    """The same for all ledgers with these headers in this order."""
    headers = "\n".join(column.header for column in columns)
    return hashlib.sha256(headers.encode()).hexdigest()


def applied(columns: Sequence[Column], said: Said) -> tuple[Column, ...]:
    """The columns as somebody said; a field given to one column is taken from any other."""
    told = said.columns
    given = {field for field in told.values() if field is not None}
    return tuple(
        replace(column, field=told[column.header])
        if column.header in told
        else replace(column, field=None if column.field in given else column.field)
        for column in columns
    )


def read_said(
    raw: Mapping[str, str | None], kind: AgreementKind | None, columns: Sequence[Column]
) -> Said:
    """What is said of a sheet's columns: header -> name of a field in either language, or null.

    Raises `BadInput` for a header the sheet has not, a field there is not, a field named twice.
    """
    headers = {column.header for column in columns}
    said: dict[str, Field | None] = {}
    for header, name in raw.items():
        if header not in headers:
            raise BadInput("columns", f"表中没有“{header}”这一列")
        what = _FIELDS.get((name or "").upper())
        if name is not None and what is None:
            fields = "、".join(f"{field.name.lower()}（{field.value}）" for field in Field)
            raise BadInput("columns", f"没有“{name}”这一项，可选：{fields}")
        said[header] = what
    if kind is not None and _has_kind(columns, said):
        raise BadInput("kind", _KIND_THERE)
    twice = [field for field in said.values() if field and list(said.values()).count(field) > 1]
    if twice:
        raise BadInput("columns", f"“{twice[0].value}”对应了多列，只能对应一列")
    return Said(said, kind)


def said_of_sheets(
    sheets: Iterable[tuple[str, Sequence[Column], Said]],
    raw: Mapping[str, str | None],
    kind: AgreementKind | None,
) -> dict[str, Said]:
    """What is said of a workbook's sheets (shape, columns, what was said before) at once, by shape.

    Each takes the headers it has, and `kind` where it has no column of it, beside what was said
    before. Sheets that nothing is said of are left out. Raises `BadInput` as `read_said`, and for
    what no sheet can take.
    """
    said: dict[str, Said] = {}
    met: set[str] = set()
    for shape, columns, before in sheets:
        headers = {column.header for column in columns}
        own = read_said({h: name for h, name in raw.items() if h in headers}, None, columns)
        takes = None if _has_kind(columns, own.columns) else kind
        met |= headers
        if own.columns or takes:
            said[shape] = Said({**before.columns, **own.columns}, takes or before.kind)
    if left := raw.keys() - met:
        raise BadInput("columns", f"表中没有“{'、'.join(sorted(left))}”这一列")
    if kind and all(one.kind is None for one in said.values()):
        raise BadInput("kind", _KIND_THERE)
    return said


def _has_kind(columns: Sequence[Column], said: Mapping[str, Field | None]) -> bool:
    return any(said.get(c.header, c.field) is Field.KIND for c in columns)


class Mappings:
    """What was said of the columns of each shape."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, shape: str) -> Said:
        """Empty when nobody has said anything."""
        query = select(_mappings.c.said).where(_mappings.c.shape == shape)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar_one_or_none()
        if found is None:
            return NOTHING
        told = json.loads(found)
        # Of before there was anything to say but columns.
        columns = told["columns"] if isinstance(told.get("columns"), dict) else told
        kind = told.get("kind") if columns is not told else None
        # A field of a later version that this one does not know is nothing it can read.
        known = {
            header: None if name is None else Field[name]
            for header, name in columns.items()
            if name is None or name in Field.__members__
        }
        return Said(known, next((one for one in AgreementKind if one == kind), None))

    def remember(self, shape: str, said: Said, by: str, at: datetime) -> None:
        """From now on; what was said before of this shape is replaced."""
        columns = {h: None if field is None else field.name for h, field in said.columns.items()}
        told = {"columns": columns, "kind": said.kind}
        row = {
            "shape": shape,
            "said": json.dumps(told, ensure_ascii=False),
            "said_by": by,
            "said_at": at.isoformat(),
        }
        with self._engine.begin() as connection:
            connection.execute(delete(_mappings).where(_mappings.c.shape == shape))
            connection.execute(insert(_mappings).values(row))
