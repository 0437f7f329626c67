"""A thread of the server that publishes what is due (setting `CRM_BULLETINS_DUE`).

Publishing is idempotent for a period, so several servers, and `crm report run-due` beside them, do
no harm.
"""

import threading

import structlog

from crm.application import CRM
from crm.bulletins.due import run_due
from crm.people import SYSTEM
from projections.reader import NotYetVisible, TablesBuilding

_SECONDS = 600.0
_SOON = 10.0  # while the tables are being built, as after a start

log = structlog.get_logger()


class Ticking:
    """Looks at once, and every ten minutes from then on."""

    def __init__(self, crm: CRM, seconds: float = _SECONDS) -> None:
        self._crm = crm
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bulletins", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._seconds
            try:
                for done in run_due(self._crm, by=SYSTEM):
                    log.info("bulletin published", title=done.title, missing=done.missing)
                    if self._stopping.is_set():
                        return
            except (TablesBuilding, NotYetVisible):
                wait = min(_SOON, self._seconds)
            except Exception:  # the database may be away: the next time, then
                log.exception("bulletins that are due could not be published")
            self._stopping.wait(wait)
