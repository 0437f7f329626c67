"""How do many commands share one flush? (Waiting for the disk is most of what a write costs.)

Commands that arrive while a transaction is being flushed wait, and go into the next one
together. The first to arrive leads: it decides and commits for all that are waiting, then hands
the lead to one that has come meanwhile. A single command leads itself and waits for nobody.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """One command on its way: what to do, and what came of it."""

    __slots__ = ("_signal", "command", "done", "error", "result")

    def __init__(self, command: T) -> None:
        self.command = command
        self.done = False
        self.result: object = None
        self.error: BaseException | None = None
        self._signal = threading.Lock()
        self._signal.acquire()

    def wait(self) -> None:
        """Returns when the job is done, or when it is told to lead."""
        self._signal.acquire()

    def wake(self) -> None:
        self._signal.release()


class GroupCommit(Generic[T]):
    """Runs commands in groups; `commit` sees to it that each job of a group gets its outcome."""

    def __init__(self, commit: Callable[[Sequence[Job[T]]], None], largest: int = 200) -> None:
        self._commit = commit
        self._largest = largest
        self._guard = threading.Lock()
        self._waiting: list[Job[T]] = []
        self._led = False

    def run(self, command: T) -> object:
        """The command's result; raises what its part of the group raised."""
        job = Job(command)
        with self._guard:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            job.wait()
        if not job.done:
            self._lead(job)
        if job.error is not None:
            raise job.error
        return job.result

    def _lead(self, own: Job[T]) -> None:
        with self._guard:
            group = self._waiting[: self._largest]
            del self._waiting[: self._largest]
        try:
            self._commit(group)
        except BaseException as error:  # an outcome all the same: nobody may wait for ever
            for job in group:
                job.error = job.error or error
        for job in group:
            job.done = True
            if job is not own:
                job.wake()
        with self._guard:
            if self._waiting:
                self._waiting[0].wake()
            else:
                self._led = False
