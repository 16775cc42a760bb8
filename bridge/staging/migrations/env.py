"""Alembic's entry: runs the scripts on the connection that `bridge.staging.migrate` hands over."""

from alembic import context

from bridge import points
from bridge.staging.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    on_version_apply=lambda **_: points.reach("migrations: a script was run"),
)
with context.begin_transaction():
    context.run_migrations()
