"""The mails and the news that ship."""

from __future__ import annotations

import re
from datetime import date

from kb.library import read_library
from kb.programmes.news import News
from kb.programmes.reading import read_programmes
from kb.site import read_site
from kb.visibility import Visitor, Who
from tiering.files import SHIPPED_CONTENT

SITE, _ = read_site(SHIPPED_CONTENT)
TODAY = date(2026, 11, 26)


def test_every_mail_begins_its_first_sentence_with_a_capital() -> None:
    programmes, problems = read_programmes(SHIPPED_CONTENT, SITE)
    assert problems == []
    mails = [step for programme in programmes for step in programme.steps]
    assert len(mails) == 21
    assert [step.path for step in mails if re.search(r"^Hello.*,\n\n[a-z]", step.body, re.MULTILINE)] == []


def test_the_digest_has_something_to_tell_whatever_the_plan() -> None:
    news = News.of(read_library(SHIPPED_CONTENT, TODAY, SITE), SITE, TODAY)
    told = news.text(Visitor(Who.CONTACT, tier=3), None, None)
    assert told is not None
    assert told.count("\n") == 3
    assert "- **[Add a depot or a region](/articles/scheduling/run-several-depots)**: " in told
