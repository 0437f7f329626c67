"""Figures for whoever runs the program (Prometheus): commands, flushes, and the read tables."""

from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from projections.catch_up import Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_COMMANDS = (1, 2, 4, 8, 16, 32, 64, 128, 200)


class Measures:
    """One program's figures."""

    def __init__(self, statuses: Callable[[], Sequence[Status]]) -> None:
        self._registry = CollectorRegistry()
        self._commands = Counter(
            "crm_commands",
            "Commands by outcome: recorded, or the code of the refusal.",
            ["outcome"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "crm_command_seconds",
            "From a command's arrival to its outcome.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.group_commands = Histogram(
            "crm_group_commands",
            "Commands that shared one durable transaction.",
            buckets=_COMMANDS,
            registry=self._registry,
        )
        self._recorded = self._commands.labels("recorded")
        self._registry.register(_Projections(statuses))

    def recorded(self, seconds: float) -> None:
        """A command has been stored."""
        self._recorded.inc()
        self._seconds.observe(seconds)

    def refused(self, error: Exception, seconds: float) -> None:
        """A command has come to nothing."""
        self._commands.labels(getattr(error, "code", type(error).__name__)).inc()
        self._seconds.observe(seconds)

    def page(self) -> bytes:
        """All figures, in Prometheus' text form."""
        return generate_latest(self._registry)


class _Projections(Collector):
    """Where the read tables are, looked up when somebody asks."""

    def __init__(self, statuses: Callable[[], Sequence[Status]]) -> None:
        self._statuses = statuses

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # nothing is asked of the database before the first page

    def collect(self) -> Iterator[GaugeMetricFamily]:
        statuses = self._statuses()
        for name, text, figure in (
            ("position", "Place in the log the live tables have reached.", _position),
            ("lag", "Events the live tables lack.", lambda s: s.lag),
            ("stopped", "1 when an event could not be taken in.", lambda s: s.error is not None),
            ("building", "1 while new tables are built beside the live ones.", _building),
            ("built_events", "Events the tables being built hold.", _built),
        ):
            family = GaugeMetricFamily(f"crm_projection_{name}", text, labels=["projection"])
            for status in statuses:
                family.add_metric([status.name], figure(status))
            yield family
        head = GaugeMetricFamily("crm_log_head", "Position of the newest event.")
        head.add_metric([], max((status.head for status in statuses), default=0))
        yield head


def _position(status: Status) -> float:
    return status.position or 0


def _building(status: Status) -> float:
    return status.building is not None


def _built(status: Status) -> float:
    return status.building.events if status.building else 0
