from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from tests.conftest import MakeUrl
from tiering.cli import main
from tiering.files import SHIPPED_CONTENT

Run: TypeAlias = Callable[..., Result]


def command(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def run(make_url: MakeUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `tiering ...` against an empty record with up-to-date tables."""
    monkeypatch.setenv("DATABASE_URL", make_url("sqlite"))
    monkeypatch.setenv("CONTENT_DIR", str(SHIPPED_CONTENT))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return command


@pytest.fixture(scope="session")
def peopled(make_url: MakeUrl, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record in which the shipped policy is in force and the sample has been imported, to be copied."""
    url = make_url("sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("CONTENT_DIR", str(SHIPPED_CONTENT))
        assert command("upgrade").exit_code == 0
        assert command("sample").exit_code == 0
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def ready(run: Run, peopled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, against a copy of the record that has the sample."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{shutil.copy(peopled, tmp_path / 'peopled.db')}")
    return run
