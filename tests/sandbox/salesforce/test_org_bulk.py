"""Bulk API 2.0: states, CSV rules, result files, whole jobs that fail."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import requests
from org_clients import Rest, errors_of


class Job:
    """One ingest job, through its life."""

    def __init__(self, rest: Rest, operation: str, data: bytes, name: str = "Lead", **more: Any) -> None:
        self.rest = rest
        answer = rest(
            "POST", "jobs/ingest", json={"operation": operation, "object": name, "contentType": "CSV", **more}
        )
        assert answer.status_code == 200, answer.text
        self.told = answer.json()
        self.path = f"jobs/ingest/{self.told['id']}"
        put = rest("PUT", f"/{self.told['contentUrl']}", data=data, headers={"Content-Type": "text/csv"})
        assert put.status_code == 201
        assert self.state("UploadComplete").json()["state"] == "UploadComplete"

    def state(self, to: str) -> requests.Response:
        return self.rest("PATCH", self.path, json={"state": to})

    def wait(self) -> dict[str, Any]:
        self.rest.sandbox.clock.advance(1)
        told: dict[str, Any] = self.rest("GET", self.path).json()
        return told

    def results(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.rest("GET", f"{self.path}/{name}/").text)))


def test_a_job_goes_through_its_states(rest: Rest) -> None:
    job = Job(rest, "insert", b"LastName,Company\nDoe,Acme\n")
    assert (job.told["state"], job.told["apiVersion"], job.told["lineEnding"]) == ("Open", 65.0, "LF")
    assert job.told["contentUrl"] == f"services/data/v65.0/{job.path}/batches"
    assert rest("GET", job.path).json()["state"] == "UploadComplete"
    rest.sandbox.clock.advance(0.25)
    assert rest("GET", job.path).json()["state"] == "InProgress"
    rest.sandbox.clock.advance(0.25)
    told = rest("GET", job.path).json()
    assert (told["state"], told["numberRecordsProcessed"], told["numberRecordsFailed"]) == ("JobComplete", 1, 0)
    assert errors_of(job.state("Aborted")) == ["INVALIDJOBSTATE"]
    assert job.told["id"] in [one["id"] for one in rest("GET", "jobs/ingest").json()["records"]]
    assert rest("DELETE", job.path).status_code == 204
    assert rest("GET", job.path).status_code == 404


def test_result_files(rest: Rest) -> None:
    job = Job(rest, "insert", b"LastName,Company,Email\nDoe,Acme,a@b.co\nRoe,,a@b.co\nPoe,Acme,bad\n")
    assert job.wait()["numberRecordsFailed"] == 2
    done = job.results("successfulResults")
    assert list(done[0]) == ["sf__Id", "sf__Created", "LastName", "Company", "Email"]
    assert (done[0]["sf__Id"][:3], done[0]["sf__Created"], done[0]["LastName"]) == ("00Q", "true", "Doe")
    wrong = job.results("failedResults")
    assert [one["sf__Error"] for one in wrong] == [
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company--",
        "INVALID_EMAIL_ADDRESS:Email: invalid email address: bad:Email--",
    ]
    assert job.results("unprocessedrecords") == []


def test_upsert_empty_cells_and_null(rest: Rest) -> None:
    key = rest.external_id()
    lead = rest.lead(**{key: "1"}, City="Rome", Title="CEO", Phone="1")
    data = (
        f"{key},LastName,Company,City,Title,IsUnreadByOwner\n1,Doe,Acme,,#N/A,false\n2,New,Acme,Oslo,,true\n".encode()
    )
    job = Job(rest, "upsert", data, externalIdFieldName=key)
    job.wait()
    assert [one["sf__Created"] for one in job.results("successfulResults")] == ["false", "true"]
    row = rest("GET", f"sobjects/Lead/{lead}").json()
    assert (row["City"], row["Title"], row["Phone"], row["IsUnreadByOwner"]) == ("Rome", None, "1", False)


def test_update_delete_and_parents_by_external_id(rest: Rest) -> None:
    rest.external_id("Code__c", "Account")
    account = rest.create("Account", Name="x", Code__c="c1")
    contact = rest.create("Contact", LastName="x")
    job = Job(rest, "update", f"Id,Account.Code__c,Birthdate\n{contact},c1,1999-12-31\n".encode(), "Contact")
    job.wait()
    row = rest("GET", f"sobjects/Contact/{contact}").json()
    assert (row["AccountId"], row["Birthdate"]) == (account, "1999-12-31")
    job = Job(rest, "delete", f"Id\n{contact}\nnonsense\n".encode(), "Contact")
    assert job.wait()["numberRecordsFailed"] == 1
    assert [one["sf__Id"] for one in job.results("successfulResults")] == [contact]
    assert rest.query("SELECT Id FROM Contact") == []


@pytest.mark.parametrize(
    ("data", "more", "words"),
    [
        (b"LastName,Nope__c,Other__c\nx,y,z\n", {}, "InvalidBatch : Field name not found : Nope__c"),
        (b"\xef\xbb\xbfLastName,Company\nx,y\n", {}, "InvalidBatch : Field name not found : \ufeffLastName"),
        (b"LastName,Company\r\nx,y\r\n", {}, "LineEnding is invalid on user data. Current LineEnding setting is LF"),
        (b"LastName,Company\nx,y\n", {"lineEnding": "CRLF"}, "Current LineEnding setting is CRLF"),
        (b'LastName,Company,Street\nx,y,"a\r\nb"\n', {}, "LineEnding is invalid on user data"),
        (b"LastName;Company\nx;y\n", {}, "InvalidBatch : Field name not found : LastName;Company"),
        (b"LastName,Company\nx\n", {}, "columns of row 2"),
        (b"", {}, "InvalidBatch : The file is empty"),
        (b"LastName\n\xff\n", {}, "not UTF-8"),
    ],
)
def test_files_that_fail_the_whole_job(rest: Rest, data: bytes, more: dict[str, str], words: str) -> None:
    job = Job(rest, "insert", data, **more)
    told = job.wait()
    assert told["state"] == "Failed"
    assert words in told["errorMessage"]
    assert rest.query("SELECT COUNT(Id) FROM Lead")[0]["expr0"] == 0


def test_a_failed_job_gives_its_rows_back(rest: Rest) -> None:
    job = Job(rest, "insert", b"LastName,Nope__c\nx,y\nz,w\n")
    job.wait()
    assert job.results("unprocessedrecords") == [{"LastName": "x", "Nope__c": "y"}, {"LastName": "z", "Nope__c": "w"}]


def test_a_hidden_column_fails_the_whole_job(rest: Rest) -> None:
    rest.org.acts["revoke_field"](object="Lead", field="City")
    assert (
        Job(rest, "insert", b"LastName,Company,City\nx,y,z\n").wait()["errorMessage"]
        == "InvalidBatch : Field name not found : City"
    )


@pytest.mark.parametrize(
    ("more", "data"),
    [
        ({"lineEnding": "CRLF"}, b'LastName,Company,Street\r\n"x, y",c,"a\nb ""q"""\r\n'),
        ({"columnDelimiter": "TAB"}, b'LastName\tCompany\tStreet\n"x, y"\tc\t"a\nb ""q"""\n'),
        ({"columnDelimiter": "SEMICOLON"}, b'LastName;Company;Street\nx, y;c;"a\nb ""q"""\n'),
    ],
)
def test_line_endings_delimiters_and_quotes(rest: Rest, more: dict[str, str], data: bytes) -> None:
    job = Job(rest, "insert", data, **more)
    assert job.wait()["state"] == "JobComplete"
    row = rest.query("SELECT LastName, Street FROM Lead")[0]
    assert (row["LastName"], row["Street"]) == ("x, y", 'a\nb "q"')


def test_an_aborted_job_and_jobs_that_cannot_be_made(rest: Rest) -> None:
    job = Job(rest, "insert", b"LastName,Company\nx,y\n")
    assert job.state("Aborted").json()["state"] == "Aborted"
    assert job.wait()["state"] == "Aborted"
    assert job.results("unprocessedrecords") == [{"LastName": "x", "Company": "y"}]
    assert rest.query("SELECT COUNT(Id) FROM Lead")[0]["expr0"] == 0
    for body, code in (
        ({"operation": "insert", "object": "Nope"}, "INVALIDENTITY"), ({"operation": "explode", "object": "Lead"}, "INVALIDJOB"),
        ({"operation": "upsert", "object": "Lead"}, "INVALIDJOB"),
        ({"operation": "hardDelete", "object": "Lead"}, "FEATURENOTENABLED"),
        ({"operation": "upsert", "object": "Lead", "externalIdFieldName": "City"}, "INVALIDJOB"),
        ({"operation": "insert", "object": "Lead", "contentType": "XML"}, "INVALIDJOB"),
    ):  # fmt: skip
        answer = rest("POST", "jobs/ingest", json=body)
        assert (answer.status_code, errors_of(answer)) == (400, [code])
    opened = rest("POST", "jobs/ingest", json={"operation": "insert", "object": "Lead"}).json()["id"]
    assert errors_of(rest("PATCH", f"jobs/ingest/{opened}", json={"state": "UploadComplete"})) == ["INVALIDJOBSTATE"]
    rest("PUT", f"jobs/ingest/{opened}/batches", data=b"x", headers={"Content-Type": "text/csv"})
    assert errors_of(rest("PUT", f"jobs/ingest/{opened}/batches", data=b"x", headers={"Content-Type": "text/csv"})) == [
        "INVALIDJOBSTATE"
    ]


def test_a_job_and_its_file_in_one_request(rest: Rest) -> None:
    job = (None, '{"operation": "insert", "object": "Lead"}', "application/json")
    parts = {"job": job, "content": ("c.csv", b"LastName,Company\nx,y\n", "text/csv")}
    told = rest("POST", "jobs/ingest/", files=parts).json()
    assert told["state"] == "UploadComplete"
    rest.sandbox.clock.advance(1)
    assert rest("GET", f"jobs/ingest/{told['id']}").json()["state"] == "JobComplete"
    assert rest.query("SELECT LastName FROM Lead")[0]["LastName"] == "x"


def test_locked_rows_of_a_job_and_its_line_in_the_ledger(rest: Rest) -> None:
    rest.fault("row_lock", path="*/jobs/ingest/*", method="PATCH")
    job = Job(rest, "insert", b"LastName,Company\nx,y\n")
    assert job.wait()["numberRecordsFailed"] == 1
    assert job.results("failedResults")[0]["sf__Error"].startswith(
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access"
    )
    entry = next(one for one in rest.sandbox.ledger.since() if one.method == "JOB")
    assert (entry.notes["job"], entry.notes["state"]) == (job.told["id"], "JobComplete")


# Query jobs.


def query_job(rest: Rest, soql: str, operation: str = "query") -> str:
    answer = rest("POST", "jobs/query", json={"operation": operation, "query": soql})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "UploadComplete"
    rest.sandbox.clock.advance(1)
    return str(answer.json()["id"])


def test_a_query_job_gives_csv_in_pieces(rest: Rest) -> None:
    for number in range(5):
        rest.lead(LastName=f"n{number}", Street='a\n"b"', AnnualRevenue=None)
    job = query_job(
        rest, "SELECT LastName, Street, AnnualRevenue, CreatedDate, IsConverted, Owner.Name FROM Lead ORDER BY LastName"
    )
    assert rest("GET", f"jobs/query/{job}").json()["numberRecordsProcessed"] == 5
    first = rest("GET", f"jobs/query/{job}/results", params={"maxRecords": 3})
    assert (first.headers["Sforce-NumberOfRecords"], first.headers["Content-Type"]) == ("3", "text/csv")
    rest_of = rest("GET", f"jobs/query/{job}/results", params={"locator": first.headers["Sforce-Locator"]})
    assert rest_of.headers["Sforce-Locator"] == "null"
    rows = [one for part in (first, rest_of) for one in csv.DictReader(io.StringIO(part.text, newline=""))]
    assert [one["LastName"] for one in rows] == ["n0", "n1", "n2", "n3", "n4"]
    expected = {"LastName": "n0", "Street": 'a\n"b"', "AnnualRevenue": "", "CreatedDate": "2026-11-22T12:00:00.000Z",
                "IsConverted": "false", "Owner.Name": "Lead Bridge"}  # fmt: skip
    assert rows[0] == expected


def test_query_all_jobs_see_what_was_deleted(rest: Rest) -> None:
    rest("DELETE", f"sobjects/Lead/{rest.lead()}")
    for operation, count in (("query", 0), ("queryAll", 1)):
        job = query_job(rest, "SELECT Id FROM Lead", operation)
        assert rest("GET", f"jobs/query/{job}").json()["numberRecordsProcessed"] == count


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT COUNT(Id) FROM Lead",
        "SELECT COUNT() FROM Lead",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "SELECT Address FROM Lead",
        "nonsense",
    ],
)
def test_queries_that_are_not_for_jobs(rest: Rest, soql: str) -> None:
    answer = rest("POST", "jobs/query", json={"operation": "query", "query": soql})
    assert (answer.status_code, errors_of(answer)) == (400, ["API_ERROR"])


def test_a_job_that_is_refused_leaves_nothing(rest: Rest) -> None:
    body = {"object": "Lead", "operation": "upsert", "externalIdFieldName": "Nope__c"}
    assert rest("POST", "jobs/ingest", json=body).status_code == 400
    assert rest("GET", "jobs/ingest").json()["records"] == []
