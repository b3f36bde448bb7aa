"""The bot's environment: what cannot be used ends the start with one sentence."""

from __future__ import annotations

import pytest

from bot.config import BotSettings, HttpSettings, InstallingSettings, SlackSettings, read_slack_settings
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
OAUTH = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client s3cret",
    "SECRET_KEY": "a secret of the bot, long enough",
}
ALL = (*GOOD, *OAUTH, "SLACK_APP_TOKEN", "KB_API_TOKEN", "CONTENT_DIR", "DATA_DIR")


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


@pytest.fixture
def installable(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A bot that workspaces install, instead of one with a token."""
    environment.delenv("SLACK_BOT_TOKEN")
    for name, value in OAUTH.items():
        environment.setenv(name, value)
    return environment


def test_with_a_token_the_bot_works_in_its_workspace_whatever_the_knowledge_base_signs_in_with(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("SLACK_CLIENT_ID", "1.2")
    assert isinstance(read_slack_settings(), HttpSettings)
    environment.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert type(read_slack_settings()) is SlackSettings


def test_without_a_token_it_works_where_it_is_installed(installable: pytest.MonkeyPatch) -> None:
    settings = read_slack_settings()
    assert isinstance(settings, InstallingSettings)
    assert settings.slack_team_id == {"T024BE7LD", "T0G9QF9C6"}
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    "name", ["SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_TEAM_ID", "SECRET_KEY", "DATABASE_URL"]
)
def test_what_an_installable_bot_lacks_is_named(installable: pytest.MonkeyPatch, name: str) -> None:
    installable.delenv(name)
    with pytest.raises(ConfigError, match=f"^{name} is not set"):
        read_slack_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY cannot be used: it must have at least 16 characters"),
        (
            "SLACK_APP_TOKEN",
            "xapp-1",
            "SLACK_APP_TOKEN cannot be used: it needs SLACK_BOT_TOKEN; "
            "where workspaces install the bot, Slack comes over HTTP",
        ),
    ],
)
def test_what_an_installable_bot_cannot_use_is_a_sentence(
    installable: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    installable.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        read_slack_settings()
    assert str(caught.value) == sentence


def test_without_any_way_into_slack_the_token_is_asked_for(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_BOT_TOKEN")
    with pytest.raises(ConfigError, match=r"^SLACK_BOT_TOKEN is not set"):
        read_slack_settings()
