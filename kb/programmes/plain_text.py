"""Clean HTML as plain text for a mail: every link with its address; pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_APART = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "pre",
    "table",
    "blockquote",
    "div",
    "dl",
    "hr",
}
_LINES = {"li", "tr", "br", "dt", "dd"}
_MANY = re.compile(r"\n{3,}")


def as_text(html: str) -> str:
    """Return clean HTML as plain text; it ends with a line break."""
    writing = _Writing()
    writing.feed(html)
    writing.close()
    lines = (line.rstrip() for line in "".join(writing.out).split("\n"))
    return _MANY.sub("\n\n", "\n".join(lines)).strip() + "\n"


class _Writing(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._lists: list[int | None] = []
        """The number of the last item of each list that is open; None where items have none."""
        self._link: tuple[str, int] | None = None
        self._verbatim = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _APART and not (tag in {"ul", "ol", "p"} and self._lists):
            self.out.append("\n\n")
        elif tag in _LINES:
            self.out.append("\n")
        if tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag in {"td", "th"}:
            self.out.append("  ")
        elif tag == "a":
            self._link = (said.get("href") or "", len(self.out))
        elif tag == "img":
            self.out.append(said.get("alt") or "")
        self._verbatim = self._verbatim or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "a" and self._link:
            url, begin = self._link
            words = "".join(self.out[begin:]).strip()
            if url and words not in {url, url.removeprefix("mailto:")}:
                self.out.append(f" ({url})")
            self._link = None
        if tag in _APART and not self._lists:
            self.out.append("\n\n")
        self._verbatim = self._verbatim and tag != "pre"

    def handle_data(self, data: str) -> None:
        words = data if self._verbatim else re.sub(r"\s+", " ", data)
        at_begin = not self.out or self.out[-1].endswith(("\n", "- ", ". "))
        self.out.append(words if self._verbatim or not at_begin else words.lstrip())

    def _item(self) -> None:
        indent = "  " * (len(self._lists) - 1)
        if self._lists and (number := self._lists[-1]) is not None:
            self._lists[-1] = number + 1
            self.out.append(f"{indent}{number + 1}. ")
        else:
            self.out.append(f"{indent}- ")
