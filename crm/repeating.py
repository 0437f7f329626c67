"""A thread that does one thing again and again until the program ends."""

import threading
from collections.abc import Callable


class Repeating:
    """Does its work at once, and again after as many seconds as the work answers.

    What the work raises ends the thread: it sees to its own errors.
    """

    def __init__(self, name: str, work: Callable[[threading.Event], float]) -> None:
        self._work = work
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the work at hand is done; it can look at the event it is handed."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._work(self._stopping))
