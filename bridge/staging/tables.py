"""All tables of staging, whichever file defines them: what migrations are compared with."""

from bridge.staging import directory_tables, schema
from bridge.staging.metadata import metadata

__all__ = ["directory_tables", "metadata", "schema"]
