"""Facts made from the definition's lists: is_test, is_competitor, is_student, target_account."""

from __future__ import annotations

from datetime import datetime

from bridge.public_endings import and_above
from bridge.settings.compiled import Facts
from bridge.stages.qualify.compiled import CompiledDefinition, CompiledLists


def listed_facts(facts: Facts, definition: CompiledDefinition, now: datetime) -> dict[str, bool]:
    """What the lists say of somebody. A fact that is known already stays as it is."""
    lists = definition.lists
    found = {name: value for name, value in facts.items() if name in LISTED and isinstance(value, bool)}
    email = _text(facts, "email")
    if "is_test" not in found:
        found["is_test"] = _is_test(facts, lists, email)
    if "is_student" not in found:
        fits = lists.student_email
        found["is_student"] = facts.get("job_level") == "student" or (fits is not None and fits(email))
    domains = (_text(facts, "domain").casefold(), email.rpartition("@")[2].casefold())
    if "is_competitor" not in found:
        found["is_competitor"] = _is_within(domains, lists.competitors)
    if "target_account" not in found:
        wanted = lists.target is not None and lists.target(facts, now)
        found["target_account"] = wanted or _is_within(domains, lists.target_domains)
    return found


LISTED = ("is_test", "is_competitor", "is_student", "target_account")


def _is_test(facts: Facts, lists: CompiledLists, email: str) -> bool:
    if lists.test_email is not None and email and lists.test_email(email):
        return True
    if lists.test_company is not None and (company := _text(facts, "company")) and lists.test_company(company):
        return True
    if lists.test_name is None:
        return False
    first, last = _text(facts, "first_name"), _text(facts, "last_name")
    return any(name and lists.test_name(name) for name in (first, last, f"{first} {last}"))


def _text(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _is_within(domains: tuple[str, ...], listed: frozenset[str]) -> bool:
    """`mail.acme.example` is within `acme.example`. `domains`: the organisation's, and the host of the address."""
    return bool(listed) and any(above in listed for domain in domains for above in and_above(domain))
