"""Several requests in one: `composite` with references between them, `composite/batch` without, `composite/tree` for nested records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from connectors.sandbox.salesforce.api.headers import caller_of
from connectors.sandbox.salesforce.api.http import Handler, Reply, Request, read_query, split_path, wrong_method
from connectors.sandbox.salesforce.api.rows import Rows
from connectors.sandbox.salesforce.errors import Refusal, Refusals
from connectors.sandbox.salesforce.org import Org, Rollback
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.writes import Writer

_SUBREQUESTS = 25
# Of these, queries and collections may be no more than five.
_HEAVY = 5
_TREE_RECORDS, _TREE_DEPTH, _TREE_TYPES = 200, 5, 5
_REFERENCE = re.compile(r"@\{([^}]+)\}")
_NAME = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."


class Composite:
    """Runs subrequests through the same door as outer ones."""

    def __init__(self, org: Org, rows: Rows, serve: Handler) -> None:
        self._org = org
        self._rows = rows
        self._serve = serve

    def handle(self, request: Request) -> Reply:
        """`composite` itself."""
        if request.method != "POST":
            raise wrong_method(request, "POST")
        body = request.record()
        subrequests = _listed(body, "compositeRequest")
        if not 1 <= len(subrequests) <= _SUBREQUESTS:
            words = f"The number of subrequests has to be between 1 and {_SUBREQUESTS}"
            raise Refusal("LIMIT_EXCEEDED" if subrequests else "MISSING_ARGUMENT", words)
        heavy = [
            one for one in subrequests if re.search(r"/(query|queryAll|composite/sobjects)\b", str(one.get("url", "")))
        ]
        if len(heavy) > _HEAVY:
            raise Refusal("LIMIT_EXCEEDED", f"No more than {_HEAVY} of the subrequests can be queries or collections")
        names = [one.get("referenceId") for one in subrequests]
        if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names) or len(set(names)) < len(names):
            raise Refusal("INVALID_REQUEST", "Every subrequest needs a referenceId of its own")
        for one in subrequests:
            _check_subrequest(one)
        return Reply(200, {"compositeResponse": self._all(request, subrequests, body.get("allOrNone") is True)})

    def _all(self, request: Request, subrequests: list[dict[str, Any]], all_or_none: bool) -> list[dict[str, Any]]:
        answered: dict[str, Any] = {}
        results: list[dict[str, Any]] = []
        failed = False
        with self._org.attempt():
            for one in subrequests:
                if failed and all_or_none:
                    results.append(_entry(one, Reply(400, [{"errorCode": "PROCESSING_HALTED", "message": _HALTED}])))
                    continue
                reply = self._one(request, one, answered)
                failed = failed or reply.status >= 300
                results.append(_entry(one, reply))
                if reply.status < 300:
                    answered[one["referenceId"]] = results[-1]["body"]
            if failed and all_or_none:
                raise Rollback
        if failed and all_or_none:
            halted = [{"errorCode": "PROCESSING_HALTED", "message": _HALTED}]
            return [
                {**one, "body": halted, "httpStatusCode": 400, "httpHeaders": {}}
                if one["httpStatusCode"] < 300
                else one
                for one in results
            ]
        return results

    def _one(self, request: Request, one: Mapping[str, Any], answered: Mapping[str, Any]) -> Reply:
        try:
            url = _filled_text(str(one.get("url", "")), answered)
            body = _filled(one.get("body"), answered)
        except LookupError as wrong:
            return Reply(400, [{"errorCode": "PROCESSING_HALTED", "message": str(wrong.args[0])}])
        return self._inner(request, str(one.get("method", "GET")), url, body, one.get("httpHeaders") or {})

    def _inner(self, request: Request, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Reply:
        """Serve one subrequest as if it had come alone."""
        parts = urlsplit(url)
        inherited = {key: value for key, value in request.headers.items() if key.startswith("sforce-")}
        given = {key.lower(): str(value) for key, value in headers.items()}
        payload = b"" if body is None else orjson.dumps(body)
        inner = Request(
            method.upper(), parts.path, split_path(parts.path), read_query(parts.query), inherited | given, payload, request.call,
            request.user, "", inner=True,
        )  # fmt: skip
        return self._serve(inner)

    def batch(self, request: Request) -> Reply:
        """`composite/batch`: up to 25 requests that know nothing of each other."""
        if request.method != "POST":
            raise wrong_method(request, "POST")
        body = request.record()
        subrequests = _listed(body, "batchRequests")
        if not 1 <= len(subrequests) <= _SUBREQUESTS:
            raise Refusal("LIMIT_EXCEEDED", f"The number of subrequests has to be between 1 and {_SUBREQUESTS}")
        results: list[dict[str, Any]] = []
        halt = body.get("haltOnError") is True
        for one in subrequests:
            if halt and results and results[-1]["statusCode"] >= 400:
                skipped = [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}]
                results.append({"statusCode": 412, "result": skipped})
                continue
            url = str(one.get("url", ""))
            url = url if url.startswith("/") else f"/services/data/{url}"
            reply = self._inner(request, str(one.get("method", "GET")), url, one.get("richInput"), {})
            results.append({"statusCode": reply.status, "result": _plain(reply)})
        return Reply(200, {"hasErrors": any(one["statusCode"] >= 400 for one in results), "results": results})

    def tree(self, request: Request) -> Reply:
        """`composite/tree/{name}`: records with their children, all or nothing."""
        if request.method != "POST" or len(request.segments) != 6:
            raise wrong_method(request, "POST")
        sobject = self._rows.sobject(request.user, request.segments[5])
        records = _listed(request.record(), "records")
        for record in records:
            _check_branches(record)
        planned = list(_walk(records))
        if len(planned) > _TREE_RECORDS:
            raise Refusal("LIMIT_EXCEEDED", f"A tree can hold {_TREE_RECORDS} records at most")
        if len({_type_of(one) for one in planned}) > _TREE_TYPES:
            raise Refusal("LIMIT_EXCEEDED", f"A tree can hold {_TREE_TYPES} types of records at most")
        twice = _used_twice(planned)
        if twice:
            return Reply(400, {"hasErrors": True, "results": twice})
        made: list[dict[str, Any]] = []
        wrong: list[dict[str, Any]] = []
        with self._org.attempt():
            writer = Writer(self._org, caller_of(request))
            for record in records:
                self._branch(writer, sobject, record, {}, 1, made, wrong)
            if wrong:
                raise Rollback
        if wrong:
            return Reply(400, {"hasErrors": True, "results": wrong})
        return Reply(201, {"hasErrors": False, "results": made})

    def _branch(
        self, writer: Writer, sobject: SObject, record: Mapping[str, Any], link: Mapping[str, str], depth: int,
        made: list[dict[str, Any]], wrong: list[dict[str, Any]],
    ) -> None:  # fmt: skip
        """Create a record of a tree, then what hangs on it."""
        attributes = record.get("attributes")
        reference = attributes.get("referenceId") if isinstance(attributes, Mapping) else None
        words = _out_of_place(sobject, attributes, depth)
        if words:
            wrong.append(_refused(reference, "INVALID_INPUT", words))
            return
        own = {key: value for key, value in record.items() if not _is_branch(value)}
        try:
            saved = writer.create(sobject, {**own, **link})
        except (Refusal, Refusals) as refused:
            each = refused.each if isinstance(refused, Refusals) else [refused]
            wrong.append({"referenceId": reference, "errors": [one.collected() for one in each]})
            return
        made.append({"referenceId": reference, "id": saved.id})
        for key, value in record.items():
            if _is_branch(value):
                child = sobject.children.get(key.lower())
                kind = self._org.schema.find(child[0]) if child else None
                if child is None or kind is None:
                    wrong.append(_refused(reference, "INVALID_FIELD", f"No such relationship: {key}"))
                    return
                for one in value["records"]:
                    self._branch(writer, kind, one, {child[1]: saved.id}, depth + 1, made, wrong)


def _is_branch(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("records"), list)


def _check_branches(record: Mapping[str, Any]) -> None:
    """Raise JSON_PARSER_ERROR where what hangs on a record is no list of records."""
    for value in record.values():
        if _is_branch(value):
            for one in _listed(value, "records"):
                _check_branches(one)


def _walk(records: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for record in records:
        yield record
        for value in record.values():
            if _is_branch(value):
                yield from _walk(value["records"])


def _type_of(record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    return str(attributes.get("type", "")).lower() if isinstance(attributes, Mapping) else ""


def _refused(reference: Any, code: str, words: str) -> dict[str, Any]:
    """A record of a tree that is refused."""
    return {"referenceId": reference, "errors": [{"statusCode": code, "message": words, "fields": []}]}


def _out_of_place(sobject: SObject, attributes: Any, depth: int) -> str:
    """Why a record cannot stand where it does in a tree; nothing when it can."""
    given = attributes if isinstance(attributes, Mapping) else {}
    if not given.get("referenceId"):
        return "A referenceId is required"
    if depth > _TREE_DEPTH:
        return f"A tree can be {_TREE_DEPTH} levels deep at most"
    if _type_of({"attributes": given}) != sobject.name.lower():
        return f"The type {given.get('type')} is not the expected one: {sobject.name}"
    return ""


def _used_twice(planned: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One refusal for each use of a referenceId that a tree uses more than once."""
    given = [one["attributes"] for one in planned if isinstance(one.get("attributes"), Mapping)]
    uses = Counter(str(one["referenceId"]) for one in given if one.get("referenceId"))
    words = "Duplicate ReferenceId provided in the request."
    return [
        _refused(one["referenceId"], "INVALID_INPUT", words) for one in given if uses[str(one.get("referenceId"))] > 1
    ]


def _check_subrequest(one: Mapping[str, Any]) -> None:
    """Raise for a subrequest that fails the whole call: headers it may not have, resources that hold requests of their own."""
    headers = one.get("httpHeaders") or {}
    if not isinstance(headers, dict):
        raise Refusal("JSON_PARSER_ERROR", "The httpHeaders of a subrequest have to be an object at [line:1, column:1]")
    forbidden = [name for name in headers if name.lower() in ("accept", "authorization", "content-type")]
    if forbidden:
        raise Refusal("INVALID_REQUEST", f"A subrequest cannot have the header {forbidden[0]}")
    if re.search(r"/composite(/(?!sobjects\b)|/?$)", str(one.get("url", "")).partition("?")[0]):
        raise Refusal("INVALID_REQUEST", "A subrequest cannot hold subrequests of its own")


def _listed(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    given = body.get(name)
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refusal("JSON_PARSER_ERROR", f"The body needs a list called {name} at [line:1, column:1]")
    return given


def _plain(reply: Reply) -> Any:
    """A reply's body as values."""
    if isinstance(reply.data, bytes):
        try:
            return orjson.loads(reply.data)
        except orjson.JSONDecodeError:
            return reply.data.decode("utf-8", "replace")
    return reply.data


def _entry(one: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    return {
        "body": _plain(reply),
        "httpHeaders": dict(reply.headers),
        "httpStatusCode": reply.status,
        "referenceId": one["referenceId"],
    }


def _filled(value: Any, answered: Mapping[str, Any]) -> Any:
    """A body with its references replaced; a text that is one reference becomes the value itself."""
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        return _looked_up(match[1], answered) if match else _filled_text(value, answered)
    if isinstance(value, dict):
        return {key: _filled(one, answered) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, answered) for one in value]
    return value


def _filled_text(text: str, answered: Mapping[str, Any]) -> str:
    return _REFERENCE.sub(lambda match: str(_looked_up(match[1], answered)), text)


def _looked_up(reference: str, answered: Mapping[str, Any]) -> Any:
    """The value `ref.records[0].Id` names; raises `LookupError` with the org's words."""
    name, *steps = [match[1] or int(match[2]) for match in _STEP.finditer(reference)]
    held: Any = answered.get(str(name))
    for step in steps:
        try:
            held = held[step] if isinstance(step, int) else held[step] if step in held else held[str(step)]
        except (KeyError, IndexError, TypeError):
            held = None
        if held is None:
            break
    if held is None:
        raise LookupError(f"Invalid reference specified. No value for {reference} found")
    return held
