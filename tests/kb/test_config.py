"""The environment of the pages, and the sentences for what is wrong in it."""

from __future__ import annotations

import pytest

from kb.config import DeployedSettings, KbSettings
from tiering.config import ConfigError, load_settings

_SECRET = "long enough to be a secret"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DeployedSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
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


_RSA = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4f5wg5l2hKsTeNem/V41
fGnJm6gOdrj8ym3rFkEU/wT8RDtnSgFEZOQpHEgQ7JL38xUfU0Y3g6aYw9QT0hJ7
mCpz9Er5qLaMXJwZxzHzAahlfA0icqabvJOMvQtzD6uQv6wPEyZtDTWiQi9AXwBp
HssPnpYGIn20ZZuNlX2BrClciHhCPUIIZOQn/MmqTD31jSyjoQoV7MhhMTATKJx2
XrHhR+1DcKJzQBSTAGnpYVaqpsARap+nwRipr3nUTuxyGohBTSmjJ2usSeQXHI3b
ODIRe1AuTyHceAbewn8b462yEWKARdpd9AjQW5SIVPfdsz5B6GlYQ5LdYKtznTuy
7wIDAQAB
-----END PUBLIC KEY-----"""
_SSO = {"SSO_JWT_KEY": "k" * 32, "SSO_JWT_ISSUER": "app", "SSO_JWT_AUDIENCE": "help"}
_SLACK = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_TEAM_ID": "T1,T2"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SMTP_URL": "mail.example.com"}, "SMTP_URL cannot be used: it must be like smtp://"),
        ({"SMTP_URL": "http://mail.example.com"}, "SMTP_URL cannot be used: it must be like smtp://"),
        ({"SMTP_URL": "smtp://a:s3cret@mail:port"}, "SMTP_URL cannot be used: it must be like smtp://"),
        ({"SMTP_URL": "smtp://mail"}, "MAIL_FROM cannot be used: it must be set where SMTP_URL is"),
        ({"MAIL_FROM": "help"}, "MAIL_FROM cannot be used: it must be an address"),
        ({"SSO_JWT_KEY": "short"}, "SSO_JWT_KEY cannot be used: it must have at least 32 characters"),
        ({"SSO_JWT_KEY": "-----BEGIN PUBLIC KEY-----\nx"}, "SSO_JWT_KEY cannot be used: it must be a public"),
        (_SSO | {"SSO_JWT_ISSUER": ""}, "SSO_JWT_ISSUER cannot be used: it must be set where SSO_JWT_KEY is"),
        (_SSO | {"SSO_JWT_AUDIENCE": ""}, "SSO_JWT_AUDIENCE cannot be used: it must be set where"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET cannot be used: it must be set where"),
        (_SLACK | {"SLACK_TEAM_ID": ""}, "SLACK_CLIENT_SECRET cannot be used: it needs SLACK_TEAM_ID or"),
        (_SLACK | {"SLACK_TEAM_ID": "wrenfield"}, "SLACK_TEAM_ID cannot be used: it must hold ids"),
        ({"SLACK_BOT_TOKEN": "secret"}, "SLACK_BOT_TOKEN cannot be used: it must be a token"),
        ({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL cannot be used: it must be a web address"),
    ],
    ids=str,
)
def test_what_belongs_together_for_signing_in_is_asked_for_together(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as error:
        load_settings(KbSettings)
    assert str(error.value).startswith(says)
    assert "s3cret" not in str(error.value)


def test_everything_for_signing_in_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = {"SMTP_URL": "smtps://a:b%40c@mail.example.com", "MAIL_FROM": "Help <help@example.com>"}
    for name, value in (mail | _SLACK | _SSO | {"SSO_JWT_KEY": _RSA.replace("\n", "\\n")}).items():
        monkeypatch.setenv(name, value)
    found = load_settings(KbSettings)
    assert found.slack_team_id == {"T1", "T2"}
    assert found.sso_jwt_key is not None
    assert found.sso_jwt_key.get_secret_value() == _RSA


def test_only_a_laptop_keeps_mails_in_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db/longtail")
    assert load_settings(KbSettings).keeps_mails
    assert not load_settings(DeployedSettings).keeps_mails
