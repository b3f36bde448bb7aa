"""The draft of a policy, held against the record: a condition on a column that no account has never holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz import fuzz, process

from tiering.content import Content
from tiering.domain.account import CERTIFIED, CERTIFIED_UNTIL
from tiering.domain.policy import Policy
from tiering.files import Problem
from tiering.storage.store import UnitOfWork


class BadDraft(Exception):
    """A draft that has problems; the policy in force stays."""

    def __init__(self, *problems: Problem) -> None:
        """Tell of problems that nobody was told of while the draft was read."""
        sentence = "The draft has problems; nothing was done with it, and the policy in force stays."
        super().__init__("\n".join([*map(str, problems), sentence]))
        self.problems = problems


def sound(work: UnitOfWork, content: Content) -> Policy:
    """Return the draft of a content directory, if it fits the record; raises BadDraft."""
    if content.draft is None:
        raise BadDraft
    if absent := list(_absent_columns(work, content)):
        raise BadDraft(*absent)
    return content.draft


def _absent_columns(work: UnitOfWork, content: Content) -> Iterator[Problem]:
    """Find the columns that a draft asks for and no account has; accounts to come may bring any."""
    if not content.asked or not work.accounts.count():
        return
    measured = work.metrics.named(content.asked) | {CERTIFIED, CERTIFIED_UNTIL}
    known = work.accounts.columns(content.asked.keys() - measured)
    for column, problem in content.asked.items():
        if column not in known | measured:
            near = process.extractOne(column, sorted(known), scorer=fuzz.WRatio, score_cutoff=70)
            meant = f"; did you mean `attributes.{near[0]}`?" if near else ""
            yield replace(problem, text=problem.text + meant)
