"""`check` against the live schemas: everything that cannot work there is named, with its place, before anything is pushed."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.installation.setup import OPTIONAL_FIELDS
from bridge.settings.check import check_files
from connectors.records import FieldSchema, ObjectSchema
from connectors.salesforce.schema import object_schema

ROOT = Path(__file__).parents[2]
DESCRIBES = ROOT / "connectors/sandbox/salesforce/describes"
LEAD, FACTS = "mappings/contact_to_lead.yaml", "mappings/contact_to_facts.yaml"

CONTACT = ObjectSchema(
    "hubspot",
    "contact",
    {
        field.name: field
        for field in (
            *(
                FieldSchema(name, name, "string")
                for name in ("email", "lastname", "company", "jobtitle", "country", "phone", "industry")
            ),
            FieldSchema("budget_range", "Budget", "picklist", options=("over_25k", "under_25k")),
            FieldSchema("product_interest", "Products", "multipicklist", options=("analytics", "routing")),
            FieldSchema(
                "purchase_timeframe", "When", "picklist", options=("now", "later"), labels=("At once", "Some day")
            ),
            FieldSchema("last_pricing_visit", "Pricing", "datetime"),
            FieldSchema("opted_out", "Opted out", "boolean"),
        )
    },
)
COMPANY = ObjectSchema(
    "hubspot",
    "company",
    {
        name: FieldSchema(name, name, kind)
        for name, kind in (("name", "string"), ("country", "string"), ("hs_is_target_account", "boolean"))
    },
)


STARTER_FIELDS = {name: OPTIONAL_FIELDS[name] for name in ("LeadBridge_Account__c", "LeadBridge_Summary__c")}


def described(name: str) -> ObjectSchema:
    """The real describe of an object, with our external id and the fields setup makes."""
    schema = object_schema(json.loads(gzip.decompress((DESCRIBES / f"{name}.json.gz").read_bytes())))
    ours = FieldSchema("LeadBridge_Id__c", "LeadBridge Id", "string", 64, unique=True, external_id=True, custom=True)
    return replace(schema, fields={**schema.fields, ours.name: ours, **STARTER_FIELDS})


def with_field(schema: ObjectSchema, name: str, **changes: Any) -> ObjectSchema:
    return replace(schema, fields={**schema.fields, name: replace(schema.fields[name], **changes)})


LEADS = described("Lead")
SHORT = with_field(
    with_field(LEADS, "Industry", type="string", options=(), labels=(), length=6),
    "Description",
    type="string",
    length=255,
)
CLOSED = with_field(LEADS, "Industry", restricted=True)

# name, what Lead looks like, what the line was, what it is, line:column, key, words
MISMATCHES = [
    ("no such field", LEADS, "  Phone:", "  Phones:", "6:3", "fields.Phones", "did you mean 'Phone'?"),
    ("field setup makes", LEADS, "  Phone: {from: phone, format: phone, default_region: from_country}",
     "  LeadBridge_Score__c: {from: bridge.score, format: integer}", "6:3", "fields.LeadBridge_Score__c", "leadbridge setup salesforce"),
    ("read-only", LEADS, "  Phone: {from: phone, format: phone, default_region: from_country}",
     "  Name: {from: lastname, format: text}", "6:3", "fields.Name", "Name can only be read."),
    ("only when made", LEADS, "  Phone: {from: phone, format: phone, default_region: from_country}",
     "  IsConverted: {from: opted_out, format: boolean}", "6:3", "fields.IsConverted", "only when the record is made"),
    ("text into a number", LEADS, "format: integer, options: {locale: en}", "format: text", "11:53",
     "fields.NumberOfEmployees.format", "text does not fit NumberOfEmployees, which is of type integer."),
    ("date into a text type", LEADS, "  Phone: {from: phone, format: phone, default_region: from_country}",
     "  Phone: {from: last_pricing_visit, format: date}", "6:45", "fields.Phone.format", "which is of type phone. Use phone."),
    ("number from a yes/no", LEADS, "{from: fact.employees, format: integer,", "{from: opted_out, format: integer,", "11:48",
     "fields.NumberOfEmployees.format", "integer cannot be made from opted_out, which is of type boolean."),
    ("choice that is none", CLOSED, "Technology}", "Tecnology}", "9:33", "fields.Industry.values.COMPUTER_SOFTWARE",
     "did you mean 'Technology'?"),
    ("other choice that is none", CLOSED, "otherwise: leave_blank", "otherwise: {use: Unknown}", "10:22", "fields.Industry.otherwise.use",
     "'Unknown' is no choice of Industry."),
    ("value too long", SHORT, "format: long_text}", "format: text}", "9:33", "fields.Industry.values.COMPUTER_SOFTWARE",
     "longer than the 6 characters of Industry"),
    ("brief into a short field", SHORT, "Technology}", "Tech}", "12:3", "fields.Description", "holds 255 characters; long_text needs 1000."),
    ("required and unmapped", LEADS, "  Company: {from: [company, company.name], format: company_name, required: true}\n", "", "3:1",
     "fields", "Salesforce demands Company, and nothing fills it."),
    ("required and may be blank", LEADS, "format: company_name, required: true", "format: company_name", "5:3", "fields.Company",
     "Add `required: true`."),
    ("no such property", LEADS, "{from: phone,", "{from: fone,", "6:17", "fields.Phone.from", "did you mean 'phone'?"),
    ("no such company property", LEADS, "company.name]", "company.nam]", "5:29", "fields.Company.from[1]", "did you mean 'name'?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "old", "new", "at", "key", "words"), [row[1:] for row in MISMATCHES], ids=[row[0] for row in MISMATCHES]
)
def test_a_mapping_that_cannot_work_is_named(
    files: Any, lead: ObjectSchema, old: str, new: str, at: str, key: str, words: str
) -> None:
    files.edit(LEAD, old, new)
    found = check_files(files.config, files.mappings, [CONTACT, COMPANY, lead])
    assert len(found) == 1, [str(problem) for problem in found]
    assert (f"{found[0].line}:{found[0].column}", found[0].key) == (at, key)
    assert words in f"{found[0].text} {found[0].suggestion}"


def test_a_value_the_source_cannot_have_is_named(files: Any) -> None:
    files.edit(FACTS, "over_25k: high", "over25k: high")
    (problem,) = check_files(files.config, files.mappings, [CONTACT, COMPANY, LEADS])
    assert (problem.line, problem.key) == (8, "fields.budget_range.values.over25k")
    assert problem.suggestion == "did you mean 'over_25k'?"


def test_what_the_line_says_about_length_is_believed(files: Any) -> None:
    files.edit(LEAD, "format: long_text}", "format: long_text, too_long: cut}")
    files.edit(LEAD, "Technology}", "Tech}")
    assert check_files(files.config, files.mappings, [CONTACT, COMPANY, SHORT]) == []


def test_files_and_schemas_are_checked_together(files: Any) -> None:
    files.edit(LEAD, "  Phone:", "  Phones:")
    files.edit("config/bridge.yaml", "  send: 500", "  send: lots")
    found = check_files(files.config, files.mappings, [LEADS])
    assert [problem.key for problem in found] == ["brakes.send", "fields.Phones"]


def test_without_schemas_only_the_files_are_looked_at(files: Any) -> None:
    files.edit(LEAD, "  Phone:", "  Phones:")
    assert check_files(files.config, files.mappings) == []


def test_the_starter_mappings_fit_the_real_describes() -> None:
    schemas = [described("Lead"), described("Contact"), described("Account")]
    assert check_files(ROOT / "config", ROOT / "mappings", schemas) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "words"),
    [
        ("equals: now", "equals: nwo", "18:67", "bant.timeline.met.equals", "'purchase_timeframe' is never 'nwo'. did you mean 'now'?"),
        ("equals: now", "in: [later, nwo]", "18:71", "bant.timeline.met.in[1]", "never 'nwo'. did you mean 'now'?"),
        ("equals: now", "equals: at once", "18:67", "bant.timeline.met.equals", "HubSpot shows 'now' like that: write 'now'."),
        ("contains: analytics", "contains: analytic", "17:62", "bant.need.met.contains", "did you mean 'analytics'?"),
        ("equals: disposable}", "equals: disposable}\n    x: y", "", "", ""),
    ][:4],
)  # fmt: skip
def test_a_value_that_no_property_has_is_named_where_a_condition_asks_for_it(
    files: Any, old: str, new: str, at: str, key: str, words: str
) -> None:
    files.edit("config/definition.yaml", old, new)
    assert check_files(files.config, files.mappings) == []
    (found,) = check_files(files.config, files.mappings, [CONTACT, COMPANY, LEADS])
    assert Path(found.file).name == "definition.yaml"
    assert (f"{found.line}:{found.column}", found.key) == (at, key)
    assert words in f"{found.text} {found.suggestion}"


def test_a_fact_that_may_have_other_values_is_left_alone(files: Any) -> None:
    """A second source is free text: whatever is typed there may be asked for."""
    files.edit("config/definition.yaml", "equals: now", "equals: soon")
    files.edit(FACTS, "{from: purchase_timeframe,", "{from: [purchase_timeframe, industry],")
    assert check_files(files.config, files.mappings, [CONTACT, COMPANY, LEADS]) == []


def test_a_value_map_that_keeps_the_rest_names_its_own_values_and_the_rest(files: Any) -> None:
    line = "{from: purchase_timeframe, format: text}"
    files.edit(FACTS, line, "{from: purchase_timeframe, values: {now: at_once}, otherwise: keep}")
    (found,) = check_files(files.config, files.mappings, [CONTACT, COMPANY, LEADS])
    assert str(found).endswith("'purchase_timeframe' is never 'now'. Known: at_once, later.")
    files.edit("config/definition.yaml", "equals: now", "in: [at_once, later]")
    assert check_files(files.config, files.mappings, [CONTACT, COMPANY, LEADS]) == []


def test_a_value_is_named_in_routing_too(files: Any) -> None:
    rule = "rules:\n  - {name: Soon, when: {field: purchase_timeframe, equals: nwo}, team: emea}\n"
    files.edit("config/routing.yaml", "rules:\n", rule)
    (found,) = check_files(files.config, files.mappings, [CONTACT, COMPANY, LEADS])
    assert (Path(found.file).name, found.key) == ("routing.yaml", "rules[0].when.equals")


def test_statuses_that_no_lead_has_are_named(files: Any) -> None:
    own = with_field(LEADS, "Status", options=("New", "Working"), labels=("New", "Working"))
    assert check_files(files.config, files.mappings, [own]) == []
    files.edit("config/capacity.yaml", "expires_after: 30\n", "expires_after: 30\ncount_statuses: [New, Wroking]\n")
    assert check_files(files.config, files.mappings) == []
    (found,) = check_files(files.config, files.mappings, [own])
    assert (f"{found.line}:{found.column}", found.key) == ("5:23", "count_statuses[1]")
    assert str(found).endswith("Salesforce's Lead has no status 'Wroking'. did you mean 'Working'?")


def test_statuses_that_count_unless_the_file_says_so_must_count_something(files: Any) -> None:
    own = with_field(LEADS, "Status", options=("Fresh", "Done"), labels=("Fresh", "Done"))
    (found,) = check_files(files.config, files.mappings, [own])
    assert (Path(found.file).name, found.suggestion) == ("capacity.yaml", "Name those that do. Known: Fresh, Done.")


def test_a_status_of_another_record_type_is_there(files: Any) -> None:
    narrow = with_field(LEADS, "Status", options=("New",), labels=("New",), by_type={"012": ("New", "Partner")})
    files.edit("config/capacity.yaml", "expires_after: 30\n", "expires_after: 30\ncount_statuses: [New, Partner]\n")
    assert check_files(files.config, files.mappings, [narrow]) == []
