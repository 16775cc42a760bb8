"""What an account's existing contacts tell: the web domains they write from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bridge.stages.reconcile.domains import domain_of_email, domain_of_website

MOST = 5
SHARE = 0.2  # of an account's contacts with a business address: fewer are guests (agencies, former employers)


def domains_of_contacts(emails: Iterable[str], website: str) -> tuple[str, ...]:
    """The domains besides the account's own `website` that these contacts stand for, the most frequent first.

    One contact alone is believed when the account has no website; else two must share a domain. Mail providers never count.
    """
    found = [domain.name for email in emails if (domain := domain_of_email(email)) is not None and not domain.shared]
    own = domain_of_website(website)
    counts = Counter(found)
    least = max(2 if own else 1, SHARE * len(found))
    return tuple(name for name, count in counts.most_common(MOST) if count >= least and not (own and name == own.name))
