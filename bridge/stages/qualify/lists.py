"""Facts made from the definition's lists: is_test, is_competitor, is_student, target_account."""

from __future__ import annotations

from datetime import datetime

from bridge.settings.compiled import Facts
from bridge.stages.qualify.compiled import CompiledDefinition, CompiledLists, Fits


def listed_facts(facts: Facts, definition: CompiledDefinition, now: datetime) -> dict[str, bool]:
    """What the lists say of somebody. A fact that is known already stays as it is."""
    lists = definition.lists
    found = {
        "is_test": _is_test(facts, lists),
        "is_competitor": any(_is_within(domain, lists.competitors) for domain in _domains(facts)),
        "is_student": _text(facts, "job_level") == "student" or _one_fits(lists.student_email, _text(facts, "email")),
        "target_account": any(_is_within(domain, lists.target_domains) for domain in _domains(facts))
        or (lists.target is not None and lists.target(facts, now)),
    }
    return {name: value for name, value in found.items() if name not in facts}


def _is_test(facts: Facts, lists: CompiledLists) -> bool:
    first, last = _text(facts, "first_name"), _text(facts, "last_name")
    names = (first, last, f"{first} {last}".strip())
    return (
        _one_fits(lists.test_email, _text(facts, "email"))
        or _one_fits(lists.test_name, *names)
        or _one_fits(lists.test_company, _text(facts, "company"))
    )


def _one_fits(fits: Fits | None, *texts: str) -> bool:
    return fits is not None and any(text and fits(text) for text in texts)


def _text(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _domains(facts: Facts) -> tuple[str, ...]:
    """The domains somebody stands for: the organisation's web domain and the host of the address."""
    domain = _text(facts, "domain").casefold()
    host = _text(facts, "email").rpartition("@")[2].casefold()
    return (domain, host)


def _is_within(domain: str, listed: frozenset[str]) -> bool:
    """`mail.acme.example` is within `acme.example`."""
    while domain:
        if domain in listed:
            return True
        domain = domain.partition(".")[2]
    return False
