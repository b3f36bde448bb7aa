"""The beginning of a new article: where it is to stand, and what stands in it; pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

LONGEST_TITLE = 80
_LONGEST_SLUG = 80
_REVIEW_EVERY = 180
_PLAIN = re.compile(r"[^\W\d_][\w .,()/’-]*\Z")
_MEANT_OTHERWISE = {"yes", "no", "true", "false", "on", "off", "null", "y", "n"}
"""Words that YAML, or a reader of it, takes for something else than text."""


def slug_of(title: str) -> str:
    """Return the part of an address that a title makes, in whatever script; empty where it has no letter."""
    words = re.findall(
        r"[^\W_]+", unicodedata.normalize("NFKC", title).casefold().replace("’", "").replace("'", "")
    )
    slug = ""
    for word in words:
        if slug and len(slug) + 1 + len(word) > _LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word[:_LONGEST_SLUG]
    return unicodedata.normalize("NFC", slug)


def yaml_text(text: str) -> str:
    """Write a text as YAML that means this text, with quotes only where it needs them."""
    plain = _PLAIN.match(text) and text == text.strip() and text.casefold() not in _MEANT_OTHERWISE
    return text if plain else json.dumps(text, ensure_ascii=False)


def stub(
    title: str,
    owner: str | None,
    service: tuple[str, str] | None,
    today: date,
    keywords: Sequence[str] = (),
) -> str:
    """Return the text of a new article about one task: a draft, which nobody but colleagues sees.

    `service` is the id and the name of the service that the article helps with; `keywords` are what people
    have searched for.
    """
    # In quotes, since a comma would part one of them into two.
    searched = ", ".join(json.dumps(keyword, ensure_ascii=False) for keyword in keywords)
    lines = [
        "---",
        f"title: {yaml_text(title)}",
        "summary: Say in one sentence what the reader can do after reading this.",
        f"keywords: [{searched}]   # other words that people search for",
        *([f"owner: {yaml_text(owner)}"] if owner else ["# owner: who answers for it"]),
        f"last_reviewed: {today}",
        f"review_every: {_REVIEW_EVERY}",
        f"status: draft   # to publish it, write in place of this line the day: publish_on: {today}",
        "---",
    ]
    helps = f"\nThis helps with [{service[1]}](/services#{service[0]}).\n" if service else ""
    return "\n".join(lines) + _SKELETON.replace("HELPS\n", helps)


_SKELETON = """

<!-- Who needs this, and when? One or two sentences; no praise of ourselves. -->
HELPS

## Before you start

<!-- What must be there: a role, a plan, a file. Take the heading away if nothing must. -->

## What to do

1. Go to **Place** and select **Button**.
2. Enter what is asked for, and select **Save**.

<!-- One thing a step, in the order in which one does them. Say what the reader sees when it has worked. -->

## If it does not work

| What you see | What to do |
|---|---|
| The words of the message | The way out |
"""
