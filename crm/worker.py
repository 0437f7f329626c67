"""A process of its own that keeps the read tables in step with the log: `crm worker`.

Any number may run beside any number of servers; one of them leads, by lease, and another takes
over when it dies.
"""

import threading
import time

import structlog

from crm.store.event_store import EventStore
from projections.catch_up import Projector
from projections.lease import LEASE_SECONDS, Lease
from projections.rebuild import Interrupted, Progress, build_missing, no_progress

_RENEW_SECONDS = LEASE_SECONDS / 4
_RETRY_SECONDS = 1.0
_STRETCH = 20_000  # events followed between two looks at the lease

log = structlog.get_logger()


class Worker:
    """Follows the log while it holds the lease."""

    def __init__(self, projector: Projector, lease: Lease, store: EventStore) -> None:
        self._projector = projector
        self._lease = lease
        self._store = store
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping.set()

    def run(self, progress: Progress = no_progress) -> None:
        """Returns after `stop`. A database that is away for a while is waited for."""
        leading = False
        while not self._stopping.is_set():
            try:
                held = self._lease.hold()
                if held and not leading:
                    log.info("leading: keeping the read tables in step with the log")
                    build_missing(self._projector, self._while_leading(progress))
                leading = held
                if leading:
                    self._follow()
                else:
                    self._stopping.wait(_RETRY_SECONDS)
            except Interrupted:
                leading = False
            except Exception:
                log.exception("the read tables could not be brought up to date")
                leading = False
                self._stopping.wait(_RETRY_SECONDS)
        if leading:
            self._lease.give_back()

    def _while_leading(self, progress: Progress) -> Progress:
        """A long build keeps the lease, and ends when it is lost or the worker is to stop."""
        renewed = time.monotonic()

        def watching(done: int, of: int) -> None:
            nonlocal renewed
            if time.monotonic() - renewed > _RENEW_SECONDS:
                renewed = time.monotonic()
                if not self._lease.hold():
                    raise Interrupted
            if self._stopping.is_set():
                raise Interrupted
            progress(done, of)

        return watching

    def _follow(self) -> None:
        """Follow until the lease wants to be renewed."""
        until = time.monotonic() + _RENEW_SECONDS
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            followed = self._projector.catch_up(_STRETCH)
            if followed < _STRETCH:
                self._store.wait_for_news(min(left, 1.0))
