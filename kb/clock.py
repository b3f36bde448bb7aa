"""The clock: a process that never ends and runs each day's jobs once, however many clocks there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from subprocess import DEVNULL, Popen
from typing import TypeAlias
from zoneinfo import ZoneInfo

import structlog

from tiering.usecases.daily import finish_turn, take_turn
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import RecordUnavailable, Store

Run: TypeAlias = Callable[[date], object]
"""Does a job for the day that it is where the company is."""

BEAT = 60.0
"""Seconds between two looks at the time."""

PAUSE = 900.0
"""Seconds from one run of an errand to the next."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do once a day, from an hour on."""

    name: str
    after: time
    """In the company's own time zone."""
    run: Run


@dataclass
class Errand:
    """A command that runs beside the clock, so that however long it takes the day's jobs have their time."""

    command: Sequence[str]
    monotonic: Callable[[], float]
    running: Popen[bytes] | None = None
    begun_at: float | None = None

    def run(self) -> None:
        """Run it, unless it runs still or ran a short while ago."""
        if self.running is not None and (code := self.running.poll()) is not None:
            self.running = None
            if code:
                structlog.get_logger("clock").warning("errand failed", command=self.command[-1], code=code)
        due = self.begun_at is None or self.monotonic() >= self.begun_at + PAUSE
        if self.running is None and due:
            self.begun_at = self.monotonic()
            self.running = Popen(self.command, stdin=DEVNULL, stdout=DEVNULL)  # noqa: S603 (a command of ours)

    def end(self) -> None:
        """Let it stop; it does so at any point without harm."""
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            self.running.wait()


def tick(store: Store, jobs: tuple[Job, ...], holder: str, zone: ZoneInfo) -> list[str]:
    """Run every job that is due and that no other clock has done or is doing; returns their names.

    Where the record is away, or a policy is not in force yet, the job is tried again at the next beat.
    """
    log = structlog.get_logger("clock")
    here = store.now().astimezone(zone)
    done = []
    for job in jobs:
        if here.time() < job.after:
            continue
        try:
            if take_turn(store, job.name, holder, here.date()):
                job.run(here.date())
                finish_turn(store, job.name, holder, here.date())
                done.append(job.name)
                log.info("job done", job=job.name, day=here.date().isoformat())
        except (RecordUnavailable, NoPolicy) as error:
            log.warning("job not done", job=job.name, why=str(error))
    return done


def run_forever(beat: Callable[[], object], wait: Callable[[float], object]) -> None:
    """Call `beat` and wait, again and again."""
    while True:
        beat()
        wait(BEAT)
