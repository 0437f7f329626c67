"""The sealed part of a log, kept in files outside the database (封存).

`leaves` has 64 bytes for each sealed event, in order of the log: position, version, stream, leaf
hash. `seals.jsonl` has a line for each seal: how many events, the position of the last, the root,
when. Both only grow. They are as good as the roots printed on paper: whoever changes the database
and these files cannot change those.
"""

import fcntl
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

_RECORD = struct.Struct(">QIxxxx16s32s")
_SECTION = 4096
_TAIL = 65_536  # bytes; a line has some thousands


class SealsBroken(Exception):
    """The files are not what the program wrote; the text says how, in one Chinese line."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed event."""

    position: int
    stream_id: UUID
    version: int
    leaf: bytes


class Seal(msgspec.Struct, frozen=True):
    """`size` events are sealed, the last at position `head`; `whole` are the tree's full parts
    (`crm.proof.merkle.Growing`), to go on from. All hashes in hex."""

    size: int
    head: int
    root: str
    at: datetime
    whole: tuple[str, ...]


class Seals:
    """The files of one log in their folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._leaves, self._seals = folder / "leaves", folder / "seals.jsonl"

    def latest(self) -> Seal | None:
        """The newest seal; None while there is none. Raises `SealsBroken`."""
        if not self._seals.exists():
            return None
        with self._seals.open("rb") as file:
            file.seek(max(0, self._seals.stat().st_size - _TAIL))
            lines = file.read().split(b"\n")
        # Behind the last line end is what a crash left; the first line may be half of one.
        return _read(lines[-2], self._seals) if len(lines) > 1 else None

    def all(self) -> Iterator[Seal]:
        """Every seal, the oldest first. A line that was cut off by a crash is no seal."""
        if not self._seals.exists():
            return
        with self._seals.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                yield _read(line, self._seals)

    def leaves(self, after: int = 0, until: int | None = None) -> Iterator[Sealed]:
        """The sealed events, from the one behind `after` on. Raises `SealsBroken`."""
        if not self._leaves.exists():
            return
        left = None if until is None else until - after
        with self._leaves.open("rb") as file:
            file.seek(after * _RECORD.size)
            while left is None or left > 0:
                most = _SECTION if left is None else min(_SECTION, left)
                section = file.read(most * _RECORD.size)
                if not section:
                    return
                whole = len(section) - len(section) % _RECORD.size
                for position, version, stream, leaf in _RECORD.iter_unpack(section[:whole]):
                    yield Sealed(position, UUID(bytes=stream), version, leaf)
                if whole < len(section):
                    return
                left = None if left is None else left - whole // _RECORD.size

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One program at a time seals: others wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def begin(self, size: int) -> None:
        """Forget what a crash left behind the last seal."""
        if self._leaves.exists():
            if self._leaves.stat().st_size < size * _RECORD.size:
                raise SealsBroken(f"封存文件 {self._leaves} 比最近一次封存的短，已被截断")
            os.truncate(self._leaves, size * _RECORD.size)
        elif size:
            raise SealsBroken(f"封存文件 {self._leaves} 不见了")
        if self._seals.exists():
            content = self._seals.read_bytes()
            os.truncate(self._seals, content.rfind(b"\n") + 1)

    def add(self, sealed: Sequence[Sealed]) -> None:
        with self._leaves.open("ab") as file:
            file.write(
                b"".join(
                    _RECORD.pack(one.position, one.version, one.stream_id.bytes, one.leaf)
                    for one in sealed
                )
            )
            file.flush()
            os.fsync(file.fileno())

    def end(self, seal: Seal) -> None:
        """From now on what was added is sealed."""
        with self._seals.open("ab") as file:
            file.write(msgspec.json.encode(seal) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _read(line: bytes, path: Path) -> Seal:
    try:
        return msgspec.json.decode(line, type=Seal)
    except msgspec.MsgspecError:
        raise SealsBroken(f"封存文件 {path} 有一行无法读取：{line[:40]!r}") from None
