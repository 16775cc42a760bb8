"""Which known person somebody is, and which of many records are one person.

The same keys, candidates and kind of model as for accounts. Nothing is joined on an address or a phone alone: two first names that are neither the
same nor nicknames nor near misses of each other are two people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from bridge.decisions import Evidence, Match, Outcome
from bridge.frozen import frozen
from bridge.index_rows import IndexRow
from bridge.stages.reconcile.candidates import Pairs, find_candidates
from bridge.stages.reconcile.model import Model, parse_model
from bridge.stages.reconcile.people_features import PEOPLE_GROUP_OF, PEOPLE_GROUPS, compare_people
from bridge.stages.reconcile.people_vetoes import (
    AT,
    ONE_COMPANY,
    are_two_names,
    doubt_of,
    elsewhere,
    is_initial,
    namesakes,
    person_reasons,
    person_vetoes,
)
from bridge.stages.reconcile.person_profile import (
    PersonProfile,
    first_names_agree,
    is_short_for,
    may_be_short_for,
    person_keys,
    person_profile,
    unpack_person,
)
from bridge.stages.reconcile.values import MatchSettings, PeopleDirectory, Probe

CHUNK = 2_000
RIVAL = -4.0  # log-odds from which another full name may be the one a short name stands for


@lru_cache(maxsize=1)
def people_model() -> Model:
    """The model of the house for people."""
    return parse_model(
        resources.files(__package__).joinpath("people.json").read_bytes(), PEOPLE_GROUP_OF, PEOPLE_GROUPS
    )


def match_people(
    probes: Sequence[Probe],
    directory: PeopleDirectory,
    settings: MatchSettings | None = None,
    profiles: Sequence[PersonProfile] | None = None,
) -> list[Match]:
    """The known person each probe is; the id of a match is `kind:id` (see `person_rows`). A record never matches itself: ids are compared.

    `profiles`: those of the probes, when they are made already.
    """
    settings = settings or MatchSettings()
    matches: list[Match] = []
    for begin in range(0, len(probes), CHUNK):
        part = probes[begin : begin + CHUNK]
        ours = profiles[begin : begin + CHUNK] if profiles is not None else [person_profile(probe) for probe in part]
        pairs, rows, values = people_pairs(ours, directory, settings.candidates)
        matches += _best_people(part, ours, pairs, rows, values, settings)
    return matches


def people_pairs(
    profiles: Sequence[PersonProfile], directory: PeopleDirectory, candidates: int
) -> tuple[Pairs, Sequence[IndexRow], NDArray[np.float32]]:
    """Each person's candidates, laid side by side; `rows[i]` is the candidate of pair i."""
    pairs = find_candidates(
        [dict.fromkeys(person_keys(profile), 1.0) for profile in profiles], directory, lambda _: candidates
    )
    distinct, at = np.unique(pairs.number, return_inverse=True)
    entries = directory.rows(distinct)
    known = [unpack_person(row.payload) for row in entries]
    theirs = [known[i] for i in at.tolist()]
    ours = [profiles[lead] for lead in pairs.lead.tolist()]
    return pairs, [entries[i] for i in at.tolist()], compare_people(ours, theirs, directory)


def _best_people(
    probes: Sequence[Probe],
    profiles: Sequence[PersonProfile],
    pairs: Pairs,
    rows: Sequence[IndexRow],
    values: NDArray[np.float32],
    settings: MatchSettings,
) -> list[Match]:
    model = people_model()
    odds = model.log_odds(values)
    own = np.array(
        [row.id.rpartition(":")[2] == probes[lead].id for row, lead in zip(rows, pairs.lead.tolist(), strict=True)]
    )
    odds = np.where(own, -np.inf, odds) if len(odds) else odds
    order = np.lexsort((pairs.number, -odds, pairs.lead)).tolist()
    best: dict[int, list[int]] = {}
    for i in order:
        if odds[i] > -np.inf:
            best.setdefault(int(pairs.lead[i]), []).append(i)
    return [
        _person(probe, profile, best.get(lead, []), rows, values, odds, settings)
        for lead, (probe, profile) in enumerate(zip(probes, profiles, strict=True))
    ]


def _person(
    probe: Probe,
    profile: PersonProfile,
    ranked: Sequence[int],
    rows: Sequence[IndexRow],
    values: NDArray[np.float32],
    odds: NDArray[np.float32],
    settings: MatchSettings,
) -> Match:
    if not ranked or odds[ranked[0]] < math.log(settings.review_at / (1 - settings.review_at)):
        return Match(Outcome.none, reason="nobody_alike", sentence="Nobody known is this person.")
    i = ranked[0]
    if elsewhere(values[i]):
        return Match(
            Outcome.none, reason="other_company", sentence="Somebody of this name is known, at another company."
        )
    score = 1 / (1 + math.exp(-float(odds[i])))
    second = ranked[1] if len(ranked) > 1 else None
    theirs = unpack_person(rows[i].payload)
    vetoes = person_vetoes(values[i], profile, theirs)
    if _fits_several([Edge(float(odds[at]), values[at], profile, rows[at].payload) for at in ranked]):
        vetoes = (*vetoes, "initial_of_several")
    reasons = person_reasons(values[i])
    match = Match(
        Outcome.review, rows[i].id, rows[i].name, round(score, 4), round(float(odds[i] - odds[second]), 3) if second is not None else 20.0,
        _waterfall(probe, profile, theirs, values[i]), vetoes,
        rows[second].id if second is not None else None, round(1 / (1 + math.exp(-float(odds[second]))), 4) if second is not None else 0.0,
    )  # fmt: skip
    because = ", ".join(reasons)
    if score >= settings.link_person_at and not vetoes:
        return replace(
            match, outcome=Outcome.link, reason="same_person", sentence=f"The same person as {match.name}: {because}."
        )
    words = f"Perhaps the same person as {match.name}: {because}{doubt_of(vetoes)}."
    return replace(match, reason=vetoes[0] if vetoes else "not_sure", sentence=words)


def _waterfall(
    probe: Probe, ours: PersonProfile, theirs: PersonProfile, values: NDArray[np.float32]
) -> tuple[Evidence, ...]:
    model = people_model()
    shown = {
        "first name": (ours.first, theirs.first),
        "last name": (ours.last, theirs.last),
        "e-mail address": (probe.email, f"{theirs.local}@{theirs.domain}" if theirs.local else ""),
        "phone": (probe.phone, f"…{theirs.phone}" if theirs.phone else ""),
        "company": (probe.company, theirs.company),
        "job title": (probe.title, theirs.title),
        "place": (f"{probe.city} {probe.country}".strip(), f"{theirs.city} {theirs.country}".strip()),
    }
    shares = model.contributions(values[None, :])[0]
    parts = [Evidence("start", round(model.start, 3))]
    for group, weight in zip(PEOPLE_GROUPS, shares.tolist(), strict=True):
        if abs(weight) >= 0.005:
            parts.append(Evidence(group, round(weight, 3), *shown.get(group, ("", ""))))
    return tuple(parts)


@frozen
class Duplicate:
    """What dedupe says of one record: which person it is (the id of one of the person's records), how sure, and why.

    `perhaps` is another person's record that a person should look at; `score` and `sentence` are about the strongest link, or about `perhaps`.
    """

    id: str
    person: str
    score: float = 0.0
    sentence: str = ""
    perhaps: str = ""


@frozen
class Edge:
    """Two records laid side by side: log-odds and features, the profile of one and the other's as packed."""

    odds: float
    values: NDArray[np.float32]
    ours: PersonProfile
    theirs: bytes
    record: int = 0  # the number of `ours`

    def firsts(self) -> tuple[str, str]:
        """Both first names."""
        return self.ours.first, unpack_person(self.theirs).first

    def exchanged(self) -> bool:
        """Does one's first name stand as the other's last: "Webb, Flynn"?"""
        theirs = unpack_person(self.theirs)
        return self.ours.first == theirs.last or self.ours.last == theirs.first

    def shared(self) -> set[str]:
        """What else than names they share: address, phone, company."""
        found = {same for same in ("email", "phone") if self.values[AT[same]] > 0}
        return found | ({"company"} if self.values[AT["domains"]] == ONE_COMPANY else set())

    def sides(self, pair: tuple[int, int]) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
        """Each record of the pair with its first name and the other's."""
        ours, theirs = self.firsts()
        return (self.record, ours, theirs), (sum(pair) - self.record, theirs, ours)

    def is_likely(self) -> bool:
        """May it be the other of two that a short name stands for, by all but the first name?"""
        return self.odds > RIVAL and bool(self.values[AT["last_likeness"]] == 1)

    def undecided(self, name: str, other: str, rival: Edge) -> bool:
        """Is a short name as likely that of the `rival`'s `other` as of this pair's `name`? One address and one phone
        are those of one person with nicknames; an initial may still be that of two who share them."""
        shared = self.shared()
        if ({"email", "phone"} <= shared and not any(map(is_initial, self.firsts()))) or not shared <= rival.shared():
            return False
        return are_two_names(name, other, one_mailbox="email" in shared)

    def vetoes(self) -> tuple[str, ...]:
        """What forbids joining them."""
        return person_vetoes(self.values, self.ours, unpack_person(self.theirs))

    def nameless(self) -> bool:
        """Does one of them lack a first name? It is on an address or a phone that several may share."""
        return not (self.ours.first and unpack_person(self.theirs).first)


def group_people(
    probes: Sequence[Probe], directory: PeopleDirectory, settings: MatchSettings | None = None
) -> list[Duplicate]:
    """Which of these records are one person; `directory` holds exactly these records, in this order.

    Pairs are joined from the surest down; two groups are not joined when any pair across them surely is two people.
    """
    settings, model = settings or MatchSettings(), people_model()
    edges: dict[tuple[int, int], Edge] = {}
    for begin in range(0, len(probes), CHUNK):
        profiles = [person_profile(probe) for probe in probes[begin : begin + CHUNK]]
        pairs, rows, values = people_pairs(profiles, directory, settings.candidates)
        odds = model.log_odds(values)
        for lead, number, one, row, other in zip(
            pairs.lead.tolist(), pairs.number.tolist(), odds.tolist(), values, rows, strict=True
        ):
            if (a := begin + lead) != number and one > -6:
                edges[(min(a, number), max(a, number))] = Edge(one, row, profiles[lead], other.payload, a)
    return _joined(probes, edges, settings)


def _joined(probes: Sequence[Probe], edges: Mapping[tuple[int, int], Edge], settings: MatchSettings) -> list[Duplicate]:
    sure = math.log(settings.link_person_at / (1 - settings.link_person_at))
    doubtful = math.log(settings.review_at / (1 - settings.review_at))
    group = {i: [i] for i in range(len(probes))}
    why: dict[int, tuple[float, str]] = {}
    perhaps: dict[int, tuple[float, int, str]] = {}
    several = _short_for_several(edges, doubtful)
    firsts = {record: first for pair, edge in edges.items() for record, first, _ in edge.sides(pair)}
    for (a, b), edge in sorted(edges.items(), key=lambda pair: (-pair[1].odds, pair[0])):
        odds = edge.odds
        if odds < doubtful:
            break
        words, vetoes = ", ".join(person_reasons(edge.values)), edge.vetoes()
        if (a, b) in several:
            vetoes = (*vetoes, "initial_of_several")
        if odds >= sure and not vetoes and _compatible(group[a], group[b], edges, edge, firsts):
            if group[a] is not group[b]:
                group[a].extend(group[b])
                for member in group[b]:
                    group[member] = group[a]
            for one in (a, b):
                why.setdefault(one, (odds, words))
        elif group[a] is not group[b] and not namesakes(edge.values, vetoes):
            words += doubt_of(vetoes)
            perhaps.setdefault(a, (odds, b, words))
            perhaps.setdefault(b, (odds, a, words))
    return [_duplicate(i, probe, probes, group[i], why.get(i), perhaps.get(i)) for i, probe in enumerate(probes)]


def _short_for_several(edges: Mapping[tuple[int, int], Edge], doubtful: float) -> set[tuple[int, int]]:
    """The pairs of a short name with one of the people it is as likely short for: "P. Smith" beside Paul and Pamela, "Chris" beside Christopher
    and Christine."""
    short: dict[int, list[tuple[tuple[int, int], str, Edge]]] = {}
    for pair, edge in edges.items():
        if edge.odds >= doubtful:
            for record, one, other in edge.sides(pair):
                if is_short_for(one, other):
                    short.setdefault(record, []).append((pair, other, edge))
    rivals: dict[int, list[tuple[str, Edge]]] = {}
    for pair, edge in edges.items():
        if edge.is_likely() and not short.keys().isdisjoint(pair):
            for record, one, other in edge.sides(pair):
                if record in short and may_be_short_for(one, other):
                    rivals.setdefault(record, []).append((other, edge))
    return {
        pair
        for record, known in short.items()
        for pair, name, edge in known
        if any(edge.undecided(name, other, rival) for other, rival in rivals.get(record, ()))
    }


def _fits_several(edges: Sequence[Edge]) -> bool:
    """Is one of the best two's names (the first of these) short for the other's, and as well for that of another of them?"""
    best, (ours, theirs) = edges[0], edges[0].firsts()
    others = [(edge, edge.firsts()[1]) for edge in edges[1:] if edge.is_likely()]
    if is_short_for(ours, theirs):
        return any(may_be_short_for(ours, other) and best.undecided(theirs, other, edge) for edge, other in others)
    if is_short_for(theirs, ours):
        return any(may_be_short_for(theirs, other) and best.undecided(ours, other, edge) for edge, other in others)
    return False


def _compatible(
    ours: Sequence[int],
    theirs: Sequence[int],
    edges: Mapping[tuple[int, int], Edge],
    joining: Edge,
    firsts: Mapping[int, str],
) -> bool:
    if ours is theirs or len(ours) == len(theirs) == 1:
        return True
    known = [edges.get((min(a, b), max(a, b))) for a in ours for b in theirs]
    odds = [edge.odds if edge else -3.0 for edge in known]
    return (
        sum(odds) / len(odds) > -1.0
        and min(odds) > -5.5
        and not any(edge and _two_people(edge, joining, {firsts[one] for one in (*ours, *theirs)}) for edge in known)
    )


def _two_people(edge: Edge, joining: Edge, names: Set[str]) -> bool:
    """Two first names that no other of the `names` joins, or two addresses and no phone in common: an initial that fits both ("P. Smith") joins no
    Paul to a Peter, "Ana" no Ana Paula to Ana Carolina. A record without a first name joins no two of them, whatever they share; and one that
    shares with this other neither address nor phone joins no namesakes of two companies."""
    row = edge.values
    other = joining.nameless() or (row[AT["email"]] <= 0 and row[AT["phone"]] <= 0 and row[AT["local_likeness"]] < 0.8)
    vetoes = edge.vetoes()
    if joining.shared() <= {"company"} and not {"name_in_address", "two_companies"}.isdisjoint(vetoes):
        return True
    if not {"own_addresses", "numbered_addresses"}.isdisjoint(vetoes):
        return True
    if edge.exchanged():
        return bool(other) and "other_first_name" in vetoes
    if "other_last_name" in vetoes and row[AT["email"]] <= 0:
        return True
    return "other_first_name" in vetoes and (bool(other) or not _joined_by(names, *edge.firsts()))


def _joined_by(names: Set[str], ours: str, theirs: str) -> bool:
    """Does a whole first name stand between the two: Elizabeth between Liz and Beth, a name spelt right between two slips?"""
    if first_names_agree(ours, theirs) != 0:
        return False
    return any(
        len(name) > 1
        and not are_two_names(name, ours, one_mailbox=True)
        and not are_two_names(name, theirs, one_mailbox=True)
        for name in names - {ours, theirs}
    )


def _duplicate(
    i: int,
    probe: Probe,
    probes: Sequence[Probe],
    members: Sequence[int],
    why: tuple[float, str] | None,
    perhaps: tuple[float, int, str] | None,
) -> Duplicate:
    person = probes[min(members)].id
    other = probes[perhaps[1]].id if perhaps and perhaps[1] not in members else ""
    if why and len(members) > 1:
        return Duplicate(
            probe.id,
            person,
            round(1 / (1 + math.exp(-why[0])), 4),
            f"One person in {len(members)} records: {why[1]}.",
            other,
        )
    if other and perhaps:
        return Duplicate(
            probe.id,
            person,
            round(1 / (1 + math.exp(-perhaps[0])), 4),
            f"Perhaps the same person as {other}: {perhaps[2]}.",
            other,
        )
    return Duplicate(probe.id, person)
