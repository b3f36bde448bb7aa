"""A draft of the policy on its way: uploaded, rehearsed, shared, signed by a second person, published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tiering.content import Content
from tiering.domain.colleague import Colleague, only_managers
from tiering.domain.money import UnknownCurrency
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.domain.rehearsal import Moved, Rehearsal
from tiering.storage.database import RecordUnavailable, portions
from tiering.storage.drafts import Chosen, Draft, Share, Signature
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.draft import sound
from tiering.usecases.policy import NoPolicy, Proposal, Published, Terms, in_force, publish_within, rollback
from tiering.usecases.rehearsal import rehearse

__all__ = [
    "Chosen",
    "Draft",
    "Looked",
    "Share",
    "Signature",
    "end_share",
    "keep",
    "listed",
    "look",
    "movers",
    "publish_draft",
    "rehearse_draft",
    "roll_back",
    "share",
    "shared",
    "sign",
    "withdraw",
]

LONGEST_REHEARSAL = timedelta(minutes=10)
"""After so long a rehearsal gives up; one that has not been heard of for so long may be begun again."""

LONGEST_SHARE = 90
"""Days that a link may open a draft."""

_LISTED = 20
_STEP = 2_000
"""Accounts between two notes of how far a rehearsal has come."""
_PORTION = 5_000
"""Movers that are written in one transaction, so that nobody waits for all of them."""


class TookTooLong(Exception):
    """A rehearsal that was given up."""

    def __init__(self) -> None:
        minutes = LONGEST_REHEARSAL.seconds // 60
        super().__init__(f"It was given up after {minutes} minutes; `tiering simulate` has no such limit.")


@dataclass(frozen=True, slots=True)
class Looked:
    """A draft with everything around it."""

    draft: Draft
    policy: Policy
    source: str
    """The text of tiers.yaml as it was uploaded."""
    current: Policy
    """The policy in force."""
    current_source: str
    rehearsal: Rehearsal | None
    """Without its movers."""
    is_stale: bool
    """Whether accounts or the policy have changed since the rehearsal."""
    is_rehearsing: bool
    accounts: int
    """How many there are to decide."""
    signatures: Sequence[Signature]
    shares: Sequence[Share]

    @property
    def has_second_signature(self) -> bool:
        """Whether somebody signed who did not upload it."""
        return any(one.who != self.draft.made_by.reference for one in self.signatures)


def keep(store: Store, content: Content, who: Colleague) -> int:
    """Keep a draft and return its number, that of the same one where it was sent twice.

    Raises BadDraft, NoPolicy and Refusal. The services are kept with it as they are now, so that what is
    rehearsed and signed is what will be published.
    """
    only_managers(who)
    with store.begin() as work:
        work.policies.reserve()
        in_force(work)
        policy = sound(work, content)
        for one in work.drafts.newest(_LISTED):
            if one.is_open and one.made_by.reference == who.reference:
                known, source = work.drafts.policy(one.id)
                if source == content.source and known.catalogue == policy.catalogue:
                    return one.id
        number = work.drafts.add(policy, content.source, work.policies.newest(), work.at, who)
        _note(work, who, "keep draft", number, {"name": policy.rules.name})
    return number


def listed(store: Store) -> list[Draft]:
    """Return the newest drafts."""
    with store.reading() as work:
        return work.drafts.newest(_LISTED)


def look(store: Store, number: int) -> Looked | None:
    """Return a draft with everything around it; None where there is none. Raises NoPolicy."""
    with store.reading() as work:
        draft = work.drafts.get(number)
        return _looked(work, draft) if draft else None


def movers(store: Store, number: int, chosen: Chosen, limit: int, offset: int) -> tuple[int, Sequence[Moved]]:
    """Return how many of a draft's movers somebody wants to see, and a page of them."""
    with store.reading() as work:
        count = work.drafts.count_movers(number, chosen)
        return count, work.drafts.movers(number, chosen, limit, offset)


def begin_rehearsal(store: Store, number: int, who: Colleague) -> bool:
    """Take the rehearsal of a draft, for whoever then calls rehearse_draft; false where one is under way."""
    only_managers(who)
    with store.begin() as work:
        _open(work, number)
        return work.drafts.begin_rehearsal(number, work.at, work.at - LONGEST_REHEARSAL)


def rehearse_draft(store: Store, number: int, who: Colleague, today: date) -> None:
    """Decide everybody by a draft and keep what would become of them; takes seconds at 100,000 accounts.

    Why it came to nothing is kept with the draft.
    """
    try:
        _rehearse(store, number, who, today)
    except (UnknownCurrency, NoPolicy, TookTooLong, RecordUnavailable) as error:
        with store.begin() as work:
            work.drafts.fail_rehearsal(number, str(error))


def _rehearse(store: Store, number: int, who: Colleague, today: date) -> None:
    with store.reading() as work:
        policy, _ = work.drafts.policy(number)
        state, compared = work.state, in_force(work).version
        found = rehearse(work, policy, today, _watched(store, number, work.at))
    ordered = sorted(
        found.movers, key=lambda one: (-one.revenue.cents if one.revenue else 0, one.name, one.id)
    )
    with store.begin() as work:
        work.drafts.forget_movers(number)
    for place, portion in enumerate(portions(ordered, _PORTION)):
        with store.begin() as work:
            work.drafts.add_movers(number, place * _PORTION, portion)
    with store.begin() as work:
        work.drafts.finish_rehearsal(number, found, state, work.at)
        told = {"draft": policy.rules.name, "decided": found.accounts, "moved": len(ordered)}
        _note(work, who, "rehearse draft", number, {**told, "against": compared})


def sign(store: Store, number: int, who: Colleague, note: str) -> None:
    """Sign a draft for what its rehearsal says; signing twice is signing once. Raises Refusal."""
    only_managers(who)
    with store.begin() as work:
        draft = _open(work, number)
        if draft.made_by.reference == who.reference:
            raise Refusal("You uploaded this draft, so somebody else has to sign it.")
        if draft.rehearsed_at is None:
            raise Refusal("Nobody has rehearsed this draft yet: rehearse it first, to know what you sign.")
        if work.drafts.sign(number, who, work.at, note):
            _note(work, who, "sign draft", number, {"note": note})


def share(store: Store, number: int, who: Colleague, readers: str, until: date) -> int:
    """Let others read a draft until a day; returns the number of the share. Raises Refusal."""
    only_managers(who)
    with store.begin() as work:
        _open(work, number)
        if not readers.strip():
            raise Refusal("Please say for whom the link is, such as Sales.", "readers")
        if not work.at.date() <= until <= work.at.date() + timedelta(days=LONGEST_SHARE):
            raise Refusal(f"A link opens a draft for 1 to {LONGEST_SHARE} days.", "days")
        made = work.drafts.share(number, readers, until, work.at, who.name)
        _note(work, who, "share draft", number, {"readers": readers, "until": until, "share": made})
    return made


def end_share(store: Store, number: int, share_number: int, who: Colleague) -> None:
    """Let a link open nothing any more, from now on; ending it twice is ending it once. Raises Refusal."""
    only_managers(who)
    with store.begin() as work:
        found = work.drafts.get_share(share_number)
        if found is None or found.draft_id != number:
            raise Refusal("There is no such link.")
        if work.drafts.end_share(share_number, work.at):
            _note(work, who, "end share", number, {"readers": found.readers, "share": share_number})


def shared(store: Store, share_number: int, today: date) -> tuple[Share, Looked] | None:
    """Return what a link opens; None where it opens nothing. Raises NoPolicy."""
    with store.reading() as work:
        found = work.drafts.get_share(share_number)
        if found is None or found.ended_at or found.until < today:
            return None
        draft = work.drafts.get(found.draft_id)
        return (found, _looked(work, draft)) if draft and draft.withdrawn_at is None else None


def publish_draft(store: Store, number: int, who: Colleague, today: date, terms: Terms) -> Published | None:
    """Publish a draft that a second person has signed; None where that was done before.

    Raises Refusal where nobody else has signed or it was not rehearsed as things stand, and Overtaken where
    somebody else has published since it was uploaded.
    """
    only_managers(who)
    with store.begin() as work:
        work.policies.reserve()
        draft = work.drafts.get(number)
        if draft and draft.version:
            return None
        draft = _open(work, number)
        seen = _looked(work, draft)
        based = replace(terms, based_on=draft.based_on)
        proposal = Proposal(seen.policy, seen.source, who.name)
        if draft.based_on == work.policies.newest():
            _refuse_unready(seen)
        published = publish_within(work, proposal, today, based)
        work.drafts.publish(number, published.version)
        signed = [f"{one.name} ({one.who})" for one in seen.signatures]
        _note(work, who, "publish draft", number, {"version": published.version, "signed_by": signed})
    return published


def roll_back(store: Store, who: Colleague, today: date, based_on: int) -> Published:
    """Bring the version before back, as `rollback` does; raises NoPolicy and Refusal."""
    only_managers(who)
    done = rollback(store, who.name, today, based_on)
    with store.begin() as work:
        told = {"by": who.name, "version": done.version}
        work.audit.add(work.at, who.reference, "ask to roll back", f"policy {done.version}", told)
    return done


def withdraw(store: Store, number: int, who: Colleague) -> None:
    """Put a draft aside; its links open nothing any more. Raises Refusal."""
    only_managers(who)
    with store.begin() as work:
        _open(work, number)
        work.drafts.withdraw(number, work.at)
        _note(work, who, "withdraw draft", number, {})


def _refuse_unready(seen: Looked) -> None:
    if seen.rehearsal is None or seen.is_stale:
        why = "has not been rehearsed" if seen.rehearsal is None else "was rehearsed before things changed"
        raise Refusal(f"This draft {why}: rehearse it first, then publish it.")
    if not seen.has_second_signature:
        raise Refusal(
            f"Only {seen.draft.made_by.name}, who uploaded it, stands behind this draft: a second person "
            "of the managers or of operations has to sign it first."
        )


def _open(work: UnitOfWork, number: int) -> Draft:
    draft = work.drafts.get(number)
    if draft is None:
        raise Refusal("There is no such draft.")
    if not draft.is_open:
        done = f"was published as version {draft.version}" if draft.version else "was withdrawn"
        raise Refusal(f"This draft {done}: nothing more can be done with it.")
    return draft


def _looked(work: UnitOfWork, draft: Draft) -> Looked:
    policy, source = work.drafts.policy(draft.id)
    if work.publication is None:
        raise NoPolicy
    begun = draft.rehearsal_begun_at
    return Looked(
        draft=draft,
        policy=policy,
        source=source,
        current=work.publication.policy,
        current_source=work.publication.source,
        rehearsal=work.drafts.rehearsal(draft.id),
        is_stale=draft.rehearsed_state is not None and draft.rehearsed_state != work.state,
        is_rehearsing=begun is not None and begun > work.at - LONGEST_REHEARSAL,
        accounts=work.accounts.count() if begun else 0,
        signatures=work.drafts.signatures(draft.id),
        shares=work.drafts.shares(draft.id),
    )


def _watched(store: Store, number: int, began: datetime) -> Callable[[int], None]:
    """Note how far a rehearsal has come, and give it up when it takes too long."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if done % _STEP:
            return
        if store.now() - began > LONGEST_REHEARSAL:
            raise TookTooLong
        with suppress(RecordUnavailable), store.begin() as work:  # it is only a note
            work.drafts.advance(number, done)

    return advance


def _note(work: UnitOfWork, who: Colleague, action: str, number: int, details: dict[str, object]) -> None:
    work.audit.add(work.at, who.reference, action, f"draft {number}", {"by": who.name, **details})
