"""Reads the tier policy and the service catalogue of a content directory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tiering.domain.company import Company
from tiering.domain.contradiction import column_of, columns_of, problems_of
from tiering.domain.policy import Place, Policy, Rules, condition_problems
from tiering.domain.service import Catalogue, Prose, Service
from tiering.files import (
    Document,
    Problem,
    own_or_shipped,
    parse_yaml,
    read_front_matter,
    read_text,
    read_yaml,
    validate,
)

CONTACT = "/contact"
"""The page of the knowledge base to offer where no article answers."""

_SLUG = re.compile(r"^slug:[ \t]*[\"']?([^\"'\s]+)", re.MULTILINE)


@dataclass(frozen=True)
class Content:
    """What a content directory says about tiering; a part that has problems is None or left out."""

    rules: Rules | None
    source: str
    """The text of tiers.yaml."""
    catalogue: Catalogue
    prose: Prose
    company: Company
    problems: tuple[Problem, ...]
    asked: Mapping[str, Problem]
    """For each column of the company's own that is asked for: that no account has it, at the first place."""

    @property
    def time_zone(self) -> ZoneInfo:
        """The company's own, which says what day it is."""
        return self.company.zone

    @property
    def draft(self) -> Policy | None:
        """The policy as it would be published, if nothing is wrong with it."""
        return None if self.rules is None or self.problems else Policy(0, self.rules, self.catalogue)


@dataclass(frozen=True, slots=True)
class Written:
    """A tiers.yaml that stands in no file."""

    name: str
    """What it is called in problems."""
    text: str


def read_content(content_dir: Path, tiers: Path | Written | None = None) -> Content:
    """Read tiers.yaml (or the one given) and services/; what is missing is taken from the shipped."""
    problems: list[Problem] = []
    if not content_dir.is_dir():
        problems.append(Problem(str(content_dir), 1, "there is no such directory"))
    found: list[Problem] = []
    if isinstance(tiers, Written):
        name, source = tiers.name, tiers.text
    else:
        path = tiers or own_or_shipped(content_dir, "tiers.yaml")
        name, (source, found) = str(path), read_text(path)
    rules: Rules | None = None
    if not found:
        document, found = parse_yaml(source, name)
    if not found:
        rules, found = validate(Rules, document)
    problems += found
    asked: dict[str, Problem] = {}
    if rules:
        found = [document.problem(place, text) for place, text in problems_of(rules)]
        problems += found
        for place, column in columns_of(rules):
            asked.setdefault(column, _absent(document, place, column))
    # Services are held against tiers that are sound: a slip of one of those is not told once a service.
    services, definitions = _read_services(content_dir, None if found else rules, problems, asked)
    if rules:
        problems += _preset_problems(rules, document, services)
    catalogue = Catalogue(services=tuple(services))
    company = _company(content_dir, problems)
    return Content(rules, source, catalogue, Prose(catalogue, definitions), company, tuple(problems), asked)


def read_prose(content_dir: Path) -> Prose:
    """Read what the services are called and what is said of them, which needs no policy."""
    services, definitions = _read_services(content_dir, None, [], {})
    return Prose(Catalogue(services=tuple(services)), definitions)


def read_company(content_dir: Path) -> Company:
    """Read what the company says of itself; its zone is UTC where site.yaml names none that exists."""
    return _company(content_dir, [])


def _company(content_dir: Path, problems: list[Problem]) -> Company:
    """Read the keys of site.yaml that tiering needs; the rest is the knowledge base's.

    Only the zone is said to be wrong here; a first value that is none of the events counts as none.
    """
    document, found = read_yaml(own_or_shipped(content_dir, "site.yaml"))
    problems += found
    said = document.data if isinstance(document.data, dict) else {}
    first, events = said.get("first_value"), said.get("events")
    declared = isinstance(first, str) and isinstance(events, dict) and first in events
    return Company(_time_zone(document, said.get("time_zone", "UTC"), problems), first if declared else None)


def _time_zone(document: Document, name: object, problems: list[Problem]) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):  # no such zone, no name of one, a folder of them
        problems.append(
            document.problem(("time_zone",), f"`time_zone` is {name!r}; expected one such as Europe/Paris")
        )
    return ZoneInfo("UTC")


def _read_services(
    content_dir: Path, rules: Rules | None, problems: list[Problem], asked: dict[str, Problem]
) -> tuple[list[Service], dict[str, str]]:
    services: list[Service] = []
    definitions: dict[str, str] = {}
    files: dict[str, str] = {}
    owners: dict[str, str] = {}
    slugs = _slugs(content_dir)
    for path in sorted(own_or_shipped(content_dir, "services").glob("*.md")):
        document, found = read_front_matter(path)
        service = None
        if not found:
            service, found = validate(Service, document)
        problems += found
        if service is None:
            continue
        if service.id in files:
            problems.append(
                document.problem(("id",), f"the id `{service.id}` already stands in {files[service.id]}")
            )
            continue
        files[service.id] = path.name
        problems += _service_problems(service, document, rules)
        problems += _name_problems(service, document, owners)
        for name in service.condition:
            if column := column_of(name):
                asked.setdefault(column, _absent(document, ("condition", name), column))
        instead = tuple(slug if slug in slugs else CONTACT for slug in service.instead)
        services.append(service.model_copy(update={"instead": tuple(dict.fromkeys(instead))}))
        definitions[service.id] = document.body.strip()
    services.sort(key=lambda service: (service.delivery == "automated", service.name.casefold()))
    return services, definitions


def _name_problems(service: Service, document: Document, owners: dict[str, str]) -> Iterator[Problem]:
    """Find the names that would mean two services; `owners` knows whose each name is so far."""
    named: list[tuple[Place, str]] = [(("id",), service.id), (("name",), service.name)]
    named += [(("aliases", number), alias) for number, alias in enumerate(service.aliases)]
    for place, name in named:
        owner = owners.setdefault(name.casefold(), service.id)
        if owner != service.id:
            yield document.problem(place, f"{name!r} already means the service `{owner}`")


def _preset_problems(rules: Rules, document: Document, services: list[Service]) -> Iterator[Problem]:
    presets = sorted({preset for service in services for preset in service.levels})
    if presets and rules.preset not in presets:
        yield document.problem(
            ("preset",),
            f"no service has levels for the preset `{rules.preset}`; expected one of {', '.join(presets)}",
        )


def _service_problems(service: Service, document: Document, rules: Rules | None) -> Iterator[Problem]:
    for preset, levels in service.levels.items():
        for tier, level in levels.items():
            place: Place = ("levels", preset, tier)
            if rules and tier not in rules.tier_by_id:
                yield document.problem(place, f"there is no tier {tier} in the policy")
            if level == "allowance" and service.allowance is None:
                yield document.problem(
                    place, "the level is `allowance`, but `allowance` does not say how many"
                )
            if level == "paid" and service.price is None:
                yield document.problem(place, "the level is `paid`, but `price` does not say for how much")
    if rules:
        for where, text in condition_problems(service.condition, ("condition",), rules.currency):
            yield document.problem(where, text)


def _absent(document: Document, place: Place, column: str) -> Problem:
    text = f"no account has the column `{column}`, and it is not measured; expected one that was imported"
    return document.problem(place, text)


def _slugs(content_dir: Path) -> set[str]:
    """Collect the slugs of articles and courses: their paths, and what their front matter says instead."""
    slugs: set[str] = set()
    for folder in ("articles", "courses"):
        root = content_dir / folder
        for path in root.rglob("*.md"):
            slugs.add(path.relative_to(root).with_suffix("").as_posix())
            slugs.add(path.parent.relative_to(root).as_posix())
            text, problems = read_text(path)
            if not problems and text.startswith("---") and (found := _SLUG.search(text.split("\n---")[0])):
                slugs.add(found[1])
    return slugs
