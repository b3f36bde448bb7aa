from __future__ import annotations

from dataclasses import replace

from tiering.content import Content
from tiering.domain.policy_difference import LevelChange, Line, changed_levels, changed_lines
from tiering.domain.service import Catalogue


def test_lines_that_differ_stand_between_a_few_that_do_not() -> None:
    before = "\n".join(f"line {number}" for number in range(20))
    after = before.replace("line 2\n", "line two\n").replace("line 17", "line seventeen")
    found = list(changed_lines(before, after))
    assert found[2:5] == [Line("gone", "line 2"), Line("new", "line two"), Line("same", "line 3")]
    assert [line.kind for line in found].count("gap") == 1
    assert Line("same", "line 10") not in found
    assert list(changed_lines(before, before)) == []


def test_services_are_compared_by_what_each_tier_gets(content: Content) -> None:
    policy = content.draft
    assert policy is not None
    assert changed_levels(policy, policy) == []
    without = [one for one in policy.catalogue.services if one.id != "health-check"]
    fewer = replace(policy, catalogue=Catalogue(services=tuple(without)))
    gone = changed_levels(policy, fewer)
    assert {one.service for one in gone} == {"Health check"}
    assert gone[0] == LevelChange("Health check", "1 Strategic", "included", None)
    assert changed_levels(fewer, policy)[0] == LevelChange("Health check", "1 Strategic", None, "included")
