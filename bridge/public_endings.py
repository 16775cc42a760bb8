"""Which part of a host name somebody registered, by the list of public endings that `tldextract` ships. The list is read once a process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tldextract import TLDExtract
from tldextract.tldextract import ExtractResult

_endings = TLDExtract(suffix_list_urls=(), cache_dir=None)  # never asks the network


def parts_of(host: str, *, lent: bool = False) -> ExtractResult:
    """The parts of a host in ASCII lower case. `lent`: endings below which their owner gives names to others count as public, too.

    >>> parts_of("shop.acme.co.uk").domain, parts_of("acme.github.io").domain, parts_of("acme.github.io", lent=True).domain
    ('acme', 'github', 'acme')
    """
    return _endings(host, include_psl_private_domains=lent)


@lru_cache(maxsize=1)
def lent_endings() -> frozenset[str]:
    """The private part of the list: domains below which their owner gives names to others ("github.io", "uk.com")."""
    with_lent = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    return frozenset(with_lent.tlds).difference(_endings.tlds)


def and_above(host: str) -> Iterator[str]:
    """A host and all it is below.

    >>> list(and_above("mail.acme.example"))
    ['mail.acme.example', 'acme.example', 'example']
    """
    while host:
        yield host
        host = host.partition(".")[2]
