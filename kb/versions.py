"""Which version of an article a reader is shown when it is there in several languages; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.visibility import PUBLIC, Audience


@dataclass(frozen=True, slots=True)
class Version:
    """An article in one of its languages."""

    slug: str
    language: str
    audience: Audience


def key_of(audience: Audience, language: str, versions: Sequence[Version]) -> str:
    """Return what decides whether a reader is shown an article, as a short text.

    That is its audience and, where there are other versions, its language and what these are and for whom.
    Two articles with one key are shown to the same readers.
    """
    if len(versions) < 2:
        return audience.key
    return "|".join([language, *(f"{one.language}={one.audience.key}" for one in versions)])


def keys_shown(
    keys: Iterable[str], languages: Sequence[str], sees: Callable[[Audience], bool]
) -> frozenset[str]:
    """Return the keys of the articles that a reader is shown, of each article one version.

    It is the version in the first of `languages` among those that the reader may see; a language that is not
    listed comes last; among several of these the first version counts.
    """
    return frozenset(key for key in keys if _is_shown(key, languages, sees))


def is_public(key: str) -> bool:
    """Whether everybody may see the articles with this key."""
    return _read(key).audience == PUBLIC


@dataclass(frozen=True, slots=True)
class _Key:
    audience: Audience
    language: str = ""
    versions: tuple[tuple[str, Audience], ...] = ()


@lru_cache(maxsize=10_000)
def _read(key: str) -> _Key:
    language, *written = key.split("|")
    if not written:
        return _Key(Audience.of_key(key))
    versions = {
        name: Audience.of_key(audience) for name, _, audience in (one.partition("=") for one in written)
    }
    return _Key(versions[language], language, tuple(versions.items()))


def _is_shown(key: str, languages: Sequence[str], sees: Callable[[Audience], bool]) -> bool:
    read = _read(key)
    if not sees(read.audience):
        return False
    seen = [language for language, audience in read.versions if sees(audience)]
    return not seen or read.language == min(seen, key=lambda one: _place(one, languages))


def _place(language: str, languages: Sequence[str]) -> int:
    return languages.index(language) if language in languages else len(languages)
