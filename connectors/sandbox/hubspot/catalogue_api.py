"""What readers ask before they read: pipelines with their stages, and custom object types (there are none)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request, ok
from connectors.sandbox.hubspot.problems import not_found
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.store import Store

# The properties that hold a record's pipeline and stage.
_PLACES = {"deals": ("pipeline", "dealstage"), "tickets": ("hs_pipeline", "hs_pipeline_stage")}
_CLOSED = {"closedwon": "1.0", "closedlost": "0.0"}


def _pipelines(account: Account, store: Store) -> list[dict[str, Any]]:
    """The pipelines of a kind; each has all the stages the stage property offers."""
    places = _PLACES.get(store.kind.name)
    if places is None:
        return []
    pipeline, stage = (store.schema.properties[name] for name in places)
    times = {"createdAt": account.portal.born, "updatedAt": account.portal.born, "archived": False}
    stages = [
        {"id": id, "label": label, "displayOrder": place, "metadata": _metadata(store, id, label), **times}
        for place, (id, label, _) in enumerate(stage.options)
    ]
    return [
        {"id": id, "label": label, "displayOrder": place, "stages": stages, **times}
        for place, (id, label, _) in enumerate(pipeline.options)
    ]


def _metadata(store: Store, id: str, label: str) -> dict[str, str]:
    if store.kind.name == "tickets":
        return {"ticketState": "CLOSED" if label == "Closed" else "OPEN"}
    return {"isClosed": "true" if id in _CLOSED else "false", "probability": _CLOSED.get(id, "0.5")}


def list_pipelines(account: Account, request: Request) -> Answer:
    """GET …/pipelines/{kind}."""
    store = account.portal.store(request.names["kind"])
    account.auth.require(store.kind.read)
    return ok({"results": _pipelines(account, store)})


def _named(rows: list[dict[str, Any]], id: str, what: str) -> dict[str, Any]:
    for one in rows:
        if one["id"] == id:
            return one
    raise not_found(f"{what} {id} does not exist")


def _pipeline(account: Account, request: Request) -> dict[str, Any]:
    store = account.portal.store(request.names["kind"])
    account.auth.require(store.kind.read)
    return _named(_pipelines(account, store), request.names["pipeline"], "Pipeline")


def get_pipeline(account: Account, request: Request) -> Answer:
    """GET …/pipelines/{kind}/{pipeline}."""
    return ok(_pipeline(account, request))


def list_stages(account: Account, request: Request) -> Answer:
    """GET …/pipelines/{kind}/{pipeline}/stages."""
    return ok({"results": _pipeline(account, request)["stages"]})


def get_stage(account: Account, request: Request) -> Answer:
    """GET …/pipelines/{kind}/{pipeline}/stages/{stage}."""
    return ok(_named(_pipeline(account, request)["stages"], request.names["stage"], "Stage"))


def list_schemas(account: Account, request: Request) -> Answer:
    """GET …/schemas: the custom object types."""
    return ok({"results": []})


ROUTES = (
    Route("GET", versions("crm/pipelines", "/{kind}"), list_pipelines),
    Route("GET", versions("crm/pipelines", "/{kind}/{pipeline}"), get_pipeline),
    Route("GET", versions("crm/pipelines", "/{kind}/{pipeline}/stages"), list_stages),
    Route("GET", versions("crm/pipelines", "/{kind}/{pipeline}/stages/{stage}"), get_stage),
    Route(
        "GET",
        (*versions("crm/schemas", ""), *versions("crm-object-schemas", "/schemas")),
        list_schemas,
        ("crm.schemas.custom.read",),
    ),
)
