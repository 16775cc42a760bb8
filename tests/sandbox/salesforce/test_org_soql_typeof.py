"""TYPEOF: the fields of whichever object a reference leads to."""

from __future__ import annotations

import pytest
from org_clients import Rest


def test_typeof_takes_the_fields_of_whichever_object_it_is(rest: Rest) -> None:
    account = rest.create("Account", Name="Acme")
    contact = rest.create("Contact", LastName="Con", AccountId=account)
    for who in (contact, rest.lead(Company="Lead Co")):
        rest.create("Task", Subject="Call", WhoId=who)
    rest.create("Task", Subject="Nobody")
    soql = "SELECT Subject, TYPEOF Who WHEN Contact THEN LastName, Account.Name {} END FROM Task ORDER BY Id"
    both, other, none = (
        [one["Who"] for one in rest.query(soql.format(rest_of))]
        for rest_of in ("WHEN Lead THEN Company", "ELSE Name", "")
    )
    assert (both[0]["LastName"], both[0]["Account"]["Name"], both[0]["attributes"]["type"]) == (
        "Con",
        "Acme",
        "Contact",
    )
    assert (both[1]["Company"], both[1]["attributes"]["type"], both[2]) == ("Lead Co", "Lead", None)
    assert (other[1]["Name"], "Company" in other[1], none[1]) == ("Doe", False, None)


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact", "MALFORMED_QUERY"),
        ("SELECT TYPEOF Who WHEN Campaign THEN Name END FROM Task", "MALFORMED_QUERY"),
        ("SELECT TYPEOF Who WHEN Lead THEN Nope END FROM Task", "INVALID_FIELD"),
        ("SELECT TYPEOF Nope WHEN Lead THEN Id END FROM Task", "INVALID_FIELD"),
        ("SELECT TYPEOF Who WHEN Lead THEN Id FROM Task", "MALFORMED_QUERY"),
        ("SELECT TYPEOF Who WHEN Lead THEN Id END, COUNT(Id) FROM Task GROUP BY WhoId", "MALFORMED_QUERY"),
    ],
)
def test_typeof_refused(rest: Rest, soql: str, code: str) -> None:
    answer = rest("GET", "query", params={"q": soql})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
