"""What somebody asks after `/tier`: about which account, about which service, and whether why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from unicodedata import category

from tiering.domain.names import fold

LONGEST = 300
"""Characters of a question that are read: more than any account and service together."""

_MOST_WORDS = 12
"""Texts of more words are not taken apart word by word."""


class Kind(StrEnum):
    """What an answer is to say."""

    HELP = "help"
    TIER = "tier"
    WHY = "why"
    ENTITLED = "entitled"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question."""

    account: str
    """The words that would name the account (id, name, alias, domain or e-mail), as they were typed."""
    kind: Kind
    """What is asked if this reading is the right one: `Why Not Cafe` is no why when it is an account."""
    service: str | None = None
    """The id of the service that is asked about."""
    asked_service: str | None = None
    """The words that stand where a service would, when no service is called so."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all its readings; the first whose account is found exactly is the right one."""

    kind: Kind
    """What the likeliest reading asks; help has no readings."""
    readings: tuple[Reading, ...]
    """The longest account text first."""
    likeliest: Reading | None
    """The reading to search fuzzily with when no account is found exactly."""
    text: str
    """The question as it was read: Slack's markup undone, whitespace tidied."""
    cut: bool = False
    """Whether the text was too long and only its beginning was read."""


_HELP = frozenset(
    {
        "",
        "help",
        "help me",
        "hi",
        "hey",
        "hello",
        "thanks",
        "thank you",
        "how does this work",
        "what can you do",
        "what can i ask",
    }
)
_NO_SERVICE = frozenset({"", "anything", "something", "everything", "what", "that", "it", "service", "left"})
_PRONOUNS = frozenset({"i", "we", "you", "one", "they", "there"})

_QUOTED = re.compile(
    '["\u201c\u201d\u201e\u00ab\u00bb]([^"\u201c\u201d\u201e\u00ab\u00bb]+)["\u201c\u201d\u00ab\u00bb]'
    "|(?<!\\w)['\u2018\u201a]([^'\u2018\u2019]+)['\u2018\u2019](?!\\w)"
)
_QUOTES = str.maketrans(dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', " "))
_PLACEHOLDER = "\ue000"
"""Stands for what was quoted, while the words around it are read."""

_MAIL_LINK = re.compile(r"<mailto:([^|>]*)(?:\|[^>]*)?>")
_WEB_LINK = re.compile(r"<https?://(?:[^|>]*\|)?([^|>]*)>")
_MENTION = re.compile(r"<[!@#][^>]*>")

_EDGE = " \t.,;:!?-\u2013\u2014/()[]*_~`"
_LEADING = re.compile(
    r"^(?:(?:an?|the|any|some|its|their|our|another|more|one|free|of|to|for) )+(?=\S)", re.IGNORECASE
)
_TRAILING = re.compile(
    r" (?:please|now|again|too|left|(?:this|per) (?:month|quarter|year)|for free|included|from us|with us)$",
    re.IGNORECASE,
)
_LINK_WORDS = re.compile(r"^(?:for|of|at|with|in|to|by) ", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:please|hey|hi|hello|show me|show|tell me|do you know|can you tell me|look up|is there)[, ]+)+",
    re.IGNORECASE,
)
_THANKS = re.compile(r"(?:[, ]+(?:please|thanks|thank you))+$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['\u2019]s?(?: (?:plan|contract))?$", re.IGNORECASE)

_ASK = (
    r"(?:can|may|could|should|shall|would|will|do|does|did|is|are|has|have|must)"
    r"(?:n['\u2019]t|['\u2019]t|not)?"
)
_GIVEN = (
    r"(?:not )?(?:be )?(?:have|has|had|get|gets|getting|receive|receives|request|book|use|need|want|includes?"
    r"|expect|ask for|entitled to|eligible for|allowed(?: to (?:have|get))?|due|owed|offered|given)"
)
_ASKED_OF = re.compile(rf"^(?P<why>why )?{_ASK} (?:not )?(?P<rest>\S.*)$", re.IGNORECASE)
_VERB = re.compile(rf" {_GIVEN} ", re.IGNORECASE)
_WE_OFFER = re.compile(
    rf"^(?:why )?{_ASK} (?:i|we|you|one) (?:not )?"
    r"(?:offer|give|book|schedule|do|run|sell|promise|provide|arrange|plan|hold) (?P<rest>\S.*)$",
    re.IGNORECASE,
)
_WHY_IS = re.compile(r"^why (?:is|was|are|does) (?P<rest>\S.*)$", re.IGNORECASE)
_TIER = re.compile(r"^(?:the )?tier\b", re.IGNORECASE)


def _frame(words: str) -> re.Pattern[str]:
    """Compile a whole question, in which A stands for the account and S for the service."""
    words = words.replace("<A>", r"(?P<account>\S.*?)").replace("<S>", r"(?P<service>\S.*?)")
    return re.compile(f"^(?:{words})$", re.IGNORECASE)


_TIER_N = r"(?:(?:in|on|at|an?) )*tier \S+(?: (?:account|customer))?"
_WHAT_IS = r"(?:what is|what's|what\u2019s|whats)"
_FRAMES = tuple(
    (kind, _frame(words))
    for kind, words in (
        (Kind.ENTITLED, rf"how (?:many|much|often) <S> {_ASK} <A> {_GIVEN}(?: left)?"),
        (Kind.ENTITLED, r"(?:is|are) <S> (?:included|available|free|covered) (?:for|with|in|to) <A>"),
        (
            Kind.ENTITLED,
            r"(?:what|which)(?: else| services?)? (?:can|may|could|should|do|must) (?:i|we|you|one)"
            r" (?:offer|give|promise|sell|provide|do for|owe)(?: to)? <A>",
        ),
        (Kind.ENTITLED, rf"(?:what|which)(?: services?)? {_ASK} <A> {_GIVEN}"),
        (Kind.ENTITLED, rf"{_WHAT_IS} <A> (?:entitled to|eligible for|allowed|due|owed)"),
        (Kind.ENTITLED, rf"{_WHAT_IS} (?:included|available|in the plan) (?:for|with|to|of) <A>"),
        (Kind.ENTITLED, rf"{_WHAT_IS} in <A>['\u2019]s? plan"),
        (Kind.ENTITLED, r"(?:services|entitlements?|benefits|plan) (?:of|for|at) <A>"),
        (Kind.ENTITLED, r"<A> (?:services|entitlements?|benefits)"),
        (
            Kind.WHY,
            rf"why (?:is|was|are) <A> (?:(?:still|only|now|not) )*{_TIER_N}",
        ),
        (Kind.WHY, r"why (?:is|was|are) <A> (?:in|on|at) (?:this|that|its|the) tier"),
        (Kind.WHY, r"why (?:this |that |the )?tier(?: \S+)? (?:for|of) <A>"),
        (Kind.WHY, r"<A>[,:]? why"),
        (Kind.WHY, r"why (?!(?:is|was|are|does) )<A>"),
        (
            Kind.TIER,
            r"(?:what|which)(?: is)?(?: the)? tier (?:is|are|does|has|of|for|at) <A>(?: (?:in|on|at|have))*",
        ),
        (Kind.TIER, rf"(?:{_WHAT_IS}|what) <A>['\u2019]s? tier"),
        (Kind.TIER, rf"is <A> (?:(?:still|now) )*{_TIER_N}"),
        (Kind.TIER, rf"(?:who is|who's|who\u2019s|what about|how about|{_WHAT_IS}) <A>"),
        (Kind.TIER, r"(?:the )?tiers?(?: of| for)? <A>"),
        (Kind.TIER, r"<A>['\u2019]s? tier"),
        (Kind.TIER, r"<A> tier"),
    )
)  # fmt: skip
"""Ways to ask, the more particular before the more general."""


def parse(text: str, services: Mapping[str, str]) -> Question:
    """Read a question; `services` gives for each folded id, name and alias the service's id.

    The whole text is read as an account's name too, since an account may be called anything.
    """
    asked, cut = _clean(text)
    quoted = _QUOTED.search(asked)
    words = _tidy((quoted[1] or quoted[2]).translate(_QUOTES)).strip(_EDGE) if quoted else ""
    if quoted and words:
        before, after = asked[: quoted.start()], asked[quoted.end() :]
        catalogue = _Catalogue(services, words)
        asked, frame = (_tidy(f"{before} {one} {after}".translate(_QUOTES)) for one in (words, _PLACEHOLDER))
        readings = _unquoted(_readings(frame, catalogue), catalogue)
    else:
        asked = _tidy(asked.translate(_QUOTES))
        readings = [] if fold(asked) in _HELP else _readings(asked, _Catalogue(services))
    if not readings:
        return Question(Kind.HELP, (), None, asked, cut)
    ordered = sorted(dict.fromkeys(readings), key=lambda reading: -len(reading.account))
    return Question(readings[0].kind, tuple(ordered), readings[0], asked, cut)


def typed(text: str) -> str:
    """Return what somebody typed, without Slack's markup, mentions, and marks that cannot be seen."""
    return _clean(text)[0]


class _Catalogue:
    """What services may be called, singular or plural, with or without an article."""

    def __init__(self, services: Mapping[str, str], quoted: str = "") -> None:
        self._ids = {_singular(name): service for name, service in services.items()}
        self.quoted = quoted

    def find(self, words: str) -> tuple[str | None, str | None]:
        """Return the service that is called so, or the words that name none; neither if they say nothing."""
        words = words.replace(_PLACEHOLDER, self.quoted).strip(_EDGE)
        while (shorter := _TRAILING.sub("", words).strip(_EDGE)) != words:
            words = shorter
        for one in (words, _LEADING.sub("", words)):
            if found := self._ids.get(_singular(fold(one))):
                return found, None
        words = _LEADING.sub("", words)
        return None, None if _singular(fold(words)) in _NO_SERVICE else words


def _clean(text: str) -> tuple[str, bool]:
    """Undo Slack's markup, drop mentions and marks that cannot be seen, and cut what is too long."""
    raw = text[: 10 * LONGEST]
    raw = _WEB_LINK.sub(r" \1 ", _MAIL_LINK.sub(r" \1 ", raw))
    raw = _MENTION.sub(" ", raw)
    raw = raw.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    raw = "".join(mark if category(mark)[0] != "C" else " " * mark.isspace() for mark in raw)
    words = _tidy(raw)
    if len(words) <= LONGEST:
        return words, len(text) > 10 * LONGEST
    return words[:LONGEST].rsplit(" ", 1)[0], True


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _singular(folded: str) -> str:
    """Return folded words without the endings of the plural, on both sides of a comparison."""
    return " ".join(
        word[:-3] + "y" if word.endswith("ies") and len(word) > 4
        else word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 2
        else word
        for word in folded.split()
    )  # fmt: skip


def _readings(text: str, catalogue: _Catalogue) -> list[Reading]:
    """Return all readings, the likeliest first."""
    whole = text.strip(_EDGE)
    if not whole:
        return []
    bare = _THANKS.sub("", _POLITE.sub("", whole)).strip(_EDGE) or whole
    framed = [*_asked_of(bare, catalogue), *_framed(bare, catalogue)]
    known = [reading for reading in framed if reading.asked_service is None]
    split = sorted(_split(bare, catalogue), key=lambda reading: len(reading.account))
    certain = sorted(known, key=lambda reading: reading.service is None)
    plain = [Reading(one, Kind.TIER) for one in dict.fromkeys((bare, whole))]
    guessed = [] if framed or split else _guessed(bare)
    unknown = [reading for reading in framed if reading.asked_service is not None]
    likely = [*certain, *unknown] if known else [*split[:1], *unknown]
    return [*likely, *plain, *split, *guessed]


def _asked_of(text: str, catalogue: _Catalogue) -> Iterator[Reading]:
    """Read `can acme have a QBR`, `why does acme not get training`, `may we give acme a QBR`."""
    if offered := _WE_OFFER.match(text):
        yield from _split(offered["rest"], catalogue)
    asked = _ASKED_OF.match(text)
    if not asked:
        return
    rest = asked["rest"]
    for verb in _VERB.finditer(rest):
        account, words = rest[: verb.start()], rest[verb.end() :]
        if account.lower() in _PRONOUNS:
            yield from _split(words, catalogue)
        elif _TIER.match(words):
            yield from _named(account, Kind.WHY if asked["why"] else Kind.TIER)
        else:
            yield from _named(account, Kind.ENTITLED, *catalogue.find(words))
    yield from _split(rest, catalogue)


def _framed(text: str, catalogue: _Catalogue) -> Iterator[Reading]:
    for kind, frame in _FRAMES:
        if found := frame.match(text):
            parts = found.groupdict()
            account = parts["account"]
            if "service" in parts:
                yield from _named(account, Kind.ENTITLED, *catalogue.find(parts["service"]))
                continue
            if kind is not Kind.ENTITLED:
                yield from _split(account, catalogue)
            yield from _named(account, kind)
    if found := _WHY_IS.match(text):
        words = found["rest"].split()[:_MOST_WORDS]
        for count in range(len(words), 0, -1):
            yield from _named(" ".join(words[:count]), Kind.WHY)


def _split(text: str, catalogue: _Catalogue) -> Iterator[Reading]:
    """Read `acme qbr`, `acme's qbr`, `qbr for acme`, `health check acme`: a service at one end."""
    words = text.split()
    if len(words) > 3 * _MOST_WORDS:
        return
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        for service_words, account in (
            (words[-count:], words[:-count]),
            (words[:count], words[count:]),
        ):
            service, _ = catalogue.find(" ".join(service_words))
            if service:
                yield from _named(" ".join(account), Kind.ENTITLED, service)


def _guessed(text: str) -> list[Reading]:
    """Read `acme pony` as an account and a service that nobody offers."""
    words = text.split()
    if len(words) > _MOST_WORDS:
        return []
    readings: list[Reading] = []
    for count in range(len(words) - 1, 0, -1):
        if rest := " ".join(words[count:]).strip(_EDGE):
            readings += _named(" ".join(words[:count]), Kind.ENTITLED, None, rest)
    return readings


def _named(
    account: str, kind: Kind, service: str | None = None, asked_service: str | None = None
) -> Iterator[Reading]:
    """Read the words of an account, without a link word before them and a possessive behind, then with."""
    account = account.strip(_EDGE)
    short = _POSSESSIVE.sub("", _LINK_WORDS.sub("", account)).strip(_EDGE)
    for one in dict.fromkeys((short, account)):
        if one:
            yield Reading(one, kind, service, asked_service)


def _unquoted(readings: list[Reading], catalogue: _Catalogue) -> list[Reading]:
    """Put what was quoted in its place: it is the whole account, unless it is the service."""
    quoted = catalogue.quoted
    is_service = catalogue.find(quoted)[0] is not None
    return [
        replace(reading, account=reading.account.replace(_PLACEHOLDER, quoted))
        for reading in readings
        if reading.account == _PLACEHOLDER or (is_service and _PLACEHOLDER not in reading.account)
    ]
