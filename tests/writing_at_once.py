"""Many clients write at once: how many, and what must then stand in the log?"""

from collections import Counter
from typing import Any
from uuid import UUID

from domain.lead.events import FundsArrived

CLIENTS, LEADS, WRITES = 16, 50, 2000


def check_log(
    crm: Any,
    leads: list[str],
    answered: list[tuple[str, int, str]],
    refused: list[str],
    *,
    in_time: bool = True,
) -> None:
    """Versions gapless, each answered write once at its version, each refused one not at all.

    One server's recording times never fall; the clocks of two (`in_time=False`) may differ.
    """
    stored: dict[str, tuple[str, int]] = {}
    counts: Counter[str] = Counter()
    for lead in leads:
        history = crm.history(UUID(lead))
        assert [r.version for r in history] == list(range(1, len(history) + 1))
        for r in history:
            if isinstance(r.event, FundsArrived):
                voucher = str(r.event.voucher)
                counts[voucher] += 1
                stored[voucher] = (lead, r.version)
    assert all(count == 1 for count in counts.values())
    assert all(stored.get(voucher) == (lead, version) for lead, version, voucher in answered)
    assert not set(refused) & stored.keys()
    positions = [r.position for r in crm.store.whole_log()]
    assert positions == sorted(set(positions))  # PostgreSQL leaves gaps where a write was refused
    moments = [r.recorded_at for r in crm.store.whole_log()]
    assert moments == sorted(moments) or not in_time
