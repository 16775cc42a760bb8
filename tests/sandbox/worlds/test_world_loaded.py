"""The demo world in the sandbox, asked through real sockets: ids, links, forms, owners, users; and its edits performed by the people in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from connectors.sandbox.launch import Sandbox
from connectors.sandbox.worlds import edits, make
from connectors.sandbox.worlds.landmarks import LANDMARKS, MARKS

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SIZE = 400
SET_BY_THE_ACT = {
    "will_unsubscribe": {"hs_email_optout": "true"},
    "will_bounce": {"hs_email_hard_bounce_reason_enum": "UNKNOWN_USER"},
}


class Visitor:
    """Asks both systems and the control port over HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._token = {"Authorization": f"Bearer {sandbox.state['credentials']['hubspot']['access_token']}"}

    def hubspot(self, path: str, **query: str) -> Any:
        answer = requests.get(self.sandbox.hubspot_url + path, params=query, headers=self._token, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, system: str, name: str, **given: Any) -> Any:
        answer = requests.post(f"{self.sandbox.control_url}/act/{system}/{name}", json=given, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def contact(self, name: str, *properties: str) -> dict[str, Any]:
        path = f"/crm/v3/objects/contacts/{self.id_of(name)}"
        found: dict[str, Any] = self.hubspot(path, properties=",".join(properties), associations="companies,notes")
        return found

    def id_of(self, name: str) -> str:
        mark = MARKS[name]
        found: str = getattr(self.sandbox, mark.system).id_of(mark.kind, mark.key)
        return found


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with Sandbox(make("demo", now=NOW, size=SIZE), limits=False) as sandbox:
        yield Visitor(sandbox)


@pytest.fixture(scope="module")
def small() -> Any:
    return make("demo", now=NOW, size=SIZE)


def test_every_living_contact_is_listed_once(visitor: Visitor, small: Any) -> None:
    contacts = [one for one in small.hubspot if one.kind == "contacts"]
    merges = sum(one.kind == "merges" for one in small.hubspot)
    seen, after = [], "0"
    while after:
        page = visitor.hubspot("/crm/v3/objects/contacts", limit="100", after=after)
        seen += [one["id"] for one in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after", "")
    living = sum(not one.archived for one in contacts)
    assert len(set(seen)) == len(seen) == living - merges
    gone = visitor.hubspot("/crm/v3/objects/contacts", limit="100", archived="true")["results"]
    assert visitor.id_of("archived") in [one["id"] for one in gone]


def test_a_contact_arrives_as_it_was_made(visitor: Visitor) -> None:
    found = visitor.contact("nul_character", "firstname", "company", "budget_range")
    assert found["properties"]["firstname"] == "Kavitha\x00"
    assert found["properties"]["budget_range"] == "25k_100k"
    company = found["associations"]["companies"]["results"][0]["id"]
    assert (
        visitor.hubspot(f"/crm/v3/objects/companies/{company}", properties="domain")["properties"]["domain"]
        == "marrowstoneceramics.com"
    )


def test_notes_and_owners_hang_together(visitor: Visitor) -> None:
    found = visitor.contact("html_comment", "hubspot_owner_id")
    assert visitor.id_of("html_note") in [one["id"] for one in found["associations"]["notes"]["results"]]
    owner = visitor.hubspot(f"/crm/v3/owners/{found['properties']['hubspot_owner_id']}")
    assert owner["email"] == "mia.sandoval@leadbridge-demo.com"


def test_both_ids_of_a_merge_lead_to_one_contact(visitor: Visitor) -> None:
    kept, away = visitor.contact("merged_kept", "email"), visitor.contact("merged_away", "email")
    assert kept["id"] == away["id"]
    assert kept["properties"]["email"] == "lorenzo.bianchi@zuiderzon.nl"


def test_forms_hold_what_was_sent_newest_first(visitor: Visitor) -> None:
    form = visitor.sandbox.hubspot.id_of("forms", "f-demo")
    sent = visitor.hubspot(f"/form-integrations/v1/submissions/forms/{form}", limit="50")["results"]
    times = [one["submittedAt"] for one in sent]
    assert len(times) == 50
    assert times == sorted(times, reverse=True)
    assert {"email", "company"} <= {field["name"] for field in sent[0]["values"]}


def test_the_portal_has_the_worlds_own_properties(visitor: Visitor) -> None:
    found = visitor.hubspot("/crm/v3/properties/contacts/product_interest")
    assert (found["type"], found["fieldType"]) == ("enumeration", "checkbox")
    assert found["options"][0]["value"] == "analytics"


def test_the_org_has_all_its_records(visitor: Visitor, small: Any) -> None:
    for kind in ("Account", "Contact", "Lead", "Opportunity", "Campaign", "CampaignMember", "Task"):
        wanted = sum(one.kind == kind for one in small.salesforce)
        assert visitor.sandbox.salesforce.query(f"SELECT COUNT() FROM {kind}") == [{"expr0": wanted}]


def test_references_lead_to_the_right_records(visitor: Visitor) -> None:
    lead = visitor.sandbox.salesforce.query(
        f"SELECT ConvertedAccount.Name, ConvertedContact.Email, Owner.Name FROM Lead WHERE Id = '{visitor.id_of('converted_lead')}'"
    )[0]
    assert lead["ConvertedAccount"]["Name"] == "SABIA DOURADO ALIMENTOS S/A"
    assert lead["ConvertedContact"]["Email"] == "fernanda.magalhaes@sabiadourado.com.br"
    assert lead["Owner"]["Name"] == "Lucía Jiménez"
    sister = visitor.sandbox.salesforce.query(
        f"SELECT Parent.Name FROM Account WHERE Id = '{visitor.id_of('account_of_sister')}'"
    )[0]
    assert sister["Parent"]["Name"] == "Corvidae Holdings PLC"


def perform(visitor: Visitor, edit: edits.Edit) -> None:
    system = edit.mark.system
    for step in edit.steps:
        visitor.act(system, step.act, **step.with_ids(getattr(visitor.sandbox, system).id_of))


@pytest.mark.parametrize("edit", edits.marketing(), ids=lambda one: one.landmark)
def test_marketing_can_make_the_edit(visitor: Visitor, edit: edits.Edit) -> None:
    perform(visitor, edit)
    wanted = {
        name: value
        for step in edit.steps
        for part in ("properties", "fields")
        for name, value in step.given.get(part, {}).items()
    }
    wanted = wanted or SET_BY_THE_ACT[edit.landmark]
    path = f"/crm/v3/objects/{edit.mark.kind}/{visitor.id_of(edit.landmark)}"
    found = visitor.hubspot(path, properties=",".join(wanted))["properties"]
    assert {name: found[name] or "" for name in wanted} == wanted


def test_the_visit_and_the_form_leave_their_marks(visitor: Visitor) -> None:
    for edit in edits.marketing():
        if edit.landmark in ("nurture_visits_pricing", "nurture_asks_demo"):
            perform(visitor, edit)
    visited = visitor.contact("nurture_visits_pricing", "last_pricing_visit")["properties"]["last_pricing_visit"]
    assert datetime.fromisoformat(visited) >= NOW
    asked = visitor.contact("nurture_asks_demo", "recent_conversion_event_name")["properties"]
    assert "Request a demo" in asked["recent_conversion_event_name"]


def test_sales_can_make_its_change(visitor: Visitor) -> None:
    perform(visitor, edits.sales())
    lead = visitor.id_of(edits.sales().landmark)
    found = visitor.sandbox.salesforce.query(f"SELECT Owner.Name FROM Lead WHERE Id = '{lead}'")[0]
    assert found["Owner"]["Name"] == "Lachlan Cooper"


def test_every_landmark_can_be_found_by_key(visitor: Visitor) -> None:
    assert all(visitor.id_of(name) for name in LANDMARKS)
