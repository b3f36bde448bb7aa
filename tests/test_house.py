from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which a violation can be planted."""
    root = tmp_path_factory.mktemp("house")
    for package in ("bot", "kb", "tiering"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "violation", "contract"),
    [
        ("tiering/domain/money.py", "import sqlalchemy", "The domain is pure"),
        ("tiering/domain/names.py", "from tiering.storage import tables", "Inside tiering"),
        ("tiering/usecases/daily.py", "import sqlalchemy", "SQLAlchemy lives in storage"),
        ("tiering/usecases/daily.py", "from tiering import terminal", "Inside tiering"),
        ("tiering/files.py", "import markdown", "Each technology has one home: tiering"),
        ("kb/site.py", "from bot import desk", "Two faces over one core"),
        ("kb/library.py", "import whoosh", "Whoosh lives in kb.search"),
        ("kb/library.py", "import numpy", "Whoosh lives in kb.search"),
        ("kb/web/home.py", "from tiering.storage import store", "The faces reach the record"),
        ("bot/blocks.py", "import flask", "Flask is for kb and the playground"),
        ("bot/answers/account.py", "import markdown", "Each technology has one home: bot"),
    ],
)
def test_a_planted_violation_is_caught(copy: Path, room: str, violation: str, contract: str) -> None:
    path = copy / room
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{violation}\n", encoding="utf-8")
    try:
        done = lint(copy)
    finally:
        path.write_text(before, encoding="utf-8")
    assert done.returncode == 1
    assert f"{contract}" in done.stdout
    assert "BROKEN" in done.stdout
