"""Finding the account that somebody means, and never guessing in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from tiering.domain.account import Account
from tiering.domain.answer import Candidate, Found
from tiering.domain.contact_row import is_freemail
from tiering.domain.names import clear_winner, core, fold, nearest
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.domain.service import Prose, Service
from tiering.storage.store import UnitOfWork

MOST_CANDIDATES = 100
"""How many of many candidates are shown: as many as a Slack menu holds."""

NEAREST = 3
"""How many names are offered where nothing fits."""

_EMAIL = re.compile(r"[^@\s]+@([^@\s]+\.[^@\s]+)")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """The accounts that fit a text: one, several, or none but with the nearest."""

    found: Found
    ids: tuple[str, ...]
    total: int
    nearest: tuple[str, ...] = ()


def find_exactly(work: UnitOfWork, text: str) -> Finding | None:
    """Find accounts whose own id, domain, contact, name or alias this is, in that order."""
    accounts = work.accounts
    text = text.strip()
    if not text:
        return None
    tries: list[tuple[str, Sequence[str]]] = [("id", accounts.with_id(text))]
    if email := _EMAIL.fullmatch(text):
        owner = work.contacts.account_of(text)
        tries.append(("contact", [owner] if owner else []))
        domain = email[1].lower()
        tries.append(("domain", [] if is_freemail(domain) else accounts.with_domain(domain, MOST_CANDIDATES)))
    elif domain_text := _DOMAIN.fullmatch(text):
        tries.append(("domain", accounts.with_domain(domain_text[1].lower(), MOST_CANDIDATES)))
    for by, ids in tries:
        if ids:
            return _finding(work, text, by, ids)
    for by in ("name", "alias"):
        if ids := accounts.with_name(text, by, MOST_CANDIDATES):
            return _finding(work, text, by, ids)
    if ids := accounts.with_core(text, MOST_CANDIDATES):
        return _finding(work, text, "name", ids)
    return None


def find_roughly(work: UnitOfWork, text: str) -> Finding:
    """Find accounts whose name begins so, else those spelt nearly so, else the three nearest."""
    ids, total = work.accounts.with_prefix(text, MOST_CANDIDATES) if core(text) else ([], 0)
    if ids:
        standing = _standing(work, ids)
        return Finding(Found(text, "prefix"), standing, total - len(ids) + len(standing))
    found = Found(text, "spelling")
    spellings = _spellings(work)
    matches = nearest(core(text), [name for name, _ in spellings], MOST_CANDIDATES)
    distinct = {spellings[match.index][1]: match for match in reversed(matches)}
    ranked = sorted(distinct.items(), key=lambda item: (-item[1].score, item[0]))
    if winner := clear_winner([match for _, match in ranked]):
        owner = spellings[winner.index][1]
        return Finding(found, _standing(work, [owner]), 1)
    return Finding(found, (), 0, _standing(work, [owner for owner, _ in ranked[:NEAREST]]))


def _finding(work: UnitOfWork, text: str, by: str, ids: Sequence[str]) -> Finding:
    standing = _standing(work, ids)
    return Finding(Found(text, by), standing, len(standing))


def _standing(work: UnitOfWork, ids: Sequence[str]) -> tuple[str, ...]:
    """Return for each account that was merged the one that it is part of; none stands twice."""
    into = work.merges.into(ids)
    return tuple(dict.fromkeys(into.get(account_id, account_id) for account_id in ids))


def find_one(work: UnitOfWork, text: str) -> Account:
    """Find the one account that is called exactly so, for what changes the record; raises Refusal."""
    finding = find_exactly(work, text)
    if finding is None:
        rough = find_roughly(work, text)
        near = candidates(work, (rough.ids or rough.nearest)[:NEAREST])
        offered = ", ".join(f"{one.name} ({one.id})" for one in near)
        raise Refusal(f"No account fits {text!r}." + (f" The nearest: {offered}." if near else ""), "account")
    if finding.total > 1:
        ids = ", ".join(finding.ids[:NEAREST]) + (" ..." if finding.total > NEAREST else "")
        raise Refusal(f"{finding.total} accounts fit {text!r}; say which by its id: {ids}", "account")
    account = work.accounts.get(finding.ids[0])
    if account is None:
        raise LookupError(f"the account {finding.ids[0]!r} was found by a name and is gone")
    return account


def service_names(policy: Policy, prose: Prose) -> dict[str, str]:
    """Map everything that a service may be called, folded, to its id."""
    return {
        fold(name): service.id
        for published in policy.catalogue.services
        for service in (prose.worded(published),)
        for name in (service.id, service.name, *service.aliases)
    }


def nearest_services(policy: Policy, prose: Prose, asked: str) -> tuple[Service, ...]:
    """Return the services whose names are most like a text, the nearest first."""
    names = service_names(policy, prose)
    ids = (
        names[name] for name, _, _ in process.extract(fold(asked), list(names), scorer=fuzz.WRatio, limit=12)
    )
    return tuple(prose.worded(policy.catalogue.by_id[one]) for one in list(dict.fromkeys(ids))[:NEAREST])


def find_service(policy: Policy, prose: Prose, text: str) -> Service:
    """Find the service of this id, name or alias; raises Refusal."""
    known = service_names(policy, prose).get(fold(text))
    if known is None:
        near = ", ".join(service.id for service in nearest_services(policy, prose, text))
        raise Refusal(
            f"There is no service {text!r}." + (f" The nearest: {near}." if near else ""), "service"
        )
    return prose.worded(policy.catalogue.by_id[known])


def candidates(work: UnitOfWork, ids: Iterable[str]) -> tuple[Candidate, ...]:
    """Describe accounts well enough to tell them apart, in the order given."""
    wanted = list(ids)
    known = work.accounts.among(wanted)
    return tuple(_candidate(known[account_id]) for account_id in wanted if account_id in known)


def _candidate(account: Account) -> Candidate:
    return Candidate(
        account.id, account.name, account.domain, account.country, account.csm, account.status.value
    )


def _spellings(work: UnitOfWork) -> list[tuple[str, str]]:
    """Return all names, kept in memory until an import has changed the accounts."""
    newest = work.accounts.newest_import()
    kept = work.store.spellings
    if kept is None or kept[0] != newest:
        kept = (newest, work.accounts.spellings())
        work.store.spellings = kept
    return kept[1]
