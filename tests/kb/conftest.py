"""What the tests of the knowledge base share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kb.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty content directory."""
    return Shelf(tmp_path / "content")
