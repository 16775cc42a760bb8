"""Bulk jobs: the files both ways, and a job taken up again wherever it was left."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from stub_org import Asked, StubOrg, Told

from connectors.errors import SchemaChanged, Unavailable
from connectors.salesforce.bulk_table import parse, table

KEY = "LeadBridge_Id__c"
CSV = {"Content-Type": "text/csv"}


class Job:
    """The org's side of one Bulk job after another."""

    def __init__(self, org: StubOrg, **files: str) -> None:
        self.org = org
        self.state: dict[str, str] = {}
        self.uploads: dict[str, bytes] = {}
        self.files = files
        self.ends = "JobComplete"
        self.message = ""
        self.lose_next = ""
        org.answers = self.answers

    def answers(self, asked: Asked) -> Told:
        path = asked.path.removeprefix("/services/data/v66.0/jobs/ingest").strip("/")
        number, _, file = path.partition("/")
        told = self.act(asked, number, file)
        if self.lose_next and self.lose_next == f"{asked.method} {file}".strip():
            self.lose_next = ""
            return Told(lose=True)
        return told

    def act(self, asked: Asked, number: str, file: str) -> Told:
        if asked.method == "POST":
            number = f"750{len(self.state):012d}AAA"
            self.state[number] = "Open"
        elif number not in self.state:
            return Told(404, [{"errorCode": "NOT_FOUND", "message": "gone"}])
        elif asked.method == "PUT":
            self.uploads[number] = asked.body
            return Told(201)
        elif asked.method == "PATCH":
            if self.state[number] != "Open":
                return Told(400, [{"errorCode": "INVALIDJOBSTATE", "message": "no"}])
            self.state[number] = asked.json["state"]
        elif file:
            return Told(200, self.files.get(file, "").encode(), CSV)
        elif self.state[number] == "UploadComplete":
            self.state[number] = "InProgress"
        elif self.state[number] == "InProgress":
            self.state[number] = self.ends
        return Told(200, {"id": number, "state": self.state[number], "errorMessage": self.message})


def rows(*keys: str) -> list[dict[str, Any]]:
    return [{KEY: key, "LastName": f"N{key}"} for key in keys]


def test_the_file_says_leave_clear_and_text_apart() -> None:
    given: list[dict[str, Any]] = [
        {KEY: "1", "LastName": 'O"Ne,il', "Title": None, "DoNotCall": True},
        {KEY: "2", "Description": "one\r\ntwo\rthree\n", "LastName": "Ωmega 🚀"},
        {KEY: "3", "Title": "", "LastName": "x", "DoNotCall": False},
    ]
    file, refused = table(given, KEY)
    assert refused == {}
    assert not file.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in file
    assert list(csv.reader(io.StringIO(file.decode(), newline=""))) == [
        [KEY, "LastName", "Title", "DoNotCall", "Description"],
        ["1", 'O"Ne,il', "#N/A", "true", ""],
        ["2", "Ωmega 🚀", "", "", "one\ntwo\nthree\n"],
        ["3", "x", "#N/A", "false", ""],
    ]
    assert table(given, KEY)[0] == file


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"LastName": "x"}, "NO_KEY"),
        ({KEY: "1", "LastName": "x"}, "SAME_KEY"),
        ({KEY: "2", "LastName": "#N/A"}, "BULK_CANNOT_SAY"),
        ({KEY: "2", "LastName": "lone \ud800"}, "BAD_VALUE"),
        ({KEY: "2", "Score__c": float("inf")}, "BAD_VALUE"),
    ],
)
def test_a_row_that_cannot_be_in_the_file_is_left_out_of_it(row: dict[str, Any], code: str) -> None:
    file, refused = table([{KEY: "1", "LastName": "a"}, row], KEY)
    assert refused[1].code == code
    assert len(parse(file)) == 1


def test_result_files_keep_quoted_line_breaks_and_emoji() -> None:
    body = '"sf__Id","sf__Created","Description"\n"00Q1","true","a\nb, ""c"" 🚀\r\nd"\n'
    assert parse(body.encode()) == [{"sf__Id": "00Q1", "sf__Created": "true", "Description": 'a\nb, "c" 🚀\r\nd'}]


@pytest.mark.parametrize("body", ["<html></html>", '[{"errorCode":"X"}]', '{"a":1}'])
def test_anything_but_a_result_file_is_an_outage(body: str) -> None:
    with pytest.raises(Unavailable):
        parse(body.encode())


def test_receipts_come_in_the_order_given_whatever_the_files_say(org: StubOrg) -> None:
    Job(
        org,
        successfulResults=f'"sf__Id","sf__Created",{KEY},LastName\n00Q3,false,C,"x\ny"\n00Q1,true,a,x\n',
        failedResults=(
            f'"sf__Id","sf__Error",{KEY}\n'
            ',"STRING_TOO_LONG:City: data value too large: Canary: 1 (max length=40):City --",B\n'
            ',"UNABLE_TO_LOCK_ROW:unable to obtain exclusive access: 00Q000000000001AAA:--",e\n'
        ),
        unprocessedrecords=f"{KEY},LastName\nd,x\n",
    )
    remembered: list[str] = []
    receipts = org.client().upsert_bulk("Lead", KEY, rows("A", "b", "c", "D", "E", "f"), remember=remembered.append)
    assert [(one.outcome, one.id, one.code) for one in receipts] == [
        ("created", "00Q1", ""),
        ("refused", None, "STRING_TOO_LONG"),
        ("updated", "00Q3", ""),
        ("retry", None, "UNPROCESSED"),
        ("retry", None, "UNABLE_TO_LOCK_ROW"),
        ("unknown", None, "NO_RESULT"),
    ]
    assert receipts[1].fields == ("City",)
    assert "Canary" not in receipts[1].message
    assert remembered == ["750000000000000AAA"]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_result_file_cut_off_anywhere_says_nothing_of_the_row_it_was_cut_in(org: StubOrg, quote: str) -> None:
    lines = (("sf__Id", "sf__Created", KEY, "LastName"), ("00Q2", "true", "lb-12", "N"), ("00Q1", "true", "lb-1", "N"))
    whole = "".join(",".join(f"{quote}{cell}{quote}" for cell in line) + "\n" for line in reversed(lines[1:]))
    head = ",".join(lines[0]) + "\n"
    for length in range(len(whole)):
        Job(org, successfulResults=head + whole[:length])
        receipts = org.client().upsert_bulk("Lead", KEY, rows("lb-1", "lb-12"), remember=lambda _: None)
        assert [one.id for one in receipts] in ([None, None], ["00Q1", None], ["00Q1", "00Q2"]), whole[:length]


def test_the_id_is_remembered_before_anything_is_uploaded(org: StubOrg) -> None:
    job = Job(org)

    def crash(number: str) -> None:
        assert (job.state, job.uploads) == ({number: "Open"}, {})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        org.client().upsert_bulk("Lead", KEY, rows("a"), remember=crash)
    assert job.uploads == {}


def test_a_job_that_was_never_closed_is_dropped_and_says_nothing(org: StubOrg) -> None:
    job = Job(org)
    job.state["750000000000000AAA"] = "Open"
    receipts = org.client().upsert_bulk("Lead", KEY, rows("a"), remember=pytest.fail, job_id="750000000000000AAA")
    assert [one.outcome for one in receipts] == ["unknown"]
    assert job.state == {"750000000000000AAA": "Aborted"}


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_result_file_that_cannot_be_had_keeps_nothing_of_the_others_back(org: StubOrg, status: int) -> None:
    job = Job(org, successfulResults=f"sf__Id,sf__Created,{KEY}\n00Q1,true,a\n")

    def answers(asked: Asked) -> Told:
        broken = asked.path.endswith("/failedResults")
        return Told(status, [{"errorCode": "X", "message": "no"}]) if broken else job.answers(asked)

    org.answers = answers
    receipts = org.client().upsert_bulk("Lead", KEY, rows("a", "b"), remember=lambda number: None)
    assert [one.outcome for one in receipts] == ["created", "unknown"]


@pytest.mark.parametrize("state", ["UploadComplete", "InProgress", "JobComplete"])
def test_a_job_that_was_closed_is_waited_for_and_nothing_is_sent_again(org: StubOrg, state: str) -> None:
    job = Job(org, successfulResults=f"sf__Id,sf__Created,{KEY}\n00Q1,true,a\n")
    job.state["750000000000000AAA"] = state
    receipts = org.client().upsert_bulk("Lead", KEY, rows("a"), remember=pytest.fail, job_id="750000000000000AAA")
    assert [one.outcome for one in receipts] == ["created"]
    assert {asked.method for asked in org.asked} == {"GET"}


def test_a_job_the_org_has_forgotten_leaves_everything_unknown(org: StubOrg) -> None:
    Job(org)
    receipts = org.client().upsert_bulk("Lead", KEY, rows("a", "b"), remember=pytest.fail, job_id="750000000000000AAA")
    assert [one.outcome for one in receipts] == ["unknown", "unknown"]


def test_an_upload_that_broke_off_drops_the_job(org: StubOrg) -> None:
    job = Job(org)
    job.lose_next = "PUT batches"
    with pytest.raises(Unavailable, match="nothing was written"):
        org.client().upsert_bulk("Lead", KEY, rows("a"), remember=lambda number: None)
    assert list(job.state.values()) == ["Aborted"]


def test_a_lost_answer_to_the_closing_call_starts_no_second_job(org: StubOrg) -> None:
    job = Job(org, successfulResults=f"sf__Id,sf__Created,{KEY}\n00Q1,true,a\n")
    job.lose_next = "PATCH"
    receipts = org.client().upsert_bulk("Lead", KEY, rows("a"), remember=lambda number: None)
    assert [one.outcome for one in receipts] == ["created"]
    assert len(job.state) == 1


def test_a_job_failed_for_a_column_names_it(org: StubOrg) -> None:
    job = Job(org)
    job.ends, job.message = "Failed", "InvalidBatch : Field name not found : Foo__c"
    with pytest.raises(SchemaChanged) as raised:
        org.client().upsert_bulk("Lead", KEY, rows("a"), remember=lambda number: None)
    assert raised.value.names == ("Foo__c",)


def test_a_job_that_takes_too_long_goes_on_without_us(org: StubOrg) -> None:
    job = Job(org)
    job.ends = "InProgress"
    with pytest.raises(Unavailable, match="goes on"):
        org.client().upsert_bulk("Lead", KEY, rows("a"), remember=lambda number: None, seconds=30)
    assert list(job.state.values()) == ["InProgress"]


def test_rows_that_cannot_go_start_no_job(org: StubOrg) -> None:
    receipts = org.client().upsert_bulk("Lead", KEY, [{"LastName": "x"}], remember=pytest.fail)
    assert [one.code for one in receipts] == ["NO_KEY"]
    assert org.asked == []
