"""The page in the browser: looks and works like a Slack channel."""

from __future__ import annotations

from flask import Blueprint

from bot.playground.gestures import Gestures


def page(gestures: Gestures) -> Blueprint:
    """Make the blueprint."""
    return Blueprint("page", __name__)
