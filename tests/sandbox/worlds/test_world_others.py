"""The empty world, the big one as a stream, and worlds from CSV files."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import requests

from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Ref
from connectors.sandbox.worlds import make

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_the_empty_world_has_people_and_forms_but_no_records() -> None:
    world = make("empty", now=NOW)
    assert {one.kind for one in world.hubspot} == {"properties", "owners", "forms"}
    assert {one.kind for one in world.salesforce} == {"User", "Group", "QueueSobject"}


def test_the_big_world_has_the_asked_size_and_its_proportions() -> None:
    world = make("big", now=NOW, size=5000)
    marketing, crm = Counter(one.kind for one in world.hubspot), Counter(one.kind for one in world.salesforce)
    assert (marketing["contacts"], marketing["companies"]) == (5000, 1000)
    assert (crm["Account"], crm["Contact"]) == (1000, 200)


def test_the_big_world_is_a_stream_of_a_million_by_default() -> None:
    things = iter(make("big", now=NOW).hubspot)
    head = list(islice(things, 200_050))
    assert Counter(one.kind for one in head)["companies"] == 200_000
    assert next(things).kind == "contacts"


def test_the_big_world_is_the_same_by_seed_and_whole_in_itself() -> None:
    one, two, other = (list(make("big", seed, NOW, 3000).hubspot) for seed in (7, 7, 8))
    assert one == two
    assert one != other
    seen = {(thing.kind, thing.key) for thing in one}
    contacts = [thing for thing in one if thing.kind == "contacts"]
    assert all(seen.issuperset(thing.links) for thing in contacts)
    assert len({thing.values["email"] for thing in contacts}) == 3000
    domains = Counter(thing.values["domain"] for thing in one if thing.kind == "companies")
    assert max(domains.values()) == 1


def test_big_accounts_overlap_with_the_companies() -> None:
    world = make("big", now=NOW, size=10_000)
    domains = {thing.values["domain"] for thing in world.hubspot if thing.kind == "companies"}
    sites = [
        thing.values["Website"] for thing in world.salesforce if thing.kind == "Account" and thing.values["Website"]
    ]
    known = sum(site.removeprefix("www.") in domains for site in sites)
    assert 0.7 <= known / len(sites) <= 0.8


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_csv_world(tmp_path: Path) -> None:
    write(tmp_path, "companies.csv", "key,name,domain,numberofemployees\nacme,Acme Tools,acmetools.io,120\n")
    write(
        tmp_path,
        "contacts.csv",
        "key,_company,company,email,lastname,created,archived\np1,acme,Acme,ann@acmetools.io,Ånn,2026-01-02T03:04:05Z,\np2,,,bo@x.io,Bo,,true\n",
    )
    write(tmp_path, "users.csv", "key,Username,LastName,Department,IsActive\nu1,jo@x.io,Jo,emea,true\n")
    with gzip.open(tmp_path / "accounts.csv.gz", "wt", encoding="utf-8") as file:
        file.write("key,Name,owner,parent,NumberOfEmployees\na1,ACME,u1,,120\na2,ACME UK,u1,a1,\n")
    write(tmp_path, "sf_contacts.csv", "key,account,LastName,Email\ns1,a1,Ann,ann@acmetools.io\n")
    header = "key,owner,LastName,Company,IsConverted,converted_account,converted_contact"
    write(tmp_path, "leads.csv", f"{header}\nl1,u1,Ann,Acme,true,a1,s1\n")
    world = make("csv", now=NOW, folder=tmp_path)
    hubspot = {(one.kind, one.key): one for one in world.hubspot}
    crm = {(one.kind, one.key): one for one in world.salesforce}
    ann = hubspot["contacts", "p1"]
    assert ann.links == (("companies", "acme"),)
    assert ann.values == {"company": "Acme", "email": "ann@acmetools.io", "lastname": "Ånn"}
    assert ann.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert hubspot["contacts", "p2"].archived
    assert [key for kind, key in crm if kind == "User"] == ["u1"]
    assert crm["Account", "a2"].values == {
        "Name": "ACME UK",
        "OwnerId": Ref("User", "u1"),
        "ParentId": Ref("Account", "a1"),
    }
    assert crm["Account", "a1"].values["NumberOfEmployees"] == 120
    assert crm["Lead", "l1"].values["ConvertedContactId"] == Ref("Contact", "s1")
    assert crm["Lead", "l1"].values["IsConverted"] is True


def test_a_csv_world_brings_properties_of_its_own_and_loads(tmp_path: Path) -> None:
    header = "name,label,objectType,type,fieldType,options"
    write(tmp_path, "properties.csv", f"{header}\nshoe_size,Shoe size,,enumeration,select,small;large\ncolour,,,,,\n")
    write(tmp_path, "contacts.csv", "key,email,shoe_size,colour\np1,ann@acmetools.io,large,red\n")
    with Sandbox(make("csv", now=NOW, folder=tmp_path), limits=False) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.state['credentials']['hubspot']['access_token']}"}
        path = f"/crm/v3/objects/contacts/{sandbox.hubspot.id_of('contacts', 'p1')}?properties=shoe_size,colour"
        found = requests.get(sandbox.hubspot_url + path, headers=headers, timeout=10).json()["properties"]
        schema = requests.get(
            sandbox.hubspot_url + "/crm/v3/properties/contacts/shoe_size", headers=headers, timeout=10
        ).json()
    assert (found["shoe_size"], found["colour"]) == ("large", "red")
    assert [option["value"] for option in schema["options"]] == ["small", "large"]


def test_a_csv_world_without_users_has_the_demos(tmp_path: Path) -> None:
    world = make("csv", now=NOW, folder=tmp_path)
    assert Counter(one.kind for one in world.salesforce)["User"] >= 14


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("contacts.csv", "key,email\n,a@b.io\n", "contacts.csv:2: no key"),
        ("contacts.csv", "key,email\na,a@b.io\na,c@b.io\n", "contacts.csv:3: the key a stands twice"),
        ("contacts.csv", "key,_company\na,nowhere\n", "contacts.csv:2: there is no companies with the key nowhere"),
        ("contacts.csv", "key,created\na,yesterday\n", "contacts.csv:2: created is no ISO 8601 time"),
        ("accounts.csv", "key,NumberOfEmployees\na,many\n", "accounts.csv:2: NumberOfEmployees must be a number"),
        ("properties.csv", "name,label\n,Shoe size\n", "properties.csv:2: a property without a name"),
        ("leads.csv", "key,owner\na,nobody\n", "leads.csv:2: there is no User with the key nobody"),
    ],
)
def test_a_row_that_cannot_be_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    write(tmp_path, name, text)
    world = make("csv", now=NOW, folder=tmp_path)
    with pytest.raises(ValueError, match=says):
        list(world.hubspot), list(world.salesforce)


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no world is called 'dmeo'"):
        make("dmeo")
    with pytest.raises(ValueError, match="folder"):
        make("csv")
    with pytest.raises(FileNotFoundError, match="is no folder"):
        make("csv", folder=tmp_path / "none")
