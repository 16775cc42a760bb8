"""A record type has fewer choices than its object: the schema has those that a record of ours may have."""

from __future__ import annotations

from typing import Any

import pytest
from stub_org import Asked, StubOrg, Told

B2B, PRIVATE = "0125g000000AbCdAAK", "0125g000000AbCeAAK"
MASTER = {"recordTypeId": "012000000000000AAA", "master": True}


def choices(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": value.upper(), "active": True} for value in values]


DESCRIBED: dict[str, Any] = {
    "name": "Lead",
    "fields": [
        {"name": "Industry", "type": "picklist", "restrictedPicklist": True, "picklistValues": choices("a", "b", "c")},
        {"name": "Rating", "type": "picklist", "restrictedPicklist": False, "picklistValues": choices("x", "y")},
        {"name": "Size__c", "type": "picklist", "restrictedPicklist": True, "picklistValues": choices("s", "m")},
    ],
    "recordTypeInfos": [
        {**MASTER, "defaultRecordTypeMapping": False},
        {"recordTypeId": B2B, "master": False, "defaultRecordTypeMapping": True},
        {"recordTypeId": PRIVATE, "master": False, "defaultRecordTypeMapping": False},
    ],
}
LAYOUTS = {
    "layouts": None,
    "recordTypeMappings": [
        {**MASTER, "picklistsForRecordType": None},
        {
            "recordTypeId": B2B,
            "picklistsForRecordType": [
                {"picklistName": "Industry", "picklistValues": choices("c", "b")},
                {"picklistName": "Rating", "picklistValues": choices("x")},
            ],
        },
        {"recordTypeId": PRIVATE, "picklistsForRecordType": [{"picklistName": "Industry", "picklistValues": []}]},
    ],
}


def answering(layouts: Told) -> Any:
    return lambda asked: layouts if asked.path.endswith("/describe/layouts") else Told(200, DESCRIBED)


@pytest.mark.parametrize(
    ("record_type", "left"),
    [("", ("b", "c")), (B2B, ("b", "c")), (PRIVATE[:15], None), ("0125g000000AbCfAAK", ("a", "b", "c"))],
)
def test_a_closed_list_has_the_choices_of_the_record_type(
    org: StubOrg, record_type: str, left: tuple[str, ...] | None
) -> None:
    org.answers = answering(Told(200, LAYOUTS))
    schema = org.client().schema("Lead", record_type)
    industry, rating, size = (schema.fields[name] for name in ("Industry", "Rating", "Size__c"))
    assert (rating.options, size.options) == (("x", "y"), ("s", "m"))
    assert (industry.options if schema.takes("Industry") else None) == left
    assert industry.labels == tuple(option.upper() for option in industry.options)


@pytest.mark.parametrize("master_is_default", [False, True])
def test_what_records_of_every_type_take_is_told(org: StubOrg, master_is_default: bool) -> None:
    infos = [{**one, "defaultRecordTypeMapping": one["master"]} for one in DESCRIBED["recordTypeInfos"]]
    described = {**DESCRIBED, "recordTypeInfos": infos} if master_is_default else DESCRIBED
    org.answers = lambda asked: Told(200, LAYOUTS if asked.path.endswith("/describe/layouts") else described)
    fields = org.client().schema("Lead").fields
    assert fields["Industry"].options == (("a", "b", "c") if master_is_default else ("b", "c"))
    assert fields["Industry"].by_type == {B2B: ("c", "b"), PRIVATE: ()}
    assert (fields["Rating"].by_type, fields["Size__c"].by_type) == ({}, {})


def test_an_object_with_the_master_record_type_alone_is_asked_no_more(org: StubOrg) -> None:
    org.answers = lambda _asked: Told(
        200, {**DESCRIBED, "recordTypeInfos": [{**MASTER, "defaultRecordTypeMapping": True}]}
    )
    assert org.client().schema("Lead").fields["Industry"].options == ("a", "b", "c")
    assert len(org.asked) == 1


@pytest.mark.parametrize(
    "layouts",
    [
        Told(404, [{"errorCode": "NOT_FOUND", "message": "no"}]),
        Told(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}]),
        Told(200, {"layouts": []}),
    ],
)
def test_an_org_that_does_not_tell_has_every_choice(org: StubOrg, layouts: Told) -> None:
    org.answers = answering(layouts)
    assert org.client().schema("Lead").fields["Industry"].options == ("a", "b", "c")


def test_a_choice_that_depends_on_another_keeps_what_it_depends_on(org: StubOrg) -> None:
    deciding = {"name": "Size__c", "type": "picklist", "picklistValues": choices("s", "m")}
    industry = {**DESCRIBED["fields"][0], "controllerName": "Size__c", "picklistValues": choices("a", "b", "c")}  # type: ignore[index]
    for choice, bits in zip(industry["picklistValues"], ("gA==", "QA==", "wA=="), strict=True):
        choice["validFor"] = bits

    def answers(asked: Asked) -> Told:
        described = {**DESCRIBED, "fields": [deciding, industry]}
        return Told(200, LAYOUTS if asked.path.endswith("layouts") else described)

    org.answers = answers
    field = org.client().schema("Lead").fields["Industry"]
    assert (field.options, field.valid_for) == (("b", "c"), (("m",), ("s", "m")))
