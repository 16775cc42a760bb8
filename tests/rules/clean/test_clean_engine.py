"""The engine: a whole mapping over one person's values."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from cleaning_cases import INDUSTRY

from bridge.decisions import Cleaning
from bridge.settings.mapping import Format, Mapping
from bridge.stages.clean.engine import Memo, apply, compile_mapping
from bridge.stages.clean.formats import FORMATS
from bridge.stages.clean.line import REMEMBERED, compile_line
from bridge.stages.clean.reasons import GRAVITY, HARMLESS, REASONS
from connectors.records import FieldSchema, ObjectSchema


def mapping(**fields: dict[str, Any]) -> Mapping:
    return Mapping.model_validate(
        {"name": "m", "source": "hubspot.contact", "target": "salesforce.Lead", "fields": fields}
    )


def schema(*fields: FieldSchema) -> ObjectSchema:
    return ObjectSchema("salesforce", "Lead", {field.name: field for field in fields})


def run(values: dict[str, Any], *fields: FieldSchema, **lines: dict[str, Any]) -> Cleaning:
    return apply(mapping(**lines), values, schema(*fields) if fields else None)


def test_every_format_of_the_settings_is_known() -> None:
    assert set(FORMATS) == set(get_args(Format))


def test_a_person_through_a_mapping() -> None:
    cleaning = run(
        {"lastname": "MCDONALD", "phone": "020 7946 0018", "country": "UK", "company.domain": "acme.com"},
        LastName={"from": "lastname", "format": "person_name", "required": True},
        Phone={"from": "phone", "format": "phone", "default_region": "from_country"},
        Country={"from": "country", "format": "country_name"},
        Website={"from": ["website", "company.domain"], "format": "website"},
        Title={"from": "jobtitle"},
    )
    assert cleaning.values == {
        "LastName": "McDonald", "Phone": "+442079460018", "Country": "United Kingdom", "Website": "https://acme.com",
    }  # fmt: skip
    assert cleaning.mapping == "m"
    assert cleaning.missing == ()
    assert cleaning.fields["Phone"].original == "020 7946 0018"
    assert "Title" not in cleaning.fields


@pytest.mark.parametrize(
    ("format_name", "use", "value"),
    [("integer", "7", 7), ("boolean", "no", False), ("company_name", "Unknown", "Unknown")],
)
def test_what_is_used_otherwise_is_of_the_kind_its_format_makes(format_name: str, use: str, value: object) -> None:
    line = {"from": "size", "format": format_name, "values": {"big": "5000"}, "otherwise": {"use": use}}
    found = run({"size": "?"}, Size=line).fields["Size"]
    assert (found.value, type(found.value)) == (value, type(value))


def test_required_without_a_value_is_missing() -> None:
    assert run({}, LastName={"from": "lastname", "required": True}).missing == ("LastName",)
    assert run({"lastname": "n/a"}, LastName={"from": "lastname", "format": "last_name", "required": True}).missing == (
        "LastName",
    )
    assert run({"lastname": ""}, LastName={"from": "lastname", "required": True}).missing == ("LastName",)
    assert run({"email": "jane@"}, Email={"from": "email", "format": "email"}).missing == ()


def test_an_unusable_value_keeps_its_original_and_reason() -> None:
    cleaning = run({"email": "jane@"}, Email={"from": "email", "format": "email"})
    assert cleaning.values == {}
    assert (cleaning.fields["Email"].original, cleaning.fields["Email"].reason) == ("jane@", "not_an_email")
    assert set(cleaning.notes) == {"Email"}


LINE = {"from": ["phone", "mobilephone", "company.phone"], "format": "phone"}


def test_the_first_source_that_cleans_to_a_value_wins() -> None:
    values = {"phone": "n/a", "mobilephone": "+44 7911 123456", "company.phone": "+442079460018"}
    phone = run(values, Phone=LINE).fields["Phone"]
    assert (phone.value, phone.reason) == ("+447911123456", "used_fallback")
    assert "passed over phone ('n/a'): no country code" in phone.note
    assert phone.original == "+44 7911 123456"


def test_an_empty_source_is_passed_over_without_a_word() -> None:
    phone = run({"phone": "", "mobilephone": None, "company.phone": "+442079460018"}, Phone=LINE).fields["Phone"]
    assert (phone.value, phone.reason) == ("+442079460018", "")


def test_when_no_source_is_usable_all_are_told() -> None:
    phone = run({"phone": "n/a", "mobilephone": "12"}, Phone=LINE).fields["Phone"]
    assert (phone.value, phone.original, phone.reason, phone.kept) == (None, "n/a", "not_a_phone", False)
    assert phone.note.startswith("phone: ")
    assert "mobilephone: " in phone.note


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"country": "UK"}, "+442079460018"),
        ({"country": "Narnia", "company.country": "GB"}, "+442079460018"),
        ({"company.country": "United Kingdom"}, "+442079460018"),
        ({"country": "", "ip_country_code": "gb"}, "+442079460018"),
        ({"hs_country_region_code": "GB", "company.country": "DE"}, "+442079460018"),
        ({"fact.country": "GB", "country": "Germany"}, "+442079460018"),
        ({"country": "US"}, None),
        ({}, None),
    ],
)
def test_the_region_comes_from_the_country(values: dict[str, str], number: str | None) -> None:
    for region in ({"default_region": "from_country"}, {}):
        answer = run({"phone": "020 7946 0018", **values}, Phone={"from": "phone", "format": "phone", **region})
        assert answer.values.get("Phone") == number


def test_a_named_region_decides() -> None:
    line = {"from": "phone", "format": "phone", "default_region": "GB"}
    assert run({"phone": "020 7946 0018", "country": "US"}, Phone=line).values == {"Phone": "+442079460018"}
    assert run({"phone": "+49301234567", "country": "US"}, Phone=line).values == {"Phone": "+49301234567"}


def test_a_state_is_read_in_the_persons_country() -> None:
    line = {"from": "state", "format": "state_code"}
    assert run({"state": "WA", "country": "USA"}, State=line).values == {"State": "WA"}
    assert run({"state": "Western Australia", "country": "AU"}, State=line).values == {"State": "WA"}
    assert run({"state": "Bavaria"}, State={**line, "default_region": "DE"}).values == {"State": "BY"}
    assert run({"state": "Texas", "country": "US"}, State={**line, "default_region": "DE"}).values == {"State": "TX"}


INDUSTRIES = {"COMPUTER_SOFTWARE": "Technology", "MACHINERY": "Mfg", "weird  key": "Other"}


@pytest.mark.parametrize(
    ("raw", "otherwise", "value", "reason", "held"),
    [
        ("COMPUTER_SOFTWARE", "leave_blank", "Technology", "", False),
        ("computer_software", "leave_blank", "Technology", "", False),
        (" Machinery ", "leave_blank", "Mfg", "", False),
        ("Weird Key", "leave_blank", "Other", "", False),
        ("GAMES", "leave_blank", None, "unknown_picklist_value", False),
        ("GAMES", "hold", None, "unknown_picklist_value", True),
        ("GAMES", "keep", None, "unknown_picklist_value", False),
        ("Banking & Finance", "keep", "Banking & Finance", "", False),
        ("Banking & Finance", "leave_blank", None, "unknown_picklist_value", False),
        ("GAMES", {"use": "Other"}, "Other", "unknown_picklist_value", False),
    ],
)
def test_value_maps(raw: str, otherwise: Any, value: str | None, reason: str, held: bool) -> None:
    cleaning = run(
        {"industry": raw}, INDUSTRY, Industry={"from": "industry", "values": INDUSTRIES, "otherwise": otherwise}
    )
    field = cleaning.fields["Industry"]
    assert (field.value, field.reason, field.original) == (value, reason, raw)
    assert cleaning.missing == (("Industry",) if held else ())


@pytest.mark.parametrize(
    ("raw", "otherwise", "value", "reason"),
    [
        ("COMPUTER_SOFTWARE;MACHINERY", "leave_blank", "Technology;Mfg", ""),
        ("COMPUTER_SOFTWARE;GAMES", "leave_blank", "Technology", "some_choices_dropped"),
        ("COMPUTER_SOFTWARE;GAMES", "keep", "Technology", "some_choices_dropped"),
        ("COMPUTER_SOFTWARE;GAMES", "hold", None, "unknown_picklist_value"),
        ("COMPUTER_SOFTWARE;GAMES", {"use": "Other"}, "Technology;Other", "some_choices_dropped"),
        ("GAMES;POKER", "leave_blank", None, "unknown_picklist_value"),
        ("COMPUTER_SOFTWARE;Mfg", "keep", "Technology;Mfg", ""),
    ],
)
def test_value_maps_over_several_choices(raw: str, otherwise: Any, value: str | None, reason: str) -> None:
    line = {"from": "industry", "format": "multi_picklist", "values": INDUSTRIES, "otherwise": otherwise}
    field = run({"industry": raw}, INDUSTRY, Industry=line).fields["Industry"]
    assert (field.value, field.reason) == (value, reason)


def test_free_text_into_a_closed_picklist_must_be_one_of_it() -> None:
    fields = run({"a": "technology", "b": "Games"}, INDUSTRY, Industry={"from": "a"}).fields
    assert fields["Industry"].value == "Technology"
    refused = run({"b": "Games"}, INDUSTRY, Industry={"from": "b"}).fields["Industry"]
    assert (refused.value, refused.reason, refused.original) == (None, "unknown_picklist_value", "Games")


def test_country_texts_of_an_org_with_country_picklists() -> None:
    """There `Country` is a text that must be a label of `CountryCode`; State goes the same way."""
    fields = (
        FieldSchema("Country", "Country", "string", 80),
        FieldSchema(
            "CountryCode",
            "Country Code",
            "picklist",
            10,
            options=("GB", "US"),
            labels=("United Kingdom of GB", "USA"),
            restricted=True,
        ),
        FieldSchema("State", "State", "string", 80),
        FieldSchema(
            "StateCode",
            "State Code",
            "picklist",
            10,
            options=("CA", "NY"),
            labels=("California", "New York"),
            restricted=True,
        ),
    )
    lines = {
        "Country": {"from": "country", "format": "country_name"}, "CountryCode": {"from": "country", "format": "country_code"},
        "State": {"from": "state", "format": "state_name"}, "StateCode": {"from": "state", "format": "state_code"},
    }  # fmt: skip
    values = apply(mapping(**lines), {"country": "United States", "state": "calif."}, schema(*fields)).values
    assert values == {"Country": "USA", "CountryCode": "US", "State": "California", "StateCode": "CA"}
    french = apply(mapping(**lines), {"country": "France"}, schema(*fields))
    assert french.values == {}
    assert {field.reason for field in french.fields.values()} == {"unknown_picklist_value"}


def test_a_state_goes_only_with_its_country_where_the_org_has_picklists_of_both() -> None:
    codes = {"restricted": True, "options": ("IN", "PK"), "labels": ("India", "Pakistan")}
    states = {"restricted": True, "options": ("PB",), "labels": ("Punjab",), "valid_for": (("IN",),)}
    fields = (
        FieldSchema("Country", "Country", "string", 80), FieldSchema("CountryCode", "Country Code", "picklist", 10, **codes),
        FieldSchema("State", "State", "string", 80), FieldSchema("StateCode", "State Code", "picklist", 10, **states),
    )  # fmt: skip
    lines = {
        "Country": {"from": "country", "format": "country_name"},
        "State": {"from": "state", "format": "state_name", "required": True},
    }

    def of(**typed: str) -> Any:
        return apply(mapping(**lines), {"state": "Punjab", **typed}, schema(*fields))

    assert of(country="India").values == {"Country": "India", "State": "Punjab"}
    assert of(country="Pakistan").values == {
        "Country": "Pakistan"
    }  # it has a Punjab of its own, which this org does not list
    alone = of(**{"form.country": "India"})
    assert (alone.values, alone.missing, alone.fields["State"].reason) == ({}, ("State",), "unknown_state")
    free = apply(mapping(**lines), {"state": "Punjab", "form.country": "India"}, schema(fields[0], fields[2]))
    assert free.values == {"State": "Punjab"}


@pytest.mark.parametrize(
    ("name", "required", "written"),
    [
        ("Open__c", False, True),
        ("open__c", False, True),
        ("Read__c", False, False),
        ("Gone__c", False, False),
        ("Gone__c", True, True),
    ],
)
def test_what_salesforce_does_not_take_is_left_out_unless_it_is_required(
    name: str, required: bool, written: bool
) -> None:
    fields = (
        FieldSchema("Open__c", "Open", "string", 80),
        FieldSchema("Read__c", "Formula", "string", 80, createable=False, updateable=False),
    )
    line = {"from": "fax", "required": required}
    assert (apply(mapping(**{name: line}), {"fax": "1"}, schema(*fields)).values == {name: "1"}) is written


SHORT = FieldSchema("City", "City", "string", 10)


@pytest.mark.parametrize(
    ("too_long", "value", "reason", "missing"),
    [
        ("cut", "Llanfairp…", "cut_to_length", ()),
        ("leave_blank", None, "too_long", ()),
        ("hold", None, "too_long", ("City",)),
    ],
)
def test_too_long(too_long: str, value: str | None, reason: str, missing: tuple[str, ...]) -> None:
    cleaning = run({"city": "Llanfairpwllgwyngyll"}, SHORT, City={"from": "city", "too_long": too_long})
    assert (cleaning.fields["City"].value, cleaning.fields["City"].reason, cleaning.missing) == (value, reason, missing)
    assert cleaning.fields["City"].original == "Llanfairpwllgwyngyll"


@pytest.mark.parametrize("format_name", ["email", "url", "website", "identifier", "postal_code", "country_name"])
def test_what_would_be_wrong_when_cut_is_not_cut(format_name: str) -> None:
    raw = {"email": "jane.doe@acme.com", "url": "https://acme.com/abc", "country_name": "United Kingdom"}.get(
        format_name, "acme-very-long.com"
    )
    cleaning = run({"v": raw}, FieldSchema("F", "F", "string", 10), F={"from": "v", "format": format_name})
    assert (cleaning.fields["F"].value, cleaning.fields["F"].reason) == (None, "too_long")


def test_counting_bytes_when_asked() -> None:
    line = {"from": "v", "format": "long_text", "options": {"count": "bytes"}}
    target = FieldSchema("F", "F", "text", 20)
    assert run({"v": "ü & ü & ü & ü"}, target, F=line).fields["F"].reason == "cut_to_length"
    assert run({"v": "ü & ü & ü & ü"}, target, F={"from": "v", "format": "long_text"}).fields["F"].reason == ""


def test_rich_text_that_is_cut_stays_whole_html() -> None:
    line = {"from": "v", "format": "rich_text"}
    field = run({"v": "<p>Hello <b>dear</b> world</p>"}, FieldSchema("F", "F", "rich_text", 26), F=line).fields["F"]
    assert field.reason == "cut_to_length"
    assert field.value.startswith("<p>Hello <b>")
    assert field.value.count("<b>") == field.value.count("</b>")


def test_a_constant() -> None:
    cleaning = run({}, Source={"constant": "HubSpot"}, Flag={"constant": "yes", "format": "boolean"})
    assert cleaning.values == {"Source": "HubSpot", "Flag": True}


def test_nothing_raises_whatever_comes() -> None:
    lines = {f"F{number}": {"from": "v", "format": name} for number, name in enumerate(FORMATS)}
    clean = compile_mapping(mapping(**lines))
    for raw in (
        None,
        "",
        0,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        10**400,
        True,
        [],
        ["a"],
        {"a": 1},
        b"\xff",
        object(),
        "\ud800",
        "x" * 10_000,
    ):
        assert clean({"v": raw}).mapping == "m"


def test_one_memo_compiles_once() -> None:
    memo, one = Memo(), mapping(City={"from": "city"})
    for city in ("Bonn", "Köln"):
        assert apply(one, {"city": city}, memo=memo).values == {"City": city}
    assert len(memo.cleaners) == 1
    apply(one, {}, schema(SHORT), memo=memo)
    assert len(memo.cleaners) == 2


def test_remembering_is_bounded_and_changes_nothing() -> None:
    line = compile_line("City", mapping(City={"from": "city"}).fields["City"], None)
    for number in range(3 * REMEMBERED):
        assert line.clean(f"town  {number}", None).value == f"town {number}"
        assert line.clean("Bonn", None).value == "Bonn"
    assert len(line.young) + len(line.old) <= 2 * REMEMBERED


def test_values_that_never_come_again_are_not_remembered_for_ever() -> None:
    line = compile_line("Email", mapping(Email={"from": ["email"], "format": "email"}).fields["Email"], None)
    for number in range(2 * REMEMBERED):
        line.clean(f"person{number}@acme.com", None)
    assert not line.young
    assert not line.old
    assert line.clean("Person@Acme.com", None).value == "person@acme.com"


def test_remembering_tells_regions_apart() -> None:
    clean = compile_mapping(mapping(Phone={"from": "phone", "format": "phone"}))
    assert clean({"phone": "030 1234567", "country": "DE"}).values == {"Phone": "+49301234567"}
    assert clean({"phone": "030 1234567", "country": "US"}).values == {}


def test_equal_objects_of_other_types_are_not_mixed_up() -> None:
    clean = compile_mapping(mapping(V={"from": "v"}))
    assert [clean({"v": raw}).values["V"] for raw in ("1", 1, True, 1.0)] == ["1", "1", "true", "1"]


def test_every_reason_has_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in REASONS.values())
    assert set(HARMLESS) <= set(GRAVITY)
