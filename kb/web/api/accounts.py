"""The accounts, for programs that bear the token."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from werkzeug.exceptions import NotFound

from kb.web.api.operation import Answer, Page, next_page, operation
from kb.web.api.parameters import DIGITS, Paged, Parameters, Text
from kb.web.desk import desk, edition, today
from tiering.domain.account import Status
from tiering.domain.answer import Card, TierAnswer
from tiering.domain.refusal import Refusal
from tiering.domain.service import Level
from tiering.domain.shape import card_shape, money_shape
from tiering.usecases.ask import Inquiry, NoSuchAccount, about
from tiering.usecases.browsing import Filter, Listed, search_accounts


class WhichAccounts(Paged):
    """Which accounts to list."""

    tier: Annotated[int, Field(ge=1, le=9), DIGITS] | SkipJsonSchema[None] = None
    """Only those of this tier, 1 being the highest."""
    status: Status | SkipJsonSchema[None] = None
    """Only those with this status."""


class WhichAccount(Parameters):
    """Which account to tell about."""

    id: Text
    """The account's id in the CRM; that of an account that was merged leads to the one it is part of."""


class Money(Answer):
    """An amount of a currency."""

    amount: str
    """A decimal number."""
    currency: str
    """Its ISO 4217 code."""


class Rank(Answer):
    """The place of an account in its tier."""

    place: int
    of: int


class ListedAccount(Answer):
    """An account in a list."""

    id: str
    name: str
    status: Status
    tier: int
    provisional: bool
    """Whether the tier was decided although the base value, or a part of it, is unknown."""
    csm: str | None
    arr: Money | None
    decided_on: date
    segment: str | None
    rank: Rank | None


class Accounts(Page):
    """A page of accounts, the highest tier and in it the largest first."""

    accounts: list[ListedAccount]


class Origin(Answer):
    """Where a single value came from."""

    source: str | None
    as_of: date | None


class Facts(Answer):
    """What the CRM and the metrics say about an account; null is always unknown, never zero or no."""

    id: str
    name: str
    domain: str | None
    aliases: list[str]
    status: Status
    arr: Money | None
    potential_arr: Money | None
    seats: int | None
    active_users: int | None
    nps: int | str | None
    """A fraction is text."""
    csat: str | None
    industry: str | None
    country: str | None
    goal: str | None
    parent: str | None
    """As the CRM wrote it."""
    parent_id: str | None
    partner: str | None
    advocate_reference: bool | None
    advocate_case_study: bool | None
    advocate_referrals: int | None
    own_resources: bool | None
    hard_to_reach: bool | None
    narrow_use: bool | None
    csm: str | None
    sponsor: str | None
    engineer: str | None
    went_live_on: date | None
    renewal_on: date | None
    sold_by: str | None
    attributes: dict[str, str | bool]
    """The CRM's other columns; numbers and dates are text."""
    as_of: date | None
    source: str | None
    origins: dict[str, Origin]
    """Where single values came from, if not with the others."""
    parent_name: str | None


class Reason(Answer):
    """One thing that decided."""

    criterion: str
    value: str
    threshold: str
    effect: str
    sentence: str
    source: str | None
    as_of: date | None


class Pending(Answer):
    """A downgrade that was told and has not taken place."""

    tier: int
    since: date
    due: date


class Segment(Answer):
    """A group of accounts that takes the same way."""

    id: str
    name: str
    journey: str


class Entitlement(Answer):
    """What an account may have of a service."""

    service: str
    """The service's id."""
    name: str
    level: Level
    allowance: int | None
    """How often per period; null where it is not counted."""
    period: str | None
    used: int | None
    left: int | None
    sentence: str
    """The answer and why; for staff."""


class Furthest(Answer):
    """How far the one who is furthest is."""

    done: int
    lessons: int


class CourseTaken(Answer):
    """How the people of an account stand in a course."""

    course: str
    """The course's slug."""
    title: str
    begun: int
    finished: int
    certified: int
    """How many hold a certificate today."""
    furthest: Furthest


class Training(Answer):
    """What the people of an account have learned; nobody is named."""

    people: int
    begun: int
    courses: list[CourseTaken]


class Account(Answer):
    """An account with its tier, the reasons, and what it may have."""

    account: Facts
    tier: int
    tier_name: str
    public_name: str
    """What customers read of the tier."""
    touch: str
    own_tier: int | None
    """The tier that the policy alone gives, where an exception or a purchase sets another."""
    provisional: bool
    policy: int
    """The version of the policy that decided."""
    decided_on: date
    reasons: list[Reason]
    up: list[str]
    """What would move it up."""
    pending: Pending | None
    segment: Segment | None
    flags: list[str]
    rank: Rank | None
    entitlements: list[Entitlement]
    training: Training | None
    """Null where nobody has begun a course."""


class Entitlements(Answer):
    """What an account may have of every service."""

    account: str
    """The account's id."""
    name: str
    tier: int
    tier_name: str
    entitlements: list[Entitlement]


@operation("/accounts", token=True)
def accounts(asked: WhichAccounts) -> Accounts:
    """List the accounts."""
    wanted = Filter(tier=asked.tier, status=asked.status)
    try:
        found = search_accounts(desk().store, wanted, asked.page, _inquiry(), asked.limit)
    except Refusal as error:
        raise NotFound(str(error)) from None
    lines = found.lines if found.page == asked.page else ()
    return Accounts(
        total=found.total,
        page=asked.page,
        pages=found.pages,
        next=next_page(asked, found.pages),
        accounts=[_listed(line) for line in lines],
    )


@operation("/accounts/<path:id>", token=True)
def account(asked: WhichAccount) -> Account:
    """Tell all about one account: what `tiering show --json` prints."""
    return Account.model_validate(card_shape(_card(asked.id)))


@operation("/accounts/<path:id>/entitlements", token=True)
def entitlements(asked: WhichAccount) -> Entitlements:
    """Tell what one account may have of every service."""
    shape = card_shape(_card(asked.id))
    of_account = {"account": shape["account"]["id"], "name": shape["account"]["name"]}
    return Entitlements.model_validate(shape | of_account)


def _card(account_id: str) -> Card:
    try:
        answer = about(desk().store, account_id, _inquiry())
    except NoSuchAccount:
        raise NotFound("There is no account of this id.") from None
    if not isinstance(answer, TierAnswer):
        raise TypeError(f"a plain question was answered with {type(answer).__name__}")
    return answer.card


def _inquiry() -> Inquiry:
    return Inquiry("api", today(), edition().services)


def _listed(line: Listed) -> ListedAccount:
    shape = {field: getattr(line, field) for field in ListedAccount.model_fields}
    rank = line.rank and {"place": line.rank.place, "of": line.rank.of}
    return ListedAccount.model_validate(shape | {"arr": money_shape(line.arr), "rank": rank})
