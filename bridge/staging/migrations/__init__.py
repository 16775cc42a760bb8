"""The schema's history: alembic scripts, run by `bridge.staging.migrate` when a database is opened."""
