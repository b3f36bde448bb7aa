"""Commands for a guided start: whether tiers are needed yet, and a first policy from a few answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import click
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import Desk, console, desk, print_json, print_problems
from tiering.content import read_content
from tiering.domain.interview import Answers, StaffedTier, tiers_yaml
from tiering.domain.service import Catalogue
from tiering.files import Problem, read_yaml, validate
from tiering.usecases import readiness as usecase
from tiering.usecases.readiness import Readiness

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def readiness(as_json: bool) -> None:
    """Say whether tiers are needed yet, and with which customers to start small."""
    here = desk()
    found = usecase.readiness(here.store, here.who)
    if as_json:
        print_json(asdict(found))
    else:
        _print(found)


@click.command()
@click.option("--out", type=_FILE, help="Where to write; by default tiers.yaml in the content directory.")
@click.option("--answers", "answers_file", type=_FILE, help="A YAML file with the answers: nobody is asked.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written for programs.")
def init(out: Path | None, answers_file: Path | None, as_json: bool) -> None:
    """Interview you and write a first tiers.yaml with limits from your data; it never overwrites one."""
    here = desk()
    path = out or here.settings.content_dir / "tiers.yaml"
    if path.exists():
        _fail([Problem(str(path), 1, "the file is there already; name another one with --out")])
    catalogue = here.content.catalogue
    answers = _read(answers_file, catalogue) if answers_file else _interview(catalogue)
    rates = _rates(here, answers.currency)
    text = tiers_yaml(answers, usecase.figures(here.store, answers, rates, here.who), rates)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        _fail([Problem(str(path), 1, f"the file cannot be written: {error.strerror or error}")])
    problems = read_content(here.settings.content_dir, path).problems
    if as_json:
        print_json({"path": str(path), "problems": [str(problem) for problem in problems]})
    else:
        click.echo(f"Wrote {path}. Read it, then rehearse it with `tiering simulate {path}`.")
    sys.exit(1 if print_problems(problems) else 0)


def _rates(here: Desk, currency: str) -> dict[str, Decimal]:
    """Return the rates of the present draft, where it is in the same currency."""
    rules = here.content.rules
    return dict(rules.rates) if rules and rules.currency == currency else {}


def _presets(catalogue: Catalogue) -> list[str]:
    return sorted({preset for service in catalogue.services for preset in service.levels})


def _fewest_staffed(catalogue: Catalogue) -> int:
    """Return how many tiers with a person there must be for every tier that a service names to exist."""
    named = {tier for service in catalogue.services for levels in service.levels.values() for tier in levels}
    return max(max(named, default=2) - 1, 1)


def _read(path: Path, catalogue: Catalogue) -> Answers:
    """Read the answers of a file, and see that they fit the services."""
    document, problems = read_yaml(path)
    if problems:
        _fail(problems)
    answers, problems = validate(Answers, document)
    if answers is None:
        _fail(problems)
    presets, fewest = _presets(catalogue), _fewest_staffed(catalogue)
    if answers.preset not in presets:
        text = f"no service has levels for `{answers.preset}`; expected one of {', '.join(presets)}"
        _fail([document.problem(("preset",), text)])
    if len(answers.staffed) < fewest:
        text = f"the services name tier {fewest + 1}; expected at least {fewest} tiers with a person"
        _fail([document.problem(("staffed",), text)])
    return answers


def _interview(catalogue: Catalogue) -> Answers:
    """Ask until the answers fit together."""
    while True:
        try:
            return _asked(_presets(catalogue), _fewest_staffed(catalogue))
        except ValidationError as error:
            for one in error.errors():
                click.echo(f"{'.'.join(map(str, one['loc'])) or 'answers'}: {one['msg']}", err=True)


def _asked(presets: Sequence[str], fewest: int) -> Answers:
    staffed = click.prompt(
        "How many tiers have a person", type=click.IntRange(fewest, 4), default=max(2, fewest)
    )
    names = ("Strategic", "Growth", "Core", "Basic")
    public = ("Signature", "Plus", "Standard", "Start")
    return Answers(
        name=click.prompt("What is the policy called", default="Tiers by what customers pay"),
        preset=click.prompt("Your product and stage", type=click.Choice(presets), default=presets[-1]),
        metric=click.prompt("Sort customers by", type=click.Choice(["arr", "seats"]), default="arr"),
        currency=click.prompt("Which currency are amounts in", default="USD"),
        csms=click.prompt("How many CSMs are there", type=click.IntRange(0, 10_000)),
        hours_per_week=click.prompt(
            "How many hours a week has each for customers", type=click.FLOAT, default=25
        ),
        staffed=tuple(
            StaffedTier(
                name=click.prompt(f"Tier {number + 1}: what do staff call it", default=names[number]),
                public_name=click.prompt("  What do customers read", default=public[number]),
                hours_per_month=click.prompt(
                    "  CSM hours a month for one account", type=click.FLOAT, default=(8, 2, 1, 0.5)[number]
                ),
            )
            for number in range(staffed)
        ),
    )


def _fail(problems: Sequence[Problem]) -> NoReturn:
    print_problems(problems)
    sys.exit(1)


def _print(found: Readiness) -> None:
    out = console()
    out.print(escape(found.verdict))
    for finding in found.findings:
        speaks = "for tiers" if finding.speaks_for else "against"
        out.print(escape(f"  {finding.sentence} ({speaks}: {finding.threshold} speaks for them)"))
    if found.vips:
        out.print("Start small with these customers:")
        table = Table("Account", "Id", "ARR", "Why")
        for vip in found.vips:
            table.add_row(escape(vip.name), escape(vip.id), vip.arr, vip.because)
        out.print(table)
