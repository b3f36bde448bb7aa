"""Reads Block Kit aloud: a message as lines, for fallback texts, screen readers and terminals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look."""

    text: str
    style: str = ""
    """`bold`, `dim`, `code` or nothing."""


Line = tuple[Span, ...]
MENTION = r"<@(?P<user>[A-Z0-9]+)(?:\|[^>]*)?>"
"""The pattern of what Slack makes of a mention of somebody, by their user id."""


def plain(blocks: Iterable[Mapping[str, Any]]) -> str:
    """Return all words of the blocks, one line each, with the addresses of links."""
    return "\n".join("".join(span.text for span in line) for line in lines(blocks)).strip()


def form(blocks: Iterable[Mapping[str, Any]]) -> str:
    """Return the words of a form, with what stands in its fields before anybody fills them in."""
    return "\n".join(
        f"{block['label']['text']}: {_filled(block['element'])}"
        if block["type"] == "input"
        else plain([block])
        for block in blocks
    )


def escaped(text: str) -> str:
    """Return text that Slack shows as it is where it would otherwise find links and mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Undo `escaped`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def lines(blocks: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """Read blocks line by line; an empty line is a divider."""
    for block in blocks:
        match block["type"]:
            case "divider":
                yield ()
            case "rich_text":
                yield from _rich_lines(block["elements"])
            case "context":
                for element in block["elements"]:
                    yield (Span(element["text"], "dim"),)
            case "section" | "header":
                yield (Span(block["text"]["text"], "bold" if block["type"] == "header" else ""),)
            case "table":
                yield from map(_row, block["rows"])
            case "actions":
                yield from _action_lines(block["elements"])


def cell(one: Mapping[str, Any]) -> str:
    """Return the words of a cell of a table."""
    return str(one["text"]) if one["type"] == "raw_text" else plain([one])


def _row(cells: Iterable[Mapping[str, Any]]) -> Line:
    return (Span(" | ".join(cell(one) for one in cells)),)


def _rich_lines(elements: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    for element in elements:
        if element["type"] == "rich_text_list":
            for item in element["elements"]:
                yield (Span("• "), *_spans(item["elements"]))
        else:
            yield from _split(_spans(element["elements"]))


def _spans(runs: Sequence[Mapping[str, Any]]) -> Iterator[Span]:
    for run in runs:
        look = run.get("style", {})
        style = "bold" if look.get("bold") else "code" if look.get("code") else ""
        yield Span(run.get("text") or run.get("url", ""), "dim" if look.get("italic") else style)
        if run["type"] == "link" and run.get("text"):
            yield Span(f" ({run['url']})", "dim")


def _split(spans: Iterable[Span]) -> Iterator[Line]:
    """Break spans into lines where their words break."""
    line: list[Span] = []
    for span in spans:
        first, *rest = span.text.split("\n")
        line.append(Span(first, span.style))
        for text in rest:
            yield tuple(line)
            line = [Span(text, span.style)]
    yield tuple(line)


def _filled(element: Mapping[str, Any]) -> str:
    """Return what stands in a field, three dots for nothing."""
    if option := element.get("initial_option"):
        return str(option["text"]["text"])
    return str(next((value for name, value in element.items() if name.startswith("initial_")), "…"))


def _action_lines(elements: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    for element in elements:
        if element["type"] == "button":
            yield (Span(f"[{element['text']['text']}]", "bold"),)
            continue
        yield (Span(f"[{element['placeholder']['text']}]", "bold"),)
        for option in element["options"]:
            more = option.get("description", {}).get("text")
            yield (Span(f"• {option['text']['text']}"), Span(f", {more}" if more else "", "dim"))
