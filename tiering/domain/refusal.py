"""A refusal: why something that was asked for cannot be done, as a sentence for whoever asked."""

from __future__ import annotations


class Refusal(Exception):
    """What was asked for cannot be done and nothing was changed; the message says why."""
