"""Markdown to safe HTML, with its sections as plain text and the links in it; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

import nh3
from markdown import Extension, Markdown
from pygments.token import STANDARD_TYPES

from kb.article import Link, Section
from kb.lists import Lists

MAX_CHARACTERS = 200_000
"""More than a hundred printed pages: a mistake, not an article."""

_EXTENSIONS: list[str | Extension] = [
    "tables",
    "footnotes",
    "attr_list",
    "def_list",
    "sane_lists",
    "admonition",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.quotes",
    Lists(),
]
_BACK = "↩"
_SETTINGS: Mapping[str, Mapping[str, object]] = {
    "tables": {"use_align_attribute": True},
    "pymdownx.highlight": {"guess_lang": False, "auto_title": False},
    "pymdownx.quotes": {"callouts": True},
    "footnotes": {"BACKLINK_TEXT": _BACK},
}

_CALLOUTS = {
    "note",
    "info",
    "tip",
    "success",
    "important",
    "warning",
    "caution",
    "danger",
    "question",
    "example",
}
_BOX_CLASSES = {"admonition", "admonition-title", "details", *_CALLOUTS}
_TABS = "tabbed-set"
_INLINE = "a abbr b cite code del em i img input ins kbd mark q s samp small span strong sub sup u var"
_BLOCK = (
    "blockquote br caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary "
    "table tbody td tfoot th thead tr ul"
)
_CLEANER = nh3.Cleaner(
    tags={*_INLINE.split(), *_BLOCK.split(), "label"},
    attributes={
        "a": {"href", "title"},
        "abbr": {"title"},
        "details": {"open"},
        "img": {"src", "alt", "title", "width", "height"},
        "input": {"type", "checked", "disabled"},
        "li": {"id"},  # footnotes
        "ol": {"start", "type"},
        "sup": {"id"},
        "td": {"align", "colspan", "rowspan"},
        "th": {"align", "colspan", "rowspan"},
        **{f"h{level}": {"id"} for level in range(1, 7)},
    },
    allowed_classes={
        "a": {"footnote-ref", "footnote-backref"},
        "div": {"highlight", "footnote", _TABS, "tabbed-content", *_BOX_CLASSES},
        "details": _BOX_CLASSES,
        "p": _BOX_CLASSES,
        "li": {"task-list-item"},
        "ul": {"task-list"},
        "span": set(STANDARD_TYPES.values()) - {""},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener",
)

_OPENERS = re.compile(r"[\[`<]|!!!|\?\?\?|~~~|^#", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n\s*\n")
MAX_EFFORT = 2_000_000
"""Python-Markdown looks at every pair of openers in a paragraph; so many take it half a second."""

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_VOID = {"br", "hr", "img", "input"}
_BREAKS = {*_BLOCK.split(), "label"} - {"td", "th"}
_PUNCTUATION = re.compile(r"[^\w\- ]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


class RenderError(Exception):
    """The Markdown cannot be rendered; the message is a sentence for its author."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a Markdown text became."""

    html: str
    """Safe to be put into a page as it is."""
    heading: str | None
    """The first heading of all."""
    opening: str
    """The first paragraph as plain text."""
    sections: tuple[Section, ...]
    links: tuple[Link, ...]
    """Links and pictures, in order."""


class Renderer:
    """Renders one text after another; each thread needs its own."""

    def __init__(self) -> None:
        self._markdown = _parser()

    def render(self, source: str, title: str | None, resolve: Callable[[str], str]) -> Page:
        """Render a text; a leading `# heading` that is the title is left out of the HTML.

        `resolve` turns the target of a link or picture, as written, into the address it gets.
        Raises RenderError for a text that is too long or nested too deeply.
        """
        _refuse_monsters(source)
        try:
            dirty = self._markdown.reset().convert(source)
        except RecursionError:
            self._markdown = _parser()  # this one still believes itself deep inside
            raise RenderError("quotes or lists are nested too deeply to be rendered") from None
        finishing = _Finishing(title, resolve, source)
        finishing.feed(_CLEANER.clean(dirty))
        finishing.close()
        return finishing.page()


def plain(text: str) -> str:
    """Return a line of Markdown as the words that a reader sees."""
    if not any(mark in text for mark in "*_`[<&\\"):
        return text
    return " ".join(Renderer().render(text, None, str).opening.split()) or text


def anchor_of(heading: str) -> str:
    """Return the anchor that GitHub would give this heading, before it is made unique."""
    return _PUNCTUATION.sub("", heading.strip().lower()).replace(" ", "-") or "section"


@dataclass(slots=True)
class _Gathering:
    """A section that is being read."""

    anchor: str = ""
    title: str = ""
    level: int = 1
    text: list[str] = field(default_factory=list)

    def done(self) -> Section:
        return Section(self.anchor, self.title, self.level, _tidy("".join(self.text)))


@dataclass(slots=True)
class _Open:
    """An element that is open: what is put out at its end, and its tabs where it is a set of them."""

    end: str
    tabs: str = ""
    """The name of the set."""
    count: int = 0


class _Finishing(HTMLParser):
    """Walks clean HTML once: gives headings anchors and links their addresses, and collects what was said."""

    def __init__(self, title: str | None, resolve: Callable[[str], str], source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._title = title
        self._resolve = resolve
        self._source = source
        self._found_up_to = 0
        self._out: list[str] = []
        self._words: list[str] = []
        self._sections = [_Gathering()]
        self._anchors: dict[str, int] = {}
        self._links: list[Link] = []
        self._heading: str | None = None
        self._opening = ""
        self._heading_at = -1
        self._own_id = ""
        self._verbatim = False
        self._open: list[_Open] = []
        self._sets = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        within = self._open[-1] if self._open else _Open("")
        if tag not in _VOID:
            self._open.append(_Open(f"</{tag}>"))
        if tag in _HEADINGS:
            self._heading_at, self._own_id = len(self._out), said.get("id", "")
            self._words = []
            return
        if tag == "p" and not self._opening:
            self._words = []
        if tag in _BREAKS:
            self._say("\n")
        elif tag in {"td", "th"}:
            self._say(" ")
        self._verbatim = self._verbatim or tag == "pre"
        if tag == "label":
            self._begin_tab(within)
        elif tag != "input" or said.get("type") == "checkbox":
            self._out.append(_tag(tag, said | self._added(tag, said)))

    def _added(self, tag: str, said: Mapping[str, str]) -> dict[str, str]:
        """Return the attributes that an element gets beside those that it has, or in their place."""
        if tag == "input":
            return {"disabled": "", "aria-label": "Done" if "checked" in said else "To do"}
        if tag == "a" and "href" in said:
            return {"href": self._link(said["href"], picture=False)}
        if tag == "img":
            url = self._link(said.get("src", ""), picture=True, alt=said.get("alt", ""))
            return {"src": url, "alt": said.get("alt", ""), "loading": "lazy"}
        if said.get("class") == _TABS:
            self._sets += 1
            self._open[-1].tabs = f"tabs-{self._sets}"
            return {"role": "group", "aria-label": "Choose what applies to you"}
        return {}

    def handle_endtag(self, tag: str) -> None:
        end = self._open.pop().end if tag not in _VOID and self._open else ""
        if tag in _HEADINGS:
            self._end_heading(tag)
            return
        if tag in _VOID:
            return
        if tag == "p" and not self._opening:
            self._opening = " ".join("".join(self._words).split())
        if tag in _BREAKS:
            self._say("\n")
        self._verbatim = self._verbatim and tag != "pre"
        self._out.append(end)

    def handle_data(self, data: str) -> None:
        self._out.append(escape(data, quote=False))
        self._say(data if self._verbatim else data.replace("\n", " "))

    def page(self) -> Page:
        """Return everything that was collected."""
        sections = [section.done() for section in self._sections]
        if not sections[0].text:
            sections = sections[1:]
        html = "".join(self._out).strip()
        return Page(html, self._heading, self._opening, tuple(sections), tuple(self._links))

    def _say(self, text: str) -> None:
        self._words.append(text)
        if self._heading_at < 0:
            self._sections[-1].text.append(text)

    def _begin_tab(self, within: _Open) -> None:
        """Put out a tab of the set that it stands in; anywhere else its words are just words.

        A tab is a radio button, so that it works by keyboard and without JavaScript. All buttons are made
        here: neither those of an author nor those of the Markdown's extension reach the page.
        """
        if not within.tabs:
            self._open[-1].end = ""
            return
        within.count += 1
        button = {"type": "radio", "name": within.tabs, "id": self._unique(f"{within.tabs}-{within.count}")}
        if within.count == 1:
            button["checked"] = ""
        self._out += [_tag("input", button), _tag("label", {"for": button["id"]})]

    def _end_heading(self, tag: str) -> None:
        text = " ".join("".join(self._words).split())
        at, self._heading_at = self._heading_at, -1
        inner = "".join(self._out[at:])
        leading = self._heading is None and not "".join(self._out[:at]).strip()
        if self._heading is None:
            self._heading = text
        if leading and tag == "h1" and self._title in {None, text}:
            del self._out[at:]
            return
        anchor = self._unique(self._own_id or anchor_of(text))
        level = max(2, int(tag[1]))  # the page's one h1 is the title
        self._out[at:] = [f'<h{level} id="{escape(anchor)}">{inner}</h{level}>']
        self._sections.append(_Gathering(anchor, text, level))

    def _unique(self, wanted: str) -> str:
        anchor = wanted
        while anchor in self._anchors:
            self._anchors[wanted] += 1
            anchor = f"{wanted}-{self._anchors[wanted]}"
        self._anchors.setdefault(anchor, 0)
        return anchor

    def _link(self, target: str, *, picture: bool, alt: str = "") -> str:
        if target.startswith(("#fn:", "#fnref")):  # footnotes look after themselves
            return target
        url = self._resolve(target)
        at = self._source.find(target or "()", self._found_up_to)
        if at >= 0:
            self._found_up_to = at + len(target)
        line = self._source.count("\n", 0, max(at, 0)) + 1
        self._links.append(Link(target, url, line, picture, bool(alt.strip())))
        return url


def _parser() -> Markdown:
    return Markdown(extensions=_EXTENSIONS, extension_configs=_SETTINGS)


def _tag(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>"


def _tidy(text: str) -> str:
    return _LINES.sub("\n", _SPACES.sub(" ", text.replace(_BACK, ""))).strip()


def _refuse_monsters(source: str) -> None:
    if len(source) > MAX_CHARACTERS:
        raise RenderError(
            f"the text is longer than {MAX_CHARACTERS:,} characters; split it into several articles"
        )
    if source.count("<![") > 10:
        raise RenderError("the text is full of `<![`, which is neither Markdown nor HTML")
    effort = sum(len(_OPENERS.findall(paragraph)) ** 2 for paragraph in _PARAGRAPH.split(source))
    if effort > MAX_EFFORT:
        raise RenderError(
            "one paragraph holds too many brackets, backticks or tags; put blank lines between its parts"
        )
