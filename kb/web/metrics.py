"""What this process has counted and timed, for Prometheus; each worker process counts for itself."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.seconds = Histogram(
            "kb_request_seconds",
            "Seconds that this process took for a request.",
            ["endpoint", "method", "status"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=self._registry,
        )
        self.searches = Counter(
            "kb_searches",
            "Searches that this process answered.",
            ["face", "outcome"],
            registry=self._registry,
        )
        self.articles = Gauge("kb_articles", "Articles that are served.", registry=self._registry)
        self.problems = Gauge("kb_content_problems", "Problems in the content.", registry=self._registry)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)
