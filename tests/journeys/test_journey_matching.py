"""What the customer knows becomes evidence, and what a person ruled is never asked again: through the whole pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import account, person, sales_person
from test_journey_handoff import colleague

from bridge.cli.main import run
from connectors.sandbox.world import Ref, Thing


def twins() -> list[Thing]:
    """Two accounts of one name in one place, among others: nothing tells which."""
    others = [person(number)[1]["company"] for number in range(100, 140)]
    ordinary = [account(f"o{n}", f"{name} GmbH", f"https://firm{n}.de") for n, name in enumerate(others)]
    place = {"BillingCity": "Kassel"}
    same = [account(key, "Meridian Partner", "", **place) for key in ("a-north", "a-south")]
    return [*same, *ordinary]


def lost(number: int, email: str) -> tuple[str, dict[str, str]]:
    """Somebody of Meridian Partner with a private address."""
    return person(number, company="Meridian Partner", email=email, city="Kassel")


def account_id(here: Installation, key: str) -> str:
    """The Salesforce id of an account of the world."""
    return here.sandbox.id_of("salesforce", "Account", key)


def match_of(here: Installation, key: str) -> dict[str, Any]:
    """What was decided about somebody's account."""
    found: dict[str, Any] = here.lead_of(key).decision["account"]
    return found


def say(here: Installation, *arguments: str) -> None:
    """A person's word about an account, by the command."""
    here.app.engine.dispose()
    assert run(["match", "correct", *arguments, "--home", str(here.folder)]) == 0


def test_a_correction_is_never_asked_twice(install: Install) -> None:
    here = install([lost(1, "amara@gmail.com")], twins())
    here.cycle()
    assert match_of(here, "p1")["outcome"] == "review"
    shown = here.properties("p1")
    assert shown["leadbridge_reason"].startswith("Perhaps the account Meridian Partner: ")
    assert shown["leadbridge_questions"] == "Account: is it Meridian Partner?"
    south = account_id(here, "a-south")
    say(here, here.contact("p1"), south)
    here.cycle()
    told = match_of(here, "p1")
    assert (told["outcome"], told["id"], told["reason"]) == ("link", south, "confirmed")
    newcomer = here.arrive(lost(2, "bruno@yahoo.com")[1])
    here.later(seconds=90)
    here.cycle()
    asked = [row for row in here.rows(_lead()) if row.decision["account"]["outcome"] == "review"]
    assert asked == []
    assert _decided(here, newcomer)["account"]["id"] == south


def test_the_latest_word_holds_and_a_refused_account_is_not_proposed(install: Install) -> None:
    here = install([lost(1, "amara@gmail.com")], twins())
    here.cycle()
    north, south = account_id(here, "a-north"), account_id(here, "a-south")
    say(here, here.contact("p1"), south)
    say(here, here.contact("p1"), north)
    here.cycle()
    assert match_of(here, "p1")["id"] == north
    say(here, here.contact("p1"), north, "--refuse")
    say(here, here.contact("p1"), south, "--refuse")
    here.cycle()
    assert match_of(here, "p1")["outcome"] == "none"


@pytest.mark.parametrize(
    ("lead", "things"),
    [
        (
            {"company": "Brondi", "email": "a.b@brondi-labs.net"},
            [
                account("a-right", "Zumora Holding", "https://zumora.de"),
                *(
                    sales_person("Contact", f"c{n}", {
                        "FirstName": f"Vera{n}", "LastName": f"Zoll{n}", "Email": f"v{n}@brondi-labs.net", "AccountId": Ref("Account", "a-right"),
                    })
                    for n in range(3)
                ),
            ],
        ),
        (
            {"company": "Zumora Logistik", "email": "a.b@zumora.de"},
            [
                account("a-top", "Zumora Holding", "https://zumora.de"),
                account("a-right", "Zumora Logistik", "", ParentId=Ref("Account", "a-top")),
            ],
        ),
    ],
    ids=["contacts' domain", "a child's name at its parent's domain"],
)  # fmt: skip
def test_what_sales_knows_of_an_account_finds_it(install: Install, lead: dict[str, str], things: list[Thing]) -> None:
    here = install([person(1, **lead)], things)
    here.cycle()
    told = match_of(here, "p1")
    assert (told["outcome"], told["id"]) == ("link", account_id(here, "a-right")), told
    assert "same web domain" in told["sentence"]


def test_an_account_is_still_found_by_the_name_it_had(install: Install) -> None:
    place = {"BillingCity": "Kassel"}
    others = [account(f"o{n}", f"{person(n)[1]['company']} GmbH", f"https://firm{n}.de") for n in range(100, 140)]
    here = install([], [account("a1", "Zumora Werke", "https://qg-holding.de", **place), *others])
    here.cycle()
    for name in ("Quantora Group", "Quantora Group SE"):
        here.sales("edit", record=account_id(here, "a1"), values={"Name": name})
        here.later(minutes=5)
        here.cycle()
    contact = here.arrive(person(1, company="Zumora Werke", email="a.brandt@gmail.com", city="Kassel")[1])
    here.later(minutes=5)
    here.cycle()
    told = _decided(here, contact)["account"]
    assert told["id"] == account_id(here, "a1"), told
    assert told["outcome"] in ("link", "review")
    assert "Zumora Werke" in str(told["evidence"]), "the name that spoke for it is named"


def test_explain_shows_the_waterfall(install: Install, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    here = install(
        [person(1, company="Zumora", email="a.b@zumora.de")], [account("a1", "Zumora GmbH", "https://zumora.de")]
    )
    here.cycle()
    here.app.engine.dispose()
    assert run(["explain", here.contact("p1"), "--home", str(here.folder)]) == 0
    said = capsys.readouterr().out
    assert (
        "Matched to Zumora GmbH: same web domain (zumora.de, used by no other account), same name, same country."
        in said
    )
    for part in (
        "start",
        "web domain: zumora.de | zumora.de",
        "company name: Zumora | Zumora GmbH",
        "total, in log-odds",
        "gap ",
    ):
        assert part in said


def _lead() -> Any:
    from bridge.staging.schema import lead

    return lead


def _decided(here: Installation, contact: str) -> Any:
    from bridge.staging.schema import record

    row = here.rows(record, record.c.source == "hubspot", record.c.kind == "contact", record.c.id == contact)[0]
    return here.rows(_lead(), _lead().c.id == row.lead_id)[0].decision


def test_a_correction_frees_everybody_who_asked_the_same(install: Install) -> None:
    here = install([lost(1, "amara@gmail.com"), lost(2, "bruno@yahoo.com")], twins())
    here.cycle()
    assert {row.verdict for row in here.rows(_lead())} == {"held"}
    say(here, here.contact("p1"), account_id(here, "a-south"))
    here.cycle()
    assert {row.verdict for row in here.rows(_lead())} == {"qualified"}
    say(here, here.contact("p2"), account_id(here, "a-north"))
    here.cycle()
    assert {row.account_id for row in here.rows(_lead())} == {account_id(here, "a-north")}


@pytest.mark.parametrize("merged", [False, True])
def test_a_confirmed_account_that_is_gone_holds_nobody_up(install: Install, merged: bool) -> None:
    """Salesforce takes no lead with a deleted account; whom the survivor of a merge belongs to is known."""
    here = install([lost(1, "amara@gmail.com")], twins())
    here.cycle()
    north, south = account_id(here, "a-north"), account_id(here, "a-south")
    say(here, here.contact("p1"), north)
    here.cycle()
    if merged:
        here.sales("merge", master=south, losers=[north])
    else:
        here.sales("delete", record=north)
    here.later(minutes=15)
    here.cycle()
    newcomer = here.arrive(lost(2, "bruno@yahoo.com")[1])
    here.later(minutes=15)
    here.cycle()
    told = _decided(here, newcomer)["account"]
    assert told.get("id") != north
    assert (told["reason"] == "confirmed") == merged
    refused = run(["match", "correct", here.contact("p1"), north, "--home", str(here.folder)])
    assert refused == 2, "an account that is there no more cannot be confirmed"


@pytest.mark.parametrize(
    ("website", "typed"),
    [
        ("morgenrot-werke.de", {}),
        ("https://eu.morgenrot-werke.de:443/de?from=x", {}),
        ("HTTP://WWW.Morgenrot-Werke.DE?a=b", {}),
        ("", {"email": "sonja.neubauer77@gmail.com"}),
    ],
)
def test_an_account_made_later_is_found_by_those_who_had_none(
    install: Install, website: str, typed: dict[str, str]
) -> None:
    here = install([colleague(2, **typed)])
    here.cycle()
    assert here.lead_of("m2").account_id is None
    values = {"Name": "Morgenrot Werke", "BillingCountry": "Germany", **({"Website": website} if website else {})}
    made = here.sales("create", kind="Account", values=values)
    here.later(minutes=15)
    here.cycle()
    found = here.lead_of("m2").decision["account"]
    assert found.get("id") == made["id"], found
