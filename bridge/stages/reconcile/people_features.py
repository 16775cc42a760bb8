"""What is seen when two people are laid side by side: one row of numbers per pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cpdist

from bridge.stages.reconcile.columns import Floats
from bridge.stages.reconcile.person_profile import (
    PersonProfile,
    email_key,
    first_names_agree,
    full_name_key,
    mailbox,
    phone_key,
)
from bridge.stages.reconcile.values import Directory

PEOPLE_FEATURES = (
    "first", "first_likeness", "last_likeness", "swapped", "email", "local_likeness", "domains", "role", "mailbox_users", "phone",
    "phone_users", "company", "title", "city", "country", "full_name", "namesakes", "size", "local_names_other",
)  # fmt: skip
PEOPLE_GROUPS = (
    "first name",
    "last name",
    "e-mail address",
    "phone",
    "company",
    "job title",
    "place",
    "how rare the name is",
)
_GROUPS = {
    "first": 0, "first_likeness": 0, "last_likeness": 1, "swapped": 1, "phone": 3, "phone_users": 3, "company": 4, "title": 5, "city": 6,
    "country": 6, "full_name": 7, "namesakes": 7, "size": 7,
}  # fmt: skip
PEOPLE_GROUP_OF = np.array([_GROUPS.get(feature, 2) for feature in PEOPLE_FEATURES])
Texts = NDArray[np.object_]


def compare_people(ours: Sequence[PersonProfile], theirs: Sequence[PersonProfile], directory: Directory) -> Floats:
    """One row per pair `ours[i]`, `theirs[i]`."""
    if not ours:
        return np.zeros((0, len(PEOPLE_FEATURES)), dtype=np.float32)
    first_a, first_b = [a.first for a in ours], [b.first for b in theirs]
    last_a, last_b = [a.last for a in ours], [b.last for b in theirs]
    counts = _log_counts(ours, theirs, directory)
    emails = np.array([_emails_agree(a, b) for a, b in zip(ours, theirs, strict=True)])
    locals_ = _alike([a.local for a in ours], [b.local for b in theirs], ratio_of=True)
    return np.column_stack(
        [
            [first_names_agree(a, b) for a, b in zip(first_a, first_b, strict=True)],
            _alike(first_a, first_b),
            _alike(last_a, last_b),
            np.minimum(_alike(first_a, last_b), _alike(last_a, first_b)),
            emails,
            np.where(emails == 1, np.float32(1), locals_),
            [_domains(a, b) for a, b in zip(ours, theirs, strict=True)],
            [a.role and b.role for a, b in zip(ours, theirs, strict=True)],
            counts[0],
            [_agree(a.phone, b.phone) for a, b in zip(ours, theirs, strict=True)],
            counts[1],
            _alike([a.company for a in ours], [b.company for b in theirs], ratio_of=True),
            [_agree(a.title, b.title) for a, b in zip(ours, theirs, strict=True)],
            [_agree(a.city, b.city) for a, b in zip(ours, theirs, strict=True)],
            [_agree(a.country, b.country) for a, b in zip(ours, theirs, strict=True)],
            [sorted((a.first, a.last)) == sorted((b.first, b.last)) for a, b in zip(ours, theirs, strict=True)],
            counts[2],
            np.full(len(ours), np.log(directory.size + 1.0)),
            [max(_names(a, b), _names(b, a)) for a, b in zip(ours, theirs, strict=True)],
        ]
    ).astype(np.float32)


def _alike(ours: Sequence[str], theirs: Sequence[str], ratio_of: bool = False) -> Floats:
    """0 to 1; -1: one is not known."""
    if ratio_of:
        alike = np.asarray(cpdist(ours, theirs, scorer=ratio), dtype=np.float32) / 100
    else:
        alike = np.asarray(cpdist(ours, theirs, scorer=JaroWinkler.similarity), dtype=np.float32)
    known = [bool(a and b) for a, b in zip(ours, theirs, strict=True)]
    return np.where(known, alike, np.float32(-1))


def _agree(ours: str, theirs: str) -> int:
    """1: the same, -1: different, 0: one is not known."""
    return 0 if not ours or not theirs else 1 if ours == theirs else -1


def _emails_agree(ours: PersonProfile, theirs: PersonProfile) -> int:
    if not ours.local or not theirs.local:
        return 0
    return 1 if mailbox(ours) == mailbox(theirs) else -1


def _domains(ours: PersonProfile, theirs: PersonProfile) -> int:
    """0: one is missing, 1: same company, 2: same provider, 3: one is private, 4: two providers, 5: two companies."""
    if not ours.domain or not theirs.domain:
        return 0
    if ours.domain == theirs.domain or mailbox(ours) == mailbox(theirs):
        return 2 if ours.private else 1
    return 3 if ours.private != theirs.private else 4 if ours.private else 5


def _names(ours: PersonProfile, theirs: PersonProfile) -> bool:
    """Does our address name somebody who is neither of us by first name, but carries our last name (a family's mailbox)?"""
    if not ours.private or not ours.last or ours.last.replace(" ", "") not in ours.local or not ours.first:
        return False
    rest = ours.local.replace(ours.last.replace(" ", ""), "").strip("._-0123456789")
    return bool(rest) and not rest.startswith(ours.first[0]) and ours.first not in rest


def _log_counts(ours: Sequence[PersonProfile], theirs: Sequence[PersonProfile], directory: Directory) -> Floats:
    """How many people use our mailbox, our phone, our full name; the larger of both sides."""
    people = {id(one): one for one in (*ours, *theirs)}.items()  # somebody stands in many pairs
    own = {at: (email_key(one), phone_key(one), full_name_key(one)) for at, one in people}
    keys = np.array([[own[id(p)] for p in side] for side in (ours, theirs)], dtype=np.int64)
    distinct, at = np.unique(keys, return_inverse=True)
    counts = np.log1p(directory.counts(distinct))[at].reshape(keys.shape)
    found: Floats = counts.max(0).T.astype(np.float32)
    return found
