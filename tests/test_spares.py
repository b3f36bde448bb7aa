"""A database that is used again is as good as new, and one that is not is not used again."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import OLGA, TODAY, MakeUrl, account, an_import, noon
from tests.spares import Spares, shape_of
from tiering.content import Content
from tiering.usecases.policy import publish_first
from tiering.usecases.record import open_store


@pytest.fixture
def url(make_url: MakeUrl) -> str:
    """A database of which nobody knows yet."""
    return make_url("postgresql")


@pytest.fixture
def own(url: str) -> Spares:
    """None to begin with."""
    return Spares(shape_of(url))


def test_what_a_test_has_written_is_gone_and_numbers_begin_anew(
    url: str, own: Spares, content: Content
) -> None:
    for _ in range(2):
        store = open_store(url, noon)
        publish_first(store, content, OLGA, TODAY)
        with store.begin() as work:
            saw = an_import(work)
            assert saw == 3, "after the upgrade and the policy"
            work.accounts.save([account("A-1", "Acme")], saw)
        store.close()
        own.give_back(url)
        assert own.take() == url
    assert own.take() is None
    store = open_store(url, noon)
    with store.reading() as work:
        assert work.accounts.get("A-1") is None
    store.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE accounts ADD COLUMN colour text",
        "ALTER TABLE accounts ALTER COLUMN name DROP NOT NULL",
        "DROP TABLE deliveries CASCADE",
        "CREATE TABLE extra (id int)",
        "UPDATE alembic_version SET version_num = 'old'",
        "DELETE FROM audit",
        "UPDATE audit SET who = 'somebody'",
    ],
)
def test_what_a_test_has_altered_is_not_used_again(url: str, own: Spares, change: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change)
    own.give_back(url)
    assert own.take() is None


def test_where_somebody_still_is_is_no_place_for_the_next(url: str, own: Spares) -> None:
    with psycopg.connect(url):
        own.give_back(url)
    assert own.take() is None


def test_a_table_that_has_held_much_is_not_used_again(url: str, own: Spares) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE much AS SELECT generate_series(1, 100000)")
    own.give_back(url)
    assert own.take() is None
