"""Quizzes in Markdown: what authors write, what is wrong with it, and how answers are graded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.grading import Answers, ForgedError, grade, needed, read_answers, shuffled
from kb.quiz import Kind, Quiz, Render, read_quiz, split_quiz
from tiering.files import Problem

PLAIN = Render(block=str.strip, line=str.strip)

BOARD = """A lesson about the board.

## Quiz

### Who sees a striped visit? {#striped}

A picture could stand here.

- [ ] The technician
- [x] Only dispatchers,
  and nobody else
- [ ] Everybody

> Stripes mean
> draft.

### Which two are drafts?

* [X] Striped
* [x] Unplanned
* [ ] Ticked

### A row is a client.

- [ ] True
- [x] False

### Put the steps into their order. {#steps}

1. Create
2. Plan
3. Send

### What is the list called? {#list}

= Unplanned | the "unplanned" list
= Caf&eacute;
"""

STRIPED, DRAFTS, ROW = {"q.striped": ["1"]}, ["0", "1"], ["1"]


def read(text: str) -> tuple[Quiz | None, list[str]]:
    quiz, problems = read_quiz(
        text, split_quiz(text)[1], lambda line, said: Problem("l.md", line, said), PLAIN
    )
    return quiz, [str(problem) for problem in problems]


def board() -> Quiz:
    quiz, problems = read(BOARD)
    assert problems == []
    assert quiz
    return quiz


def all_right() -> dict[str, list[str]]:
    """A form that answers everything rightly."""
    quiz = board()
    steps = quiz.question("steps")
    assert steps
    places = {f"q.steps.{shown}": [str(thing + 1)] for shown, thing in enumerate(shuffled(steps))}
    _, drafts, row, *_ = quiz.questions
    return {**STRIPED, f"q.{drafts.id}": DRAFTS, f"q.{row.id}": ROW, **places, "q.list": ["unplanned"]}


def given_by(form: dict[str, list[str]]) -> Answers:
    return read_answers(board(), form)


class TestWriting:
    """What an author writes."""

    def test_each_way_to_write_answers_is_a_kind_of_question(self) -> None:
        assert [one.kind for one in board().questions] == [
            Kind.ONE, Kind.SEVERAL, Kind.ONE, Kind.ORDER, Kind.WORDS,
        ]  # fmt: skip

    def test_a_question_has_words_a_detail_answers_and_a_reason(self) -> None:
        striped = board().question("striped")
        assert striped
        assert striped.html == "Who sees a striped visit?"
        assert striped.detail == "A picture could stand here."
        assert [option.html for option in striped.options][1] == "Only dispatchers,\nand nobody else"
        assert [option.right for option in striped.options] == [False, True, False]
        assert striped.because == "Stripes mean\ndraft."

    def test_words_to_type_in_are_separated_by_bars_and_lines(self) -> None:
        assert board().questions[-1].accepted == ("Unplanned", 'the "unplanned" list', "Café")

    def test_a_question_without_an_id_keeps_its_own_wherever_it_is_moved_and_whatever_its_answers_say(
        self,
    ) -> None:
        other, _ = read("## Quiz\n\n### A  ROW is a client.\n\n- [ ] Yes\n- [x] No\n- [ ] Sometimes\n")
        assert other
        assert other.questions[0].id == board().questions[2].id

    def test_the_revision_changes_with_the_quiz_and_not_with_the_lesson(self) -> None:
        assert read("Another lesson.\n\n" + BOARD.partition("\n\n")[2])[0] == board()
        changed, _ = read(BOARD.replace("Everybody", "Nobody"))
        assert changed
        assert changed.revision != board().revision

    def test_the_lesson_is_what_stands_above(self) -> None:
        assert split_quiz(BOARD) == ("A lesson about the board.\n", 3)
        assert split_quiz("No quiz here.") == ("No quiz here.", 0)
        assert split_quiz("```\n## Quiz\n```") == ("```\n## Quiz\n```", 0)

    @pytest.mark.parametrize(
        ("body", "problem"),
        [
            ("", "l.md:1: the quiz is empty; expected a line such as `### Who sees it?`"),
            ("### Who?", "l.md:3: the question has no answers; "
             "expected lines of `- [x] right` and `- [ ] wrong`"),
            ("### Who?\n- [ ] A\n- [ ] B", "l.md:3: no answer of this question is right; "
             "mark one with `- [x]`"),
            ("### Who?\n- [x] A", "l.md:3: the question has one answer only; "
             "expected at least two to choose from"),
            ("### Who?\n- [x] A\n- [ ] A", "l.md:3: two answers of this question are the same"),
            ("### Who?\n- [x] A\n- [ ]", "l.md:3: an answer of this question is empty"),
            ("### Who?\n= a |", "l.md:3: an answer of this question is empty"),
            ("### Who?\n1. A", "l.md:3: the question has one answer only; "
             "expected at least two to choose from"),
            ("### Who?\n- [x] A\n1. B", "l.md:3: the answers are of several kinds; "
             "expected only `- [x]`, only `1.` or only `=`"),
            ("###\n- [x] A\n- [ ] B", "l.md:3: the question has no words; expected `### Who sees it?`"),
            ("### Who? {#Big One}\n= a", "l.md:3: 'Big One' is no id; "
             "use up to 40 small letters, digits and hyphens"),
            ("### Who?\n= a\n\n### who?\n= b", "l.md:6: the question `d2917baecf` stands in this quiz twice; "
             "give one of them another {#id}"),
            ("### Who?\n- [x] A\n- [ ] B\nLost", "l.md:6: this is no answer; "
             "an explanation begins with `> `, a picture stands above"),
            ("Hello", "l.md:3: expected a question, such as `### Who sees it?`"),
            ("### Who?\n= a\n## More", "l.md:5: the quiz is the last part of a lesson; move this above it"),
            ("### Who?\n" + "\n".join(f"- [x] {n}" for n in range(21)),
             "l.md:3: the question has 21 answers; expected 20 at most"),
            ("\n".join(f"### Q{n}?\n= a" for n in range(51)), "l.md:1: 51 questions; expected 50 at most"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_named_with_its_line_and_there_is_no_quiz(self, body: str, problem: str) -> None:
        quiz, problems = read(f"## Quiz\n\n{body}\n")
        assert quiz is None
        assert problems == [problem]

    @given(st.text(alphabet="#>=-*[]xX {}1.|`~\n\tab", max_size=200))
    def test_whatever_stands_there_is_a_quiz_or_a_problem(self, body: str) -> None:
        quiz, problems = read(f"## Quiz\n{body}")
        assert (quiz is None) == bool(problems)


class TestGrading:
    """What somebody answered."""

    def test_all_right_answers_are_right(self) -> None:
        answers = given_by(all_right())
        graded = grade(board(), answers.given)
        assert (answers.lacking, graded.right, graded.total, graded.wrong) == ({}, 5, 5, ())
        assert graded.passed(100)

    def test_one_wrong_answer_of_five_is_four_fifths(self) -> None:
        graded = grade(board(), given_by(all_right() | {"q.striped": ["0"]}).given)
        assert (graded.right, graded.wrong) == (4, ("striped",))
        assert (graded.passed(80), graded.passed(81)) == (True, False)

    @pytest.mark.parametrize(("pass_mark", "count"), [(1, 1), (20, 1), (21, 2), (80, 4), (81, 5), (100, 5)])
    def test_it_is_said_how_many_right_answers_pass(self, pass_mark: int, count: int) -> None:
        assert needed(board(), pass_mark) == count

    @pytest.mark.parametrize("chosen", [["0"], ["0", "1", "2"], ["0", "2"]])
    def test_of_several_right_answers_all_count_and_no_other(self, chosen: list[str]) -> None:
        drafts = board().questions[1].id
        assert grade(board(), given_by(all_right() | {f"q.{drafts}": chosen}).given).wrong == (drafts,)

    @pytest.mark.parametrize(
        "typed", ["UNPLANNED", "  unplanned. ", "The Unplanned list!", "café", "Cafe\u0301"]
    )
    def test_a_word_is_right_however_carefully_it_is_typed(self, typed: str) -> None:
        assert grade(board(), given_by(all_right() | {"q.list": [typed]}).given).wrong == ()

    def test_things_to_put_in_order_are_never_shown_in_the_right_one(self) -> None:
        for count in range(2, 9):
            things = "\n".join(f"{n}. Thing {n}" for n in range(count))
            quiz, _ = read(f"## Quiz\n### Order?\n{things}\n")
            assert quiz
            shown = shuffled(quiz.questions[0])
            assert sorted(shown) == list(range(count))
            assert shown != tuple(range(count))

    def test_what_is_not_answered_yet_is_named_and_the_rest_is_kept(self) -> None:
        answers = given_by({"q.striped": ["1"], "q.steps.0": ["1"], "q.steps.1": ["1"], "q.list": ["  "]})
        _, drafts, row, *_ = board().questions
        assert answers.given == {"striped": (1,)}
        assert answers.lacking == {
            drafts.id: "Please choose at least one answer.",
            row.id: "Please choose an answer.",
            "steps": "Please give each a number of its own, from 1 to 3.",
            "list": "Please type in an answer.",
        }

    @pytest.mark.parametrize(
        ("forged", "said"),
        [
            ({"q.striped": ["3"]}, "There is an answer that is none of those to choose from."),
            ({"q.striped": ["-1"]}, "There is an answer that is none of those to choose from."),
            ({"q.striped": ["٣"]}, "There is an answer that is none of those to choose from."),
            ({"q.striped": ["9" * 5000]}, "There is an answer that is none of those to choose from."),
            ({"q.striped": ["0", "1"]}, "There are two answers to a question of which one answer is right."),
            ({"q.steps.0": ["0"]}, "There is an answer that is none of those to choose from."),
            ({"q.steps.0": ["4"]}, "There is an answer that is none of those to choose from."),
            ({"q.steps.0": ["1", "2"]}, "One thing stands at two places."),
            ({"q.list": ["a" * 201]}, "An answer that is typed in has at most 200 characters."),
            ({"q.list": ["a", "b"]}, "An answer that is typed in has at most 200 characters."),
            ({"q.nothing": ["1"]}, "There is an answer to a question that this quiz does not have."),
        ],
    )  # fmt: skip
    def test_what_no_form_of_ours_sends_is_refused_in_a_sentence(
        self, forged: dict[str, list[str]], said: str
    ) -> None:
        with pytest.raises(ForgedError, match=said):
            given_by(all_right() | forged)

    @given(st.dictionaries(st.sampled_from(sorted(all_right())), st.lists(st.text(max_size=4), max_size=3)))
    def test_no_form_is_more_than_refused(self, form: dict[str, list[str]]) -> None:
        try:
            answers = given_by(form)
        except ForgedError:
            return
        if not answers.lacking:
            assert 0 <= grade(board(), answers.given).right <= 5
