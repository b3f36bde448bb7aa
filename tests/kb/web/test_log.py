"""What is written down of a request, and what is not."""

from __future__ import annotations

from structlog.testing import capture_logs

from tests.kb.web.conftest import House


def test_a_request_is_one_line_without_anything_personal(harbour: House) -> None:
    with capture_logs() as logs:
        harbour.client.get("/search?q=my+secret+illness", headers={"User-Agent": "Somebody's"})
        harbour.client.get("/articles/my-secret-address")
    assert [entry["event"] for entry in logs] == ["request", "request"]
    assert dict(logs[0]) | {"ms": 0} == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "endpoint": "search.results",
        "path": "/search",
        "status": 200,
        "ms": 0,
    }
    assert logs[1]["status"] == 404
    for word in ("secret", "illness", "Somebody", "127.0.0.1"):
        assert word not in str(logs)


def test_what_machines_ask_every_few_seconds_is_not_written_down(harbour: House) -> None:
    with capture_logs() as logs:
        harbour.client.get("/healthz")
        harbour.client.get("/static/site.css")
    assert logs == []
