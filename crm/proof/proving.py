"""A proof that a lead's records are in the log of a root: to be checked by whoever has the root.

`docs/check_proof.py` checks it with nothing but Python.
"""

from typing import Any
from uuid import UUID

from crm.application import CRM
from crm.proof.merkle import path_of, root_of
from crm.proof.sealing import seal_log
from domain.errors import BadInput, NotFound


def proof_of(crm: CRM, lead_id: UUID, size: int | None = None) -> dict[str, Any]:
    """Every record as it is stored, its place in the tree and the hashes beside its way up.

    The tree is of the first `size` records of the log, as a bulletin has printed them; of all when
    None. `later` counts the lead's records behind them. Seals first what is not sealed yet.
    Raises `BadInput` for more records than there are, `NotFound`, `SealsBroken`.
    """
    seal = seal_log(crm.store, crm.seals, crm.clock())
    if size is not None and size > seal.size:
        raise BadInput("size", f"只有 {seal.size} 条记录")
    size = size or seal.size
    leaves: list[bytes] = []
    places: dict[int, int] = {}  # version -> index
    for nth, one in enumerate(crm.seals.leaves(0, size)):
        leaves.append(one.leaf)
        if one.stream_id == lead_id:
            places[one.version] = nth
    if not places:
        raise NotFound("lead_not_found", f"前 {size} 条记录中没有这个项目")
    root = root_of(leaves).hex()
    assert root == seal.root or size < seal.size, "what is sealed has its root"
    rows = crm.store.stream_rows(lead_id)
    return {
        "size": size,
        "root": root,
        "later": sum(row[2] not in places for row in rows),
        "records": [
            {
                "position": position,
                "stream_id": str(stream_id),
                "version": version,
                "topic": topic,
                "state": state.decode(),
                "index": places[version],
                "path": [beside.hex() for beside in path_of(places[version], leaves)],
            }
            for position, stream_id, version, topic, state in rows
            if version in places
        ],
    }
