"""HTML as editors of help centres write it, into the Markdown that a person would have written; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Comment, Tag
from markdownify import MarkdownConverter

from kb.render import anchor_of

MAX_CHARACTERS = 2_000_000
"""HTML that is longer is a mistake, not an article."""

_HEADINGS = [f"h{level}" for level in range(1, 7)]
_DROPPED = [
    "script", "style", "noscript", "template", "object", "embed", "applet", "svg", "math", "head", "meta",
    "link", "base", "title", "input", "select", "textarea", "canvas", "map", "dialog",
]  # fmt: skip
_FRAMES = ["iframe", "video", "audio"]
_SCHEMES = {"http", "https", "mailto", "tel"}
_BOXES = {
    "tip": "tip", "success": "tip", "hint": "tip",
    "warning": "warning", "caution": "warning", "danger": "warning", "important": "warning",
    "alert": "warning",
    "note": "note", "info": "note", "callout": "note", "notice": "note",
}  # fmt: skip
_WORDS = re.compile(r"[a-z]+")
_LANGUAGE = re.compile(r"(?:language|lang|brush)[-:]\s*([\w+#-]{1,30})")
_SPECIAL = re.compile(r"[\\`*\[\]]|(?<!\w)_|_(?!\w)|\{(?=[:{%#])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_OPENER = re.compile(
    r"^(\s*)(#{1,6}(?=\s)|>|[+-](?=\s)|=+\s*$|-+\s*$|~~~|!!!|\?\?\?|:(?=\s)|\|)", re.MULTILINE
)
_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])(?=\s)", re.MULTILINE)


class HtmlError(Exception):
    """The HTML cannot be converted; the message is a sentence for whoever imports it."""


class Html:
    """One body of HTML, to be asked for its anchors and then to be converted."""

    def __init__(self, text: str) -> None:
        """Parse it, and take away what no article can show. Raises HtmlError."""
        if len(text) > MAX_CHARACTERS:
            raise HtmlError(f"the text has more than {MAX_CHARACTERS:,} characters of HTML")
        try:
            self._soup = BeautifulSoup(text.replace("\0", ""), "html.parser")
        except (AssertionError, RecursionError, ValueError):  # what html.parser raises on `<![` and worse
            raise HtmlError("the HTML cannot be read") from None
        for comment in self._soup.find_all(string=lambda found: isinstance(found, Comment)):
            comment.extract()
        for tag in self._soup.find_all(_DROPPED):
            tag.decompose()
        self._frames_as_links()
        self._mend_headings()

    def anchors(self) -> dict[str, str]:
        """Return for every id or name of a heading the anchor that it will have with us."""
        found: dict[str, str] = {}
        given: dict[str, int] = {}
        for heading in self._soup.find_all(_HEADINGS):
            wanted = anchor = anchor_of(" ".join(heading.get_text().split()))
            while anchor in given:
                given[wanted] += 1
                anchor = f"{wanted}-{given[wanted]}"
            given.setdefault(anchor, 0)
            for tag in (heading, *heading.find_all(True)):
                for key in ("id", "name"):
                    if tag.get(key):
                        found.setdefault(str(tag[key]), anchor)
        return found

    def markdown(self, link: Callable[[str], str | None], picture: Callable[[str], str | None]) -> str:
        """Convert it.

        `link` and `picture` turn the address of each into what is to be written; None leaves the words of a
        link and nothing of a picture. Raises HtmlError.
        """
        for tag in self._soup.find_all("a"):
            target = _address(str(tag.get("href") or ""), link)
            if target:
                tag.attrs = {"href": target}
            else:
                tag.unwrap()
        for tag in self._soup.find_all("img"):
            source = _address(str(tag.get("src") or ""), picture)
            if source:
                tag.attrs = {"src": source, "alt": " ".join(str(tag.get("alt") or "").split())}
            else:
                tag.decompose()
        try:
            text = str(
                _Converter(heading_style="ATX", bullets="-", table_infer_header=True).convert_soup(self._soup)
            )
        except RecursionError:
            raise HtmlError("the HTML is nested too deeply") from None
        return "\n".join(_trimmed(line) for line in text.strip().split("\n")) + "\n"

    def _frames_as_links(self) -> None:
        """Turn what plays in a frame into a link: our pages embed nothing from elsewhere."""
        for tag in self._soup.find_all(_FRAMES):
            inner = tag.find("source")
            source = str(tag.get("src") or (inner.get("src") if isinstance(inner, Tag) else "") or "")
            source = f"https:{source}" if source.startswith("//") else source
            if not source.startswith(("https://", "http://")):
                tag.decompose()
                continue
            words = " ".join(str(tag.get("title") or "").split()) or "Watch the video"
            new = self._soup.new_tag("a", attrs={"href": source})
            new.string = words
            paragraph = self._soup.new_tag("p")
            paragraph.append(new)
            tag.replace_with(paragraph)

    def _mend_headings(self) -> None:
        """Let headings begin at the second level and skip none; those without words go."""
        open_levels: list[int] = []
        for heading in self._soup.find_all(_HEADINGS):
            if not heading.get_text().strip():
                heading.unwrap()
                continue
            level = int(heading.name[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
            heading.name = f"h{min(len(open_levels) + 1, 6)}"
            for inner in heading.find_all(["b", "strong", "br"]):
                inner.unwrap()  # a heading is bold already, and is one line


def _address(written: str, known: Callable[[str], str | None]) -> str | None:
    """Return a safe address that can stand in Markdown's brackets; None for what leads nowhere good."""
    written = "".join(char for char in written if char.isprintable()).strip()
    found = known(written) if written else None
    if not found:
        return None
    try:
        scheme = urlsplit(found).scheme.lower()
    except ValueError:
        return None
    if scheme and scheme not in _SCHEMES:
        return None
    return quote(found, safe="/:?#@!$&'*+,;=%~.-_")


class _Converter(MarkdownConverter):
    """Markdown as our renderer reads it: its callouts, its tables, and escapes only where they are needed."""

    def escape(self, text: str, parent_tags: Iterable[str]) -> str:
        """Let a text mean itself."""
        text = _SPECIAL.sub(lambda found: "\\" + found[0], text)
        text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
        text = _OPENER.sub(lambda found: found[1] + _escaped(found[2]), text)
        text = _NUMBER.sub(r"\1\\\2", text)
        return text.replace("|", "\\|") if {"td", "th"} & set(parent_tags) else text

    def convert_div(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Make a box of what is styled as one."""
        kind = _box(el)
        body = text.strip()
        if not body:
            return ""
        if kind is None or "_inline" in parent_tags:
            return f"\n\n{body}\n\n"
        return f'\n\n!!! {kind} ""\n{_indented(body)}\n\n'

    convert_aside = convert_section = convert_article = convert_div

    def convert_blockquote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Make a box of a quotation that is styled as one."""
        if _box(el):
            return self.convert_div(el, text, parent_tags)
        return str(super().convert_blockquote(el, text, parent_tags))  # type: ignore[misc]

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Make a box of a paragraph that is styled as one."""
        if _box(el):
            return self.convert_div(el, text, parent_tags)
        return str(super().convert_p(el, text, parent_tags))  # type: ignore[misc]

    def convert_details(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep what folds out as something that folds out."""
        title, _, body = text.strip().partition("\x1f")
        if "_inline" in parent_tags or not body:
            return text.replace("\x1f", " ")
        title = " ".join(title.split()).replace('"', "”")
        return f'\n\n??? note "{title}"\n{_indented(body.strip())}\n\n'

    def convert_summary(self, _el: Tag, text: str, **_: object) -> str:
        """Set the title of what folds out apart from the rest."""
        return f"{text.strip()}\x1f"

    def convert_pre(self, el: Tag, _text: str, parent_tags: set[str]) -> str:
        """Fence code, with its language where the classes tell it, and longer than any fence in it."""
        code = el.get_text().strip("\n")
        if not code.strip():
            return ""
        if "_inline" in parent_tags:
            return " `" + " ".join(code.replace("`", "'").split()) + "` "
        classes = " ".join(name for tag in (el, *el.find_all("code")) for name in _classes(tag))
        language = _LANGUAGE.search(classes)
        longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
        fence = "`" * (longest + 1)
        return f"\n\n{fence}{language[1] if language else ''}\n{code}\n{fence}\n\n"

    def convert_img(self, el: Tag, _text: str, parent_tags: set[str]) -> str:
        """Keep a picture, in a table too; one on another server becomes a link, since our pages load none."""
        alt = re.sub(r"[\[\]\\`*<]", "", str(el.get("alt") or ""))
        if not str(el["src"]).startswith(("http://", "https://")):
            return f"![{alt}]({el['src']})"
        words = alt or "Picture"
        return words if "a" in parent_tags else f"[{words}]({el['src']})"


def _trimmed(line: str) -> str:
    """Take away spaces at the end of a line, but for the two that break it."""
    return f"{line.rstrip()}  " if line.strip() and line.endswith("  ") else line.rstrip()


def _escaped(opener: str) -> str:
    """Take the meaning from what opens a block; some signs know no backslash."""
    return f"&#{ord(opener[0])};{opener[1:]}" if opener[0] in "?~=:" else f"\\{opener}"


def _box(el: Tag) -> str | None:
    """Return the kind of box that the classes of an element mean; of several the gravest."""
    words = {word for name in _classes(el) for word in _WORDS.findall(name.lower())}
    kinds = {_BOXES[word] for word in words if word in _BOXES}
    return next((kind for kind in ("warning", "tip", "note") if kind in kinds), None)


def _classes(tag: Tag) -> Iterator[str]:
    found: str | list[str] = tag.get("class") or []
    yield from [found] if isinstance(found, str) else found


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line.strip() else "" for line in text.split("\n"))


def words_of(address: str) -> str:
    """Return the last part of an address as a file's name."""
    return unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
