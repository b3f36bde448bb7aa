"""The knowledge base for a WSGI server: `gunicorn kb.wsgi:app`."""

from __future__ import annotations

import sys

from flask import Flask

from kb.config import DeployedSettings
from kb.web.serving import open_app
from tiering.config import ConfigError, load_settings
from tiering.usecases.record import SchemaBehind

_DO_NOT_TRY_AGAIN = 4
"""The status by which a gunicorn worker says that the application cannot be loaded, so that it stops."""


def _start() -> Flask:
    try:
        return open_app(load_settings(DeployedSettings))
    except (ConfigError, SchemaBehind) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_DO_NOT_TRY_AGAIN)


app = _start()
