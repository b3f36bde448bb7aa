"""What site.yaml says: who the company is, how its pages look and which shelves they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from kb.article import Category
from kb.colour import DARK, FAR, LIGHT, Tones, tones
from kb.front_matter import words
from kb.languages import is_known, preference
from kb.paths import Aim
from kb.variables import read_variables
from kb.visibility import PUBLIC, STAFF_ONLY, Audience, parse_audience
from tiering.domain.event import EXPECTED_NAME, NPS_ANSWERED, SIGNED_UP, is_event_name
from tiering.files import SHIPPED_CONTENT, Document, Problem, read_text, read_yaml, validate
from tiering.retention import Retention

FILE = "site.yaml"

LOGO_KINDS: Mapping[str, str] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}

Icon = Literal[
    "start", "calendar", "people", "billing", "chart", "plug",
    "shield", "phone", "bell", "book", "gear", "message",
]  # fmt: skip

PATH = "{path}"
"""In `edit_url`, where the path of the file below the content directory belongs."""

_ACCENT = "#1f6f5c"
_UTC = ZoneInfo("UTC")
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
_ADDRESS = r"^[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _CategoryEntry(_Part):
    slug: str = Field(pattern=_SLUG, max_length=80)
    title: str = Field(min_length=1, max_length=80)
    summary: str = Field(default="", max_length=300)
    icon: Icon = "book"


class _PathEntry(_Part):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, coerce_numbers_to_str=True)

    goal: str = Field(min_length=1, max_length=300)
    summary: str = Field(default="", max_length=300)
    wanted_by: Annotated[tuple[str, ...], BeforeValidator(words)] = Field(default=(), alias="for")


def _event_name(name: str) -> str:
    if name in {SIGNED_UP, NPS_ANSWERED}:
        raise ValueError(f"`{name}` is known without being declared")
    if not is_event_name(name):
        raise ValueError(f"{name!r} is no event; expected {EXPECTED_NAME}")
    return name


_EventName = Annotated[str, AfterValidator(_event_name)]


class _SiteFile(_Part):
    name: str = Field(default="Help centre", min_length=1, max_length=60)
    tagline: str = Field(default="", max_length=160)
    product: str | None = Field(default=None, min_length=1, max_length=60)
    accent: str = _ACCENT
    logo: str | None = None
    time_zone: ZoneInfo = _UTC
    language: _Language = "en"
    languages: tuple[_Language, ...] = ()
    contact_email: str | None = Field(default=None, pattern=_ADDRESS)
    audience: object = None
    """Anything, since an audience that is wrong must close the articles and not open them."""
    edit_url: str | None = Field(default=None, max_length=500)
    popular: tuple[str, ...] = ()
    variables: object = None
    """Anything, since one that is wrong must not take the others along."""
    events: dict[_EventName, Annotated[str, Field(min_length=1, max_length=120)]] = {}
    first_value: str | None = None
    categories: tuple[_CategoryEntry, ...] = ()
    paths: tuple[_PathEntry, ...] = ()
    retention: Retention = Retention()
    """Only checked here: the clock and `tiering contact` read it."""

    @field_validator("accent")
    @classmethod
    def _six_digits(cls, value: str) -> str:
        digits = value.removeprefix("#").lower()
        if value[:1] != "#" or len(digits) != 6 or not set(digits) <= set("0123456789abcdef"):
            raise ValueError(f"{value!r} is not # and six hex digits in quotes, such as '#1f6f5c'")
        return "#" + digits

    @field_validator("edit_url")
    @classmethod
    def _names_the_path(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        behind_host = parts.path + parts.query + parts.fragment
        braces = value.count("{"), value.count("}"), behind_host.count(PATH)
        plain = value.isascii() and value.isprintable() and not set(value) & set(" \"'<>\\")
        if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or braces != (1, 1, 1):
            raise ValueError(
                f"{value!r} is no address with {PATH} once in it, "
                f"such as https://github.com/acme/help/edit/main/content/{PATH}"
            )
        return value

    @field_validator("categories")
    @classmethod
    def _each_slug_once(cls, value: tuple[_CategoryEntry, ...]) -> tuple[_CategoryEntry, ...]:
        slugs = [entry.slug for entry in value]
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if twice:
            raise ValueError(f"the slug `{twice[0]}` stands there twice")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The company as its customers see it."""

    name: str = "Help centre"
    tagline: str = ""
    product: str = "Help centre"
    accent: str = _ACCENT
    light: Tones = field(default_factory=lambda: tones(_ACCENT, LIGHT))
    dark: Tones = field(default_factory=lambda: tones(_ACCENT, DARK))
    logo: Path | None = None
    """A picture that exists inside the content directory."""
    time_zone: ZoneInfo = _UTC
    languages: tuple[str, ...] = ("en",)
    """The languages of the articles, the house's own first."""
    contact_email: str | None = None
    audience: Audience = PUBLIC
    """Who may see an article that does not say it."""
    edit_url: str | None = None
    """Where colleagues edit a file, with `{path}` for the path of the file."""
    popular: tuple[str, ...] = ()
    """Slugs of articles, best first; one that does not exist is not shown."""
    variables: Mapping[str, str] = field(
        default_factory=lambda: {"company": "Help centre", "product": "Help centre"}
    )
    """What articles may put into their text, by name."""
    events: Mapping[str, str] = field(default_factory=dict)
    """What customers do in the product that programmes may depend on: what each does, by its name."""
    first_value: str | None = None
    """The event with which a customer has what they came for."""
    categories: tuple[Category, ...] = ()
    aims: tuple[Aim, ...] = ()
    """What the courses lead to, in the order in which that is offered, and who wants it."""

    @property
    def language(self) -> str:
        """The language of the house."""
        return self.languages[0]

    def preferred(self, language: str) -> tuple[str, ...]:
        """Return the languages in which somebody who reads this one is shown articles, best first."""
        return preference(language, self.languages)


def read_site(content_dir: Path, previous: Site | None = None) -> tuple[Site, list[Problem]]:
    """Read site.yaml of the content directory, or the shipped one where there is none.

    A key that is wrong is reported and gets its default. Of a file that is no YAML at all nothing is left,
    so `previous`, the last good one, stays; without one the articles are closed if it speaks of an audience.
    """
    folder = content_dir if (content_dir / FILE).exists() else SHIPPED_CONTENT
    document, problems = read_yaml(folder / FILE, FILE)
    if problems:
        closed = "audience" in read_text(folder / FILE)[0]
        return previous or Site(audience=STAFF_ONLY if closed else PUBLIC), problems
    if not isinstance(document.data, dict):
        return previous or Site(), [Problem(FILE, 1, "the file must be a list of `key: value` lines")]
    said, problems = _whatever_is_good(document)
    site, more = _site(said, folder, document)
    return site, problems + more


def _whatever_is_good(document: Document) -> tuple[_SiteFile, list[Problem]]:
    said, problems = validate(_SiteFile, document)
    if said:
        return said, []
    assert isinstance(document.data, dict)  # noqa: S101 (read_site has seen to it; this tells mypy)
    kept = {
        key: value
        for key, value in document.data.items()
        if key in _SiteFile.model_fields and validate(_SiteFile, replace(document, data={key: value}))[0]
    }
    return _SiteFile.model_validate(kept), problems


def _site(said: _SiteFile, folder: Path, document: Document) -> tuple[Site, list[Problem]]:
    logo, problems = _logo(said, folder, document)
    audience = PUBLIC
    if isinstance(document.data, dict) and "audience" in document.data:
        audience, wrong = parse_audience(document.data["audience"])
        if wrong:
            problems.append(document.problem(["audience"], f"`audience`: {wrong}"))
    variables, more = read_variables(document)
    problems += more
    for number, code in enumerate(said.languages):
        if not is_known(code):
            text = f"`{code}` is no language that we know; expected a code such as de, fr or pt-BR"
            problems.append(document.problem(["languages", number], text))
    if said.first_value is not None and said.first_value not in said.events:
        text = (
            f"`first_value` is {said.first_value!r}; expected one of the `events` of this file "
            f"({', '.join(said.events) or 'there are none'})"
        )
        problems.append(document.problem(["first_value"], text))
    light, dark = tones(said.accent, LIGHT), tones(said.accent, DARK)
    for tone, ground in ((light, "white"), (dark, "the dark background")):
        if tone.moved > FAR:
            text = f"`accent` {said.accent} cannot be read on {ground}: {tone.text} stands in for it there"
            problems.append(document.problem(["accent"], text))
    site = Site(
        name=said.name,
        tagline=said.tagline,
        product=said.product or said.name,
        accent=said.accent,
        light=light,
        dark=dark,
        logo=logo,
        time_zone=said.time_zone,
        languages=tuple(dict.fromkeys([said.language, *said.languages])),
        contact_email=said.contact_email,
        audience=audience,
        edit_url=said.edit_url,
        popular=said.popular,
        variables={"company": said.name, "product": said.product or said.name, **variables},
        events=said.events,
        first_value=said.first_value if said.first_value in said.events else None,
        categories=tuple(Category(c.slug, c.title, c.summary, c.icon) for c in said.categories),
        aims=tuple(Aim(path.goal, path.summary, path.wanted_by) for path in said.paths),
    )
    return site, problems


def _logo(said: _SiteFile, folder: Path, document: Document) -> tuple[Path | None, list[Problem]]:
    if said.logo is None:
        return None, []
    root = folder.resolve()
    path = (root / said.logo).resolve() if "\0" not in said.logo else root
    if path.suffix.lower() not in LOGO_KINDS:
        kinds = ", ".join(kind.removeprefix(".") for kind in LOGO_KINDS)
        return None, [document.problem(["logo"], f"`logo` must be a picture of one of these kinds: {kinds}")]
    if not path.is_relative_to(root) or not path.is_file():
        return None, [document.problem(["logo"], f"`logo`: the content directory holds no file {said.logo}")]
    return path, []
