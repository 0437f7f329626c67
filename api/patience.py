"""How long is a connection kept that asks nothing? A slow client must not use up the server's.

uvicorn waits a few seconds for the next request, but for ever for the rest of one that has begun
to come: a client that sends half a header on each of a thousand connections had them all.
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEADER_SECONDS = 10
"""Seconds for a request's header, also for what is left of a body nobody reads any more."""


class PatientProtocol(H11Protocol):
    """HTTP over one connection, which is hung up when no whole request comes in time."""

    _leaving: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_watching()

    def _watch(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        answering = cycle is not None and not cycle.response_complete
        if answering or self.transport.is_closing():
            self._stop_watching()
        elif self._leaving is None:
            self._leaving = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _stop_watching(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
