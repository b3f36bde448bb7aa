"""The environment of the pages, and the sentences for what is wrong in it."""

from __future__ import annotations

import pytest

from kb.config import DeployedSettings, KbSettings
from tiering.config import ConfigError, load_settings

_SECRET = "long enough to be a secret"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "KB_URL", "KB_API_TOKEN", "PROXY_HOPS", "PORT", "CONTENT_DIR", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRET_KEY", _SECRET)


def test_a_secret_is_all_that_is_needed() -> None:
    found = load_settings(KbSettings)
    assert (found.kb_url, found.port, found.proxy_hops) == ("http://127.0.0.1:8000", 8000, 0)
    assert not found.secure


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY cannot be used: it must have at least 16 characters"),
        ("KB_API_TOKEN", "short", "KB_API_TOKEN cannot be used: it must have at least 16 characters"),
        ("KB_URL", "help.example.com", "KB_URL cannot be used: it must be a web address"),
        ("KB_URL", "ftp://help.example.com", "KB_URL cannot be used: it must be a web address"),
        ("KB_URL", "https://example.com/help", "KB_URL cannot be used: it must have no path"),
        ("PROXY_HOPS", "some", "PROXY_HOPS cannot be used: "),
        ("PROXY_HOPS", "-1", "PROXY_HOPS cannot be used: "),
        ("PORT", "99999", "PORT cannot be used: "),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL cannot be used: it must begin with"),
    ],
)
def test_a_malformed_value_ends_the_start_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as error:
        load_settings(KbSettings)
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_a_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    with pytest.raises(ConfigError, match=r"^SECRET_KEY is not set"):
        load_settings(KbSettings)


def test_a_deployment_must_name_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"^DATABASE_URL is not set"):
        load_settings(DeployedSettings)
    monkeypatch.setenv("DATABASE_URL", "postgres://db/longtail")
    assert load_settings(DeployedSettings).database == "postgres://db/longtail"


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_API_TOKEN", "another one that is long enough")
    assert _SECRET not in repr(load_settings(KbSettings))
    assert "another one" not in repr(load_settings(KbSettings))


def test_the_public_address_loses_its_last_slash_and_knows_whether_it_is_safe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KB_URL", "https://help.example.com/")
    found = load_settings(KbSettings)
    assert found.kb_url == "https://help.example.com"
    assert found.secure
