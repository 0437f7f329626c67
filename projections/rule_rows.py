"""The rules' settings (规则修订) as rows: each says what one rule is from a day on."""

import json
from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.rules import RulesRevised, settings_of
from projections.bitemporal import Changes, Row
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
            }
            for setting in named.values()
        ]

    def take(self, _: int) -> Changes:
        rows, self._rows = self._rows, []
        return Changes({rule_setting: rows} if rows else {}, {})


RULE_ROWS = stream_projection("rules", "规则", RULES, (rule_setting,), RulesRevised, RuleSettings)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
