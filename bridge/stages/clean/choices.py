"""Value maps and picklists: which of the target's options a value means.

An option is found by its stored value or its label, upper and lower case alike. Country and state picklists are matched by meaning in
`places`; everything else only by what is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from connectors.records import FieldSchema


@lru_cache(maxsize=256)
def _index(options: tuple[str, ...], labels: tuple[str, ...]) -> Mapping[str, str]:
    by_label = {label.casefold(): option for option, label in zip(reversed(options), reversed(labels), strict=False)}
    return {**by_label, **{option.casefold(): option for option in reversed(options)}}


def option_for(text: str, target: FieldSchema) -> str | None:
    """The stored value of the option that `text` names, or None. An exact stored value wins over a label."""
    if text in target.options:
        return text
    return _index(target.options, target.labels).get(text.casefold())


def mapped(text: str, values: Mapping[str, str]) -> str | None:
    """What the mapping line's `values` (keys casefolded) say for `text`, or None."""
    return values.get(text.casefold())
