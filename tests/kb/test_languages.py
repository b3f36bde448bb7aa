"""What languages are called, what a file's name says of one, and which a reader is shown first."""

from __future__ import annotations

import pytest

from kb.languages import direction, is_known, language_of, own_name, preference, spoken, without_language

HOUSE = ("en", "de", "pt-BR")


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("articles/billing/send-a-quote.de.md", "de"),
        ("articles/send-a-quote.pt-BR.md", "pt-BR"),
        ("send-a-quote.de.md", "de"),
        ("articles/v2.1.de.md", "de"),
        ("articles/send-a-quote.md", None),
        ("articles/send-a-quote.en.md", None),
        ("articles/send-a-quote.fr.md", None),
        ("articles/send-a-quote.DE.md", None),
        ("articles/send-a-quote.de.pdf.md", None),
        ("articles/.de.md", None),
        ("articles/de.md", None),
        ("articles.de/send.md", None),
    ],
)
def test_a_file_says_its_language_by_the_end_of_its_name(path: str, language: str | None) -> None:
    assert language_of(path, HOUSE) == language


def test_a_translation_stands_beside_its_original() -> None:
    assert without_language("articles/billing/send-a-quote.de.md") == "articles/billing/send-a-quote.md"


@pytest.mark.parametrize(
    ("reader", "order"),
    [
        ("en", ("en", "de", "pt-BR")),
        ("pt-BR", ("pt-BR", "en", "de")),
        ("fr", ("en", "de", "pt-BR")),
        ("../..", ("en", "de", "pt-BR")),
    ],
)
def test_a_reader_is_shown_their_own_language_then_that_of_the_house(
    reader: str, order: tuple[str, ...]
) -> None:
    assert preference(reader, HOUSE) == order


@pytest.mark.parametrize(
    ("code", "found"),
    [("de-AT", "de"), ("DE", "de"), ("pt-br", "pt-BR"), ("pt", "en"), ("fr", "en"), ("", "en"), (None, "en")],
)
def test_a_reader_reads_the_language_of_their_region_else_that_of_the_house(
    code: str | None, found: str
) -> None:
    assert spoken(code, HOUSE) == found


def test_a_language_is_called_what_it_calls_itself() -> None:
    assert [own_name(code) for code in ("de", "pt-BR", "xx")] == ["Deutsch", "Português (BR)", "xx"]
    assert [is_known(code) for code in ("de", "pt-BR", "xx", "")] == [True, True, False, False]
    assert [direction(code) for code in ("de", "he", "ar-EG")] == ["ltr", "rtl", "rtl"]
