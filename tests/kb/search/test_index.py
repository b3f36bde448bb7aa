"""The index on disk follows the library, survives being killed, and mends itself."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from kb.search.index import IndexBusyError, Refreshed, SearchIndex, open_index
from kb.search.store import Store
from tests.forks import start
from tests.kb.search.indexer import index_until
from tests.kb.shelf import Shelf


def found(index: SearchIndex, query: str) -> set[str]:
    return {hit.slug for hit in index.search(query, limit=100).hits}


def folder_of(data: Path) -> Path:
    [folder] = [path for path in data.iterdir() if path.is_dir() and path.suffix != ".new"]
    return folder


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_what_changed_is_written(shelf: Shelf, index: SearchIndex) -> None:
    for number in range(5):
        shelf.article(f"{number}.md", f"Article {number}", "walrus")
    assert index.refresh(shelf.read()) == Refreshed(added=5)
    assert index.refresh(shelf.read()) == Refreshed()
    shelf.article("1.md", "Article 1", "penguin")
    shelf.article("9.md", "Article 9", "penguin")
    (shelf.folder / "articles" / "2.md").unlink()
    assert index.refresh(shelf.read()) == Refreshed(added=1, changed=1, removed=1)
    assert found(index, "penguin") == {"1", "9"}
    assert found(index, "walrus") == {"0", "3", "4"}
    assert index.size == 5


def test_an_index_that_grew_answers_like_one_that_was_made_at_once(shelf: Shelf, tmp_path: Path) -> None:
    words = ["anchor", "berth", "crew", "deck", "engine", "ferry", "galley", "harbour", "island", "jetty"]
    chance = random.Random(4)
    grown = open_index(tmp_path / "grown")
    for step in range(12):
        for _ in range(3):
            name = f"{chance.randrange(15)}.md"
            shelf.article(
                name, chance.choice(words), " ".join(chance.choices(words, k=chance.randrange(1, 60)))
            )
        if step % 3 == 2:
            chance.choice(sorted((shelf.folder / "articles").iterdir())).unlink()
        grown.refresh(shelf.read())
    fresh = open_index(tmp_path / "fresh")
    fresh.refresh(shelf.read())
    for word in words:
        query = f"{word} {chance.choice(words)}"
        assert grown.search(query) == fresh.search(query)
        assert grown.suggest(word[:2]) == fresh.suggest(word[:2])


def test_a_process_that_starts_later_finds_the_index_ready(harbour: SearchIndex, tmp_path: Path) -> None:
    other = open_index(tmp_path / "data")
    assert other.ready
    assert other.search("refund") == harbour.search("refund")


def test_a_running_process_notices_a_newer_generation(shelf: Shelf, tmp_path: Path) -> None:
    writer = open_index(tmp_path / "data")
    shelf.article("a.md", "Walrus")
    writer.refresh(shelf.read())
    watch = Watch()
    reader = SearchIndex(folder_of(tmp_path / "data"), watch)
    shelf.article("b.md", "Penguin")
    writer.refresh(shelf.read())
    watch.now = 0.2
    assert found(reader, "penguin") == set()
    time.sleep(0.05)
    assert found(reader, "penguin") == set(), "it does not look more often than every quarter of a second"
    watch.now = 0.3
    deadline = time.monotonic() + 10
    while not found(reader, "penguin") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert found(reader, "penguin") == {"b"}


def test_readers_are_answered_while_the_index_is_written(shelf: Shelf, index: SearchIndex) -> None:
    shelf.article("always.md", "Always here")
    index.refresh(shelf.read())
    wrong: list[set[str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            if found(index, "always here") != {"always"}:
                wrong.append(found(index, "always here"))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(4):
        shelf.article("changing.md", f"Walrus {number}")
        index.refresh(shelf.read())
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def killed_at(moment: int, shelf: Shelf, data: Path) -> int | None:
    """Index in a process that dies at a moment of its work; return how it ended."""
    process = start(index_until, shelf.folder, data, moment)
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize("moment", [1, 2, 4, 7, 10, 13, 16, 19, 22])
def test_killing_the_indexer_leaves_the_last_good_generation(
    shelf: Shelf, tmp_path: Path, moment: int
) -> None:
    data = tmp_path / "data"
    shelf.article("old.md", "Walrus")
    open_index(data).refresh(shelf.read())
    shelf.article("new.md", "Penguin")
    assert killed_at(moment, shelf, data) in {-signal.SIGKILL, 0}, "0 only where it had finished before"
    survivor = open_index(data)
    assert survivor.ready
    assert found(survivor, "walrus") == {"old"}
    survivor.refresh(shelf.read())
    assert found(survivor, "penguin") == {"new"}
    assert found(open_index(data), "penguin walrus") == {"new", "old"}


@pytest.mark.parametrize("moment", range(1, 22, 2))
def test_killing_the_very_first_indexing_never_leaves_an_empty_index_that_says_it_is_ready(
    shelf: Shelf, tmp_path: Path, moment: int
) -> None:
    data = tmp_path / "data"
    shelf.article("a.md", "Walrus")
    assert killed_at(moment, shelf, data) in {-signal.SIGKILL, 0}
    survivor = open_index(data)
    assert survivor.size == (1 if survivor.ready else 0)
    survivor.refresh(shelf.read())
    assert survivor.ready
    assert found(survivor, "walrus") == {"a"}


@pytest.mark.parametrize("moment", [1, 4, 8, 12])
def test_killing_who_mends_a_damaged_index_leaves_none_or_a_whole_one(
    shelf: Shelf, tmp_path: Path, moment: int
) -> None:
    data = tmp_path / "data"
    shelf.article("a.md", "Walrus")
    open_index(data).refresh(shelf.read())
    damage(folder_of(data), "scribbled")
    assert killed_at(moment, shelf, data) in {-signal.SIGKILL, 0}
    survivor = open_index(data)
    assert found(survivor, "walrus") == ({"a"} if survivor.ready else set())
    survivor.refresh(shelf.read())
    assert found(survivor, "walrus") == {"a"}


def test_the_indexer_was_really_killed(shelf: Shelf, tmp_path: Path) -> None:
    shelf.article("a.md", "Walrus")
    assert killed_at(4, shelf, tmp_path / "data") == -signal.SIGKILL
    assert not open_index(tmp_path / "data").ready


def damage(folder: Path, kind: str) -> None:
    files = sorted(path for path in folder.iterdir() if path.suffix in {".toc", ".seg", ".trm", ".pst"})
    for path in files:
        size = path.stat().st_size
        if kind == "emptied":
            path.write_bytes(b"")
        elif kind == "cut":
            os.truncate(path, size // 2)
        elif kind == "scribbled":
            path.write_bytes(os.urandom(size))
        elif path.suffix != ".toc":
            path.unlink()


@pytest.mark.parametrize("kind", ["emptied", "cut", "scribbled", "lost"])
def test_a_damaged_index_is_noticed_and_written_anew(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    data = tmp_path / "data"
    shelf.article("a.md", "Walrus", "A long text. " * 300)
    serving = open_index(data)
    serving.refresh(shelf.read())
    damage(folder_of(data), kind)
    starting = open_index(data)
    assert not starting.ready
    assert starting.search("walrus").hits == ()
    assert found(serving, "walrus") == {"a"}, "who had read it before goes on answering"
    assert starting.refresh(shelf.read()) == Refreshed(added=1)
    assert found(starting, "walrus") == found(open_index(data), "walrus") == {"a"}


def test_a_single_wrong_byte_is_noticed(shelf: Shelf, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shelf.article("a.md", "Walrus", "A long text. " * 300)
    serving = open_index(data)
    serving.refresh(shelf.read())
    [segment] = folder_of(data).glob("*.seg")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    assert not open_index(data).ready
    assert serving.refresh(shelf.read()) == Refreshed(added=1)
    assert not serving.damaged
    assert found(open_index(data), "walrus") == {"a"}


def test_what_was_deleted_is_cleared_away_in_time(shelf: Shelf, tmp_path: Path) -> None:
    index = open_index(tmp_path / "data")
    for round_ in range(4):
        for number in range(5):
            shelf.article(f"{number}.md", f"Walrus {round_}")
        index.refresh(shelf.read())
    held = sum(len(segment.columns.pages) for segment in Store(folder_of(tmp_path / "data")).read(()) or ())
    assert held <= 10
    assert index.size == 5


def test_damage_while_serving_is_mended_by_the_next_change(shelf: Shelf, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shelf.article("a.md", "Walrus")
    serving = open_index(data)
    serving.refresh(shelf.read())
    damage(folder_of(data), "scribbled")
    shelf.article("b.md", "Penguin")
    serving.refresh(shelf.read())
    assert found(serving, "walrus penguin") == found(open_index(data), "walrus penguin") == {"a", "b"}


def test_two_indexers_take_turns(shelf: Shelf, tmp_path: Path) -> None:
    for number in range(20):
        shelf.article(f"{number}.md", f"Walrus {number}")
    library = shelf.read()
    indexes = [open_index(tmp_path / "data") for _ in range(2)]
    done: list[Refreshed] = []
    threads = [threading.Thread(target=lambda one=one: done.append(one.refresh(library))) for one in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.added for one in done) == [0, 20]
    assert all(one.size == 20 for one in indexes)


def test_an_indexer_that_waited_in_vain_leaves_politely(shelf: Shelf, tmp_path: Path) -> None:
    index = open_index(tmp_path / "data")
    shelf.article("a.md", "Walrus")
    index.refresh(shelf.read())
    shelf.article("b.md", "Penguin")
    with Store(folder_of(tmp_path / "data")).lock(0), pytest.raises(IndexBusyError, match="try again"):
        index.refresh(shelf.read(), wait=0)
    assert found(index, "walrus") == {"a"}
    assert index.refresh(shelf.read()) == Refreshed(added=1)


def test_a_data_directory_that_cannot_be_made_is_the_systems_own_error(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OSError, match="file"):
        open_index(tmp_path / "file" / "data").refresh(shelf.read())
