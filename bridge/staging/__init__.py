"""Staging: the only room with SQL. SQLite by default, PostgreSQL for several workers, one schema.

Times are whole milliseconds since 1970 in UTC. Every write runs in a short transaction of its own; none is open across a network call.
"""
