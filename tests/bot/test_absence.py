from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.absence import Absence, stand_in


def away(person: str, cover: str) -> Absence:
    return Absence(person, person.title(), date(2026, 12, 1), cover, cover.title())


def test_whoever_is_here_answers_in_person() -> None:
    assert stand_in([], "anna") == "anna"
    assert stand_in([away("bob", "anna")], "anna") == "anna"


def test_a_cover_who_is_away_too_has_a_cover_of_their_own() -> None:
    assert stand_in([away("anna", "bob"), away("bob", "clara")], "anna") == "clara"


def test_those_who_cover_for_one_another_are_asked_themselves() -> None:
    assert stand_in([away("anna", "bob"), away("bob", "anna")], "anna") == "anna"
    assert stand_in([away("anna", "anna")], "anna") == "anna"
    assert stand_in([away("anna", "bob"), away("bob", "clara"), away("clara", "bob")], "anna") == "anna"


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef")), st.sampled_from("abcdef"))
def test_however_covers_are_arranged_somebody_answers(covers: dict[str, str], person: str) -> None:
    absences = [away(one, other) for one, other in covers.items()]
    answers = stand_in(absences, person)
    assert answers == person or answers not in covers
