"""The answer to a cry for help: what can be asked and said, with names of real accounts."""

from __future__ import annotations

from bot.answers.surroundings import Surroundings
from bot.blocks import Message, bold, code, context, message, paragraphs, points, says, tidy
from tiering.domain.answer import Help


def help_view(answer: Help, around: Surroundings) -> Message:
    """Show how to ask, and what else the bot does."""
    if not answer.accounts:
        return message(
            paragraphs(
                [bold("There is nothing to ask about yet.")],
                [says("Operations can bring in the accounts with "), code("tiering import"), says(".")],
            )
        )
    command = around.command
    one = tidy(answer.examples[0] if answer.examples else "acme", 40)
    other = tidy(answer.examples[1] if len(answer.examples) > 1 else one, 40)
    examples = {
        one: "its tier, the reasons, and all it is entitled to",
        f"{one} QBR": "yes or no, what is left, and what to offer instead",
        f"can {other} have a health check?": "the same, in your own words",
        f"why {other}": "every reason, and what would move it up",
        f"what can I offer {one}?": "what it has, may ask for or may buy",
    }
    without = f"Without {command}, the same words work in a direct message to me and after a mention."
    return message(
        paragraphs(
            [bold(f"Ask {command} about {_how_many(answer.accounts)}.")],
            [says("By name, domain, id or a contact's e-mail address. Only you see the answer.")],
        ),
        points(
            "For example", [[code(f"{command} {ask}"), says(f": {gives}")] for ask, gives in examples.items()]
        ),
        points(
            "What else there is",
            [[code(f"{command} {say}"), says(f": {does}")] for say, does in around.usages],
        ),
        context(without),
    )


def _how_many(accounts: int) -> str:
    return "the one account there is" if accounts == 1 else f"any of {accounts:,} accounts"
