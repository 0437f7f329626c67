"""The years' targets (年度目标) as rows: each says what holds from its business date on."""

import json
from collections.abc import Iterable
from uuid import UUID

from domain.event import Recorded
from domain.target import AnnualTargetSet, QuarterTarget, ShareTarget, UnitTarget
from projections.bitemporal import Changes, Row
from projections.projection import stream_projection
from projections.tables import TARGETS, annual_target


class YearTargets:
    """The targets set for one year."""

    def __init__(self, _: UUID) -> None:
        self._rows: list[Row] = []

    def learn(self, recorded: Recorded[AnnualTargetSet]) -> None:
        target = recorded.event
        self._rows.append(
            {
                "year": target.year,
                "known_from": recorded.position,
                "valid_from": target.occurred_on,
                "projects": target.projects,
                "agreed_total_yuan": target.agreed_total_yuan,
                "fai_ratio": _text(target.fai_ratio),
                "big_projects": target.big_projects,
                "built_projects": target.built_projects,
                "domestic_growth": _text(target.domestic_growth),
                "foreign_growth": _text(target.foreign_growth),
                "by_unit": _json((u.unit, u) for u in target.by_unit),
                "by_town": _json((t.name, t) for t in target.by_town),
                "by_chain": _json((c.name, c) for c in target.by_chain),
                "by_quarter": _json((q.quarter, q) for q in target.by_quarter),
            }
        )

    def take(self, _: int) -> Changes:
        rows, self._rows = self._rows, []
        return Changes({annual_target: rows} if rows else {}, {})


TARGET_ROWS = stream_projection(
    "targets", "年度目标", TARGETS, (annual_target,), AnnualTargetSet, YearTargets
)


def _json(shares: Iterable[tuple[object, UnitTarget | ShareTarget | QuarterTarget]]) -> str:
    return json.dumps(
        [[name, share.projects, share.agreed_total_yuan] for name, share in shares],
        ensure_ascii=False,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
