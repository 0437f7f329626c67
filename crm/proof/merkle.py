"""The Merkle tree of a log: its root, grown leaf by leaf, and proofs that a leaf is in it.

The construction is that of Certificate Transparency: RFC 9162, section 2.1 (SHA-256; leaves and
nodes are told apart by their first byte). A root of n leaves does not change when more follow.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of no leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Of what a leaf stands for."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two trees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that leaves are added to at its end; it keeps a hash for each bit of its size.

    `whole` are the roots of the largest full trees that it is made of, from the left.
    """

    def __init__(self, size: int = 0, whole: Iterable[bytes] = ()) -> None:
        self.size = size
        self.whole = list(whole)

    def add(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        self.size += 1
        self.whole.append(leaf)
        rising = self.size
        while rising % 2 == 0:
            right = self.whole.pop()
            self.whole[-1] = node_hash(self.whole[-1], right)
            rising //= 2

    def root(self) -> bytes:
        if not self.whole:
            return EMPTY
        found = self.whole[-1]
        for left in reversed(self.whole[:-1]):
            found = node_hash(left, found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves' hashes."""
    tree = Growing()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The inclusion proof of a leaf: the hashes beside its way up (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    return list(_path(index, leaves))


def _path(index: int, leaves: Sequence[bytes]) -> Iterator[bytes]:
    if len(leaves) == 1:
        return
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:half], leaves[half:]
    if index < half:
        yield from _path(index, left)
        yield root_of(right)
    else:
        yield from _path(index - half, right)
        yield root_of(left)
