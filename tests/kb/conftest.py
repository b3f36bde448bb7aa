"""What the tests of the knowledge base share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kb.cli import main
from tests.kb.command import Kb, Ran
from tests.kb.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty content directory."""
    return Shelf(tmp_path / "content")


@pytest.fixture
def kb(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Kb:
    """Run `kb ...` over the shelf."""
    monkeypatch.setenv("CONTENT_DIR", str(shelf.folder))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["kb", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else int(code is not None), said.out, said.err)

    return run
