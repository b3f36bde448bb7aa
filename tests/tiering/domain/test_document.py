from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TODAY
from tests.tiering.domain.strategies import OFTEN
from tiering.content import Content
from tiering.domain.document import escaped, matrix, sales_page, table
from tiering.domain.policy import Policy


@pytest.fixture
def policy(content: Content) -> Policy:
    assert content.draft
    return replace(content.draft, version=7)


def test_the_matrix_has_a_column_for_each_plan_and_a_row_for_each_service(policy: Policy) -> None:
    lines = matrix(policy, TODAY).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert rows[0][-3:] == ["Signature", "Plus", "Essential"]
    cells = {row[0]: row[1:] for row in rows}
    assert cells["Quarterly business review"] == ["4 per year", "–", "–"]
    assert cells["On-site visit"] == ["By agreement", "–", "–"]
    assert cells["Knowledge base"] == ["Included"] * 3
    assert cells["First answer within"] == ["1 hour", "4 hours", "1 working day"]


def test_the_matrix_for_customers_leaks_nothing_of_ours(policy: Policy) -> None:
    told = policy.rules.model_dump(mode="json")
    for tier, metal in zip(told["tiers"], ("Zinc", "Iron", "Tin"), strict=True):  # words of no service's name
        tier |= {"name": metal, "aliases": [f"{metal}-alias"]}
    policy = replace(policy, rules=type(policy.rules).model_validate(told))
    text = matrix(policy, TODAY).casefold()
    ours = ["tier", "long tail", "policy", "flag", "bad fit", "band", "arr", "csm hours", "touch", "250,000"]
    for tier in policy.rules.tiers:
        ours += [tier.name, *tier.aliases]
    for adjustment in policy.rules.adjustments:
        ours += [adjustment.name, adjustment.because]
    ours += [service.approver for service in policy.catalogue.services if service.approver]
    found = [one for one in ours if re.search(rf"\b{re.escape(one.casefold())}\b", text)]
    assert found == []


def test_the_page_for_sales_says_who_qualifies_and_how_to_speak_of_it(policy: Policy) -> None:
    text = sales_page(policy, TODAY)
    assert "## Tier 1, Strategic: say “Signature”" in text
    assert "- Qualifies: ARR at least $100,000." in text
    assert "- Qualifies: ARR at least $10,000 and less than $100,000." in text
    assert "- Qualifies: ARR less than $10,000." in text
    assert "- Beyond Plus: " in text
    assert "- **Large potential** (1 up): It could grow" in text
    assert "Policy version 7" in text
    assert len(text.splitlines()) < 60, "it is one page"


def test_a_score_is_a_qualification_too(policy: Policy) -> None:
    told = policy.rules.model_dump(mode="json")
    told["base"]["metric"] = None
    told["base"]["score"] = [{"metric": "arr", "points": [{"at_least": 1, "points": 100_0 / 10}]}]
    scored = replace(policy, rules=type(policy.rules).model_validate(told))
    assert "Qualifies:" in sales_page(scored, TODAY)


@OFTEN
@given(cells=st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_no_text_breaks_a_table(cells: list[str]) -> None:
    lines = list(table(cells, [cells, cells]))
    assert len(lines) == 4
    for line in lines:
        assert len(line.splitlines()) == 1
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == len(cells) + 1


@pytest.mark.parametrize("text", ["<script>", "[a](b)", "`x`", "*x*", "# x", "a|b", "a\nb"])
def test_marks_are_shown_as_they_are(text: str) -> None:
    assert re.sub(r"\\(.)", r"\1", escaped(text)) == " ".join(text.split())
    assert not re.search(r"(?<!\\)[<\[`*#|\n]", escaped(text))
