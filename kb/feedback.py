"""What a reader may say of an article, read from a form; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

REASONS = {
    "other": "It was not what I was looking for",
    "unclear": "It was hard to follow",
    "wrong": "Something is wrong or out of date",
    "steps": "The steps did not work",
    "missing": "A detail was missing",
}
"""Why an article did not help, as it is stored and as readers and colleagues read it."""

LONGEST = 2000
"""Characters of a comment."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Characters that nobody types and that PostgreSQL refuses in part; tabs and line ends stay."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader said, perhaps only in part so far."""

    helpful: bool | None = None
    """None as long as neither was chosen."""
    reasons: tuple[str, ...] = ()
    comment: str = ""

    @property
    def detailed(self) -> bool:
        """Whether there is more than a yes or a no."""
        return bool(self.reasons or self.comment)

    @property
    def problem(self) -> str:
        """A sentence for the reader about why this cannot be taken; empty where it can."""
        if self.helpful is None:
            return "Please choose yes or no first."
        if len(self.comment) > LONGEST:
            return (
                f"A comment may have at most {LONGEST:,} characters, and this one has {len(self.comment):,}. "
                "Please shorten it; your text is still here."
            )
        return ""


def read_said(helpful: str | None, reasons: Iterable[str], comment: str) -> Said:
    """Read what a form holds; reasons that nobody offered are left out, and a yes needs none."""
    answer = {"yes": True, "no": False}.get(helpful or "")
    given = set(reasons) if answer is not True else set()
    text = _CONTROLS.sub("", comment.replace("\r\n", "\n")).strip()
    return Said(answer, tuple(reason for reason in REASONS if reason in given), text)
