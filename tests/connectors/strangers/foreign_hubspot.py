"""A HubSpot somebody else might build from the published documents, reading each open question the other way than we would.

Unset properties are left out, ids are numbers, values keep their JSON types, a page may hold a record twice, the next page is
told by its link alone, `total` is missing, search may ignore the order asked for, no header tells a budget.
"""

from __future__ import annotations

import re
from typing import Any

from foreign_server import Call, ForeignServer, Reply

PROPERTIES = ("email", "firstname", "lastmodifieddate", "hs_object_id", "visits", "agreed", "fax")


class ForeignHubSpot(ForeignServer):
    def __init__(self, *, sorted_search: bool = True, string_sorts: bool = False, stuck: bool = False) -> None:
        super().__init__()
        self.contacts: dict[int, dict[str, Any]] = {}
        self.properties = list(PROPERTIES)
        self.sorted_search, self.string_sorts, self.stuck = sorted_search, string_sorts, stuck

    def add(self, number: int, at: int, **values: Any) -> None:
        """A contact changed at so many milliseconds."""
        self.contacts[number] = {"lastmodifieddate": str(at), "hs_object_id": number, **values}

    def answer(self, call: Call) -> Reply:
        path = re.sub(r"/(v3|v4|2026-09)(?=/|$)", "", call.path).rstrip("/")
        routes = {
            "/crm/objects/contacts/search": self._search,
            "/crm/objects/contacts/batch/read": self._read,
            "/crm/objects/contacts/batch/update": self._update,
            "/crm/objects/contacts": self._list,
            "/crm/properties/contacts": self._schema,
            "/crm/owners": lambda _call: Reply({"results": [{"id": 7, "archived": False}]}),
            "/account-info/details": lambda _call: Reply({"portalId": "4711"}),
        }
        route = routes.get(path)
        return route(call) if route else Reply({"message": "no such thing"}, 404)

    def _row(self, number: int, wanted: list[str]) -> dict[str, Any]:
        values = {name: value for name, value in self.contacts[number].items() if name in wanted}
        return {"properties": {name: values[name] for name in values if name in self.properties}, "id": number}

    def _search(self, call: Call) -> Reply:
        body = call.body
        if self.string_sorts and not all(isinstance(sort, str) for sort in body["sorts"]):
            return Reply({"message": "Cannot deserialize value of type `java.lang.String`"}, 400)
        found = [
            number for number, values in self.contacts.items() if _fits(values, body["filterGroups"][0]["filters"])
        ]
        if self.sorted_search:
            sort = body["sorts"][0]
            name = sort if isinstance(sort, str) else sort["propertyName"]
            found.sort(key=lambda number: int(self.contacts[number][name]))
        start = int(body.get("after") or 0)
        rows = [self._row(number, body["properties"]) for number in found[start : start + min(body["limit"], 100)]]
        answer: dict[str, Any] = {"results": [*rows, *rows[-1:]]}
        if start + 100 < len(found):
            answer["paging"] = {"next": {"link": f"https://elsewhere.example.com/search?after={start + 100}"}}
        return Reply(answer)

    def _list(self, call: Call) -> Reply:
        start = 0 if self.stuck else int(call.query.get("after", ["0"])[0])
        numbers = sorted(self.contacts)
        rows = [self._row(number, call.query.get("properties", [])) for number in numbers[start : start + 100]]
        answer: dict[str, Any] = {"results": rows}
        if start + 100 < len(numbers):
            answer["paging"] = {"prev": None, "next": {"after": start + 100}}
        return Reply(answer)

    def _read(self, call: Call) -> Reply:
        asked = [int(one["id"]) for one in call.body["inputs"]]
        rows = [self._row(number, call.body["properties"]) for number in reversed(asked) if number in self.contacts]
        errors = [
            {"message": f"{number} is not there", "context": {"ids": [number]}, "category": "OBJECT_NOT_FOUND"}
            for number in asked
            if number not in self.contacts
        ]
        return Reply({"results": rows, "errors": errors} if errors else {"results": rows}, 207 if errors else 200)

    def _update(self, call: Call) -> Reply:
        for one in call.body["inputs"]:
            self.contacts[int(one["id"])].update(one["properties"])
        return Reply({"results": [{"id": int(one["id"]), "properties": {}} for one in call.body["inputs"]]})

    def _schema(self, _call: Call) -> Reply:
        return Reply({"results": [{"name": name, "type": "string"} for name in self.properties]})


def _fits(values: dict[str, Any], filters: list[dict[str, str]]) -> bool:
    tests = {"GTE": int.__ge__, "LTE": int.__le__, "GT": int.__gt__}
    return all(tests[one["operator"]](int(values[one["propertyName"]]), int(one["value"])) for one in filters)
