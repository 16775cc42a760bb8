"""A person who is erased is nowhere any more, whatever happened to them before, and nobody else suffers by it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import person
from sqlalchemy import text

from bridge.backfill import Request, backfill
from bridge.cli import main
from bridge.cycle import holding_lease
from bridge.stages.pull import sweep
from bridge.staging.database import reading
from bridge.staging.erasure import find
from bridge.staging.metadata import metadata

FIRM = {"company": "Kanarien Werke", "jobtitle": "Director of Operations"}


CANARY = {"firstname": "Zinnober", "lastname": "Quittenbaum", "email": "zq@kanarienwerke.de"}


def colleague(number: int, **values: str) -> tuple[str, dict[str, str]]:
    key, made = person(number, **FIRM)
    return key, made | {"email": f"{made['firstname'].lower()}@kanarienwerke.de"} | values


def erase(here: Installation, whom: str) -> None:
    here.app.engine.dispose()
    assert main.run(["erase", whom, "--yes", "--home", str(here.folder)]) == 0
    here.app = here.open()


def kept(here: Installation) -> str:
    """Everything that every table holds, as text in small letters."""
    with reading(here.engine) as connection:
        rows = [
            str(tuple(row)) for name in metadata.tables for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        ]
    return "\n".join(rows).lower()


def in_salesforce(here: Installation, but: str = "") -> str:
    """All texts of Salesforce, but those of one record, in small letters."""
    rows: list[dict[str, Any]] = []
    for kind in ("Lead", "Contact", "Task", "Account", "ContentNote"):
        rows += here.sandbox.salesforce.query(f"SELECT FIELDS(ALL) FROM {kind} LIMIT 200")
    return "\n".join(str(row) for row in rows if row["Id"] != but).lower()


def cycles(here: Installation, number: int = 2) -> None:
    for _ in range(number):
        here.later(minutes=15)
        here.cycle()


@pytest.mark.parametrize("by", ["email", "id"])
@pytest.mark.parametrize("seen", ["sweep", "backfill"])
def test_who_was_deleted_in_hubspot_before_is_found_and_erased(install: Install, by: str, seen: str) -> None:
    here = install([person(1), colleague(2, **CANARY), colleague(3)])
    here.cycle()
    who = here.contact("p2")
    here.hubspot("privacy_delete", id=who)
    if seen == "sweep":
        with here.app.run("sweep") as context:
            sweep(context)
    else:
        with holding_lease(here.app) as lease, here.app.run("backfill", lease=lease) as context:
            backfill(here.app, context, here.app.workplan(), Request(ids=(who,)), send=True)
    cycles(here)
    erase(here, CANARY["email"] if by == "email" else who)
    assert [word for word in ("quittenbaum", "zq@") if word in kept(here)] == []


def test_an_erased_persons_address_within_anothers_is_left_alone(install: Install) -> None:
    full = {"rep": {"open_leads": 0}, "teams": {}}
    here = install(
        [colleague(1, email="ann@kanarienwerke.de"), person(2, email="joann@kanarienwerke.de")], capacity=full
    )
    here.cycle()
    erase(here, "ann@kanarienwerke.de")
    here.configure("capacity", {"rep": {"open_leads": 9}})
    cycles(here, 1)
    assert [*here.leads()] == ["joann@kanarienwerke.de"]


def test_names_are_found_as_they_were_cleaned(install: Install) -> None:
    here = install(
        [
            colleague(1),
            colleague(2, firstname="ZINNOBER", lastname="quittenbaum", email="zq@kanarienwerke.de", jobtitle="Clerk"),
        ]
    )
    here.cycle()
    assert "zinnober quittenbaum" in kept(here)
    erase(here, "zq@kanarienwerke.de")
    assert "quittenbaum" not in kept(here)


def test_charts_in_salesforce_name_the_erased_no_more(install: Install) -> None:
    here = install(
        [
            colleague(1),
            colleague(2, firstname="Zinnober", lastname="Quittenbaum", email="zq@kanarienwerke.de", jobtitle="Clerk"),
        ]
    )
    here.cycle()
    cycles(here, 1)
    mine = here.lead_of("p2").sales_id or ""
    assert "zinnober quittenbaum" in in_salesforce(here, but=mine)
    erase(here, "zq@kanarienwerke.de")
    cycles(here)
    assert "quittenbaum" not in in_salesforce(here, but=mine)
    assert "quittenbaum" not in kept(here)


def test_a_colleague_who_joined_goes_when_the_one_who_stood_for_them_is_erased(install: Install) -> None:
    here = install([colleague(1), colleague(2)])
    here.cycle()
    primary = next(key for key in ("p1", "p2") if here.lead_of(key).handover != "joined")
    other = "p2" if primary == "p1" else "p1"
    record = here.lead_of(primary).sales_id
    erase(here, here.contact(primary))
    here.sales("delete", record=record)
    cycles(here, 3)
    assert here.lead_of(other).handover != "joined"
    assert len(here.leads()) == 1


def test_an_erased_person_merged_in_hubspot_stays_away(install: Install) -> None:
    here = install([person(1), person(2)])
    here.cycle()
    erase(here, here.contact("p1"))
    here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2"))
    cycles(here)
    assert person(1)[1]["lastname"].lower() not in kept(here)


def test_a_record_that_sales_merged_the_erased_into_is_not_read_again(install: Install) -> None:
    here = install([person(1)])
    here.cycle()
    known = {"FirstName": "Zinnober", "LastName": "Quittenbaum", "Company": "Privat", "Email": "private@example.net"}
    master = str(here.sales("create", kind="Lead", values=known)["id"])
    here.sales("merge", master=master, losers=[here.lead_of("p1").sales_id], fill_blanks=False)
    cycles(here)
    erase(here, here.contact("p1"))
    here.sales("edit", record=master, values={"City": "Ulm"})
    cycles(here)
    assert "quittenbaum" not in kept(here)


@pytest.mark.parametrize("seen", ["one by one", "at once"])
def test_who_was_merged_of_several_is_erased_with_all_that_was_kept_of_them(install: Install, seen: str) -> None:
    here = install([person(1), colleague(2, **CANARY), person(3)])
    here.cycle()
    mine = {here.lead_of(key).sales_id for key in ("p1", "p2", "p3")}
    survivor = here.contact("p1")
    for key in ("p2", "p3"):
        survivor = here.hubspot("merge", kind="contacts", primary=survivor, other=here.contact(key))
        if seen == "one by one":
            cycles(here, 1)
    cycles(here)
    with reading(here.engine) as connection:
        assert mine <= set(find(connection, survivor).salesforce_ids), "all of them are named, to be deleted there"
    erase(here, survivor)
    names = [CANARY["lastname"].lower(), *(person(number)[1]["lastname"].lower() for number in (1, 3))]
    assert [name for name in names if name in kept(here)] == []


def test_an_address_that_only_sales_has_still_finds_the_person(install: Install) -> None:
    here = install([person(1)])
    here.cycle()
    here.edit("p1", email="somewhere@else.example.de")
    cycles(here)
    erase(here, person(1)[1]["email"])
    assert person(1)[1]["lastname"].lower() not in kept(here)


@pytest.mark.parametrize("by", ["the present address", "a former address"])
def test_who_has_several_addresses_is_erased_by_any_and_stays_away_with_all(install: Install, by: str) -> None:
    former = "amara@before.example.de"
    here = install([person(1, hs_additional_emails=former)])
    here.cycle()
    erase(here, former if by == "a former address" else person(1)[1]["email"])
    here.hubspot("privacy_delete", id=here.contact("p1"))
    here.arrive({**person(1)[1], "email": former})
    cycles(here)
    assert person(1)[1]["lastname"].lower() not in kept(here)
