"""Writes the front matter of an imported article; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kb.stub import yaml_text

_ORDER = (
    "title", "summary", "slug", "aliases", "category", "order", "keywords", "audience", "status",
    "publish_on", "owner", "last_reviewed", "review_every", "related", "language",
)  # fmt: skip


def article_text(head: Mapping[str, object], body: str) -> bytes:
    """Return an article's file: the keys that say something, in our own order, and the body."""
    head = {key: _plain(value) if key in {"title", "summary"} else value for key, value in head.items()}
    lines = [f"{key}: {_value(head[key])}" for key in _ORDER if head.get(key) not in (None, "", (), [])]
    return ("\n".join(["---", *lines, "---", "", body.strip()]) + "\n").encode()


def _plain(value: object) -> object:
    """Keep braces from naming one of our variables."""
    return value.replace("{{", "\\{{") if isinstance(value, str) else value


def one_line(text: str, most: int) -> str:
    """Return a text as one printable line of so many characters at most."""
    words = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _value(value: object) -> str:
    if isinstance(value, str):
        return yaml_text(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(_item(str(one)) for one in value)}]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    assert isinstance(value, int | date), value  # noqa: S101 (nothing else can stand in a head)
    return str(value)


def _item(text: str) -> str:
    """Write an item of a list, in which a comma needs quotes."""
    written = yaml_text(text)
    return f'"{written}"' if "," in written and written == text else written
