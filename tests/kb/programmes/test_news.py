"""A digest lists what is new to a reader, and nothing that they may not see."""

from __future__ import annotations

from datetime import date, timedelta

from kb.programmes.news import MOST, News
from kb.site import Site
from kb.visibility import Visitor, Who
from tests.kb.shelf import TODAY, Shelf

SITE = Site(languages=("en", "de"))
TESS = Visitor(Who.CONTACT, tier=1)
TOM = Visitor(Who.CONTACT, tier=2, segment="Compliance")


def day(ago: int) -> str:
    return str(TODAY - timedelta(days=ago))


def news(shelf: Shelf) -> News:
    return News.of(shelf.read(site=SITE), SITE, TODAY)


def titles(text: str | None) -> list[str]:
    return [line.partition("[")[2].partition("]")[0] for line in (text or "").splitlines()]


def test_what_was_published_in_the_last_month_is_new_and_a_review_makes_nothing_new(shelf: Shelf) -> None:
    shelf.article("new.md", "New", summary="What is it?", publish_on=day(3))
    shelf.article("old.md", "Old", publish_on=day(32))
    shelf.article("reviewed.md", "Reviewed", last_reviewed=day(1))
    shelf.article("tomorrow.md", "Tomorrow", publish_on=day(-1))
    assert news(shelf).text(TESS, None, None) == "- **[New](/articles/new)**: What is it?"


def test_what_was_told_of_already_is_not_told_again_and_where_nothing_is_new_there_is_no_text(
    shelf: Shelf,
) -> None:
    shelf.article("a.md", "A", publish_on=day(3))
    shelf.article("b.md", "B", publish_on=day(20))
    shelf.article("c.md", "C", publish_on=day(60))
    found = news(shelf)
    assert titles(found.text(TESS, None, TODAY - timedelta(days=20))) == ["A"]
    assert titles(found.text(TESS, None, TODAY - timedelta(days=70))) == ["A", "B", "C"]
    assert found.text(TESS, None, TODAY - timedelta(days=3)) is None


def test_nobody_hears_of_what_is_not_for_them_and_ones_own_segment_comes_first(shelf: Shelf) -> None:
    shelf.article("all.md", "For all", publish_on=day(1))
    shelf.article("segment.md", "For compliance", publish_on=day(9), audience="'segment:compliance'")
    shelf.article("first.md", "For tier one", publish_on=day(2), audience=1)
    shelf.article("staff.md", "For staff", publish_on=day(2), audience="staff")
    found = news(shelf)
    assert titles(found.text(TOM, None, None)) == ["For compliance", "For all"]
    assert titles(found.text(TESS, None, None)) == ["For all", "For tier one"]


def test_each_article_comes_once_in_the_readers_language(shelf: Shelf) -> None:
    shelf.article("boat.md", "Boat", publish_on=day(5))
    shelf.article("boat.de.md", "Boot")
    shelf.article("berth.md", "Berth", publish_on=day(400))
    shelf.article("berth.de.md", "Liegeplatz", publish_on=day(4))
    found = news(shelf)
    assert titles(found.text(TESS, "de-AT", None)) == ["Liegeplatz", "Boot"]
    assert titles(found.text(TESS, "fr", None)) == titles(found.text(TESS, None, None)) == ["Boat"]


def test_the_newest_seven_are_enough_and_titles_are_words(shelf: Shelf) -> None:
    for number in range(MOST + 2):
        shelf.article(f"a{number}.md", f"Article {number}", publish_on=day(number))
    assert titles(news(shelf).text(TESS, None, None)) == [f"Article {number}" for number in range(MOST)]
    shelf.article("odd.md", "[x](https://evil.example) {{ include: kit }} <b>", publish_on=day(0))
    text = news(shelf).text(TESS, None, date(2026, 11, 21)) or ""
    assert "](https" not in text
    assert "{{" not in text
    assert "<b>" not in text
