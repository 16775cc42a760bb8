"""SOQL as a table: what each query finds, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from org_clients import NOW

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.ledger import Ledger
from connectors.sandbox.salesforce.server import SalesforceServer
from connectors.sandbox.salesforce.soql.run import Answer, run
from connectors.sandbox.world import Ref, Thing


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def _people() -> Iterator[Thing]:
    yield Thing(
        "User",
        "ann",
        {"Username": "ann@x.com", "LastName": "Archer", "FirstName": "Ann", "IsActive": True},
        (),
        _at(2025, 1, 1),
    )
    yield Thing("Group", "q", {"Name": "Inbound", "DeveloperName": "Inbound", "Type": "Queue"}, (), _at(2025, 1, 1))
    for key, name, industry, employees, revenue, parent in (
        ("a1", "Acme", "Energy", 100, 1_000_000.0, None),
        ("a2", "acme Labs", "Technology", 20, None, "a1"),
        ("a3", "100% Pure", None, None, 50.5, None),
        ("a4", "Under_score", "Energy", 7, 0.0, None),
        ("a5", "O'Neil \\ Sons", "Media", 5000, 9.9e9, "a2"),
    ):
        values: dict[str, Any] = {
            "Name": name,
            "Industry": industry,
            "NumberOfEmployees": employees,
            "AnnualRevenue": revenue,
        }
        if parent:
            values["ParentId"] = Ref("Account", parent)
        yield Thing("Account", key, values, (), _at(2026, 1, 1))
    for key, first, last, account, born in (
        ("c1", "Cara", "One", "a1", "1980-02-29"), ("c2", None, "Two", "a1", None), ("c3", "Dan", "Three", "a2", "1999-12-31"),
        ("c4", "Eve", "Four", None, "2000-01-01"),
    ):  # fmt: skip
        values = {"FirstName": first, "LastName": last, "Birthdate": born, "Email": f"{last.lower()}@x.com"}
        if account:
            values["AccountId"] = Ref("Account", account)
        yield Thing("Contact", key, values, (), _at(2026, 2, 1))


def _leads() -> Iterator[Thing]:
    yield Thing(
        "CustomField",
        "f1",
        {"object": "Lead", "name": "Topics__c", "type": "multipicklist", "length": 4099, "label": "Topics"},
    )
    yield Thing(
        "CustomField",
        "f2",
        {"object": "Lead", "name": "Key__c", "type": "string", "length": 50, "externalId": True, "unique": True},
    )
    rows = (
        ("l1", "Alpha", "Open - Not Contacted", "ann", _at(2026, 11, 22, 11), "a;b", 10.5, "alpha@x.com"),
        ("l2", "beta", "Working - Contacted", "ann", _at(2026, 11, 21, 23, 59, 59), "b;c", None, "beta@x.com"),
        ("l3", "Gamma", "Working - Contacted", "q", _at(2026, 11, 15), "c", 3.0, None),
        ("l4", "delta", "Closed - Not Converted", "q", _at(2026, 10, 31), None, -2.0, "delta@y.org"),
        ("l5", "Epsilon", "Open - Not Contacted", "ann", _at(2025, 12, 31, 23), "a", 3.0, "e_p@y.org"),
        ("l6", "zeta", "Open - Not Contacted", "ann", _at(2026, 8, 15), None, 99.0, "ZETA@x.com"),
    )
    for key, last, status, owner, at, topics, revenue, email in rows:
        values = {
            "LastName": last, "Company": "Co " + last, "Status": status, "OwnerId": Ref("Group" if owner == "q" else "User", owner),
            "Topics__c": topics, "AnnualRevenue": revenue, "Email": email, "Key__c": key.upper(), "IsUnreadByOwner": key in ("l1", "l3"),
        }  # fmt: skip
        yield Thing("Lead", key, values, (), at, at, archived=key == "l6")


def _rest() -> Iterator[Thing]:
    yield Thing("Campaign", "k1", {"Name": "Fair", "IsActive": True}, (), _at(2026, 3, 1))
    for key, lead in (("m1", "l1"), ("m2", "l2")):
        values = {
            "CampaignId": Ref("Campaign", "k1"),
            "LeadId": Ref("Lead", lead),
            "Status": "Responded" if key == "m2" else "Sent",
        }
        yield Thing("CampaignMember", key, values, (), _at(2026, 3, 2))
    for key, kind, who in (("t1", "Lead", "l1"), ("t2", "Contact", "c1"), ("t3", "Contact", "c1")):
        values = {
            "Subject": f"Call {key}",
            "WhoId": Ref(kind, who),
            "Status": "Completed",
            "ActivityDate": f"2026-11-0{key[1]}",
        }
        yield Thing("Task", key, values, (), _at(2026, 11, 1))
    for key, stage, amount, account in (
        ("o1", "Closed Won", 100.0, "a1"),
        ("o2", "Prospecting", 300.0, "a1"),
        ("o3", "Prospecting", None, "a2"),
    ):
        values = {
            "Name": key,
            "StageName": stage,
            "Amount": amount,
            "CloseDate": "2026-12-31",
            "AccountId": Ref("Account", account),
        }
        yield Thing("Opportunity", key, values, (), _at(2026, 5, 5))


@pytest.fixture(scope="module")
def server() -> SalesforceServer:
    made = SalesforceServer(Clock(NOW), Ledger(), Faults())
    made.load([*_people(), *_leads(), *_rest()])
    return made


def ask(server: SalesforceServer, soql: str, deleted_too: bool = False) -> Answer:
    """The answer as the integration user gets it."""
    user = server.query("SELECT Id FROM User WHERE Username = 'integration@leadbridge.example'")[0]["Id"]
    for name in ("a1", "a2"):
        soql = soql.replace(f"<{name}>", server.id_of("Account", name))
    for name in ("l1", "l3"):
        soql = soql.replace(f"<{name}>", server.id_of("Lead", name))
    return run(server.org, user, soql, "/services/data/v65.0", deleted_too)


LEADS = "SELECT LastName FROM Lead WHERE "
ACCOUNTS = "SELECT Name FROM Account WHERE "

ROWS: list[tuple[str, list[str]]] = [
    # Comparisons. Text is compared without regard to case, and null is different from everything.
    (LEADS + "LastName = 'ALPHA'", ["Alpha"]),
    (LEADS + "LastName != 'alpha'", ["beta", "Gamma", "delta", "Epsilon"]),
    (LEADS + "LastName <> 'alpha' AND Email = null", ["Gamma"]),
    (LEADS + "LastName < 'b'", ["Alpha"]),
    (LEADS + "LastName >= 'Epsilon'", ["Gamma", "Epsilon"]),
    (LEADS + "AnnualRevenue > 3", ["Alpha"]),
    (LEADS + "AnnualRevenue >= 3.0", ["Alpha", "Gamma", "Epsilon"]),
    (LEADS + "AnnualRevenue < 0", ["delta"]),
    (LEADS + "AnnualRevenue <= -2", ["delta"]),
    (LEADS + "AnnualRevenue = 10.5", ["Alpha"]),
    (LEADS + "AnnualRevenue = 1.05e1", ["Alpha"]),
    (LEADS + "AnnualRevenue != 3", ["Alpha", "beta", "delta"]),
    (LEADS + "IsUnreadByOwner = true", ["Alpha", "Gamma"]),
    (LEADS + "IsUnreadByOwner = FALSE", ["beta", "delta", "Epsilon"]),
    (LEADS + "IsConverted != true", ["Alpha", "beta", "Gamma", "delta", "Epsilon"]),
    (LEADS + "Email = null", ["Gamma"]),
    (LEADS + "Email != NULL", ["Alpha", "beta", "delta", "Epsilon"]),
    (LEADS + "Email = ''", ["Gamma"]),
    (LEADS + "Id = '<l1>'", ["Alpha"]),
    (LEADS + "Key__c = 'l3'", ["Gamma"]),
    (LEADS + "Name = 'GAMMA'", ["Gamma"]),
    # Logic.
    (LEADS + "Email != null AND AnnualRevenue = 3", ["Epsilon"]),
    (LEADS + "LastName = 'Alpha' OR LastName = 'beta'", ["Alpha", "beta"]),
    (LEADS + "(LastName = 'Alpha' OR LastName = 'beta') AND AnnualRevenue = null", ["beta"]),
    (LEADS + "LastName = 'Alpha' OR (LastName = 'Gamma' AND AnnualRevenue = 3)", ["Alpha", "Gamma"]),
    (LEADS + "NOT LastName = 'Alpha'", ["beta", "Gamma", "delta", "Epsilon"]),
    (LEADS + "Email != null AND (NOT LastName LIKE '%a')", ["Epsilon"]),
    (LEADS + "(NOT (LastName = 'Alpha' OR LastName = 'beta'))", ["Gamma", "delta", "Epsilon"]),
    (LEADS + "NOT Email = null", ["Alpha", "beta", "delta", "Epsilon"]),
    (LEADS + "((((LastName = 'Alpha'))))", ["Alpha"]),
    # Lists.
    (LEADS + "LastName IN ('alpha', 'BETA', 'nobody')", ["Alpha", "beta"]),
    (LEADS + "LastName NOT IN ('Alpha')", ["beta", "Gamma", "delta", "Epsilon"]),
    (LEADS + "Email NOT IN ('alpha@x.com', 'beta@x.com')", ["Gamma", "delta", "Epsilon"]),
    (LEADS + "AnnualRevenue IN (3, 10.5)", ["Alpha", "Gamma", "Epsilon"]),
    (LEADS + "Email IN (null, 'beta@x.com')", ["beta", "Gamma"]),
    (LEADS + "Id IN ('<l1>','<l3>')", ["Alpha", "Gamma"]),
    (LEADS + "Id NOT IN ('<l1>')", ["beta", "Gamma", "delta", "Epsilon"]),
    # LIKE, its wildcards and escapes.
    (LEADS + "LastName LIKE 'a%'", ["Alpha"]),
    (LEADS + "LastName LIKE '%TA'", ["beta", "delta"]),
    (LEADS + "LastName LIKE '_eta'", ["beta"]),
    (LEADS + "LastName LIKE 'Alpha'", ["Alpha"]),
    (LEADS + r"Email LIKE '%\_p@%'", ["Epsilon"]),
    (LEADS + "Email LIKE '%'", ["Alpha", "beta", "delta", "Epsilon"]),
    (LEADS + "LastName LIKE ''", []),
    (ACCOUNTS + r"Name LIKE '100\% %'", ["100% Pure"]),
    (ACCOUNTS + r"Name LIKE '%\%%'", ["100% Pure"]),
    (ACCOUNTS + r"Name LIKE 'Under\_%'", ["Under_score"]),
    (ACCOUNTS + r"Name LIKE 'O\'Neil%'", ["O'Neil \\ Sons"]),
    (ACCOUNTS + r"Name LIKE '%\\%'", ["O'Neil \\ Sons"]),
    # Quotes and escapes outside LIKE.
    (ACCOUNTS + r"Name = 'O\'Neil \\ Sons'", ["O'Neil \\ Sons"]),
    (ACCOUNTS + "Name = '100% Pure'", ["100% Pure"]),
    (ACCOUNTS + r"Name = '100\u0025 Pure'", ["100% Pure"]),
    (ACCOUNTS + r"Name = 'x\' OR Name != \''", []),
    # Several values in one field.
    (LEADS + "Topics__c INCLUDES ('a')", ["Alpha", "Epsilon"]),
    (LEADS + "Topics__c INCLUDES ('a;b')", ["Alpha"]),
    (LEADS + "Topics__c INCLUDES ('a;b', 'c')", ["Alpha", "beta", "Gamma"]),
    (LEADS + "Topics__c EXCLUDES ('b')", ["Gamma", "delta", "Epsilon"]),
    (LEADS + "Topics__c = 'a;b'", ["Alpha"]),
    (LEADS + "Topics__c = null", ["delta"]),
    # Times and days.
    (LEADS + "CreatedDate >= 2026-11-22T11:00:00Z", ["Alpha"]),
    (LEADS + "CreatedDate > 2026-11-22T11:00:00Z", []),
    (LEADS + "CreatedDate = 2026-11-22T12:00:00+01:00", ["Alpha"]),
    (LEADS + "CreatedDate = 2026-11-22T06:00:00.000-0500", ["Alpha"]),
    (LEADS + "CreatedDate < 2026-01-01T00:00:00Z", ["Epsilon"]),
    (LEADS + "CreatedDate IN (2026-11-15T00:00:00Z)", ["Gamma"]),
    (LEADS + "CreatedDate = TODAY", ["Alpha"]),
    (LEADS + "CreatedDate = YESTERDAY", ["beta"]),
    (LEADS + "CreatedDate = TOMORROW", []),
    (LEADS + "CreatedDate < TODAY", ["beta", "Gamma", "delta", "Epsilon"]),
    (LEADS + "CreatedDate <= YESTERDAY", ["beta", "Gamma", "delta", "Epsilon"]),
    (LEADS + "CreatedDate > YESTERDAY", ["Alpha"]),
    (LEADS + "CreatedDate != TODAY", ["beta", "Gamma", "delta", "Epsilon"]),
    # 22 November 2026 is a Sunday, the first day of its week.
    (LEADS + "CreatedDate = THIS_WEEK", ["Alpha"]),
    (LEADS + "CreatedDate = LAST_WEEK", ["beta", "Gamma"]),
    (LEADS + "CreatedDate = THIS_MONTH", ["Alpha", "beta", "Gamma"]),
    (LEADS + "CreatedDate = LAST_MONTH", ["delta"]),
    (LEADS + "CreatedDate = THIS_QUARTER", ["Alpha", "beta", "Gamma", "delta"]),
    (LEADS + "CreatedDate = LAST_QUARTER", []),
    (LEADS + "CreatedDate = LAST_YEAR", ["Epsilon"]),
    (LEADS + "CreatedDate = THIS_FISCAL_YEAR", ["Alpha", "beta", "Gamma", "delta"]),
    (LEADS + "CreatedDate = LAST_N_DAYS:7", ["Alpha", "beta", "Gamma"]),
    (LEADS + "CreatedDate >= LAST_N_DAYS:1", ["Alpha", "beta"]),
    (LEADS + "CreatedDate = LAST_N_WEEKS:1", ["beta", "Gamma"]),
    (LEADS + "CreatedDate = LAST_N_MONTHS:1", ["delta"]),
    (LEADS + "CreatedDate = LAST_N_YEARS:1", ["Epsilon"]),
    (LEADS + "CreatedDate = N_DAYS_AGO:7", ["Gamma"]),
    (LEADS + "CreatedDate = LAST_90_DAYS", ["Alpha", "beta", "Gamma", "delta"]),
    (LEADS + "CreatedDate > NEXT_N_DAYS:3", []),
    (LEADS + "CALENDAR_YEAR(CreatedDate) = 2025", ["Epsilon"]),
    (LEADS + "HOUR_IN_DAY(CreatedDate) = 23", ["beta", "Epsilon"]),
    (LEADS + "DAY_ONLY(CreatedDate) = 2026-11-21", ["beta"]),
    ("SELECT LastName FROM Contact WHERE Birthdate = 1980-02-29", ["One"]),
    ("SELECT LastName FROM Contact WHERE Birthdate >= 1999-12-31 ORDER BY Birthdate", ["Three", "Four"]),
    ("SELECT LastName FROM Contact WHERE DAY_IN_MONTH(Birthdate) = 29", ["One"]),
    # Order.
    (LEADS + "Id != null ORDER BY LastName", ["Alpha", "beta", "delta", "Epsilon", "Gamma"]),
    (LEADS + "Id != null ORDER BY LastName DESC", ["Gamma", "Epsilon", "delta", "beta", "Alpha"]),
    (LEADS + "Id != null ORDER BY AnnualRevenue, LastName", ["beta", "delta", "Epsilon", "Gamma", "Alpha"]),
    (
        LEADS + "Id != null ORDER BY AnnualRevenue NULLS LAST, LastName DESC",
        ["delta", "Gamma", "Epsilon", "Alpha", "beta"],
    ),
    (LEADS + "Id != null ORDER BY AnnualRevenue DESC NULLS LAST, Id", ["Alpha", "Gamma", "Epsilon", "delta", "beta"]),
    (LEADS + "Id != null ORDER BY CreatedDate DESC LIMIT 2", ["Alpha", "beta"]),
    (LEADS + "Id != null ORDER BY Id DESC LIMIT 1", ["Epsilon"]),
    ("SELECT LastName FROM Contact ORDER BY Account.Name DESC NULLS LAST, LastName", ["Three", "One", "Two", "Four"]),
    (LEADS + "Id != null ORDER BY LastName LIMIT 2 OFFSET 3", ["Epsilon", "Gamma"]),
    (LEADS + "Id != null LIMIT 0", []),
    # Parents.
    ("SELECT LastName FROM Contact WHERE Account.Name = 'acme'", ["One", "Two"]),
    ("SELECT LastName FROM Contact WHERE Account.Name = null", ["Four"]),
    ("SELECT LastName FROM Contact WHERE Account.Parent.Name = 'Acme'", ["Three"]),
    ("SELECT c.LastName FROM Contact c WHERE c.Account.Name LIKE 'acme%'", ["One", "Two", "Three"]),
    ("SELECT Contact.LastName FROM Contact WHERE Contact.LastName = 'One'", ["One"]),
    (LEADS + "Owner.Name = 'Inbound'", ["Gamma", "delta"]),
    (LEADS + "Owner.Type = 'User'", ["Alpha", "beta", "Epsilon"]),
    ("SELECT Subject FROM Task WHERE Who.Type = 'Contact' ORDER BY ActivityDate DESC", ["Call t3", "Call t2"]),
    ("SELECT Subject FROM Task WHERE Who.Name = 'Alpha'", ["Call t1"]),
    # Semi-joins and anti-joins.
    (ACCOUNTS + "Id IN (SELECT AccountId FROM Contact)", ["Acme", "acme Labs"]),
    (
        ACCOUNTS + "Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'One')",
        ["acme Labs", "100% Pure", "Under_score", "O'Neil \\ Sons"],
    ),
    (
        ACCOUNTS + "Id IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Won') AND Industry = 'Energy'",
        ["Acme"],
    ),
    (
        LEADS + "Id IN (SELECT LeadId FROM CampaignMember WHERE Campaign.Name = 'Fair' AND HasResponded = true)",
        ["beta"],
    ),
    ("SELECT LastName FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')", ["One", "Two"]),
    # Scopes and clauses that change nothing here.
    ("SELECT LastName FROM Lead USING SCOPE everything WHERE LastName = 'Alpha'", ["Alpha"]),
    ("SELECT LastName FROM Lead USING SCOPE mine", []),
    ("SELECT LastName FROM Lead USING SCOPE queue_owned", ["Gamma", "delta"]),
    ("SELECT LastName FROM Lead WHERE LastName = 'Alpha' WITH SECURITY_ENFORCED", ["Alpha"]),
    ("select lastname from lead where lastname = 'Alpha' limit 1 for view", ["Alpha"]),
    ("SELECT Name FROM Group WHERE Type = 'Queue'", ["Inbound"]),
    ("SELECT\n  Name\nFROM\n  Account\nWHERE\n  NumberOfEmployees > 50", ["Acme", "O'Neil \\ Sons"]),
]


@pytest.mark.parametrize(("soql", "expected"), ROWS, ids=[one[0][-70:] for one in ROWS])
def test_finds(server: SalesforceServer, soql: str, expected: list[str]) -> None:
    answer = ask(server, soql)
    records = answer.page(0, answer.total)
    assert [next(value for key, value in record.items() if key != "attributes") for record in records] == expected
    assert answer.total == len(expected)


GROUPS: list[tuple[str, list[dict[str, Any]]]] = [
    ("SELECT COUNT(Id) FROM Lead", [{"expr0": 5}]),
    ("SELECT COUNT(Email) n, COUNT_DISTINCT(AnnualRevenue) d FROM Lead", [{"n": 4, "d": 3}]),
    (
        "SELECT SUM(Amount), AVG(Amount), MIN(Amount), MAX(Amount) FROM Opportunity",
        [{"expr0": 400.0, "expr1": 200.0, "expr2": 100.0, "expr3": 300.0}],
    ),
    ("SELECT MAX(LastName) FROM Contact WHERE LastName = 'nobody'", [{"expr0": None}]),
    (
        "SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY StageName ORDER BY COUNT(Id) DESC",
        [{"StageName": "Prospecting", "n": 2}, {"StageName": "Closed Won", "n": 1}],
    ),
    ("SELECT StageName FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 1", [{"StageName": "Prospecting"}]),
    (
        "SELECT StageName s, SUM(Amount) FROM Opportunity GROUP BY StageName HAVING StageName LIKE 'Closed%'",
        [{"s": "Closed Won", "expr0": 100.0}],
    ),
    (
        "SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name ORDER BY Account.Name NULLS LAST",
        [{"Name": "Acme", "expr0": 2}, {"Name": "acme Labs", "expr0": 1}, {"Name": None, "expr0": 1}],
    ),
    (
        "SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) n FROM Lead GROUP BY CALENDAR_YEAR(CreatedDate) ORDER BY CALENDAR_YEAR(CreatedDate)",
        [{"y": 2025, "n": 1}, {"y": 2026, "n": 4}],
    ),
    (
        "SELECT Industry, COUNT(Id) FROM Account WHERE Industry != null GROUP BY Industry ORDER BY Industry LIMIT 1",
        [{"Industry": "Energy", "expr0": 2}],
    ),
    (
        "SELECT Industry, ParentId, COUNT(Id) FROM Account WHERE Industry = 'Energy' GROUP BY Industry, ParentId",
        [{"Industry": "Energy", "ParentId": None, "expr0": 2}],
    ),
]


@pytest.mark.parametrize(("soql", "expected"), GROUPS, ids=[one[0][:70] for one in GROUPS])
def test_groups(server: SalesforceServer, soql: str, expected: list[dict[str, Any]]) -> None:
    answer = ask(server, soql)
    shown = [
        {key: value for key, value in record.items() if key != "attributes"} for record in answer.page(0, answer.total)
    ]
    assert shown == expected
    assert all(record["attributes"] == {"type": "AggregateResult"} for record in answer.page(0, answer.total))


@pytest.mark.parametrize(
    ("soql", "total"),
    [
        ("SELECT COUNT() FROM Lead", 5),
        ("SELECT COUNT() FROM Lead WHERE Email != null", 4),
        ("SELECT COUNT() FROM Lead LIMIT 3", 3),
        ("SELECT count() FROM Contact WHERE AccountId IN ('<a1>', '<a2>')", 3),
    ],
)
def test_counts_without_records(server: SalesforceServer, soql: str, total: int) -> None:
    answer = ask(server, soql)
    assert (answer.total, answer.page(0, 10)) == (total, [])


def test_deleted_rows_are_for_query_all_alone(server: SalesforceServer) -> None:
    assert ask(server, LEADS + "LastName = 'zeta'").total == 0
    answer = ask(server, "SELECT LastName, IsDeleted FROM Lead WHERE IsDeleted = true", deleted_too=True)
    record = answer.page(0, 1)[0]
    assert (record["LastName"], record["IsDeleted"]) == ("zeta", True)


def test_parents_come_nested_and_null_where_there_is_none(server: SalesforceServer) -> None:
    soql = "SELECT LastName, Account.Name, Account.Parent.Name FROM Contact ORDER BY LastName"
    rows = {row["LastName"]: row["Account"] for row in ask(server, soql).page(0, 9)}
    assert rows["Four"] is None
    assert rows["One"]["Name"] == "Acme"
    assert rows["One"]["Parent"] is None
    assert rows["Three"]["Parent"]["Name"] == "Acme"
    assert rows["Three"]["attributes"]["type"] == "Account"
    assert rows["Three"]["attributes"]["url"].startswith("/services/data/v65.0/sobjects/Account/001")


def test_children_come_as_results_of_their_own_and_null_where_there_are_none(server: SalesforceServer) -> None:
    soql = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName DESC), (SELECT Name FROM Opportunities WHERE Amount > 200) FROM Account"
    rows = {row["Name"]: row for row in ask(server, soql).page(0, 9)}
    assert [one["LastName"] for one in rows["Acme"]["Contacts"]["records"]] == ["Two", "One"]
    assert rows["Acme"]["Contacts"]["totalSize"] == 2
    assert [one["Name"] for one in rows["Acme"]["Opportunities"]["records"]] == ["o2"]
    assert rows["acme Labs"]["Opportunities"] is None
    assert rows["100% Pure"]["Contacts"] is None


def test_children_of_children(server: SalesforceServer) -> None:
    soql = "SELECT Name, (SELECT Name, (SELECT LastName FROM Contacts) FROM ChildAccounts) FROM Account WHERE Name = 'Acme'"
    child = ask(server, soql).page(0, 1)[0]["ChildAccounts"]["records"][0]
    assert (child["Name"], child["Contacts"]["records"][0]["LastName"]) == ("acme Labs", "Three")


def test_fields_asks_for_what_the_user_can_see(server: SalesforceServer) -> None:
    everything = ask(server, "SELECT FIELDS(ALL) FROM Lead LIMIT 1").page(0, 1)[0]
    standard = ask(server, "SELECT FIELDS(STANDARD) FROM Lead").page(0, 1)[0]
    custom = ask(server, "SELECT FIELDS(CUSTOM) FROM Lead LIMIT 200").page(0, 1)[0]
    assert set(custom) == {"attributes", "Topics__c", "Key__c"}
    assert set(everything) == set(standard) | set(custom)
    assert {"Id", "LastName", "SystemModstamp"} <= set(standard)


def test_a_reference_to_several_objects_shows_as_name(server: SalesforceServer) -> None:
    owner = ask(server, "SELECT Owner.Name FROM Lead WHERE LastName = 'Gamma'").page(0, 1)[0]["Owner"]
    assert owner["attributes"]["type"] == "Name"
    assert "/sobjects/Group/00G" in owner["attributes"]["url"]


def test_values_are_written_as_the_real_org_writes_them(server: SalesforceServer) -> None:
    row = ask(
        server, "SELECT CreatedDate, AnnualRevenue, IsConverted, ConvertedDate FROM Lead WHERE LastName = 'Alpha'"
    ).page(0, 1)[0]
    assert row["CreatedDate"] == "2026-11-22T11:00:00.000+0000"
    assert row["AnnualRevenue"] == 10.5
    assert (row["IsConverted"], row["ConvertedDate"]) == (False, None)
