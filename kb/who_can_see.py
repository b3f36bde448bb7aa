"""Who can see an article, said kind by kind of visitor, for `kb who-can-see`; pure."""

from __future__ import annotations

from dataclasses import dataclass

from kb.article import Article
from kb.visibility import NOBODY, STAFF, Visitor, Who, may_see
from tiering.domain.policy import Rules


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of visitor, and whether they see the article."""

    visitor: str
    sees: bool


def who_can_see(article: Article, rules: Rules | None) -> list[Line]:
    """Return everybody that a policy tells apart, and whoever else the article is meant for."""
    kinds: dict[str, Visitor] = {
        "nobody signed in": NOBODY,
        "signed in, without a plan": Visitor(Who.CONTACT),
    }
    for tier in rules.tiers if rules else ():
        kinds[f"tier {tier.id} ({tier.name})"] = Visitor(Who.CONTACT, tier=tier.id)
    segments = {segment.id: segment.name for segment in rules.segments} if rules else {}
    for word in sorted(article.audience.words):
        kind, _, name = word.partition(":")
        if kind == "segment":
            segments.setdefault(name, "unknown to tiers.yaml")
        elif kind == "partner":
            kinds[f"served by {name}"] = Visitor(Who.CONTACT, partner=name)
        elif kind == "tier" and not any(key.startswith(f"tier {name} ") for key in kinds):
            kinds[f"tier {name} (unknown to tiers.yaml)"] = Visitor(Who.CONTACT, tier=int(name))
    for segment, title in segments.items():
        kinds[f"segment {segment} ({title})"] = Visitor(Who.CONTACT, segment=segment)
    kinds |= {"served by any partner": Visitor(Who.CONTACT, partner=""), "staff": STAFF}
    return [Line(kind, may_see(visitor, article.audience)) for kind, visitor in kinds.items()]
