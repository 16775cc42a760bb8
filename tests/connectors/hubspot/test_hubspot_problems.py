"""What is read out of HubSpot's error bodies, and what each error answer becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
import pytest
from urllib3 import HTTPHeaderDict

from connectors.errors import BudgetSpent, NotAllowed, RateLimited, Refused, SchemaChanged, Unavailable
from connectors.http import Answer, Operation, Request
from connectors.hubspot.dialect import Dialect, lanes
from connectors.hubspot.official import PathMap
from connectors.hubspot.problems import read_problem
from connectors.hubspot.rows import former_ids, to_time

READ = Operation("search", lane="search")
LISTED = '[{"isValid":false,"message":"Email address a@b is invalid","error":"INVALID_EMAIL","name":"email"}]'


def answer(status, body, **headers):
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    given = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, HTTPHeaderDict(given), raw)


@pytest.mark.parametrize(
    ("body", "code", "fields", "missing"),
    [
        (
            {"category": "VALIDATION_ERROR", "message": f"Property values were not valid: {LISTED}"},
            "INVALID_EMAIL",
            ("email",),
            (),
        ),
        (
            {
                "category": "VALIDATION_ERROR",
                "message": "x",
                "errors": [{"code": "INVALID_OPTION", "context": {"propertyName": ["industry"]}}],
            },
            "INVALID_OPTION",
            ("industry",),
            (),
        ),
        (
            {"category": "VALIDATION_ERROR", "message": 'Property "foo" does not exist'},
            "VALIDATION_ERROR",
            ("foo",),
            ("foo",),
        ),
        (
            {"category": "VALIDATION_ERROR", "message": "a problem: property foo_2 does not exist for 0-1"},
            "VALIDATION_ERROR",
            ("foo_2",),
            ("foo_2",),
        ),
        (
            {
                "category": "VALIDATION_ERROR",
                "errors": [{"code": "PROPERTY_DOESNT_EXIST", "context": {"propertyName": ["foo"]}}],
            },
            "PROPERTY_DOESNT_EXIST",
            ("foo",),
            ("foo",),
        ),
        ({"category": "OBJECT_NOT_FOUND", "message": "resource not found"}, "OBJECT_NOT_FOUND", (), ()),
        ({"category": "CONFLICT", "message": "Contact already exists. Existing ID: 12345"}, "CONFLICT", (), ()),
        ({"errorType": "RATE_LIMIT", "message": "x"}, "RATE_LIMIT", (), ()),
        ({"message": "Property values were not valid: [{broken"}, "", (), ()),
        ({"category": "a person's name is here", "errors": [{"code": "also@here", "name": "and here"}]}, "", (), ()),
        ({"errors": "not a list", "context": "not a map", "message": 7}, "", (), ()),
        (["a", "list"], "", (), ()),
        (None, "", (), ()),
    ],
)
def test_codes_and_names_are_found_wherever_they_stand(body, code, fields, missing):
    problem = read_problem(body)
    assert (problem.code, problem.fields, problem.missing) == (code, fields, missing)
    assert "a@b" not in repr(problem)


def test_scopes_ids_and_traces():
    problem = read_problem(
        {
            "category": "MISSING_SCOPES",
            "errors": [{"message": "x", "context": {"requiredGranularScopes": ["crm.objects.contacts.read"]}}],
            "context": {"ids": ["12", "no id"], "objectWriteTraceId": ["7"]},
        }
    )
    assert (problem.scopes, problem.ids, problem.traces) == (("crm.objects.contacts.read",), ("12",), ("7",))


HTML = b"<html>sorry</html>"


@pytest.mark.parametrize(
    ("given", "error", "seconds"),
    [
        (answer(429, {"message": "You have reached your secondly limit."}), RateLimited, 1),
        (answer(429, {"message": "You have reached your ten_secondly_rolling limit."}), RateLimited, 2),
        (answer(429, {"policyName": "TEN_SECONDLY_ROLLING"}, retry_after="4"), RateLimited, 4),
        (answer(429, {"category": "RATE_LIMITS"}), RateLimited, 2),
        (answer(429, {}, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), RateLimited, 2),
        (answer(429, b""), RateLimited, 2),
        (answer(429, HTML), RateLimited, 2),
        (answer(429, {"policyName": "DAILY"}), BudgetSpent, None),
        (answer(429, {"message": "You have reached your daily limit."}), BudgetSpent, None),
        (answer(423, {}), RateLimited, 2),
        (answer(477, {}, retry_after="86400"), RateLimited, 86_400),
        (answer(503, {}, retry_after="5"), RateLimited, 5),
        (answer(503, {}), Unavailable, None),
        (answer(500, b""), Unavailable, None),
        (answer(521, HTML), Unavailable, None),
        (answer(401, {"category": "INVALID_AUTHENTICATION"}), NotAllowed, None),
        (answer(401, b""), NotAllowed, None),
        (answer(401, HTML), Unavailable, None),
        (answer(403, {"category": "MISSING_SCOPES"}), NotAllowed, None),
        (answer(403, HTML), Unavailable, None),
        (answer(400, {"message": "Property 'x' does not exist"}), SchemaChanged, None),
        (answer(400, {"category": "VALIDATION_ERROR"}), Refused, None),
        (answer(404, {"category": "OBJECT_NOT_FOUND"}), Refused, None),
        (answer(409, {"category": "CONFLICT"}), Refused, None),
        (answer(414, HTML), Refused, None),
        (answer(418, b"[]"), Refused, None),
    ],
)
def test_each_error_is_named_by_what_helps(given, error, seconds):
    fault = Dialect().fault(given, READ)
    assert type(fault) is error or (error is Refused and isinstance(fault, Refused))
    if seconds is not None:
        assert isinstance(fault, RateLimited)
        assert fault.retry_after == seconds


@pytest.mark.parametrize("status", [200, 201, 204, 207])
def test_good_answers_are_no_error(status):
    assert Dialect().fault(answer(status, {}), READ) is None


def test_the_day_comes_back_at_midnight_of_the_portal():
    dialect = Dialect()
    dialect.zone = ZoneInfo("America/New_York")
    spent = answer(429, {"policyName": "DAILY"}, date="Sun, 22 Nov 2026 12:00:00 GMT")
    fault = dialect.fault(spent, READ)
    assert isinstance(fault, BudgetSpent)
    assert fault.resets_at == datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "path", "purpose", "writes"),
    [
        ("POST", "/crm/v3/objects/contacts/search", "search", False),
        ("POST", "/crm/objects/2026-09/contacts/search", "search", False),
        ("POST", "/crm/v3/objects/contacts/batch/read", "batch_read", False),
        ("POST", "/crm/v4/associations/contacts/companies/batch/read", "links", False),
        ("POST", "/crm/associations/2026-09/contacts/notes/batch/read", "links", False),
        ("POST", "/crm/objects/2026-09/contacts/batch/update", "write", True),
        ("POST", "/crm/v3/objects/contacts/batch/create", "other", True),
        ("DELETE", "/crm/v3/objects/contacts/7", "other", True),
        ("GET", "/crm/v3/objects/contacts", "list", False),
        ("GET", "/crm/objects/2026-09/contacts", "list", False),
        ("GET", "/crm/v3/objects/contacts/7", "read", False),
        ("GET", "/crm/objects/2026-09/contacts/7", "read", False),
        ("GET", "/crm/v3/properties/contacts", "schema", False),
        ("POST", "/crm/properties/2026-09/contacts", "setup", True),
        ("GET", "/crm/v3/owners", "owners", False),
        ("GET", "/marketing/v3/forms", "forms", False),
        ("GET", "/form-integrations/v1/submissions/forms/abc", "submissions", False),
        ("GET", "/account-info/2026-09/details", "account", False),
    ],
)
def test_what_a_path_means_whatever_its_verb(method, path, purpose, writes):
    operation = Dialect().operation(Request(method, "https://api.hubapi.com" + path + "?limit=1"))
    assert (operation.purpose, operation.writes) == (purpose, writes)
    assert operation.lane == ("search" if purpose == "search" else "general")


BASE = "https://api.hubapi.com"


@pytest.mark.parametrize(
    ("path", "dated"),
    [
        ("/crm/v3/objects/contacts/search", "/crm/objects/2026-09/contacts/search"),
        ("/crm/v3/objects/contacts?limit=1&after=/x/", "/crm/objects/2026-09/contacts?limit=1&after=/x/"),
        (
            "/crm/v4/associations/contacts/companies/batch/read",
            "/crm/associations/2026-09/contacts/companies/batch/read",
        ),
        ("/crm/v3/owners/", "/crm/owners/2026-09"),
        ("/crm/v3/properties/contacts/groups", "/crm/properties/2026-09/contacts/groups"),
        ("/account-info/v3/details", "/account-info/2026-09/details"),
        ("/conversations/v3/conversations/threads", "/conversations/conversations/2026-09/threads"),
        ("/marketing/v3/forms/", "/marketing/v3/forms"),
        ("/form-integrations/v1/submissions/forms/x", "/form-integrations/v1/submissions/forms/x"),
    ],
)
def test_paths_are_rewritten_in_one_place(path, dated):
    assert PathMap(BASE, "2026-09")(BASE + path) == BASE + dated
    plain, _, query = path.partition("?")
    assert PathMap(BASE, "v3")(BASE + path) == BASE + plain.rstrip("/") + ("?" + query if query else "")


def test_unknown_settings_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="2026-09"):
        PathMap(BASE, "2027-03")
    with pytest.raises(ValueError, match="professional"):
        lanes("gold")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22T10:00:00.123Z", datetime(2026, 11, 22, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-22T10:00:00+02:00", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("1763800000000", datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)),
        (1763800000000, datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_times_come_in_two_forms(value, expected):
    assert to_time(value) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"hs_merged_object_ids": "1;2"}, ("1", "2")),
        ({"hs_calculated_merged_vids": "3:1617000000000;4:1617000000001"}, ("3", "4")),
        ({"hs_merged_object_ids": "1;2", "hs_calculated_merged_vids": "2:1;3:2"}, ("1", "2", "3")),
        ({"hs_merged_object_ids": " 5 ; 9;junk;"}, ("5",)),
        ({"hs_merged_object_ids": None}, ()),
        ({}, ()),
    ],
)
def test_former_ids(properties, expected):
    assert former_ids("contact", {"id": "9", "properties": properties}) == expected
