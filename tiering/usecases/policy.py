"""Publishing the policy: what is in force is a numbered version in the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tiering.content import Content
from tiering.domain.policy import Policy
from tiering.storage.policies import Publication
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import Mover, decide_all


class NoPolicy(Exception):
    """The record holds no policy yet."""

    def __init__(self) -> None:
        super().__init__("No policy is in force yet: run `tiering publish` first.")


class BadDraft(Exception):
    """The draft has problems; nothing was published and the last policy stays in force."""

    def __init__(self) -> None:
        super().__init__("The draft has problems; nothing was published and the policy in force stays.")


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    version: int
    name: str
    decided: int
    movers: tuple[Mover, ...]


def in_force(work: UnitOfWork) -> Policy:
    """Return the policy in force; raises NoPolicy."""
    if work.publication is None:
        raise NoPolicy
    return work.publication.policy


def publish(store: Store, content: Content, who: str, today: date) -> Published:
    """Put the draft in force as the next version and decide every account by it; raises BadDraft."""
    draft = content.draft
    if draft is None:
        raise BadDraft
    with store.begin() as work:
        return _publish(work, draft, content.source, who, today)


def publish_first(store: Store, content: Content, who: str, today: date) -> Published | None:
    """Publish the draft as version 1 where nothing has ever been published; raises BadDraft."""
    with store.begin() as work:
        if work.policies.version():
            return None
        if content.draft is None:
            raise BadDraft
        return _publish(work, content.draft, content.source, who, today)


def _publish(work: UnitOfWork, draft: Policy, source: str, who: str, today: date) -> Published:
    policy = replace(draft, version=work.policies.version() + 1)
    work.policies.publish(Publication(policy, source, work.at, who))
    decided, movers = decide_all(work, policy, today)
    work.audit.add(
        work.at,
        who,
        "publish",
        f"policy {policy.version}",
        {"name": policy.rules.name, "decided": decided, "moved": len(movers)},
    )
    return Published(policy.version, policy.rules.name, decided, tuple(movers))
