"""PostgreSQL databases that a test has used and the next may use as if they were new.

Copying one costs a third of a second, since it is of several hundred files; emptying one costs a hundredth.
"""

from __future__ import annotations

import time
from contextlib import suppress

import psycopg

_SHAPE = """
SELECT 'class', oid::text, xmin::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'column', attrelid || ' ' || attnum, a.xmin::text FROM pg_attribute a
JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', oid::text, xmin::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', t.oid::text, t.xmin::text FROM pg_trigger t
JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'sequence', sequencename, last_value::text FROM pg_sequences
UNION ALL
SELECT 'audit', id::text, a::text FROM audit a
UNION ALL
SELECT 'version', version_num, '' FROM alembic_version
UNION ALL
SELECT 'large', oid::text, '' FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 1000000
ORDER BY 1, 2
"""
"""All that must be as it was: each change of the schema leaves its number on what it changed.

What was deleted is still walked over, so a table that has held much is not as good as new.
"""

_EMPTY = """
DO $$ DECLARE one record; BEGIN
    FOR one IN
        SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
        AND relname NOT IN ('audit', 'alembic_version')
    LOOP
        EXECUTE format('DELETE FROM %s', one.name);
    END LOOP;
    DELETE FROM audit WHERE id > (SELECT min(id) FROM audit);
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
    WHERE last_value IS NOT NULL;
    PERFORM setval(pg_get_serial_sequence('audit', 'id'), max(id)) FROM audit;
END $$
"""
"""What was migrated once holds one row of the audit and nothing else."""

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_PATIENCE = 0.5

Shape = list[tuple[str, str, str]]


def shape_of(url: str) -> Shape:
    """Return what two databases have in common that nothing has happened to."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(_SHAPE).fetchall()


class Spares:
    """The databases that may be taken as new."""

    def __init__(self, blank: Shape) -> None:
        self._blank = blank
        self._urls: list[str] = []

    def take(self) -> str | None:
        """Return one, if there is any."""
        return self._urls.pop() if self._urls else None

    def give_back(self, url: str) -> None:
        """Empty a database, and keep it unless something of its test is left in it."""
        with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
            if not _is_left(connection):
                return
            connection.execute("SET lock_timeout = '500ms'")
            connection.execute("SET session_replication_role = replica")  # no foreign key says in which order
            connection.execute(_EMPTY)
            if connection.execute(_SHAPE).fetchall() == self._blank:
                self._urls.append(url)


def _is_left(connection: psycopg.Connection) -> bool:
    """Whether all others have gone; a connection that was closed takes a moment to end."""
    end = time.monotonic() + _PATIENCE
    while connection.execute(_OTHERS).fetchone() != (0,):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
