"""What is doubtful about whom articles are for: readers who cannot exist, links some cannot follow; pure."""

from __future__ import annotations

from collections.abc import Iterator

from kb.article import Article, Link
from kb.library import Library
from kb.links import slug_in
from kb.visibility import Audience, all_see, folded
from tiering.domain.policy import Rules
from tiering.files import Problem


def unknown_in(audience: Audience, rules: Rules) -> list[str]:
    """Return a sentence for each tier and segment of an audience that the policy does not have."""
    known = {
        "tier": [str(tier.id) for tier in rules.tiers],
        "segment": [folded(segment.id) for segment in rules.segments],
    }
    sentences = []
    for word in sorted(audience.words):
        kind, _, name = word.partition(":")
        if kind in known and name not in known[kind]:
            expected = f"expected one of {', '.join(known[kind])}" if known[kind] else "it has none at all"
            sentences.append(f"`audience`: the policy has no {kind} `{name}`; {expected}")
    return sentences


def links_for_fewer(library: Library) -> Iterator[Problem]:
    """Warn of each link that leads some readers of an article to one that does not exist for them.

    It may be meant so, and who cannot follow such a link reads its words without it.
    """
    for article in library.articles.values():
        for link in article.links:
            target = _target(link, library)
            if target and not all_see(article.audience, target.audience):
                text = (
                    f"not all readers see where the link {link.target} leads, which is for"
                    f" {_said(target.audience)}, while this is for {_said(article.audience)}"
                )
                yield Problem(link.path or article.path, link.line, text, warning=True)


def _target(link: Link, library: Library) -> Article | None:
    slug = slug_in(link.url)
    return None if slug is None else library.articles.get(library.redirects.get(slug, slug))


def _said(audience: Audience) -> str:
    return audience.key.replace("+", ", ")
