"""What a mail of a programme may say of the person whom it is for; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.finding import INCLUDES
from kb.programmes.news import TEXT as NEW_ARTICLES

NAMES = ("name", "first_name", "account", "plan", "renewal_on", "csm", "office_hours")
"""Of the contact, beside the variables of site.yaml; `office_hours` says when the next session is."""

NEXT = "next"
"""What to learn or read next. It is looked up as the mail goes out, and there is always something to say."""

TEXTS = ("kit", NEW_ARTICLES, NEXT)
"""Written for the contact alone, and put in as a shared text is: `{{ include: kit }}`."""

QUIET = frozenset({NEW_ARTICLES})
"""Those without which a mail has nothing to say, which is nobody's mistake."""

_WITH_DEFAULT = re.compile(
    r"\{\{\s*(?P<said>(?P<name>[a-z][a-z0-9_-]*)\s*\|\s*(?P<default>[^{}|\s][^{}|\n]*?))\s*\}\}"
)


def with_defaults(variables: Mapping[str, str], *texts: str) -> dict[str, str]:
    """Add what `{{ first_name | there }}` stands for: the variable, else what is behind |."""
    known = dict(variables)
    for text in texts:
        for found in _WITH_DEFAULT.finditer(text):
            if found["name"] in NAMES:
                known[found["said"]] = variables.get(found["name"], found["default"])
    return known


def as_includes(texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts of the contact by the paths under which shared texts are found."""
    return {f"{INCLUDES}/{name}.md": text for name, text in texts.items()}
