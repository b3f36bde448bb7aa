"""Names of companies: how they are compared, and which of many is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category, normalize

from rapidfuzz import fuzz, process

GOOD_ENOUGH = 85.0
"""A match below this score is a suggestion at most."""

CLEAR_LEAD = 7.0
"""The first match is meant when the second scores at least so much less."""

_OTHER_NUMBER = 80.0
"""No name scores higher than this when its digits differ: Plant 12 is never a misspelt Plant 13."""

_POOL = 100
"""How many keys each quick look may propose for the thorough comparison."""

_LEGAL_FORMS_LIST = """
    ab ag aps as asa bhd bv bvba co company corp corporation cv doo eg ehf ev gbr gesmbh gmbh hf inc
    incorporated kft kg kgaa kk lda limited llc llp lp ltd ltda mbh nv od og ohg ou oy oyj plc pllc
    private pte pty pvt sa sab sarl sas sasu sau sca scs sdn se sia sl slu snc spa spk srl sro uab ug vof
    zrt and
"""
_LEGAL_FORMS = frozenset(_LEGAL_FORMS_LIST.split())
"""Legal forms as folded words; `and` is what is left of "& Co."."""
_POLISH = ("sp", "z", "oo")

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
        "ŧ": "t",
    }
)
"""Letters whose stroke or join no decomposition takes away."""
_SPELT = {"&": " and ", "+": " plus "}
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`\u2032]")
_ABBREVIATION = re.compile(r"(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)\.?|(?<!\w)[^\W\d_]/[^\W\d_](?!\w)")
"""Single letters joined by dots (S.p.A. is spa) or by one slash (A/S is as)."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_GAP = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A key that resembles a query."""

    key: str
    index: int
    """Its place among the keys."""
    score: float
    """From 0 to 100, where 100 is the same text."""


def fold(text: str) -> str:
    """Return text as words for comparison: no case, accents or punctuation; & and + are words."""
    if not text.isascii():
        text = normalize("NFKD", normalize("NFKD", text).casefold()).translate(_LETTERS)
        text = _ACCENTS.sub("", text)
    text = _APOSTROPHES.sub("", text.lower())
    text = _ABBREVIATION.sub(lambda found: re.sub(r"[./]", "", found[0]), text)
    for mark, word in _SPELT.items():
        text = text.replace(mark, word)
    if text.isascii():
        return _GAP.sub(" ", text).strip()
    words = "".join(mark if category(mark)[0] in "LNM" else " " for mark in text).split()
    return normalize("NFC", " ".join(words))


def core(text: str) -> str:
    """Return the folded name without its legal form: `ACME, Inc.` is `acme`. Empty only if fold is."""
    words = fold(text).split()
    while len(words) > 1:
        if words[-1] in _LEGAL_FORMS:
            words.pop()
        elif len(words) > 3 and tuple(words[-3:]) == _POLISH:
            del words[-3:]
        else:
            break
    return " ".join(words)


def slug(text: str) -> str:
    """Return the folded words joined with hyphens."""
    return fold(text).replace(" ", "-")


def nearest(query: str, keys: Sequence[str], limit: int) -> list[Match]:
    """Return the keys (core names) most like the query, best first.

    Quick looks over all keys (the whole query, its words turned round, each longer word) propose a few
    hundred; only these are compared word by word, which no single scorer does well for misspelt words,
    swapped words, words too many and beginnings alike.
    """
    query = core(query)
    if not query or limit < 1:
        return []
    matches = [Match(keys[index], index, _score(query, keys[index])) for index in _proposed(query, keys)]
    matches.sort(key=lambda match: (-match.score, match.key, match.index))
    return matches[:limit]


def clear_winner(matches: Sequence[Match]) -> Match | None:
    """Return the first match if it scores at least GOOD_ENOUGH and leads the second by CLEAR_LEAD, else None.

    The matches must be of different accounts: of an account's name and alias pass only the better one.
    """
    if not matches or matches[0].score < GOOD_ENOUGH:
        return None
    if len(matches) > 1 and matches[0].score - matches[1].score < CLEAR_LEAD:
        return None
    return matches[0]


def _proposed(query: str, keys: Sequence[str]) -> set[int]:
    words = sorted({word for word in query.split() if len(word) > 2}, key=len, reverse=True)[:2]
    proposed: set[int] = set()
    for variant in {query, " ".join(reversed(query.split())), *words}:
        found = process.extract(variant, keys, scorer=fuzz.ratio, limit=_POOL, score_cutoff=40)
        proposed.update(index for _, _, index in found)
    for word in words:
        proposed.update(_holding(word, query, keys))
    if not proposed:
        proposed.update(index for _, _, index in process.extract(query, keys, scorer=fuzz.ratio, limit=_POOL))
    return proposed


def _holding(word: str, query: str, keys: Sequence[str]) -> Iterator[int]:
    """Propose the keys that hold a word, the most similar of them when it is a common one."""
    holding = [index for index, key in enumerate(keys) if word in key]
    if len(holding) > _POOL:
        best = process.extract(query, [keys[index] for index in holding], scorer=fuzz.ratio, limit=_POOL)
        return (holding[place] for _, _, place in best)
    return iter(holding)


def _score(query: str, key: str) -> float:
    """Compare as a whole and word by word, and take the better: 100 is equal, a subset of words is less."""
    whole = fuzz.ratio(query, key)
    if whole == 100:
        return 100.0
    asked, known = query.split(), key.split()
    covers = _covered(asked, known), _covered(known, asked)
    score = max(whole, 0.97 * (0.6 * max(covers) + 0.4 * min(covers)))
    if _numbers(query) != _numbers(key):
        score = min(score, _OTHER_NUMBER)
    return float(score)


def _covered(words: Sequence[str], others: Sequence[str]) -> float:
    """Return how much of the letters of some words is found again in the others, in per cent."""
    letters = sum(len(word) for word in words)
    if not letters or not others:
        return 0.0
    return sum(len(word) * max(_alike(word, other) for other in others) for word in words) / letters


def _alike(word: str, other: str) -> float:
    short, long = sorted((word, other), key=len)
    if len(short) > 2 and long.startswith(short):
        return max(90.0, fuzz.ratio(word, other))
    return fuzz.ratio(word, other)


def _numbers(text: str) -> list[str]:
    return re.findall("[0-9]+", text)
