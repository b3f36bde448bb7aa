"""HTML of editors becomes Markdown, and hostile HTML becomes nothing worse than text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.importing.html import MAX_CHARACTERS, Html, HtmlError
from kb.render import Renderer
from tests.kb.attacks import ATTACKS, Danger
from tests.kb.importing.lantern import HOSTILE


def markdown(html: str) -> str:
    return Html(html).markdown(lambda target: target, lambda source: source)


def rendered(html: str) -> str:
    return Renderer().render(markdown(html), None, str).html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b>b</b> <i>c</i> <code>d*e</code></p>", "a **b** *c* `d*e`\n"),
        ("<h1>One</h1><h4>Two</h4><h1>Three</h1>", "## One\n\n### Two\n\n## Three\n"),
        ("<h2><strong>Bold</strong><br></h2>", "## Bold\n"),
        ("<h2>&nbsp;</h2><p>x</p>", "x\n"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c\n"),
        ("<ol><li>a<p>b</p></li></ol>", "1. a\n\n   b\n"),
        ("<table><tr><td>1</td><td>a|b</td></tr><tr><td>2</td><td>c</td></tr></table>",
         "| 1 | a\\|b |\n| --- | --- |\n| 2 | c |\n"),
        ("<pre class='lang-py'>x = '<b>'\n\n\ny</pre>", "```py\nx = ''\n\n\ny\n```\n"),
        ("<pre>```\nx</pre>", "````\n```\nx\n````\n"),
        ("<div class='note'><p>a</p><p>b</p></div>", '!!! note ""\n    a\n\n    b\n'),
        ("<blockquote class='wysiwyg-danger'>a</blockquote>", '!!! warning ""\n    a\n'),
        ("<blockquote>a</blockquote>", "> a\n"),
        ("<details><summary>More</summary><p>b</p></details>", '??? note "More"\n    b\n'),
        ("<p><a href='https://a.example/b c(d)'>x</a></p>", "[x](https://a.example/b%20c%28d%29)\n"),
        ("<p><a name='top'></a>x</p>", "x\n"),
        ("<iframe src='//www.youtube.com/embed/a'></iframe>",
         "[Watch the video](https://www.youtube.com/embed/a)\n"),
        ("<iframe src='javascript:x'></iframe><video><source src='https://v.example/a.mp4'></video>",
         "[Watch the video](https://v.example/a.mp4)\n"),
        ("<img src='https://a.example/x.png' alt='A cat'>", "[A cat](https://a.example/x.png)\n"),
        ("<img src='images/x.png' alt='A [cat]'>", "![A cat](images/x.png)\n"),
        ("", "\n"),
    ],
)  # fmt: skip
def test_html_becomes_the_markdown_that_a_person_would_write(html: str, expected: str) -> None:
    assert markdown(html) == expected


@pytest.mark.parametrize(
    "text",
    ["1. no list", "# no heading", "- no list", "a * b * c", "_x_ y_z", "[x](y)", "`x`", "!!! note", "??? a",
     "> q",      "<script>",
     "&lt; &amp;lt;", "a | b", "+ no", "~~~", "=====", "\\*", ": no", "{: #x }", "1) no"],
)  # fmt: skip
def test_words_that_look_like_markdown_stay_words(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    html = rendered(f"<p>{escaped}</p>")
    assert html == f"<p>{escaped.replace('>', '&gt;')}</p>"


def test_anchors_of_headings_are_known_by_their_old_ids() -> None:
    html = Html(
        "<h2 id='h_1'>One &amp; two</h2><h2><a name='h_2'></a>Same</h2>"
        "<h3 id='h_3'>Same</h3><p id='h_4'>x</p>"
    )
    assert html.anchors() == {"h_1": "one--two", "h_2": "same", "h_3": "same-1"}
    page = Renderer().render(html.markdown(str, str), None, str)
    assert [section.anchor for section in page.sections] == ["one--two", "same", "same-1"]


def _harmless(html: str) -> None:
    page = rendered(html)
    assert Danger(page).found == [], page


@pytest.mark.parametrize("html", [HOSTILE, *ATTACKS])
def test_an_attack_becomes_harmless(html: str) -> None:
    _harmless(html)


@given(st.text(alphabet="<>/\"'= abi!-[]()`*_#|\n&;x", max_size=300))
def test_any_text_becomes_harmless(html: str) -> None:
    _harmless(html)


def test_text_that_was_code_in_html_stays_code() -> None:
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in rendered(HOSTILE)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<div>" * 5000, "the HTML is nested too deeply"),
        ("x" * (MAX_CHARACTERS + 1), "the text has more than 2,000,000 characters of HTML"),
    ],
)
def test_monsters_are_refused_in_a_sentence(html: str, said: str) -> None:
    with pytest.raises(HtmlError) as refused:
        markdown(html)
    assert str(refused.value) == said


@pytest.mark.parametrize("html", ["<![", "<a" * 50_000, "<!DOCTYPE[", "&#x110000;", "<table>" * 200, "\0"])
def test_broken_html_never_breaks_the_import(html: str) -> None:
    with contextlib.suppress(HtmlError):
        markdown(html)
