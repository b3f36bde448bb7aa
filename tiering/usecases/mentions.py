"""Mentions: which account a message speaks of."""

from __future__ import annotations

from tiering.domain.answer import Answer
from tiering.storage.store import Store
from tiering.usecases.ask import Inquiry


def mentioned(store: Store, text: str, inquiry: Inquiry) -> Answer:
    """Answer about the account that a message mentions: TierAnswer, Choice or AccountUnknown("", ()).

    Raises NoPolicy.
    """
    raise NotImplementedError
