"""A help centre of any size, made of real articles whose words are varied so that rare stays rare."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

SEED = 20261125

_WORD = re.compile(r"[A-Za-z]{4,}")
_FENCE = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMON = 0.05
"""A word of more articles than this share is common language, which every author writes alike."""
_VARIED = 0.5
"""The share of telling words that a copy exchanges for words of its own."""
_SYLLABLES = (
    "ba",
    "ber",
    "cal",
    "dor",
    "el",
    "fen",
    "gar",
    "hol",
    "jor",
    "kel",
    "lum",
    "mar",
    "nis",
    "pen",
    "qui",
    "zan",
)


def multiply(source: Path, into: Path, count: int) -> None:
    """Write `count` articles into `into`: the real ones as they are, then copies of them that differ.

    A copy keeps the common words and exchanges half of the telling ones: half of those for telling words of
    the real articles, as often as these are used, and half for made-up ones, as every new subject brings new
    words. Paragraphs are left out or said twice, so that lengths scatter as they do among real articles.
    """
    real = {path.name: path.read_text("utf-8") for path in sorted(source.glob("*.md"))}
    spread = Counter(word for text in real.values() for word in set(_WORD.findall(text.lower())))
    telling = sorted(word for word, articles in spread.items() if articles <= _COMMON * len(real))
    weights = [spread[word] for word in telling]
    into.mkdir(parents=True)
    chance = random.Random(SEED)
    names = sorted(real)
    for number in range(count):
        name, copy = names[number % len(names)], number // len(names)
        if not copy:
            (into / name).write_text(real[name], "utf-8")
            continue
        exchange = _exchange(telling, weights, chance)
        (into / f"{name.removesuffix('.md')}-{copy}.md").write_text(_varied(real[name], exchange, chance))


def _exchange(telling: Sequence[str], weights: Sequence[int], chance: random.Random) -> dict[str, str]:
    gone = chance.sample(telling, int(len(telling) * _VARIED))
    borrowed = chance.choices(telling, weights, k=len(gone))
    return {
        word: other if chance.random() < 0.5 else "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))
        for word, other in zip(gone, borrowed, strict=True)
    }


def _varied(text: str, exchange: dict[str, str], chance: random.Random) -> str:
    def other(found: re.Match[str]) -> str:
        word = exchange.get(found[0].lower(), found[0])
        return word.capitalize() if found[0][0].isupper() else word

    head = _FENCE.match(text)
    begin = head.end() if head else 0
    parts = text[begin:].split("\n\n")
    kept = [part for part in parts for _ in range(chance.choice((0, 1, 1, 1, 2)))] or parts
    lines = [
        line
        if line.startswith("---") or ":" not in line
        else ": ".join((key, _WORD.sub(other, rest.strip())))
        for line in text[:begin].splitlines()
        for key, _, rest in (line.partition(":"),)
    ]
    return "\n".join(lines) + "\n" + _WORD.sub(other, "\n\n".join(kept))
