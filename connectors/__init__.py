"""Clients of the outside systems. They know nothing of `bridge`."""
