"""Variables and shared texts are put into articles, and mistakes in them keep their place."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.expansion import Expanded, Pieces, Place, expanded, expanded_words, written_at
from kb.render import MAX_CHARACTERS, Renderer
from kb.variables import read_variables
from tests.kb.shelf import Shelf
from tiering.files import parse_yaml

HARBOUR = {"product": "Harbour", "days": "14", "company": "Fish & Ships *Ltd*"}


def _expanded(text: str, **includes: str) -> Expanded:
    pieces = Pieces(HARBOUR, {f"includes/{name}.md": said for name, said in includes.items()})
    return expanded(text, Place("articles/a.md", 5), pieces)


def _problems(text: str, **includes: str) -> list[str]:
    return [str(problem) for problem in _expanded(text, **includes).problems]


def _words(markdown: str) -> str:
    return " ".join(Renderer().render(markdown, None, str).sections[0].text.split())


# Variables


def test_a_variable_is_put_where_its_name_stands() -> None:
    assert _expanded("{{ product }} and {{days}} days, **{{ product }}**").text == (
        "Harbour and 14 days, **Harbour**"
    )


@pytest.mark.parametrize(
    "code",
    [
        "`{{ product }}`",
        "``a ` {{ product }}``",
        "`two\nlines {{ product }}`",
        "```\n{{ product }}\n```",
        "~~~ html\n{{ product }}\n~~~",
        "    {{ product }}",
        "- a\n\n  ```\n  {{ product }}\n  ```",
        "1. a\n\n        {{ product }}",
        '=== "Web"\n\n    ```\n    {{ product }}\n    ```',
    ],
)
def test_code_stays_as_it_is(code: str) -> None:
    found = _expanded(f"Text:\n\n{code}\n\n{{{{ product }}}}")
    assert found.text == f"Text:\n\n{code}\n\nHarbour"
    assert found.problems == ()


@pytest.mark.parametrize(
    "text", ["a ` {{ product }}", "`a` {{ product }} `b`", r"\`{{ product }}\`", "- a\n\n    {{ product }}"]
)
def test_what_only_looks_like_code_is_text(text: str) -> None:
    assert "Harbour" in _expanded(text).text


def test_a_backslash_shows_the_mark_itself() -> None:
    found = _expanded("Write \\{{ product }} there.")
    assert found.problems == ()
    assert _words(found.text) == "Write {{ product }} there."


def test_an_unknown_variable_stays_as_written_and_is_named_with_its_line() -> None:
    text = "One\n\nTwo\nthree {{ prodct }}\n\n## Heading {{ x.y }}"
    assert _problems(text) == [
        "articles/a.md:8: there is no variable `prodct`; expected one of company, days, product,"
        " or \\{{ to show it as it stands",
        "articles/a.md:10: there is no variable `x.y`; expected one of company, days, product,"
        " or \\{{ to show it as it stands",
    ]
    page = Renderer().render(_expanded(text).text, None, str)
    assert "three {{ prodct }}" in page.html
    assert page.sections[1].title == "Heading {{ x.y }}"


def test_a_value_is_words_wherever_it_stands() -> None:
    assert _words(_expanded("From {{ company }}.").text) == "From Fish & Ships *Ltd*."
    pieces = Pieces({"mail": "us_too@harbour.example"}, {})
    at = Place("a.md", 1)
    found = expanded('[x](mailto:{{ mail }}) <a href="mailto:{{ mail }}">y</a>', at, pieces)
    targets = [one.target for one in Renderer().render(found.text, None, str).links]
    assert targets == ["mailto:us_too@harbour.example"] * 2


_PLACES = (
    "Before {{ v }} after.",
    "{{ v }}",
    "{{ v }} begins",
    "Ends with {{ v }}",
    "Text\n{{ v }}\ntext",
    "**{{ v }}** and _{{ v }}_",
    "[{{ v }}](https://x.example/)",
    "- {{ v }}",
    "> {{ v }}",
    "| a |\n|---|\n| {{ v }} |",
    "<b>{{ v }}</b>",
    "<div>{{ v }}</div>",
    "Term\n:   {{ v }}",
    '=== "Tab"\n\n    {{ v }}',
)


@given(st.sampled_from(_PLACES), st.text("ab1 .,;:!?'\"`*_~^=+-#&<>()[]{}|\\/@%$é–", min_size=1, max_size=12))
def test_no_value_whatever_is_markup(place: str, value: str) -> None:
    value = " ".join(value.split()) or "x"
    found = expanded(place, Place("a.md", 1), Pieces({"v": value}, {}))
    page = Renderer().render(found.text, None, str)
    plain = Renderer().render(place.replace("{{ v }}", "zzz"), None, str)
    assert page.html == plain.html.replace("zzz", html.escape(value, quote=False))


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "](javascript:alert(1))", "{{ product }}", "`x`"]
)
def test_a_hostile_value_is_only_shown(value: str) -> None:
    found = expanded("A {{ v }} b", Place("a.md", 1), Pieces({"v": value, "product": "P"}, {}))
    assert _words(found.text) == f"A {value} b"


def test_titles_take_values_as_they_are() -> None:
    at, pieces = Place("articles/a.md", 2), Pieces(HARBOUR, {})
    assert expanded_words("Join {{ company }}, \\{{ days }}", at, pieces) == (
        "Join Fish & Ships *Ltd*, {{ days }}",
        [],
    )
    title, [problem] = expanded_words("Join {{ us }}", at, pieces)
    assert (title, problem.line) == ("Join {{ us }}", 2)


# Shared texts


def test_a_shared_text_stands_where_it_is_asked_for_with_its_variables() -> None:
    found = _expanded(
        "Before.\n\n{{ include: refunds }}\n\nAfter.", refunds="Within {{ days }} days.\n\nAsk.\n"
    )
    assert found.text == "Before.\n\nWithin 14 days.\n\nAsk.\n\nAfter."
    assert found.problems == ()


def test_a_shared_text_is_indented_like_its_mark() -> None:
    found = _expanded("1. One\n\n   {{ include: deep/er }}\n2. Two", **{"deep/er": "A\n\n- b\n"})
    assert found.text == "1. One\n\n   A\n\n   - b\n2. Two"


def test_a_shared_text_may_hold_another() -> None:
    assert _expanded("{{ include: a }}", a="A\n{{ include: b }}", b="B {{ product }}").text == "A\nB Harbour"


def test_every_line_knows_where_it_was_written() -> None:
    found = _expanded("1\n{{ include: a }}\n3\n4", a="\n\na3\n{{ include: b }}\na5\n", b="b1")
    places = [written_at(found.runs, line) for line in range(1, 7)]
    assert [(place.path, place.line) for place in places] == [
        ("articles/a.md", 5),
        ("includes/a.md", 3),
        ("includes/b.md", 1),
        ("includes/a.md", 5),
        ("articles/a.md", 7),
        ("articles/a.md", 8),
    ]


@pytest.mark.parametrize(
    ("text", "includes", "problem"),
    [
        ("\n{{ include: gone }}", {}, "articles/a.md:6: there is no includes/gone.md to include here"),
        ("{{ include: ../articles/b }}", {}, "articles/a.md:5: there is no includes/../articles/b.md"),
        ("{{ include: a }}", {"a": "x\n\n{{ nope }}"}, "includes/a.md:3: there is no variable `nope`"),
        ("{{ include: a }}", {"a": "{{ include: gone }}"}, "includes/a.md:1: there is no includes/gone.md"),
        (
            "{{ include: a }}",
            {"a": "{{ include: b }}", "b": "\n{{ include: a }}"},
            "includes/b.md:2: this goes round in a circle: includes/a.md > includes/b.md > includes/a.md",
        ),
        ("See {{ include: a }}", {"a": "x"}, "articles/a.md:5: a text is included on a line of its own"),
        ("> {{ include: a }}", {"a": "x"}, "articles/a.md:5: a text is included on a line of its own"),
    ],
)
def test_what_cannot_be_included_stays_as_written_and_is_named(
    text: str, includes: dict[str, str], problem: str
) -> None:
    [said] = _problems(text, **includes)
    assert said.startswith(problem)
    assert "{{ include:" in _words(_expanded(text, **includes).text) or "nope" in problem


def test_texts_that_grow_without_end_are_stopped() -> None:
    doubling = {f"a{number}": f"{{{{ include: a{number + 1} }}}}\n" * 2 for number in range(40)}
    assert "more than 8 shared texts stand in one another" in _problems("{{ include: a0 }}", **doubling)[0]
    many = _expanded("{{ include: big }}\n" * 5, big="x" * 90_000)
    assert len(many.text) < MAX_CHARACTERS
    assert "the article would be longer than 200,000 characters" in str(many.problems[0])
    wide = {f"b{number}": f"{{{{ include: b{number + 1} }}}}\n" * 200 for number in range(7)}
    assert "longer than" in _problems("{{ include: b0 }}", **wide, b7="")[0]


@given(st.text("{}i`\\ \n-a:~=\"'x", max_size=60))
def test_any_text_keeps_its_lines(text: str) -> None:
    found = _expanded(text)
    assert found.text.count("\n") == text.count("\n")
    line = found.text.count("\n") + 1
    assert written_at(found.runs, line) == Place("articles/a.md", 4 + line)


# In the library


def test_articles_hold_what_they_include_and_are_rendered_again_when_it_changes(shelf: Shelf) -> None:
    shelf.article("a.md", "Refunds of {{ product }}", "{{ include: refunds }}", summary="Get {{ product }}.")
    shelf.article("b.md", "Other")
    shelf.include("refunds.md", "Within *14* days.\n")
    first = shelf.read()
    article = first.articles["a"]
    assert (article.title, article.summary) == ("Refunds of Help centre", "Get Help centre.")
    assert article.html == "<p>Within <em>14</em> days.</p>"
    assert article.source.strip() == "Within *14* days."
    assert first.problems == ()
    assert shelf.read().articles["a"] is article

    shelf.include("refunds.md", "Within 30 days.\n")
    second = shelf.read()
    assert second.articles["a"].text == "Within 30 days."
    assert second.articles["a"].digest != article.digest
    assert second.articles["b"] is first.articles["b"]


def test_a_shared_text_that_is_broken_stays_as_it_was_and_one_that_is_gone_is_missed(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "{{ include: refunds }}")
    shelf.include("refunds.md", "Within 14 days.")
    shelf.read()
    for broken, said in (
        ("---\ntitle: x\n---\n", "no front matter"),
        ("a\n\0", "NUL"),
        (b"\xff", "not UTF-8"),
    ):
        file = shelf.include("refunds.md", broken)
        [problem] = shelf.problems()
        assert problem.startswith(f"includes/refunds.md:{2 if said == 'NUL' else 1}: ")
        assert said in problem
        assert shelf.read().articles["a"].text == "Within 14 days."
    file.unlink()
    assert shelf.problems() == ["articles/a.md:5: there is no includes/refunds.md to include here"]
    assert shelf.read().articles["a"].text == "{{ include: refunds }}"
    shelf.include("refunds.md", "Within 7 days.")
    assert shelf.problems() == []
    assert shelf.read().articles["a"].text == "Within 7 days."


def test_a_broken_link_is_named_where_it_was_written(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "{{ include: refunds }}\n\n[x](gone.md)\n\n[y](/articles/b)")
    shelf.article("b.md", "B", "{{ include: refunds }}")
    shelf.include("refunds.md", "Two\nlines\n\n[z](/articles/nope)\n")
    assert shelf.problems() == [
        "articles/a.md:7: the link gone.md leads to no published article",
        "includes/refunds.md:4: the link /articles/nope leads to no published article",
    ]


def test_an_include_that_made_an_article_too_long_is_mended_without_the_article(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "words " * 20_000 + "\n\n{{ include: long }}")
    shelf.include("long.md", "words " * 20_000)
    assert "split it" in shelf.problems()[0]
    shelf.include("long.md", "Short.")
    assert shelf.problems() == []
    assert shelf.read().articles["a"].text.endswith("Short.")


def test_nothing_outside_the_folder_is_included(shelf: Shelf) -> None:
    (shelf.folder / "secret.md").write_text("Secret")
    shelf.include("fine.md", "Fine.")
    (shelf.folder / "includes" / "leak.md").symlink_to(shelf.folder / "secret.md")
    shelf.article("a.md", "A", "{{ include: leak }}\n\n{{ include: ../secret }}")
    assert [problem.split(": ", 1)[0] for problem in shelf.problems()] == [
        "articles/a.md:5",
        "articles/a.md:7",
        "includes/leak.md:1",
    ]
    assert "Secret" not in shelf.read().articles["a"].html


def test_plain_markdown_without_marks_is_the_same_object_whatever_can_be_put_in(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "Text with { braces }.")
    article = shelf.read().articles["a"]
    shelf.include("new.md", "New.")
    assert shelf.read().articles["a"] is article


# In site.yaml


def test_variables_are_texts_by_name() -> None:
    document, _ = parse_yaml(
        "variables:\n  refund_days: '14'\n  team: >\n    the  crew\n    here\n", "site.yaml"
    )
    assert read_variables(document) == ({"refund_days": "14", "team": "the crew here"}, [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("variables: [a]\n", 1, "`variables` expects lines of `name: text`"),
        ("variables:\n  a: b\n  days: 14\n", 3, "`variables.days` is no text; put it in quotes"),
        ("variables:\n  a: b\n  phone: 0800\n", 3, "put it in quotes"),
        ("variables:\n  a: b\n  on: true\n", 3, "put it in quotes"),
        ("variables:\n  a: b\n  product: X\n", 3, "is what the key `product` of this file says"),
        ("variables:\n  a: b\n  company: X\n", 3, "is what the key `name` of this file says"),
        ("variables:\n  a: b\n  Two words: X\n", 3, "is no name"),
        ("variables:\n  a: b\n  c: ' '\n", 3, "is empty"),
        ('variables:\n  a: b\n  c: "x\\u0002"\n', 3, "unprintable"),
        (f"variables:\n  a: b\n  c: {'x' * 301}\n", 3, "is longer than 300 characters"),
    ],
)
def test_a_variable_that_is_wrong_is_named_and_the_others_count(text: str, line: int, said: str) -> None:
    document, _ = parse_yaml(text, "site.yaml")
    variables, [problem] = read_variables(document)
    assert variables == ({"a": "b"} if line == 3 else {})
    assert (problem.path, problem.line) == ("site.yaml", line)
    assert said in problem.text
