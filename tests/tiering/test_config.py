"""The environment: what is unset has a default, what is malformed ends the start with one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr

from tiering.config import ConfigError, Settings, load_settings


class Served(Settings):
    """Settings of a program that needs more than the record."""

    secret_key: Annotated[SecretStr, Field(min_length=20)]
    port: Annotated[int, Field(ge=1, le=65535)] = 8000


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "CONTENT_DIR", "DATA_DIR", "SECRET_KEY", "PORT"):
        monkeypatch.delenv(name, raising=False)


def sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, kind: type[Settings] = Settings) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as error:
        load_settings(kind)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
    assert "\n" not in str(error.value)
    return str(error.value)


def test_without_an_environment_everything_has_its_default() -> None:
    settings = load_settings(Settings)
    assert (settings.content_dir, settings.data_dir) == (Path("content"), Path("var"))
    assert (settings.database_url, settings.database) == (None, "sqlite:///var/longtail.db")


def test_the_record_lies_in_the_data_directory_unless_a_url_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATA_DIR", "/srv/longtail")
    assert load_settings(Settings).database == "sqlite:////srv/longtail/longtail.db"
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/longtail")
    assert load_settings(Settings).database == "postgresql://db/longtail"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "CONTENT_DIR", "DATA_DIR"):
        monkeypatch.setenv(name, "")
    assert load_settings(Settings) == Settings()
    assert load_settings(Settings).content_dir == Path("content")


def test_other_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGTAIL_NONSENSE", "1")
    assert load_settings(Settings).data_dir == Path("var")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///longtail.db",
        "sqlite:////srv/longtail.db",
        "postgres://db/longtail",
        "postgresql://user:p%40ss@db.example:5432/longtail",
        "postgresql+psycopg:///longtail?host=/run/postgresql",
    ],
)
def test_urls_of_both_databases_are_accepted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f" {url}\n")
    assert load_settings(Settings).database == url


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u:hunter2@db/x", "must begin with sqlite:/// or postgresql://"),
        ("longtail.db", "must begin with sqlite:/// or postgresql://"),
        ("sqlite:hunter2.db", "must begin with sqlite:/// or postgresql://"),
        ("postgresql://", "must begin with sqlite:/// or postgresql://"),
        ("postgresql://u:hunter2@db:port/x", "must be like postgresql://user:password@host:5432/name"),
        ("postgresql://u:hunter2@db:99999/x", "must be like postgresql://user:password@host:5432/name"),
        ("postgresql://u:hunter2/2@db:5432/x", "within a password are written %40 %3A %2F"),
        ("postgresql://u:hunter2@[::1/x", "must be like postgresql://user:password@host:5432/name"),
    ],
)
def test_a_malformed_url_is_one_sentence_that_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    said = sentence(monkeypatch, "DATABASE_URL", url)
    assert said.startswith("DATABASE_URL cannot be used: it must be")
    assert says in said
    assert "hunter2" not in said


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sentence(monkeypatch, "SECRET_KEY", "", Served) == (
        "SECRET_KEY is not set; see .env.example for what it means"
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("many", "PORT cannot be used: it must be a whole number"),
        ("80.5", "PORT cannot be used: it must be a whole number"),
        ("0", "PORT cannot be used: it must be a number of at least 1"),
        ("99999", "PORT cannot be used: it must be a number of at most 65535"),
    ],
)
def test_a_malformed_number_says_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, value: str, says: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", "s" * 20)
    assert sentence(monkeypatch, "PORT", value, Served) == says


def test_a_secret_that_is_refused_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = sentence(monkeypatch, "SECRET_KEY", "hunter2", Served)
    assert said.startswith("SECRET_KEY cannot be used: it")
    assert "hunter2" not in said
