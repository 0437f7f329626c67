"""What can be done with a ledger that was sent in: look, set columns right, record, hand back.

The doors for clients (`POST /ledgers` …); `crm import` takes a file from its own disk instead.
"""

from dataclasses import dataclass
from pathlib import PurePath
from subprocess import CalledProcessError
from time import monotonic
from uuid import UUID

import structlog

from crm.application import CRM
from crm.ledger import LedgerError
from crm.ledger.files import MOST_BYTES
from crm.ledger.importing import plan, preview, record
from crm.ledger.mapping import read_said
from crm.ledger.planning import Plan
from crm.ledger.reading import Ledger
from crm.ledger.remembered import Key
from crm.ledger.shown import report_shown
from crm.ledger.taking_back import TakenBack, take_back
from crm.ledger.uploads import Upload, UploadState
from crm.people import Act, Caller, Forbidden, Role
from domain.errors import BadInput, Refused
from domain.vocabulary import AgreementKind

log = structlog.get_logger()

_LONGEST_NAME = 200  # bytes; most file systems take 255
_TELLS_EVERY = 1.0  # seconds between two words on progress: each is a flushed write


@dataclass(frozen=True, slots=True)
class Seen:
    """A ledger sent in, as it would be recorded now."""

    upload: Upload
    plan: Plan


def send_in(crm: CRM, name: str, content: bytes, by: Caller) -> Seen:
    """Keep a file and preview it; records nothing. Raises `BadInput` when it is no ledger."""
    by.permit(Act.WRITE)
    plain = PurePath(name.replace("\\", "/")).name
    if not plain or plain.startswith(".") or not plain.isprintable():
        raise BadInput("file", "请上传有文件名的台账")
    if len(plain.encode()) > _LONGEST_NAME:
        raise BadInput("file", "文件名过长，请改短后再上传")
    if len(content) > MOST_BYTES:
        raise BadInput("file", f"文件超过 {MOST_BYTES // 1024 // 1024} MB")
    upload = crm.uploads.add(plain, content, by.name, crm.clock())
    try:
        return Seen(upload, _planned(crm, upload, by))
    except BadInput:
        crm.uploads.throw_away(upload.upload_id)
        raise


def look(crm: CRM, upload_id: UUID, by: Caller) -> Seen:
    """The preview again: by the log as it stands, and what has been said of its columns since.

    It shows what the file says, people's data included: to whoever may record it. Raises
    `NotFound`, `Forbidden`.
    """
    upload = _own(crm, upload_id, by)
    return Seen(upload, _planned(crm, upload, by))


def say_columns(
    crm: CRM,
    upload_id: UUID,
    sheet: str,
    raw: dict[str, str | None],
    kind: AgreementKind | None,
    by: Caller,
) -> Seen:
    """Set right which column is what, and what was signed where no column says so.

    Remembered for ledgers of the same shape.

    What is said replaces what was said of the shape before. Raises `BadInput`, `NotFound`.
    """
    upload = _own(crm, upload_id, by)
    _refuse_recorded(upload)
    if upload.state is UploadState.RECORDING:
        raise Refused("ledger_recording", "这份台账正在录入")
    table = next((table for table in _read(crm, upload).tables if table.sheet == sheet), None)
    if table is None:
        raise BadInput("sheet", f"没有名为“{sheet}”的台账工作表")
    said = read_said(raw, kind, table.columns)
    crm.mappings.remember(table.shape, said, by.name, crm.clock())
    return look(crm, upload_id, by)


def confirm(crm: CRM, upload_id: UUID, by: Caller) -> Upload:
    """Record what the preview shows, in the background; `crm.uploads.get` says how far it is.

    A recording that broke off goes on where it stopped: no line is recorded twice. Raises
    `Refused` (`ledger_recording`, `ledger_recorded`), `NotFound`, `BadInput`.
    """
    _refuse_recorded(_own(crm, upload_id, by))
    seen = look(crm, upload_id, by)
    if not crm.uploads.begin(upload_id, len(seen.plan.lines), crm.clock()):
        raise Refused("ledger_recording", "这份台账正在录入")
    crm.background(lambda: _record(crm, upload_id, seen.plan, by))
    return crm.uploads.get(upload_id)


def void_all(crm: CRM, upload_id: UUID, by: Caller) -> TakenBack:
    """Void what was recorded of it, its updates included. Raises `NotFound`, `Forbidden`."""
    taken = take_back(crm, _own(crm, upload_id, by).sha256, by)
    crm.uploads.forget(upload_id)
    crm.planned.forget()
    return taken


def throw_away(crm: CRM, upload_id: UUID, by: Caller) -> None:
    """The file goes; what was recorded of it stays. Raises `NotFound`, `Forbidden`."""
    _own(crm, upload_id, by)
    crm.uploads.throw_away(upload_id)
    crm.planned.forget()


def _own(crm: CRM, upload_id: UUID, by: Caller) -> Upload:
    """A ledger that the caller may do something with: a recorder's are those it sent in."""
    by.permit(Act.WRITE)
    upload = crm.uploads.get(upload_id)
    if by.role is Role.RECORDER and upload.uploaded_by != by.name:
        raise Forbidden("not_your_ledger", "只能处理自己上传的台账")
    return upload


def _record(crm: CRM, upload_id: UUID, planned: Plan, by: Caller) -> None:
    told_at = monotonic()

    def went_on(done: int, _: int) -> None:
        nonlocal told_at
        if crm.stopping:
            raise _Stopped
        if monotonic() - told_at >= _TELLS_EVERY:
            told_at = monotonic()
            crm.uploads.went_on(upload_id, done, crm.clock())

    try:
        report = record(crm, planned, by, went_on)
    except _Stopped:
        _failed(crm, upload_id, "服务停止时尚未录完，请再次确认，已录入的不会重复")
    except Exception:  # nobody waits for this thread: said here or nowhere
        log.exception("a ledger could not be recorded to its end", ledger_id=str(upload_id))
        _failed(crm, upload_id, "录入中断，请再次确认，已录入的不会重复")
    else:
        crm.planned.forget()
        keep = bool(report.refused or report.conflicts)  # they can be fetched
        crm.uploads.end(
            upload_id, UploadState.RECORDED, report_shown(report), crm.clock(), keep_file=keep
        )


def _failed(crm: CRM, upload_id: UUID, why: str) -> None:
    crm.uploads.end(upload_id, UploadState.FAILED, {"reason": why}, crm.clock())


class _Stopped(Exception):
    """The program is closing."""


def _refuse_recorded(upload: Upload) -> None:
    if upload.state is UploadState.RECORDED:
        raise Refused("ledger_recorded", "这份台账已录入；有新的内容请上传新的台账")


def _planned(crm: CRM, upload: Upload, by: Caller) -> Plan:
    key = Key(upload.sha256, upload.name, by, crm.store.head(), crm.today())
    return crm.planned.of(key, crm.mappings.of, lambda: plan(crm, _read(crm, upload), by))


def _read(crm: CRM, upload: Upload) -> Ledger:
    with crm.uploads.file(upload.upload_id) as path:
        try:
            return preview(path, crm.today(), crm.mappings.of)
        except LedgerError as error:
            if isinstance(fell := error.__cause__, CalledProcessError):
                said = fell.stderr.decode(errors="replace")
                log.warning("a ledger could not be opened", status=fell.returncode, said=said)
            raise BadInput("file", str(error)) from None
