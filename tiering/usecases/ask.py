"""Asking in one's own words: which tier, why, and may they have this service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account
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
from tiering.domain.question import Kind, Reading, parse
from tiering.domain.service import Prose, Service
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


def ask(store: Store, text: str, inquiry: Inquiry) -> Answer:
    """Answer a question such as `acme`, `why acme` or `can acme have a QBR?`; raises NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
        question = parse(text, service_names(policy, inquiry.prose))
        if question.likeliest is None:
            answer: Answer = Help(work.accounts.count(), tuple(work.accounts.examples(2)))
        else:
            answer = reply(work, policy, inquiry, *_understand(work, question.readings, question.likeliest))
        note(work, inquiry, "ask", answer)
        return answer


def about(
    store: Store, account_id: str, inquiry: Inquiry, service: str | None = None, why: bool = False
) -> Answer:
    """Answer about one account, picked by its id; raises NoSuchAccount and NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
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
    work: UnitOfWork, readings: tuple[Reading, ...], likeliest: Reading
) -> tuple[Reading, Finding]:
    """Take the first reading whose account is found exactly, else search roughly by the likeliest."""
    for reading in readings:
        if finding := find_exactly(work, reading.account):
            return reading, finding
    return likeliest, find_roughly(work, likeliest.account)


def reply(work: UnitOfWork, policy: Policy, inquiry: Inquiry, reading: Reading, finding: Finding) -> Answer:
    """Answer what was read about the accounts that were found."""
    why = reading.kind is Kind.WHY
    if len(finding.ids) > 1:
        return Choice(finding.found.asked, candidates(work, finding.ids), finding.total, reading.service, why)
    account = work.accounts.get(finding.ids[0]) if finding.ids else None
    if account is None:
        return AccountUnknown(finding.found.asked, candidates(work, finding.nearest))
    card = _card(work, account, policy, inquiry)
    if reading.asked_service:
        near = nearest_services(policy, inquiry.prose, reading.asked_service)
        return ServiceUnknown(card, finding.found, reading.asked_service, near)
    if reading.service:
        return _service_answer(card, finding.found, policy, inquiry.prose, reading.service)
    if reading.kind is Kind.ENTITLED:
        return OfferAnswer(card, finding.found)
    return TierAnswer(card, finding.found, why)


def _card(work: UnitOfWork, account: Account, policy: Policy, inquiry: Inquiry) -> Card:
    decision = work.decisions.current([account.id])[account.id]
    parent = work.accounts.get(account.parent_id) if account.parent_id else None
    worded = policy.worded(inquiry.prose)
    holdings = holdings_of(work, account.id, inquiry.today)
    (account,) = as_known(work, [account], policy)
    return Card(
        account=account,
        decision=decision,
        up=ways_up(account, family_of(work, account, policy), policy, inquiry.today, decision.tier),
        tier=policy.tier(decision.tier),
        entitlements=entitlements(account, decision.tier, worded, inquiry.today, holdings),
        parent=parent.name if parent else None,
        today=inquiry.today,
        segment=policy.rules.segment_by_id.get(decision.segment or ""),
        rank=work.decisions.rank(decision),
    )


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
