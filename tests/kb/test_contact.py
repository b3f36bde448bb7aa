"""What the contact form takes, and what it says about what it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.contact import Written, new_number, next_try, read_written
from tests.conftest import NOON

GOOD = {"email": "tess@tidewater.example", "subject": "Berth", "message": "Where is my berth?"}


def test_what_is_whole_has_no_problems() -> None:
    written = read_written({**GOOD, "name": " Tess \r\n Tide ", "email": " Tess@Tidewater.example "})
    assert written == Written(
        name="Tess Tide", address="tess@tidewater.example", subject="Berth", message="Where is my berth?"
    )
    assert written.problems == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "", "Please write a whole address, like you@example.com."),
        ("email", "tess@x.example, dina@x.example", "Please write a whole address, like you@example.com."),
        ("subject", " \n ", "Please say in a few words what it is about."),
        ("message", "\r\n", "Please write what you would like to know."),
        (
            "subject",
            "x" * 151,
            "A subject may have at most 150 characters, and this one has 151. Please shorten it.",
        ),
        (
            "message",
            "x" * 10_001,
            "A message may have at most 10,000 characters, and this one has 10,001. Please shorten it.",
        ),
        (
            "name",
            "x" * 101,
            "A name may have at most 100 characters, and this one has 101. Please shorten it.",
        ),
    ],
)
def test_a_problem_says_what_was_expected_and_nothing_is_cut_off(
    field: str, value: str, sentence: str
) -> None:
    written = read_written({**GOOD, field: value})
    assert written.problems == {field: sentence}
    assert value.strip() in (written.name, written.address, written.subject, written.message)


def test_a_message_keeps_its_lines_and_loses_what_nobody_typed() -> None:
    written = read_written({**GOOD, "message": "one\r\n\ttwo\0\x1b[31m \u202egnp.exe\n"})
    assert written.message == "one\n\ttwo[31m gnp.exe"


@given(st.dictionaries(st.sampled_from(["name", "email", "subject", "message"]), st.text()))
def test_no_line_of_a_form_holds_a_second_line(form: dict[str, str]) -> None:
    written = read_written(form)
    for line in (written.name, written.subject):
        assert line.splitlines() in ([], [line])
    assert "\0" not in written.message
    if "email" not in written.problems:
        assert written.address.splitlines() == [written.address]


def test_the_question_is_the_subject_and_as_many_whole_words_as_fit() -> None:
    written = Written(subject="Move a visit", message="It stays on Tuesday")
    assert written.question(300) == "Move a visit It stays on Tuesday"
    assert written.question(20) == "Move a visit It"
    assert written.question(3) == "Mov"
    assert Written(subject="ab").question(300) == ""


def test_numbers_are_short_can_be_read_aloud_and_do_not_count() -> None:
    numbers = {new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    for number in numbers:
        assert len(number) == 9
        assert number[4] == "-"
        assert not set(number) & set("01AEIOUYLabc")


def test_a_mail_is_tried_again_after_ever_longer_pauses_up_to_an_hour() -> None:
    pauses = [next_try(tries, NOON) - NOON for tries in (1, 2, 3, 6, 1000)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 60, 60)]
