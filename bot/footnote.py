"""Footnotes: why an announcement comes to whoever reads it, and that it is confidential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import Block, context, tidy

CONFIDENTIAL = "For colleagues only: none of this is for customers, nor for channels that they read."
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Footnote:
    """Where an announcement stands, and why."""

    public: bool = False
    """Whether it stands in a channel."""
    strangers: Sequence[str] = ()
    """Names that are nobody's in Slack, wherefore it comes to whoever reads it."""
    orphaned: bool = False
    """Whether it comes to whoever reads it since nobody at all is named."""

    @classmethod
    def read(cls, about: Mapping[str, Any]) -> Footnote:
        """Read a footnote back from what is kept about a message."""
        return cls(bool(about.get("public")), tuple(about.get("strangers", ())), bool(about.get("orphaned")))

    def kept(self) -> dict[str, Any]:
        """Return what is kept about a message."""
        return {"public": self.public, "strangers": list(self.strangers[:_NAMED]), "orphaned": self.orphaned}

    def block(self) -> Block | None:
        """Make the small line, or nothing where nothing is to be said."""
        if self.public:
            return context(CONFIDENTIAL)
        sentences = []
        if self.strangers:
            named = ", ".join(f"“{tidy(one)}”" for one in self.strangers[:_NAMED])
            more = " or others" if len(self.strangers) > _NAMED else ""
            sentences.append(
                f"It comes to you since no one colleague in Slack is called {named}{more}; "
                "people.yaml can say who that is, under names."
            )
        if self.orphaned:
            sentences.append("It comes to you since nobody is named who looks after it.")
        return context(" ".join(sentences)) if sentences else None
