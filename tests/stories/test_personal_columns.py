"""Every column of every table is about a person and declared as such, or is listed here as not so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import JSON, Column, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

import bot.storage
import kb.storage
from tiering.retention import Retention
from tiering.storage.database import Json, metadata
from tiering.storage.faces import GROUP
from tiering.storage.personal import By, Kept, Mentions, Personal, parts_of, privacy

IMPERSONAL: Mapping[str, str] = {
    "what a company is, by its CRM; no person's": """
        accounts.id accounts.name accounts.domain accounts.aliases accounts.status accounts.arr_currency
        accounts.potential_arr_currency accounts.csat accounts.industry accounts.country accounts.goal
        accounts.parent accounts.parent_id accounts.partner accounts.merged_into account_names.account_id
        account_names.kind account_names.full_name account_names.core_name contacts.account_id
        quarter_accounts.quarter quarter_accounts.account_id quarter_accounts.status merges.from_id
        merges.into_id draft_movers.account_id draft_movers.name draft_movers.folded draft_movers.status
        draft_movers.revenue_currency kb_requests.account_id kb_requests.account bot_channels.account_id
        decisions.account_id exceptions.account_id approvals.account_id purchases.account_id
        effort.account_id metrics.account_id kits.account_id signals.account_id""",
    "a colleague, whose data are the company's own": """
        accounts.csm accounts.sponsor accounts.engineer accounts.sold_by policies.published_by
        exceptions.approver exceptions.granted_by exceptions.ended_by approvals.asked_by
        approvals.asked_by_name approvals.approver approvals.deputy approvals.decided_by
        approvals.decided_by_name purchases.recorded_by effort.team effort.who kits.released_by
        merges.merged_by merges.undone_by signals.taken_by signals.taken_by_name drafts.made_by
        drafts.made_by_name draft_signatures.who draft_signatures.name draft_shares.readers
        draft_shares.made_by_name uploads.made_by uploads.made_by_name bot_channels.linked_by
        bot_absences.person bot_absences.name bot_absences.cover bot_absences.cover_name
        bot_installations.installed_by bot_announcements.said_by bot_undigested.person kb_edits.who
        kb_pauses.who kb_pauses.name
        kb_handled_queries.who kb_requests.csm kb_requests.answered_by kb_sessions.preview""",
    "the company's own rules, articles and courses": """
        policies.name policies.source policies.rules policies.services drafts.name drafts.source drafts.rules
        drafts.services draft_movers.lost draft_movers.gained uploads.mapping kb_certificates.course
        kb_certificates.title kb_certificates.revision kb_read_months.slug kb_launches.programme
        kb_pauses.programme
        kb_requests.article kb_requests.service kb_votes.slug kb_votes.language kb_votes.revision
        exceptions.service approvals.service purchases.service purchases.price_currency effort.service""",
    "what was measured and decided about accounts": """
        decisions.reasons decisions.pending decisions.segment decisions.flags metrics.metric metrics.value
        metrics.source effort.hours quarters.quarter quarters.report drawn_reports.quarter
        drawn_reports.report kb_learning_numbers.facts signals.kind signals.about signals.sentence
        drafts.rehearsal drafts.rehearsed_state drafts.rehearsal_problem draft_movers.old_reasons
        draft_movers.new_reasons kb_votes.segment""",
    "one of a few words, or a number, of ours": """
        audit.action outbox.kind jobs.name jobs.holder approvals.state approvals.request deliveries.kind
        effort.request uploads.kind uploads.stage uploads.state kb_sessions.kind kb_sessions.way
        kb_edits.kind kb_handled_queries.how kb_requests.kind kb_requests.number kb_certificates.number
        kb_suppressions.reason kb_votes.kind kb_votes.reasons bot_bookmarks.name""",
    "a hash, from which nobody is read": """
        deliveries.key uploads.digest kb_learning_numbers.digest kb_calendars.digest kb_sessions.key
        kb_tokens.key
        kb_suppressions.key bot_seen.key""",
    "names of Slack's": """
        bot_channels.team bot_channels.channel bot_installations.team bot_installations.name
        bot_installations.token bot_announcements.team bot_announcements.channel bot_announcements.topic""",
    "what was searched for, by the stems that searchers have in common; a colleague has dealt with it": """
        kb_handled_queries.key kb_handled_queries.detail""",
}
"""The columns that are about nobody, by the reason why."""

_LISTED = {name for names in IMPERSONAL.values() for name in names.split()}
_TELLING = (String, Text, JSON, LargeBinary)


def unaccounted(known: MetaData) -> Iterator[str]:
    """Return the columns that could hold something of a person and of which nobody says so or otherwise."""
    for table in known.tables.values():
        said: set[str] = set()
        for _, part in parts_of([table]):
            match part:
                case Personal(erase=None) if not part.only:
                    said |= set(table.c.keys())
                case Personal():
                    said |= {*part.by, *(part.erase or {})}
                case Mentions():
                    said |= set(part.columns)
        for column in table.c:
            name = f"{table.name}.{column.name}"
            kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
            if isinstance(kind, _TELLING) and column.name not in said and name not in _LISTED:
                yield name


def test_every_column_is_personal_or_listed_as_not() -> None:
    assert list(unaccounted(metadata)) == []


def test_a_column_that_somebody_adds_and_says_nothing_of_is_found() -> None:
    planted = MetaData()
    columns = (Column("nickname", Text), Column("facts", Json), Column("photo", LargeBinary))
    declared = privacy(Mentions(columns=("note",)))
    Table("visits_of_friends", planted, Column("note", Text), *columns, info=declared)
    assert list(unaccounted(planted)) == [
        "visits_of_friends.nickname",
        "visits_of_friends.facts",
        "visits_of_friends.photo",
    ]


def test_the_list_names_no_column_that_there_is_not() -> None:
    there = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.c}
    assert _LISTED - there == set()


def test_what_tables_say_of_themselves_names_columns_and_days_that_there_are() -> None:
    for table, part in parts_of(metadata.tables.values()):
        named: set[str] = set()
        match part:
            case Personal():
                named = {*part.by, *part.shows, *part.only, *part.tells, *(part.erase or {})}
                assert all((part.what, part.source, part.kept))
            case Mentions():
                named = set(part.columns)
            case Kept():
                named = {part.since, *part.only, *(part.erase or {})}
                assert part.noun in Retention.model_fields
        assert named <= set(table.c.keys()), table.name


def test_the_tables_of_both_faces_are_among_those_that_are_looked_at() -> None:
    from importlib.metadata import entry_points

    assert {one.value for one in entry_points(group=GROUP)} == {kb.storage.__name__, bot.storage.__name__}
    assert By.CONTACT in {
        finder
        for _, part in parts_of([metadata.tables["kb_votes"]])
        if isinstance(part, Personal)
        for finder in part.by.values()
    }
