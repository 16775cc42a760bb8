"""The big world: a million contacts as a stream, from templates, made while they are loaded. Same shape of data as the demo, few of its messes.

By `size` n: n contacts, n/5 HubSpot companies, n/5 Salesforce accounts of which three quarters are those companies, n/25 Salesforce contacts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

from connectors.sandbox.world import Ref, Thing, World
from connectors.sandbox.worlds import crm, portal
from connectors.sandbox.worlds.crm import REPS
from connectors.sandbox.worlds.draft import Draft, iso
from connectors.sandbox.worlds.organisations import ascii_word
from connectors.sandbox.worlds.pools import countries, family_names, given_names, table, titles

PLACES = ("US", "GB", "DE", "FR", "NL", "ES", "IE", "IN", "AU", "BR", "CA", "SE")
SPAN_DAYS = 540


class _Templates:
    """Everything that is the same for many records, worked out once."""

    def __init__(self, seed: int, now: datetime) -> None:
        rng = random.Random(f"{seed}/big")
        words = table("organisations")
        self.brands = [front + back for front, back in product(words["fronts"], words["backs"])]
        rng.shuffle(self.brands)
        self.industries = list(words["industries"].items())
        self.places = [countries()[code] for code in PLACES]
        pools = ("english", "german", "french", "indian", "spanish", "dutch", "nordic", "portuguese")
        self.first = [(name.latin, ascii_word(name.latin)) for pool in pools for name in given_names(pool)]
        self.last = [(name.latin, ascii_word(name.latin)) for pool in pools for name in family_names(pool)]
        self.titles = [
            title.text for level in ("c_level", "vp", "director", "manager", "staff") for title in titles(level, "en")
        ]
        self.owners = [Ref("User", rep.key) for rep in REPS if rep.active]
        start = now - timedelta(days=SPAN_DAYS)
        # Ten thousand moments, ascending: ids and times grow together as in a real portal.
        self.moments = [start + timedelta(days=SPAN_DAYS) * (step / 10_000) for step in range(10_000)]
        self.texts = [iso(moment) for moment in self.moments]
        self.needs = [line.format(a="ERP", b="billing", n=12, m="June") for line in table("talk")["needs"]]

    def organisation(self, number: int) -> tuple[str, str, int]:
        """Name, domain and which place, by number; every number its own."""
        brand = self.brands[number % len(self.brands)]
        line = self.industries[number % len(self.industries)][1]["en"]
        place = number * 7 % len(self.places)
        round_ = number // len(self.brands)
        tag = f" {round_:02d}" if round_ else ""
        legal = self.places[place].legal
        return (
            f"{brand}{tag} {line} {legal[number % len(legal)]}",
            f"{brand.lower()}{round_ or ''}.{self.places[place].tlds[0]}",
            place,
        )


def big(seed: int, now: datetime, size: int = 1_000_000) -> World:
    """A world of `size` contacts. Both streams can be read once, and hold nothing back in memory."""
    templates = _Templates(seed, now)
    return World("big", seed, now, _hubspot(templates, seed, now, size), _salesforce(templates, seed, now, size))


def _hubspot(templates: _Templates, seed: int, now: datetime, size: int) -> Iterator[Thing]:
    yield from portal.portal(now)
    count = max(1, size // 5)
    yield from _companies(templates, count)
    yield from _contacts(templates, random.Random(f"{seed}/big/contacts"), size, count)


def _companies(templates: _Templates, count: int) -> Iterator[Thing]:
    moments = templates.moments
    for number in range(count):
        name, domain, place = templates.organisation(number)
        employees = 5 + number * 37 % 4000
        at = moments[number * 10_000 // count]
        values = {
            "name": name, "domain": domain, "country": templates.places[place].name, "city": templates.places[place].cities[0].name,
            "industry": templates.industries[number % len(templates.industries)][0], "numberofemployees": str(employees),
            "annualrevenue": str(employees * 150_000), "hs_is_target_account": "true" if number % 40 == 0 else "false",
        }  # fmt: skip
        yield Thing("companies", f"o{number}", values, (), at, at)


def _contacts(templates: _Templates, rng: random.Random, size: int, organisations: int) -> Iterator[Thing]:
    first, last, job, moments, texts = (
        templates.first,
        templates.last,
        templates.titles,
        templates.moments,
        templates.texts,
    )
    budgets, times, needs, chance = portal.BUDGETS, portal.TIMEFRAMES, templates.needs, rng.random
    for number in range(size):
        owner = int(chance() * organisations)
        company, domain, place = templates.organisation(owner)
        given, family = first[int(chance() * len(first))], last[number % len(last)]
        warmth = int(chance() * 10)
        step = number * 10_000 // size
        ready = warmth < 3
        values = {
            "email": f"{given[1]}.{family[1]}{number}@{domain}", "firstname": given[0], "lastname": family[0], "company": company,
            "jobtitle": job[number % len(job)] if warmth != 9 else "", "country": templates.places[place].name,
            "phone": f"+{templates.places[place].dial} 20 {1_000_000 + number % 9_000_000}",
            "budget_range": budgets[3] if ready else budgets[number % 2], "purchase_timeframe": times[warmth] if ready else times[4],
            "need_description": needs[number % len(needs)] if warmth < 5 else "", "decision_role": "decision_maker" if ready else "end_user",
            "hs_analytics_num_page_views": str(40 - warmth * 4), "last_pricing_visit": texts[step] if ready else "",
            "lifecyclestage": "marketingqualifiedlead" if ready else "lead", "hs_email_optout": "true" if number % 50 == 0 else "",
        }  # fmt: skip
        yield Thing("contacts", f"c{number}", values, (("companies", f"o{owner}"),), moments[step], moments[step])


def _salesforce(templates: _Templates, seed: int, now: datetime, size: int) -> Iterator[Thing]:
    org = Draft(seed, now)
    crm.org(org)
    yield from org.salesforce_things()
    count = max(1, size // 5)
    # Three quarters of the accounts are organisations that marketing knows; the numbers beyond belong to nobody there.
    yield from _accounts(templates, count, beyond=count // 4)
    yield from _crm_contacts(templates, random.Random(f"{seed}/big/crm"), max(1, size // 25), count, count // 4)


def _accounts(templates: _Templates, count: int, beyond: int) -> Iterator[Thing]:
    moments, owners = templates.moments, templates.owners
    for number in range(count):
        name, domain, place = templates.organisation(number + beyond)
        at = moments[number * 10_000 // count]
        values = {
            "Name": name.rsplit(" ", 1)[0] if number % 3 == 0 else name.upper() if number % 7 == 0 else name,
            "Website": f"www.{domain}" if number % 9 else None, "BillingCountry": templates.places[place].name,
            "Type": "Customer - Direct" if number % 5 == 0 else "Prospect", "NumberOfEmployees": 5 + (number + beyond) * 37 % 4000,
            "OwnerId": owners[number % len(owners)],
        }  # fmt: skip
        yield Thing("Account", f"a{number}", values, (), at, at)


def _crm_contacts(templates: _Templates, rng: random.Random, count: int, accounts: int, beyond: int) -> Iterator[Thing]:
    moments = templates.moments
    for number in range(count):
        account = int(rng.random() * accounts)
        _, domain, _ = templates.organisation(account + beyond)
        given, family = (
            templates.first[number % len(templates.first)],
            templates.last[int(rng.random() * len(templates.last))],
        )
        at = moments[number * 10_000 // count]
        values = {
            "AccountId": Ref("Account", f"a{account}"), "FirstName": given[0], "LastName": family[0],
            "Email": f"{given[1]}.{family[1]}.s{number}@{domain}", "Title": templates.titles[number % len(templates.titles)],
            "OwnerId": templates.owners[account % len(templates.owners)],
        }  # fmt: skip
        yield Thing("Contact", f"s{number}", values, (), at, at)
