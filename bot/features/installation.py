"""The bot's place in a workspace: once it is uninstalled, or its token revoked, nothing is sent there."""

from __future__ import annotations

import structlog

from bot.desk import Desk
from bot.ears import Ears
from bot.turn import Tiding

log = structlog.get_logger(__name__)


def register(ears: Ears) -> None:
    """Listen to Slack telling that the bot is gone from a workspace."""
    ears.tidings += [("app_uninstalled", uninstalled), ("tokens_revoked", revoked)]


def uninstalled(tiding: Tiding, desk: Desk) -> None:
    """Forget the token of a workspace, and nothing else: installed again, the bot knows what it knew."""
    if desk.record.uninstall(tiding.team, tiding.at):
        log.warning("uninstalled", team=tiding.team)


def revoked(tiding: Tiding, desk: Desk) -> None:
    """Do the same where the bot's own token was revoked; we hold nobody else's."""
    tokens = tiding.event.get("tokens")
    if isinstance(tokens, dict) and tokens.get("bot"):
        uninstalled(tiding, desk)
