"""Which rights the token lacks, found out by one cheap call for each thing the bridge does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from connectors.errors import NotAllowed, Refused, SchemaChanged
from connectors.hubspot.official import Official
from connectors.hubspot.rows import objects_of
from connectors.hubspot.threads import PATH as CONVERSATIONS


@dataclass(frozen=True, slots=True)
class Need:
    """A scope that is missing: what it is for, and HubSpot's own code."""

    scope: str
    purpose: str
    code: str


TALK = {
    "call": ("crm.objects.contacts.read", "read the notes of calls"),
    "feedback_submission": ("crm.objects.feedback_submissions.read", "read answers to surveys"),
    "ticket": ("tickets", "read tickets"),
    "chat": ("conversations.read", "read chats"),
}
"""What people said beside forms and notes: the scope each kind needs."""


def missing_access(official: Official, *, write_back: bool, lists: bool, talk: Sequence[str]) -> list[Need]:
    """Every missing scope; an unusable token raises `NotAllowed`. The write checks send an empty batch and an empty
    list, which change nothing.
    """
    return [
        need
        for scope, purpose, probe in _probes(official, write_back, lists, talk)
        for need in _try(scope, purpose, probe)
    ]


def _probes(
    official: Official, write_back: bool, lists: bool, talk: Sequence[str]
) -> Iterator[tuple[str, str, Callable[[], object]]]:
    yield "crm.objects.contacts.read", "read contacts and their notes", lambda: official.page("contacts", limit=1)
    yield "crm.objects.companies.read", "read companies", lambda: official.page("companies", limit=1)
    yield "crm.objects.owners.read", "read owners", lambda: official.owners(limit=1)
    yield "crm.schemas.contacts.read", "read the properties of contacts", lambda: official.properties("contacts")
    yield "crm.schemas.companies.read", "read the properties of companies", lambda: official.properties("companies")
    yield "forms", "read forms and their submissions", lambda: official.forms(limit=1)
    if write_back:
        yield (
            "crm.objects.contacts.write",
            "write status and reason back",
            lambda: official.batch_update("contacts", []),
        )
    if lists:
        yield "crm.lists.read", "find the lists of the lanes", lambda: official.search_lists({"count": 1, "offset": 0})
        yield "crm.lists.write", "make the lists of the lanes", lambda: official.create_list({})
    for kind in talk:
        if kind in TALK:
            yield (*TALK[kind], partial(_look_at, official, kind))


def _look_at(official: Official, kind: str) -> object:
    if kind == "chat":
        return official.get(f"{CONVERSATIONS}/threads", limit=1)
    return official.page(objects_of(kind), limit=1)


def _try(scope: str, purpose: str, probe: Callable[[], object]) -> Iterator[Need]:
    try:
        probe()
    except NotAllowed as error:
        if error.status == 401:
            raise
        yield Need(scope, purpose, error.code)
    except (Refused, SchemaChanged):
        return  # the call was understood and let in; what is empty is refused for being empty
