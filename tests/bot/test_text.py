"""Reading Block Kit aloud."""

from __future__ import annotations

from bot import blocks
from bot.text import Span, lines, plain


def test_everything_that_can_be_seen_is_read() -> None:
    made = [
        blocks.paragraphs([blocks.bold("Acme"), blocks.says(" is tier 1.")], [blocks.words("Because.")]),
        blocks.divider(),
        blocks.points("Why", [[blocks.words("One")], [blocks.link("https://kb.example/a", "Read this")]]),
        blocks.context("From crm.csv."),
        blocks.actions("a", [blocks.button("Show it", "b", "1")]),
        blocks.menu("c", "d", "Choose", [("1", "Globex", "Norway"), ("2", "Initech", "")]),
    ]
    assert plain(block for block in made if block).split("\n") == [
        "Acme is tier 1.",
        "Because.",
        "",
        "Why",
        "• One",
        "• Read this (https://kb.example/a)",
        "From crm.csv.",
        "[Show it]",
        "[Choose]",
        "• Globex, Norway",
        "• Initech",
    ]


def test_looks_become_styles() -> None:
    block = blocks.paragraphs([blocks.bold("b"), blocks.aside("i"), blocks.code("c"), blocks.says("n")])
    (line,) = lines([block])
    assert line == (Span("b", "bold"), Span("i", "dim"), Span("c", "code"), Span("n"))


def test_a_table_is_read_row_by_row() -> None:
    assert plain([blocks.table([["Figure", "1 Strategic"], ["Customers", "13 (12)"]])]).split("\n") == [
        "Figure | 1 Strategic",
        "Customers | 13 (12)",
    ]


def test_headers_and_sections_of_other_apps_are_read_too() -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "Title"}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Words"}}
    assert plain([header, section]) == "Title\nWords"
