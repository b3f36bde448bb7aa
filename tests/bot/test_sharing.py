"""Sharing: what everybody in a channel may see because somebody shared it, and what nobody else ever sees."""

from __future__ import annotations

import pytest

from bot.playground.local import LocalSlack
from bot.playground.rules import check_message
from bot.playground.workspace import Disturbance, Message
from bot.sharing import AWAY, NOT_HERE, NOT_PUBLIC, NOT_SURE
from bot.text import unescaped
from tests.bot.conftest import Library

OURS, CONNECTED = "customer-success", "globex-shared"
SLUG = "working-with-us/check-your-setup-yourself"


def asks(slack: LocalSlack, text: str, channel: str = OURS) -> Message:
    (answer,) = slack.command("vera", channel, f"/tier {text}")
    return answer


def lines(answer: Message) -> list[str]:
    assert check_message({"text": answer.text, "blocks": list(answer.blocks)}) == []
    return unescaped(answer.text).split("\n")


def stays(slack: LocalSlack, said: list[Message], sentence: str) -> bool:
    """Whether this sentence was all that was said, to Vera alone."""
    (only,) = said
    return (only.visible_to, lines(only)) == (slack.workspace.person("vera").id, [sentence])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("initech", "Initech is tier 2, Growth. Customers read “Plus”."),
        ("acme qbr", "Yes. Quarterly business review for Acme Corporation"),
        ("initech health check", "No. Health check for Initech"),
    ],
)
def test_an_answer_is_shared_in_two_lines_with_who_shared_it(
    slack: LocalSlack, library: Library, text: str, first: str
) -> None:
    answer = asks(slack, text)
    (share,) = (one["elements"][0] for one in answer.blocks if one.get("block_id") == "share")
    (shared,) = slack.press("vera", answer, share["action_id"])
    assert shared.visible_to is None
    said = lines(shared)
    assert (said[0], len(said), said[2]) == (first, 3, "Shared by Vera Novak.")


def test_where_another_company_reads_along_no_answer_is_shared(slack: LocalSlack) -> None:
    answer = asks(slack, "initech", CONNECTED)
    assert stays(slack, slack.press("vera", answer, "share_answer:"), NOT_HERE)
    assert not any("Initech" in one.text for one in slack.messages("xenia", CONNECTED))


def test_where_nobody_knows_who_reads_along_no_answer_is_shared(own_slack: LocalSlack) -> None:
    answer = asks(own_slack, "initech", "sales")
    own_slack.workspace.disturb(Disturbance("conversations.info", error="channel_not_found"))
    assert stays(own_slack, own_slack.press("vera", answer, "share_answer:"), NOT_SURE)


def test_of_a_no_only_the_page_that_helps_is_shared_even_with_another_company(
    slack: LocalSlack, library: Library
) -> None:
    library.holds(SLUG, "Check your setup yourself")
    answer = asks(slack, "can initech have a health check?", CONNECTED)
    (shared,) = slack.press("vera", answer, "share_link:")
    assert shared.visible_to is None
    assert lines(shared) == [
        f"Check your setup yourself ({library.base_url}/articles/{SLUG})",
        "Shared by Vera Novak.",
    ]
    assert library.asked[-1] == (f"/articles/{SLUG}", None)


def test_a_page_of_which_no_title_was_learned_is_shared_without_one(
    slack: LocalSlack, library: Library
) -> None:
    answer = asks(slack, "initech health check")
    (shared,) = slack.press("vera", answer, "share_link:")
    assert lines(shared)[0] == f"A page of the knowledge base ({library.base_url}/articles/{SLUG})"


def test_a_page_that_not_everybody_may_read_is_not_shared(slack: LocalSlack, library: Library) -> None:
    answer = asks(slack, "initech health check")
    library.private.add(f"/articles/{SLUG}")
    assert stays(slack, slack.press("vera", answer, "share_link:"), NOT_PUBLIC)


def test_a_page_is_not_shared_while_nobody_can_tell_who_may_read_it(
    slack: LocalSlack, library: Library
) -> None:
    answer = asks(slack, "initech health check")
    library.status = 503
    assert stays(slack, slack.press("vera", answer, "share_link:"), AWAY)


def test_what_is_granted_needs_no_page(slack: LocalSlack) -> None:
    assert "[Share only the link]" not in lines(asks(slack, "acme qbr"))
