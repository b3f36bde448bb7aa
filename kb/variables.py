"""The words that articles may put into their text, as site.yaml names them; pure."""

from __future__ import annotations

from kb.expansion import NAME
from tiering.files import Document, Problem

LONGEST = 300
"""Characters; what is longer is a text to be included."""

_TAKEN = {"company": "name", "product": "product"}
"""Variables that stand in site.yaml anyway, and under which key."""


def read_variables(document: Document) -> tuple[dict[str, str], list[Problem]]:
    """Return the variables of site.yaml that are sound, and what is wrong with the others."""
    said = document.data.get("variables") if isinstance(document.data, dict) else None
    if said is None:
        return {}, []
    if not isinstance(said, dict):
        return {}, [document.problem(["variables"], "`variables` expects lines of `name: text`")]
    variables: dict[str, str] = {}
    problems = []
    for name, value in said.items():
        wrong = _wrong_with(str(name), value)
        if wrong:
            problems.append(document.problem(["variables", name], f"`variables.{name}` {wrong}"))
        else:
            variables[name] = " ".join(value.split())
    return variables, problems


def _wrong_with(name: str, value: object) -> str | None:
    if name in _TAKEN:
        return f"is what the key `{_TAKEN[name]}` of this file says; set it there"
    if not NAME.match(name):
        return "is no name; use small letters, digits and hyphens, beginning with a letter"
    if not isinstance(value, str):
        return "is no text; put it in quotes, so that it stays exactly as it is written"
    text = " ".join(value.split())
    if not text:
        return "is empty; expected a text"
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters; make it a file in includes/"
    return None if text.isprintable() else "holds unprintable characters"
