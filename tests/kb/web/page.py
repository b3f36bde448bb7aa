"""What a reader, a browser and a screen reader find in a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "circle", "rect"}


@dataclass
class Found:
    """The parts of a page that the tests look at."""

    tags: Counter[str] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    """Everything that the page points at: links, pictures, scripts, stylesheets, forms."""
    pictures: list[dict[str, str]] = field(default_factory=list)
    inputs: list[dict[str, str]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    navigations: list[dict[str, str]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    """Scripts and styles that stand in the page itself, which the policy forbids."""
    data: list[str] = field(default_factory=list)
    """What stands in the page for machines, as JSON-LD; it is no script."""
    headings: list[int] = field(default_factory=list)
    text: str = ""
    unclosed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Found()
        self._open: list[str] = []
        self._data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        found = self.found
        found.tags[tag] += 1
        if tag not in _VOID:
            self._open.append(tag)
        if "id" in said:
            found.ids.append(said["id"])
        found.links += [said[name] for name in ("href", "src", "action") if name in said]
        self._collect(tag, said)

    def _collect(self, tag: str, said: dict[str, str]) -> None:
        found = self.found
        if tag == "img":
            found.pictures.append(said)
        elif tag == "input" and said.get("type") != "hidden":
            found.inputs.append(said)
        elif tag == "label":
            found.labelled.add(said.get("for", ""))
        elif tag == "nav":
            found.navigations.append(said)
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            found.headings.append(int(tag[1]))
        found.inline += [name for name in said if name == "style" or name.startswith("on")]
        self._data = tag == "script" and said.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in said and not self._data):
            found.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.found.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        if self._data and self._open[-1] == "script":
            self.found.data.append(data)
        else:
            self.found.text += data


def read(html: str) -> Found:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
