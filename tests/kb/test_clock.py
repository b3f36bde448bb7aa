from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from kb.clock import Errand, Job, run_forever, tick
from tests.conftest import MakeUrl
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import Store, open_store

LONDON = ZoneInfo("Europe/London")


class Days:
    """A job that notes the days on which it ran."""

    def __init__(self) -> None:
        self.ran: list[date] = []

    def __call__(self, today: date) -> None:
        self.ran.append(today)


class Watch:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 1, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def record(make_url: MakeUrl, watch: Watch) -> Store:
    return open_store(make_url("sqlite"), watch)


def test_a_job_runs_once_a_day_from_its_hour_on_in_the_company_s_zone(record: Store, watch: Watch) -> None:
    days = Days()
    jobs = (Job("daily", time(3), days),)
    assert tick(record, jobs, "one", LONDON) == []
    watch.now = watch.now.replace(hour=2, minute=0)  # 03:00 in London's summer
    assert tick(record, jobs, "one", LONDON) == ["daily"]
    assert tick(record, jobs, "one", LONDON) == []
    assert tick(record, jobs, "two", LONDON) == []
    watch.now = watch.now.replace(day=2)
    assert tick(record, jobs, "two", LONDON) == ["daily"]
    assert days.ran == [date(2026, 6, 1), date(2026, 6, 2)]


def test_a_job_that_failed_for_want_of_a_policy_is_tried_again(record: Store, watch: Watch) -> None:
    watch.now = watch.now.replace(hour=12)
    tries: list[date] = []

    def refuse_once(today: date) -> None:
        tries.append(today)
        if len(tries) == 1:
            raise NoPolicy

    jobs = (Job("daily", time(3), refuse_once),)
    assert tick(record, jobs, "one", LONDON) == []
    assert tick(record, jobs, "one", LONDON) == ["daily"]


def test_the_clock_beats_until_it_is_stopped() -> None:
    beats: list[float] = []

    def wait(seconds: float) -> None:
        beats.append(seconds)
        if len(beats) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_forever(lambda: None, wait)
    assert beats == [60.0, 60.0, 60.0]


def test_an_errand_runs_beside_the_clock_and_again_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    marks, moment = tmp_path / "marks", [0.0]
    script = f"open({str(marks)!r}, 'a').write('x'); raise SystemExit(3)"
    errand = Errand([sys.executable, "-c", script], lambda: moment[0])
    with capture_logs() as logs:
        for seconds in (0.0, 60.0, 899.0, 900.0):
            moment[0] = seconds
            errand.run()
            if errand.running:
                errand.running.wait()
    errand.end()
    assert marks.read_text() == "xx"
    assert [(one["event"], one["code"]) for one in logs] == [("errand failed", 3)]


def test_an_errand_that_runs_still_is_not_run_twice_and_ends_with_the_clock() -> None:
    moment = [0.0]
    errand = Errand([sys.executable, "-c", "import time; time.sleep(60)"], lambda: moment[0])
    errand.run()
    first, moment[0] = errand.running, 5000.0
    errand.run()
    assert errand.running is first
    errand.end()
    assert first
    assert first.poll() is not None
