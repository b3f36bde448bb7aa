"""Publishing the policy: what is in force is a numbered version in the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tiering.content import Content
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.storage.policies import Edition, Publication
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import Move, Mover, Verdict, carry_out, rehearse_all
from tiering.usecases.draft import BadDraft, sound
from tiering.usecases.kits import Occasion, make_kits

__all__ = [
    "BadDraft",
    "Edition",
    "NoPolicy",
    "Overtaken",
    "Proposal",
    "Published",
    "Terms",
    "begin_due",
    "current",
    "editions",
    "held_in_force",
    "in_force",
    "newest",
    "publish",
    "publish_first",
    "publish_within",
    "rollback",
    "text_of",
]


class NoPolicy(Exception):
    """The record holds no policy yet."""

    def __init__(self) -> None:
        super().__init__("No policy is in force yet: run `tiering publish` first.")


class Overtaken(Refusal):
    """Somebody else has published since the draft was begun."""

    def __init__(self, based_on: int, newest: Edition) -> None:
        super().__init__(
            f"{newest.published_by} has published version {newest.version} (“{newest.name}”) meanwhile, and "
            f"this draft was based on version {based_on}: nothing was published. "
            "Rehearse it against the newest version first."
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a draft is published."""

    effective_on: date | None = None
    """The day from which it counts; None for at once."""
    grandfathered_until: date | None = None
    """Until this day nobody falls because of it."""
    based_on: int | None = None
    """The newest version when the draft was begun; None where nobody minds."""


AT_ONCE = Terms()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sound draft, the text it was written as, and who publishes it."""

    policy: Policy
    source: str
    who: str


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    version: int
    name: str
    effective_on: date
    waits: bool
    """It takes effect on a later day, with that day's `tiering daily`."""
    decided: int
    movers: tuple[Mover, ...]
    """Who moved, or would move if a version that waits counted at once."""
    later: int
    """How many customers keep their tier for a time of grace and then fall."""
    kits: int
    """How many change kits were written."""
    restores: int | None = None
    """The version that this one brings back."""
    withdrawn: tuple[int, ...] = ()
    """The versions that waited and now never come."""


def in_force(work: UnitOfWork) -> Policy:
    """Return the policy in force; raises NoPolicy."""
    if work.publication is None:
        raise NoPolicy
    return work.publication.policy


def current(store: Store) -> Policy:
    """Return the policy in force, to read from it what may be chosen; raises NoPolicy."""
    with store.begin() as work:
        return in_force(work)


def held_in_force(work: UnitOfWork) -> Policy:
    """Return the policy in force, to decide by it: nobody else publishes or decides before the work ends.

    Raises NoPolicy. Two who decide one account at once would each store a decision that is in force.
    """
    work.policies.reserve()
    return in_force(work)


def newest(store: Store) -> int:
    """Return the number of the newest version, in force or waiting, to base a publication on."""
    with store.begin() as work:
        return work.policies.newest()


def text_of(store: Store, version: int | None = None) -> str | None:
    """Return a version as it was written, the one in force by default; None where there is none."""
    with store.reading() as work:
        wanted = work.policies.version() if version is None else version
        return work.policies.source(wanted)


def editions(store: Store, who: str) -> tuple[int, list[Edition]]:
    """Return the number of the version in force, and all versions, the newest first."""
    with store.begin() as work:
        found = work.policies.editions()
        work.audit.add(work.at, who, "policies", None, {"versions": len(found)})
        return work.policies.version(), found


def publish(store: Store, content: Content, who: str, today: date, terms: Terms = AT_ONCE) -> Published:
    """Publish the draft as the next version; from its day on it decides every account.

    Raises BadDraft, and Refusal where somebody else was faster or the dates overlap.
    """
    with store.begin() as work:
        work.policies.reserve()
        return publish_within(work, Proposal(sound(work, content), content.source, who), today, terms)


def publish_within(work: UnitOfWork, proposal: Proposal, today: date, terms: Terms) -> Published:
    """Do the same within a unit of work that has reserved the policies; raises Refusal."""
    _refuse_overlaps(work.policies.editions(), work.policies.version(), terms, today)
    policy = replace(proposal.policy, grandfathered_until=terms.grandfathered_until)
    starts_on = terms.effective_on or today
    return _publish(work, _next(work, policy, proposal.source, proposal.who, starts_on), today)


def publish_first(store: Store, content: Content, who: str, today: date) -> Published | None:
    """Publish the draft as version 1 where nothing has ever been published; raises BadDraft."""
    with store.begin() as work:
        work.policies.reserve()
        if work.policies.newest():
            return None
        return _publish(work, _next(work, sound(work, content), content.source, who, today), today)


def rollback(store: Store, who: str, today: date, based_on: int | None = None) -> Published:
    """Publish again what was in force before; where a version waits, it is withdrawn instead.

    A second rollback goes one version further back; `based_on`, the newest version that somebody has seen,
    keeps one that is sent twice from that. Raises NoPolicy, and Refusal where there is none before.
    """
    with store.begin() as work:
        work.policies.reserve()
        standing = in_force(work).version
        editions = work.policies.editions()
        known = {one.version: one for one in editions}
        if based_on is not None and based_on != editions[0].version:
            raise Refusal(
                f"{editions[0].published_by} has published version {editions[0].version} meanwhile: "
                "nothing was rolled back. Look at the versions again."
            )
        target = known[standing].original
        withdrawn = tuple(sorted(version for version in known if version > standing))
        if not withdrawn:
            before = [one for one in known.values() if one.in_force_since and one.version < target]
            if not before:
                which = "" if target == standing else f" is version {target} again, which"
                raise Refusal(f"Version {standing}{which} is the first: there is nothing to go back to.")
            target = max(before, key=lambda one: one.version).original
        old = work.policies.get(target)
        grace = known[standing].grandfathered_until if withdrawn else None
        policy = replace(old.policy, grandfathered_until=grace)
        again = replace(_next(work, policy, old.source, who, today), restores=target)
        return replace(_publish(work, again, today), withdrawn=withdrawn)


def begin_due(work: UnitOfWork, today: date) -> Published | None:
    """Put the newest version in force whose day has come, if one waits, and decide everybody by it.

    The work must have reserved the policies, or two would begin the same version.
    """
    standing = work.policies.version()
    for edition in work.policies.editions():
        if edition.version > standing and edition.effective_on and edition.effective_on <= today:
            return _take_effect(work, work.policies.get(edition.version), today)
    return None


def _next(work: UnitOfWork, policy: Policy, source: str, who: str, effective_on: date) -> Publication:
    numbered = replace(policy, version=work.policies.newest() + 1)
    return Publication(numbered, source, work.at, who, effective_on)


def _publish(work: UnitOfWork, publication: Publication, today: date) -> Published:
    policy = publication.policy
    work.policies.publish(publication)
    waits = publication.effective_on is not None and publication.effective_on > today
    published = (_announce if waits else _take_effect)(work, publication, today)
    details: dict[str, object] = {
        "name": policy.rules.name,
        "effective_on": published.effective_on,
        "decided": published.decided,
        "moved": len(published.movers),
        "kits": published.kits,
    }
    if publication.restores:
        details["restores"] = publication.restores
    if policy.grandfathered_until:
        details["grandfathered_until"] = policy.grandfathered_until
    action = "roll back" if publication.restores else "publish"
    work.audit.add(work.at, publication.published_by, action, f"policy {policy.version}", details)
    return published


def _announce(work: UnitOfWork, publication: Publication, today: date) -> Published:
    """Write the kits of a version that waits; who moves is decided on its day."""
    day = publication.effective_on or today
    verdicts = rehearse_all(work, publication.policy, day)
    return replace(_tell(work, work.publication, publication, verdicts, today), waits=True)


def _take_effect(work: UnitOfWork, publication: Publication, today: date) -> Published:
    """Put a version in force and decide everybody by it; what was announced and not sent is written anew."""
    old = work.publication
    work.policies.put_in_force(publication.policy.version, work.at)
    work.kits.drop(publication.policy.version)
    verdicts = carry_out(work, publication.policy, today)
    return _tell(work, old, publication, verdicts, today)


def _tell(
    work: UnitOfWork,
    old: Publication | None,
    publication: Publication,
    verdicts: Iterable[Verdict],
    today: date,
) -> Published:
    policy = publication.policy
    movers: list[Mover] = []
    moves: list[Move] = []
    for one in verdicts:
        movers += [mover] if (mover := one.mover) else []
        moves += [move] if (move := one.move) else []
    starts_on = max(publication.effective_on or today, today)
    kits = make_kits(work, moves, Occasion(old.policy, policy, starts_on, today)) if old else 0
    return Published(
        version=policy.version,
        name=policy.rules.name,
        effective_on=starts_on,
        waits=False,
        decided=work.decisions.count(),
        movers=tuple(movers),
        later=sum(move.due is not None for move in moves),
        kits=kits,
        restores=publication.restores,
    )


def _refuse_overlaps(known: Sequence[Edition], standing: int, terms: Terms, today: date) -> None:
    """Refuse what contradicts the versions there are, the newest first, or the calendar; raises Refusal."""
    newest = known[0].version if known else 0
    if terms.based_on is not None and terms.based_on > newest:
        raise Refusal(f"There is no version {terms.based_on} to base a draft on: the newest is {newest}.")
    if known and terms.based_on is not None and newest != terms.based_on:
        raise Overtaken(terms.based_on, known[0])
    starts_on = terms.effective_on or today
    if starts_on < today:
        raise Refusal(f"{starts_on.isoformat()} has passed: a policy takes effect today or later.")
    until = terms.grandfathered_until
    if until is not None and until < starts_on:
        raise Refusal(
            f"Tiers cannot be kept until {until.isoformat()}, before the policy takes effect on "
            f"{starts_on.isoformat()}."
        )
    for waiting in known:
        if waiting.version > standing and waiting.effective_on and waiting.effective_on >= starts_on:
            raise Refusal(
                f"Version {waiting.version} (“{waiting.name}”) waits to take effect on "
                f"{waiting.effective_on.isoformat()}: publish with a later date, or withdraw it first with "
                "`tiering rollback`."
            )
