"""The formulas of deflection, and of how articles fare."""

from __future__ import annotations

from datetime import date

import pytest

from kb.article import Article, Body
from kb.article_health import Health, days_overdue, in_order
from kb.deflection import Deflection, Share, together
from kb.packed import Packed
from tests.conftest import TODAY


def test_implicit_is_the_share_of_visits_after_which_nobody_wrote() -> None:
    did = Deflection(visits=200, wrote=50, explicit=20)
    assert did.implicitly == Share(150, 200)
    assert str(did.implicitly) == "75%"


def test_explicit_compares_what_is_known_to_be_answered_with_tickets_or_else_with_forms() -> None:
    assert str(Deflection(200, 60, 20, tickets=80).explicitly) == "20%"
    assert str(Deflection(200, 60, 20).explicitly) == "25%"
    assert Deflection(200, 60, 20, tickets=0).explicitly == Share(20, 20)


def test_nothing_has_no_share_and_of_few_it_is_said() -> None:
    assert str(Deflection(0, 0, 0).implicitly) == "–"
    assert Share(20, 29).is_small
    assert not Share(20, 30).is_small


def test_months_without_tickets_do_not_blur_those_with() -> None:
    counted, other = Deflection(100, 10, 30, 90), Deflection(100, 20, 50)
    assert together([counted, other]) == Deflection(200, 30, 80, 90, Share(30, 120))
    assert together([counted, counted]) == Deflection(200, 20, 60, 180)
    assert together([other, other]) == Deflection(200, 40, 100)
    assert together([]) == Deflection(0, 0, 0)


def article(title: str, **known: object) -> Article:
    words = {
        "slug": title,
        "title": title,
        "summary": "",
        "category": "",
        "body": Packed.of(Body("", (), "")),
    }
    return Article(**{**words, "digest": "d", "path": f"{title}.md", **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("reads", ["much", "bad", "few", "late"]),
        ("helped", ["bad", "much", "few", "late"]),
        ("wrote", ["bad", "much", "few", "late"]),
        ("review", ["late", "much", "bad", "few"]),
    ],
)
def test_what_needs_somebody_comes_first_and_what_little_is_known_of_last(
    order: str, titles: list[str]
) -> None:
    rows = [
        Health(article=article("few"), reads=9, wrote=9, helpful=0, votes=9),
        Health(article=article("much"), reads=100, wrote=5, helpful=18, votes=20, overdue=-5),
        Health(article=article("bad"), reads=10, wrote=4, helpful=2, votes=10),
        Health(article=article("late"), overdue=3),
    ]
    assert [one.article.title for one in in_order(rows, order)] == titles


def test_a_review_is_late_from_the_day_after_it_is_due() -> None:
    def overdue(**known: object) -> int | None:
        return days_overdue(article("a", **known), TODAY)

    assert overdue(last_reviewed=date(2026, 11, 12), review_every=10) == 0
    assert overdue(last_reviewed=date(2026, 11, 11), review_every=10) == 1
    assert overdue(last_reviewed=date(2026, 11, 12), review_every=30) == -20
    assert overdue(last_reviewed=date(2026, 11, 12)) is None
    assert overdue(review_every=10) is None
