"""The knowledge base's own tables on tiering's record; importing this makes all of them known."""

from kb.storage.door import TRIES, Door, Invitation, Session
from kb.storage.requests import Request, Requests, Wanted
from kb.storage.votes import Chosen, Tally, Vote, Votes

__all__ = [
    "TRIES",
    "Chosen",
    "Door",
    "Invitation",
    "Request",
    "Requests",
    "Session",
    "Tally",
    "Vote",
    "Votes",
    "Wanted",
]
