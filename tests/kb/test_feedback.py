"""What a reader may say of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.feedback import REASONS, Said, read_said


@pytest.mark.parametrize(
    ("helpful", "reasons", "comment", "said"),
    [
        ("yes", [], "", Said(True)),
        ("no", [], "", Said(False)),
        ("no", ["steps", "unclear"], " Gone.\r\nYes. ", Said(False, ("unclear", "steps"), "Gone.\nYes.")),
        ("yes", ["steps"], "Thanks", Said(True, (), "Thanks")),
        ("no", ["steps", "<script>", "steps"], "\0a\tb\x1b", Said(False, ("steps",), "a\tb")),
        (None, ["steps"], "", Said(None, ("steps",))),
        ("YES!", [], "", Said(None)),
    ],
)  # fmt: skip
def test_a_form_is_read_as_it_was_meant(
    helpful: str | None, reasons: list[str], comment: str, said: Said
) -> None:
    assert read_said(helpful, reasons, comment) == said


def test_a_comment_that_is_too_long_is_refused_whole_with_its_length() -> None:
    fits, long = read_said("no", (), "x" * 2000), read_said("no", (), "x" * 2001)
    assert fits.problem == ""
    assert long.problem == (
        "A comment may have at most 2,000 characters, and this one has 2,001. "
        "Please shorten it; your text is still here."
    )
    assert len(long.comment) == 2001


def test_without_a_yes_or_a_no_nothing_is_taken() -> None:
    assert read_said("", (), "Hm").problem == "Please choose yes or no first."


@given(st.text(), st.lists(st.text()), st.text())
def test_whatever_is_sent_holds_only_what_may_be_kept(helpful: str, reasons: list[str], comment: str) -> None:
    said = read_said(helpful, reasons, comment)
    assert set(said.reasons) <= set(REASONS)
    assert "\0" not in said.comment
    assert read_said(helpful, said.reasons, said.comment) == said
