"""The countries there are, by their two letters."""

from __future__ import annotations

from functools import lru_cache

HOW_WRITTEN = "Write the two letters of ISO 3166, e.g. DE, GB, US."


def is_country(code: str) -> bool:
    """Whether these are the two letters of a country, upper and lower case alike. Kosovo has XK.

    >>> is_country("GB"), is_country("xk"), is_country("UK"), is_country("Germany")
    (True, True, False, False)
    """
    return code.upper() in _codes()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    import pycountry  # only who asks for a country waits for the list

    return frozenset({"XK", *(country.alpha_2 for country in pycountry.countries)})
