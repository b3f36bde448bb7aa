"""Lists mean what they mean in every editor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lists import rewritten
from kb.render import Renderer


def flat(source: str) -> str:
    html = Renderer().render(source, None, str).html
    return "".join(line.strip() for line in html.split("\n"))


TWO = "<ul><li>a</li><li>b</li></ul>"
NESTED = "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
STEPS = "<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("- a\n- b", TWO),
        ("Text:\n- a\n- b", f"<p>Text:</p>{TWO}"),
        ("Text:\n\n- a\n- b\n\nafter", f"<p>Text:</p>{TWO}<p>after</p>"),
        ("- a\n  - b\n- c", NESTED),
        ("- a\n    - b\n- c", NESTED),
        ("- a\n\t- b\n- c", NESTED),
        ("1. a\n   - b\n     - c", "<ol><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ol>"),
        ("1. a\n\n   more\n\n2. b", STEPS),
        ("1. a\n\n    more\n\n2. b", STEPS),
        ("- a\n## Head", '<ul><li>a</li></ul><h2 id="head">Head</h2>'),
        ("in the year\n2024. It was", "<p>in the year2024. It was</p>"),
        ("well -\n- a\n- b", f"<p>well -</p>{TWO}"),
        ("- - -\n\n* * *", "<hr><hr>"),
        (
            "!!! tip\n    Do:\n    - a\n    - b",
            f'<div class="admonition tip"><p class="admonition-title">Tip</p><p>Do:</p>{TWO}</div>',
        ),
    ],
)
def test_a_list_is_the_list_that_was_meant(source: str, html: str) -> None:
    assert flat(source) == html


@pytest.mark.parametrize("indent", [3, 4])
def test_a_step_may_hold_code_tables_and_callouts(indent: int) -> None:
    held = [
        "```",
        "x = 1",
        "  - kept",
        "```",
        "",
        "| a | b |",
        "|---|---|",
        "| 1 | 2 |",
        "",
        "!!! note",
        "    Careful.",
    ]
    source = (
        "1. first\n\n" + "\n".join(" " * indent + line if line else "" for line in held) + "\n\n2. second"
    )
    html = Renderer().render(source, None, str).html
    assert html.count("<ol>") == 1
    assert html.count("<li>") == 2
    assert "<code>x = 1\n  - kept\n</code>" in html
    assert "<td>2</td>" in html
    assert "<p>Careful.</p>" in html


@pytest.mark.parametrize("box", ["!!! note", '=== "Web"'])
def test_a_step_may_follow_at_once_on_what_ends_with_a_callout_or_a_tab(box: str) -> None:
    html = flat(f"1. a\n\n    {box}\n        Careful.\n2. b")
    assert html.endswith("</div></li><li><p>b</p></li></ol>")


@pytest.mark.parametrize("indent", [6, 8])
def test_code_by_indentation_stays_code_inside_a_list(indent: int) -> None:
    source = f"- a\n\n{' ' * indent}first\n{' ' * indent}  - second\n\n- b"
    assert "<code>first\n  - second\n</code>" in Renderer().render(source, None, str).html


@pytest.mark.parametrize("code", ["```\n- a\n  - b\n```", "    - a\n      - b", "~~~\nText\n- a\n~~~"])
def test_code_is_left_alone(code: str) -> None:
    assert rewritten(code.split("\n")) == code.split("\n")


@given(st.lists(st.text(alphabet="ab c|#>:!.", max_size=12)))
def test_text_without_lists_is_left_alone(lines: list[str]) -> None:
    plain = [line.rstrip() for line in lines if "!!!" not in line]
    assert rewritten(plain) == plain


@given(st.lists(st.text(alphabet="a-*1.` \t>#!", max_size=10)))
def test_every_word_survives(lines: list[str]) -> None:
    before = [line.split() for line in lines if line.strip()]
    assert [line.split() for line in rewritten(lines) if line.strip()] == before
