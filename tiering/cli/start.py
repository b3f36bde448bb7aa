"""Commands for a guided start: whether tiers are needed yet, and a first policy from a few answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import TypeAdapter, ValidationError
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import Desk, desk
from tiering.content import read_content
from tiering.domain.criteria import Text, Word
from tiering.domain.interview import Answers, Hours, StaffedTier, WeeklyHours, tiers_yaml
from tiering.domain.money import Currency
from tiering.domain.service import Catalogue
from tiering.expectation import expected
from tiering.files import Problem, read_yaml, validate
from tiering.terminal import console, end, print_json, print_problems
from tiering.usecases import readiness as usecase
from tiering.usecases.readiness import Readiness

_FILE = click.Path(path_type=Path)

_SUGGESTED = (
    ("Strategic", "Signature", "8"),
    ("Growth", "Plus", "2"),
    ("Core", "Standard", "1"),
    ("Basic", "Start", "0.5"),
)
"""For each tier with a person, the highest first: its name, its public name, CSM hours a month."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def readiness(as_json: bool) -> None:
    """Say whether tiers are needed yet, and whom to start with."""
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
    """Interview you and write a first tiers.yaml.

    Its limits come from your data and from the CSM hours that there are. It never overwrites a file.
    """
    here = desk()
    path = out or here.settings.content_dir / "tiers.yaml"
    if path.exists():
        _fail([Problem(str(path), 1, "the file is there already; name another one with --out")])
    if not path.parent.is_dir():  # better said now than after the interview
        _fail([Problem(str(path), 1, f"the file cannot be written: there is no directory {path.parent}")])
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
    """Ask question by question; ends the command where the answers end before the questions do."""
    try:
        return _asked(_presets(catalogue), _fewest_staffed(catalogue))
    except click.Abort:
        end("\nThe interview was broken off; nothing was written.")


def _asked(presets: Sequence[str], fewest: int) -> Answers:
    staffed = _ask("How many tiers have a person", click.IntRange(fewest, 4), max(2, fewest))
    return Answers(
        name=_ask("What is the policy called", _Fitting(Text), "Tiers by what customers pay"),
        preset=_ask("Your product and stage", click.Choice(presets), presets[-1]),
        metric=_ask("Sort customers by", click.Choice(["arr", "seats"]), "arr"),
        currency=_ask("Which currency are amounts in", _Fitting(Currency), "USD"),
        csms=_ask("How many CSMs are there", click.IntRange(0, 10_000)),
        hours_per_week=_ask("How many hours a week has each for customers", _Fitting(WeeklyHours), "25"),
        staffed=tuple(_staffed(staffed)),
    )


def _staffed(count: int) -> Iterator[StaffedTier]:
    """Ask about each tier with a person; no two have one name, nor has one that of the tier without."""
    names, public = ({Answers.model_fields[one].default} for one in ("digital", "digital_public"))
    for number, (name, public_name, hours) in enumerate(_SUGGESTED[:count], 1):
        yield StaffedTier(
            name=_ask(f"Tier {number}: what do staff call it", _Fitting(Word, names), name),
            public_name=_ask("  What do customers read", _Fitting(Word, public), public_name),
            hours_per_month=_ask("  CSM hours a month for one account", _Fitting(Hours), hours),
        )


def _ask(question: str, kind: click.ParamType[Any], default: object = None) -> Any:
    """Ask until the answer can be used; on stderr, since stdout is for what was written."""
    return click.prompt(question, type=kind, default=default, err=True)


class _Fitting(click.ParamType[Any]):
    """An answer of which `Answers` will say that it fits; of names, each may be given once."""

    name = "answer"

    def __init__(self, kind: Any, taken: set[str] | None = None) -> None:
        self.adapter: TypeAdapter[Any] = TypeAdapter(kind)
        self.taken = taken

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            answer = self.adapter.validate_python(str(value).strip())
        except ValidationError as error:
            detail = error.errors()[0]
            said = detail["msg"].removeprefix("Value error, ")
            known = detail["type"] == "value_error"
            self.fail(said if known else f"{value!r} cannot be used; expected {expected(detail)}", param, ctx)
        if self.taken is not None:
            if answer.casefold() in {one.casefold() for one in self.taken}:
                self.fail(f"another tier is called {answer!r}; expected a name of its own", param, ctx)
            self.taken.add(answer)
        return answer


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
