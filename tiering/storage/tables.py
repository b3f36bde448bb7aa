"""The tables of the record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from tiering.storage.database import Exact, Id, Json, Moment, Ordered, Plain, metadata
from tiering.storage.personal import ERASED, By, Kept, Mentions, Personal, privacy

REVISION = "0019"
"""The migration that makes these tables, the newest there is."""

_STAYS = "until the contact is erased"
_UNADDRESSED: dict[str, Any] = {"recipient": "", "receipt": None}
"""A mail that was sent to nobody any more."""


accounts = Table(
    "accounts",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("domain", String(253), index=True),
    Column("aliases", Json, nullable=False),
    Column("status", String(20), nullable=False),
    Column("arr_cents", Id),
    Column("arr_currency", String(3)),
    Column("potential_arr_cents", Id),
    Column("potential_arr_currency", String(3)),
    Column("seats", Id),
    Column("active_users", Id),
    Column("nps", Integer),
    Column("csat", Exact),
    Column("industry", Text),
    Column("country", Text),
    Column("goal", Text),
    Column("parent", Text),
    Column("parent_id", String(200), index=True),
    Column("partner", Text),
    Column("advocate_reference", Boolean),
    Column("advocate_case_study", Boolean),
    Column("advocate_referrals", Id),
    Column("own_resources", Boolean),
    Column("hard_to_reach", Boolean),
    Column("narrow_use", Boolean),
    Column("csm", Text),
    Column("sponsor", Text),
    Column("engineer", Text),
    Column("went_live_on", Date),
    Column("renewal_on", Date),
    Column("sold_by", Text),
    Column("attributes", Plain, nullable=False),
    Column("as_of", Date),
    Column("source", Text),
    Column("import_id", Id),
    Column("merged_into", String(200)),
    # Both columns, lest a planner walk through a whole import to find a few of its ids: that is quadratic.
    Index("ix_accounts_import_id_id", "import_id", "id"),
    Index("ix_accounts_csm_status_merged_into_id", "csm", "status", "merged_into", "id"),
    Index("ix_accounts_country", "country"),
    Index("ix_accounts_industry", "industry"),
    # Without those that are not merged: SQLite would think them few and begin with them.
    Index(
        "ix_accounts_merged_into",
        "merged_into",
        sqlite_where=text("merged_into IS NOT NULL"),
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
    info=privacy(Mentions(columns=("attributes", "source"))),
)

names = Table(
    "account_names",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("full_name", Ordered, primary_key=True),
    Column("core_name", String(400), nullable=False),
    Index("ix_account_names_full_name", "full_name"),
    Index("ix_account_names_core_name", "core_name"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", String(320), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", Text),
    Column("role", String(20), nullable=False),
    Column("language", String(35)),
    Column("time_zone", String(64)),
    info=privacy(
        Personal(
            what="Who they are",
            source="the company's CRM, by an import of contacts",
            by={"id": By.CONTACT},
            shows=("id", "account_id", "name", "role", "language", "time_zone"),
            kept=_STAYS,
        )
    ),
)

contact_emails = Table(
    "contact_emails",
    metadata,
    Column("email", String(320), primary_key=True),
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    info=privacy(
        Personal(
            what="Their e-mail addresses",
            source="the company's CRM, by an import of contacts",
            by={"contact_id": By.CONTACT},
            shows=("email",),
            kept=_STAYS,
        )
    ),
)

# What the product tells of; those whom nobody knows are forgotten after a while.
events = Table(
    "events",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("who", String(320), nullable=False),
    Column("name", String(60), nullable=False),
    Column("at", Moment, nullable=False),
    Column("value", Exact),
    Column("received_at", Moment, nullable=False),
    Index("ix_events_who_name_at", "who", "name", "at"),
    info=privacy(
        Personal(
            what="What they did in the product",
            source="the product, which told of it",
            by={"who": lambda whom: whom.found[By.CONTACT] | whom.found[By.ADDRESS]},
            shows=("at", "name", "value"),
            kept="events",
        ),
        Kept(noun="events", since="at", but_first=("who", "name")),
    ),
)

# What the knowledge base knows of each course that a contact has begun, added up.
training = Table(
    "training",
    metadata,
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("course", String(80), primary_key=True),
    Column("title", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("lessons", Integer, nullable=False),
    Column("begun_on", Date, nullable=False),
    Column("finished_on", Date),
    Column("certified_on", Date),
    Column("certified_until", Date),
    Column("partners", Boolean, nullable=False),
    Column("quizzes", Integer, nullable=False),
    Column("quizzes_at_once", Integer, nullable=False),
    Column("last_on", Date),
    Index("ix_training_partners_certified_until", "partners", "certified_until"),
    info=privacy(
        Personal(
            what="How far they are in courses",
            source="the pages of courses, added up",
            by={"contact_id": By.CONTACT},
            shows=(
                *("course", "title", "done", "lessons", "begun_on", "finished_on", "certified_on"),
                *("quizzes", "quizzes_at_once", "last_on"),
            ),
            kept=_STAYS,
        )
    ),
)

policies = Table(
    "policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("rules", Plain, nullable=False),
    Column("services", Plain, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("effective_on", Date),
    Column("restores", Integer),
    Column("grandfathered_until", Date),
    Column("in_force_since", Moment),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("policy_version", ForeignKey("policies.version"), nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("superseded_on", Date),
    Column("own_tier", Integer),
    Column("pending", Json),
    Column("segment", String(60)),
    Column("flags", Json),
    Column("weight", Float),
    # Both hold all that a list of accounts is sorted by: rows of decisions are long, with their reasons.
    Index(
        "ix_decisions_account_id_superseded_on_tier_weight", "account_id", "superseded_on", "tier", "weight"
    ),
    Index(
        "ix_decisions_superseded_on_tier_weight_account_id", "superseded_on", "tier", "weight", "account_id"
    ),
)

decision_stamps = Table(
    "decision_stamps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("stamp", Id, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", Text, index=True),
    Column("details", Plain, nullable=False),
    Index("ix_audit_who_id", "who", "id"),
    info=privacy(
        Personal(
            what="What is noted that they did",
            source="the pages",
            by={"who": By.REFERENCE},
            shows=("at", "action", "details"),
            kept="for good, since the audit never changes; without their name once they are erased",
            erase={"who": f"contact:{ERASED}"},
        ),
        Mentions(columns=("subject", "details")),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("payload", Plain, nullable=False),
    Index("ix_outbox_kind_at", "kind", "at"),
    # Whoever reads the outbox has read it long before; a row that is gone is one that nobody hears of.
    info=privacy(
        Mentions(columns=("payload",), deletes=True),
        Kept(noun="requests", since="at", only={"kind": "contact.request"}),
    ),
)

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", Text),
    Column("held_until", Moment),
    Column("done_on", Date),
)


def _account() -> Column[str]:
    return Column("account_id", ForeignKey("accounts.id"), nullable=False)


exceptions = Table(
    "exceptions",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("tier", Integer),
    Column("service", String(60)),
    Column("reason", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("granted_at", Moment, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("ended_on", Date),
    Column("ended_by", Text),
    Index("ix_exceptions_account_id", "account_id"),
    Index("ix_exceptions_until", "until"),
    info=privacy(Mentions(columns=("reason",))),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("tier", Integer),
    Column("service", String(60)),
    Column("until", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_by_name", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("approver", Text, nullable=False),
    Column("deputy", Text),
    Column("passed_on_at", Moment),
    Column("state", String(20), nullable=False),
    Column("decided_by", Text),
    Column("decided_by_name", Text),
    Column("decided_at", Moment),
    Column("note", Text),
    Column("exception_id", ForeignKey("exceptions.id")),
    Column("request", String(120)),
    Index("ix_approvals_account_id", "account_id"),
    Index("ix_approvals_state", "state"),
    Index("ix_approvals_asked_by", "asked_by"),
    Index("ix_approvals_request", "request", unique=True),
    info=privacy(Mentions(columns=("reason", "note"))),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("about", Plain, nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("receipt", Text),
    Column("failure", Text),
    # What is uncertain has not been sent and is among the oldest claims.
    Index("ix_deliveries_sent_at_claimed_at", "sent_at", "claimed_at"),
    Index("ix_deliveries_recipient", "recipient"),
    # The keys stay, lest anything go out twice: that of a programme's mail holds a hash of its contact.
    info=privacy(
        Personal(
            what="Mails of programmes to them",
            source="what happened at the account, and what they did in courses",
            by={"recipient": By.CONTACT},
            only={"kind": "programme"},
            shows=("claimed_at", "sent_at", "about", "failure"),
            kept="mails",
            erase=_UNADDRESSED,
        ),
        Personal(
            what="Mails with codes to sign in",
            source="the page to sign in, where this address was typed",
            by={"recipient": By.ADDRESS},
            only={"kind": "sign-in"},
            shows=("recipient", "claimed_at", "sent_at", "failure"),
            kept="sign_in",
            erase=_UNADDRESSED,
        ),
        Personal(
            what="Other mails to their addresses",
            source="the contact form",
            by={"recipient": By.ADDRESS},
            shows=("kind", "recipient", "claimed_at", "sent_at", "failure"),
            kept="requests",
            erase=_UNADDRESSED,
        ),
        Mentions(columns=("about", "failure")),
        Kept(noun="mails", since="claimed_at", only={"kind": "programme"}, erase=_UNADDRESSED),
        Kept(noun="sign_in", since="claimed_at", only={"kind": "sign-in"}),
        Kept(noun="requests", since="claimed_at", only={"kind": "contact.copy"}, erase=_UNADDRESSED),
    ),
)

purchases = Table(
    "purchases",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("tier", Integer),
    Column("service", String(60)),
    Column("times", Integer),
    Column("starts_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("price_cents", Id),
    Column("price_currency", String(3)),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("cancelled_on", Date),
    Index("ix_purchases_account_id", "account_id"),
)

effort = Table(
    "effort",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("service", String(60), nullable=False),
    Column("hours", Exact, nullable=False),
    Column("team", String(60), nullable=False),
    Column("day", Date, nullable=False),
    Column("who", Text, nullable=False),
    Column("note", Text),
    Column("logged_at", Moment, nullable=False),
    Column("reverses", ForeignKey("effort.id"), unique=True),
    Column("request", String(120)),
    Index("ix_effort_account_id_day", "account_id", "day"),
    Index("ix_effort_day", "day"),
    Index("ix_effort_request", "request", unique=True),
    info=privacy(Mentions(columns=("note",))),
)

metrics = Table(
    "metrics",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("metric", String(60), nullable=False),
    Column("value", Exact, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("source", Text, nullable=False),
    Index("ix_metrics_account_id_metric_as_of", "account_id", "metric", "as_of"),
    Index("ix_metrics_metric_as_of", "metric", "as_of"),
)

quarters = Table(
    "quarters",
    metadata,
    Column("quarter", String(7), primary_key=True),
    Column("closed_at", Moment, nullable=False),
    Column("report", Plain, nullable=False),
)

quarter_accounts = Table(
    "quarter_accounts",
    metadata,
    Column("quarter", ForeignKey("quarters.quarter"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("tier", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("arr_cents", Id),
    Column("renewal_on", Date),
)

kits = Table(
    "kits",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("policy_version", ForeignKey("policies.version"), nullable=False),
    Column("tier_before", Integer, nullable=False),
    Column("tier_after", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("released_by", Text),
    Column("released_at", Moment),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", Moment),
    Index("ix_kits_policy_version", "policy_version"),
    Index("ix_kits_account_id", "account_id"),
    info=privacy(Mentions(columns=("text", "acknowledged_by"))),
)

merges = Table(
    "merges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("from_id", String(200), nullable=False),
    Column("into_id", String(200), nullable=False),
    Column("merged_at", Moment, nullable=False),
    Column("merged_by", Text, nullable=False),
    Column("undo", Plain, nullable=False),
    Column("undone_at", Moment),
    Column("undone_by", Text),
    info=privacy(Mentions(columns=("undo",), contacts_under="contacts")),
)

signals = Table(
    "signals",
    metadata,
    Column("id", Id, primary_key=True),
    _account(),
    Column("kind", String(40), nullable=False),
    Column("about", String(80), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("taken_by", Text),
    Column("taken_by_name", Text),
    Column("taken_at", Moment),
    Index("ix_signals_account_id", "account_id"),
    Index("ix_signals_ended_at", "ended_at"),
    Index("ix_signals_raised_at", "raised_at"),
    Index("ix_signals_taken_at", "taken_at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("rules", Plain, nullable=False),
    Column("services", Plain, nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_by_name", Text, nullable=False),
    Column("version", Integer),
    Column("withdrawn_at", Moment),
    Column("rehearsal", Plain),
    Column("rehearsed_at", Moment),
    Column("rehearsed_state", Text),
    Column("rehearsal_begun_at", Moment),
    Column("rehearsal_done", Integer),
    Column("rehearsal_problem", Text),
)

# A hundred thousand may move: they are read page by page.
draft_movers = Table(
    "draft_movers",
    metadata,
    Column("draft_id", ForeignKey("drafts.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("account_id", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("before", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("due", Date),
    Column("revenue_cents", Id),
    Column("revenue_currency", String(3)),
    Column("old_reasons", Json, nullable=False),
    Column("new_reasons", Json, nullable=False),
    Column("lost", Json, nullable=False),
    Column("gained", Json, nullable=False),
    # All of it, so that counting who goes one way reads no rows, which are long.
    Index("ix_draft_movers_draft_id_before_after_place", "draft_id", "before", "after", "place"),
)

draft_signatures = Table(
    "draft_signatures",
    metadata,
    Column("draft_id", ForeignKey("drafts.id"), primary_key=True),
    Column("who", String(320), primary_key=True),
    Column("name", Text, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    info=privacy(Mentions(columns=("note",))),
)

draft_shares = Table(
    "draft_shares",
    metadata,
    Column("id", Id, primary_key=True),
    Column("draft_id", ForeignKey("drafts.id"), nullable=False, index=True),
    Column("readers", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by_name", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("ended_at", Moment),
)

drawn_reports = Table(
    "drawn_reports",
    metadata,
    Column("quarter", String(7), primary_key=True),
    Column("drawn_at", Moment, nullable=False),
    Column("report", Plain, nullable=False),
)

# Files that somebody looks over before they land; they are forgotten afterwards. Personal is what they hold.
uploads = Table(
    "uploads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("mapping", Text),
    Column("whole", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", Id, nullable=False),
    Column("made_at", Moment, nullable=False, index=True),
    Column("made_by", Text, nullable=False),
    Column("made_by_name", Text, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("state", Text),
    Column("outcome", Plain),
    info=privacy(Mentions(columns=("name", "outcome"))),
)

upload_parts = Table(
    "upload_parts",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    # Whoever is named in a file that waits: the whole file is forgotten, see `Uploads.forget_naming`.
    info=privacy(Mentions(columns=("content",), deletes=True)),
)
