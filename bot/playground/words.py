"""Turns Slack's markup, plain text, rich text and Markdown into safe HTML for one reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from bot.playground import dates
from bot.playground.emoji import EMOJI
from bot.playground.people import Channel, Person

_TOKEN = re.compile(
    r"```\n?(?P<fence>.+?)\n?```|`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>|:(?P<emoji>[a-z0-9_+-]+):",
    re.DOTALL,
)
_SPANS = (("*", "strong"), ("_", "em"), ("~", "del"))
_HELD, _END = "\ue000", "\ue001"
_SAFE_LINK = re.compile(r"(?i)^(https?://|mailto:|tel:)\S+$")


@dataclass(frozen=True)
class Words:
    """How one person reads: names come from the workspace, dates stand in the person's own zone."""

    reader: Person
    people: Mapping[str, Person]
    channels: Mapping[str, Channel]
    now: float

    def text(self, composed: Mapping[str, Any]) -> Markup:
        """Render a text object."""
        if composed["type"] == "mrkdwn":
            return self.mrkdwn(composed["text"])
        return self.plain(composed["text"], emoji=composed.get("emoji", True))

    def plain(self, text: str, *, emoji: bool = True) -> Markup:
        """Render plain text: only line breaks and emoji names mean something."""
        whole = escape(unescape_reserved(text))
        if emoji:
            whole = Markup(re.sub(r":([a-z0-9_+-]+):", _emoji, whole))  # noqa: S704 (escaped above)
        return _with_breaks(whole)

    def mrkdwn(self, text: str) -> Markup:
        """Render Slack's own markup."""
        held: list[Markup] = []

        def hold(html: Markup) -> str:
            held.append(html)
            return f"{_HELD}{len(held) - 1}{_END}"

        bare = text.replace(_HELD, "").replace(_END, "")
        loose = _TOKEN.sub(lambda match: hold(self._token(match)), bare)
        html = _quoted(str(escape(unescape_reserved(loose))))
        for mark, tag in _SPANS:
            sign = re.escape(mark)
            span = rf"(?<![\w{sign}]){sign}(?=\S)([^{sign}\n]+?)(?<=\S){sign}(?![\w{sign}])"
            html = re.sub(span, rf"<{tag}>\1</{tag}>", html)
        html = re.sub(f"{_HELD}(\\d+){_END}", lambda match: str(held[int(match.group(1))]), html)
        return Markup(html)  # noqa: S704 (everything from outside was escaped above)

    def _token(self, match: re.Match[str]) -> Markup:
        if match["fence"] is not None:
            return Markup("<pre>{}</pre>").format(unescape_reserved(match["fence"]))
        if match["code"] is not None:
            return Markup("<code>{}</code>").format(unescape_reserved(match["code"]))
        if match["emoji"] is not None:
            return escape(EMOJI.get(match["emoji"], match.group()))
        return self._angle(match["angle"])

    def _angle(self, inside: str) -> Markup:
        target, _, label = inside.partition("|")
        label = unescape_reserved(label)
        match target[0]:
            case "@":
                return self.mention(target[1:], label)
            case "#":
                return self.channel(target[1:], label)
            case "!":
                return self._special(target[1:], label)
        return self.link(unescape_reserved(target), label)

    def _special(self, target: str, label: str) -> Markup:
        name, *rest = target.split("^")
        if name == "date" and len(rest) >= 2 and rest[0].isdigit():
            return self.moment(
                int(rest[0]), unescape_reserved(rest[1]), rest[2] if len(rest) > 2 else "", label
            )
        if name in ("here", "channel", "everyone"):
            return Markup('<span class="mention all">@{}</span>').format(name)
        return Markup('<span class="mention">{}</span>').format(label or target)

    def mention(self, user: str, label: str = "") -> Markup:
        """Render a mention of a person; one of the reader stands out."""
        known = self.people.get(user)
        mine = " me" if user == self.reader.id else ""
        return Markup('<span class="mention{}">@{}</span>').format(
            mine, known.name if known else label or user
        )

    def channel(self, channel: str, label: str = "") -> Markup:
        """Render a mention of a channel."""
        known = self.channels.get(channel)
        return Markup('<span class="mention">#{}</span>').format(known.name if known else label or channel)

    def link(self, url: str, label: str = "") -> Markup:
        """Render a link; an address that is no web, mail or telephone address stays text."""
        if not _SAFE_LINK.match(url):
            return escape(f"{label} ({url})" if label else url)
        shown = label or url.removeprefix("mailto:")
        return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, shown)

    def moment(self, stamp: int, pattern: str, url: str = "", fallback: str = "") -> Markup:
        """Render a date in the reader's zone; the fallback where it cannot be shown."""
        try:
            words = dates.shown(stamp, pattern, self.reader.offset, self.now)
        except ValueError:
            words = fallback or pattern
        return self.link(unescape_reserved(url), words) if url else Markup("<time>{}</time>").format(words)

    def runs(self, elements: Sequence[Mapping[str, Any]]) -> Markup:
        """Render the runs of a line of rich text."""
        return Markup("").join(_styled(self._run(run), run.get("style", {})) for run in elements)

    def _run(self, run: Mapping[str, Any]) -> Markup:
        match run["type"]:
            case "text":
                return _with_breaks(escape(run["text"]))
            case "link":
                return self.link(run["url"], run.get("text", ""))
            case "user":
                return self.mention(run["user_id"])
            case "channel":
                return self.channel(run["channel_id"])
            case "emoji":
                return escape(EMOJI.get(run["name"], f":{run['name']}:"))
            case "date":
                return self.moment(
                    run["timestamp"], run["format"], run.get("url", ""), run.get("fallback", "")
                )
            case "broadcast":
                return Markup('<span class="mention all">@{}</span>').format(run["range"])
        return Markup('<span class="mention">{}</span>').format(
            run.get("usergroup_id") or run.get("value", "")
        )

    def markdown(self, text: str) -> Markup:
        """Render a markdown block: headings, lists, quotes, code, rules and paragraphs."""
        return Markup("").join(_markdown_part(part) for part in _markdown_parts(text))


def unescape_reserved(text: str) -> str:
    """Undo Slack's escaping of `&`, `<` and `>`, and only of these."""
    return re.sub(r"&(?:lt|gt|amp);", lambda match: unescape(match.group()), text)


def _emoji(match: re.Match[str]) -> str:
    return EMOJI.get(match.group(1), match.group())


def _with_breaks(text: Markup) -> Markup:
    return text.replace("\n", Markup("<br>"))


def _quoted(html: str) -> str:
    """Turn lines into breaks, and runs of lines that begin with `>` into quotations."""
    out: list[str] = []
    quote: list[str] = []
    for line in [*html.split("\n"), None]:
        if line is not None and line.startswith("&gt;"):
            quote.append(line.removeprefix("&gt;").strip())
            continue
        if quote:
            out.append(f"<blockquote>{'<br>'.join(quote)}</blockquote>")
            quote = []
        if line is not None:
            out.append(line)
    return re.sub(r"(</blockquote>)<br>|<br>(<blockquote>)", r"\1\2", "<br>".join(out))


def _styled(html: Markup, style: Mapping[str, Any]) -> Markup:
    for name, tag in (
        ("code", "code"),
        ("bold", "strong"),
        ("italic", "em"),
        ("strike", "del"),
        ("underline", "u"),
    ):
        if style.get(name):
            html = Markup(f"<{tag}>{{}}</{tag}>").format(html)  # noqa: S704 (tags are ours)
    return html


_MARKDOWN_SPANS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"\*\*(\S.*?)\*\*", lambda match: f"<strong>{match[1]}</strong>"),
    (r"~~(\S.*?)~~", lambda match: f"<del>{match[1]}</del>"),
    (r"(?<![\w*])[*_](\S[^*_]*?)[*_](?![\w*])", lambda match: f"<em>{match[1]}</em>"),
    (
        r"\[([^\]]+)\]\((https?://[^\s)]+)\)",
        lambda match: f'<a href="{match[2]}" target="_blank" rel="noopener noreferrer">{match[1]}</a>',
    ),
)


def _markdown_line(text: str) -> Markup:
    pieces = re.split(r"`([^`]+)`", text)
    html = ""
    for index, piece in enumerate(pieces):
        line = str(escape(piece))
        if index % 2:
            html += f"<code>{line}</code>"
            continue
        for pattern, write in _MARKDOWN_SPANS:
            line = re.sub(pattern, write, line)
        html += line
    return Markup(html)  # noqa: S704 (every piece was escaped above)


def _markdown_parts(text: str) -> list[tuple[str, list[str]]]:
    """Group lines into parts, each with its kind."""
    parts: list[tuple[str, list[str]]] = []
    fenced = False
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
            parts.append(("code", []) if fenced else ("blank", []))
        elif fenced:
            parts[-1][1].append(line)
        else:
            kind, content = _markdown_kind(line)
            if not parts or parts[-1][0] != kind or kind.startswith("h"):
                parts.append((kind, []))
            parts[-1][1].append(content)
    return parts


def _markdown_kind(line: str) -> tuple[str, str]:
    for pattern, kind in (
        (r"#{1,6}\s+(.*)", "h"),
        (r"(?:-{3,}|\*{3,})\s*()", "hr"),
        (r"\s*[-*+]\s+(.*)", "ul"),
        (r"\s*\d+[.)]\s+(.*)", "ol"),
        (r">\s?(.*)", "quote"),
        (r"\s*()", "blank"),
    ):
        found = re.fullmatch(pattern, line)
        if found:
            return kind, found[1]
    return "p", line


def _markdown_part(part: tuple[str, list[str]]) -> Markup:
    kind, lines = part
    match kind:
        case "blank":
            return Markup("")
        case "hr":
            return Markup("<hr>")
        case "code":
            return Markup("<pre>{}</pre>").format("\n".join(lines))
        case "h":
            return Markup('<p class="heading">{}</p>').format(_markdown_line(lines[0]))
        case "ul" | "ol":
            items = Markup("").join(Markup("<li>{}</li>").format(_markdown_line(line)) for line in lines)
            return Markup(f"<{kind}>{{}}</{kind}>").format(items)  # noqa: S704 (tags are ours)
    inside = Markup("<br>").join(_markdown_line(line) for line in lines)
    tag = "blockquote" if kind == "quote" else "p"
    return Markup(f"<{tag}>{{}}</{tag}>").format(inside)  # noqa: S704 (tags are ours)
