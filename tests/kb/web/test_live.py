"""Content is served as it is now, whatever happens to its files."""

from __future__ import annotations

import os
import shutil
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.search.index import open_index
from kb.search.store import Store
from kb.web.app import live
from kb.web.live import LiveLibrary, NotReadyError
from tests.conftest import noon
from tests.kb.web.conftest import House, MakeHouse


def _wait_for(what: object, seconds: float = 15) -> bool:
    assert callable(what)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


def test_nothing_is_read_twice_while_nothing_changes(house: House) -> None:
    edition = live(house.app).edition
    assert not house.refresh()
    assert live(house.app).edition is edition


def test_working_files_in_the_content_directory_are_no_change_of_content(house: House) -> None:
    house.write("var/longtail.db", "busy")
    house.write("articles/.swap/book-a-berth.md", "# Being edited")
    assert not house.refresh()


def test_a_saved_article_is_served_and_found(house: House) -> None:
    house.write("articles/bills/refunds.md", "# Get a refund\n\nAsk the purser.\n")
    assert house.client.get("/articles/bills/refunds").status_code == 404
    assert house.refresh()
    assert "Ask the purser" in house.client.get("/articles/bills/refunds").text
    assert "/articles/bills/refunds" in house.client.get("/search?q=purser").text


def test_a_shared_text_and_a_variable_that_change_are_served_and_found(house: House) -> None:
    article = "articles/bills/refunds.md"
    house.write(article, "# Get a refund\n\n{{ include: refunds }}\n\n{{ company }} pays by {{ means }}.\n")
    house.write("includes/refunds.md", "Ask the purser.\n")
    house.refresh()
    house.write("includes/refunds.md", "Ask the bosun.\n")
    house.write("site.yaml", "name: Haven\nvariables:\n  means: doubloons\n")
    assert house.refresh()
    page = house.client.get("/articles/bills/refunds").text
    assert "Ask the bosun." in page
    assert "Haven pays by doubloons." in page
    for word in ("bosun", "doubloons"):
        assert "/articles/bills/refunds" in house.client.get(f"/search?q={word}").text
    markdown = house.client.get("/articles/bills/refunds.md").text
    assert markdown == "# Get a refund\n\nAsk the bosun.\n\nHaven pays by doubloons.\n"


def test_a_broken_article_leaves_its_last_good_version_and_a_problem(house: House) -> None:
    house.write("articles/berths/book-a-berth.md", "---\ntitle: [\n---\nNow broken.\n")
    house.refresh()
    assert "Every boat needs a berth" in house.client.get("/articles/berths/book-a-berth").text
    assert any("book-a-berth.md" in problem.path for problem in live(house.app).edition.problems)


def test_a_broken_site_leaves_the_last_good_one(house: House) -> None:
    house.write("site.yaml", "name: {")
    house.refresh()
    assert "Help with Harbour" in house.client.get("/").text


def test_an_emptied_directory_gives_an_honest_home_page(house: House) -> None:
    shutil.rmtree(house.content / "articles")
    house.refresh()
    assert "No article has been published yet" in house.client.get("/").text
    assert "No article has been published yet" in house.client.get("/articles").text
    assert house.client.get("/search?q=berth").status_code == 200


def test_plain_files_without_a_site_are_a_working_help_centre(house: House) -> None:
    shutil.rmtree(house.content)
    house.write("articles/tie-a-knot.md", "# Tie a knot\n\nOver, under, through.\n")
    house.write("articles/sail.md", "Hoist it.\n")
    house.refresh()
    home = house.client.get("/").text
    assert "All articles" in home
    assert "/articles/tie-a-knot" in home
    assert "What most people need" not in home  # the shipped site's favourites are not there
    assert house.client.get("/articles/sail").status_code == 200


def test_an_article_appears_on_its_day_without_a_change_of_files(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/soon.md").write_text("---\ntitle: Soon\npublish_on: 2026-11-23\n---\nHere.\n")
    now = [datetime(2026, 11, 22, 23, 59, tzinfo=UTC)]
    library = LiveLibrary(tmp_path, open_index(tmp_path / "var"), lambda: now[0])
    library.refresh()
    assert list(library.edition.library.articles) == []
    now[0] = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)
    assert library.refresh()
    assert list(library.edition.library.articles) == ["soon"]


def test_a_damaged_index_is_noticed_and_written_anew_without_any_change(house: House) -> None:
    watched = live(house.app)
    for path in (house.data / "search-5").glob("*.seg"):
        path.write_bytes(b"scribble")
    assert _wait_for(lambda: not watched.index.ready or watched.index.damaged)
    assert house.client.get("/search?q=berth").status_code == 200  # what was read before goes on answering
    assert watched.refresh()
    assert not watched.index.damaged
    assert open_index(house.data).ready


def test_while_another_process_writes_the_index_the_articles_are_served(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.live._PATIENCE", 0.0)
    house.write("articles/bills/refunds.md", "# Get a refund\n\nAsk the purser.\n")
    with Store(house.data / "search-5").lock(0):
        assert house.refresh()
        assert "Ask the purser" in house.client.get("/articles/bills/refunds").text
        assert "/articles/bills/refunds" not in house.client.get("/search?q=purser").text
    assert house.refresh()
    assert "/articles/bills/refunds" in house.client.get("/search?q=purser").text
    assert not house.refresh()


def test_before_the_first_reading_there_is_no_edition(tmp_path: Path) -> None:
    library = LiveLibrary(tmp_path, open_index(tmp_path / "var"), noon)
    assert not library.ready
    with pytest.raises(NotReadyError):
        _ = library.edition


def test_the_watching_thread_notices_a_change_and_survives_a_failure(house: House) -> None:
    watched, folder = live(house.app), house.data
    watched.start()
    try:
        assert watched.ready
        shutil.move(folder, folder.with_name("away"))
        folder.write_text("a file where the index should be")
        house.write("articles/bills/refunds.md", "# Get a refund\n\nAsk the purser.\n")
        assert _wait_for(lambda: "bills/refunds" in watched.edition.library.articles)
        assert house.client.get("/search?q=berth").status_code == 200  # the last good index answers
        folder.unlink()
        shutil.move(folder.with_name("away"), folder)
        assert _wait_for(lambda: watched.index.search("purser").total == 1)
    finally:
        watched.stop()


def test_without_an_index_the_pages_are_there_and_the_search_asks_for_patience(make_house: MakeHouse) -> None:
    house = make_house(read=False)
    shutil.rmtree(house.data, ignore_errors=True)
    house.data.write_text("a file where the index should be")
    with pytest.raises(OSError, match="var"):
        house.refresh()
    assert house.client.get("/articles/berths/book-a-berth").status_code == 200
    assert house.client.get("/articles/berths/booking").status_code == 404
    for path in ("/search?q=berth", "/api/v1/search?q=berth", "/readyz"):
        assert house.client.get(path).status_code == 503, path
    assert house.client.get("/suggest?q=ber").get_json()["suggestions"] == []


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")  # what is tested here
def test_a_fork_goes_on_watching(make_house: MakeHouse) -> None:
    house = make_house()
    watched = live(house.app)
    watched.start()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover (another process)
        alive = any(thread.name == "library" and thread.is_alive() for thread in threading.enumerate())
        os.write(writing, b"yes" if alive else b"no")
        os._exit(0)
    try:
        os.waitpid(child, 0)
        assert os.read(reading, 3) == b"yes"
    finally:
        watched.stop()
        os.close(reading)
        os.close(writing)


def test_a_request_sees_one_edition_from_beginning_to_end(house: House) -> None:
    from kb.web.desk import edition

    @house.app.get("/twice")
    def twice() -> str:
        first = edition()
        house.write("articles/bills/refunds.md", "# Get a refund\n\nAsk.\n")
        house.refresh()
        return str(first is edition())

    assert house.client.get("/twice").text == "True"
