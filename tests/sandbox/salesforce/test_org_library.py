"""The real library at work against the stand-in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from org_clients import PRIVATE, PlainHttp, Rest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_soql

from connectors.sandbox.launch import Sandbox


def test_client_credentials_then_records_by_id(library: Salesforce) -> None:
    made = library.Lead.create({"LastName": "Doe", "Company": "Acme"})
    assert made["success"] is True
    library.Lead.update(made["id"], {"City": "Rome"})
    assert library.Lead.get(made["id"])["City"] == "Rome"
    assert library.Lead.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        library.Lead.get(made["id"])


def test_upsert_and_get_by_external_id(library: Salesforce, rest: Rest) -> None:
    key = rest.external_id()
    assert library.Lead.upsert(f"{key}/1", {"LastName": "Doe", "Company": "Acme"}) == 201
    assert library.Lead.upsert(f"{key}/1", {"City": "Rome"}) == 200
    assert library.Lead.get_by_custom_id(key, "1")["City"] == "Rome"
    rest.external_id("Loose__c", unique=False)
    for _ in range(2):
        rest.lead(Loose__c="x")
    with pytest.raises(SalesforceMoreThanOneRecord):
        library.Lead.upsert("Loose__c/x", {"LastName": "Doe", "Company": "Acme"})


def test_queries_and_all_their_pages(library: Salesforce, rest: Rest) -> None:
    for start in range(0, 2_400, 200):
        records = [{"attributes": {"type": "Account"}, "Name": f"O'Neil {start + number}"} for number in range(200)]
        library.restful("composite/sobjects", method="POST", json={"records": records})
    assert library.query_all("SELECT Id FROM Account")["totalSize"] == 2_400
    assert sum(1 for _ in library.query_all_iter("SELECT Id FROM Account")) == 2_400
    found = library.query(format_soql("SELECT Name FROM Account WHERE Name = {}", "O'Neil 7"))
    assert found["records"][0]["Name"] == "O'Neil 7"
    with pytest.raises(SalesforceMalformedRequest) as wrong:
        library.query("SELECT Nope FROM Account")
    assert wrong.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_describe_limits_and_what_is_there(library: Salesforce) -> None:
    assert "Lead" in [one["name"] for one in library.describe()["sobjects"]]
    assert len(library.Lead.describe()["fields"]) == 54
    assert library.limits()["DailyApiRequests"]["Max"] == 100_000
    assert library.api_usage["api-usage"].total == 100_000
    assert library.is_sandbox() is False


def test_bulk2(library: Salesforce, rest: Rest) -> None:
    rest.sandbox.clock.release()
    key = rest.external_id()
    records = [{key: str(number), "LastName": f"n{number}", "Company": "Acme" if number else ""} for number in range(3)]
    told = library.bulk2.Lead.upsert(records=records, external_id_field=key, wait=1)[0]
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (3, 1)
    results = library.bulk2.Lead.get_all_ingest_records(told["job_id"])
    assert len(results["successfulRecords"]) == 2
    assert results["failedRecords"][0]["sf__Error"].startswith("REQUIRED_FIELD_MISSING")
    pages = list(library.bulk2.Lead.query("SELECT LastName FROM Lead ORDER BY LastName", wait=1))
    assert pages[0].split() == ['"LastName"', '"n1"', '"n2"']


def test_jwt_and_a_wrong_secret(sandbox: Sandbox, rest: Rest) -> None:
    keys = rest.org.credentials
    # The library stamps its assertion with the real time.
    rest.sandbox.clock.freeze(datetime.now(UTC))
    session = PlainHttp(sandbox.salesforce_url)
    by_jwt = Salesforce(
        username=keys["username"], consumer_key=keys["client_id"], privatekey=PRIVATE, version="65.0", session=session
    )
    assert by_jwt.query("SELECT COUNT() FROM Lead")["totalSize"] == 0
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(
            consumer_key=keys["client_id"], consumer_secret="no", domain="sandbox.my", version="65.0", session=session
        )
    with pytest.raises(SalesforceAuthenticationFailed, match="SOAP API login"):
        Salesforce(username="a", password="b", security_token="c", version="65.0", session=session)
