"""The rules' settings (规则调整) as rows, and the rulebook of a pair of clocks (规则).

A row says what one rule is from a day on. Every question that goes by a threshold asks first which
hold: one query of a small table, on the connection it has already. See `domain.rules`.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from domain.event import Recorded
from domain.rulebook import Rulebook
from domain.rules import RulesRevised, Setting, in_force, rulebook, settings_of
from projections.bitemporal import Changes, Row
from projections.clocks import Clocks
from projections.projection import stream_projection
from projections.tables import RULES, rule_setting


class RuleSettings:
    """The revisions of the one stream there is."""

    def __init__(self, _: UUID) -> None:
        self._rows: list[Row] = []

    def learn(self, recorded: Recorded[RulesRevised]) -> None:
        # One value for each rule of a revision, should it ever name one twice.
        named = {setting.name: setting for setting in settings_of([recorded])}
        self._rows += [
            {
                "known_from": recorded.position,
                "name": setting.name,
                "effective_from": setting.effective_from,
                "value": _json(setting.value),
                "event_id": setting.event_id,
                "recorded_by": setting.recorded_by,
            }
            for setting in named.values()
        ]

    def take(self, _: int) -> Changes:
        rows, self._rows = self._rows, []
        return Changes({rule_setting: rows} if rows else {}, {})


RULE_ROWS = stream_projection("rules", "规则", RULES, (rule_setting,), RulesRevised, RuleSettings)


def rules_in_force(connection: Connection, clocks: Clocks) -> Rulebook:
    """The thresholds of D, as known at K."""
    return rulebook(settings_in_force(connection, clocks))


def settings_in_force(connection: Connection, clocks: Clocks) -> dict[str, Setting]:
    """The rules that somebody has set, by name: value, since when, by which event of whom."""
    s = rule_setting.c
    query = (
        select(s.name, s.value, s.effective_from, s.event_id, s.recorded_by)
        .where(s.known_from <= clocks.position, s.effective_from <= clocks.as_of)
        .order_by(s.known_from)
    )
    settings = (
        Setting(name, json.loads(value), *rest) for name, value, *rest in connection.execute(query)
    )
    return in_force(settings, clocks.as_of)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
