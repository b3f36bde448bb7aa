"""Run the migrations, inside the transaction of `Store.upgrade` or for a developer's `alembic` command."""

from alembic import context

from tiering.config import Settings
from tiering.storage import tables  # noqa: F401 - makes the tables known to the metadata
from tiering.storage.database import metadata, open_engine, transaction

given = context.config.attributes.get("connection")
if given is not None:
    context.configure(connection=given, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()
else:
    with transaction(open_engine(Settings().database)) as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        context.run_migrations()
