"""Installing: the way from a browser to Slack and back, after which the bot works in one more workspace."""

from __future__ import annotations

import base64
import hashlib
import html
import logging
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.errors import SlackClientError

from bot.installations import STATE_SECONDS, Installations, NotOurs, States
from bot.slack import client as slack_client
from tiering.usecases.record import RecordUnavailable

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

log = structlog.get_logger(__name__)


class Installing(OAuthFlow):
    """Bolt's OAuth flow, with pages of our own and the door shut to every workspace that was not named."""

    def __init__(
        self,
        client: tuple[str, str],
        api_url: str,
        scopes: Sequence[str],
        installations: Installations,
        states: States,
    ) -> None:
        """`client` is the app's id and secret; Slack leads back to the app's first redirect URL."""
        slack = urlsplit(api_url)
        super().__init__(
            client=slack_client(None, api_url),
            logger=logging.getLogger(__name__),
            settings=OAuthSettings(
                client_id=client[0],
                client_secret=client[1],
                scopes=scopes,
                user_scopes=(),
                authorization_url=f"{slack.scheme}://{slack.netloc}/oauth/v2/authorize",
                install_page_rendering_enabled=False,
                callback_options=CallbackOptions(success=_installed, failure=_failed),
                installation_store=installations,
                installation_store_bot_only=True,
                state_store=states,
                state_expiration_seconds=STATE_SECONDS,
            ),
        )

    def serve(self, path: str, request: BoltRequest) -> BoltResponse:
        """Send somebody to Slack, or take them in when they come back from there."""
        try:
            if path == INSTALL_PATH:
                return self.handle_installation(request)
            return self.handle_callback(request)
        except RecordUnavailable as error:
            log.warning("installation failed", because=str(error))
            return _page(HTTPStatus.SERVICE_UNAVAILABLE, "Nothing was installed", str(error))
        except (SlackClientError, OSError) as error:
            log.warning("installation failed", because=type(error).__name__)
            return _page(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Nothing was installed",
                "Slack could not be asked just now. Please try again in a moment.",
            )

    def build_authorize_url(self, state: str, request: BoltRequest) -> str:  # noqa: ARG002 (Bolt would pass on what was asked for)
        """Return where in Slack the installation goes on."""
        return str(self.settings.authorize_url_generator.generate(state))


def _installed(done: SuccessArgs) -> BoltResponse:
    installation, states = done.installation, done.settings.state_utils
    log.info("installed", team=installation.team_id, by=installation.user_id)
    page = _page(
        HTTPStatus.OK,
        f"Longtail is installed in {installation.team_name or installation.team_id}",
        "In Slack, write “help” to Longtail directly; it answers there. This page can be closed.",
        again=False,
    )
    page.headers["set-cookie"] = [states.build_set_cookie_for_deletion()]
    return page


def _failed(failure: FailureArgs) -> BoltResponse:
    said = _FAILURES.get(failure.reason, _UNCONFIRMED)
    if isinstance(failure.error, NotOurs):
        said = _NOT_OURS
    log.warning("installation failed", because=said[1])
    return _page(*said)


_NOT_OURS = (
    HTTPStatus.FORBIDDEN,
    "This workspace may not install Longtail",
    "It is not one of those whose members may ask about customers. Operations names these, one by one, "
    "in SLACK_TEAM_ID; a whole organisation cannot be named.",
)
_UNCONFIRMED = (
    HTTPStatus.BAD_REQUEST,
    "Nothing was installed",
    "Slack did not confirm the installation. Its confirmation is good once, and for ten minutes.",
)
_STALE = (
    HTTPStatus.BAD_REQUEST,
    "This link cannot be used",
    "An installation begins and ends in one browser, within ten minutes, and each link works once.",
)
_FAILURES = {
    "access_denied": (HTTPStatus.OK, "Nothing was installed", "It was cancelled in Slack."),
    "invalid_browser": _STALE,
    "invalid_state": _STALE,
}

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.6 system-ui, sans-serif; margin: 0; color: #1d1c1d; background: #fff; }
main { max-width: 34rem; margin: 0 auto; padding: 18vh 1.5rem 3rem; }
p.name { margin: 0 0 1.5rem; font-weight: 600; color: #3f5f8a; }
h1 { margin: 0 0 .75rem; font-size: 1.75rem; line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
p { margin: 0 0 1.5rem; }
a { display: inline-block; padding: .6rem 1.1rem; border-radius: .5rem; color: #fff; background: #2f5486;
    font-weight: 600; text-decoration: none; }
a:hover { background: #24436d; }
a:focus-visible { outline: 3px solid #7fa6d9; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { color: #e8e8e8; background: #16181c; }
  p.name { color: #9dbbe3; }
  a { color: #10141b; background: #9dbbe3; }
  a:hover { background: #bcd2ef; }
}
"""
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def _page(status: HTTPStatus, title: str, sentence: str, *, again: bool = True) -> BoltResponse:
    """Write a page that says one thing, and where it failed leads to the beginning."""
    link = f'<a href="{INSTALL_PATH}">Begin again</a>' if again else ""
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head>"
        f'<body><main><p class="name">Longtail</p><h1>{html.escape(title)}</h1><p>{html.escape(sentence)}</p>'
        f"{link}</main></body></html>"
    )
    return BoltResponse(status=status, body=body, headers=dict(_HEADERS))
