"""The three command lines together: what they say of themselves, and how they end."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli import main as bot
from kb.cli import main as kb
from tiering.cli import main as tiering
from tiering.config import ConfigError
from tiering.terminal import Boundary
from tiering.usecases.record import RecordUnavailable

FACES: dict[str, click.Group] = {"tiering": tiering, "kb": kb, "bot": bot}


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, group
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


EVERY = [one for name, group in FACES.items() for one in commands(group, name)]


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_every_command_says_in_a_whole_sentence_what_it_does(name: str, command: click.Command) -> None:
    shown = command.get_help(click.Context(command, info_name=name, terminal_width=78))
    listed = shown.partition("Commands:")[2]
    assert "..." not in listed, "a sentence is cut off"
    first = (command.help or "").split("\n\n")[0]
    assert first.endswith("."), "the first sentence stands in the list of commands"
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help, f"{option.name} has no help"


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        (
            ConfigError("SECRET_KEY is not set"),
            2,
            "SECRET_KEY is not set\n",
        ),
        (RecordUnavailable("The record is busy."), 1, "The record is busy.\n"),
        (PermissionError(errno.EACCES, "Permission denied", "/var/x"), 1, "/var/x: Permission denied\n"),
        (OSError("the network is away"), 1, "the network is away\n"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
    ],
)
def test_trouble_ends_every_face_with_one_sentence(trouble: Exception, code: int, said: str) -> None:
    @click.command()
    def stumble() -> None:
        raise trouble

    result = CliRunner().invoke(Boundary(commands={"stumble": stumble}), ["stumble"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", said)


@pytest.mark.parametrize("face", FACES)
def test_every_face_has_the_one_boundary(face: str) -> None:
    assert isinstance(FACES[face], Boundary)


def test_a_mistake_of_ours_is_not_taken_for_trouble() -> None:
    @click.command()
    def stumble() -> None:
        raise KeyError("x")

    result = CliRunner().invoke(Boundary(commands={"stumble": stumble}), ["stumble"])
    assert isinstance(result.exception, KeyError)
