"""People who are no prospects: students, competitors, test entries, invented names, disposable addresses."""

from __future__ import annotations

import random
from typing import Any

from connectors.sandbox.worlds.draft import ContactDraft, Draft, Submission
from connectors.sandbox.worlds.people import FREEMAIL
from connectors.sandbox.worlds.pools import Written, family_names, given_names

COMPETITORS = {
    "rivalinkbridges.com": "Rivalink Data Bridges",
    "syncmonger.io": "Syncmonger",
    "leadpipe-works.com": "Leadpipe Works",
}
"""Domain → name. A definition of a qualified lead lists these domains as competitors."""
UNIVERSITIES = {
    "kingsmere.edu": "Kingsmere University",
    "uni-altenfels.de": "Universität Altenfels",
    "northmoor.ac.uk": "University of Northmoor",
}
STUDENT_TITLES = (
    "Student",
    "MBA student",
    "PhD candidate",
    "Werkstudent",
    "Intern",
    "Undergraduate",
    "Masterstudentin",
)
TESTS = (
    ("asdf", "qwer"), ("test", "user"), ("Donald", "Duck"), ("aaa", "bbb"), ("John", "Test"), ("Max", "Mustermann"), ("xxx", "xxx"),
    ("Fake", "Name"), ("Homer", "Simpson"), ("qwerty", "uiop"), ("No", "Name"), ("Foo", "Bar"),
)  # fmt: skip
DISPOSABLE = ("mailinator.com", "guerrillamail.com", "yopmail.com", "trashmail.com")


def crowd(draft: Draft, count: int) -> None:
    """That many of them: students a third, nobodies a third, tests and competitors the rest."""
    rng = draft.rng("junk")
    for number in range(count):
        kind = rng.choices((_student, _competitor, _test, _nobody), (33, 12, 22, 33))[0]
        values = kind(rng, number)
        contact = ContactDraft(
            key=f"j-{number:04d}", values=values, created_at=draft.ago(days=500 * rng.random() + 1), fate="junk"
        )
        form = rng.choice(("f-ebook", "f-ebook", "f-webinar", "f-demo"))
        fields = (
            {"message": rng.choice(("thesis research", "test", "sdfsdf", "free trial??"))} if rng.random() < 0.5 else {}
        )
        contact.submissions.append(
            Submission(form, draft.ago(days=(draft.now - contact.created_at).days * rng.random()), fields)
        )
        contact.values["hs_analytics_num_page_views"] = str(rng.randint(1, 8))
        draft.contact(contact)


def _someone(rng: random.Random) -> tuple[Written, Written]:
    pool = rng.choice(("english", "german", "indian", "spanish", "french"))
    return rng.choice(given_names(pool)), rng.choice(family_names(pool))


def _student(rng: random.Random, number: int) -> dict[str, Any]:
    first, last = _someone(rng)
    domain, name = rng.choice(list(UNIVERSITIES.items()))
    country = {"de": "Germany", "uk": "United Kingdom"}.get(domain.rsplit(".", 1)[1], "United States")
    return {
        "email": f"s{number:04d}@{rng.choice(('', 'student.', 'stud.'))}{domain}", "firstname": first.latin, "lastname": last.latin,
        "jobtitle": rng.choice(STUDENT_TITLES), "company": name, "country": country,
    }  # fmt: skip


def _competitor(rng: random.Random, number: int) -> dict[str, Any]:
    first, last = _someone(rng)
    domain, name = rng.choice(list(COMPETITORS.items()))
    return {
        "email": f"{first.latin[0].lower()}{number}@{domain}", "firstname": first.latin, "lastname": last.latin,
        "jobtitle": rng.choice(("Product Manager", "Head of Marketing", "Solutions Engineer")), "company": name, "country": "United States",
        "budget_range": "25k_100k", "purchase_timeframe": "now",
    }  # fmt: skip


def _test(rng: random.Random, number: int) -> dict[str, Any]:
    first, last = rng.choice(TESTS)
    domain = rng.choice(("test.com", "asdf.com", "example.com", "abc.com", *DISPOSABLE))
    return {
        "email": f"{first.lower()}{number}@{domain}", "firstname": first, "lastname": last, "jobtitle": rng.choice((None, "asdf", "Boss", "test")),
        "company": rng.choice(("test", "asdf", "Company", "abc", "qwerty ltd")), "phone": rng.choice((None, "123456789", "0000000000", "555-5555")),
    }  # fmt: skip


def _nobody(rng: random.Random, number: int) -> dict[str, Any]:
    """A private address and hardly anything else."""
    first, last = _someone(rng)
    domain = rng.choice((*FREEMAIL, *DISPOSABLE[:1]))
    name = "".join(letter for letter in f"{first.latin}{last.latin}".lower() if letter.isascii() and letter.isalnum())
    return {
        "email": f"{name}{number}@{domain}", "firstname": first.latin, "lastname": last.latin if rng.random() < 0.7 else None,
        "company": rng.choice((None, None, "n/a", "self", "-", "student", "private")), "country": rng.choice((None, "US", "India", "UK")),
    }  # fmt: skip
