"""The people and channels of the local Slack: one of every kind that a bot must tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TEAM_ID = "T04K9ZL2M7Q"
TEAM_NAME = "Longtail Playground"
TEAM_DOMAIN = "longtail-playground"
OTHER_TEAM_ID = "T07P3XW8N5B"
BOT_USER_ID = "U08LT5BOT2K"
BOT_ID = "B08LT5M4X1Z"
APP_ID = "A08LT52QW9E"
SLACKBOT_ID = "USLACKBOT"

_COLOURS = ("2f6f4f", "7a3e9d", "a34a1a", "1f6f8b", "8b1f4b", "4b6a1f", "4f4fc4")


@dataclass(frozen=True)
class Person:
    """Someone who writes in Slack.

    `kind` says in a few words what makes this person different. `offset` is seconds east of UTC.
    """

    id: str
    handle: str
    name: str
    title: str
    kind: str
    tz: str = "Europe/London"
    offset: int = 0
    locale: str = "en-GB"
    team_id: str = TEAM_ID
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False

    @property
    def email(self) -> str:
        """Give the address in the profile; example domains belong to nobody."""
        domain = "longtail.example" if self.team_id == TEAM_ID else "globex.example"
        return f"{self.handle}@{domain}"

    @property
    def initials(self) -> str:
        """Give the letters of the avatar."""
        return "".join(word[0] for word in self.name.split()[:2])

    @property
    def shade(self) -> int:
        """Give the number of the avatar's colour, always the same for one person."""
        return sum(self.id.encode()) % len(_COLOURS)

    def as_user(self) -> dict[str, Any]:
        """Describe the person as `users.info` does.

        A stranger's address stays hidden, as Slack hides it from apps of other organisations.
        """
        profile = {
            "real_name": self.name,
            "display_name": self.handle,
            "title": self.title,
            "team": self.team_id,
        }
        if not self.is_stranger and not self.is_bot:
            profile["email"] = self.email
        user: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.handle,
            "real_name": self.name,
            "deleted": False,
            "color": _COLOURS[self.shade],
            "tz": self.tz,
            "tz_label": self.tz.rpartition("/")[2].replace("_", " "),
            "tz_offset": self.offset,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_email_confirmed": True,
            "updated": 1_700_000_000,
        }
        return user | ({"is_stranger": True} if self.is_stranger else {})


@dataclass(frozen=True)
class Channel:
    """A conversation; a direct message belongs to the bot and one person."""

    id: str
    name: str
    members: tuple[str, ...]
    topic: str = ""
    is_im: bool = False
    is_ext_shared: bool = False

    def as_conversation(self) -> dict[str, Any]:
        """Describe the channel as `conversations.info` does."""
        if self.is_im:
            return {"id": self.id, "created": 1_700_000_000, "is_im": True, "is_org_shared": False} | {
                "user": next(member for member in self.members if member != BOT_USER_ID),
                "is_user_deleted": False,
                "is_open": True,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": 1_700_000_000,
            "creator": self.members[0],
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": False,
            "is_archived": False,
            "is_general": False,
            "is_member": BOT_USER_ID in self.members,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "context_team_id": TEAM_ID,
            "shared_team_ids": [TEAM_ID, OTHER_TEAM_ID] if self.is_ext_shared else [TEAM_ID],
            "num_members": len(self.members),
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


VERA = Person("U05VN7K2QRA", "vera", "Vera Novak", "Account executive", "Full member with plain rights")
OLIVIA = Person(
    "U05OK3T8ZPM",
    "olivia",
    "Olivia Okafor",
    "Customer operations",
    "Operations",
    tz="America/New_York",
    offset=-5 * 3600,
    locale="en-US",
    is_admin=True,
)
MARCO = Person(
    "U05MS9D4WHL",
    "marco",
    "Marco Silva",
    "Head of customer success",
    "Customer success manager",
    tz="Europe/Madrid",
    offset=3600,
    locale="es-ES",
)
DANA = Person(
    "U05DW6C3NYE",
    "dana",
    "Dana Whitfield",
    "Customer success",
    "Looks after accounts",
    tz="America/New_York",
    offset=-5 * 3600,
    locale="en-US",
)
"""The sample's accounts name her as their CSM, so she has a book."""
GITA = Person(
    "U06GR2V7XNC",
    "gita",
    "Gita Rao",
    "Contractor",
    "Guest",
    tz="Asia/Kolkata",
    offset=19_800,
    locale="en-IN",
    is_restricted=True,
)
SIMON = Person(
    "U06SW8B5JTE",
    "simon",
    "Simon Weiss",
    "Auditor",
    "Guest of a single channel",
    tz="Europe/Berlin",
    offset=3600,
    locale="de-DE",
    is_restricted=True,
    is_ultra_restricted=True,
)
STELLA = Person(
    "U07SP4F9KQD",
    "stella",
    "Stella Park",
    "Buyer at Globex",
    "Stranger of another organisation",
    tz="America/Los_Angeles",
    offset=-8 * 3600,
    locale="en-US",
    team_id=OTHER_TEAM_ID,
    is_stranger=True,
)
XENIA = Person(
    "U07XP6H3YVB",
    "xenia",
    "Xenia Pappas",
    "Project lead at Globex",
    "Another organisation, in a shared channel",
    tz="Europe/Athens",
    offset=7200,
    locale="el-GR",
    team_id=OTHER_TEAM_ID,
)
"""Slack leaves `is_stranger` out for people known from a shared channel; only the team tells them apart."""

CAST = (VERA, OLIVIA, MARCO, DANA, GITA, SIMON, STELLA, XENIA)

_STAFF = (VERA.id, OLIVIA.id, MARCO.id, DANA.id)

CHANNELS = (
    Channel(
        "C05CS1X7NQP",
        "customer-success",
        (*_STAFF, GITA.id, SIMON.id, BOT_USER_ID),
        topic="Who gets what, and who looks after them",
    ),
    Channel("C05SL4M8RTD", "sales", (*_STAFF, GITA.id, BOT_USER_ID), topic="Pipeline and hand-overs"),
    Channel(
        "C07AC2K5WZH",
        "globex-shared",
        (*_STAFF, STELLA.id, XENIA.id, BOT_USER_ID),
        topic="Shared with Globex through Slack Connect",
        is_ext_shared=True,
    ),
)


def direct_channel(person: Person, bot_handle: str) -> Channel:
    """Make the direct message between a person and the bot."""
    return Channel(f"D{person.id[1:]}", bot_handle, (person.id, BOT_USER_ID), is_im=True)
