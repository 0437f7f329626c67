"""Are completion and gap rounded half-up, exactly, whatever the target?"""

from fractions import Fraction

import pytest

from projections.metric import Progress, count_metric


def half_up(value: Fraction, places: int) -> str:
    """By whole numbers alone."""
    scaled = abs(value) * 10**places
    whole = (scaled + Fraction(1, 2)).__floor__()
    text = f"{whole:0{places + 1}d}"
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{text[:-places]}.{text[-places:]}"


@pytest.mark.parametrize("months", range(13))
def test_every_small_target_is_rounded_as_by_hand(months: int) -> None:
    for target in (*range(1, 130), 96, 400, 1200):
        for actual in (0, 1, 7, 11, 50, target, 3 * target + 1):
            found = count_metric(target, actual, Progress(months))
            share = Fraction(actual, target)
            assert found.completion == half_up(share, 4)
            assert found.gap_pp == half_up((share - Fraction(months, 12)) * 100, 2)
