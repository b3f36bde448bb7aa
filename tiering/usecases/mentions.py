"""Mentions: which account a message speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tiering.domain.answer import AccountUnknown, Answer, Found
from tiering.domain.contact_row import is_freemail
from tiering.domain.names import fold
from tiering.domain.question import Kind, Reading
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry, note, reply
from tiering.usecases.finding import MOST_CANDIDATES, Finding
from tiering.usecases.policy import in_force

_READ = 3000
"""How many letters of a message are read: who is meant stands at its beginning or nowhere."""

_LONGEST = 6
"""Of how many words a name is sought."""

_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True, slots=True)
class _Mention:
    """Words of a message that are those of accounts."""

    words: str
    by: str
    """As `Found` has it."""
    ids: Sequence[str]


def mentioned(store: Store, text: str, inquiry: Inquiry) -> Answer:
    """Answer about the account that a message mentions: TierAnswer, Choice or AccountUnknown("", ()).

    E-mail addresses and domains say more than names; of names the longest counts. Raises NoPolicy.
    """
    text = text[:_READ]
    with store.begin() as work:
        policy = in_force(work)
        mentions = list(_addresses(work, text)) or list(_names(work, text))
        if mentions:
            answer = reply(work, policy, inquiry, Reading("", Kind.TIER), _finding(work, mentions))
        else:
            answer = AccountUnknown("", ())
        note(work, inquiry, "ask", answer)
        return answer


def _finding(work: UnitOfWork, mentions: Sequence[_Mention]) -> Finding:
    """Put the accounts of all mentions together, those mentioned first before the others."""
    ids = [one for mention in mentions for one in mention.ids]
    into = work.merges.into(ids)
    standing = tuple(dict.fromkeys(into.get(one, one) for one in ids))
    asked = ", ".join(dict.fromkeys(mention.words for mention in mentions))
    return Finding(Found(asked, mentions[0].by), standing[:MOST_CANDIDATES], len(standing))


def _addresses(work: UnitOfWork, text: str) -> Iterator[_Mention]:
    """Find the accounts of the e-mail addresses and domains that stand in a text, in their order."""
    addresses = list(dict.fromkeys(found.lower() for found in _EMAIL.findall(text)))
    owners = work.contacts.accounts_of(addresses)
    hosts = [found.lower() for found in _DOMAIN.findall(text)]
    domains = work.accounts.at_domains(list({part for host in hosts for part in _within(host)}))
    for address in addresses:
        if owner := owners.get(address):
            yield _Mention(address, "contact", [owner])
    of_people = {address.partition("@")[2] for address in addresses if address in owners}
    for host in dict.fromkeys(hosts):
        known = next((part for part in _within(host) if part in domains), None)
        if known and host not in of_people:
            yield _Mention(known, "domain", domains[known])


def _within(host: str) -> Iterator[str]:
    """Return a host's name and those of the domains that it is in, but for what everybody's mail is at."""
    labels = host.split(".")
    names = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return (name for name in names if not is_freemail(name))


def _names(work: UnitOfWork, text: str) -> Iterator[_Mention]:
    """Find the accounts whose names or aliases stand in a text, the longest first and none within another."""
    places: dict[str, tuple[int, int]] = {}
    for words in (fold(_POSSESSIVE.sub("", text)).split(), fold(text).split()):
        for start in range(len(words)):
            for many in range(1, min(_LONGEST, len(words) - start) + 1):
                places.setdefault(" ".join(words[start : start + many]), (start, many))
    found = work.accounts.called(list(places))
    taken: set[int] = set()
    for name in sorted(found, key=lambda name: (-places[name][1], -len(name), places[name][0])):
        start, many = places[name]
        if taken.isdisjoint(range(start, start + many)):
            taken.update(range(start, start + many))
            yield _Mention(name, "name", found[name])
