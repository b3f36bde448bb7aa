"""Asking in one's own words: which tier, why, and may they have this service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account, Status
from tiering.domain.answer import (
    AccountUnknown,
    Answer,
    Card,
    Choice,
    Found,
    Help,
    OfferAnswer,
    ServiceAnswer,
    ServiceUnknown,
    TierAnswer,
)
from tiering.domain.entitlement import entitlements
from tiering.domain.policy import Policy
from tiering.domain.question import Kind, Question, Reading, parse
from tiering.domain.refusal import Refusal
from tiering.domain.service import Level, Prose, Service
from tiering.domain.ways_up import ways_up
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import as_known, family_of
from tiering.usecases.finding import (
    Finding,
    candidates,
    find_exactly,
    find_roughly,
    nearest_services,
    service_names,
)
from tiering.usecases.holdings import holdings_of
from tiering.usecases.policy import in_force
from tiering.usecases.training import training_of

_PRONOUN = re.compile(r"\b(?:they|them|it|this (?:account|customer|client))\b", re.IGNORECASE)
"""Words for the account that is talked about."""


class NoSuchAccount(Exception):
    """An id that no account has."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"There is no account with the id {account_id!r}.")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Who asks, on which day, and how the catalogue is worded now."""

    who: str
    """Such as `slack:T1/U2` or `cli:anna`; for the audit."""
    today: date
    prose: Prose


@dataclass(frozen=True, slots=True)
class Meant:
    """The account that somebody means, and the service beside it."""

    account_id: str
    name: str
    service: str | None
    """The service's id, if one was named."""


def ask(store: Store, text: str, inquiry: Inquiry, here: str | None = None) -> Answer:
    """Answer a question such as `acme`, `why acme` or `can acme have a QBR?`; raises NoPolicy.

    `here` is the id of the account that is talked about where the question is asked: nothing, `qbr` or
    `why` are then questions about it.
    """
    with store.begin() as work:
        policy = in_force(work)
        understood = _understand(work, policy, inquiry, text, here)
        if understood is None:
            answer: Answer = Help(work.accounts.count(), tuple(work.accounts.examples(2)))
        else:
            answer = reply(work, policy, inquiry, *understood)
        note(work, inquiry, "ask", answer)
        return answer


def meant(store: Store, text: str, inquiry: Inquiry, here: str | None = None) -> Meant | Answer:
    """Find out which account, and which service, is meant by words such as `acme training`.

    Returns Choice, AccountUnknown, ServiceUnknown or Help where that is not clear; raises NoPolicy. It
    answers nothing, so it leaves no line in the audit: whatever is done with the account does.
    """
    with store.begin() as work:
        policy = in_force(work)
        understood = _understand(work, policy, inquiry, text, here)
        if understood is None:
            return Help(work.accounts.count(), ())
        reading, finding = understood
        account = work.accounts.get(finding.ids[0]) if finding.total == 1 else None
        if account is None or reading.asked_service:
            return reply(work, policy, inquiry, reading, finding)
        return Meant(account.id, account.name, reading.service)


def names_account(store: Store, text: str) -> bool:
    """Tell whether an account has exactly this id, name, alias or domain."""
    with store.begin() as work:
        return find_exactly(work, text) is not None


def about(
    store: Store, account_id: str, inquiry: Inquiry, service: str | None = None, why: bool = False
) -> Answer:
    """Answer about one account, picked by its id; raises NoSuchAccount, NoPolicy, and Refusal.

    Whoever picks may do so long after the question: the service, an id, may be gone from the catalogue.
    """
    with store.begin() as work:
        policy = in_force(work)
        if service is not None and service not in policy.catalogue.by_id:
            raise Refusal(f"The catalogue has no service {service} any more.", "service")
        if work.accounts.get(account_id) is None:
            raise NoSuchAccount(account_id)
        account_id = work.merges.into([account_id]).get(account_id, account_id)
        kind = Kind.WHY if why else Kind.ENTITLED if service else Kind.TIER
        finding = Finding(Found(account_id, "id"), (account_id,), 1)
        answer = reply(work, policy, inquiry, Reading(account_id, kind, service), finding)
        note(work, inquiry, "ask", answer)
        return answer


def show(store: Store, text: str, inquiry: Inquiry) -> TierAnswer | Choice | AccountUnknown:
    """Find one account by id, name, alias, domain or contact and say all of it; raises NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
        finding = find_exactly(work, text) or find_roughly(work, text)
        answer = reply(work, policy, inquiry, Reading(text, Kind.TIER), finding)
        if not isinstance(answer, TierAnswer | Choice | AccountUnknown):
            raise TypeError(f"a plain question was answered with {type(answer).__name__}")
        note(work, inquiry, "show", answer)
        return answer


def _understand(
    work: UnitOfWork, policy: Policy, inquiry: Inquiry, text: str, here: str | None
) -> tuple[Reading, Finding] | None:
    """Take the first reading whose account is found exactly, else one about the account of the place.

    Without either it searches roughly by the likeliest reading; None where nothing is asked.
    """
    services = service_names(policy, inquiry.prose)
    question = parse(text, services)
    for reading in question.readings:
        if finding := find_exactly(work, reading.account):
            return reading, finding
    if here is not None and (reading_here := _reading_here(question, here, services)):
        standing = work.merges.into([here]).get(here, here)
        return reading_here, Finding(Found(here, "id"), (standing,), 1)
    if question.likeliest is None:
        return None
    return question.likeliest, find_roughly(work, question.likeliest.account)


def _reading_here(question: Question, here: str, services: Mapping[str, str]) -> Reading | None:
    """Read a question as one about the account of the place; None where it is about something else."""
    if not question.text:
        return Reading(here, Kind.TIER)
    if question.likeliest is None:
        return None
    named = _PRONOUN.sub(f'"{here}"', question.text)
    likeliest = parse(named if named != question.text else f'{named} "{here}"', services).likeliest
    if likeliest is None or likeliest.account != here:
        return None
    return likeliest if likeliest.service or likeliest.kind is not Kind.TIER else None


def reply(work: UnitOfWork, policy: Policy, inquiry: Inquiry, reading: Reading, finding: Finding) -> Answer:
    """Answer what was read about the accounts that were found."""
    why = reading.kind is Kind.WHY
    if len(finding.ids) > 1:
        return Choice(finding.found.asked, candidates(work, finding.ids), finding.total, reading.service, why)
    account = work.accounts.get(finding.ids[0]) if finding.ids else None
    if account is None:
        return AccountUnknown(finding.found.asked, candidates(work, finding.nearest))
    card = card_of(work, account, policy, inquiry)
    if reading.asked_service:
        near = nearest_services(policy, inquiry.prose, reading.asked_service)
        return ServiceUnknown(card, finding.found, reading.asked_service, near)
    if reading.service:
        return _service_answer(card, finding.found, policy, inquiry.prose, reading.service)
    if reading.kind is Kind.ENTITLED:
        return OfferAnswer(card, finding.found, _sold(card, policy, inquiry.prose))
    return TierAnswer(card, finding.found, why)


def card_of(work: UnitOfWork, account: Account, policy: Policy, inquiry: Inquiry) -> Card:
    """Return an account with everything that is known and promised, as it is today."""
    decision = work.decisions.current([account.id])[account.id]
    parent = work.accounts.get(account.parent_id) if account.parent_id else None
    worded = policy.worded(inquiry.prose)
    holdings = holdings_of(work, account.id, inquiry.today)
    (account,) = as_known(work, [account], policy, inquiry.today)
    family = family_of(work, account, policy, inquiry.today)
    return Card(
        account=account,
        decision=decision,
        up=ways_up(account, family, policy, inquiry.today, decision.tier),
        tier=policy.tier(decision.tier),
        entitlements=entitlements(account, decision.tier, worded, inquiry.today, holdings),
        parent=parent.name if parent else None,
        today=inquiry.today,
        segment=policy.rules.segment_by_id.get(decision.segment or ""),
        rank=work.decisions.rank(decision),
        training=training_of(work, account.id, inquiry.today),
    )


def _sold(card: Card, policy: Policy, prose: Prose) -> tuple[Service, ...]:
    """Return what a customer's plan lacks and money buys."""
    if card.account.status is not Status.CUSTOMER:
        return ()
    lacking = [policy.catalogue.by_id[one.service] for one in card.entitlements if one.level is Level.NO]
    return tuple(prose.worded(service) for service in lacking if service.price)


def _service_answer(card: Card, found: Found, policy: Policy, prose: Prose, service_id: str) -> ServiceAnswer:
    service = prose.worded(policy.catalogue.by_id[service_id])
    entitlement = next(one for one in card.entitlements if one.service == service_id)
    return ServiceAnswer(card, found, service, prose.definitions.get(service_id, ""), entitlement)


def note(work: UnitOfWork, inquiry: Inquiry, action: str, answer: Answer) -> None:
    """Note who asked about which account and service; the words themselves are not kept."""
    card: Card | None = getattr(answer, "card", None)
    service: Service | None = getattr(answer, "service", None) if isinstance(answer, ServiceAnswer) else None
    details = {"answer": type(answer).__name__, **({"service": service.id} if service else {})}
    work.audit.add(work.at, inquiry.who, action, card.account.id if card else None, details)
