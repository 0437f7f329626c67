"""The whole log as a file: one JSON line for each event, its stored bytes as they are.

What is not in it comes back from it (the read tables) or is not part of it (tokens, answers given
under an `Idempotency-Key`). Events keep their positions, so whoever follows the feed goes on.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

import msgspec

from crm.codec import Codec
from crm.store.event_store import EventStore
from crm.store.log_table import StoredRow

_SECTION = 2000


class LogFileError(Exception):
    """The file cannot be taken; the text says where and why. Nothing of it is stored."""


class _Line(msgspec.Struct):
    position: int
    stream_id: UUID
    version: int
    topic: str
    state: msgspec.Raw  # as stored: not one byte changes on the way


def export_log(store: EventStore, out: BinaryIO) -> tuple[int, str]:
    """Write every event; answers how many, and the SHA-256 of the lines."""
    encoder, digest, count, after = msgspec.json.Encoder(), hashlib.sha256(), 0, 0
    while rows := store.rows(after, _SECTION):
        lines = b"".join(encoder.encode(_line(row)) + b"\n" for row in rows)
        out.write(lines)
        digest.update(lines)
        count += len(rows)
        after = rows[-1][0]
    return count, digest.hexdigest()


def import_log(store: EventStore, path: Path) -> tuple[int, str]:
    """Store every event of a file at its own place; answers how many are new, and the SHA-256.

    The log must be empty, or hold just the file's first events: an import that was interrupted
    goes on. The whole file is checked before anything is stored. Raises `LogFileError`.
    """
    held_to = store.head()
    digest = _checked(path, store)
    new, section = 0, []
    for _, row in _rows(path):
        if row[0] <= held_to:
            continue
        section.append(row)
        if len(section) == _SECTION:
            store.restore(section)
            new, section = new + len(section), []
    if section:
        store.restore(section)
    return new + len(section), digest


def _checked(path: Path, store: EventStore) -> str:
    """The SHA-256 of a file that can be taken whole."""
    codec, digest = Codec(), hashlib.sha256()
    held = _held(store)
    held_to, last, versions = store.head(), 0, dict[UUID, int]()
    for number, row in _rows(path, digest.update):
        position, stream_id, version, topic, state = row
        assert isinstance(stream_id, UUID)
        if position <= last:
            raise LogFileError(f"第 {number} 行：记录位置 {position} 没有递增")
        if version != versions.get(stream_id, 0) + 1:
            raise LogFileError(f"第 {number} 行：{stream_id} 缺少第 {version} 版之前的记录")
        try:
            codec.decode(stream_id, version, position, topic, state)
        except Exception as error:  # whatever is wrong with it, it is not an event of ours
            raise LogFileError(
                f"第 {number} 行：记录无法读取，可能由更新的程序写出，或文件已损坏"
            ) from error
        if position <= held_to and next(held, None) != row:
            raise LogFileError(f"第 {number} 行与系统中已有的记录不同")
        last, versions[stream_id] = position, version
    if next(held, None) is not None:
        raise LogFileError("系统中已有文件之外的记录")
    return digest.hexdigest()


def _rows(
    path: Path, reading: Callable[[bytes], object] = lambda _: None
) -> Iterator[tuple[int, StoredRow]]:
    """Line number and row of each line; `reading` sees the bytes."""
    decoder = msgspec.json.Decoder(_Line)
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            reading(text)
            try:
                line = decoder.decode(text)
            except msgspec.MsgspecError as error:
                raise LogFileError(f"第 {number} 行不是 crm log export 写出的记录") from error
            state = bytes(line.state)
            yield number, (line.position, line.stream_id, line.version, line.topic, state)


def _held(store: EventStore) -> Iterator[StoredRow]:
    """What the log holds already."""
    after = 0
    while rows := store.rows(after, _SECTION):
        yield from rows
        after = rows[-1][0]


def _line(row: StoredRow) -> _Line:
    position, stream_id, version, topic, state = row
    return _Line(position, cast(UUID, stream_id), version, topic, msgspec.Raw(state))
