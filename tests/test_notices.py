"""Do the pages of the notices hold each notice once, whatever ids they were given?"""

from itertools import permutations
from uuid import UUID

from api.slices import cut
from domain.lead.state import LeadState, Notice
from domain.vocabulary import NoticeLevel
from projections.lead_states import LeadOnDay
from projections.notices import IssuedNotice, notices
from tests.told import on

ISSUED = Notice(NoticeLevel.RED, on(3), on(4), "限期开工")


def test_pages_of_a_days_notices_neither_skip_nor_repeat() -> None:
    for ids in permutations(range(1, 5)):
        of_one = {UUID(int=number): ISSUED for number in ids[:3]}
        other = {UUID(int=ids[3]): ISSUED}
        leads = [
            LeadOnDay(UUID(int=8), LeadState(code="ZS2023-0002", notices=other)),
            LeadOnDay(UUID(int=9), LeadState(code="ZS2023-0001", notices=of_one)),
        ]
        found = notices(leads, on(5)).items
        read: list[IssuedNotice] = []
        page, after = cut(found, None, 2)
        while True:
            read += page
            if after is None:
                break
            page, after = cut(found, after, 2)
        assert [one.notice_id for one in read] == [one.notice_id for one in found], ids
        assert [one.lead.code[-1] for one in read] == ["1", "1", "1", "2"]
