"""A query narrowed to some ids while they are few, as those of a page are.

PostgreSQL takes no more than 65 535 parameters, and past some hundreds it is quicker to read all
rows: whoever asks drops those it did not ask for.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, true

FEW = 1000


def among(column: ColumnElement[Any], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Rows of these ids, or all rows when there are more than `FEW` of them."""
    narrowed: ColumnElement[bool] = column.in_(ids) if len(ids) <= FEW else true()
    return narrowed
