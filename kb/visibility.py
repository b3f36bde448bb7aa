"""The one rule about who may see which article; pure, and denied wherever it is in doubt."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

EXPECTED = (
    "expected public, signed-in, staff, partners, a tier such as 1, "
    "a segment such as segment:rollout or a partner such as partner:Acme"
)

_PUBLIC, _SIGNED_IN, _STAFF, _PARTNERS = "public", "signed-in", "staff", "partners"
_END = r"\Z"
_TIER = re.compile(r"(?:tier[ :-]?)?([1-9])\Z")
# Words are joined by + into a key, so that no word may hold one.
_NAMED = re.compile(r"(segment|partner) ?: ?(\w[\w .,&'’()/-]{0,99})\Z")

_WORD = (
    f"(?:{_PUBLIC}|{_SIGNED_IN}|{_STAFF}|{_PARTNERS}"
    f"|{_TIER.pattern.removesuffix(_END)}|{_NAMED.pattern.removesuffix(_END)})"
)
PATTERN = f"^{_WORD}(?:,{_WORD})*$"
"""How a program writes a visitor, as a regular expression of JSON Schema."""


class Who(StrEnum):
    """What kind of visitor somebody is."""

    NOBODY = "nobody"
    """Whoever has not signed in."""
    CONTACT = "contact"
    """A person of a customer's."""
    STAFF = "staff"
    """A colleague, who sees everything."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an article is for: everybody to whom one of the words applies, and staff always."""

    words: frozenset[str]
    """`public`, `signed-in`, `tier:1`, `segment:rollout`, `partners`, `partner:acme`; `staff` is alone."""

    @property
    def key(self) -> str:
        """The audience as a short text; two audiences with one key are equal."""
        return "+".join(sorted(self.words))

    @classmethod
    def of_key(cls, key: str) -> Audience:
        """Return the audience that has a key."""
        return cls(frozenset(key.split("+")))


PUBLIC = Audience(frozenset({_PUBLIC}))
STAFF_ONLY = Audience(frozenset({_STAFF}))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who looks at the pages."""

    who: Who = Who.NOBODY
    tier: int | None = None
    """The tier of a contact's account; None where none is promised, as for a prospect."""
    segment: str | None = None
    partner: str | None = None
    """Who serves the contact's account in our place."""
    preview: bool = False
    """Whether this is a colleague who looks at the pages as such a visitor would."""

    @property
    def words(self) -> frozenset[str]:
        """The words of audiences that apply to this visitor."""
        if self.who is Who.NOBODY:
            return PUBLIC.words
        found = {_PUBLIC, _SIGNED_IN}
        if self.tier is not None:
            found.add(f"tier:{self.tier}")
        if self.segment is not None:
            found.add(f"segment:{folded(self.segment)}")
        if self.partner is not None:
            found |= {_PARTNERS, f"partner:{folded(self.partner)}"}
        return frozenset(found)


NOBODY = Visitor()
STAFF = Visitor(Who.STAFF)


def may_see(visitor: Visitor, audience: Audience) -> bool:
    """Whether a visitor may know that something with this audience exists."""
    return visitor.who is Who.STAFF or not visitor.words.isdisjoint(audience.words)


def all_see(first: Audience, second: Audience) -> bool:
    """Whether everybody who may see what is for the first audience may see what is for the second."""
    return all(may_see(_visitor_of({word}), second) for word in first.words)


def parse_audience(written: object) -> tuple[Audience, str | None]:
    """Read an audience: one word, several with commas, or a list; a tier may be a number.

    What cannot be understood is for staff only, and the second value says what is wrong with it.
    """
    parts = written.split(",") if isinstance(written, str) else written
    if isinstance(parts, int) and not isinstance(parts, bool):
        parts = [parts]
    if not isinstance(parts, list | tuple) or not parts:
        return STAFF_ONLY, f"the audience is empty or no list; {EXPECTED}"
    words = set()
    for part in parts:
        word = _word(part)
        if word is None:
            return STAFF_ONLY, f"{part!r} is no audience; {EXPECTED}"
        words.add(word)
    return Audience(_least(words)), None


def visitor_like(written: str) -> Visitor | None:
    """Read whom somebody wants to look like: `public`, `signed-in`, `staff`, a tier, a segment, a partner.

    Several with commas are one visitor. None for what cannot be understood.
    """
    words = {_word(part) for part in written.split(",")}
    return None if None in words else _visitor_of({word for word in words if word})


def _visitor_of(words: Set[str]) -> Visitor:
    """Return whoever has all of these words of audiences, and no more than they bring along."""
    if _STAFF in words:
        return STAFF
    if words == {_PUBLIC}:
        return NOBODY
    said = dict(word.split(":", 1) for word in words if ":" in word)
    tier = int(said["tier"]) if "tier" in said else None
    partner = said.get("partner", "" if _PARTNERS in words else None)
    return Visitor(Who.CONTACT, tier, said.get("segment"), partner)


def _word(part: object) -> str | None:
    if isinstance(part, bool) or not isinstance(part, str | int):
        return None
    text = folded(str(part))
    if text in {_PUBLIC, _SIGNED_IN, _STAFF, _PARTNERS}:
        return text
    if tier := _TIER.match(text):
        return f"tier:{tier[1]}"
    named = _NAMED.match(text)
    return f"{named[1]}:{named[2]}" if named else None


def _least(words: set[str]) -> frozenset[str]:
    """Leave out the words that another word includes, so that equal audiences have equal keys."""
    for wide in (_PUBLIC, _SIGNED_IN):
        if wide in words:
            return frozenset({wide})
    if _PARTNERS in words:
        words = {word for word in words if not word.startswith("partner:")}
    return frozenset(words - {_STAFF}) or STAFF_ONLY.words


def folded(text: str) -> str:
    """Return the name of a segment or a partner as it is compared."""
    return " ".join(text.casefold().split())
