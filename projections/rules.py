"""Which rules are in force for a question asked of (D, K)? (规则)

See `domain.rules`. Every question that goes by a threshold asks this first: one query of a small
table, on the connection it has already.
"""

import json

from sqlalchemy import Connection, select

from domain.rulebook import Rulebook
from domain.rules import Setting, in_force, rulebook
from projections.clocks import Clocks
from projections.tables import rule_setting


def rules_in_force(connection: Connection, clocks: Clocks) -> Rulebook:
    """The thresholds of D, as known at K."""
    return rulebook(settings_in_force(connection, clocks))


def settings_in_force(connection: Connection, clocks: Clocks) -> dict[str, Setting]:
    """The rules that somebody has set, by name: value, since when, by which event."""
    s = rule_setting.c
    query = (
        select(s.name, s.value, s.effective_from, s.event_id)
        .where(s.known_from <= clocks.position, s.effective_from <= clocks.as_of)
        .order_by(s.known_from)
    )
    rows = connection.execute(query).all()
    return in_force(
        (
            Setting(row.name, json.loads(row.value), row.effective_from, row.event_id)
            for row in rows
        ),
        clocks.as_of,
    )
