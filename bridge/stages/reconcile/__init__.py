"""Reconcile: know who this is and which account it belongs to.

In:  leads as `Probe`s, a batch at a time, and a directory of accounts or people to look them up in.
Out: one `Match` each: linked, to be reviewed, or nothing fits, with the waterfall of evidence, the gap to the runner-up and the vetoes.
Promise: no SQL of its own, no network, no clock; the same probe, directory and settings give the same match, alone or in a batch of any size.
"""

from bridge.stages.reconcile.account_profile import account_rows
from bridge.stages.reconcile.accounts import fingerprint, match_accounts
from bridge.stages.reconcile.contact_domains import domains_of_contacts
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.organisations import group_organisations
from bridge.stages.reconcile.people import Duplicate, group_people, match_people
from bridge.stages.reconcile.person_profile import person_profile, person_row, person_rows
from bridge.stages.reconcile.values import (
    AccountDirectory,
    AccountEntry,
    Directory,
    MatchSettings,
    PeopleDirectory,
    PersonEntry,
    Probe,
)

__all__ = [
    "AccountDirectory",
    "AccountEntry",
    "Directory",
    "Duplicate",
    "MatchSettings",
    "MemoryDirectory",
    "PeopleDirectory",
    "PersonEntry",
    "Probe",
    "account_rows",
    "domains_of_contacts",
    "fingerprint",
    "group_organisations",
    "group_people",
    "match_accounts",
    "match_people",
    "person_profile",
    "person_row",
    "person_rows",
]
