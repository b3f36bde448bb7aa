"""Finds articles that say what another one says already; pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kb.article import Article

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_SHARE = 0.8
"""So much of both texts must stand in the other; less is what articles of one kind have in common."""

_SHORTEST = 80
"""Characters; shorter texts are alike by chance."""

_HOLDERS = 8
"""Of so many articles with one sentence each is compared; more of them have it from a template."""


def same_titles(articles: Iterable[Article]) -> Iterator[tuple[Article, Article]]:
    """Yield each article whose title another one has before it, and that other one.

    Only articles in one language and for the same readers are compared: the others are meant to be alike.
    """
    first: dict[tuple[str, str | None, str], Article] = {}
    for article in articles:
        key = (article.title.casefold(), article.language, article.audience.key)
        other = first.setdefault(key, article)
        if other is not article:
            yield article, other


def same_texts(articles: Iterable[Article]) -> Iterator[tuple[Article, Article]]:
    """Yield each article whose text is nearly that of one before it, and that other one; in linear time."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    known: list[tuple[Article, int]] = []
    for article in articles:
        readers = f"{article.language} {article.audience.key}"
        sentences = {said.casefold() for part in _SENTENCE.split(article.text) if (said := part.strip())}
        length = sum(map(len, sentences))
        if length < _SHORTEST:
            continue
        shared: Counter[int] = Counter()
        for sentence in sentences:
            there = holders[readers, sentence]
            for number in there:
                shared[number] += len(sentence)
            if len(there) < _HOLDERS:
                there.append(len(known))
        known.append((article, length))
        for number, common in shared.most_common(1):
            other, other_length = known[number]
            if common >= _SHARE * max(length, other_length):
                yield article, other
