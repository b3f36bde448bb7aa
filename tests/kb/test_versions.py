"""Each reader is shown each article once, in the best of the languages that they may see."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.versions import Version, is_public, key_of, keys_shown
from kb.visibility import PUBLIC, STAFF_ONLY, Audience, parse_audience

_AUDIENCES = [
    parse_audience(written)[0] for written in ("public", "signed-in", [1, 2], "partner:A. B, C", "staff")
]
_LANGUAGES = ["en", "de", "fr", "pt-BR", "it"]

_works = st.lists(
    st.dictionaries(st.sampled_from(_LANGUAGES), st.sampled_from(_AUDIENCES), min_size=1),
    min_size=1,
    max_size=6,
)


def keys(work: dict[str, Audience]) -> dict[str, str]:
    """Return the key of each version of an article."""
    versions = [Version(language, language, audience) for language, audience in work.items()]
    return {one.language: key_of(one.audience, one.language, versions) for one in versions}


@given(
    works=_works,
    order=st.permutations(_LANGUAGES[:4]),
    seen=st.sets(st.sampled_from(_AUDIENCES)),
)
def test_each_reader_sees_each_article_exactly_once(
    works: list[dict[str, Audience]], order: list[str], seen: set[Audience]
) -> None:
    every = {key for work in works for key in keys(work).values()}
    shown = keys_shown(every, order, lambda audience: audience in seen)
    for work in works:
        may = [language for language in [*order, "it"] if work.get(language) in seen]
        assert [language for language, key in keys(work).items() if key in shown] == may[:1]


def test_an_article_in_one_language_has_the_key_of_its_audience() -> None:
    assert key_of(PUBLIC, "de", ()) == "public"


def test_only_what_everybody_may_see_is_public() -> None:
    closed = keys({"en": PUBLIC, "de": STAFF_ONLY})
    assert closed == {"en": "en|en=public|de=staff", "de": "de|en=public|de=staff"}
    assert [is_public(key) for key in ("public", "staff", closed["en"], closed["de"])] == [
        True,
        False,
        True,
        False,
    ]


def test_where_no_language_is_preferred_the_first_version_is_shown() -> None:
    closed = keys({"de": PUBLIC, "en": PUBLIC, "fr": STAFF_ONLY})
    assert keys_shown(closed.values(), (), PUBLIC.__eq__) == {closed["de"]}
