"""The rules' revisions as rows, and the rulebook of a pair of clocks (规则)."""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from domain.event import Recorded
from domain.rulebook import Rulebook, RuleChange, RulesRevised, rules_of
from projections.bitemporal import Changes, Row
from projections.clocks import Clocks
from projections.projection import stream_projection
from projections.tables import RULES, rule_change


class RuleRows:
    """The revisions recorded so far."""

    def __init__(self, _: UUID) -> None:
        self._rows: list[Row] = []

    def learn(self, recorded: Recorded[RulesRevised]) -> None:
        revision = recorded.event
        self._rows += [
            {
                "name": change.name,
                "known_from": recorded.position,
                "valid_from": revision.effective_from,
                "value": change.value,
            }
            for change in revision.changes
        ]

    def take(self, _: int) -> Changes:
        rows, self._rows = self._rows, []
        return Changes({rule_change: rows} if rows else {}, {})


RULE_ROWS = stream_projection("rules", "规则", RULES, (rule_change,), RulesRevised, RuleRows)


def rules_in_force(connection: Connection, clocks: Clocks) -> Rulebook:
    """The rulebook of D, as known at K."""
    columns = rule_change.c
    query = (
        select(rule_change)
        .where(columns.known_from <= clocks.position)
        .order_by(columns.known_from, columns.name)
    )
    revisions: list[tuple[date, list[RuleChange]]] = [
        (row.valid_from, [RuleChange(row.name, row.value)]) for row in connection.execute(query)
    ]
    return rules_of(revisions, clocks.as_of)
