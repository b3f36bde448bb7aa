"""Who may do what: decides from what Slack says of a person and from people.yaml; default deny."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tiering.domain.names import fold
from tiering.files import Problem, read_yaml, validate
from tiering.quiet_hours import QuietHours

NOT_A_MEMBER = (
    "Sorry, only full members of this workspace can ask about customers. "
    "Please ask the colleague you work with here to look it up for you."
)
NOT_LISTED = "Sorry, you are not on the list of people who may ask about customers. Operations can add you."
UNKNOWN = "I could not check with Slack who you are, so I looked nothing up. Please try again in a minute."


class Role(StrEnum):
    """What a person may do; each may do what the one before it may."""

    NOBODY = "none"
    VIEWER = "viewer"
    MANAGER = "manager"
    OPS = "ops"

    @property
    def manages(self) -> bool:
        """Whether it may approve, import, and change the policy."""
        return self in (Role.MANAGER, Role.OPS)


def _address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+", value):
        raise ValueError(f"{value!r} is no e-mail address; expected one such as dana@example.com")
    return value.lower()


def _colleague(value: str) -> str:
    return _address(value) if "@" in value else _slack_id(value)


def _slack_id(value: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{1,20}", value):
        raise ValueError(
            f"{value!r} is no Slack user id; expected one such as U024BE7LH"
            + (", or an e-mail address" if "@" not in value else "")
        )
    return value


SlackId = Annotated[str, AfterValidator(_slack_id)]
Address = Annotated[str, AfterValidator(_address)]
Colleague = Annotated[str, AfterValidator(_colleague)]
"""A Slack user id or, for signing in to the knowledge base by mail, an e-mail address."""


def _command(value: str) -> str:
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
        raise ValueError(f"{value!r} is no slash command; expected one such as /tier, in small letters")
    return value


CommandName = Annotated[str, AfterValidator(_command)]


class Commands(BaseModel):
    """What the slash commands are called in this company's Slack, where another app has taken a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tier: CommandName = "/tier"
    kb: CommandName = "/kb"

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if self.tier == self.kb:
            raise ValueError(f"both commands are called {self.tier}; expected two names")
        return self


class Roles(BaseModel):
    """The whole of people.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    commands: Commands = Commands()

    default_role: Role = Role.VIEWER
    """What every full member may do."""
    ops: tuple[Colleague, ...] = ()
    managers: tuple[Colleague, ...] = ()
    staff: tuple[Address, ...] = ()
    """Further colleagues who may sign in to the knowledge base by mail."""
    names: Mapping[str, SlackId] = Field(default_factory=dict)
    """Who is meant by a name of the CRM, or of an article's owner, where Slack does not know them by it."""
    quiet_hours: QuietHours = QuietHours()
    """When nobody is told anything that can wait."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """The user ids of those who may approve, each once: managers first, as they are listed."""
        listed = dict.fromkeys((*self.managers, *self.ops))
        return tuple(one for one in listed if "@" not in one)

    @property
    def operations(self) -> tuple[str, ...]:
        """The user ids of those who keep the machine running."""
        return tuple(one for one in self.ops if "@" not in one)

    def named(self, name: str) -> str | None:
        """Return the user id of whoever `names` says is called so; case and accents do not matter."""
        return next((user for one, user in self.names.items() if fold(one) == fold(name)), None)

    def of(self, user_id: str) -> Role:
        """Return the role of a full member."""
        if user_id in self.ops:
            return Role.OPS
        return Role.MANAGER if user_id in self.managers else self.default_role

    def role_of(self, reference: str) -> Role:
        """Return the role of a colleague as the record names them, such as `slack:T1/U2` or `mail:...`.

        Whoever came by a link that the command line made is a person without a name, and only looks on.
        """
        way, _, rest = reference.partition(":")
        if way == "slack":
            return self.of(user_of(rest))
        return self.of(rest) if way == "mail" else Role.VIEWER

    def lists_address(self, address: str) -> bool:
        """Whether a colleague is listed with this e-mail address."""
        return address.lower() in {one for one in (*self.ops, *self.managers, *self.staff) if "@" in one}


def read_roles(content_dir: Path) -> tuple[Roles, list[Problem]]:
    """Read people.yaml; without one every full member is a viewer."""
    path = content_dir / "people.yaml"
    if not path.exists():
        return Roles(), []
    document, problems = read_yaml(path)
    if problems or document.data is None:
        return Roles(), problems
    roles, problems = validate(Roles, document)
    return roles or Roles(default_role=Role.NOBODY), problems


@dataclass(frozen=True, slots=True)
class Home:
    """The workspaces whose members are our colleagues."""

    teams: frozenset[str]
    enterprise: str | None = None
    """The Enterprise organisation of the workspaces, where there is one."""


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague who may ask."""

    id: str
    team: str
    role: Role
    name: str = ""
    """The full name in Slack."""
    display_name: str = ""
    """What colleagues call them in Slack."""
    time_zone: str = ""
    """Where they are, such as `Europe/Madrid`, as Slack has it."""

    @property
    def reference(self) -> str:
        """How the record names this person."""
        return f"slack:{self.team}/{self.id}"

    @property
    def manages(self) -> bool:
        """Whether this person may approve exceptions and see what a new policy would do."""
        return self.role.manages


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who gets one sentence and no data."""

    sentence: str
    because: str
    """For the log: `guest`, `stranger`, `bot`, `deleted`, `unlisted` or `unknown`."""


def admit(user: Mapping[str, Any] | None, home: Home, roles: Roles) -> Person | Refused:
    """Decide about a user object of Slack's `users.info`; None means that Slack could not be asked."""
    if user is None or not isinstance(user.get("id"), str):
        return Refused(UNKNOWN, "unknown")
    because = _not_a_member(user, home)
    if because:
        return Refused(NOT_A_MEMBER, because)
    role = roles.of(user["id"])
    if role is Role.NOBODY:
        return Refused(NOT_LISTED, "unlisted")
    display_name = str(_profile(user).get("display_name") or "")
    zone = str(user.get("tz") or "")
    return Person(user["id"], _team(user, home), role, full_name(user), display_name, zone)


def full_name(user: Mapping[str, Any]) -> str:
    """Return what somebody is called, whoever they are and whether or not they are still here."""
    return str(user.get("real_name") or _profile(user).get("real_name") or user.get("name") or "")


def _profile(user: Mapping[str, Any]) -> Mapping[str, Any]:
    profile = user.get("profile")
    return profile if isinstance(profile, dict) else {}


def user_of(reference: str) -> str:
    """Return the Slack user id within a reference such as `slack:T1/U2`."""
    return reference.rpartition("/")[2]


def team_of(reference: str) -> str:
    """Return the id of the workspace within a reference such as `slack:T1/U2`."""
    return reference.removeprefix("slack:").partition("/")[0]


def _not_a_member(user: Mapping[str, Any], home: Home) -> str:
    """Say what keeps a user from being a full member, or nothing."""
    if user.get("deleted"):
        return "deleted"
    if user.get("is_bot") or user.get("is_workflow_bot") or user["id"] == "USLACKBOT":
        return "bot"
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "guest"
    if user.get("is_stranger") or not _team(user, home):
        return "stranger"
    enterprise = _enterprise(user).get("enterprise_id")
    return "stranger" if home.enterprise and enterprise and enterprise != home.enterprise else ""


def _team(user: Mapping[str, Any], home: Home) -> str:
    """Return the workspace of ours that the user belongs to, or nothing."""
    own = [user.get("team_id"), *(_enterprise(user).get("teams") or ())]
    return next((team for team in own if isinstance(team, str) and team in home.teams), "")


def _enterprise(user: Mapping[str, Any]) -> Mapping[str, Any]:
    found = user.get("enterprise_user")
    return found if isinstance(found, dict) else {}
