"""The conversation about exceptions: somebody asks for one in a form, and whoever may approve it answers."""

from __future__ import annotations

from bot.approval import APPROVE, DECLINE, WITHDRAW
from bot.ears import Ears
from bot.features.exception.answering import DECLINED, approve, decline, declined, follow, opened, take_back
from bot.features.exception.asking import FORM, asked, request
from bot.features.exception.lists import END, end_now, exceptions, requests

_PAGE = r"(?P<rest>all|(?:all )?page \d{1,6})"


def register(ears: Ears) -> None:
    """Listen to those who ask and to those who answer, and pass on what nobody answers."""
    ears.phrase(
        rf"(?:my |open )?requests(?: {_PAGE})?",
        requests,
        "requests",
        "what waits for your answer, and what you asked for",
    )
    ears.phrase(r"requests? #(?P<rest>\d{1,9})", opened)
    ears.phrase(
        rf"exceptions(?: {_PAGE})?", exceptions, "exceptions", "the exceptions that end soon, or all of them"
    )
    ears.phrase(
        r"request(?: an exception)?(?:(?: (?:to|for))?(?P<rest> .+))?",
        request,
        "request acme training",
        "ask for an exception to a service, or to a higher tier",
    )
    ears.phrase(r"(?:i (?:want|need) to )?ask for an exception(?:(?: (?:to|for))?(?P<rest> .+))?", request)
    ears.form(FORM, asked)
    ears.action(APPROVE, approve)
    ears.action(DECLINE, decline)
    ears.form(DECLINED, declined)
    ears.action(WITHDRAW, take_back)
    ears.action(END, end_now)
    ears.chores.append(follow)
