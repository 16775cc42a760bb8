"""`sobjects`, `sobjects/{name}` and `describe`, as the user who asks sees them."""

from __future__ import annotations

import gzip
import re
from importlib import resources
from typing import Any

import orjson

from connectors.sandbox.salesforce import record_types
from connectors.sandbox.salesforce.api.http import Reply, Request
from connectors.sandbox.salesforce.errors import not_found
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject

_VERSION = re.compile(rb"/services/data/v(?:xx|\d+)\.0")
_HOST = re.compile(rb"https://[\w.-]+\.my\.salesforce\.com")
_GLOBAL = resources.files("connectors.sandbox.salesforce") / "describes" / "global-excerpt.json.gz"


class Describing:
    """Answers describes; keeps them until the schema or somebody's rights change."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._kept: dict[tuple[str, ...], bytes] = {}
        self._kept_for = (-1, -1)
        excerpt = orjson.loads(gzip.decompress(_GLOBAL.read_bytes()))
        self._recorded = {one["name"]: one for one in excerpt["sobjects"]}
        self._keys = tuple(excerpt["sobjects"][0])
        self.url = ""

    def everything(self, request: Request) -> Reply:
        """The global describe."""
        return Reply(200, self._cached(("", request.user, request.version), lambda: self._global(request)))

    def of(self, request: Request, sobject: SObject) -> Reply:
        """One object's describe."""
        self._check(request, sobject)
        key = (sobject.name, request.user, request.version)
        return Reply(200, self._cached(key, lambda: self._described(request, sobject)))

    def basic(self, request: Request, sobject: SObject) -> Reply:
        """`GET sobjects/{name}`: the object's short describe and what was looked at lately, which is nothing."""
        self._check(request, sobject)
        short = _VERSION.sub(request.base.encode(), orjson.dumps(self._short(request.user, sobject)))
        return Reply(200, {"objectDescribe": orjson.loads(short), "recentItems": []})

    def layouts(self, request: Request, sobject: SObject, record_type: str = "") -> Reply:
        """The page layouts and the record types' choices; the layout of one record type. With several types the first names no layouts."""
        self._check(request, sobject)
        if not sobject.described["layoutable"]:
            raise not_found()
        if record_type:
            return Reply(200, record_types.layout_of(self._org, sobject, record_type))
        shown = [one for one in sobject.fields.values() if self._org.access.can_read(request.user, sobject, one)]
        mappings = record_types.mappings(self._org, sobject, shown)
        made = {
            "layouts": [record_types.layout(sobject)] if len(mappings) == 1 else None,
            "recordTypeMappings": mappings,
            "recordTypeSelectorRequired": [sum(one["available"] and not one["master"] for one in mappings) > 1],
        }
        return Reply(200, self._addressed(request, made))

    def _check(self, request: Request, sobject: SObject) -> None:
        if not self._org.access.allows(request.user, sobject, "read"):
            raise not_found()

    def _cached(self, key: tuple[str, ...], make: Any) -> bytes:
        now = (self._org.schema.version, self._org.access.version)
        if now != self._kept_for:
            self._kept.clear()
            self._kept_for = now
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
        return found

    def _described(self, request: Request, sobject: SObject) -> bytes:
        access, user = self._org.access, request.user
        fields = [
            self._field(sobject, field, user)
            for field in sobject.fields.values()
            if access.can_read(user, sobject, field)
        ]
        made = {**sobject.described, **self._rights(request.user, sobject), "fields": fields}
        return self._addressed(request, dict(sorted(made.items())))

    def _field(self, sobject: SObject, field: Field, user: str) -> dict[str, Any]:
        if self._org.access.can_edit(user, sobject, field):
            return field.raw
        return {**field.raw, "createable": False, "updateable": False}

    def _rights(self, user: str, sobject: SObject) -> dict[str, bool]:
        """What the user may do with the object, where less than the object allows."""
        allows = self._org.access.allows
        named = {"createable": "create", "updateable": "edit", "deletable": "delete"}
        return {key: False for key, operation in named.items() if not allows(user, sobject, operation)}  # type: ignore[arg-type]

    def _short(self, user: str, sobject: SObject) -> dict[str, Any]:
        recorded = self._recorded.get(sobject.name)
        made = dict(recorded) if recorded else {key: sobject.described.get(key) for key in self._keys}
        return made | self._rights(user, sobject)

    def _global(self, request: Request) -> bytes:
        shown = [
            self._short(request.user, sobject)
            for sobject in self._org.schema
            if self._org.access.allows(request.user, sobject, "read")
        ]
        return self._addressed(request, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})

    def _addressed(self, request: Request, made: dict[str, Any]) -> bytes:
        """JSON with the addresses of this server and version."""
        text = _VERSION.sub(request.base.encode(), orjson.dumps(made))
        return _HOST.sub(self.url.encode(), text)
