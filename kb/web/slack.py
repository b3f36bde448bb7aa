"""Sign in with Slack, for colleagues: OpenID Connect through Authlib, then the rule that the bot goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import requests
import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from joserfc.errors import JoseError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.config import KbSettings
from kb.web.desk import desk, public_url, whole_edition
from kb.web.paths import local_path
from kb.web.sessions import Person, let_in
from tiering.people import Home, Refused, Role, Roles, admit

blueprint = Blueprint("slack", __name__)

log = structlog.get_logger(__name__)

_TIMEOUT = 5
_NEXT = "slack_next"
_USER, _TEAM = "https://slack.com/user_id", "https://slack.com/team_id"


def prepare(app: Flask, settings: KbSettings) -> None:
    """Make Slack known to Authlib, where Longtail is known to Slack; it is asked for its keys when needed."""
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        return
    parts = urlsplit(settings.slack_api_url)
    OAuth(app).register(
        "slack",
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        server_metadata_url=f"{parts.scheme}://{parts.netloc}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": _TIMEOUT,
        },
    )


@blueprint.get("/sign-in/slack")
def go() -> AnyResponse | tuple[str, int]:
    """Send a colleague to Slack."""
    session[_NEXT] = local_path(request.args.get("next"))
    try:
        found = _client().authorize_redirect(public_url(url_for("slack.come_back")))
    except (OAuthError, requests.RequestException) as error:
        return _not_now(error)
    return cast(AnyResponse, found)


@blueprint.get("/sign-in/slack/callback")
def come_back() -> AnyResponse | tuple[str, int]:
    """Let in a full member of our workspace who comes back from Slack."""
    client, going = _client(), local_path(session.get(_NEXT))
    try:
        claims = client.authorize_access_token()["userinfo"]
        refusal = _refusal(claims)
    except (OAuthError, JoseError, KeyError, ValueError) as error:
        log.warning("Slack's answer refused", reason=type(error).__name__)
        return render_template("sign_in/refused.html"), 403
    except requests.RequestException as error:
        return _not_now(error)
    if refusal:
        log.warning("colleague refused", because=refusal)
        return render_template("sign_in/refused.html"), 403
    answer = redirect(going, code=303)
    name = str(claims.get("name") or claims.get("email") or claims[_USER])
    let_in(Person("staff", f"slack:{claims[_TEAM]}/{claims[_USER]}", name), "slack", answer)
    return answer


def _refusal(claims: Mapping[str, Any]) -> str:
    """Say what keeps somebody from being a colleague, or nothing."""
    settings, roles = desk().settings, whole_edition().roles
    user, team = claims.get(_USER), claims.get(_TEAM)
    if not isinstance(user, str) or not isinstance(team, str):
        return "unknown"
    if settings.slack_bot_token is None:
        # Without asking Slack nobody knows who is a guest, so only those who are listed may come.
        listed = team in settings.slack_team_id and user in roles.approvers
        return "" if listed else "unlisted"
    return _refusal_by_slack(user, team, roles)


def _refusal_by_slack(user: str, team: str, roles: Roles) -> str:
    settings = desk().settings
    teams = settings.slack_team_id or frozenset({str(_asked("auth.test").get("team_id"))})
    answer = _asked("users.info", user=user)
    found = answer.get("user") if answer.get("ok") else None
    admitted = admit(found if isinstance(found, dict) else None, Home(teams), roles)
    if isinstance(admitted, Refused):
        return admitted.because
    same = (admitted.id, admitted.team) == (user, team) and admitted.role is not Role.NOBODY
    return "" if same else "stranger"


def _asked(method: str, **what: str) -> dict[str, Any]:
    settings = desk().settings
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    answer = requests.post(
        f"{settings.slack_api_url}/{method}",
        data=what,
        headers={"Authorization": f"Bearer {token}"},
        timeout=_TIMEOUT,
    )
    answer.raise_for_status()
    found = answer.json()
    return found if isinstance(found, dict) else {}


def _not_now(error: Exception) -> tuple[str, int]:
    log.warning("Slack could not be asked", reason=type(error).__name__)
    return render_template("sign_in/refused.html", later=True), 503


def _client() -> Any:
    """Return Slack as Authlib knows it, which has no types; a page that does not exist without it."""
    oauth = current_app.extensions.get("authlib.integrations.flask_client")
    if oauth is None:
        raise NotFound
    return oauth.slack
