"""How courses fare: who finishes them, where people stop, which questions are missed, how soon one learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from kb.chart import Bar, bars
from kb.learning_numbers import LearningNumbers, Share, Stage, digest, places
from kb.storage import EVERYBODY, Counts, Stretch
from kb.visit import NO_PLAN
from kb.web.desk import desk, today, whole_edition
from kb.web.staff.tiers import shown, tier_names, tier_of_request
from tiering.domain.figure import ENOUGH
from tiering.domain.time_to_value import counted_since
from tiering.domain.training import IDLE

blueprint = Blueprint("learning", __name__, url_prefix="/learning")

FRESH = timedelta(hours=1)
"""So long numbers are shown without being counted anew."""

_MISSED = 5
"""Questions of a quiz that are shown, the hardest first."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A lesson with a bar for those who opened it and one for those who did it."""

    stage: Stage
    reached: Bar
    did: Bar

    @property
    def share_reached(self) -> Share:
        """Opened it ÷ began."""
        return Share(self.stage.reached, self.stage.began)

    @property
    def share_did(self) -> Share:
        """Did it ÷ began."""
        return Share(self.stage.did, self.stage.began)


@blueprint.get("")
def index() -> str:
    """Show all courses, of one `tier` or of all, and beside it all tiers."""
    tier, numbers = tier_of_request(), _numbers()
    courses = shown().library.courses.values()
    return render_template(
        "staff/learning.html",
        **_shared(tier, numbers),
        rows=[(one, numbers.taken(one.slug, tier)) for one in courses] if numbers else [],
        all=numbers.taken(tier=tier) if numbers else None,
        value=numbers.first_value(tier) if numbers else None,
        by_tier=_by_tier(numbers) if numbers else {},
    )


@blueprint.get("/<slug>")
def course(slug: str) -> str:
    """Show one course: how far people come in it, and how its quizzes go."""
    tier, found = tier_of_request(), shown().library.courses.get(slug)
    if found is None:
        raise NotFound("There is no such course.")
    numbers = _numbers()
    return render_template(
        "staff/learning_course.html",
        **_shared(tier, numbers),
        course=found,
        taken=numbers.taken(slug, tier) if numbers else None,
        stages=_drawn(numbers.stages(found, tier)) if numbers else [],
        quizzes=numbers.quizzes(found, tier) if numbers else [],
        most=_MISSED,
    )


def _numbers() -> LearningNumbers | None:
    """Return what was counted last; what is old, or of other lessons, is counted anew beside the requests."""
    at, first, whole = desk(), counted_since(today()), whole_edition()
    counts, known, event = Counts(at.store), places(whole.library.courses.values()), whole.site.first_value
    numbers = counts.last(first)

    def count() -> None:
        counts.renew(known, Stretch(first, whole.site.time_zone), event)

    if numbers is None or at.store.now() - numbers.at > FRESH or numbers.digest != digest(known, event):
        at.errands.once("learning", count)
    return numbers


def _shared(tier: int, numbers: LearningNumbers | None) -> dict[str, object]:
    return {
        "tier": tier,
        "tiers": {**tier_names(), NO_PLAN: "Without a plan"},
        "everybody": EVERYBODY,
        "numbers": numbers,
        "first": counted_since(today()),
        "least": ENOUGH,
        "idle": IDLE.days,
    }


def _by_tier(numbers: LearningNumbers) -> dict[int, tuple[object, object]]:
    """Return for everybody and each tier how courses are taken, and how soon there is value."""
    return {
        tier: (numbers.taken(tier=tier), numbers.first_value(tier)) for tier in (EVERYBODY, *numbers.tiers)
    }


def _drawn(stages: Sequence[Stage]) -> list[_Drawn]:
    """Draw how many come how far; a whole bar is all who began."""
    began = max((one.began for one in stages), default=0)
    reached = bars([("Opened it", one.reached, f"{one.reached:,}") for one in stages], began)
    did = bars([("Did it", one.did, f"{one.did:,}") for one in stages], began)
    return [_Drawn(*row) for row in zip(stages, reached, did, strict=True)]
