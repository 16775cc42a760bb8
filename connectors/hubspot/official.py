"""The official client, wrapped once. It builds paths, queries and bodies and signs them; `Remote` does the sending.

What is put right here: its models are bypassed (16 times slower than the JSON itself), its api objects are kept (each
new one would open
a connection of its own), its hidden retries never happen, answers are bounded in time and size, and v3/v4 paths are
rewritten
to dated ones in one place, because release 12.0.0 knows no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from hubspot import HubSpot as OfficialClient
from urllib3.util.retry import Retry

from connectors.http import Answer, Remote, Request

#: The path styles: `v3` as the official client has them, or a date.
APIS = ("v3", "2026-09")

_DATED = (
    (
        re.compile(r"^/crm/v[34]/(objects|properties|owners|associations|lists|imports|exports)(?=/|$)"),
        r"/crm/\1/{date}",
    ),
    (re.compile(r"^/account-info/v3(?=/)"), r"/account-info/{date}"),
    (re.compile(r"^/conversations/v3/conversations(?=/)"), r"/conversations/conversations/{date}"),
)


class PathMap:
    """Rewrites the official client's paths to another API version; paths without a dated form stay as they are."""

    def __init__(self, base_url: str, api: str) -> None:
        if api not in APIS:
            raise ValueError(f"unknown HubSpot API {api!r}; known: {', '.join(APIS)}")
        self._base = base_url.rstrip("/")
        self._date = "" if api == "v3" else api

    def __call__(self, url: str) -> str:
        path = url.removeprefix(self._base)
        if self._date:
            for pattern, dated in _DATED:
                path, changed = pattern.subn(dated.format(date=self._date), path)
                if changed:
                    break
        path, question, query = path.partition("?")
        return self._base + path.rstrip("/") + question + query


class _Door:
    """Stands in for the official client's connection pool: what it would send goes to `Remote`."""

    def __init__(self, remote: Remote, paths: PathMap) -> None:
        self._remote = remote
        self._paths = paths

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        fields: Sequence[tuple[str, str]] | None = None,
        body: str | None = None,
        **_options: Any,
    ) -> Answer:
        if fields:
            url = f"{url}?{urlencode(list(fields))}"
        return self._remote.call(
            Request(
                method, self._paths(_BOOLEAN.sub(_lower, url)), headers, body.encode() if body is not None else None
            )
        )


# The official client writes Python's True and False into some queries; the published documents know true and false.
_BOOLEAN = re.compile(r"(?<==)(?:True|False)(?=&|$)")


def _lower(found: re.Match[str]) -> str:
    return found[0].lower()


class Official:
    """The calls we use, each giving the parsed JSON of a good answer. Safe to share between threads."""

    def __init__(self, token: str, remote: Remote, base_url: str, api: str) -> None:
        base = base_url.rstrip("/")
        self._door = _Door(remote, PathMap(base, api))
        self._client = OfficialClient(access_token=token, host=base, retry=Retry(0), api_factory=self._make)

    def _make(self, package: Any, name: str, config: Mapping[str, Any]) -> Any:
        configuration = package.Configuration()
        configuration.host = config["host"]
        configuration.access_token = config["access_token"]
        configuration.retries = config["retry"]
        api_client = package.ApiClient(configuration=configuration)
        api_client.rest_client.pool_manager = self._door
        return getattr(package, name)(api_client=api_client)

    @cached_property
    def _search(self) -> Any:
        return self._client.crm.objects.search_api

    @cached_property
    def _batch(self) -> Any:
        return self._client.crm.objects.batch_api

    @cached_property
    def _basic(self) -> Any:
        return self._client.crm.objects.basic_api

    @cached_property
    def _associations(self) -> Any:
        return self._client.crm.associations.v4.batch_api

    @cached_property
    def _owners(self) -> Any:
        return self._client.crm.owners.owners_api

    @cached_property
    def _properties(self) -> Any:
        return self._client.crm.properties.core_api

    @cached_property
    def _groups(self) -> Any:
        return self._client.crm.properties.groups_api

    @cached_property
    def _lists(self) -> Any:
        return self._client.crm.lists.lists_api

    @cached_property
    def _forms(self) -> Any:
        return self._client.marketing.forms.forms_api

    def search(self, objects: str, body: Mapping[str, Any]) -> Answer:
        answer: Answer = self._search.do_search(objects, dict(body), _preload_content=False)
        return answer

    def batch_read(self, objects: str, body: Mapping[str, Any], *, archived: bool = False) -> Any:
        return self._batch.read(objects, dict(body), archived=archived, _preload_content=False).data

    def batch_update(self, objects: str, inputs: Sequence[Mapping[str, Any]]) -> Any:
        return self._batch.update(objects, {"inputs": list(inputs)}, _preload_content=False).data

    def page(self, objects: str, **query: Any) -> Any:
        return self._basic.get_page(objects, **_given(query), _preload_content=False).data

    def by_id(self, objects: str, id: str, properties: Sequence[str]) -> Any:
        return self._basic.get_by_id(objects, id, properties=list(properties), _preload_content=False).data

    def links(self, from_objects: str, to_objects: str, inputs: Sequence[Mapping[str, str]]) -> Any:
        body = {"inputs": list(inputs)}
        return self._associations.get_page(from_objects, to_objects, body, _preload_content=False).data

    def owners(self, **query: Any) -> Any:
        return self._owners.get_page(**_given(query), _preload_content=False).data

    def properties(self, objects: str) -> Any:
        return self._properties.get_all(objects, _preload_content=False).data

    def create_property(self, objects: str, body: Mapping[str, Any]) -> Any:
        return self._properties.create(objects, dict(body), _preload_content=False).data

    def create_group(self, objects: str, body: Mapping[str, Any]) -> Any:
        return self._groups.create(objects, dict(body), _preload_content=False).data

    def list_by_name(self, type_id: str, name: str) -> Any:
        return self._lists.get_by_name(name, type_id, include_filters=True, _preload_content=False).data

    def search_lists(self, body: Mapping[str, Any]) -> Any:
        return self._lists.do_search(dict(body), _preload_content=False).data

    def create_list(self, body: Mapping[str, Any]) -> Any:
        return self._lists.create(dict(body), _preload_content=False).data

    def forms(self, **query: Any) -> Any:
        return self._forms.get_page(**_given(query), _preload_content=False).data

    def get(self, path: str, **query: Any) -> Any:
        """A path the official client has no method for, through its own request builder."""
        answer = self._basic.api_client.call_api(
            path,
            "GET",
            {},
            list(_given(query).items()),
            {"Accept": "application/json"},
            auth_settings=["oauth2"],
            _preload_content=False,
        )
        return answer.data

    def read_some(self, path: str, ids: Sequence[str]) -> Any:
        """Several by id from a path the official client has no method for."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        body = {"inputs": list(ids)}
        answer = self._basic.api_client.call_api(
            path, "POST", {}, [], headers, body=body, auth_settings=["oauth2"], _preload_content=False
        )
        return answer.data


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value not in (None, [], ())}
