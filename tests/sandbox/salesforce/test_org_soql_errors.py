"""SOQL that the org refuses: with which code, where, and in which words."""

from __future__ import annotations

import pytest
from org_clients import Rest, errors_of

# (query, code, column, part of the message)
REFUSED: list[tuple[str, str, int | None, str]] = [
    ("SELECT Id FROM XYZZY", "INVALID_TYPE", 16, "sObject type 'XYZZY' is not supported."),
    ("select count() from XYZZY", "INVALID_TYPE", 21, "sObject type 'XYZZY' is not supported."),
    ("SELECT Nope FROM Lead", "INVALID_FIELD", 8, "No such column 'Nope' on entity 'Lead'"),
    ("SELECT Id FROM Lead WHERE Nope = 1", "INVALID_FIELD", 27, "No such column 'Nope' on entity 'Lead'"),
    ("SELECT Id FROM Lead ORDER BY Nope", "INVALID_FIELD", 30, "No such column 'Nope' on entity 'Lead'"),
    (
        "SELECT Id FROM Contact WHERE Account.Nope = 'x'",
        "INVALID_FIELD",
        30,
        "No such column 'Nope' on entity 'Account'",
    ),
    ("SELECT Nope.Name FROM Lead", "INVALID_FIELD", 8, "Didn't understand relationship 'Nope' in field path."),
    ("SELECT Owner.Company FROM Lead", "INVALID_FIELD", 8, "No such column 'Company' on entity 'Name'"),
    (
        "SELECT Id, (SELECT Id FROM Nopes) FROM Account",
        "INVALID_TYPE",
        28,
        "Didn't understand relationship 'Nopes' in FROM part",
    ),
    ("SELECT Id, Id FROM Lead", "INVALID_FIELD", 12, "duplicate field selected: Id"),
    (
        "SELECT Id FROM Lead WHERE CreatedDate = '2026-01-01'",
        "INVALID_FIELD",
        41,
        "must be of type dateTime and should not be enclosed",
    ),
    ("SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", 41, "must be of type dateTime"),
    ("SELECT Id FROM Contact WHERE Birthdate = 2026-01-01T00:00:00Z", "INVALID_FIELD", 42, "must be of type date"),
    (
        "SELECT Id FROM Lead WHERE LastName = 5",
        "INVALID_FIELD",
        38,
        "must be of type string and should be enclosed in quotes",
    ),
    ("SELECT Id FROM Lead WHERE IsConverted = 'true'", "INVALID_FIELD", 41, "must be of type boolean"),
    ("SELECT Id FROM Lead WHERE IsConverted = null", "INVALID_FIELD", 41, "must be of type boolean"),
    (
        "SELECT Id FROM Lead WHERE AnnualRevenue = '5'",
        "INVALID_FIELD",
        43,
        "must be of type currency and should not be enclosed",
    ),
    ("SELECT Id FROM Lead WHERE LastName > null", "INVALID_FIELD", 38, "value of filter criterion"),
    ("SELECT Id FROM Lead WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", 32, "invalid ID field: abc"),
    (
        "SELECT Id FROM Lead WHERE Id IN ('00Q000000000000','x')",
        "INVALID_QUERY_FILTER_OPERATOR",
        33,
        "invalid ID field: x",
    ),
    ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_QUERY_FILTER_OPERATOR", 30, "invalid operator on id field"),
    (
        "SELECT Id FROM Lead WHERE CreatedDate LIKE '2026%'",
        "INVALID_QUERY_FILTER_OPERATOR",
        39,
        "invalid operator on datetime field",
    ),
    (
        "SELECT Id FROM Lead WHERE IsConverted > false",
        "INVALID_QUERY_FILTER_OPERATOR",
        39,
        "invalid operator on boolean field",
    ),
    (
        "SELECT Id FROM Lead WHERE LastName INCLUDES ('a')",
        "INVALID_QUERY_FILTER_OPERATOR",
        36,
        "invalid operator on string field",
    ),
    (
        "SELECT Id FROM Lead WHERE Description = 'x'",
        "INVALID_FIELD",
        27,
        "field 'Description' can not be filtered in a query call",
    ),
    (
        "SELECT Id FROM Lead ORDER BY Description",
        "INVALID_FIELD",
        30,
        "field 'Description' can not be sorted in a query call",
    ),
    (
        "SELECT Description FROM Lead GROUP BY Description",
        "INVALID_FIELD",
        39,
        "field 'Description' can not be grouped",
    ),
    (
        "SELECT Status, LastName, COUNT(Id) FROM Lead GROUP BY Status",
        "MALFORMED_QUERY",
        16,
        "Field must be grouped or aggregated: LastName",
    ),
    ("SELECT LastName, COUNT(Id) FROM Lead", "MALFORMED_QUERY", 8, "Field must be grouped or aggregated: LastName"),
    ("SELECT SUM(LastName) FROM Lead", "MALFORMED_QUERY", 8, "field LastName does not support aggregate operator SUM"),
    ("SELECT COUNT(), Id FROM Lead", "MALFORMED_QUERY", 8, "Count() must be the only element"),
    ("SELECT Id, Name n FROM Lead", "MALFORMED_QUERY", 12, "only aggregate expressions use field aliasing"),
    (
        "SELECT Status FROM Lead GROUP BY Status ORDER BY LastName",
        "MALFORMED_QUERY",
        50,
        "Ordered field must be grouped or aggregated",
    ),
    ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", 8, "must have a LIMIT of at most 200"),
    ("SELECT FIELDS(ALL) FROM Lead LIMIT 201", "MALFORMED_QUERY", 8, "must have a LIMIT of at most 200"),
    (
        "SELECT Id FROM Lead LIMIT 10 OFFSET 2001",
        "NUMBER_OUTSIDE_VALID_RANGE",
        None,
        "Maximum SOQL offset allowed is 2000",
    ),
    # Operators that stand side by side without parentheses.
    (
        "SELECT Id FROM Lead WHERE City = 'a' AND State = 'b' OR Country = 'c'",
        "MALFORMED_QUERY",
        54,
        "unexpected token: 'OR'",
    ),
    (
        "SELECT Id FROM Lead WHERE City = 'a' OR State = 'b' AND Country = 'c'",
        "MALFORMED_QUERY",
        53,
        "unexpected token: 'AND'",
    ),
    ("SELECT Id FROM Lead WHERE City = 'a' AND NOT (State = 'b')", "MALFORMED_QUERY", 42, "unexpected token: 'NOT'"),
    # Text that is no query.
    ("", "MALFORMED_QUERY", 1, "unexpected token: '<EOF>'"),
    ("SELECT FROM Lead", "MALFORMED_QUERY", 8, "unexpected token: 'FROM'"),
    ("SELECT Id Lead", "MALFORMED_QUERY", 15, "unexpected token"),
    ("SELECT Id FORM Lead", "MALFORMED_QUERY", 16, "unexpected token: 'Lead'"),
    ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY", 26, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Lead WHERE Name = 'O'Brien'", "MALFORMED_QUERY", 37, "unexpected token: 'Brien'"),
    ("SELECT Id FROM Lead WHERE Name = 'open", "MALFORMED_QUERY", 34, "no viable alternative"),
    ('SELECT Id FROM Lead WHERE Name = "x"', "MALFORMED_QUERY", 34, "no viable alternative"),
    ("SELECT Id FROM Lead WHERE Name = :name", "MALFORMED_QUERY", 34, "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM Lead WHERE Name = nonsense", "MALFORMED_QUERY", 34, "unexpected token: 'NONSENSE'"),
    ("SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS", "MALFORMED_QUERY", 41, "unexpected token"),
    ("SELECT Id FROM Lead WHERE CreatedDate = 2026-13-01", "MALFORMED_QUERY", 41, "Invalid date"),
    ("SELECT Id FROM Lead LIMIT 1.5", "MALFORMED_QUERY", 27, "unexpected token"),
    ("SELECT Id FROM Lead ORDER BY Name LIMIT 1 WHERE Name = 'x'", "MALFORMED_QUERY", 43, "unexpected token: 'WHERE'"),
    ("DELETE FROM Lead", "MALFORMED_QUERY", 1, "unexpected token: 'DELETE'"),
    ("SELECT * FROM Lead", "MALFORMED_QUERY", 8, "unexpected token: '*'"),
    (r"SELECT Id FROM Lead WHERE Name = 'a\qb'", "MALFORMED_QUERY", None, "Illegal character sequence"),
    # Sub-queries.
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)",
        "MALFORMED_QUERY",
        44,
        "can only query id fields, cannot use: 'Name'",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Id, AccountId FROM Contact)",
        "MALFORMED_QUERY",
        37,
        "exactly one field",
    ),
    ("SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)", "MALFORMED_QUERY", 30, "semi-join"),
    ("SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)", "MALFORMED_QUERY", 37, "same object type"),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) OR Name = 'x'",
        "MALFORMED_QUERY",
        33,
        "Semi join sub-selects are not allowed with the 'OR' operator",
    ),
    (
        "SELECT Id FROM Account WHERE NOT (Id IN (SELECT AccountId FROM Contact))",
        "MALFORMED_QUERY",
        38,
        "Semi join sub-selects are only allowed at the top level WHERE expressions",
    ),
    (
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT AccountId FROM Case WHERE OwnerId IN (SELECT Id FROM User))",
        "MALFORMED_QUERY",
        85,
        "Nesting of semi join sub-selects is not supported",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case)"
        " AND Id NOT IN (SELECT AccountId FROM Opportunity)",
        "MALFORMED_QUERY",
        114,
        "Maximum 2 semi join sub-selects are allowed",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact ORDER BY LastName)",
        "MALFORMED_QUERY",
        None,
        "unexpected token: 'ORDER'",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)",
        "MALFORMED_QUERY",
        None,
        "unexpected token: 'LIMIT'",
    ),
    ("SELECT COUNT() FROM Lead ORDER BY LastName", "MALFORMED_QUERY", 35, "COUNT() cannot be used with ORDER BY"),
    ("SELECT COUNT() FROM Lead GROUP BY LastName", "MALFORMED_QUERY", 8, "Count() must be the only element"),
    ("SELECT Id FROM Lead LIMIT 2147483648", "MALFORMED_QUERY", 27, "unexpected token: '2147483648'"),
    (
        "SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id FROM ChildAccounts) FROM ChildAccounts)"
        " FROM ChildAccounts) FROM ChildAccounts) FROM ChildAccounts) FROM Account",
        "MALFORMED_QUERY",
        None,
        "nested 4 levels deep only",
    ),
]


@pytest.mark.parametrize(
    ("soql", "code", "column", "words"), REFUSED, ids=[one[0][:60] or "nothing" for one in REFUSED]
)
def test_refuses(rest: Rest, soql: str, code: str, column: int | None, words: str) -> None:
    answer = rest("GET", "query", params={"q": soql})
    assert answer.status_code == 400
    assert errors_of(answer) == [code]
    message = answer.json()[0]["message"]
    assert words in message
    if column is not None:
        assert f"ERROR at Row:1:Column:{column}\n" in message


def test_the_row_is_counted_in_a_query_of_several_lines(rest: Rest) -> None:
    answer = rest("GET", "query", params={"q": "SELECT Id\nFROM Lead\nWHERE Nope = 1"})
    assert "\nWHERE Nope = 1\n      ^\nERROR at Row:3:Column:7\n" in answer.json()[0]["message"]


def test_the_recorded_answer_about_an_unknown_object(rest: Rest) -> None:
    message = rest("GET", "query", params={"q": "select count() from XYZZY"}).json()[0]["message"]
    assert message.startswith(
        "\nselect count() from XYZZY\n   ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported."
    )


def test_a_query_of_more_than_100000_characters(rest: Rest) -> None:
    names = ",".join(f"'{number:090d}'" for number in range(1_100))
    body = {
        "batchRequests": [{"method": "GET", "url": f"v65.0/query?q=SELECT+Id+FROM+Lead+WHERE+LastName+IN+({names})"}]
    }
    answer = rest("POST", "composite/batch", json=body).json()["results"][0]
    assert (answer["statusCode"], answer["result"][0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_precedence_where_the_org_is_told_to_be_lenient(rest: Rest) -> None:
    for last, city in (("a", "x"), ("b", "y"), ("c", "x")):
        rest.lead(LastName=last, City=city)
    rest.rules(mixed_operators=True)
    soql = "SELECT LastName FROM Lead WHERE LastName = 'b' OR LastName = 'c' AND City = 'y' ORDER BY LastName"
    assert [row["LastName"] for row in rest.query(soql)] == ["b"]
    soql = "SELECT LastName FROM Lead WHERE NOT LastName = 'a' AND City = 'x'"
    assert [row["LastName"] for row in rest.query(soql)] == ["c"]
