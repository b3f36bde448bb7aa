"""The local Slack as a Flask application, and the helper that serves it on loopback."""

from __future__ import annotations

from flask import Flask

from bot.playground.local import LocalSlack
from bot.playground.workspace import Workspace


def create_playground(workspace: Workspace) -> Flask:
    """Make the application: the page in the browser and Slack's Web API."""
    raise NotImplementedError


def serve(workspace: Workspace, port: int = 0, request_url: str | None = None) -> LocalSlack:
    """Start the local Slack on 127.0.0.1 (port 0 chooses a free one) and return at once.

    Raises OSError when the port is taken.
    """
    raise NotImplementedError
