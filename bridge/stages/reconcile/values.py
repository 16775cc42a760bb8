"""What reconcile is asked about, what it compares with, and how sure it must be. Pure values and the two doors to the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bridge.frozen import frozen
from bridge.index_rows import IndexRow, Ruling

Keys = NDArray[np.int64]
Numbers = NDArray[np.int64]
WHOLE_KEPT = 2_048
"""Whole names and hosts that are remembered: about a batch of them. Most come once or soon again; 32,768 of each took 90 MB and no less time."""
PLACES_KEPT = 8_192
WORDS_KEPT = 32_768
"""Single words come again and again."""


@frozen
class Probe:
    """A lead as reconcile sees it: everything it may be recognised by, as typed. Empty text means unknown.

    `hubspot_company_*` is HubSpot's own company record of this contact, when it has one.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""
    website: str = ""
    phone: str = ""
    country: str = ""
    state: str = ""
    city: str = ""
    title: str = ""
    hubspot_company_domain: str = ""
    hubspot_company_name: str = ""


@frozen
class AccountEntry:
    """An account as the directory knows it.

    `domains` are web domains learned from its contacts' e-mail addresses or from confirmed matches; `other_names` are former names, aliases
    and company names confirmed for it; `parent_id` is the account above it.
    """

    id: str
    name: str
    website: str = ""
    phone: str = ""
    country: str = ""
    state: str = ""
    city: str = ""
    parent_id: str = ""
    domains: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


@frozen
class PersonEntry:
    """A person as the directory knows them: a Salesforce lead or contact, or somebody already known from HubSpot.

    `kind` says where they live: `salesforce.lead`, `salesforce.contact` or `lead` (ours); `id` is unique together with it.
    """

    id: str
    kind: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    title: str = ""
    country: str = ""
    city: str = ""
    account_id: str = ""


@frozen
class MatchSettings:
    """How sure is sure, as calibrated probabilities.

    `link_at`: link without asking when the web domain agrees; `link_by_name_at`: when only name and place speak (a little
    less beside a web domain of the company's own, see `accounts.OWN_DOMAIN`); `link_person_at`: join two
    records of a person; below `review_at` nothing is proposed. `gap`: the least distance in log-odds to the runner-up for a link.
    `candidates`: how many accounts are compared per lead.
    """

    link_at: float = 0.66
    link_by_name_at: float = 0.88
    link_person_at: float = 0.8
    review_at: float = 0.42
    gap: float = 0.5
    candidates: int = 32


class Directory(Protocol):
    """An index by integer keys. Every look-up takes a whole batch of keys and costs one query, whatever the batch's size.

    Entries are known inside by their number. `counts` tells how many entries have each key (the rarity of words, how many accounts share a
    domain); `postings` answers `(starts, numbers)`: the numbers of key i are `numbers[starts[i]:starts[i + 1]]`, for keys that not more than
    LISTED entries have. `listing` tells that `postings` will be asked for next, so that one query gives both.
    """

    @property
    def size(self) -> int: ...

    def counts(self, keys: Keys, *, listing: bool = False) -> Numbers: ...

    def postings(self, keys: Keys) -> tuple[Numbers, Numbers]: ...

    def rows(self, numbers: Numbers) -> Sequence[IndexRow]: ...

    def payloads(self, numbers: Numbers) -> Sequence[bytes]: ...

    def rulings(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Ruling]]: ...


AccountDirectory = Directory
PeopleDirectory = Directory
