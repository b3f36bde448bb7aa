"""Change kits: written for the movers of a publication, released by a named person, acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tiering.domain.account import Account, Status
from tiering.domain.change_kit import PlanChange, kept_services, write_kit
from tiering.domain.holding import NOTHING
from tiering.domain.package import Promises, difference
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.storage.database import portions
from tiering.storage.kits import Kit, NewKit
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import Move
from tiering.usecases.holdings import holdings_among

__all__ = ["Kit", "acknowledge", "kit", "kits", "make_kits", "release"]

KIT_RELEASED = "kit_released"
"""The kind of an outbox message about a kit that may be sent now."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The publication for which kits are made."""

    old: Policy
    new: Policy
    starts_on: date
    today: date


def make_kits(work: UnitOfWork, movers: Sequence[Move], occasion: Occasion) -> int:
    """Store a kit for each customer among the movers whom a release would tell news; returns how many."""
    old, new = Promises(occasion.old, occasion.today), Promises(occasion.new, occasion.today)
    made, have = 0, work.kits.told(occasion.new.version)
    for portion in portions([mover for mover in movers if mover.id not in have]):
        ids = [mover.id for mover in portion]
        accounts, believed = work.accounts.among(ids), work.kits.believed(ids)
        holdings = holdings_among(work, ids, occasion.starts_on)
        kits = []
        for mover in portion:
            tier, told = believed.get(mover.id, (mover.before, False))
            before = mover.before if told and mover.before != mover.after else tier
            known = before in occasion.old.rules.tier_by_id
            if accounts[mover.id].status is Status.CUSTOMER and before != mover.after and known:
                change = _change(accounts[mover.id], mover, before, (old, new), occasion)
                kept = kept_services(change.changes.lost, holdings.get(mover.id, NOTHING))
                text = write_kit(replace(change, kept=kept), occasion.old, occasion.new)
                kits.append(NewKit(mover.id, occasion.new.version, before, mover.after, text, occasion.today))
        work.kits.add(kits)
        made += len(kits)
    return made


def _change(
    account: Account, mover: Move, before: int, promises: tuple[Promises, Promises], occasion: Occasion
) -> PlanChange:
    old, new = promises
    package = new.package(account, mover.after)
    stays = mover.before == mover.after
    return PlanChange(
        account=account,
        before=occasion.old.tier(before),
        after=occasion.new.tier(mover.after),
        package=package,
        changes=difference(package if stays else old.package(account, before), package),
        starts_on=mover.due or occasion.starts_on,
        grace=mover.due is not None,
        stays=stays,
    )


def kits(store: Store, who: str, version: int | None = None) -> list[Kit]:
    """List the kits, or those of one version; raises Refusal where there is no such version."""
    with store.begin() as work:
        if version is not None:
            _known_version(work, version)
        found = work.kits.of(version)
        subject = f"policy {version}" if version else None
        work.audit.add(work.at, who, "kits", subject, {"kits": len(found)})
        return found


def kit(store: Store, who: str, kit_id: int) -> Kit:
    """Return one kit; raises Refusal where there is none of that number."""
    with store.begin() as work:
        found = _known(work, kit_id)
        work.audit.add(work.at, who, "kit", found.account_id, {"kit": kit_id})
        return found


def release(store: Store, version: int, who: str) -> int:
    """Let the kits of a version that are still true be sent, each once; returns how many. Raises Refusal."""
    with store.begin() as work:
        _known_version(work, version)
        in_force = work.policies.version()
        if version < in_force:
            raise Refusal(
                f"Version {in_force} has come after version {version}, whose kits are no longer true: "
                "nothing was released."
            )
        released = work.kits.release(version, who, work.at)
        if not released:
            raise Refusal(
                f"Version {version} has no kits that wait for release and are still true; "
                "`tiering kits list` says what became of them."
            )
        payloads = [{"kit": kit_id, "account": account_id} for kit_id, account_id in released]
        work.outbox.add(work.at, KIT_RELEASED, payloads)
        work.audit.add(work.at, who, "release kits", f"policy {version}", {"kits": len(released)})
        return len(released)


def acknowledge(store: Store, kit_id: int, who: str) -> Kit:
    """Note who says that the customer has seen a kit; raises Refusal."""
    with store.begin() as work:
        found = _known(work, kit_id)
        if found.released_at is None:
            raise Refusal(f"The kit {kit_id} has not been released, so that nobody can have seen it.")
        if not work.kits.acknowledge(kit_id, who, work.at):
            raise Refusal(f"The kit {kit_id} was acknowledged already, by {found.acknowledged_by}.")
        work.audit.add(work.at, who, "acknowledge kit", found.account_id, {"kit": kit_id})
        return _known(work, kit_id)


def _known_version(work: UnitOfWork, version: int) -> None:
    if not 1 <= version <= work.policies.newest():
        raise Refusal(f"There is no version {version} of the policy; `tiering policies` lists them.")


def _known(work: UnitOfWork, kit_id: int) -> Kit:
    found = work.kits.get(kit_id)
    if found is None:
        raise Refusal(f"There is no kit {kit_id}; `tiering kits list` lists them.")
    return found
