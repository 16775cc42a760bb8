"""HubSpot's published OpenAPI documents as a judge of answers.

Where real traffic contradicts the documents, real traffic counts: a requested property that is not set is `null`; a 429 has no `category`.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import orjson
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).parents[1] / "contracts" / "hubspot"
# Paths of version 1 and of the website's own submission endpoint: the published documents do not describe them.
UNDOCUMENTED = re.compile(
    r"^/(oauth/v1/|form-integrations/v1/|submissions/v3/|filemanager/)"
    r"|^/[a-z-]+(/[a-z]+)?/2026-03(/|$)"
    r"|^/marketing/forms/2026-|^/crm/(v3/)?(pipelines|schemas)|^/crm-object-schemas/"
    r"|^/crm/v4/objects/[^/]+(/[^/]+)?$"
    r"|^/crm/objects/[^/]+/[^/]+/[^/]+/associations/[^/]+$"
    r"|^/crm/v3/objects/[^/]+/[^/]+/associations/"
)


@dataclass(frozen=True)
class Operation:
    """One method of one path of one document."""

    document: str
    path: str
    method: str
    pattern: re.Pattern[str]
    exactness: int
    responses: dict[str, Any]


def _fixed(schema: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, property values may be null."""
    if isinstance(schema, list):
        return [_fixed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: _fixed(value)
        for key, value in schema.items()
        if key not in ("example", "nullable", "discriminator", "format")
    }
    if schema.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    inner = made.get("properties")
    if (
        isinstance(inner, dict)
        and isinstance(inner.get("properties"), dict)
        and "additionalProperties" in inner["properties"]
    ):
        inner["properties"]["additionalProperties"] = {"type": ["string", "null"]}
    return made


def _untie(schemas: dict[str, Any]) -> None:
    """Cut the circles the documents draw: a base is one of its variants, and each variant all of the base."""
    for base, described in schemas.items():
        for variant in described.get("oneOf", ()):
            child = schemas[variant["$ref"].rpartition("/")[2]]
            child["allOf"] = [
                one for one in child.get("allOf", ()) if one.get("$ref") != f"#/components/schemas/{base}"
            ] or [{}]


@cache
def _registry() -> tuple[Registry[Any], tuple[Operation, ...]]:
    registry: Registry[Any] = Registry()
    operations: list[Operation] = []
    for file in sorted(FOLDER.glob("*/*.json.gz")):
        name = f"{file.parent.name}/{file.name.split('.')[0]}"
        document = orjson.loads(gzip.decompress(file.read_bytes()))
        _untie(document["components"]["schemas"])
        contents = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": _fixed(document["components"]),
        }
        registry = registry.with_resource(f"urn:{name}", Resource.from_contents(contents))
        for path, methods in document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(path)) + "/?$")
            exact = sum(not part.startswith("{") for part in path.split("/"))
            for method, described in methods.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    operations.append(Operation(name, path, method, pattern, exact, described["responses"]))
    return registry, tuple(operations)


def operations() -> tuple[Operation, ...]:
    """All operations of the documents."""
    return _registry()[1]


def find(method: str, path: str) -> Operation:
    """The operation a call is; the one that names the most parts of the path."""
    fitting = [one for one in _registry()[1] if one.method == method.lower() and one.pattern.match(path)]
    assert fitting, f"{method} {path} is in none of the published documents"
    return max(fitting, key=lambda one: one.exactness)


def _schema(operation: Operation, status: int) -> Any:
    responses = operation.responses
    described = responses.get(str(status))
    if described is None:
        assert status >= 400 or "default" in responses, f"{operation} does not answer {status}"
        assert status >= 400 or set(responses) == {"default"}, (
            f"{operation.path} answers {sorted(responses)}, not {status}"
        )
        return {"$ref": f"urn:{operation.document}#/components/schemas/Error"} if status >= 400 else None
    content = described.get("content") or {}
    if not content:
        return None
    schema = _fixed(next(iter(content.values()))["schema"])
    return orjson.loads(
        orjson.dumps(schema).replace(b'"#/components', f'"urn:{operation.document}#/components'.encode())
    )


@cache
def _enumerated() -> frozenset[str]:
    """The names whose values the documents enumerate somewhere."""
    names: set[str] = set()

    def walk(schema: Any) -> None:
        if isinstance(schema, list):
            for one in schema:
                walk(one)
        elif isinstance(schema, dict):
            for name, one in schema.items():
                if isinstance(one, dict) and ("enum" in one or "enum" in (one.get("items") or {})):
                    names.add(name)
                walk(one)

    for file in FOLDER.glob("*/*.json.gz"):
        walk(orjson.loads(gzip.decompress(file.read_bytes()))["components"]["schemas"])
    return frozenset(names)


def _shape(value: Any, name: str = "") -> Any:
    """What the documents can tell of an answer: names, types, enumerated values. Answers of one shape are right or wrong together."""
    if isinstance(value, dict):
        if name in ("properties", "propertiesWithHistory"):
            return name, frozenset((_kept_name(key), _shape(one, key)) for key, one in value.items())
        return tuple(sorted((key, _shape(one, key)) for key, one in value.items()))
    if isinstance(value, list):
        return frozenset(_shape(one, name) for one in value)
    if isinstance(value, str) and name in _enumerated():
        return f"'{value}'"
    return type(value).__name__


def _kept_name(key: str) -> str:
    """The name of a property, where the documents name one like it."""
    return key if key in _enumerated() else ""


def _in_no_document(path: str, status: int, body: bytes) -> bool:
    """Whether the documents say nothing of a call: another path, or a method the path does not have."""
    if UNDOCUMENTED.match(path):
        return True
    return (status == 404 and b"Unable to find a resource" in body) or (status == 405 and b"HTTP 405" in body)


class Watch:
    """Looks at every answer of a stand-in, each shape of each operation once; `wrong` is what did not fit."""

    known: ClassVar[dict[tuple[str, str, int, Any], tuple[str, ...]]] = {}

    def __init__(self) -> None:
        self.looked_at = 0
        self.wrong: list[str] = []

    def look(self, method: str, path: str, status: int, body: bytes) -> None:
        """Hold one answer against the documents."""
        self.looked_at += 1
        if _in_no_document(path, status, body):
            return
        try:
            self.wrong.extend(self._faults("GET" if method == "HEAD" else method, path, status, body))
        except AssertionError as unknown:
            self.wrong.append(str(unknown))

    def _faults(self, method: str, path: str, status: int, body: bytes) -> tuple[str, ...]:
        shape = _shape(orjson.loads(body)) if body[:1] in (b"{", b"[") else bool(body)
        operation = find(method, path)
        key = (operation.document, f"{method} {operation.path}", status, shape)
        if key not in self.known:
            self.known[key] = tuple(faults_of(method, path, status, body))
        return self.known[key]


def faults_of(method: str, path: str, status: int, body: bytes) -> Iterator[str]:
    """What is wrong with an answer by the documents; nothing when all is well."""
    if _in_no_document(path, status, body):
        return
    operation = find(method, path)
    schema = _schema(operation, status)
    if schema is None:
        if body and status != 200:
            yield f"{method} {path}: a body where the documents have none"
        return
    answer = orjson.loads(body)
    if status == 429:
        answer.setdefault("category", "RATE_LIMITS")
    for error in Draft202012Validator(schema, registry=_registry()[0]).iter_errors(answer):
        where = "/".join(str(part) for part in error.absolute_path)
        yield f"{method} {path} ({operation.document}) at {where or 'the top'}: {error.message[:300]}"
