"""Websites, domains and links."""

from __future__ import annotations

import pytest
from cleaning_cases import check, cleaned

WEBSITES = [
    ("https://acme.com", "https://acme.com", ""),
    ("http://acme.com", "http://acme.com", ""),
    ("acme.com", "https://acme.com", "reformatted"),
    ("www.acme.com", "https://www.acme.com", "reformatted"),
    ("WWW.ACME.COM", "https://www.acme.com", "reformatted"),
    ("HTTPS://Acme.com/", "https://acme.com", "reformatted"),
    ("https://acme.com/", "https://acme.com", "reformatted"),
    ("https://acme.com/de", "https://acme.com/de", ""),
    ("https://acme.com/De/Shop", "https://acme.com/De/Shop", ""),
    ("https://acme.com:8443/x", "https://acme.com:8443/x", ""),
    ("https://acme.com/?utm_source=x&gclid=1", "https://acme.com", "reformatted"),
    ("https://acme.com/p?id=7&utm_source=x", "https://acme.com/p?id=7", "reformatted"),
    ("https://acme.com/p?id=7", "https://acme.com/p?id=7", ""),
    ("//acme.com", "https://acme.com", "reformatted"),
    ("htp://acme.com", "http://acme.com", "reformatted"),
    ("https//acme.com", "https://acme.com", "reformatted"),
    ("http:/acme.com", "http://acme.com", "reformatted"),
    ("https:acme.com", "https://acme.com", "reformatted"),
    ("acme.co.uk", "https://acme.co.uk", "reformatted"),
    ("münchen.de", "https://xn--mnchen-3ya.de", "reformatted"),
    ("acme.com, acme.de", "https://acme.com", "reformatted"),
    ("<acme.com>", "https://acme.com", "reformatted"),
    ("acme.com.", "https://acme.com", "reformatted"),
    ("acme", None, "not_a_website"),
    ("acme.con", None, "not_a_website"),
    ("localhost", None, "not_a_website"),
    ("http://localhost:8080", None, "not_a_website"),
    ("192.168.1.1", None, "not_a_website"),
    ("http://10.0.0.1/", None, "not_a_website"),
    ("jane@acme.com", None, "not_a_website"),
    ("https://user:secret@acme.com", None, "not_a_website"),
    ("javascript:alert(1)", None, "not_a_website"),
    ("file:///etc/passwd", None, "not_a_website"),
    ("ftp://acme.com", None, "not_a_website"),
    ("https://", None, "not_a_website"),
    ("http://[::1", None, "not_a_website"),
    ("n/a", None, "placeholder"),
    ("none", None, "placeholder"),
    ("-", None, "placeholder"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), WEBSITES)
def test_website(raw: str, value: str | None, reason: str) -> None:
    check("website", raw, value, reason)


DOMAINS = [
    ("acme.com", "acme.com", ""),
    ("ACME.com", "acme.com", "reformatted"),
    ("www.acme.com", "acme.com", "reformatted"),
    ("shop.acme.co.uk", "acme.co.uk", "reformatted"),
    ("https://www.acme.com/about", "acme.com", "reformatted"),
    ("http://acme.com:8080", "acme.com", "reformatted"),
    ("jane@acme.com", "acme.com", "reformatted"),
    ("jane@mail.acme.com", "acme.com", "reformatted"),
    ("@acme.com", "acme.com", "reformatted"),
    ("acme.com/", "acme.com", "reformatted"),
    ("acme.com, acme.de", "acme.com", "reformatted"),
    ("acme.io", "acme.io", ""),
    ("münchen.de", "xn--mnchen-3ya.de", "reformatted"),
    ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de", ""),
    ("acme.com.au", "acme.com.au", ""),
    ("a.b.c.acme.de", "acme.de", "reformatted"),
    ("gmail.com", None, "not_own_domain"),
    ("acme.com.", "acme.com", "reformatted"),
    ("https://acme.com?x=1", "acme.com", "reformatted"),
    ("linkedin.com/company/acme", None, "not_own_domain"),
    ("jane@gmail.com", None, "not_own_domain"),
    ("gmx.de", None, "not_own_domain"),
    ("acme.github.io", "acme.github.io", ""),
    ("https://acme.wordpress.com/about", "acme.wordpress.com", "reformatted"),
    ("www.acme.weebly.com", "acme.weebly.com", "reformatted"),
    ("www.weebly.com", "weebly.com", "reformatted"),
    ("https://www.acme.netlify.app/start", "acme.netlify.app", "reformatted"),
    ("shop.acme.uk.com", "acme.uk.com", "reformatted"),
    ("github.io", None, "not_own_domain"),
    ("https://www.facebook.com/acme", None, "not_own_domain"),
    ("https://sites.google.com/acme", None, "not_own_domain"),
    ("https://x.com/acme", None, "not_own_domain"),
    ("https://www.amazon.de/stores/Acme", None, "not_own_domain"),
    ("https://apps.apple.com/us/app/acme/id1", None, "not_own_domain"),
    ("https://linktr.ee/acme", None, "not_own_domain"),
    ("https://www.amazon.de/", "amazon.de", "reformatted"),
    ("jane@xing.com", "xing.com", "reformatted"),
    ("careers.booking.com/acme", "booking.com", "reformatted"),
    ("co.uk", None, "not_a_website"),
    ("com", None, "not_a_website"),
    ("acme", None, "not_a_website"),
    ("acme.con", None, "not_a_website"),
    ("192.168.1.1", None, "not_a_website"),
    ("localhost", None, "not_a_website"),
    ("n/a", None, "not_a_website"),
    ("-acme.com", None, "not_a_website"),
    ("acme..com", None, "not_a_website"),
    (42, None, "not_a_website"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), DOMAINS)
def test_domain(raw: object, value: str | None, reason: str) -> None:
    check("domain", raw, value, reason)


def test_a_shared_network_is_a_domain_when_asked() -> None:
    assert cleaned("domain", "linkedin.com/company/acme", options={"shared": "keep"}).value == "linkedin.com"


URLS = [
    ("https://acme.com/a", "https://acme.com/a", ""),
    ("http://acme.com/a?utm_source=x", "http://acme.com/a?utm_source=x", ""),
    ("https://acme.com/a?b=1&c=2#d", "https://acme.com/a?b=1&c=2#d", ""),
    ("https://acme.com", "https://acme.com", ""),
    ("https://acme.com/", "https://acme.com", "reformatted"),
    ("acme.com/a", "https://acme.com/a", "reformatted"),
    ("www.acme.com", "https://www.acme.com", "reformatted"),
    ("HTTPS://ACME.com/Path", "https://acme.com/Path", "reformatted"),
    ("https://acme.com/a b", "https://acme.com/a%20b", "reformatted"),
    ("https://acme.com/a%20b", "https://acme.com/a%20b", ""),
    ("https://linkedin.com/in/jane", "https://linkedin.com/in/jane", ""),
    ("linkedin.com/in/jane-doe", "https://linkedin.com/in/jane-doe", "reformatted"),
    ("https://münchen.de/straße", "https://xn--mnchen-3ya.de/straße", "reformatted"),
    ("https://acme.com:443/", "https://acme.com:443", "reformatted"),
    ("//acme.com/a", "https://acme.com/a", "reformatted"),
    ("htp://acme.com/a", "http://acme.com/a", "reformatted"),
    ("https://acme.com/a?x=[1]", "https://acme.com/a?x=[1]", ""),
    ("https://acme.com/(a)", "https://acme.com/(a)", ""),
    ("https://acme.com/a,b;c", "https://acme.com/a,b;c", ""),
    ("\u200bhttps://acme.com/a", "https://acme.com/a", "invisible_removed"),
    ("javascript:alert(1)", None, "not_a_url"),
    ("data:text/html,<script>", None, "not_a_url"),
    ("vbscript:x", None, "not_a_url"),
    ("file:///etc/passwd", None, "not_a_url"),
    ("ftp://acme.com/a", None, "not_a_url"),
    ("mailto:jane@acme.com", None, "not_a_url"),
    ("https://user:pw@acme.com/", None, "not_a_url"),
    ("https://127.0.0.1/", None, "not_a_url"),
    ("https://acme/", None, "not_a_url"),
    ('https://acme.com/"onclick', None, "not_a_url"),
    ("https://acme.com/<b>", None, "not_a_url"),
    ("no link", None, "not_a_url"),
    ("https://acme.com:port/", None, "not_a_url"),
    (17, None, "not_a_url"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), URLS)
def test_url(raw: object, value: str | None, reason: str) -> None:
    check("url", raw, value, reason)
