"""Mapping lines that name what is not there or contradict themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.settings.loading import read_settings

DEFINITION = "config/definition.yaml"
FACTS = "mappings/contact_to_facts.yaml"
LEAD = "mappings/contact_to_lead.yaml"

# name, file, what is there, what stands there instead (all of the file when nothing is there), line:column, key, words
CASES = [
    (
        "unknown format",
        LEAD,
        "format: last_name",
        "format: lastname",
        "4:38",
        "fields.LastName.format",
        "did you mean 'last_name'?",
    ),
    (
        "unknown target",
        LEAD,
        "target: salesforce.Lead",
        "target: salesforce.Leads",
        "2:9",
        "target",
        "did you mean 'salesforce.Lead'?",
    ),
    (
        "unknown option",
        LEAD,
        "{locale: en}",
        "{local: en}",
        "11:72",
        "fields.NumberOfEmployees.options.local",
        "did you mean 'locale'?",
    ),
    (
        "wrong option",
        LEAD,
        "{locale: en}",
        "{locale: english}",
        "11:80",
        "fields.NumberOfEmployees.options.locale",
        "cannot be 'english'.",
    ),
    (
        "unknown zone",
        LEAD,
        "format: integer, options: {locale: en}",
        "format: date, options: {zone: Europe/Berln}",
        "11:75",
        "fields.NumberOfEmployees.options.zone",
        "there is no time zone 'Europe/Berln'. did you mean 'Europe/Berlin'?",
    ),
    (
        "date pattern of another program",
        LEAD,
        "format: integer, options: {locale: en}",
        'format: date, options: {formats: "%d.%m.%Y; DD.MM.YYYY"}',
        "11:78",
        "fields.NumberOfEmployees.options.formats",
        "'DD.MM.YYYY' reads no date.",
    ),
    (
        "date pattern with a sign that is none",
        LEAD,
        "format: integer, options: {locale: en}",
        'format: date, options: {formats: "%d.%m.%Q"}',
        "11:78",
        "fields.NumberOfEmployees.options.formats",
        "'%d.%m.%Q' reads no date.",
    ),
    (
        "currency that is none",
        LEAD,
        "format: integer, options: {locale: en}",
        "format: money, options: {currency: Euro}",
        "11:80",
        "fields.NumberOfEmployees.options.currency",
        "'Euro' is no currency.",
    ),
    (
        "no origin",
        LEAD,
        "{from: lastname, format: last_name",
        "{format: last_name",
        "4:13",
        "fields.LastName",
        "needs `from` or `constant`, and not both.",
    ),
    (
        "origin and constant",
        LEAD,
        "{from: phone,",
        "{from: phone, constant: none,",
        "6:10",
        "fields.Phone",
        "needs `from` or `constant`, and not both.",
    ),
    (
        "unknown bridge value",
        LEAD,
        "bridge.brief",
        "bridge.breif",
        "12:23",
        "fields.Description.from",
        "did you mean 'brief'?",
    ),
    (
        "unknown related record",
        FACTS,
        "company.hs_is",
        "companies.hs_is",
        "7:28",
        "fields.marketing_target.from",
        "did you mean 'company'?",
    ),
    (
        "unknown fact in from",
        LEAD,
        "fact.employees",
        "fact.employes",
        "11:29",
        "fields.NumberOfEmployees.from",
        "did you mean 'employees'?",
    ),
    (
        "derived fact mapped",
        FACTS,
        "  country: {from",
        "  is_test: {from: a}\n  country: {from",
        "6:3",
        "fields.is_test",
        "is worked out by the bridge itself.",
    ),
    (
        "file the bridge does not read",
        "config/routing.yml",
        "",
        "rules: []\n",
        "1:1",
        "routing.yml",
        "did you mean 'routing.yaml'?",
    ),
    (
        "default region of a text",
        LEAD,
        "format: company_name,",
        "format: company_name, default_region: DE,",
        "5:66",
        "fields.Company.default_region",
        "is for the format phone.",
    ),
    (
        "default region that is no country",
        LEAD,
        "default_region: from_country",
        "default_region: Germany",
        "6:55",
        "fields.Phone.default_region",
        "'Germany' is no country. Write the two letters of ISO 3166",
    ),
    (
        "value twice but for its case",
        LEAD,
        "{COMPUTER_SOFTWARE: Technology}",
        "{COMPUTER_SOFTWARE: Technology, computer_software: Software}",
        "9:45",
        "fields.Industry.values.computer_software",
        "is the same as COMPUTER_SOFTWARE: upper and lower case are alike.",
    ),
    (
        "fact from the bridge",
        FACTS,
        "{from: email, format: email}",
        "{from: bridge.score, format: email}",
        "4:17",
        "fields.email.from",
        "'bridge.score' is made from facts and cannot make one.",
    ),
    (
        "segment twice",
        DEFINITION,
        "  - name: other",
        "  - name: enterprise",
        "12:11",
        "segments[2].name",
        "'enterprise' is here twice.",
    ),
    (
        "hold without values",
        LEAD,
        "from: lastname, format: last_name",
        "from: lastname, otherwise: hold, format: last_name",
        "4:41",
        "fields.LastName.otherwise",
        "needs `values`: without them every value fits.",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "key", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_is_refused_where_it_is_wrong(files: Any, file: str, old: str, new: str, at: str, key: str, words: str) -> None:
    files.edit(file, old, new)
    files.expect(file, at, key, words)


@pytest.mark.parametrize("patterns", ["%d.%m.%Y %H:%M %z", "%d/%m/%y; %b %d, %Y", "%Y%m%d%H%M%S", "%I:%M %p %d.%m.%Y"])
def test_every_pattern_that_reads_what_it_writes_is_taken(files: Any, patterns: str) -> None:
    files.edit(LEAD, "format: integer, options: {locale: en}", f'format: date, options: {{formats: "{patterns}"}}')
    found = read_settings(files.config, files.mappings).problems
    assert [one for one in found if "reads no date" in one.text] == []
