"""`website` (a company's site), `domain` (its registered domain) and `url` (any link that opens in a browser)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import regex

from bridge.decisions import Cleaned
from bridge.shared_hosts import SITES, is_page_of_a_market
from bridge.stages.clean.answers import Change, FormatContext, nothing, refused, written
from bridge.stages.clean.domains import Host, host_of, own_domain
from bridge.stages.clean.emails import FREEMAIL
from bridge.stages.clean.formats.plain import is_placeholder
from bridge.stages.clean.text import tidy

_SCHEME = regex.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", regex.I)
_BROKEN_SCHEME = regex.compile(r"^h?t?tps?(?:;|:|:/|:///+)/*(?=[^/:])|^https?//", regex.I)
_TRACKING = regex.compile(r"utm_|gclid|fbclid|msclkid|_hs|hsa_|mc_[ce]id|dclid|yclid", regex.I)
_BARE = regex.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_FIRST = regex.compile(r"[,;|\s]+")


class Link(NamedTuple):
    """A link taken apart: `rest` is path, query and fragment."""

    scheme: str
    host: Host
    port: int | None
    rest: str

    @property
    def text(self) -> str:
        return f"{self.scheme}://{self.host.name}{f':{self.port}' if self.port else ''}{self.rest}"


def link_of(text: str, *, tracking: bool = False) -> Link | None:
    """The http(s) link that `text` spells, scheme or not (then https); None for anything else. `tracking` parameters go or stay."""
    text = _BROKEN_SCHEME.sub(lambda broken: "https://" if "s" in broken[0].lower() else "http://", text)
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https") and "." not in scheme[1]:
        return None
    if "://" not in text:
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host, port = host_of(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if host is None or parts.username is not None or any(blank in text for blank in ' <>"`\\'):
        return None
    query = parts.query if tracking else _untracked(parts.query)
    return Link(parts.scheme.lower(), host, port, _rest(parts.path, query, parts.fragment))


def _rest(path: str, query: str, fragment: str) -> str:
    rest = "" if path == "/" else path
    return f"{rest}{f'?{query}' if query else ''}{f'#{fragment}' if fragment else ''}"


def _untracked(query: str) -> str:
    if not query or not _TRACKING.search(query):
        return query
    return urlencode(
        [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _TRACKING.match(name)]
    )


def website(raw: object, context: FormatContext) -> Cleaned:
    """`https://host/path`, host in lower case, tracking parameters gone; the first when several were typed."""
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    host = host_of(text) if _BARE.fullmatch(text) else None
    if host is not None:
        return written(raw, text, f"https://{text}", changes)
    if is_placeholder(text):
        return refused(raw, "placeholder", f"'{text}' says nothing", changes)
    first = _FIRST.split(text.strip(" ,;<>()\"'"))[0]
    link = None if "@" in first.partition("?")[0] else link_of(first)
    if link is None:
        return refused(raw, "not_a_website", "not the address of a website", changes)
    if first != text and " " in text:
        changes = (*changes, Change("reformatted", "the first of several was taken"))
    return written(raw, text, link.text, changes)


def domain(raw: object, context: FormatContext) -> Cleaned:
    """The company's domain in ASCII lower case, out of a domain, a link or an e-mail address; below a host of everybody's pages the name lent there.

    Networks and mail providers are nobody's own: refused, unless the option `shared: keep` allows them.
    """
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    first = _FIRST.split(text.strip(" ,;<>()\"'"))[0]
    link = link_of(first.rpartition("@")[2] if "@" in first and "://" not in first else first)
    if link is None:
        return refused(raw, "not_a_website", "not a domain", changes)
    if context.options.get("shared") == "keep":
        return written(raw, text, link.host.domain, changes)
    own = own_domain(link.host.name)
    page = is_page_of_a_market(link.host.name, link.host.domain, link.rest)
    if not own or own in SITES or own in FREEMAIL or page:
        return refused(raw, "not_own_domain", f"{link.host.domain} is shared by everybody", changes)
    return written(raw, text, own, changes)


def url(raw: object, context: FormatContext) -> Cleaned:
    """A link with http or https, path and parameters as they are; blanks inside are written as %20."""
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    link = link_of(text.replace(" ", "%20"), tracking=True)
    if link is None:
        return refused(raw, "not_a_url", "not a link that can be opened", changes)
    return written(raw, text, link.text, changes)
