"""The policy: every mistake in tiers.yaml is found at its line, in words."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.tiering.domain.strategies import SELDOM, policies
from tiering.domain.condition import BadCondition
from tiering.domain.contradiction import problems_of
from tiering.domain.policy import Policy, Rules, read_condition
from tiering.files import SHIPPED_CONTENT, parse_yaml, validate

SOURCE = (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8")
POTENTIAL = '{potential_arr: ">= 100000"}'


def problems(text: str) -> list[str]:
    document, found = parse_yaml(text, "tiers.yaml")
    if not found:
        rules, found = validate(Rules, document)
        if rules:
            found = [document.problem(place, sentence) for place, sentence in problems_of(rules)]
    return [str(problem) for problem in found]


def line_of(part: str) -> int:
    return SOURCE[: SOURCE.index(part)].count("\n") + 1


def test_the_shipped_policy_has_no_problems() -> None:
    assert problems(SOURCE) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("touch: high", "touch: low", "`tiers.touch` is 'low'; expected 'high', 'mid' or 'digital'"),
        (
            "    touch: high",
            "    tuch: high\n    touch: high",
            "unknown key `tiers.tuch`; did you mean `touch`?",
        ),
        ("currency: USD", "currrency: USD", "unknown key `currrency`; did you mean `currency`?"),
        (
            "accounts_per_csm: 12",
            "accounts_per_csm: 12.5",
            "`tiers.accounts_per_csm` is 12.5; expected a whole number",
        ),
        ("accounts_per_csm: 12", "accounts_per_csm: 0", "is 0; expected a number of at least 1"),
        (
            "name: Strategic",
            "name: 5",
            "`tiers.name` is 5; expected text, in quotes if it looks like a number or a date",
        ),
        ("name: Strategic", "name:", "`tiers.name` is empty; expected text"),
        ("name: Strategic", "name: ''", "`tiers.name` is empty; expected some text"),
        ("name: Strategic", f"name: {'x' * 61}", "expected at most 60 characters"),
        (
            "aliases: [A, enterprise, top]",
            "aliases: A",
            "`tiers.aliases` is 'A'; expected a list such as [one, two]",
        ),
        ("aliases: [B, mid-market, middle]", "aliases: [a]", "two tiers are called 'a'"),
        ("id: 2", "id: 4", "the tier with the id 4 stands in place 2; tiers are numbered 1, 2, 3"),
        (
            "currency: USD",
            "currency: usd",
            "`currency`: expected a currency as three capital letters such as EUR, not 'usd'",
        ),
        ("EUR: 1.10", "EUR: 0", "`rates.EUR` is 0; expected a number above 0"),
        ("EUR: 1.10", "EUR: '1,10'", "`rates.EUR` is '1,10'; expected a number such as 100000 or 0.5"),
        ("EUR: 1.10", "eur: 1.10", "`rates.eur`: expected a currency as three capital letters"),
        ("EUR: 1.10", "USD: 1.10", "USD is the policy's own currency and has no rate"),
        (
            "rates_as_of: 2026-10-01",
            "rates_as_of: October",
            "is 'October'; expected a date such as 2026-12-31",
        ),
        (
            "at_least: 100000",
            'at_least: "100,000"',
            "is '100,000'; expected a number such as 100000 or 0.5, without commas, signs or letters",
        ),
        (
            "at_least: 100000",
            "at_least: 100k",
            "`base.bands.at_least` is '100k'; expected a number such as 100000",
        ),
        (
            "at_least: 100000",
            "at_least: 100,000",
            "unknown key `base.bands.0`; large numbers are written without commas, such as 100000",
        ),
        ("at_least: 100000", "at_least: 1e400", "expected a number such as 100000"),
        ("at_least: 100000", "at_least: '1e400'", "expected a number of at most 17 digits"),
        ("at_least: 100000", "at_least: yes", "`base.bands.at_least` is 'yes'; expected a number"),
        ("at_least: 100000", "at_least: true", "`base.bands.at_least` is true; expected a number"),
        ("at_least: 10000}", "at_least: -1}", "`at_least` is -1; expected an amount of zero or more"),
        ("at_least: 10000}", "at_least: 200000}", "the bands are out of order: 200000 follows 100000"),
        ("{tier: 2, at_least", "{tier: 1, at_least", "the bands are out of order: tier 1 follows tier 1"),
        ("{tier: 2, at_least: 10000}", "{tier: 2}", "`at_least` is missing; only the last band goes without"),
        ("{tier: 3}", "{tier: 3, at_least: 1}", "the last band takes what is left, so it has no `at_least`"),
        ("{tier: 3}", "{tier: 4}", "there is no tier 4; the tiers are 1, 2, 3"),
        ("unknown: 3", "unknown: 7", "there is no tier 7; the tiers are 1, 2, 3"),
        (
            "metric: arr",
            "metric: industry",
            "`industry` cannot be banded; expected a metric that is a number, such as arr",
        ),
        ("metric: arr", "metric: revenue", "`revenue` cannot be banded"),
        ("move: up", "move: sideways", "`adjustments.move` is 'sideways'; expected 'up' or 'down'"),
        ("id: advocacy", "id: potential", "the adjustment `potential` stands here for the second time"),
        (
            f"when: {POTENTIAL}",
            "when: {}",
            "the adjustment `potential` has no condition; expected `when` or `when_any`",
        ),
        (
            POTENTIAL,
            "potential_arr >= 5",
            "`adjustments.when` is 'potential_arr >= 5'; expected lines of `key: value`",
        ),
        (
            POTENTIAL,
            '{potential: ">= 1"}',
            "there is no metric `potential`; did you mean `potential_arr`? "
            "A column of your own is written `attributes.potential`",
        ),
        (
            POTENTIAL,
            "{potential_arr: about 5}",
            "`potential_arr` is an amount of money; expected a comparison",
        ),
        (POTENTIAL, "{potential_arr: }", "`adjustments.when.potential_arr`: expected a condition such as"),
        (
            POTENTIAL,
            "{potential_arr: {a: b}}",
            "`adjustments.when.potential_arr`: expected a condition such as",
        ),
        (POTENTIAL, "{potential_arr: [1, 2]}", 'expected a comparison such as ">= 100000", not a list'),
        (
            POTENTIAL,
            "{potential_arr: >= 100000}",
            "this is not valid YAML: a value cannot begin with >; put it in quotes",
        ),
        (POTENTIAL, '{potential_arr: ">= -5"}', "expected an amount of zero or more"),
        (
            "{own_resources: yes}",
            "{own_resources: on}",
            "`own_resources` is yes or no; expected `yes` or `no`, not 'on'",
        ),
        ("{up: 1, down: 1}", "{up: -1}", "`caps.up` is -1; expected a number of at least 0"),
        (
            "{up: 1, down: 1}",
            "{up: 1, up: 2}",
            "this is not valid YAML: the key `up` stands here for the second time",
        ),
        ("{up: 1, down: 1}", "[1, 1]", "`caps` is a list; expected lines of `key: value`"),
        (
            "base:\n  metric: arr",
            "base:\n  score: []",
            "the base sorts by one thing; expected either `metric` or `score`",
        ),
        (
            "base:\n  metric: arr",
            "base:\n  metric: arr\n  score: [{metric: nps, points: [{at_least: 0, points: 1}]}]",
            "the base sorts by one thing; expected either `metric` or `score`",
        ),
        (
            "metric: arr",
            "score: [{metric: goal, points: [{at_least: 0, points: 1}]}]",
            "`goal` cannot be scored; expected a metric that is a number, or yes or no",
        ),
        (
            "metric: arr",
            "score: [{metric: arr, points: [{at_least: 0, points: 1}, {at_least: 5, points: 9}]}]",
            "the points are out of order: 5 follows 0",
        ),
        (
            "metric: arr",
            "score: [{metric: arr, weight: 0, points: [{at_least: 0, points: 1}]}]",
            "`base.score.weight` is 0; expected a number above 0",
        ),
        ("metric: arr", "metric: parent.arr", "`parent.arr` cannot be banded"),
        (POTENTIAL, '{parent.family.arr: ">= 1"}', "there is no metric `parent.family.arr`"),
        ("margin: 5", "margin: -5", "`anti_flap.margin` is -5; expected a number of at least 0"),
        ("grace_days: 0", "grace_days: soon", "`anti_flap.grace_days` is 'soon'; expected a whole number"),
        ("wait_for_renewal: no", "wait_for_renewal: 7", "expected yes or no"),
        ("id: expansion", "id: compliance", "the segment `compliance` stands here for the second time"),
        ("when: {goal: [new regions]}", "when: {}", "the segment `expansion` has no condition"),
        ("{goal: [new regions]}", "{gaol: [new regions]}", "there is no metric `gaol`; did you mean `goal`?"),
        ("when: {narrow_use: yes, hard_to_reach: yes}", "when: {}", "the bad fit has no condition"),
        ("nps: {days: 180", "npss: {days: 180", "there is no metric `npss`"),
        ("nps: {days: 180", "parent.nps: {days: 180", "`parent.nps` is as fresh as `nps`"),
        (
            "  - id: hard-to-reach",
            "  - {id: thin, name: T, move: down, when: {potential_arr: '>= 100000'}, because: So.}\n"
            "  - id: hard-to-reach",
            "the adjustment `thin` moves down exactly whom `potential` moves up",
        ),
        ("2026-10-01", "2026-13-01", "2026-13-01 is a day that no calendar has"),
        ("days: 365", "days: 0", "`freshness.days` is 0; expected a number of at least 1"),
        ("{rule: own}", "{rule: on}", "`family.rule` is 'on'; expected 'own', 'highest' or 'rollup'"),
    ],
)
def test_a_mistake_is_found_at_its_line_in_words(old: str, new: str, says: str) -> None:
    assert SOURCE.count(old) >= 1
    found = problems(SOURCE.replace(old, new, 1))
    mine = [one for one in found if says in one]
    assert len(mine) == 1, found
    line = line_of(old)
    assert mine[0].startswith(f"tiers.yaml:{line}: "), mine


def test_what_is_missing_is_named() -> None:
    assert "tiers.yaml:1: `preset` is missing" in problems(SOURCE.replace("preset:", "# preset:"))
    assert problems(SOURCE.replace("    name: Strategic\n", "")) == [
        f"tiers.yaml:{line_of('  - id: 1')}: `tiers.name` is missing"
    ]


@pytest.mark.parametrize("written", ["yes", "Yes", "YES", "true", "True"])
def test_every_spelling_of_yes_is_a_yes(written: str) -> None:
    assert problems(SOURCE.replace("{own_resources: yes}", f"{{own_resources: {written}}}")) == []


def test_underscores_in_numbers_are_yaml() -> None:
    document, _ = parse_yaml(SOURCE.replace("at_least: 100000", "at_least: 100_000"), "t")
    rules, found = validate(Rules, document)
    assert not found
    assert rules is not None
    assert rules.base.bands[0].at_least == 100000


def test_scores_are_not_rolled_up() -> None:
    score = "score: [{metric: nps, points: [{at_least: 0, points: 1}]}]"
    text = SOURCE.replace("metric: arr", score).replace("{rule: own}", "{rule: rollup}")
    line = line_of("family: {rule")
    assert problems(text) == [
        f"tiers.yaml:{line}: scores cannot be added up; expected 'own' or 'highest' beside a `score`"
    ]


def test_a_metric_that_resembles_nothing_is_not_guessed() -> None:
    with pytest.raises(BadCondition, match="there is no metric `zzz`; a column of your own is written"):
        read_condition("zzz", "yes", "USD")


@SELDOM
@given(policies())
def test_a_published_policy_comes_back_the_same_from_its_json(policy: Policy) -> None:
    again = Rules.model_validate(policy.rules.model_dump(mode="json"))
    assert again == policy.rules
    assert [(str(c), c.metric.name) for _, every, some in again.conditions for c in (*every, *some)] == [
        (str(c), c.metric.name) for _, every, some in policy.rules.conditions for c in (*every, *some)
    ]


def test_tiers_are_found_by_id_and_the_lowest_is_known() -> None:
    rules, _ = validate(Rules, parse_yaml(SOURCE, "t")[0])
    assert rules is not None
    assert [rules.tier_by_id[number].public_name for number in (1, 2, 3)] == [
        "Signature",
        "Plus",
        "Essential",
    ]
    assert rules.lowest == 3
