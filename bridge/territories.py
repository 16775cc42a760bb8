"""What countries are called in a language, from CLDR (babel)."""

from __future__ import annotations

from babel import Locale, localedata


def territories(language: str) -> list[tuple[str, str]]:
    """Code and name of every territory. Babel would keep all it knows of a language (1 MB each) for ever; what it had not before is let go again."""
    kept: dict[str, object] = getattr(localedata, "_cache", {})
    before = set(kept)
    found = list(Locale.parse(language).territories.items())
    for name in set(kept) - before:
        del kept[name]
    return found
