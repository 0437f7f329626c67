"""Which events does a lead's part of a figure rest on, and no others?"""

from dataclasses import replace
from datetime import date

import pytest

from domain.lead import events as e
from domain.lead.accounts import METRICS, Window, open_account
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import RecognitionDecision, RecognitionScope
from tests.given import given
from tests.told import COMPLETED, SIGNED, exited, on, reinstated

YEAR = Window(on(1), on(12, 31), date(2022, 1, 1), date(2022, 12, 31), on(12, 31))


def behind(metric: str, *events: e.LeadEvent, rules: Rulebook = DEFAULT_RULES) -> list[str]:
    history = given(*events).history
    account = open_account(history, len(history), YEAR, rules)
    assert account is not None
    part = METRICS[metric](account)
    return [] if part is None else [type(r.event).__name__ for r in part.events]


@pytest.mark.parametrize("metric", ["projects", "agreed_total_wan"])
def test_an_exit_taken_back_stands_behind_nothing(metric: str) -> None:
    assert behind(metric, *SIGNED, exited(on(5))) == ["AgreementSigned", "LeadExited"]
    assert behind(metric, *SIGNED, exited(on(5)), reinstated(on(6))) == ["AgreementSigned"]


@pytest.mark.parametrize("metric", ["projects", "agreed_total_wan", "fai_ratio", "built_projects"])
def test_where_recognised_signings_count_the_recognition_stands_behind_it(metric: str) -> None:
    recognised = e.RecognitionDecided(
        occurred_on=on(9), scope=RecognitionScope.SIGNING, decision=RecognitionDecision.GRANTED
    )
    past = (*COMPLETED, recognised)
    assert "RecognitionDecided" not in behind(metric, *past)
    only = replace(DEFAULT_RULES, count_basis="recognised")
    assert "RecognitionDecided" in behind(metric, *past, rules=only)
    assert behind(metric, *COMPLETED, rules=only) == []
