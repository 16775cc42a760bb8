"""The control port: faults, ledger, clock and limits for whoever drives the sandbox, and the acts of the people in each system."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.faults import FAULTS, OF_ONE_SYSTEM, Fault, Faults
from connectors.sandbox.kernel.ledger import Ledger

Act = Callable[..., Any]


class ControlError(Exception):
    """A request to the control port that cannot be done; its words say why."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def _json(value: Any, status: int = 200) -> Response:
    body = orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    return Response(body + b"\n", status, media_type="application/json")


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    if not raw:
        return {}
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        raise ControlError(f"the body is not JSON: {wrong}") from None
    if not isinstance(given, dict):
        raise ControlError("the body has to be a JSON object")
    return given


class Control:
    """`acts` holds, for each system, what people and admins can do there: a name and a function that takes JSON arguments."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        faults: Faults,
        acts: Mapping[str, Mapping[str, Act]],
        own_faults: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._faults = faults
        own = own_faults or {}
        self._known = dict(FAULTS) | {name: does for faults in own.values() for name, does in faults.items()}
        self._owners = dict(OF_ONE_SYSTEM) | {name: system for system, faults in own.items() for name in faults}
        self._acts = acts
        routes = [
            Route("/", self._index, methods=["GET"]),
            Route("/faults", self._list_faults, methods=["GET"]),
            Route("/faults", self._add_fault, methods=["POST"]),
            Route("/faults", self._clear_faults, methods=["DELETE"]),
            Route("/faults/{number:int}", self._remove_fault, methods=["DELETE"]),
            Route("/ledger", self._read_ledger, methods=["GET"]),
            Route("/ledger", self._switch_ledger, methods=["POST"]),
            Route("/clock", self._read_clock, methods=["GET"]),
            Route("/clock/{verb}", self._set_clock, methods=["POST"]),
            Route("/limits", self._switch("limits"), methods=["POST"]),
            Route("/index-lag", self._switch("index_lag"), methods=["POST"]),
            Route("/act/{name}", self._act, methods=["POST"]),
            Route("/act/{system}/{name}", self._act, methods=["POST"]),
        ]
        self.app = Starlette(routes=routes, exception_handlers={ControlError: _refuse})

    async def _index(self, _request: Request) -> Response:
        acts = {
            system: {
                name: {"asks": str(inspect.signature(act)), "does": inspect.getdoc(act) or ""}
                for name, act in known.items()
            }
            for system, known in self._acts.items()
        }
        ways = {
            "GET /faults": "the faults known and in force",
            "POST /faults": "add a fault: {name, system, method, path, after, nth, probability, count, seed, …parameters}",
            "DELETE /faults[?seed=N]": "remove all faults; DELETE /faults/{id} removes one",
            "GET /ledger?since=N&limit=M": "the calls after number N",
            "POST /ledger": "{light: true|false}",
            "GET /clock": "the time here",
            "POST /clock/freeze|advance|release": "{at: ISO time} | {seconds: N} | nothing",
            "POST /limits": "{system: hubspot|salesforce, …} is that system's act `limits`",
            "POST /index-lag": "{system: hubspot, seconds: N} is that system's act `index_lag`",
            "POST /act/{name} or /act/{system}/{name}": "let somebody act; the arguments as a JSON object",
        }
        return _json({"ways": ways, "acts": acts})

    async def _list_faults(self, _request: Request) -> Response:
        return _json({"known": self._known, "in_force": self._faults.listing()})

    async def _add_fault(self, request: Request) -> Response:
        try:
            fault = Fault.from_json(await _body(request))
        except (TypeError, ValueError) as wrong:
            raise ControlError(str(wrong)) from None
        if fault.name not in self._known:
            raise ControlError(f"no fault is called {fault.name}; GET /faults lists them")
        return _json({"id": self._faults.add(self._at_home(fault))}, 201)

    def _at_home(self, fault: Fault) -> Fault:
        """A fault that only one system knows, for that system alone; elsewhere it would be told of calls that it did nothing to."""
        owner = self._owners.get(fault.name)
        if owner is None:
            return fault
        if not fnmatchcase(owner, fault.system):
            raise ControlError(f"{fault.name} is a fault of {owner} alone, not of {fault.system}")
        return replace(fault, system=owner)

    async def _clear_faults(self, request: Request) -> Response:
        seed = request.query_params.get("seed")
        self._faults.clear(None if seed is None else int(seed))
        return _json({"in_force": []})

    async def _remove_fault(self, request: Request) -> Response:
        number = request.path_params["number"]
        if not self._faults.remove(number):
            raise ControlError(f"there is no fault {number}", 404)
        return _json({"in_force": self._faults.listing()})

    async def _read_ledger(self, request: Request) -> Response:
        since = int(request.query_params.get("since", "0"))
        limit = request.query_params.get("limit")
        entries = self._ledger.since(since, None if limit is None else int(limit))
        return _json({"count": len(self._ledger), "entries": [entry.as_json() for entry in entries]})

    async def _switch_ledger(self, request: Request) -> Response:
        self._ledger.set_light(bool((await _body(request)).get("light", True)))
        return _json({"light": self._ledger.light})

    async def _read_clock(self, _request: Request) -> Response:
        return _json({"now": self._clock.now(), "frozen": self._clock.frozen})

    async def _set_clock(self, request: Request) -> Response:
        given = await _body(request)
        verb = request.path_params["verb"]
        if verb == "freeze":
            self._clock.freeze(datetime.fromisoformat(given["at"]) if "at" in given else None)
        elif verb == "advance":
            self._clock.advance(float(given.get("seconds", 0)))
        elif verb == "release":
            self._clock.release()
        else:
            raise ControlError(f"the clock knows freeze, advance and release, not {verb}", 404)
        return await self._read_clock(request)

    def _switch(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """A road of its own for an act every system may have."""

        async def act(request: Request) -> Response:
            given = await _body(request)
            system = given.pop("system", None)
            return _json(_do(self._find(system, name), given))

        return act

    async def _act(self, request: Request) -> Response:
        act = self._find(request.path_params.get("system"), request.path_params["name"])
        return _json(_do(act, await _body(request)))

    def _find(self, system: str | None, name: str) -> Act:
        found = {key: acts[name] for key, acts in self._acts.items() if name in acts and system in (None, key)}
        if not found:
            raise ControlError(f"nobody here can {name}; GET / lists what can be done", 404)
        if len(found) > 1:
            raise ControlError(f"{name} is known to {' and '.join(found)}: say which one", 409)
        return next(iter(found.values()))


def _do(act: Act, given: Mapping[str, Any]) -> Any:
    """Let the act happen. Acts raise `ValueError` or `LookupError` with a sentence when they cannot."""
    try:
        inspect.signature(act).bind(**given)
    except TypeError as wrong:
        raise ControlError(f"{wrong}; it takes {inspect.signature(act)}") from None
    try:
        return act(**given)
    except LookupError as wrong:
        raise ControlError(str(wrong.args[0]) if wrong.args else "not found", 404) from None
    except ValueError as wrong:
        raise ControlError(str(wrong), 409) from None
    except (TypeError, AttributeError) as wrong:  # an argument of another type than the signature says
        raise ControlError(f"{wrong}; it takes {inspect.signature(act)}") from wrong


async def _refuse(_request: Request, wrong: Exception) -> Response:
    status = wrong.status if isinstance(wrong, ControlError) else 500
    return _json({"error": str(wrong)}, status)
