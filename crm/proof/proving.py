"""A proof that a lead's records are in the log of a root: to be checked by whoever has the root.

`docs/check_proof.py` checks it with nothing but Python.
"""

from typing import Any
from uuid import UUID

from crm.application import CRM
from crm.proof.merkle import path_of, root_of
from crm.proof.sealing import seal_log
from domain.errors import NotFound


def proof_of(crm: CRM, lead_id: UUID) -> dict[str, Any]:
    """Every record as it is stored, its place in the tree and the hashes beside its way up.

    Seals first what is not sealed yet. Raises `NotFound`, `SealsBroken`.
    """
    seal = seal_log(crm.store, crm.seals, crm.clock())
    leaves: list[bytes] = []
    places: dict[int, int] = {}  # version -> index
    for nth, one in enumerate(crm.seals.leaves(0, seal.size)):
        leaves.append(one.leaf)
        if one.stream_id == lead_id:
            places[one.version] = nth
    if not places:
        raise NotFound("lead_not_found", "没有这个项目，或还没有封存")
    assert root_of(leaves).hex() == seal.root, "what is sealed has its root"
    return {
        "size": seal.size,
        "root": seal.root,
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
            for position, stream_id, version, topic, state in crm.store.stream_rows(lead_id)
            if version in places
        ],
    }
