"""Articles and queries are taken apart in the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.words import fold, terms, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Notifications", ["notif"]),
        ("don't customer's customers' customer’s", ["dont", "custom", "custom", "custom"]),
        ("Café MÜLLER naïve İstanbul", ["cafe", "muller", "naiv", "istanbul"]),
        ("Größe Straße œuvre Łódź smørrebrød", ["gross", "strass", "oeuvr", "lodz", "smorrebrod"]),
        ("Grösse Strasse oeuvre Lodz smorrebrod", ["gross", "strass", "oeuvr", "lodz", "smorrebrod"]),
        ("l'équipe d’abord qu'une équipe", ["equip", "abord", "un", "equip"]),
        ("c++ and c#", ["c++", "c", "and", "c#", "c"]),
        (".ini #123", [".ini", "ini", "#123", "123"]),
        ("e-mail email", ["email", "e", "mail", "email"]),
        ("write to bo.b@wren-field.example", ["write", "to", "bo.b@wren-field.example"]),
        ("v2.1", ["v2.1", "v2", "1"]),
        ("日本語 한국어", ["日本", "本語", "한국", "국어"]),
        ("語", ["語"]),
        ("((( * -- \x00 \U0001f600", []),
        ("x" * 61, []),
    ],
)
def test_words_become_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    for word, begin, end in words(folded):
        assert 0 <= begin < end <= len(text)
        assert len(word) == end - begin


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="a+.-@'#&/ ", max_size=2000))
def test_no_text_takes_long_to_take_apart(text: str) -> None:
    assert all(word.strip() for word, _, _ in words(fold(text * 20)))
