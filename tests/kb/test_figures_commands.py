"""`kb tickets`, `kb learning` and `kb export-edits`, as operators run them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.edits import NewArticle, NewSynonym
from kb.progress import Learned
from kb.storage import Edits, Learning, Readership
from kb.visit import months_before
from tests.conftest import NOON, OLGA, TODAY, MakeUrl
from tests.kb.command import Kb
from tests.kb.shelf import Shelf
from tiering.usecases.record import Store, open_store


@pytest.fixture
def kept(make_url: MakeUrl, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The record that the commands use, beside an empty shelf."""
    url = make_url("sqlite")
    monkeypatch.setenv("DATABASE_URL", url)
    return open_store(url, lambda: NOON)


def test_tickets_are_counted_and_a_file_with_a_mistake_counts_nothing(
    kb: Kb, kept: Store, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("day,tier,tickets\n2026-11-16,1,4\n2026-11-17,,2\n")
    bad.write_text("day,tier,tickets\n2026-11-16,1,9\nMonday,1,1\n")
    done = kb("tickets", str(good))
    assert (done.code, done.out) == (0, "6 tickets of 2 days\n")
    failed = kb("tickets", str(bad))
    assert failed.code == 1
    assert f"{bad}:3: `day` is 'Monday'" in failed.err
    counted = Readership(kept).months(months_before(TODAY.replace(day=1), 1))
    assert [(month.tier, month.did.tickets) for month in counted] == [(-1, 6), (0, 2), (1, 4)]


def test_a_file_of_tickets_that_is_not_there_is_one_sentence(kb: Kb, kept: Store, tmp_path: Path) -> None:
    failed = kb("tickets", str(tmp_path / "none.csv"))
    assert failed.code == 1
    assert "none.csv:1: there is no such file" in failed.err


def test_how_courses_fare_is_a_table_and_json(kb: Kb, kept: Store, shelf: Shelf) -> None:
    shelf.course("ropes", "title: Ropes")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots")
    now = datetime.now(UTC)
    for number in range(10):
        done = Learned(course="ropes", lesson="begin", read_at=now, done_at=now)
        rest = [Learned(course="ropes", lesson="knots", read_at=now, done_at=now)] if number < 4 else []
        Learning(kept).read(f"C-{number}", [done, *rest], "r1")
    table = kb("learning")
    assert table.code == 0
    assert [" ".join(line.split()) for line in table.out.splitlines()] == [
        "Course or tier Began Finished Completion Median days Certified",
        "Ropes 10 4 40% too few 0",
        "All courses 10 4 40% too few 0",
        "Without a plan 10 4 40% too few 0",
    ]
    everybody, without = json.loads(kb("learning", "--json").out)["tiers"]
    assert (everybody["tier"], without["tier"]) == (None, 0)
    assert (
        everybody["courses"][0]
        == without["courses"][0]
        == {
            "course": "ropes",
            "began": 10,
            "finished": 4,
            "completion": 0.4,
            "median_days": None,
            "certified": 0,
            "lessons": [
                {"lesson": "begin", "reached": 10, "did": 10, "stopped": 0},
                {"lesson": "knots", "reached": 4, "did": 4, "stopped": 0},
            ],
            "quizzes": [],
        }
    )


def test_edits_become_files_and_count_by_these_alone_when_they_are_forgotten(
    kb: Kb, kept: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "synonyms.yaml").write_text("- [invoice, bill]\n")
    for edit in (NewSynonym("fee", "bill"), NewArticle("articles/a.md", "# A\n")):
        Edits(kept).add(edit, OLGA)
    done = kb("export-edits", str(folder))
    assert (done.code, done.out) == (0, f"{folder}/articles/a.md\n{folder}/synonyms.yaml\n")
    assert (folder / "synonyms.yaml").read_text() == "- [invoice, bill, fee]\n"
    assert (folder / "articles" / "a.md").read_text() == "# A\n"
    assert len(Edits(kept).all()) == 2
    again = kb("export-edits", str(folder), "--forget")
    assert (again.code, again.out) == (0, "")
    assert Edits(kept).all() == ()
