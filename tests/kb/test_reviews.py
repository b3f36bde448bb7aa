from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from kb.reviews import reminders
from tests.kb.shelf import TODAY, Shelf
from tiering.usecases.news import OverdueArticle


def test_owners_are_reminded_from_the_day_after_a_review_was_due(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.article("late.md", "Late", last_reviewed="2026-11-01", review_every=20, owner="Amara Obi")
    shelf.article("today.md", "Today", last_reviewed="2026-11-02", review_every=20)
    shelf.article("draft.md", "Draft", last_reviewed="2020-01-01", review_every=1, status="draft")
    shelf.article("never.md", "Never", review_every=1)
    shelf.article("always.md", "Always", last_reviewed="2020-01-01")
    articles = shelf.read().articles.values()
    assert reminders(articles, TODAY, "https://kb.example") == [
        OverdueArticle("late", "Late", "https://kb.example/articles/late", "Amara Obi", date(2026, 11, 21))
    ]
    later = reminders(articles, TODAY + timedelta(days=1), "https://kb.example")
    assert [one.slug for one in later] == ["late", "today"]
