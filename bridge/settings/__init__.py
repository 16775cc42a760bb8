"""Settings: the typed model of every YAML file, loading with positions, problems as `file:line:col`, samples and JSON Schema.

Promise: what loads is whole and consistent; what does not is reported all at once, in words an admin can act on.
"""
