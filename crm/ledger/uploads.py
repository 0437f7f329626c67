"""Ledgers that were sent in: kept from their preview until they are recorded (上传的台账)

A file is previewed, its columns set right where need be, and then recorded by whoever confirms it.
Its content holds people's names and telephones: it goes when it is recorded without a line that
was refused or waits for a person (those can be fetched), when it is taken back or thrown away, and
when it is a month old (looked for at the start and with every new one).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from crm.ledger.mapping import ledgers
from domain.errors import NotFound, Refused

_KEPT_FOR = timedelta(days=30)

_uploads = Table(
    "ledger_upload",
    ledgers,
    Column("upload_id", String(36), primary_key=True),
    Column("name", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary),
    Column("uploaded_by", String, nullable=False),
    Column("uploaded_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("report", String),
    Column("touched_at", String, nullable=False),
)
_ABOUT = [column for column in _uploads.c if column.name != "content"]


UploadKey = tuple[datetime, UUID]
"""The moment it was sent in, and its id: its place among the others."""


class UploadState(StrEnum):
    """How far a ledger has come."""

    PREVIEWED = "previewed"
    RECORDING = "recording"
    RECORDED = "recorded"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {
            UploadState.PREVIEWED: "待确认",
            UploadState.RECORDING: "正在录入",
            UploadState.RECORDED: "已录入",
            UploadState.FAILED: "录入中断",
        }[self]


@dataclass(frozen=True, slots=True)
class Upload:
    """A ledger sent in. `done` of `total` lines have been gone through while it is recorded.

    `report` is what the recording did, once it has ended; why, when it failed.
    """

    upload_id: UUID
    name: str
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    state: UploadState
    done: int
    total: int
    report: Mapping[str, object] | None
    touched_at: datetime

    @property
    def key(self) -> UploadKey:
        return self.uploaded_at, self.upload_id


class Uploads:
    """Safe for many threads, and beside other servers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, content: bytes, by: str, at: datetime) -> Upload:
        """Keep a file. Old ones go."""
        upload = Upload(
            uuid4(),
            name,
            hashlib.sha256(content).hexdigest(),
            by,
            at,
            UploadState.PREVIEWED,
            0,
            0,
            None,
            at,
        )
        row = {
            "upload_id": str(upload.upload_id),
            "name": name,
            "sha256": upload.sha256,
            "content": content,
            "uploaded_by": by,
            "uploaded_at": at.isoformat(),
            "state": upload.state.value,
            "done": 0,
            "total": 0,
            "touched_at": at.isoformat(),
        }
        self.forget_old(at)
        with self._engine.begin() as connection:
            connection.execute(insert(_uploads).values(row))
        return upload

    def forget_old(self, at: datetime) -> None:
        """Content kept for a month goes."""
        old = (at - _KEPT_FOR).isoformat()
        with self._engine.begin() as connection:
            connection.execute(
                update(_uploads)
                .where(_uploads.c.uploaded_at < old, _uploads.c.content.is_not(None))
                .values(content=None)
            )

    def forget(self, upload_id: UUID) -> None:
        """Its content goes; that it was sent, and what came of it, stays."""
        self._set(upload_id, content=None)

    def forget_all(self) -> None:
        """The content of every file goes: a person in one of them has been erased.

        Raises `Refused` (`ledger_recording`) while one is being recorded.
        """
        with self._engine.begin() as connection:
            busy = select(_uploads.c.name).where(_uploads.c.state == UploadState.RECORDING.value)
            if (name := connection.execute(busy).scalar()) is not None:
                raise Refused("ledger_recording", f"台账“{name}”正在录入，请录完后再试")
            connection.execute(update(_uploads).values(content=None))

    def get(self, upload_id: UUID) -> Upload:
        """Raises `NotFound`."""
        query = select(*_ABOUT).where(_uploads.c.upload_id == str(upload_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("ledger_not_found", "没有这份台账，请核对编号")
        return _upload(row._mapping)

    def latest(self, limit: int, after: UploadKey | None = None) -> list[Upload]:
        """The newest first, or those that come after one of them."""
        place = tuple_(_uploads.c.uploaded_at, _uploads.c.upload_id)
        query = (
            select(*_ABOUT)
            .order_by(_uploads.c.uploaded_at.desc(), _uploads.c.upload_id.desc())
            .limit(limit)
        )
        if after is not None:
            query = query.where(place < (after[0].isoformat(), str(after[1])))
        with self._engine.connect() as connection:
            return [_upload(row._mapping) for row in connection.execute(query)]

    @contextmanager
    def file(self, upload_id: UUID) -> Iterator[Path]:
        """The file as it was sent. Raises `NotFound`, also once its content is gone."""
        upload = self.get(upload_id)
        query = select(_uploads.c.content).where(_uploads.c.upload_id == str(upload_id))
        with self._engine.connect() as connection:
            content: bytes | None = connection.execute(query).scalar_one()
        if content is None:
            raise NotFound("ledger_gone", "这份台账的文件已不再保存，请重新上传")
        with TemporaryDirectory(prefix="crm-ledger-") as folder:
            path = Path(folder) / upload.name
            path.write_bytes(content)
            yield path

    def begin(self, upload_id: UUID, total: int, at: datetime) -> bool:
        """Claim the recording; False when another has it, or it is done."""
        lost = (at - timedelta(minutes=2)).isoformat()
        free = (_uploads.c.state.in_((UploadState.PREVIEWED, UploadState.FAILED))) | (
            (_uploads.c.state == UploadState.RECORDING) & (_uploads.c.touched_at < lost)
        )
        claim = (
            update(_uploads)
            .where(_uploads.c.upload_id == str(upload_id), free)
            .values(
                state=UploadState.RECORDING.value, done=0, total=total, touched_at=at.isoformat()
            )
        )
        with self._engine.begin() as connection:
            return connection.execute(claim).rowcount == 1

    def went_on(self, upload_id: UUID, done: int, at: datetime) -> None:
        self._set(upload_id, done=done, touched_at=at.isoformat())

    def end(
        self,
        upload_id: UUID,
        state: UploadState,
        report: Mapping[str, object],
        at: datetime,
        keep_file: bool = True,
    ) -> None:
        """`RECORDED` or `FAILED`, and what came of it; a recorded one is done to its last line."""
        told = json.dumps(report, ensure_ascii=False)
        values: dict[str, object] = {"state": state.value, "report": told}
        if state is UploadState.RECORDED:
            values["done"] = _uploads.c.total
        if not keep_file:
            values["content"] = None
        self._set(upload_id, **values, touched_at=at.isoformat())

    def throw_away(self, upload_id: UUID) -> None:
        """The file, and that it was sent. What was recorded of it stays recorded."""
        self.get(upload_id)
        with self._engine.begin() as connection:
            connection.execute(delete(_uploads).where(_uploads.c.upload_id == str(upload_id)))

    def _set(self, upload_id: UUID, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(_uploads).where(_uploads.c.upload_id == str(upload_id)).values(**values)
            )


def _upload(told: Any) -> Upload:
    return Upload(
        UUID(told["upload_id"]),
        told["name"],
        told["sha256"],
        told["uploaded_by"],
        datetime.fromisoformat(told["uploaded_at"]),
        UploadState(told["state"]),
        told["done"],
        told["total"],
        None if told["report"] is None else json.loads(told["report"]),
        datetime.fromisoformat(told["touched_at"]),
    )
