"""The `/tier` conversation: which tier, why, what is owed, and what to offer instead of a no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from slack_bolt import App

from bot.blocks import (
    NAME,
    Block,
    Message,
    Run,
    actions,
    aside,
    bold,
    button,
    code,
    context,
    divider,
    link,
    menu,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.conversation import Desk, Reply, Turn, answering
from bot.knowledge_base import Shelf
from tiering.domain.account import Account, Status
from tiering.domain.answer import (
    AccountUnknown,
    Answer,
    Candidate,
    Card,
    Choice,
    Found,
    Help,
    OfferAnswer,
    ServiceAnswer,
    ServiceUnknown,
    TierAnswer,
)
from tiering.domain.decision import Reason
from tiering.domain.entitlement import Entitlement
from tiering.domain.service import Level
from tiering.usecases.ask import about, ask

COMMAND = "/tier"
USAGE = "acme | can acme have a QBR? | why acme | help"
SUMMARY = "Ask for a customer's tier and what it is entitled to"

_PICK_ACCOUNT = "tier_account:"
_PICK_SERVICE = "tier_service:"
_BUTTONS = 5
"""Up to so many candidates are buttons; more are a menu."""
_ASKED = 60
_DEFINITION = 280
_ARTICLES = 3

_MARKS = re.compile(r"[*`]|\[(?P<title>[^\]]*)\]\([^)]*\)")
_NAMED: Mapping[str, tuple[str, Callable[[Account], str | None]]] = {
    "assigned-csm": ("CSM", lambda account: account.csm),
    "executive-sponsorship": ("Executive sponsor", lambda account: account.sponsor),
    "assigned-technical-resource": ("Engineer", lambda account: account.engineer),
}
"""The services that promise a person, and who that is."""
_GROUPS = {
    Level.INCLUDED: "Included",
    Level.ALLOWANCE: "With an allowance",
    Level.REQUEST: "On request",
    Level.PAID: "Paid add-on",
    Level.NO: "Not included",
}
_LOOKED_UP = {
    "prefix": "Found by how a name begins: “{}”.",
    "spelling": "No account is called “{}”; this is the closest name.",
}


def register(app: App, desk: Desk) -> None:
    """Listen to the command, and to the buttons and menus of its answers."""

    def typed(turn: Turn) -> Reply:
        return _reply(ask(desk.store, turn.words, desk.inquiry(turn.person)), desk)

    def picked(turn: Turn) -> Reply:
        service, why = _rest_of_question(turn)
        return _reply(about(desk.store, turn.words, desk.inquiry(turn.person), service, why), desk)

    app.command(COMMAND)(answering(desk, typed))
    app.action(re.compile(f"^({_PICK_ACCOUNT}|{_PICK_SERVICE})"))(answering(desk, picked))


def _reply(answer: Answer, desk: Desk) -> Reply:
    shelf = Shelf()
    if isinstance(answer, ServiceAnswer) and not answer.entitlement.granted:
        shelf = desk.knowledge_base.articles(answer.service.instead[:_ARTICLES])
    return Reply(answer_view(answer, shelf), type(answer).__name__)


def _rest_of_question(turn: Turn) -> tuple[str | None, bool]:
    """Read which service was asked about, and whether why, from what was pressed."""
    if turn.action_id.startswith(_PICK_SERVICE):
        return turn.action_id.removeprefix(_PICK_SERVICE), False
    _, why, service = turn.block_id.split(":", 2)
    return service or None, why == "why"


def _question(service: str | None = None, why: bool = False) -> str:
    return f"tier:{'why' if why else ''}:{service or ''}"


def answer_view(answer: Answer, shelf: Shelf) -> Message:
    """Show any answer; the shelf holds what to offer instead of a no."""
    match answer:
        case TierAnswer():
            return why_view(answer) if answer.why else tier_view(answer)
        case ServiceAnswer():
            return service_view(answer, shelf)
        case OfferAnswer():
            return offer_view(answer)
        case ServiceUnknown():
            return service_unknown_view(answer)
        case Choice():
            return choice_view(answer)
        case AccountUnknown():
            return account_unknown_view(answer)
        case Help():
            return help_view(answer)


def tier_view(answer: TierAnswer) -> Message:
    """Show an account: two lines that answer, then everything else."""
    card = answer.card
    return message(
        paragraphs(_tier_line(card), [words(_strongest(card).sentence)]),
        _how_found(answer.found),
        divider(),
        _people(card),
        points("Why", [[words(reason.sentence)] for reason in card.decision.reasons]),
        points("Entitled to", list(_entitlement_lines(card))),
        points("What would move it up", [[words(way)] for way in card.decision.up]),
        _provenance(card),
    )


def why_view(answer: TierAnswer) -> Message:
    """Show why an account is in its tier: each reason with where its value came from."""
    card = answer.card
    reasons = [[words(reason.sentence), *_source(reason, card.today)] for reason in card.decision.reasons]
    ways = [[words(way)] for way in card.decision.up]
    return message(
        paragraphs(_tier_line(card), [words(_strongest(card).sentence)]),
        _how_found(answer.found),
        divider(),
        points("Every reason", reasons),
        points("What would move it up", ways),
        None if ways else context("There is no higher tier."),
        _provenance(card),
        _whole_account(card),
    )


def service_view(answer: ServiceAnswer, shelf: Shelf) -> Message:
    """Show whether an account may have a service: yes or no first, then why, then what to do."""
    card, granted = answer.card, answer.entitlement.granted
    verdict = [
        bold("Yes." if granted else f"No{_reservation(answer)}."),
        says(" "),
        words(answer.service.name),
        says(" for "),
        words(card.account.name, NAME),
        says("."),
    ]
    return message(
        paragraphs(verdict, [words(answer.entitlement.sentence)]),
        _how_found(answer.found),
        divider(),
        None if granted else _instead(answer, shelf),
        context("The knowledge base is away just now, so titles are missing.") if shelf.away else None,
        _definition(answer),
        _whole_account(card),
    )


def offer_view(answer: OfferAnswer) -> Message:
    """Show what may be offered to an account, as it is now, on request and for money."""
    card = answer.card
    sentences = {Level.REQUEST: "On request", Level.PAID: "For a price"}
    has = [one for one in card.entitlements if one.granted]
    first = [bold(card.account.name), says(f" may have {len(has)} services now.")]
    if card.account.status is not Status.CUSTOMER:
        first = [bold(card.account.name), says(f" {_no_customer(card)}")]
    return message(
        paragraphs(first, [words(_strongest(card).sentence)]),
        _how_found(answer.found),
        divider(),
        points("Has", [[words(one.name), *_left(one)] for one in has]),
        *(
            points(title, [_with_sentence(one) for one in card.entitlements if one.level is level])
            for level, title in sentences.items()
        ),
        _whole_account(card),
    )


def service_unknown_view(answer: ServiceUnknown) -> Message:
    """Say that no service is called so, and offer the nearest."""
    buttons = [
        button(service.name, f"{_PICK_SERVICE}{service.id}", answer.card.account.id)
        for service in answer.nearest
    ]
    first = [says("No service is called “"), words(answer.asked, _ASKED), says("”.")]
    second = [says("For "), bold(answer.card.account.name), says(", did you mean one of these?")]
    return message(
        paragraphs(first, second if buttons else [says("The services page lists them all.")]),
        _how_found(answer.found),
        actions("tier:services", buttons),
        _whole_account(answer.card),
    )


def choice_view(answer: Choice) -> Message:
    """Let one of several accounts be picked: by a button where they are few, else from a menu."""
    question = _question(answer.service, answer.why)
    first = [
        bold(f"{answer.total:,} accounts"),
        says(" fit “"),
        words(answer.asked, _ASKED),
        says("”."),
    ]
    if answer.total <= _BUTTONS:
        return message(
            paragraphs(first, [says("Which one do you mean?")]),
            points("Candidates", [[bold(one.name), says(f"  {_details(one)}")] for one in answer.candidates]),
            actions(question, _candidate_buttons(answer.candidates)),
        )
    listed = len(answer.candidates)
    more = f"The first {listed} are in the menu; type more of the name for the others."
    options = [(one.id, one.name, _details(one)) for one in answer.candidates]
    return message(
        paragraphs(first, [says(more if listed < answer.total else "Which one do you mean?")]),
        menu(question, f"{_PICK_ACCOUNT}menu", "Choose an account", options),
    )


def account_unknown_view(answer: AccountUnknown) -> Message:
    """Say that no account is called so, and offer the nearest names."""
    first = [says("No account is called “"), words(answer.asked, _ASKED), says("”.")]
    near = says("The nearest names are these. You can also ask by domain, id or a contact's e-mail address.")
    none = says("Try its domain, its id or a contact's e-mail address.")
    return message(
        paragraphs(first, [near if answer.nearest else none]),
        actions(_question(), _candidate_buttons(answer.nearest)),
    )


def help_view(answer: Help) -> Message:
    """Show how to ask, with names of real accounts."""
    if not answer.accounts:
        return message(
            paragraphs(
                [bold("There is nothing to ask about yet.")],
                [says("Operations can bring in the accounts with "), code("tiering import"), says(".")],
            )
        )
    one = tidy(answer.examples[0] if answer.examples else "acme", 40)
    other = tidy(answer.examples[1] if len(answer.examples) > 1 else one, 40)
    examples = {
        one: "its tier, the reasons, and all it is entitled to",
        f"{one} QBR": "yes or no, what is left, and what to offer instead",
        f"can {other} have a health check?": "the same, in your own words",
        f"why {other}": "every reason, and what would move it up",
        f"what can I offer {one}?": "what it has, may ask for or may buy",
    }
    return message(
        paragraphs(
            [bold(f"Ask {COMMAND} about {_how_many(answer.accounts)}.")],
            [says("By name, domain, id or a contact's e-mail address. Only you see the answer.")],
        ),
        points(
            "For example", [[code(f"{COMMAND} {ask}"), says(f"  {gives}")] for ask, gives in examples.items()]
        ),
    )


# Parts of the views


def _how_many(accounts: int) -> str:
    return "the one account there is" if accounts == 1 else f"any of {accounts:,} accounts"


def _tier_line(card: Card) -> list[Run]:
    name = bold(card.account.name)
    if card.account.status is not Status.CUSTOMER:
        return [name, says(f" {_no_customer(card)}")]
    stands = " is provisionally " if card.decision.provisional else " is "
    public = f". Customers read “{tidy(card.tier.public_name)}”."
    return [name, says(stands), bold(_tier(card)), says(public)]


def _no_customer(card: Card) -> str:
    if card.account.status is Status.PROSPECT:
        return f"is not a customer yet: would be {_tier(card)}; promise nothing."
    return f"is not a customer any more: it would be {_tier(card)}; nothing is owed."


def _tier(card: Card) -> str:
    return f"tier {card.tier.id}, {tidy(card.tier.name)}"


def _strongest(card: Card) -> Reason:
    """Return the reason that the tier hangs on: the base, or the adjustment that moved it from there."""
    base, *adjustments = card.decision.reasons
    first = int(base.effect.removeprefix("tier "))
    if first == card.decision.tier:
        return base
    direction = "up" if card.decision.tier < first else "down"
    return next((one for one in adjustments if one.effect.startswith(direction)), base)


def _how_found(found: Found) -> Block | None:
    sentence = _LOOKED_UP.get(found.by)
    return context(sentence.format(tidy(found.asked, _ASKED))) if sentence else None


def _people(card: Card) -> Block:
    """Show how the account is looked after, and by whom."""
    account, sla = card.account, card.tier.sla
    rows = {
        "Touch": f"{card.tier.touch}",
        "SLA": f"first response within {tidy(sla.first_response)}, {tidy(sla.hours)}",
    }
    owed = {one.service for one in card.entitlements if one.granted}
    for service, (label, of) in _NAMED.items():
        if of(account) or service in owed:
            rows[label] = of(account) or "promised, nobody assigned"
    if card.parent or account.parent:
        rows["Parent"] = card.parent or account.parent or ""
    if account.partner:
        rows["Partner"] = account.partner
    if account.renewal_on:
        rows["Renewal"] = _day(account.renewal_on)
    return paragraphs(*([bold(label), says("  "), words(value, 100)] for label, value in rows.items()))


def _entitlement_lines(card: Card) -> Iterator[list[Run]]:
    """Group the entitlements by level, a line each."""
    if card.account.status is not Status.CUSTOMER:
        return
    for level, label in _GROUPS.items():
        names = [tidy(one.name) + _left_words(one) for one in card.entitlements if one.level is level]
        if names:
            yield [bold(label), says("  "), words(", ".join(names), 1200)]


def _left(entitlement: Entitlement) -> list[Run]:
    left = _left_words(entitlement)
    return [says(left)] if left else []


def _left_words(entitlement: Entitlement) -> str:
    if entitlement.left is None or entitlement.allowance is None:
        return ""
    return f" ({entitlement.left} of {entitlement.allowance} left this {entitlement.period})"


def _with_sentence(entitlement: Entitlement) -> list[Run]:
    return [words(entitlement.name), says(": "), words(entitlement.sentence)]


def _provenance(card: Card) -> Block:
    """Say where the data came from, how old it is, and since when the tier stands."""
    account = card.account
    came = f"Data from {tidy(account.source)}, " if account.source else "Data "
    known = came + (f"confirmed {_ago(card.age)}" if card.age is not None else "of unknown age")
    decision = card.decision
    decided = f"Decided on {_day(decision.decided_on)} under policy version {decision.policy_version}"
    return context(f"Account {tidy(account.id)}. {known}. {decided}.")


def _source(reason: Reason, today: date) -> list[Run]:
    if not reason.source:
        return []
    age = f", {_ago((today - reason.as_of).days)}" if reason.as_of else ""
    return [says(" "), aside(f"From {reason.source}{age}.")]


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
        items.append([says("An exception may be approved by: "), words(service.approver), says(".")])
    return points("What you can do instead", items)


def _untitled(url: str) -> str:
    if url.endswith("/contact"):
        return "the contact page"
    return url.rpartition("/")[2].replace("-", " ")


def _definition(answer: ServiceAnswer) -> Block | None:
    """Say what the service is: the first paragraph of its definition, without Markdown's marks."""
    paragraph = " ".join(answer.definition.strip().split("\n\n")[0].split())
    if not paragraph:
        return None
    unmarked = _MARKS.sub(lambda found: found["title"] or "", paragraph)
    return context(tidy(f"{answer.service.name}: {unmarked}", _DEFINITION))


def _whole_account(card: Card) -> Block | None:
    one = button("Show the whole account", f"{_PICK_ACCOUNT}whole", card.account.id)
    return actions(_question(), [one])


def _candidate_buttons(candidates: Sequence[Candidate]) -> list[Block]:
    """Make a button for each account; accounts of one name are told apart by their details."""
    names = [tidy(one.name, 40) for one in candidates]
    return [
        button(
            f"{name}, {_details(one)}" if names.count(name) > 1 else name, f"{_PICK_ACCOUNT}{number}", one.id
        )
        for number, (one, name) in enumerate(zip(candidates, names, strict=True))
    ]


def _details(one: Candidate) -> str:
    """Tell an account from others of its name; whatever else is unknown, its id is not."""
    status = one.status if one.status != Status.CUSTOMER else None
    known = [one.domain, one.country, f"CSM {one.csm}" if one.csm else None, status]
    return ", ".join(part for part in known if part) or f"id {one.id}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _ago(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days:,} days ago"
