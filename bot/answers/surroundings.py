"""What an answer says beside the answer itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.absence import Absence
from bot.knowledge_base import Shelf


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bot knows beside the record's answer."""

    shelf: Shelf = field(default_factory=Shelf)
    """What to offer instead of a no."""
    away: Sequence[Absence] = ()
    """Who is away today."""
    command: str = "/tier"
    usages: Sequence[tuple[str, str]] = ()
    """What else can be said, and what it does."""
