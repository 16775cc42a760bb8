"""Indexes find what reading every row finds, before and after changes; worlds are loaded as they are told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from org_clients import NOW

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.ledger import Ledger
from connectors.sandbox.salesforce.server import SalesforceServer
from connectors.sandbox.world import Ref, Thing

ROWS = 3_000


def things() -> Iterator[Thing]:
    rng = random.Random(5)
    for number in range(600):
        yield Thing(
            "Account",
            f"a{number}",
            {"Name": f"Acc {number % 200}", "Industry": rng.choice(("Energy", "Media", None))},
            (),
            NOW,
            NOW,
        )
    for number in range(ROWS):
        # Many rows share a second, as after an import.
        at = NOW - timedelta(minutes=number // 50)
        values: dict[str, Any] = {
            "FirstName": rng.choice(("Ann", "Ben", None)), "LastName": f"L{number % 40}", "Email": f"P{number % 1500}@X.com",
            "Title": rng.choice(("CEO", "cfo", None)),
        }  # fmt: skip
        if number % 3:
            values["AccountId"] = Ref("Account", f"a{number % 600}")
        yield Thing("Contact", f"c{number}", values, (), at, at, archived=number % 97 == 0)


@pytest.fixture(scope="module")
def server() -> SalesforceServer:
    made = SalesforceServer(Clock(NOW), Ledger(light=True), Faults())
    made.load(things())
    return made


def brute(server: SalesforceServer, test: Any) -> list[str]:
    """The ids of the contacts for which `test` holds, found by reading every row."""
    table = server.org.table("Contact")
    names = ("Id", "FirstName", "LastName", "Email", "Title", "AccountId", "SystemModstamp")
    rows = [{name: table.value(row, name) for name in names} for row in table.rows()]
    return [row["Id"] for row in rows if test(row)]


def account_name(server: SalesforceServer, row: dict[str, Any]) -> Any:
    return row["AccountId"] and server.org.value(row["AccountId"], "Name")


def stamp(minutes: int) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S")


def cases(server: SalesforceServer) -> list[tuple[str, Any]]:
    ids = server.org.table("Contact").columns["Id"]
    account = server.id_of("Account", "a7")
    late, early = stamp(5), stamp(20)
    return [
        ("Email = 'p7@x.COM'", lambda row: row["Email"].lower() == "p7@x.com"),
        ("Email IN ('p7@x.com', 'P8@x.com', 'none')", lambda row: row["Email"].lower() in ("p7@x.com", "p8@x.com")),
        ("Name = 'ann l3'", lambda row: row["FirstName"] == "Ann" and row["LastName"] == "L3"),
        ("LastName = 'L3' AND Title = 'cEO'", lambda row: row["LastName"] == "L3" and row["Title"] == "CEO"),
        ("LastName = 'L3' OR Title = 'CFO'", lambda row: row["LastName"] == "L3" or row["Title"] == "cfo"),
        ("LastName = 'L3' OR Title = null", lambda row: row["LastName"] == "L3" or row["Title"] is None),
        (
            "(NOT LastName = 'L3') AND Email = 'p3@x.com'",
            lambda row: row["LastName"] != "L3" and row["Email"].lower() == "p3@x.com",
        ),
        (f"AccountId = '{account}'", lambda row: row["AccountId"] == account),
        (f"Id IN ('{ids[5]}', '{ids[97]}', '{ids[2999]}')", lambda row: row["Id"] in (ids[5], ids[2999])),
        (f"Id > '{ids[2900]}' AND Id <= '{ids[2950]}'", lambda row: ids[2900] < row["Id"] <= ids[2950]),
        (f"SystemModstamp >= {late}Z", lambda row: row["SystemModstamp"][:19] >= late),
        (
            f"SystemModstamp > {early}Z AND SystemModstamp < {late}Z",
            lambda row: early < row["SystemModstamp"][:19] < late,
        ),
        (
            f"SystemModstamp > {late}Z OR LastName = 'L3'",
            lambda row: row["SystemModstamp"][:19] > late or row["LastName"] == "L3",
        ),
        ("SystemModstamp = TODAY AND LastName = 'L5'", lambda row: row["LastName"] == "L5"),
        ("SystemModstamp < TODAY", lambda row: False),
        ("Account.Name = 'acc 7'", lambda row: account_name(server, row) == "Acc 7"),
        ("Account.Name IN ('Acc 7', 'Acc 8')", lambda row: account_name(server, row) in ("Acc 7", "Acc 8")),
        (
            "Account.Name NOT IN ('Acc 7') AND LastName = 'L7'",
            lambda row: account_name(server, row) != "Acc 7" and row["LastName"] == "L7",
        ),
        ("Account.Name = null AND LastName = 'L7'", lambda row: row["AccountId"] is None and row["LastName"] == "L7"),
        (
            "AccountId IN (SELECT Id FROM Account WHERE Name = 'Acc 7')",
            lambda row: account_name(server, row) == "Acc 7",
        ),
    ]


def found(server: SalesforceServer, where: str, tail: str = "") -> list[str]:
    return [row["Id"] for row in server.query(f"SELECT Id FROM Contact WHERE {where} {tail}")]


def test_indexes_find_what_reading_finds(server: SalesforceServer) -> None:
    for where, test in cases(server):
        assert found(server, where) == brute(server, test), where
        assert server.query(f"SELECT COUNT() FROM Contact WHERE {where}")[0]["expr0"] == len(brute(server, test)), where


def test_indexes_follow_changes(server: SalesforceServer) -> None:
    rng, org = random.Random(6), server.org
    for where, _ in cases(server):
        found(server, where)
    table = org.table("Contact")
    for number in range(400):
        row = rng.randrange(len(table))
        org.clock.advance(1)
        values = {
            "LastName": f"L{rng.randrange(40)}",
            "Email": f"P{rng.randrange(20)}@x.com",
            "SystemModstamp": org.now(),
        }
        if number % 4 == 0 and row not in table.deleted:
            table.delete(row)
        elif number % 4 == 1:
            table.insert(values)
        else:
            table.update(row, values)
    for where, test in cases(server):
        assert sorted(found(server, where)) == sorted(brute(server, test)), where


@pytest.mark.parametrize("order", ["SystemModstamp, Id", "SystemModstamp ASC, Id ASC", "Id"])
def test_keyset_pages_meet_every_row_once(server: SalesforceServer, order: str) -> None:
    seen: list[str] = []
    where = "Id != null"
    while True:
        rows = server.query(f"SELECT Id, SystemModstamp FROM Contact WHERE {where} ORDER BY {order} LIMIT 70")
        if not rows:
            break
        seen += [row["Id"] for row in rows]
        last, at = rows[-1]["Id"], rows[-1]["SystemModstamp"].replace("+0000", "Z")
        where = (
            f"Id > '{last}'"
            if order == "Id"
            else f"(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '{last}'))"
        )
    assert len(seen) == len(set(seen)) == server.query("SELECT COUNT() FROM Contact")[0]["expr0"]


def test_order_by_time_is_the_same_with_and_without_a_limit(server: SalesforceServer) -> None:
    everything = found(server, "Id != null", "ORDER BY SystemModstamp, Id")
    assert found(server, "Id != null", "ORDER BY SystemModstamp, Id LIMIT 300 OFFSET 200") == everything[200:500]
    assert (
        found(server, "LastName = 'L4'", "ORDER BY SystemModstamp LIMIT 9")
        == found(server, "LastName = 'L4'", "ORDER BY SystemModstamp")[:9]
    )


# Worlds.


def loaded(*given: Thing, rules: dict[str, Any] | None = None) -> SalesforceServer:
    made = SalesforceServer(Clock(NOW), Ledger(), Faults())
    made.load(given, rules)
    return made


def test_things_become_records_with_their_times_and_links() -> None:
    created, changed = NOW - timedelta(days=2), NOW - timedelta(days=1)
    server = loaded(
        Thing(
            "CustomField",
            "f",
            {"object": "Lead", "name": "Key__c", "type": "string", "length": 20, "externalId": True, "unique": True},
        ),
        Thing("Account", "a", {"Name": "Acme", "AnnualRevenue": 5}),
        Thing("Contact", "c", {"LastName": "x", "AccountId": Ref("Account", "a"), "Email": ""}, (), created, changed),
        Thing("Lead", "l", {"LastName": "y", "Company": "z", "Key__c": "k"}, archived=True),
        Thing(
            "Opportunity",
            "o",
            {"Name": "d", "StageName": "Closed Won", "CloseDate": "2026-01-31", "AccountId": Ref("Account", "a")},
        ),
        rules={"org_name": "Acme Org"},
    )
    contact = server.query("SELECT AccountId, CreatedDate, SystemModstamp, Email, Account.AnnualRevenue FROM Contact")[
        0
    ]
    assert contact["AccountId"] == server.id_of("Account", "a")
    assert (contact["CreatedDate"], contact["SystemModstamp"]) == (
        "2026-11-20T12:00:00.000+0000",
        "2026-11-21T12:00:00.000+0000",
    )
    assert (contact["Email"], contact["Account"]["AnnualRevenue"]) == (None, 5.0)
    assert server.query("SELECT Id FROM Lead") == []
    assert server.query("SELECT Key__c, Status FROM Lead", deleted_too=True)[0]["Status"] == "Open - Not Contacted"
    assert server.query("SELECT IsWon, Probability FROM Opportunity")[0]["Probability"] == 100.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([Thing("Nonsense", "x", {})], "Salesforce has no object Nonsense"),
        ([Thing("Lead", "x", {"Nope": 1})], "Lead has no field Nope"),
        (
            [Thing("Account", "x", {"Name": "a"}), Thing("Account", "x", {"Name": "b"})],
            "two things of kind Account have the key x",
        ),
    ],
)
def test_things_that_make_no_sense(given: list[Thing], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        loaded(*given)


def test_a_reference_to_what_did_not_come_before() -> None:
    with pytest.raises(LookupError, match="no Account of the world has the key later"):
        loaded(Thing("Contact", "c", {"LastName": "x", "AccountId": Ref("Account", "later")}))


def test_the_same_world_gives_the_same_ids() -> None:
    ids = [
        [server.id_of("Contact", f"c{number}") for number in (0, 1, 2_999)]
        for server in (loaded(*things()), loaded(*things()))
    ]
    assert ids[0] == ids[1]
