"""Which handler answers which path. A part of a pattern in braces stands for anything; a part as it is goes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request
from connectors.sandbox.hubspot.problems import no_such_path, wrong_method

Handler = Callable[[Account, Request], Answer]
# The date-based versions that are answered; the newest is the one documented.
DATES = ("2026-03", "2026-09")


@dataclass(frozen=True, slots=True)
class Route:
    """A method on some paths. `scopes`: one of them is needed (none: the handler sees to it). `open`: no token is asked for."""

    method: str
    paths: tuple[str, ...]
    handler: Handler
    scopes: tuple[str, ...] = ()
    open: bool = False


@dataclass(slots=True)
class _Node:
    parts: dict[str, _Node] = field(default_factory=dict)
    any_part: _Node | None = None
    methods: dict[str, tuple[Route, tuple[str, ...], str]] = field(default_factory=dict)


def versions(area: str, rest: str, numbered: str = "v3") -> tuple[str, ...]:
    """The paths of one resource: `/crm/v3/objects/…` and `/crm/objects/2026-09/…` for area `crm/objects`."""
    first, _, second = area.partition("/")
    old = f"/{first}/{numbered}" + (f"/{second}" if second else "")
    return (old + rest, *(f"/{area}/{date}{rest}" for date in DATES))


class Router:
    """All routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            for path in route.paths:
                self._add(route, path)

    def _add(self, route: Route, path: str) -> None:
        node = self._root
        names: list[str] = []
        api = "v3"
        for part in path.strip("/").split("/"):
            if part in ("v1", "v3", "v4") or part in DATES:
                api = part
            if part.startswith("{"):
                names.append(part[1:-1])
                node.any_part = node.any_part or _Node()
                node = node.any_part
            else:
                node = node.parts.setdefault(part, _Node())
        node.methods[route.method] = (route, tuple(names), api)

    def find(self, request: Request) -> Route:
        """The route for a request, whose `names` and `api` are set; raises 404 or 405. A trailing slash does not matter; HEAD is GET."""
        parts = [part for part in request.path.split("/") if part]
        found = _walk(self._root, parts, 0, ())
        if found is None:
            raise no_such_path()
        node, values = found
        method = "GET" if request.method == "HEAD" else request.method
        if method not in node.methods:
            raise wrong_method(sorted({*node.methods, "HEAD"} if "GET" in node.methods else node.methods))
        route, names, request.api = node.methods[method]
        request.names = {name: unquote(value) for name, value in zip(names, values, strict=True)}
        return route


def _walk(node: _Node, parts: list[str], place: int, values: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    if place == len(parts):
        return (node, values) if node.methods else None
    exact = node.parts.get(parts[place])
    if exact is not None:
        found = _walk(exact, parts, place + 1, values)
        if found is not None:
            return found
    if node.any_part is None:
        return None
    return _walk(node.any_part, parts, place + 1, (*values, parts[place]))
