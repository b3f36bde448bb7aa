"""Links to the knowledge base: what everybody may read gets its title and summary below the message."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks import Message, link, message, paragraphs, words
from bot.desk import Desk
from bot.ears import Ears
from bot.knowledge_base import Preview
from bot.turn import Tiding

SHOWN = 5
"""Links of a message that are shown at most."""
_SUMMARY = 300
_WRITTEN = "conversations_history"
"""Where a link stands in a message that was sent; Slack tells of one that is only being written, too."""


def register(ears: Ears) -> None:
    """Listen to messages that link to the knowledge base."""
    ears.tidings.append(("link_shared", shown))


def shown(tiding: Tiding, desk: Desk) -> None:
    """Show once below a message what its links lead to, as far as a stranger may read it.

    Whoever wrote the message, and whoever reads it, may be of another company.
    """
    channel, ts = str(tiding.event.get("channel") or ""), str(tiding.event.get("message_ts") or "")
    if not channel or not ts or tiding.event.get("source", _WRITTEN) != _WRITTEN:
        return
    urls = list(dict.fromkeys(_articles(tiding, desk)))[:SHOWN]
    if not urls or not desk.record.first_time(f"links {tiding.team} {channel} {ts}", desk.clock()):
        return
    previews = desk.knowledge_base.previews(urls)
    if previews:
        slack = desk.workspaces.slack(tiding.team)
        slack.unfurl(channel, ts, {url: link_view(url, preview) for url, preview in previews.items()})


def _articles(tiding: Tiding, desk: Desk) -> Iterator[str]:
    """Give the addresses of articles, as they were written."""
    links = tiding.event.get("links")
    for one in links if isinstance(links, list) else ():
        url = one.get("url") if isinstance(one, dict) else None
        if isinstance(url, str) and desk.knowledge_base.is_article(url):
            yield url


def link_view(url: str, preview: Preview) -> Message:
    """Show what a link leads to."""
    summary = [[words(preview.summary, _SUMMARY)]] if preview.summary.strip() else []
    return message(paragraphs([link(url, preview.title)], *summary))
