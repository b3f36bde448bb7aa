"""Markdown becomes HTML that is safe, and its parts are known."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.render import Page, Renderer, RenderError, anchor_of, plain
from tests.kb.attacks import ATTACKS, Danger


def rendered(source: str, title: str | None = None) -> Page:
    return Renderer().render(source, title, str)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_rendered_harmless(attack: str) -> None:
    page = rendered(f"Before\n\n{attack}\n\nAfter")
    assert Danger(page.html).found == []
    assert "Before" in page.html


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "\n\n", "**", "`", "[", "](", "<", ">", '"', "    ", "- ", "x"]),
        max_size=8,
    )
)
@settings(max_examples=150, deadline=None)
def test_attacks_woven_into_one_another_stay_harmless(pieces: list[str]) -> None:
    try:
        page = rendered("".join(pieces))
    except RenderError:
        return
    assert Danger(page.html).found == []


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_renders_to_something_safe_with_unique_anchors(text: str) -> None:
    page = rendered(text)
    anchors = [section.anchor for section in page.sections if section.anchor]
    assert len(anchors) == len(set(anchors))
    assert Danger(page.html).found == []


def test_an_input_that_an_author_writes_is_not_a_field_to_type_into() -> None:
    assert "<input" not in rendered("<input type=text name=password>").html


TABS = """Before.

=== "Web"

    Open **Settings**.

    ## On the web

    1. One
       - two

=== "iPhone & iPad"

    ```python
    print(1)
    ```

After.
"""


def test_tabs_are_radio_buttons_each_before_its_panel() -> None:
    html = rendered(TABS).html
    buttons = re.findall(r"<(?:input|label)[^>]*>[^<]*|<div class=\"tabbed-content\">", html)
    assert buttons == [
        '<input type="radio" name="tabs-1" id="tabs-1-1" checked="">',
        '<label for="tabs-1-1">Web',
        '<div class="tabbed-content">',
        '<input type="radio" name="tabs-1" id="tabs-1-2">',
        '<label for="tabs-1-2">iPhone &amp; iPad',
        '<div class="tabbed-content">',
    ]
    assert '<div class="tabbed-set" role="group" aria-label="Choose what applies to you">' in html
    assert html.endswith("<p>After.</p>")


def test_what_stands_in_tabs_is_found_and_linked_to() -> None:
    sections = rendered(TABS).sections
    assert [(one.anchor, one.text) for one in sections] == [
        ("", "Before.\nWeb\nOpen Settings."),
        ("on-the-web", "One\ntwo\niPhone & iPad\nprint(1)\nAfter."),
    ]


def test_two_sets_of_tabs_and_one_within_another_have_buttons_of_their_own() -> None:
    html = rendered('=== "A"\n\n    === "B"\n\n        b\n\nText\n\n=== "C"\n\n    c\n\n## Tabs 3 1').html
    assert re.findall(r'name="([^"]+)" id="([^"]+)" checked', html) == [
        ("tabs-1", "tabs-1-1"),
        ("tabs-2", "tabs-2-1"),
        ("tabs-3", "tabs-3-1"),
    ]
    assert '<h2 id="tabs-3-1-1">' in html


def test_tabs_stand_in_a_step_of_a_list() -> None:
    html = rendered('1. one\n\n    === "A"\n\n        a\n\n    === "B"\n\n        - b\n2. two').html
    assert html.count("<ol>") == html.count("<ol") == 1
    assert html.count('type="radio"') == 2
    assert re.sub(r"\s", "", html).endswith("<ul><li>b</li></ul></div></div></li><li><p>two</p></li></ol>")


def test_a_button_that_an_author_writes_never_reaches_the_page() -> None:
    html = rendered(
        "<label for=a>Words</label> <input type=radio name=tabs-1 id=tabs-1-1 checked>\n\n"
        "<div class=tabbed-set><p><label>x</label></p><input type=radio checked><input type=checkbox id=q>"
    ).html
    assert "radio" not in html
    assert "label>" not in html
    assert "Words" in html
    assert '<input type="checkbox" disabled="" aria-label="To do">' in html


def test_headings_get_the_anchors_that_github_gives_them() -> None:
    page = rendered("## Add a *new* seat!\n\n## Add a new seat\n\n## Größe & Maß\n\n## ...\n\n## Mine {#own}")
    assert [section.anchor for section in page.sections] == [
        "add-a-new-seat",
        "add-a-new-seat-1",
        "größe--maß",
        "section",
        "own",
    ]
    assert '<h2 id="add-a-new-seat-1">' in page.html
    assert anchor_of("What's new?") == "whats-new"


def test_sections_hold_the_plain_text_under_their_heading() -> None:
    page = rendered(
        "Opening *words*.\n\n## Steps\n\n1. Go to **Settings**\n2. Select `a < b`\n\n### Deep\n\nMore"
    )
    assert [(one.title, one.level, one.text) for one in page.sections] == [
        ("", 1, "Opening words."),
        ("Steps", 2, "Go to Settings\nSelect a < b"),
        ("Deep", 3, "More"),
    ]
    assert page.opening == "Opening words."


def test_a_leading_heading_that_is_the_title_is_not_repeated() -> None:
    assert rendered("# Hello\n\nText").html == "<p>Text</p>"
    assert rendered("# Hello\n\nText", "Hello").html == "<p>Text</p>"
    assert rendered("# Hello\n\nText").heading == "Hello"


def test_another_first_level_heading_stands_below_the_title_of_the_page() -> None:
    assert '<h2 id="hello">Hello</h2>' in rendered("# Hello\n\nText", "Another").html


def test_what_authors_use_is_rendered() -> None:
    page = rendered(
        '!!! warning "Careful"\n    Hot.\n\n??? note "More"\n    Hidden.\n\n> [!tip]\n> Do.\n\n'
        "- [x] done\n- [ ] open\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint('x')\n```\n\n"
        "Term\n:   Meaning\n\nNote[^1].\n\n[^1]: Foot."
    )
    assert '<div class="admonition warning">' in page.html
    assert '<p class="admonition-title">Careful</p>' in page.html
    assert "<details" in page.html
    assert 'class="admonition tip"' in page.html
    assert page.html.count('aria-label="Done"') == page.html.count('aria-label="To do"') == 1
    assert '<td align="right">2</td>' in page.html
    assert '<span class="nb">print</span>' in page.html
    assert "<dd>" in page.html
    assert 'href="#fn:1"' in page.html
    assert page.sections[0].text.endswith("Foot.")


def test_pictures_load_late_and_keep_their_size() -> None:
    page = rendered("![The board](board.png){width=640 height=400}\n\n![](x.png)")
    for said in ('alt="The board"', 'src="board.png"', 'width="640"', 'height="400"', 'loading="lazy"'):
        assert said in page.html
    assert [(link.target, link.described, link.line) for link in page.links] == [
        ("board.png", True, 1),
        ("x.png", False, 3),
    ]


def test_links_are_resolved_and_know_their_line() -> None:
    page = Renderer().render(
        "One\n\n[a](b.md#c) and\n[d](https://x.example/)", None, lambda target: f"/to/{target}"
    )
    assert 'href="/to/b.md#c"' in page.html
    assert 'rel="noopener"' in page.html
    assert [(link.target, link.line) for link in page.links] == [("b.md#c", 3), ("https://x.example/", 4)]


def test_an_address_cannot_break_out_of_its_attribute() -> None:
    page = Renderer().render("[a](b.md)", None, lambda _: '"><script>alert(1)</script>')
    assert Danger(page.html).found == []


def test_a_line_of_markdown_becomes_the_words_a_reader_sees() -> None:
    assert plain("An **integration** & a [link](x)") == "An integration & a link"
    assert plain("Plain words") == "Plain words"


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError("rendering took longer than anything reasonable")


@pytest.fixture
def alarm() -> Iterator[None]:
    """End a test that hangs, instead of the whole suite."""
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


MONSTERS = {
    "quotes": ">" * 20_000,
    "brackets": "[" * 20_000,
    "links in links": "[a" * 10_000 + "](b)" * 10_000,
    "pictures": "![" * 20_000,
    "stars": "**a*" * 20_000,
    "backticks": "`a``b```" * 10_000,
    "tags": "<a" * 20_000,
    "comments": "<!--" * 20_000,
    "cdata": "<![CDATA[" * 10_000,
    "headings": "# a\n" * 20_000,
    "nested lists": "".join("    " * depth + "- a\n" for depth in range(200)),
    "a list in one line": "1. " * 20_000,
    "callouts": "??? note\n" * 10_000,
    "fences": "```\n" * 20_000,
    "attributes": "# a {" + "=" * 20_000,
    "a word": "a" * 150_000,
    "tabs": '=== "a"\n' * 10_000,
    "tabs in tabs": "".join("    " * depth + '=== "a"\n\n' for depth in range(200)),
    "a tab of quotes": '=== "' + '" "' * 30_000,
    "table cells": "|a|b|\n|-|-|\n" + "|" * 20_000,
}


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_rendered_or_refused_but_never_hangs(name: str) -> None:
    renderer = Renderer()
    with suppress(RenderError):
        renderer.render(MONSTERS[name], None, str)
    assert renderer.render("Still *well*", None, str).html == "<p>Still <em>well</em></p>"


def test_a_text_that_is_too_long_is_refused_with_a_sentence() -> None:
    with pytest.raises(RenderError, match="split it"):
        rendered("word " * 100_000)
