"""Lists of accounts: all of them, of a tier, a manager or a status, or those that fit some words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.blocks import Message, Run, actions, bold, divider, message, paragraphs, points, says, tidy
from bot.card import ASKED
from bot.desk import Desk
from bot.ears import Ears
from bot.listing import account_line, as_option, opening
from bot.managers import managers_view, named, names_in
from bot.paging import SIZE, page_of, place, turning
from bot.turn import Answer, Reply, Turn
from bot.way import say_button
from tiering.domain.account import Status
from tiering.domain.names import fold
from tiering.domain.policy import Tier
from tiering.domain.question import typed
from tiering.domain.refusal import Refusal
from tiering.usecases.book import csms
from tiering.usecases.browsing import Filter, Page, search_accounts
from tiering.usecases.policy import current

_STATUSES = {
    "prospect": Status.PROSPECT,
    "prospects": Status.PROSPECT,
    "customer": Status.CUSTOMER,
    "customers": Status.CUSTOMER,
    "churned": Status.CHURNED,
}
_PLURALS = {Status.PROSPECT: "prospects", Status.CUSTOMER: "customers", Status.CHURNED: "churned"}
_NOUNS: Mapping[str, tuple[str, str]] = {
    "": ("account", "accounts"),
    Status.PROSPECT: ("prospect", "prospects"),
    Status.CUSTOMER: ("customer", "customers"),
    Status.CHURNED: ("former customer", "former customers"),
}
_HOW_TO_SEARCH = (
    "You can search by how a name or alias begins, or by a whole domain, country or industry; "
    "and list a tier, a CSM, prospects, customers, or churned accounts."
)
_PARTS = re.compile(
    r"""\s*\b(?=(?:tier|csm|prospects?|customers?|churned)\b)(?=(?:[^"]*"[^"]*")*[^"]*\Z)""", re.IGNORECASE
)
"""Where a new part begins; within quotes such a word is part of a name."""


def register(ears: Ears) -> None:
    """Listen to phrases that begin with `list` and `find`."""
    ears.phrase(
        r"list(?: (?:all )?(?:the )?accounts)?(?: (?P<rest>.+))?",
        listed,
        usage="list tier 2",
        summary="accounts; also by “csm dana”, “churned” or “prospects”",
    )
    ears.phrase(
        r"(?:find|search accounts)(?: for)? (?P<rest>.+)",
        found,
        usage="find hospitality",
        summary="accounts by how a name begins, or by domain, country or industry",
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for, as it was said."""

    tier: str = ""
    csm: str = ""
    status: Status | None = None
    words: str = ""

    @property
    def phrase(self) -> str:
        """What says the same again."""
        parts = (
            "list",
            self.words,
            f"tier {self.tier}" if self.tier else "",
            _PLURALS[self.status] if self.status else "",
            f"csm {self.csm}" if self.csm else "",
        )
        return " ".join(part for part in parts if part)


def listed(turn: Turn, desk: Desk) -> Answer:
    """Show a page of the accounts that are asked for."""
    said, page = page_of(turn.words)
    wanted = read_wanted(said)
    tiers = current(desk.store).rules.tiers
    tier, more = tier_in(wanted.tier, tiers) if wanted.tier else (None, "")
    sought = Filter(
        words=typed(_joined(more, wanted.words)) or None,
        tier=tier.id if tier else None,
        status=wanted.status,
    )
    if wanted.csm:
        names = names_in(wanted.csm, desk)
        managers = csms(desk.store, desk.inquiry(turn.person))
        fitting = named(managers, names)
        if len(fitting) != 1:
            view = managers_view(names, managers, fitting, lambda name: replace(wanted, csm=name).phrase)
            return Reply(view, "ManagerChoice")
        sought = replace(sought, csm=fitting[0][0])
    return _page(turn, desk, sought, wanted.phrase, page)


def found(turn: Turn, desk: Desk) -> Answer:
    """Show a page of the accounts that fit some words."""
    said, page = page_of(turn.words)
    return _page(turn, desk, Filter(words=typed(said)), f"find {said}", page)


def _page(turn: Turn, desk: Desk, sought: Filter, phrase: str, page: int) -> Reply:
    shown = search_accounts(desk.store, sought, page, desk.inquiry(turn.person), SIZE)
    tiers = {tier.id: tier.name for tier in current(desk.store).rules.tiers}
    return Reply(list_view(shown, sought, tiers, phrase), "AccountList")


def read_wanted(said: str) -> Wanted:
    """Read `tier growth csm dana prospects`; what is none of these are words to search for."""
    wanted = Wanted()
    for part in _PARTS.split(said):
        keyword, _, rest = part.partition(" ")
        keyword, rest = keyword.strip(",").lower(), rest.strip(" ,")
        if keyword == "tier" and rest:
            wanted = replace(wanted, tier=rest)
        elif keyword == "csm" and rest:
            wanted = replace(wanted, csm=rest)
        elif keyword in _STATUSES:
            wanted = replace(wanted, status=_STATUSES[keyword], words=_joined(wanted.words, rest))
        else:
            wanted = replace(wanted, words=_joined(wanted.words, part))
    return wanted


def _joined(*parts: str) -> str:
    return " ".join(tidied for part in parts if (tidied := part.strip(" ,")))


def tier_in(said: str, tiers: Sequence[Tier]) -> tuple[Tier, str]:
    """Return the tier whose number, name or alias the words begin with, and the other words.

    Raises Refusal.
    """
    spoken = said.split()
    for count in range(len(spoken), 0, -1):
        wanted = fold(" ".join(spoken[:count]))
        for tier in tiers:
            if wanted in (str(tier.id), *(fold(one) for one in (tier.name, tier.public_name, *tier.aliases))):
                return tier, " ".join(spoken[count:])
    known = ", ".join(f"{tier.id} ({tier.name})" for tier in tiers)
    raise Refusal(f"No tier is called “{tidy(said, ASKED)}”; the tiers are {known}.")


def list_view(page: Page, sought: Filter, tiers: Mapping[int, str], phrase: str) -> Message:
    """Show a page of accounts, with a menu to open one; `tiers` are the tiers' names."""
    about = [*_about(sought, tiers), says(".")]
    one, many = _NOUNS[sought.status or ""]
    if not page.total:
        return message(
            paragraphs([bold(f"No {many}"), *about], [says(_HOW_TO_SEARCH)]),
            actions("other", [say_button("All accounts", "list")]),
        )
    count = f"1 {one}" if page.total == 1 else f"{page.total:,} {many}"
    order = f"The highest tier and the largest first{place(page.page, page.pages)}."
    return message(
        paragraphs([bold(count), *about], [says(order)]),
        divider(),
        points("Accounts", [account_line(line) for line in page.lines]),
        opening("list", [as_option(line) for line in page.lines]),
        turning(phrase, page.page, page.pages),
    )


def _about(sought: Filter, tiers: Mapping[int, str]) -> Iterator[Run]:
    """Say which accounts a list is about."""
    if sought.tier:
        yield says(f" in tier {sought.tier}, {tidy(tiers[sought.tier])}")
    if sought.csm:
        yield says(f", CSM {tidy(sought.csm)}")
    if sought.words:
        comma = "," if sought.tier or sought.csm else ""
        yield says(f"{comma} found by “{tidy(sought.words, ASKED)}”")
