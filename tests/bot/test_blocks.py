"""The words of Block Kit: whatever they are given, Slack takes it, and nobody's name becomes markup."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import blocks, text
from bot.playground.rules import check_message

ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=400)


def seen(line: str) -> str:
    return line.strip("\u2068\u2069")


@settings(deadline=None)
@given(ANYTHING, st.integers(9, 400))
@example("", 10)
@example("\u202e\u200b\u2066", 10)
@example("👩‍👩‍👧‍👦" * 30, 12)
@example("e\u0301" * 30, 11)
@example("אבג" * 40, 9)
@example("\ud800lone", 75)
def test_a_tidy_line_is_short_visible_and_one_line(words: str, limit: int) -> None:
    line = blocks.tidy(words, limit)
    assert 0 < len(line) <= limit
    assert seen(line).strip()
    assert not set(seen(line)) & set("\n\r\u2028\u2029\u202e\u202d\u2066\u2067\u200b\x00")
    line.encode()
    assert blocks.tidy(seen(line), limit) == line


def test_right_to_left_script_is_kept_from_turning_what_stands_beside_it() -> None:
    assert blocks.tidy("שלום") == "\u2068שלום\u2069"
    assert blocks.tidy("Acme") == "Acme"


def test_a_family_of_emoji_is_never_cut_in_half() -> None:
    family = "👩‍👩‍👧‍👦"
    assert blocks.tidy("ab " + family * 3, 15).rstrip("…").endswith(("ab", family))


def test_a_long_name_ends_with_an_ellipsis() -> None:
    assert blocks.tidy("x" * 100, 20) == "x" * 17 + "…"


@settings(deadline=None)
@given(st.lists(st.lists(ANYTHING, min_size=1, max_size=3), max_size=60), ANYTHING)
def test_any_list_fits_into_a_message(items: list[list[str]], heading: str) -> None:
    made = blocks.message(
        blocks.paragraphs([blocks.bold(heading)]),
        blocks.points(blocks.tidy(heading), [[blocks.words(word) for word in item] for item in items]),
    )
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=200), ANYTHING, ANYTHING), max_size=150))
def test_any_menu_fits_into_a_message(options: list[tuple[str, str, str]]) -> None:
    made = blocks.message(
        blocks.paragraphs([blocks.says("Choose.")]), blocks.menu("block", "action", "Choose", options)
    )
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []


def test_a_list_that_is_too_long_says_how_many_are_missing() -> None:
    block = blocks.points("Many", [[blocks.words("x" * 300)] for _ in range(40)])
    assert block is not None
    assert text.plain([block]).endswith("more")
    assert blocks.size(block) <= blocks.BLOCK_TEXT


def test_lines_that_are_too_long_are_cut() -> None:
    block = blocks.paragraphs(*[[blocks.words("x" * 300)]] * 40)
    assert text.plain([block]).endswith("…")
    assert blocks.size(block) <= blocks.BLOCK_TEXT


def test_a_message_that_is_too_long_is_cut_at_its_end_and_says_so() -> None:
    block = blocks.context("x" * 2900)
    made = blocks.message(*[block] * 9)
    assert len(made.blocks) == 5
    assert made.text.endswith("Shortened to fit into Slack.")
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []


@pytest.mark.parametrize(("count", "kept"), [(50, 50), (51, 50), (80, 50)])
def test_a_message_never_has_more_than_fifty_blocks(count: int, kept: int) -> None:
    made = blocks.message(*[blocks.context("x")] * count)
    assert len(made.blocks) == kept
    assert made.text.endswith("Shortened to fit into Slack.") == (count > kept)


def test_the_fallback_text_holds_no_markup_of_slack() -> None:
    made = blocks.message(blocks.paragraphs([blocks.words("<!channel> & <@U1>")]))
    assert made.text == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert text.unescaped(made.text) == "<!channel> & <@U1>"


def test_values_that_slack_would_refuse_are_left_out() -> None:
    assert blocks.actions("a", [blocks.button("Long", "b", "x" * 2001)]) is None
    assert blocks.menu("a", "b", "Choose", [("x" * 151, "Long", "")]) is None


def test_private_and_unassigned_characters_are_not_shown() -> None:
    assert unicodedata.category("\ue000") == "Co"
    assert blocks.tidy("a\ue000b") == "ab"


def test_a_table_has_a_head_and_numbers_to_the_right() -> None:
    made = blocks.table([["Figure", "All"], ["Customers", "51"]])
    assert made["column_settings"] == [{"align": "left"}, {"align": "right"}]
    assert made["rows"][0][1]["elements"][0]["elements"][0]["style"] == {"bold": True}
    assert made["rows"][1] == [{"type": "raw_text", "text": "Customers"}, {"type": "raw_text", "text": "51"}]


def test_a_table_that_is_too_large_says_how_many_rows_are_missing() -> None:
    made = blocks.message(blocks.table([["x" * 60] * 19 for _ in range(20)]))
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []
    assert made.text.split("\n")[-1].startswith("and 12 more | …")
    made = blocks.message(blocks.table([["x", "y"]] * 150))
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []
    assert made.text.split("\n")[-1] == "and 51 more | …"


def test_where_there_are_no_tables_the_same_stands_in_lines() -> None:
    made = blocks.for_view(blocks.message(blocks.table([["Figure", "All"], ["Customers", "51"]])))
    assert [block["type"] for block in made.blocks] == ["rich_text"]
    assert made.text.split("\n") == ["Figure     All", "Customers   51"]


def test_blocks_are_left_out_by_how_their_id_begins() -> None:
    rows = [blocks.actions(name, [blocks.button("b", "b", "1")]) for name in ("share", "share:2", "next")]
    kept = blocks.without(blocks.message(*rows), "share")
    assert [block["block_id"] for block in kept.blocks] == ["next"]
