"""Web hosts below which pages and names are other people's: they do not tell whom somebody works for. Public names of those sites themselves."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SITES = _words(
    """
    facebook.com linkedin.com twitter.com x.com instagram.com youtube.com google.com sites.google.com wikipedia.org github.com medium.com
    bit.ly goo.gl linktr.ee t.me wa.me youtu.be
    """
)
"""Profiles and short links: whatever stands there, the domain is nobody's who gives it as a company's."""

LENDERS = _words(
    """
    wordpress.com weebly.com squarespace.com tumblr.com webs.com jimdo.com jimdosite.com jimdofree.com business.site
    godaddysites.com site123.me webnode.com substack.com hs-sites.com hubspotpagebuilder.com onmicrosoft.com
    sharepoint.com tistory.com over-blog.com canalblog.com livejournal.com mystrikingly.com bigcartel.com e-monsite.com
    ueniweb.com homestead.com typepad.com ucoz.ru narod.ru
    """
)
"""Those lend names below their own to anybody, and the list of public endings does not say so."""

_MARKETS = _words(
    """
    airbnb alibaba aliexpress amazon behance booking crunchbase ebay etsy eventbrite fb fiverr gelbeseiten glassdoor gumroad indeed indiamart
    kickstarter kleinanzeigen kununu meetup mercadolibre mercadolivre patreon pinterest reddit shopee soundcloud threads tiktok tripadvisor
    trustpilot udemy upwork vimeo vk weibo whatsapp wlw xing yelp
    apps.apple.com itunes.apple.com play.google.com
    """
)
"""Names, whatever the ending, and hosts below which each page is somebody else's."""
_OF_THE_MARKET = frozenset(["about", "aws", "business", "careers", "corporate", "developer", "jobs", "press"])


def is_page_of_a_market(host: str, domain: str, path: str) -> bool:
    """Is it a page below a market's, a network's or a directory's own site: a shop, an app, a profile that is somebody else's? `host` and its
    registered `domain` in ASCII lower case.

    >>> is_page_of_a_market("www.amazon.de", "amazon.de", "/stores/acme"), is_page_of_a_market("www.amazon.de", "amazon.de", "/")
    (True, False)
    """
    first = host.removeprefix("www.")
    if not path.strip("/ ") or first.partition(".")[0] in _OF_THE_MARKET:
        return False
    return domain.partition(".")[0] in _MARKETS or first in _MARKETS
