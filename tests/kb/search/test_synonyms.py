"""Synonyms are other ways to hold the same word."""

from __future__ import annotations

import pytest

from kb.search.index import SearchIndex
from kb.synonyms import read_synonyms
from tests.kb.shelf import Shelf


@pytest.fixture
def office(shelf: Shelf, index: SearchIndex) -> SearchIndex:
    shelf.article("invoice.md", "Send an invoice", "The client pays.")
    shelf.article("bill.md", "Look at our bill", "Where it is.")
    shelf.article("review.md", "Hold a quarterly business review", "Once a quarter.")
    shelf.article("reviews.md", "Read reviews", "Of your business.")
    shelf.article("qbr.md", "Prepare for the QBR", "An agenda.")
    index.refresh(shelf.read())
    (shelf.folder / "synonyms.yaml").write_text("- [invoice, bill]\n- [qbr, quarterly business review]\n")
    index.use(read_synonyms(shelf.folder)[0])
    return index


def found(index: SearchIndex, query: str) -> list[str]:
    shown = index.explain(query).hits
    return [hit.slug for hit in sorted(shown, key=lambda hit: -hit.word_score) if hit.word_score]


def test_a_synonym_is_found_a_little_lower(office: SearchIndex) -> None:
    assert found(office, "invoices") == ["invoice", "bill"]
    assert found(office, "bill") == ["bill", "invoice"]


def test_an_acronym_finds_its_phrase_where_all_of_it_stands(office: SearchIndex) -> None:
    assert found(office, "qbr") == ["qbr", "review"]


def test_a_phrase_finds_its_acronym(office: SearchIndex) -> None:
    assert found(office, "a quarterly business review") == ["review", "qbr", "reviews"]


def test_the_explanation_names_what_was_looked_up(office: SearchIndex) -> None:
    [word] = office.explain("invoice").words
    assert (word.how, word.terms) == ("as written", ("invoic", "bill"))


def test_synonyms_take_effect_without_writing_the_index(shelf: Shelf, index: SearchIndex) -> None:
    shelf.article("bill.md", "Our bill")
    index.refresh(shelf.read())
    assert found(index, "kwijibo") == []
    (shelf.folder / "synonyms.yaml").write_text("- [kwijibo, bill]\n")
    index.use(read_synonyms(shelf.folder)[0])
    assert found(index, "kwijibo") == ["bill"]
    assert index.explain("kwijibo").words[0].how == "synonym"
