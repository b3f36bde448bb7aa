"""An import lands as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.importing.batch import Batch, LandingError, in_the_way, land


def _batch(*paths: str) -> Batch:
    batch = Batch()
    for path in paths:
        assert batch.add(path, b"new " + path.encode())
    return batch


def _tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_files_and_folders_are_laid_down(tmp_path: Path) -> None:
    land(_batch("a.md", "b/c/d.md"), tmp_path / "deep/articles")
    assert _tree(tmp_path) == {"deep/articles/a.md": "new a.md", "deep/articles/b/c/d.md": "new b/c/d.md"}


def test_what_is_replaced_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("old")
    (tmp_path / "z.md").write_text("mine")
    batch = _batch("a.md", "b.md")
    assert [str(one) for one in in_the_way(batch, tmp_path)] == [
        f"{tmp_path}/a.md:1: the file is there already; --replace overwrites it"
    ]
    land(batch, tmp_path)
    assert _tree(tmp_path) == {"a.md": "new a.md", "b.md": "new b.md", "z.md": "mine"}


def test_when_one_file_cannot_be_moved_everything_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("old")
    rename = Path.rename

    def stumble(self: Path, target: Path) -> Path:
        if self.as_posix().endswith("new/d/c.md"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stumble)
    with pytest.raises(LandingError, match="No space left on device; nothing was imported"):
        land(_batch("a.md", "b/b.md", "d/c.md"), tmp_path)
    assert _tree(tmp_path) == {"a.md": "old"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]


def test_folders_made_for_an_import_that_failed_go_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LandingError, match="nothing was imported"):
        land(_batch("a.md"), tmp_path / "file" / "articles")
    assert _tree(tmp_path) == {"file": "x"}


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside, home = tmp_path / "outside", tmp_path / "articles"
    outside.mkdir()
    home.mkdir()
    (home / "b").symlink_to(outside)
    with pytest.raises(LandingError, match="is a link to somewhere else; nothing was imported"):
        land(_batch("a.md", "b/c.md"), home)
    assert _tree(tmp_path) == {}


def test_a_link_in_place_of_a_file_is_in_the_way_and_is_replaced_itself(tmp_path: Path) -> None:
    outside, home = tmp_path / "outside.md", tmp_path / "articles"
    outside.write_text("theirs")
    home.mkdir()
    (home / "a.md").symlink_to(outside)
    assert len(in_the_way(_batch("a.md"), home)) == 1
    land(_batch("a.md"), home)
    assert outside.read_text() == "theirs"
    assert (home / "a.md").read_text() == "new a.md"
    assert not (home / "a.md").is_symlink()


def test_a_folder_in_place_of_a_file_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    (tmp_path / "a.md/mine.txt").write_text("mine")
    assert len(in_the_way(_batch("a.md"), tmp_path)) == 1
    with pytest.raises(LandingError, match="is a folder; nothing was imported"):
        land(_batch("a.md"), tmp_path)
    assert _tree(tmp_path) == {"a.md/mine.txt": "mine"}


@pytest.mark.parametrize(
    ("first", "second"), [("a.md", "A.md"), ("a.md", "a.md/b.md"), ("a/b.md", "a"), ("ä.md", "Ä.md")]
)
def test_two_files_never_share_a_place(first: str, second: str) -> None:
    batch = _batch(first)
    assert not batch.add(second, b"x")
    assert list(batch.files) == [first]


def test_a_name_that_no_disk_takes_is_refused() -> None:
    assert not Batch().add("é" * 150 + ".md", b"x")
