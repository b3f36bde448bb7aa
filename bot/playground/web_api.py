"""Slack's Web API and response urls on loopback, answering as the real ones do."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from bot.playground import rules
from bot.playground.grants import ResponseUrl, SlackRefusal
from bot.playground.methods import METHODS, Answer, refuse_problems, refuse_unscoped
from bot.playground.people import BOT_USER_ID, OLIVIA
from bot.playground.workspace import Call, Credentials, Disturbance, Message, Workspace

RESPONSE_URL = "response_url"
"""What an answer to a response url is called among the calls, and where it is to be disturbed."""
OAUTH_ACCESS = "oauth.v2.access"
_SENT_AS_JSON = ("blocks", "view", "attachments", "unfurls", "metadata")


def web_api(workspace: Workspace, socket_url: Callable[[], str]) -> Blueprint:
    """Make the blueprint; `socket_url` gives a fresh address for a Socket Mode connection."""
    blueprint = Blueprint("web_api", __name__)

    @blueprint.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        disturbance = _disturbance(workspace, method)
        if disturbance.retry_after is not None:
            return _rate_limited(disturbance.retry_after)
        arguments = _arguments()
        try:
            answer = {"ok": True} | _answer(workspace, method, arguments, disturbance, socket_url)
        except SlackRefusal as refusal:
            answer = _refused(refusal)
        workspace.record(Call(method, arguments, answer))
        return jsonify(answer)

    @blueprint.get("/oauth/v2/authorize")
    def authorize() -> tuple[str, int]:
        """Ask whether the app may be installed, as Slack does; operations is asked."""
        bot = workspace.bot
        if request.args.get("client_id") != bot.credentials.client_id or not bot.redirect_url:
            return "Slack knows no such app, or the app has no redirect URL.", 400
        wanted = (request.args.get("scope") or "").split(",")
        if bot.scopes is not None and not set(wanted) <= bot.scopes:
            return "The app asks for more than its manifest declares.", 400
        state = request.args.get("state") or ""
        answers = {
            "allow": {"code": workspace.grants.code(OLIVIA.id), "state": state},
            "cancel": {"error": "access_denied", "state": state},
        }
        ways = {name: f"{bot.redirect_url}?{urlencode(answer)}" for name, answer in answers.items()}
        return render_template("authorize.html", name=bot.name, scopes=wanted, ways=ways), 200

    @blueprint.post("/response/<token>")
    def respond(token: str) -> Response | tuple[Response, int]:
        disturbance = _disturbance(workspace, RESPONSE_URL)
        if disturbance.retry_after is not None:
            return _rate_limited(disturbance.retry_after)
        said = request.get_json(silent=True)
        try:
            _fail_as_ordered(disturbance)
            _respond(workspace, workspace.grants.use_response(token), said if isinstance(said, dict) else {})
        except SlackRefusal as refusal:
            workspace.record(Call(RESPONSE_URL, said or {}, _refused(refusal)))
            return jsonify(_refused(refusal)), 404 if refusal.error.endswith("_url") else 400
        workspace.record(Call(RESPONSE_URL, said or {}, {"ok": True}))
        return jsonify(ok=True), 200

    return blueprint


def _disturbance(workspace: Workspace, method: str) -> Disturbance:
    """Take what was ordered to go wrong with this call, and be as late as it says."""
    disturbance = workspace.next_disturbance(method) or Disturbance()
    time.sleep(disturbance.delay)
    return disturbance


def _fail_as_ordered(disturbance: Disturbance) -> None:
    if disturbance.error is not None:
        raise SlackRefusal(disturbance.error)


def _answer(
    workspace: Workspace,
    method: str,
    arguments: Mapping[str, Any],
    disturbance: Disturbance,
    socket_url: Callable[[], str],
) -> Answer:
    if method not in METHODS and method != "apps.connections.open":
        raise SlackRefusal("unknown_method")
    secrets = workspace.bot.credentials
    if method == OAUTH_ACCESS:
        _check_client(secrets)
    else:
        _check_token(secrets.app_token if method == "apps.connections.open" else secrets.bot_token)
    _fail_as_ordered(disturbance)
    if method == "apps.connections.open":
        return {"url": socket_url()}
    refuse_unscoped(workspace, method, arguments)
    return METHODS[method](workspace, arguments)


def _check_token(expected: str) -> None:
    header = request.headers.get("Authorization", "")
    given = header.removeprefix("Bearer ") or request.values.get("token", "")
    if not given:
        raise SlackRefusal("not_authed")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise SlackRefusal("invalid_auth")


def _check_client(expected: Credentials) -> None:
    """Check the app's own id and secret, with which it exchanges a code for a token."""
    given = request.authorization
    if given is None or given.username is None or given.password is None or not expected.client_id:
        raise SlackRefusal("invalid_client_id")
    if not hmac.compare_digest(given.username.encode(), expected.client_id.encode()):
        raise SlackRefusal("invalid_client_id")
    if not hmac.compare_digest(given.password.encode(), expected.client_secret.encode()):
        raise SlackRefusal("bad_client_secret")


def _arguments() -> dict[str, Any]:
    """Read a call's arguments, from a form, the query or a JSON body, without the token."""
    body = request.get_json(silent=True) if request.is_json else None
    given: dict[str, Any] = request.values.to_dict() | (body if isinstance(body, dict) else {})
    given.pop("token", None)
    for name in _SENT_AS_JSON:
        if isinstance(given.get(name), str):
            try:
                given[name] = json.loads(given[name])
            except ValueError:
                given[name] = [{"type": "not JSON"}]
    return given


def _refused(refusal: SlackRefusal) -> Answer:
    answer: Answer = {"ok": False, "error": refusal.error}
    if refusal.messages:
        answer |= {"errors": refusal.messages, "response_metadata": {"messages": refusal.messages}}
    return answer


def _rate_limited(seconds: int) -> Response:
    response = jsonify(ok=False, error="ratelimited")
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def _respond(workspace: Workspace, response: ResponseUrl, said: Mapping[str, Any]) -> None:
    """Carry out an answer to a response_url.

    An answer to an action replaces the message it came from, unless it says `replace_original: false` or
    names a `response_type`; an answer to a command is a new message, which only the person sees unless it is
    `in_channel`.
    """
    original = _original(workspace, response)
    if said.get("delete_original") is True:
        if original is None:
            raise SlackRefusal("message_not_found")
        workspace.delete(original)
        return
    refuse_problems(rules.check_message(said))
    text, blocks = said["text"], tuple(said.get("blocks", ()))
    replace = said.get("replace_original", response.replaces and "response_type" not in said)
    if replace and original is not None:
        workspace.change(original, text=text, blocks=blocks, edited=True)
        return
    alone = None if said.get("response_type") == "in_channel" else response.person
    message = workspace.post(Message(response.channel, "", BOT_USER_ID, text, blocks, visible_to=alone))
    if response.original is None:
        # A later answer to the same command may ask to replace this one.
        response.original = message.ts


def _original(workspace: Workspace, response: ResponseUrl) -> Message | None:
    if response.original is None:
        return None
    try:
        return workspace.message(response.channel, response.original)
    except SlackRefusal:
        return None
