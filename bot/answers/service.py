"""The answers about a service: may they have it, and what to do with a no."""

from __future__ import annotations

import re

from bot.blocks import (
    NAME,
    Block,
    Message,
    Run,
    actions,
    bold,
    button,
    context,
    divider,
    link,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.card import ASKED, PICK_SERVICE, how_found, service_follow_ups, whole_account
from bot.day import readable
from bot.knowledge_base import Shelf
from bot.sharing import sharing
from tiering.domain.account import Status
from tiering.domain.answer import ServiceAnswer, ServiceUnknown
from tiering.domain.service import Level

_DEFINITION = 300
"""Characters of a definition at most; it ends with a sentence."""
_AWAY = "The knowledge base does not answer just now; the links will work when it is back."
_MARKS = re.compile(r"[*`]|\[(?P<title>[^\]]*)\]\([^)]*\)")


def service_view(answer: ServiceAnswer, shelf: Shelf) -> Message:
    """Show whether an account may have a service: yes or no first, then why, then what to do."""
    card, granted = answer.card, answer.entitlement.granted
    verdict = [
        bold("Yes." if granted else f"No{_reservation(answer)}."),
        says(" "),
        words(answer.service.name),
        says(" for "),
        words(card.account.name, NAME),
    ]
    return message(
        paragraphs(verdict, [words(readable(answer.entitlement.sentence))]),
        how_found(answer.found),
        divider(),
        None if granted else _instead(answer, shelf),
        context(_AWAY) if shelf.away else None,
        _definition(answer),
        service_follow_ups(card, answer.entitlement),
        sharing(card, answer.service.id, () if granted else shelf.articles),
    )


def service_unknown_view(answer: ServiceUnknown) -> Message:
    """Say that no service is called so, and offer the nearest."""
    buttons = [
        button(service.name, f"{PICK_SERVICE}{service.id}", answer.card.account.id)
        for service in answer.nearest
    ]
    first = [says("No service is called “"), words(answer.asked, ASKED), says("”.")]
    second = [says("For "), bold(answer.card.account.name), says(", did you mean one of these?")]
    return message(
        paragraphs(first, second if buttons else [says("The services page lists them all.")]),
        how_found(answer.found),
        actions("tier:services", buttons),
        whole_account(answer.card),
    )


def _reservation(answer: ServiceAnswer) -> str:
    """Say what kind of no it is, where it is not the last word."""
    if answer.entitlement.granted or answer.card.account.status is not Status.CUSTOMER:
        return ""
    return {
        Level.ALLOWANCE: ", it is used up",
        Level.REQUEST: ", only on request",
        Level.PAID: ", only as a paid add-on",
    }.get(answer.entitlement.level, "")


def _instead(answer: ServiceAnswer, shelf: Shelf) -> Block | None:
    """Say what to do with a no: what to offer, what it costs, who may grant it."""
    items: list[list[Run]] = [
        [says("Offer "), link(page.url, page.title or _untitled(page.url))] for page in shelf.articles
    ]
    service = answer.service
    if service.price:
        price = f"{service.price.money} per {service.price.per}"
        items.append([says("It is sold for "), words(price), says(".")])
    if service.approver and answer.card.account.status is Status.CUSTOMER:
        items.append([words(service.approver), says(" may approve an exception.")])
    return points("What you can do instead", items)


def _untitled(url: str) -> str:
    if url.endswith("/contact"):
        return "the contact page"
    return url.rpartition("/")[2].replace("-", " ").capitalize()


def _definition(answer: ServiceAnswer) -> Block | None:
    """Say what the service is: the first sentences of its definition, without Markdown's marks."""
    opening = " ".join(answer.definition.strip().split("\n\n")[0].split())
    if not opening:
        return None
    unmarked = _MARKS.sub(lambda found: found["title"] or "", opening)
    whole = unmarked[:_DEFINITION].rpartition(". ")[0] if len(unmarked) > _DEFINITION else ""
    return context(tidy(f"{answer.service.name}: {whole + '.' if whole else unmarked}", _DEFINITION + NAME))
