"""The router: finds out which conversation a sentence belongs to, however it reached the bot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.desk import Desk
from bot.ears import Handler, Phrase
from bot.text import MENTION
from bot.turn import Answer, Turn
from tiering.usecases.ask import names_account

MOST_READ = 3000
"""Characters of what is said that are read; a direct message may have forty thousand."""
_ADDRESSED = re.compile(rf"^\s*{MENTION}[\s,:]*")


@dataclass(frozen=True)
class Router:
    """The phrases that conversations listen to; everything else is a question about an account."""

    phrases: Sequence[Phrase]
    otherwise: Handler

    def __call__(self, turn: Turn, desk: Desk) -> Answer:
        """Answer a sentence. An account that is called like a phrase wins, since it has no other name."""
        said = " ".join(_ADDRESSED.sub("", turn.words[:MOST_READ], count=1).split())
        for phrase in self.phrases:
            if matched := phrase.pattern.match(said):
                if names_account(desk.store, said):
                    break
                rest = matched.groupdict().get("rest")
                return phrase.handler(replace(turn, words=(rest or "").strip()), desk)
        return self.otherwise(replace(turn, words=said), desk)
