"""What the mails of programmes recommend, as they go out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from kb.advising import Advised, Adviser
from kb.cli.desk import read
from kb.config import SendSettings
from kb.languages import spoken
from kb.programmes.person import Person
from kb.recommending import as_markdown
from kb.search.index import open_index
from kb.synonyms import read_synonyms
from kb.web.live import Edition
from tiering.domain.account import MANAGER
from tiering.usecases.record import Store


def next_for(settings: SendSettings, store: Store) -> Callable[[Person], str]:
    """Return what says as Markdown what a contact may learn or read next.

    Articles and index are read when it is asked for the first time, which takes a while. Where this machine
    has no index, nothing is said of searches.
    """

    @cache
    def opened() -> tuple[Edition, Adviser]:
        site, library, _ = read(settings.content_dir)
        synonyms, _ = read_synonyms(settings.content_dir)
        index = open_index(settings.data_dir)
        index.use(synonyms)
        whole = Edition(site, library, settings.content_dir, (), synonyms)
        return whole, Adviser(store, settings.secret_key, index)

    def text(person: Person) -> str:
        whole, adviser = opened()
        language = spoken(person.language, whole.site.languages)
        seen = whole.seen_by(person.visitor, language).library
        who = Advised(
            contact=person.id,
            visitor=person.visitor,
            goal=person.goal,
            manages=person.role == MANAGER,
        )
        return as_markdown(adviser.advise(who, seen, whole.site), seen.courses)

    return text
