from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot import storage as bot_storage
from kb.storage import door, requests, votes
from tests.conftest import NOON, OLGA, TODAY, MakeUrl, account, an_import, noon
from tiering.domain.decision import Decision, Reason
from tiering.storage import tables
from tiering.storage.database import CONNECTIONS, metadata
from tiering.usecases.record import RecordUnavailable, SchemaBehind, Store, check, open_store, upgrade


def test_the_migrations_make_the_tables_that_the_code_expects(store: Store) -> None:
    faces = {
        bot_storage.seen.metadata,
        door.sessions.metadata,
        votes.votes.metadata,
        requests.requests.metadata,
    }
    assert faces == {tables.accounts.metadata} == {metadata}
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_names_the_newest_migration() -> None:
    script = ScriptDirectory(str(Path(tables.__file__).parent / "migrations"))
    assert script.get_heads() == [tables.REVISION]


def test_a_record_of_an_older_version_is_refused(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(SchemaBehind, match="tiering upgrade"):
        check(store)


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    assert upgrade(store, OLGA)[0] == upgrade(store, OLGA)[1]
    check(store)


def test_a_record_without_tables_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new.db'}", noon)
    with pytest.raises(SchemaBehind, match="tiering upgrade"):
        check(store)


def test_an_unreachable_server_is_one_sentence_without_the_password() -> None:
    store = open_store("postgresql://anna:s3cret@127.0.0.1:9/none", noon)
    with pytest.raises(RecordUnavailable) as caught:
        check(store)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "longtail.db"
    path.write_bytes(b"this is a text, not a database, and it is long enough to be noticed" * 20)
    with pytest.raises(RecordUnavailable, match="not a database"):
        check(open_store(f"sqlite:///{path}", noon))


def test_a_unit_of_work_that_fails_leaves_nothing(store: Store) -> None:
    def fail_halfway() -> None:
        with store.begin() as work:
            work.accounts.save([account("A-1", "Acme")], an_import(work))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with store.begin() as work:
        assert work.accounts.count() == 0
        assert [entry.action for entry in work.audit.entries()] == ["upgrade"]


def test_two_writers_wait_for_each_other_and_both_land(store: Store) -> None:
    together = Barrier(8)

    def write(number: int) -> None:
        together.wait()
        with store.begin() as work:
            work.accounts.save([account(f"A-{number}", f"Account {number}")], an_import(work))

    threads = [Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.begin() as work:
        assert work.accounts.count() == 8


def test_sqlite_runs_with_a_write_ahead_log_and_foreign_keys(make_url: MakeUrl) -> None:
    store = open_store(make_url("sqlite"), noon)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_a_record_locked_by_somebody_else_is_said_to_be_busy_as_soon_as_patience_ends(
    database_url: str,
) -> None:
    other, store = open_store(database_url, noon), open_store(database_url, noon, patience=0.2)
    with other.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
    with other.begin() as work:
        work.accounts.hold("A-1")
        started = monotonic()
        with pytest.raises(RecordUnavailable, match=r"busy with another change; please try again"):
            hold(store, "A-1")
        assert 0.1 < monotonic() - started < 2
    hold(store, "A-1")
    other.close()
    store.close()


def hold(store: Store, account_id: str) -> None:
    with store.begin() as work:
        work.accounts.hold(account_id)


def test_whoever_gets_no_connection_in_time_is_told_that_the_record_is_busy(make_url: MakeUrl) -> None:
    store = open_store(make_url("postgresql"), noon, patience=0.1)
    with ExitStack() as opened:
        for _ in range(CONNECTIONS):
            opened.enter_context(store.begin())
        with pytest.raises(RecordUnavailable, match="busy"):
            hold(store, "A-1")
    hold(store, "A-1")
    store.close()


def test_a_statement_that_takes_too_long_on_postgresql_ends_with_patience(make_url: MakeUrl) -> None:
    store = open_store(make_url("postgresql"), noon, patience=0.1)
    with pytest.raises(RecordUnavailable, match="busy"), store.begin() as work:
        work.connection.exec_driver_sql("SELECT pg_sleep(5)")
    store.close()


def decision(tier: int, version: int = 1) -> Decision:
    reason = Reason("arr", "$1", "any value", f"tier {tier}", f"ARR is $1: tier {tier}.", "crm.csv", TODAY)
    return Decision("A-1", tier, False, (reason,), version, TODAY)


def test_a_new_decision_supersedes_the_old_one_and_both_stay(ruled: Store) -> None:
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        work.decisions.save([decision(3)])
        work.decisions.save([decision(2)])
    with ruled.begin() as work:
        assert work.decisions.current(["A-1", "A-2"]) == {"A-1": decision(2)}
        assert [one.tier for one in work.decisions.history("A-1")] == [2, 3]
        kept = work.decisions.current(["A-1"])["A-1"].reasons[0]
        assert (kept.source, kept.as_of) == ("crm.csv", TODAY)


def test_a_job_is_taken_once_a_day_and_by_one_runner(store: Store) -> None:
    with store.begin() as work:
        assert work.jobs.take("daily", "one", NOON, TODAY)
        assert not work.jobs.take("daily", "two", NOON, TODAY)
        assert work.jobs.take("daily", "one", NOON, TODAY)
        work.jobs.done("daily", "two", TODAY)
        assert not work.jobs.take("daily", "two", NOON, TODAY)
        work.jobs.done("daily", "one", TODAY)
        assert not work.jobs.take("daily", "one", NOON, TODAY)
        assert work.jobs.take("daily", "two", NOON, TODAY.replace(day=23))


def test_a_runner_that_died_loses_its_job_after_an_hour(store: Store) -> None:
    with store.begin() as work:
        assert work.jobs.take("daily", "one", NOON, TODAY)
        assert work.jobs.take("daily", "two", NOON.replace(hour=13, minute=1), TODAY)
