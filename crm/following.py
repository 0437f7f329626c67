"""A thread that keeps the read tables in step with the log, beside the writing."""

import threading
import time

import structlog

from projections.catch_up import Projector
from projections.rebuild import Interrupted, build_missing

# Writes that come in a burst are followed together, when it rests or after a second. Whoever
# reads does not wait for this: the reader brings the tables up to date itself.
_REST_SECONDS = 0.05
_LONGEST_BURST_SECONDS = 1.0
_POLL_SECONDS = 1.0  # another program on the same file may have written

log = structlog.get_logger()


class Following:
    """Follows after each write, and looks for other programs' writes once a second."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector
        self._poked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def poke(self) -> None:
        """There is something new in the log."""
        self._poked.set()

    def stop(self) -> None:
        self._stopping.set()
        self._poked.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                build_missing(self._projector, self._unless_stopping)
                self._projector.catch_up()
            except Interrupted:
                return
            except Exception:  # the database may be away for a while: go on when it is back
                log.exception("the read tables could not be brought up to date")
                self._stopping.wait(_POLL_SECONDS)
            if self._poked.wait(_POLL_SECONDS):
                self._wait_for_rest()

    def _unless_stopping(self, _done: int, _of: int) -> None:
        if self._stopping.is_set():
            raise Interrupted

    def _wait_for_rest(self) -> None:
        deadline = time.monotonic() + _LONGEST_BURST_SECONDS
        while self._poked.is_set() and time.monotonic() < deadline:
            self._poked.clear()
            self._stopping.wait(_REST_SECONDS)
        self._poked.clear()
