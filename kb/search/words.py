"""Text to words and words to terms: the one analysis that articles and queries share."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from whoosh.lang.porter import stem

LONGEST = 60
"""Characters of a word; what is longer is data, not language."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f"
"""Scripts without spaces between words: Japanese, Chinese, Korean, Thai."""

_LETTER = rf"(?:(?![{_CJK}])\w)"
_WORD = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}"  # an e-mail address
    rf"|(?<!\w)[#@./]?{_LETTER}+(?:['’.&-]{_LETTER}+)*(?:\+\+|\#(?!\w))?"  # #123 .ini e-mail c++ c#
    rf"|[{_CJK}]+"
)
_IDEOGRAPHS = re.compile(f"[{_CJK}]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_CLITIC = re.compile(r"(?:'s|s')\Z")
_WRITTEN_OUT = re.compile(r"([aou])e")
_ELISION = re.compile(r"(?:[cdjlmnst]|qu)'(?=\w\w)")
"""What French writes before a vowel: l'équipe, d'abord, qu'une."""
_LIGATURES = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
"""Letters that no accent is dropped from, and what is typed where the keyboard lacks them."""
_INNER = re.compile(r"[.&'-]")
_EXACT = "="
"""Marks a term that is a name as it is written; no word begins so."""
_SENTENCE_ENDS = frozenset(".!?:;•")

_STOPPED = """
    a about after all am an and any are as at be because been but by can could did do does doing
    don't for from get got had has have having he her here hers him his how i i'm if in into is
    isn't it it's its i've just ll me my no nor of on or our ours out own re s she should so some t
    than that the their theirs them then there these they this those to too up us ve very was we
    were what when where which while who whom why will with would you your yours
"""
STOP_WORDS = frozenset(_STOPPED.split())
"""Words that tell nothing about what an article is about."""


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    parts = unicodedata.normalize("NFKD", char)
    base = parts[0].lower()
    return base if len(base) == 1 and all(map(unicodedata.combining, parts[1:])) else char


def fold(text: str) -> str:
    """Lower the case and drop accents; every character stays one character, so that positions agree."""
    if text.isascii():
        return text.lower()
    lowered = text.lower()
    if len(lowered) != len(text):  # some capitals become two characters
        lowered = "".join(char.lower()[0] for char in text)
    for char in set(_BEYOND_ASCII.findall(lowered)):
        if (folded := _fold_char(char)) != char:
            lowered = lowered.replace(char, folded)
    return lowered


def words(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of folded text with their begin and end; runs of ideographs come as pairs."""
    for found in _WORD.finditer(folded):
        begin, end = found.span()
        if not _IDEOGRAPHS.match(found[0]):
            if end - begin <= LONGEST:
                yield found[0].replace("’", "'"), begin, end
            continue
        last = max(begin, end - 2)
        for at in range(begin, last + 1):
            stop = min(at + 2, end)
            yield folded[at:stop], at, stop


@lru_cache(maxsize=100_000)
def terms_of(word: str) -> tuple[str, ...]:
    """Return the terms under which a word is found: its stem, and for `e-mail` or `.ini` its parts too."""
    word = _CLITIC.sub("", word).translate(_LIGATURES)
    if elided := _ELISION.match(word):
        word = word[elided.end() :]
    if not word.isascii() or "@" in word[1:]:
        return (word,) if word else ()
    bare = word.replace("'", "").replace("-", "")  # so that don't is dont, and e-mail is email
    whole = stem(bare) if bare.isalpha() else bare
    if word.isalpha() or "'" in word:
        return (whole,)
    parts = (part for part in _INNER.split(word.strip("#@./+")) if part)
    return tuple(dict.fromkeys([whole, *(stem(part) if part.isalpha() else part for part in parts)]))


def without_umlauts(word: str) -> str:
    """Return a word with umlauts written as ae, oe, ue as folding leaves them: `muller` of `mueller`."""
    return _WRITTEN_OUT.sub(r"\1", word)


def exact(word: str) -> str:
    """Return the term of a name or an acronym, which no stemming has touched: `=sms` beside `sm`."""
    return _EXACT + _CLITIC.sub("", word)


def counted(text: str, *, title: bool = False) -> Counter[str]:
    """Count the terms of a text; a name that its stem would hide counts under `exact` as well.

    A name is a word of several capitals (SMS, iCal), or with one where no sentence begins (in Teams). In a
    title, where every word may have one, only the former counts.
    """
    counts: Counter[str] = Counter()
    for word, begin, end in words(fold(text)):
        found = terms_of(word)
        counts.update(found)
        written = text[begin:end]
        if not written.islower() and word.isalpha() and exact(word)[1:] not in found:
            capitals = sum(map(str.isupper, written))
            if capitals > 1 or (capitals and not title and _within_a_sentence(text, begin)):
                counts[exact(word)] += 1
    return counts


def _within_a_sentence(text: str, begin: int) -> bool:
    before = text[max(0, begin - 3) : begin].rstrip(" \"'([")
    return bool(before) and before[-1] not in _SENTENCE_ENDS and not before[-1].isspace()


def terms(text: str) -> list[str]:
    """Return all terms of a text, in order."""
    return [term for word, _, _ in words(fold(text)) for term in terms_of(word)]
