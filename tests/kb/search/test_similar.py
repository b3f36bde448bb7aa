"""Which articles are nearest to one, for those who see them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kb.search.index import SearchIndex
from kb.search.meaning import load_model
from tests.kb.shelf import Shelf

_EVERY = frozenset({"public", "staff", "signed-in"})


@pytest.fixture(params=["words and meaning", "words alone"])
def marina(request: pytest.FixtureRequest, shelf: Shelf, tmp_path: Path) -> SearchIndex:
    """The help of a marina, with and without the meaning layer."""
    shelf.article("book.md", "Book a berth", summary="Reserve a place for your boat in the harbour.")
    shelf.article("cancel.md", "Cancel a berth", summary="Give the place of your boat in the harbour back.")
    shelf.article(
        "secret.md", "Berths of the navy", summary="Boats in the harbour at night.", audience="staff"
    )
    shelf.article(
        "draft.md", "Berths to come", summary="A berth for your boat in the harbour.", status="draft"
    )
    shelf.article("bread.md", "Bake bread", summary="Flour, water, salt.")
    meaning = request.param == "words and meaning"
    index = SearchIndex(tmp_path / "index", load=load_model if meaning else lambda: None)
    index.refresh(shelf.read())
    return index


def test_the_nearest_articles_come_first_and_never_the_article_itself(marina: SearchIndex) -> None:
    assert marina.similar("book", seen=_EVERY) == ("cancel", "secret")


def test_what_a_reader_may_not_see_is_similar_to_nothing(marina: SearchIndex) -> None:
    assert marina.similar("book") == ("cancel",)
    assert marina.similar("secret") == ()


@pytest.mark.parametrize("slug", ["", "nothing", "draft", "zzz", "book/", "BOOK"])
def test_to_an_article_that_is_not_there_nothing_is_similar(marina: SearchIndex, slug: str) -> None:
    assert marina.similar(slug, seen=_EVERY) == ()


def test_an_article_that_resembles_nothing_has_nothing_beside_it(marina: SearchIndex) -> None:
    assert marina.similar("bread", seen=_EVERY) == ()


def test_a_new_generation_is_looked_at_anew(marina: SearchIndex, shelf: Shelf) -> None:
    assert marina.similar("book") == ("cancel",)
    shelf.article("swap.md", "Swap a berth", summary="Change places in the harbour with another boat.")
    marina.refresh(shelf.read())
    assert set(marina.similar("book")) == {"cancel", "swap"}


def test_what_is_similar_is_remembered(marina: SearchIndex) -> None:
    marina.similar("book")
    began = time.perf_counter()
    for _ in range(100):
        marina.similar("book")
    assert (time.perf_counter() - began) / 100 < 0.001


def test_an_index_of_which_nothing_is_there_answers_nothing(tmp_path: Path) -> None:
    assert SearchIndex(tmp_path / "empty").similar("book") == ()
