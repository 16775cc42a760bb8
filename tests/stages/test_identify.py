"""Which contacts are one person: never by order of arrival, never by a guess."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine
from staged import NOW, after, contact, take

from bridge.deciding.identify import identify_batch
from bridge.decisions import Match, Outcome
from bridge.stages.reconcile import Probe
from bridge.staging import leads, members, records
from bridge.staging.database import writing
from bridge.staging.schema import event, lead, record
from connectors.records import Record

ROE = {
    "firstname": "Severin",
    "lastname": "Falkenberg",
    "email": "severin.falkenberg@zovobipo.de",
    "company": "Zovobipo Werke",
}


def identify(engine: Engine, *contacts: Record) -> dict[str, str]:
    """Stage and identify in one go; contact id → lead id."""
    with writing(engine) as connection:
        take(connection, *contacts)
        while identify_batch(connection, NOW, "77", None)[0]:
            pass
        rows = connection.execute(record.select().where(record.c.kind == "contact"))
        return {row.id: row.lead_id for row in rows}


@pytest.mark.parametrize("order", list(itertools.permutations(("11", "12", "13"))), ids="".join)
def test_three_records_of_one_person_are_one_lead_in_any_order(engine: Engine, order: tuple[str, ...]) -> None:
    records_ = {
        "11": contact("11", **ROE),
        "12": contact("12", **{**ROE, "firstname": "SEVERIN", "email": ROE["email"].upper()}),
        "13": contact("13", **{**ROE, "phone": "+49 30 901820"}),
    }
    assert set(identify(engine, *(records_[id_] for id_ in order)).values()) == {"lb-77-11"}


@pytest.mark.parametrize("first", ["11", "12", "13"])
def test_it_does_not_matter_in_how_many_pages_they_come(engine: Engine, first: str) -> None:
    identify(engine, contact(first, **ROE))
    others = [id_ for id_ in ("11", "12", "13") if id_ != first]
    assert set(identify(engine, *(contact(id_, **ROE) for id_ in others)).values()) == {f"lb-77-{first}"}


def test_two_who_are_most_like_each_other_still_join_the_third(engine: Engine) -> None:
    alike = {
        **ROE,
        "phone": "+49 30 901820",
        "jobtitle": "Director of Operations",
        "city": "Bonn",
        "country": "Germany",
    }
    found = identify(engine, contact("11", **ROE), contact("12", **alike), contact("13", **alike))
    assert set(found.values()) == {"lb-77-11"}


@pytest.mark.parametrize(
    "links",
    [
        {"11": "13", "12": "13", "13": "11"},
        {"11": "12", "12": "13", "13": "12"},
        {"12": "13", "13": "11"},
        {"11": "13", "12": "13"},
    ],
)
def test_whatever_links_whom_the_linked_are_one_lead(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, links: dict[str, str]
) -> None:
    def linked(probes: Sequence[Probe], directory: object, profiles: object) -> list[Match]:
        return [
            Match(Outcome.link, f"hubspot.contact:{links[probe.id]}", "Roe")
            if probe.id in links
            else Match(Outcome.none)
            for probe in probes
        ]

    monkeypatch.setattr("bridge.deciding.identify.match_people", linked)
    found = identify(engine, *(contact(id_, **ROE) for id_ in ("11", "12", "13")))
    assert set(found.values()) == {"lb-77-11"}


def test_strangers_stay_apart(engine: Engine) -> None:
    other = {"firstname": "Ragna", "lastname": "Petrovic", "email": "ragna.petrovic@tekazire.de", "company": "Tekazire"}
    assert identify(engine, contact("11", **ROE), contact("12", **other)) == {"11": "lb-77-11", "12": "lb-77-12"}


def test_a_doubtful_pair_stays_apart_and_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def doubt(probes: Sequence[Probe], directory: object, profiles: object) -> list[Match]:
        other = {"11": "12", "12": "11"}
        return [Match(Outcome.review, f"hubspot.contact:{other[probe.id]}", "Roe") for probe in probes]

    monkeypatch.setattr("bridge.deciding.identify.match_people", doubt)
    found = identify(engine, contact("11", **ROE), contact("12", **ROE))
    assert len(set(found.values())) == 2
    with writing(engine) as connection:
        told = [row.outcome for row in connection.execute(event.select())]
    assert "review" in told


def test_a_merged_contact_inherits_the_lead_that_sales_has(engine: Engine) -> None:
    other = {"firstname": "Ragna", "lastname": "Petrovic", "email": "ragna.petrovic@tekazire.de", "company": "Tekazire"}
    identify(engine, contact("11", **ROE), contact("12", **other))
    with writing(engine) as connection:
        leads.hand_over(connection, [{"lead_id": "lb-77-12", "handover": "sent", "object": "Lead", "sales_id": "00Q1"}])
        survivor = contact("13", at=after(60), former=("11", "12"), **ROE)
        take(connection, survivor)
        records.retire(connection, "hubspot", "contact", survivor.former_ids)
        identify_batch(connection, NOW, "77", None)
        assert members.of_contacts(connection, ["13"]) == {"13": "lb-77-12"}


def test_a_lost_database_makes_the_same_ids_again(engine: Engine) -> None:
    people = [
        contact(
            str(number),
            **{
                **ROE,
                "email": f"person{number}@firm{number}.de",
                "lastname": f"N{number}",
                "company": f"Firm {number}",
            },
        )
        for number in (31, 32)
    ]
    first = identify(engine, *people)
    with writing(engine) as connection:
        connection.execute(lead.delete())
        connection.execute(record.delete())
    assert identify(engine, *reversed(people)) == first
