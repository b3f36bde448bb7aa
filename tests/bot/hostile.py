"""Words that want to break out of where they stand, and what Slack must take all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks import Message
from bot.playground.rules import check_message, check_view
from bot.slack import modal
from bot.turn import Modal

HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "<!channel>",
            "<@U1> <https://evil.example|click>",
            "*bold* _it_ ~no~ `code` :bomb:",
            "&lt;!here&gt; & co",
            "\u202eevil\u202c",
            "חברת בדיקה",
            "👩‍👩‍👧‍👦" * 40,
            "x" * 5000,
            "\n\n# Title\n",
            "\u200b\u200b",
            "\x00\x1b[31m",
        ]
    ),
)
WORDS = HOSTILE.filter(bool)


def assert_sdk_takes(blocks: Sequence[Mapping[str, Any]]) -> None:
    """The models of Slack's own library find nothing to object to, and know every member."""
    for block in blocks:
        model = Block.parse(dict(block))
        assert model is not None
        assert model.to_dict() == block


def assert_slack_takes(made: Message) -> None:
    """A message is inside Slack's limits, and no word in it is more than a word."""
    assert check_message({"text": made.text, "blocks": list(made.blocks)}) == []
    assert_sdk_takes(made.blocks)
    assert "'type': 'mrkdwn'" not in repr(made.blocks)
    assert repr(made.blocks).count("'primary'") <= 1
    assert "<" not in made.text


def assert_slack_opens(made: Modal) -> None:
    """A modal is inside Slack's limits."""
    view = modal(
        made.title, made.blocks, callback_id=made.callback_id, submit=made.submit, memory=made.memory
    )
    assert check_view(view) == []
    assert_sdk_takes(view["blocks"])
    View(**view).validate_json()
    assert "'type': 'mrkdwn'" not in repr(view)


def assert_slack_shows(home: Message) -> None:
    """An App Home is inside Slack's limits."""
    view: dict[str, Any] = {"type": "home", "blocks": list(home.blocks)}
    assert check_view(view) == []
    assert_sdk_takes(home.blocks)
    View(**view).validate_json()
    assert "'type': 'mrkdwn'" not in repr(view)
