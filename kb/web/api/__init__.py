"""The JSON interface for other programs, such as the bot, and the document that tells of it."""

from kb.web.api import accounts, articles, document, events, search, services
from kb.web.api.operation import blueprint

__all__ = ["accounts", "articles", "blueprint", "document", "events", "search", "services"]
