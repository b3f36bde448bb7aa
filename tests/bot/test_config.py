"""The bot's environment: what cannot be used ends the start with one sentence."""

from __future__ import annotations

import pytest

from bot.config import BotSettings, HttpSettings, SlackSettings
from tiering.config import ConfigError, Settings, load_settings

GOOD = {
    "DATABASE_URL": "sqlite:///x.db",
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s3cret",
    "SLACK_TEAM_ID": "T024BE7LD, T0G9QF9C6",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "KB_URL": "https://help.example.com/",
    "PORT": "3105",
}
ALL = (*GOOD, "SLACK_APP_TOKEN", "KB_API_TOKEN", "CONTENT_DIR", "DATA_DIR")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ALL:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_good_environment_is_read() -> None:
    settings = load_settings(HttpSettings)
    assert settings.slack_team_id == {"T024BE7LD", "T0G9QF9C6"}
    assert settings.slack_api_url == "http://127.0.0.1:9/api"
    assert settings.kb_url == "https://help.example.com"
    assert settings.port == 3105
    assert settings.slack_app_token is None


def test_the_defaults_are_slack_itself_and_a_knowledge_base_beside_the_bot(
    environment: pytest.MonkeyPatch,
) -> None:
    for name in ("SLACK_API_URL", "KB_URL", "PORT", "SLACK_TEAM_ID"):
        environment.delenv(name)
    settings = load_settings(SlackSettings)
    assert settings.slack_api_url == "https://slack.com/api"
    assert (settings.kb_url, settings.port) == ("http://127.0.0.1:8000", 3000)
    assert settings.slack_team_id == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "http"),
        ("KB_URL", "help.example.com"),
        ("KB_URL", "ftp://help.example.com"),
        ("SLACK_API_URL", "slack"),
        ("SLACK_BOT_TOKEN", "secret-thing"),
        ("SLACK_APP_TOKEN", "secret-thing"),
        ("SLACK_TEAM_ID", "acme"),
        ("SLACK_TEAM_ID", "T024BE7LD,"),
        ("DATABASE_URL", "mysql://x"),
    ],
)
def test_a_malformed_value_is_one_sentence_that_names_the_variable_and_tells_no_secret(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(HttpSettings)
    assert str(caught.value).startswith(f"{name} cannot be used: ")
    assert "secret-thing" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (SlackSettings, "DATABASE_URL"),
        (SlackSettings, "SLACK_BOT_TOKEN"),
        (HttpSettings, "SLACK_SIGNING_SECRET"),
        (HttpSettings, "DATABASE_URL"),
    ],
)
def test_what_is_missing_is_named(environment: pytest.MonkeyPatch, kind: type[Settings], name: str) -> None:
    environment.delenv(name)
    with pytest.raises(ConfigError, match=f"^{name} is not set"):
        load_settings(kind)


def test_the_playground_needs_nothing(environment: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        environment.delenv(name)
    assert load_settings(BotSettings).database == "sqlite:///var/longtail.db"


def test_secrets_are_not_printed() -> None:
    assert "s3cret" not in repr(load_settings(HttpSettings))
    assert "xoxb-1" not in repr(load_settings(HttpSettings))
