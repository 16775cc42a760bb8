"""How fast cleaning is: a 15-field mapping on mostly clean values, on messy ones, and each format by itself.

    python -m benchmarks.clean [--leads 20000]

Prints rates per second of one core (processor time, so a busy machine does not blur them); judges nothing.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bridge.settings.mapping import Mapping
from bridge.stages.clean.engine import compile_mapping
from bridge.stages.clean.formats import FORMATS, FormatContext
from bridge.stages.clean.titles import read
from connectors.records import FieldSchema, ObjectSchema

MAPPING = {
    "name": "bench",
    "source": "hubspot.contact",
    "target": "salesforce.Lead",
    "fields": {
        "FirstName": {"from": "firstname", "format": "first_name"},
        "LastName": {"from": "lastname", "format": "last_name", "required": True},
        "Email": {"from": "email", "format": "email", "required": True},
        "Phone": {"from": ["phone", "mobilephone"], "format": "phone", "default_region": "from_country"},
        "Company": {"from": ["company", "company.name"], "format": "company_name", "required": True},
        "Title": {"from": "jobtitle", "format": "job_title"},
        "Country": {"from": "country", "format": "country_name"},
        "State": {"from": "state", "format": "state_name"},
        "City": {"from": "city"},
        "PostalCode": {"from": "zip", "format": "postal_code"},
        "Website": {"from": ["website", "company.domain"], "format": "website"},
        "Industry": {"from": "industry", "values": {"COMPUTER_SOFTWARE": "Technology"}, "otherwise": "leave_blank"},
        "NumberOfEmployees": {"from": "numemployees", "format": "integer"},
        "AnnualRevenue": {"from": "annualrevenue", "format": "money"},
        "Description": {"from": "form.message", "format": "long_text"},
    },
}
LENGTHS = {
    "FirstName": 40,
    "LastName": 80,
    "Email": 80,
    "Phone": 40,
    "Company": 255,
    "Title": 128,
    "Country": 80,
    "State": 80,
    "City": 40,
}
SCHEMA = ObjectSchema(
    "salesforce",
    "Lead",
    {
        **{name: FieldSchema(name, name, "string", length) for name, length in LENGTHS.items()},
        "PostalCode": FieldSchema("PostalCode", "", "string", 20),
        "Website": FieldSchema("Website", "", "url", 255),
        "Industry": FieldSchema(
            "Industry",
            "",
            "picklist",
            255,
            options=("Technology", "Manufacturing"),
            labels=("Technology", "Manufacturing"),
        ),
        "NumberOfEmployees": FieldSchema("NumberOfEmployees", "", "integer"),
        "AnnualRevenue": FieldSchema("AnnualRevenue", "", "currency", precision=18),
        "Description": FieldSchema("Description", "", "text", 32000),
    },
)
SYLLABLES = "ber ton mar lin sa ro han del vik gar mo lu ter sen bri ka no wil es ra".split(" ")  # noqa: SIM905
PLACES = (
    ("Germany", "Bayern", "München", "80331"),
    ("United States", "California", "San Jose", "95112"),
    ("France", "", "Lyon", "69001"),
)
TITLES = (
    "CEO",
    "Head of Marketing",
    "Leiter Einkauf",
    "Software Engineer",
    "Sales Manager",
    "Directeur commercial",
    "VP Operations",
)
MESSES: dict[str, tuple[str, ...]] = {
    "firstname": ("JANE MARIE", "o'brien", "Dr. Anna", "JosÃ©", "jean-luc", "🚀 Max"),
    "lastname": ("MCDONALD", "van der berg", "n/a", "GarcÃ­a", "O&#39;Neil", "acme inc."),
    "phone": ("020 7946 0018 ext 12", "n/a", "+44 (0)20 7946 0018", "1-800-FLOWERS", "+49 171 1234567 / 030 1234567"),
    "country": ("UK", "U.S.A.", "Deutschland", "Narnia", "Türkei"),
    "state": ("calif.", "NRW", "Narnia"),
    "website": ("www.acme.com/", "n/a", "HTTPS://ACME.COM/?utm_source=x", "acme"),
    "numemployees": ("1,200", "50-100", "10k"),
    "annualrevenue": ("$1.5M", "1.234,56", "(1,200)"),
    "form.message": (
        "<p>We need <b>200 seats</b> by May.</p><ul><li>SSO</li><li>Audit&nbsp;log</li></ul>",
        "Please call me.\r\n\r\nBudget <5k and >3k",
        "Weâ€™d like a demo",
    ),
}


def people(count: int, mess: float, seed: int = 7) -> Iterator[dict[str, Any]]:
    """`count` people; `mess` is the share of values that are messy. Names, addresses and phones are mostly different ones."""
    chance = random.Random(seed)
    for number in range(count):
        country, state, city, postal = chance.choice(PLACES)
        first, last = (chance.choice(SYLLABLES).title() + chance.choice(SYLLABLES) for _ in range(2))
        domain = f"{chance.choice(SYLLABLES)}{chance.randrange(2000)}.com"
        person = {
            "firstname": first, "lastname": last, "email": f"{first}.{last}{number}@{domain}".lower(),
            "phone": f"+4989{chance.randrange(10**6, 10**7)}", "company": f"{domain[:-4].title()} Group", "jobtitle": chance.choice(TITLES),
            "country": country, "state": state, "city": city, "zip": postal, "company.domain": domain,
            "industry": chance.choice(("COMPUTER_SOFTWARE", "MACHINERY")), "numemployees": str(chance.randrange(1, 900)),
            "annualrevenue": str(chance.randrange(10**5, 10**8)), "form.message": "Please call me about a demo." if number % 4 == 0 else "",
        }  # fmt: skip
        for name, messes in MESSES.items():
            if chance.random() < mess:
                person[name] = chance.choice(messes) + (f" {number}" if name == "form.message" else "")
        yield person


def rate(work: Callable[[Any], object], values: Sequence[Any]) -> float:
    """Calls a second of processor time over `values`."""
    started = time.process_time()
    for value in values:
        work(value)
    return len(values) / (time.process_time() - started)


def main() -> None:
    """Prints the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=20_000)
    leads = parser.parse_args().leads
    mapping = Mapping.model_validate(MAPPING)
    print(f"Python {sys.version.split()[0]}, one process, {leads} leads, 15 fields")
    for label, mess in (("mostly clean (2 % of values messy)", 0.02), ("messy (30 %)", 0.3), ("all messy", 1.0)):
        clean = compile_mapping(mapping, SCHEMA)
        clean(next(people(1, 1.0)))  # tables of countries and states are built at the first use
        print(f"{label:40} {rate(clean, list(people(leads, mess))):>12,.0f} leads/s")
    for name, format_ in FORMATS.items():
        samples = [
            sample for field, messes in MESSES.items() if field in _FIELDS_OF.get(name, ()) for sample in messes
        ] or ["Some value"]
        context = FormatContext(region="DE")
        print(
            f"{name:40} {rate(lambda raw, f=format_, c=context: f(raw, c), samples * 300):>12,.0f} values/s, messy, nothing remembered by the engine"
        )
    print(f"{'titles.read':40} {rate(read.__wrapped__, list(TITLES) * 100):>12,.0f} titles/s, nothing remembered")


_FIELDS_OF = {
    "first_name": ("firstname",), "last_name": ("lastname",), "person_name": ("firstname", "lastname"), "full_name": ("lastname",),
    "phone": ("phone",), "country_code": ("country",), "country_name": ("country",), "state_name": ("state",), "state_code": ("state",),
    "website": ("website",), "domain": ("website",), "url": ("website",), "integer": ("numemployees",), "decimal": ("annualrevenue",),
    "money": ("annualrevenue",), "long_text": ("form.message",), "rich_text": ("form.message",), "text": ("form.message",),
}  # fmt: skip

if __name__ == "__main__":
    main()
