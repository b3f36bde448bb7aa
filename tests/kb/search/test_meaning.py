"""What people mean is found too, and search works where the meaning layer cannot be had."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb.search import meaning
from kb.search.index import SearchIndex, open_index
from kb.search.meaning import load_model
from kb.search.schema import FORMAT
from tests.kb.shelf import Shelf


@pytest.fixture(autouse=True)
def _loaded_anew() -> Iterator[None]:
    """Let a test decide how the model is loaded; the others have one for all."""
    load_model.cache_clear()
    yield
    load_model.cache_clear()


@pytest.fixture
def office(shelf: Shelf, index: SearchIndex) -> SearchIndex:
    shelf.article(
        "remove.md",
        "Remove a person who left",
        "Take away their licence.\n\n## End all sessions\n\nTheir phones are signed out at once.",
        summary="An employee quit, so close their account.",
    )
    shelf.article("invoice.md", "Send an invoice", "Bill the client.", summary="Get paid for the work.")
    shelf.article("weather.md", "Rain and wind", "Plan for storms.", summary="Forecasts on the board.")
    index.refresh(shelf.read())
    return index


def test_an_article_without_any_word_of_the_query_is_offered_as_nearest(office: SearchIndex) -> None:
    results = office.search("umbrella forecast hurricane thunderstorm")
    assert results.hits[0].slug == "weather"
    assert not results.nearest, "`forecast` stands there"
    results = office.search("hurricane thunderstorm")
    assert results.nearest
    assert results.hits[0].slug == "weather"
    assert results.total == len(results.hits)


def test_what_is_far_from_everything_finds_nothing(office: SearchIndex) -> None:
    results = office.search("xylophone")
    assert (results.total, results.hits, results.nearest) == (0, (), False)


def test_a_hit_by_meaning_alone_names_the_section_that_is_nearest(office: SearchIndex) -> None:
    hit = next(
        hit for hit in office.search("firing staff whose telephone logout").hits if hit.slug == "remove"
    )
    assert (hit.section, hit.anchor) == ("End all sessions", "end-all-sessions")
    assert hit.snippet == "Their phones are signed out at once."


def test_an_explanation_tells_both_ranks(office: SearchIndex) -> None:
    top = office.explain("bill a client").hits[0]
    assert (top.slug, top.word_rank, top.meaning_rank) == ("invoice", 1, 1)
    assert top.similarity is not None
    assert top.score == pytest.approx(top.covered / 8 + 1 / 8)


def test_without_the_package_words_alone_decide_and_the_log_says_so(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(meaning, "_PACKAGE", "no-such-package")
    shelf.article("a.md", "Walrus", "Tusks.")
    index = open_index(tmp_path / "plain")
    with caplog.at_level(logging.WARNING):
        index.refresh(shelf.read())
        assert index.search("walrus").hits[0].slug == "a"
    assert index.explain("walrus").hits[0].meaning_rank is None
    assert [record.message for record in caplog.records] == [
        "search goes by words alone, without meaning: PackageNotFoundError: "
        "No package metadata was found for no-such-package"
    ]


@pytest.mark.parametrize("name", ["_WEIGHTS", "_TOKENS"])
def test_files_that_cannot_be_read_are_no_reason_to_fail(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, name, "wordllama/__init__.py")
    assert load_model() is None


def test_one_process_loads_it_once() -> None:
    assert load_model() is load_model()


def test_an_index_made_without_meaning_gets_it_as_soon_as_it_can(shelf: Shelf, tmp_path: Path) -> None:
    shelf.article("weather.md", "Rain and wind", "Plan for storms.")
    folder = tmp_path / f"search-{FORMAT}"
    SearchIndex(folder, load=lambda: None).refresh(shelf.read())
    index = SearchIndex(folder)
    assert index.search("hurricane thunderstorm").hits == ()
    assert index.refresh(shelf.read()).changed == 1
    assert index.search("hurricane thunderstorm").nearest


def test_the_model_is_offline_and_leaves_the_process_as_it_was() -> None:
    script = """
import logging, socket, sys
def refuse(*_): raise AssertionError("the network was asked")
socket.socket.connect = refuse
from kb.search.meaning import load_model
assert load_model().embed("a walrus").any()
assert not logging.getLogger().handlers, "somebody set up the log"
assert not {"wordllama", "requests"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_model_loads_quickly() -> None:
    load_model()
    load_model.cache_clear()
    began = time.perf_counter()
    load_model()
    assert time.perf_counter() - began < 2, "a tenth of that on a machine that has nothing else to do"


def test_a_text_is_a_direction_and_silence_is_none() -> None:
    model = load_model()
    assert model is not None
    assert np.linalg.norm(model.embed("Send an invoice")) == pytest.approx(1, abs=1e-5)
    assert not model.embed("").any()
    near, far = model.embed("bill the customer"), model.embed("rain and wind")
    assert model.embed("send an invoice") @ near > model.embed("send an invoice") @ far
