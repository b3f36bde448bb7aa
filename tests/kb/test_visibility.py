"""Who may see what: the words of an audience, whom they apply to, and denial wherever it is in doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.library import read_library
from kb.site import Site
from kb.versions import keys_shown
from kb.visibility import (
    NOBODY,
    PUBLIC,
    STAFF,
    STAFF_ONLY,
    Audience,
    Visitor,
    Who,
    all_see,
    may_see,
    parse_audience,
)
from tests.kb.shelf import TODAY, Shelf

TESS = Visitor(Who.CONTACT, tier=1)
DINA = Visitor(Who.CONTACT, tier=3, segment="rollout")
PAUL = Visitor(Who.CONTACT, tier=3, partner="Nordic  Field")
PETRA = Visitor(Who.CONTACT)
"""A contact of a prospect, to whom no tier is promised."""


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("public", "public"),
        ("Signed-In", "signed-in"),
        (1, "tier:1"),
        ([2, 1], "tier:1+tier:2"),
        ("1, tier 2, tier:3, tier-4", "tier:1+tier:2+tier:3+tier:4"),
        (["segment:Rollout", "partner: Nordic Field"], "partner:nordic field+segment:rollout"),
        (["partners", "partner:Acme"], "partners"),
        ([1, "public", "staff"], "public"),
        ([1, "signed-in"], "signed-in"),
        ([1, "staff"], "tier:1"),
        ("staff", "staff"),
    ],
)
def test_an_audience_has_one_canonical_key(written: object, key: str) -> None:
    audience, problem = parse_audience(written)
    assert (audience.key, problem) == (key, None)


@pytest.mark.parametrize(
    "written",
    [None, "", [], {}, {"tier": 1}, True, [True], 0, 10, 1.5, "everyone", "publik", [1, "nobody"], ["", 1],
     "segment:", "segment:a+public", "tier:1+public", [["public"]], "public\0", "staff,"],
)  # fmt: skip
def test_what_is_no_audience_is_for_staff_only(written: object) -> None:
    audience, problem = parse_audience(written)
    assert audience == STAFF_ONLY
    assert problem is not None
    assert "expected public, signed-in, staff, partners, a tier such as 1" in problem


@pytest.mark.parametrize(
    ("written", "seen_by"),
    [
        ("public", {"nobody", "tess", "dina", "paul", "petra", "staff"}),
        ("signed-in", {"tess", "dina", "paul", "petra", "staff"}),
        (1, {"tess", "staff"}),
        ([1, 2], {"tess", "staff"}),
        (3, {"dina", "paul", "staff"}),
        ("segment:rollout", {"dina", "staff"}),
        ("partners", {"paul", "staff"}),
        ("partner:nordic field", {"paul", "staff"}),
        ("partner:other", {"staff"}),
        ("staff", {"staff"}),
    ],
)
def test_each_visitor_sees_what_is_for_them(written: object, seen_by: set[str]) -> None:
    audience, _ = parse_audience(written)
    cast = {"nobody": NOBODY, "tess": TESS, "dina": DINA, "paul": PAUL, "petra": PETRA, "staff": STAFF}
    assert {name for name, visitor in cast.items() if may_see(visitor, audience)} == seen_by


def test_a_preview_sees_no_more_than_whom_it_shows() -> None:
    shown = Visitor(Who.CONTACT, tier=3, preview=True)
    assert not may_see(shown, STAFF_ONLY)
    assert not may_see(Visitor(preview=True), Audience(frozenset({"signed-in"})))
    assert may_see(shown, PUBLIC)


def keys(visitor: Visitor, audiences: list[Audience]) -> set[str]:
    """Return the keys of what a visitor is shown."""
    every = [audience.key for audience in audiences]
    return set(keys_shown(every, ("en",), lambda audience: may_see(visitor, audience)))


def test_the_keys_that_somebody_sees_are_those_of_the_audiences_they_belong_to() -> None:
    audiences = [parse_audience(written)[0] for written in ("public", [1, 2], 3, "staff")]
    assert [Audience.of_key(audience.key) for audience in audiences] == audiences
    assert keys(NOBODY, audiences) == {"public"}
    assert keys(TESS, audiences) == {"public", "tier:1+tier:2"}
    assert keys(STAFF, audiences) == {"public", "tier:1+tier:2", "tier:3", "staff"}


@given(st.lists(st.text() | st.integers() | st.none() | st.booleans()) | st.text() | st.integers())
def test_nothing_that_can_be_written_opens_an_article_by_mistake(written: object) -> None:
    audience, problem = parse_audience(written)
    if problem:
        assert audience == STAFF_ONLY
    parts = written if isinstance(written, list) else str(written).split(",")
    says_public = any(str(part).strip().casefold() == "public" for part in parts)
    assert may_see(NOBODY, audience) == (says_public and not problem)


def test_an_audience_that_cannot_be_read_closes_the_article_and_is_reported_with_its_line(
    shelf: Shelf,
) -> None:
    shelf.article("open.md", "Open")
    assert shelf.read().articles["open"].audience == PUBLIC
    shelf.article("open.md", "Open", body="Now a secret.", audience="stafff")
    assert shelf.read().articles["open"].audience == STAFF_ONLY
    assert shelf.problems()[0].startswith("articles/open.md:3: `audience`: 'stafff' is no audience; expected")


def test_a_mistake_beside_a_new_audience_closes_the_version_that_stays(shelf: Shelf) -> None:
    shelf.article("open.md", "Open", body="Old.")
    shelf.read()
    shelf.article("open.md", "Open", body="New.", audience="staff", order="first")
    article = shelf.read().articles["open"]
    assert (article.source.strip(), article.audience) == ("Old.", STAFF_ONLY)
    shelf.article("open.md", "Open", body="New.", order=1)
    assert shelf.read().articles["open"].audience == PUBLIC


@pytest.mark.parametrize(
    ("first", "second", "all_of_them"),
    [
        ("public", "public", True),
        ("public", "signed-in", False),
        ("signed-in", "public", True),
        ("1", "signed-in", True),
        ("1", "1, 2", True),
        ("1, 2", "1", False),
        ("signed-in", "1, 2, 3", False),
        ("segment:Rollout", "segment:rollout", True),
        ("segment:rollout", "1", False),
        ("partner:Acme", "partners", True),
        ("partners", "partner:Acme", False),
        ("staff", "1", True),
        ("1", "staff", False),
    ],
)
def test_who_sees_one_may_see_the_other_too(first: str, second: str, all_of_them: bool) -> None:
    assert all_see(parse_audience(first)[0], parse_audience(second)[0]) is all_of_them


def test_a_partner_with_a_comma_in_its_name_sees_its_own() -> None:
    audience, _ = parse_audience(["partner:Smith, Jones & Co"])
    assert all_see(audience, audience)


def test_an_article_that_says_nothing_is_for_whom_the_site_says(shelf: Shelf) -> None:

    shelf.article("plain.md", "Plain")
    shelf.article("public.md", "Public", audience="public")
    first = read_library(shelf.folder, TODAY)
    members, _ = parse_audience("signed-in")
    second = read_library(shelf.folder, TODAY, Site(audience=members), first)
    assert first.articles["plain"].audience == PUBLIC
    assert {slug: one.audience.key for slug, one in second.articles.items()} == {
        "plain": "signed-in",
        "public": "public",
    }
