"""Who may ask: full members of our workspaces, and nobody else."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from tiering.files import SHIPPED_CONTENT
from tiering.people import (
    NOT_A_MEMBER,
    NOT_LISTED,
    UNKNOWN,
    Home,
    Person,
    Refused,
    Role,
    Roles,
    admit,
    read_roles,
)
from tiering.quiet_hours import QuietHours

HOME = Home(frozenset({"T1", "T2"}))
MEMBER: dict[str, Any] = {
    "id": "U1",
    "team_id": "T1",
    "deleted": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "is_bot": False,
}


def test_a_full_member_is_a_viewer() -> None:
    person = admit(MEMBER, HOME, Roles())
    assert person == Person("U1", "T1", Role.VIEWER)
    assert isinstance(person, Person)
    assert person.reference == "slack:T1/U1"


@pytest.mark.parametrize(
    ("what", "because"),
    [
        ({"is_restricted": True}, "guest"),
        ({"is_restricted": True, "is_ultra_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_stranger": True}, "stranger"),
        ({"team_id": "T9"}, "stranger"),
        ({"team_id": None}, "stranger"),
        ({"team_id": ["T1"]}, "stranger"),
        ({"is_bot": True}, "bot"),
        ({"is_workflow_bot": True}, "bot"),
        ({"id": "USLACKBOT"}, "bot"),
        ({"deleted": True}, "deleted"),
        ({"team_id": "T9", "enterprise_user": {"teams": ["T8"]}}, "stranger"),
        ({"team_id": "T9", "enterprise_user": "odd"}, "stranger"),
    ],
)
def test_everybody_else_gets_one_polite_refusal(what: dict[str, Any], because: str) -> None:
    assert admit(MEMBER | what, HOME, Roles(ops=("U1",))) == Refused(NOT_A_MEMBER, because)


@pytest.mark.parametrize("user", [None, {}, {"id": None}, {"team_id": "T1"}])
def test_whoever_slack_does_not_describe_is_refused(user: dict[str, Any] | None) -> None:
    assert admit(user, HOME, Roles()) == Refused(UNKNOWN, "unknown")


def test_a_member_of_a_workspace_within_an_enterprise_is_known_by_its_workspaces() -> None:
    user = MEMBER | {"team_id": "E1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T7", "T2"]}}
    assert admit(user, HOME, Roles()) == Person("U1", "T2", Role.VIEWER)
    assert isinstance(admit(user, Home(HOME.teams, "E2"), Roles()), Refused)
    assert isinstance(admit(user, Home(HOME.teams, "E1"), Roles()), Person)


def test_roles_come_from_the_list() -> None:
    roles = Roles(ops=("U1",), managers=("U2", "U1"))
    assert [roles.of(user) for user in ("U1", "U2", "U3")] == [Role.OPS, Role.MANAGER, Role.VIEWER]


def test_a_company_may_admit_only_whom_it_lists() -> None:
    roles = Roles(default_role=Role.NOBODY, managers=("U2",))
    assert admit(MEMBER, HOME, roles) == Refused(NOT_LISTED, "unlisted")
    assert isinstance(admit(MEMBER | {"id": "U2"}, HOME, roles), Person)


def test_the_shipped_list_can_be_read() -> None:
    assert read_roles(SHIPPED_CONTENT) == (Roles(), [])


def test_without_a_list_every_member_is_a_viewer(tmp_path: Path) -> None:
    assert read_roles(tmp_path) == (Roles(), [])


@pytest.mark.parametrize(
    ("written", "line", "told"),
    [
        ("default_role: viewer\nboss: [U123]\n", 2, "unknown key `boss`"),
        ("ops:\n  - U123\n  - dana\n", 3, "'dana' is no Slack user id"),
        ("default_role: king\n", 1, "`default_role` is 'king'"),
        ("ops: [", 1, "not valid YAML"),
        ("- U123\n", 1, "the file"),
    ],
)
def test_a_mistake_in_the_list_is_told_with_its_line_and_admits_nobody(
    tmp_path: Path, written: str, line: int, told: str
) -> None:
    (tmp_path / "people.yaml").write_text(written)
    roles, (problem,) = read_roles(tmp_path)
    assert problem.line == line
    assert told in problem.text
    assert roles.of("U123") is not Role.OPS


def test_colleagues_may_be_listed_by_address_which_makes_nobody_an_approver_in_slack(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text(
        "ops: [Dana@Example.com, U1]\nmanagers: [helen@example.com]\nstaff: [Sam@example.com]\n"
    )
    roles, problems = read_roles(tmp_path)
    assert problems == []
    assert roles.approvers == ("U1",)
    for address in ("dana@example.com", "HELEN@example.com", "sam@example.com"):
        assert roles.lists_address(address)
    for nobody in ("U1", "", "anna@example.com", "dana@example.com.evil"):
        assert not roles.lists_address(nobody)


@pytest.mark.parametrize(
    "written", ["staff: [U123]", "staff: [sam@]", "ops: ['a@b c']", "staff: ['<s@x.com>']"]
)
def test_what_is_no_address_is_told_and_lets_nobody_in(tmp_path: Path, written: str) -> None:
    (tmp_path / "people.yaml").write_text(written)
    roles, (problem,) = read_roles(tmp_path)
    assert "is no e-mail address; expected one such as dana@example.com" in problem.text
    assert not any(roles.lists_address(one) for one in ("U123", "sam@", "a@b c", "<s@x.com>"))


def test_names_and_quiet_hours_are_read_and_their_mistakes_told_with_a_line(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text(
        'names: {Dana Whitfield: U024BE7LH}\nquiet_hours: {begin: "19:00", end: "7:00", weekends: no}\n'
    )
    roles, problems = read_roles(tmp_path)
    assert problems == []
    assert (roles.named("dana whitfield"), roles.named("Dana")) == ("U024BE7LH", None)
    assert roles.quiet_hours == QuietHours(begin=time(19), end=time(7), weekends=False)
    (tmp_path / "people.yaml").write_text("names:\n  Dana: dana@example.com\nquiet_hours: {begin: late}\n")
    _, problems = read_roles(tmp_path)
    assert [str(one).partition("people.yaml:")[2] for one in problems] == [
        "2: `names.Dana`: 'dana@example.com' is no Slack user id; expected one such as U024BE7LH",
        "3: `quiet_hours.begin`: 'late' is no time of day; expected one such as \"18:00\", in quotes",
    ]


@pytest.mark.parametrize(
    ("reference", "role"),
    [
        ("slack:T1/U1", Role.OPS),
        ("slack:T1/U2", Role.VIEWER),
        ("mail:marco@wrenfield.example", Role.MANAGER),
        ("mail:vera@wrenfield.example", Role.VIEWER),
        ("link:marco@wrenfield.example", Role.VIEWER),
        ("U1", Role.VIEWER),
        ("", Role.VIEWER),
    ],
)
def test_a_colleague_has_the_role_of_the_name_that_they_came_under(reference: str, role: Role) -> None:
    roles = Roles(ops=("U1",), managers=("marco@wrenfield.example",), staff=("vera@wrenfield.example",))
    assert roles.role_of(reference) is role
    assert role.manages is (role in (Role.OPS, Role.MANAGER))
