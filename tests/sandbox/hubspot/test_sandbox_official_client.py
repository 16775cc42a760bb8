"""HubSpot's own Python client, its models included, on the stand-in."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import (
    BatchInputPublicFetchAssociationsBatchRequest,
    PublicFetchAssociationsBatchRequest,
)
from hubspot.crm.contacts import (
    ApiException,
    BatchInputSimplePublicObjectBatchInputUpsert,
    BatchReadInputSimplePublicObjectId,
    PublicMergeInput,
    PublicObjectSearchRequest,
    SimplePublicObjectBatchInputUpsert,
    SimplePublicObjectId,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.properties import PropertyCreate


@pytest.fixture
def client(hub: Any) -> HubSpot:
    return HubSpot(access_token=hub.token, host=hub.sandbox.hubspot_url, retry=False)


def test_contacts_from_creation_to_archive(client: HubSpot) -> None:
    api = client.crm.contacts.basic_api
    made = api.create(SimplePublicObjectInputForCreate(properties={"email": "new@example.com"}, associations=[]))
    api.update(made.id, SimplePublicObjectInput(properties={"phone": "1"}))
    read = api.get_by_id(made.id, properties=["phone", "email"], associations=["companies"])
    assert (read.properties["phone"], read.archived) == ("1", False)
    with pytest.raises(ApiException) as caught:
        api.create(SimplePublicObjectInputForCreate(properties={"email": "new@example.com"}, associations=[]))
    assert caught.value.status == 409
    api.archive(made.id)
    with pytest.raises(ApiException) as caught:
        api.get_by_id(made.id)
    assert caught.value.status == 404


def test_get_all_pages_to_the_end(client: HubSpot) -> None:
    assert len(client.crm.contacts.get_all(properties=["email"])) == 30


def test_search_batches_and_merge(client: HubSpot, hub: Any) -> None:
    filters = [{"propertyName": "country", "operator": "EQ", "value": "Chile"}]
    request = PublicObjectSearchRequest(
        filter_groups=[{"filters": filters}], sorts=["hs_object_id"], properties=["email"], limit=5, after="0"
    )
    found = client.crm.contacts.search_api.do_search(request)
    assert (found.total, len(found.results), found.paging.next.after) == (10, 5, "5")
    ids = [SimplePublicObjectId(hub.id("contacts", "p1")), SimplePublicObjectId("999")]
    read = client.crm.contacts.batch_api.read(
        BatchReadInputSimplePublicObjectId(inputs=ids, properties=["email"], properties_with_history=[])
    )
    assert (type(read).__name__, read.num_errors) == ("BatchResponseSimplePublicObjectWithErrors", 1)
    rows = [SimplePublicObjectBatchInputUpsert(id="p1@example.com", id_property="email", properties={"phone": "9"})]
    upserted = client.crm.contacts.batch_api.upsert(BatchInputSimplePublicObjectBatchInputUpsert(inputs=rows))
    assert upserted.results[0].new is False
    merge = PublicMergeInput(primary_object_id=hub.id("contacts", "p1"), object_id_to_merge=hub.id("contacts", "p2"))
    assert client.crm.contacts.basic_api.merge(merge).id not in (hub.id("contacts", "p1"), hub.id("contacts", "p2"))


def test_associations_owners_properties_lists_and_webhooks(client: HubSpot, hub: Any) -> None:
    asked = BatchInputPublicFetchAssociationsBatchRequest(
        inputs=[PublicFetchAssociationsBatchRequest(id=hub.id("contacts", "p0"))]
    )
    [row] = client.crm.associations.v4.batch_api.get_page("contacts", "companies", asked).results
    assert [str(one.to_object_id) for one in row.to] == [hub.id("companies", "acme"), hub.id("companies", "bolt")]
    assert client.crm.owners.owners_api.get_page().results[0].email == "mia@example.com"
    new = PropertyCreate(name="extra", label="Extra", type="string", field_type="text", group_name="contactinformation")
    assert client.crm.properties.core_api.create("contacts", new).name == "extra"
    assert "extra" in [one.name for one in client.crm.properties.core_api.get_all("contacts").results]
    members = client.crm.lists.memberships_api.get_page(hub.id("lists", "manual"))
    assert [str(one.record_id) for one in members.results] == [hub.id("contacts", "p1"), hub.id("contacts", "p2")]


def test_refreshing_a_token(hub: Any) -> None:
    known = hub.sandbox.hubspot.credentials
    client = HubSpot(host=hub.sandbox.hubspot_url, retry=False)
    token = client.oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id=known["client_id"],
        client_secret=known["client_secret"],
        refresh_token=known["refresh_token"],
    )
    client.access_token = token.access_token
    assert client.crm.contacts.basic_api.get_page(limit=1).results
