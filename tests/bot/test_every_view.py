"""Every view: no message or modal is made that a property test has not filled with hostile words."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType

import bot
import tests.bot
from tests.bot.hostile import assert_slack_opens, assert_slack_shows, assert_slack_takes

CHECKS = {assert_slack_takes, assert_slack_opens, assert_slack_shows}
OURS = ("bot.", "tests.")
NO_VIEWS = ("bot.playground", "bot.blocks")
"""What shows messages, and what they are put together with."""


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Load a package and all that is in it."""
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def functions(module: ModuleType) -> Iterator[FunctionType]:
    """List the functions that a module defines."""
    for one in vars(module).values():
        if inspect.isfunction(one) and one.__module__ == module.__name__:
            yield one


def views() -> set[FunctionType]:
    """List what makes a message or a modal of values alone, by what it says that it takes and returns."""
    return {
        one
        for module in modules(bot)
        if not module.__name__.startswith(NO_VIEWS)
        for one in functions(module)
        if one.__annotations__.get("return") in ("Message", "Modal")
        and "Desk" not in one.__annotations__.values()
    }


def property_tests() -> Iterator[FunctionType]:
    """List the tests to which hypothesis gives examples, as they were written."""
    for module in modules(tests.bot):
        for one in vars(module).values():
            if inspect.isfunction(one) and hasattr(one, "hypothesis"):
                yield one.hypothesis.inner_test


def names(code: CodeType) -> Iterator[str]:
    """List the names that a piece of code uses, what is defined inside it included."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names(inner)


def used(begin: FunctionType) -> set[Callable[..., object]]:
    """List the functions of the bot and of its tests that one uses, directly or through another."""
    found: set[Callable[..., object]] = set()
    left = [begin]
    while left:
        one = left.pop()
        for name in names(one.__code__):
            uses = one.__globals__.get(name)
            if inspect.isfunction(uses) and uses not in found and uses.__module__.startswith(OURS):
                found.add(uses)
                left.append(uses)
    return found


def test_every_view_is_shown_with_hostile_words() -> None:
    shown: set[Callable[..., object]] = set()
    for one in property_tests():
        if (uses := used(one)) & CHECKS:
            shown |= uses
    missing = views() - shown
    assert sorted(f"{one.__module__}.{one.__name__}" for one in missing) == []
    assert len(views()) > 30
