"""The knowledge base's own tables on tiering's record; importing this makes all of them known."""

from kb.storage.calendars import Calendars
from kb.storage.certificates import Certificates
from kb.storage.door import TRIES, Door, Invitation, Session
from kb.storage.edits import Edits
from kb.storage.gaps import Gap, Gaps, Handled, Lack, Lacking
from kb.storage.launches import Launches
from kb.storage.learning_numbers import Counts, Stretch
from kb.storage.pauses import Pause, Pauses
from kb.storage.progress import Attempt, Learning
from kb.storage.readership import Month, Readership, Reads
from kb.storage.requests import Request, Requests, Wanted
from kb.storage.suppressions import OtherKey, Suppressions
from kb.storage.training import note_training, reconcile_training
from kb.storage.visits import Visits
from kb.storage.votes import Chosen, Tally, Vote, Votes
from kb.visit import EVERYBODY

__all__ = [
    "EVERYBODY",
    "TRIES",
    "Attempt",
    "Calendars",
    "Certificates",
    "Chosen",
    "Counts",
    "Door",
    "Edits",
    "Gap",
    "Gaps",
    "Handled",
    "Invitation",
    "Lack",
    "Lacking",
    "Launches",
    "Learning",
    "Month",
    "OtherKey",
    "Pause",
    "Pauses",
    "Readership",
    "Reads",
    "Request",
    "Requests",
    "Session",
    "Stretch",
    "Suppressions",
    "Tally",
    "Visits",
    "Vote",
    "Votes",
    "Wanted",
    "note_training",
    "reconcile_training",
]
