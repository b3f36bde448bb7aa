"""The figures of learning: what customers learn, how those fare who do, and the mails that lead there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tiering.domain.figure import ENOUGH, Figure, Unit, Value, mean, percent, rounded, telling
from tiering.domain.tally import Tally
from tiering.domain.time_to_value import median
from tiering.domain.training import IDLE

_TOO_FEW = f"fewer than {ENOUGH} are too few to tell"


def _first_values(tally: Tally) -> Value:
    return tally.first_values if tally.value_declared else None


def _first_value_share(tally: Tally) -> Value:
    return telling(tally.first_values, tally.customers) if tally.value_declared else None


def _timed(tally: Tally) -> Decimal:
    return Decimal(tally.days_to_value.total())


def _days_to_value(tally: Tally) -> Value:
    days = median(tally.days_to_value)
    return None if days is None or _timed(tally) < ENOUGH else rounded(Decimal(days), "0.1")


@dataclass(frozen=True, slots=True)
class _Compared:
    """A number of the customers who are trained beside that of those who are not."""

    id: str
    label: str
    unit: Unit
    meaning: str
    part: str
    whole: str
    """The fields of a tally that are divided."""
    behind: str
    """The field that counts the accounts."""

    def figures(self) -> Iterator[Figure]:
        """Yield the number, and of how many accounts it is, for both."""
        for group, whom in (("trained", "who are trained"), ("untrained", "who are not")):
            yield Figure(
                f"{self.id}_{group}",
                f"{self.label}, {group}",
                self.unit,
                f"{self.meaning}, of the customers {whom}; fewer than {ENOUGH} accounts are too few to tell.",
                self._of(group),
                "too few",
            )
            yield Figure(
                f"{self.id}_{group}_of",
                f"{self.label}, {group}: accounts",
                "count",
                f"Of how many accounts the line before is: {self.label}, {group}.",
                self._counted(group),
            )

    def _counted(self, group: str) -> Callable[[Tally], Decimal]:
        return lambda t: _group(t, self.behind, group)

    def _of(self, group: str) -> Callable[[Tally], Value]:
        def of(tally: Tally) -> Value:
            if _group(tally, self.behind, group) < ENOUGH:
                return None
            part, whole = _group(tally, self.part, group), _group(tally, self.whole, group)
            return percent(part, whole) if self.unit == "percent" else mean(part, whole)

        return of


def _group(tally: Tally, field: str, group: str) -> Decimal:
    """Return what a field is of the customers who are trained, or of the others."""
    trained: Decimal = getattr(tally, f"trained_{field}")
    every: Decimal = getattr(tally, field)
    return trained if group == "trained" else every - trained


_COMPARED = (
    _Compared(
        "requests",
        "Requests each",
        "number",
        "Service requests of the quarter ÷ accounts that reported any count of them",
        "requests",
        "requesters",
        "requesters",
    ),
    _Compared("adoption", "Adoption", "percent", "Active users ÷ seats", "users", "seats", "adopters"),
    _Compared(
        "renewals",
        "Renewals on time",
        "percent",
        "Renewals on time, under the tier held when the quarter began",
        "renewed",
        "due",
        "due",
    ),
    _Compared("nps", "NPS", "number", "The mean of the net promoter scores", "nps", "nps_known", "nps_known"),
)


LEARNING: tuple[Figure, ...] = (
    Figure(
        "learners",
        "Contacts in courses",
        "count",
        "Contacts of customers who had begun a course by the last day counted.",
        lambda t: t.learners,
    ),
    Figure(
        "completion",
        "Courses completed",
        "percent",
        "Contacts who had finished a course ÷ contacts who had begun one.",
        lambda t: percent(t.finishers, t.learners),
    ),
    Figure(
        "certified",
        "Contacts certified",
        "count",
        "Contacts who hold a certificate of a course on the last day counted.",
        lambda t: t.certified,
    ),
    Figure(
        "stopped",
        "Contacts who stopped",
        "count",
        f"Contacts who had begun a course, not finished it, and did nothing new in it for {IDLE.days} days. "
        "At which lesson people stop stands at /staff/learning.",
        lambda t: t.stopped,
    ),
    Figure(
        "stopped_share",
        "Contacts who stopped, share",
        "percent",
        f"Contacts who stopped ÷ contacts in courses; {_TOO_FEW}.",
        lambda t: telling(t.stopped, t.learners),
        "too few",
    ),
    Figure(
        "quizzes",
        "Quizzes answered",
        "count",
        "Quizzes that contacts in courses have answered; each contact and quiz counts once, however often.",
        lambda t: t.quizzes,
    ),
    Figure(
        "first_try",
        "Quizzes passed at first try",
        "percent",
        f"Quizzes of which a contact's first attempt passed ÷ quizzes answered; {_TOO_FEW}.",
        lambda t: telling(t.quizzes_at_once, t.quizzes),
        "too few",
    ),
    Figure(
        "first_values",
        "Came to first value",
        "count",
        "Customers to one of whose people the event `first_value` of site.yaml had happened by the last day "
        "counted; unknown where site.yaml declares none.",
        _first_values,
    ),
    Figure(
        "first_value_share",
        "Came to first value, share",
        "percent",
        f"Customers that came to it ÷ customers; unknown without a `first_value` or of fewer than {ENOUGH}.",
        _first_value_share,
    ),
    Figure(
        "days_to_first_value",
        "Time to first value",
        "days",
        "The median of the days from a customer's start (going live, or else the first of its people to sign "
        "up), over the customers that came to it and began in the month of the last day counted or in the "
        "eleven before, as at /staff/learning; who came to it before the start took no day. Unknown without "
        f"a `first_value`, and of fewer than {ENOUGH} customers.",
        _days_to_value,
    ),
    Figure(
        "days_to_first_value_of",
        "Time to first value: customers",
        "count",
        "Of how many customers the line before is.",
        lambda t: _timed(t) if t.value_declared else None,
    ),
    Figure(
        "mailed",
        "Contacts mailed",
        "count",
        "Contacts of customers to whom a mail of a programme went in the quarter, whether or not it bounced. "
        "Who was erased is not among them. How many reached the goal of a programme that has one stands at "
        "/staff/programmes.",
        lambda t: t.mailed,
    ),
    Figure(
        "mails_each",
        "Mails per contact mailed",
        "number",
        "Mails of programmes that went out in the quarter ÷ contacts mailed.",
        lambda t: mean(t.mails, t.mailed),
        "–",
    ),
    Figure(
        "trained",
        "Customers trained",
        "count",
        "Customers of whom at least one contact had finished a course by the last day counted. What they do "
        "otherwise than others need not come of it: who learns may differ in more.",
        lambda t: t.trained,
    ),
    *(figure for compared in _COMPARED for figure in compared.figures()),
)
