"""Alembic's entry: runs the scripts on the connection that `bridge.staging.migrate` hands over."""

from alembic import context

from bridge.staging.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
