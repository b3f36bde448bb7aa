"""The texts that several articles share, `includes/**/*.md`, as they are on the disk."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from kb.finding import find_includes
from tiering.files import Problem, read_text


def read_includes(content_dir: Path, previous: Mapping[str, str]) -> tuple[Mapping[str, str], list[Problem]]:
    """Return the shared texts by path; of what is broken the last good text stays."""
    paths, problems = find_includes(content_dir)
    texts: dict[str, str] = {}
    for name, path in paths.items():
        text, wrong = read_text(path, name)
        wrong = wrong or _problems(text, name)
        problems += wrong
        if not wrong:
            texts[name] = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
        elif name in previous:
            texts[name] = previous[name]
    return texts, problems


def _problems(text: str, name: str) -> list[Problem]:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return [Problem(name, line, "the text holds a NUL character")]
    if text.startswith("---"):
        return [Problem(name, 1, "a text to be included has no front matter; expected only the text itself")]
    return []
