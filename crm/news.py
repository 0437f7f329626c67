"""How does everyone who watches the log hear of a new event? One look for all of them."""

import threading

import structlog

from crm.store.event_store import EventStore

_LOOK_SECONDS = 0.5

log = structlog.get_logger()


class News:
    """The newest position this program has heard of; looks for others' while somebody watches."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._newest = 0
        self._watchers = 0
        self._looking: threading.Thread | None = None
        self._guard = threading.Lock()
        self._closed = threading.Event()

    @property
    def newest(self) -> int:
        return self._newest

    def heard(self, position: int) -> None:
        """This program has just written."""
        self._newest = max(self._newest, position)

    def __enter__(self) -> "News":
        """Somebody watches."""
        with self._guard:
            self._watchers += 1
            if self._looking is None:
                self._looking = threading.Thread(target=self._look, name="news", daemon=True)
                self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._watchers -= 1

    def close(self) -> None:
        self._closed.set()

    def _look(self) -> None:
        while not self._closed.is_set():
            with self._guard:
                if self._watchers == 0:
                    self._looking = None
                    return
            try:
                self.heard(self._store.head())
                self._store.wait_for_news(_LOOK_SECONDS)
            except Exception:  # away for a while: look again
                log.exception("could not look for new events")
                self._closed.wait(_LOOK_SECONDS)
