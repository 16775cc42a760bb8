"""The REST API over the org: one module for each family of resources."""
