"""How fast the sandbox is: `python -m benchmarks.sandbox [contacts]`. Prints figures; asserts nothing.

A `big` world is loaded in a process of its own; pages of 100 records are asked for from this one, over several connections of a client that
only looks for the end of each answer. Beside requests a second of wall clock stands what a request costs the server in processor time: on a
machine that does other work only the latter can be compared.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson
import requests
import uvloop

CONNECTIONS = 4
SECONDS = 6.0
LOADING_SECONDS = 600
_TICK = os.sysconf("SC_CLK_TCK")
CONTACT = ("email", "firstname", "lastname", "company", "jobtitle", "phone", "country", "lifecyclestage")
FIELDS = "Id, FirstName, LastName, Email, Title, Phone, AccountId, SystemModstamp"
PAGE = f"SELECT {FIELDS} FROM Contact WHERE Id > '{{}}' ORDER BY Id LIMIT 100"  # noqa: S608 - field names written above


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request: what is measured, and the bytes of each variant, sent in turn."""

    name: str
    requests: Sequence[bytes]


async def _connection(host: str, port: int, call: Call, number: int, until: float) -> tuple[int, int]:
    """Send requests one after another until the time is over; (requests, bytes of their answers)."""
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
    count, size = 0, 0
    while time.perf_counter() < until:
        writer.write(call.requests[(number + count * CONNECTIONS) % len(call.requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        if head[9:12] not in (b"200", b"207"):
            raise SystemExit(f"{call.name}: {head[:400].decode('latin-1')}")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        count, size = count + 1, size + length
    writer.close()
    return count, size


async def _measure(url: str, call: Call, pid: int) -> str:
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or 0
    # Indexes are built by the first query that wants them.
    await _connection(host, port, call, 0, time.perf_counter() + 1.0)
    cpu, start = _cpu(pid), time.perf_counter()
    until = start + SECONDS
    done = await asyncio.gather(*(_connection(host, port, call, one, until) for one in range(CONNECTIONS)))
    took, spent = time.perf_counter() - start, _cpu(pid) - cpu
    count, size = sum(one for one, _ in done), sum(one for _, one in done)
    return (
        f"{call.name:<46} {count / took:7,.0f} requests/s  {spent / count * 1000:6.3f} ms CPU each "
        f"({count / spent:7,.0f} a CPU second)  {size / count / 1024:5.0f} KiB  load {os.getloadavg()[0]:.1f}"
    )


def _cpu(pid: int) -> float:
    """Processor seconds of a process so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / _TICK


def _peak(pid: int) -> float:
    """GB a process has had in memory at most."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e9


def _request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: sandbox", f"Authorization: Bearer {token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def _packed(request: bytes) -> bytes:
    """The same request of a client that takes gzip."""
    return request.replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n", 1)


def _hubspot(url: str, token: str) -> list[Call]:
    base, ids, after = f"{url}/crm/v3/objects/contacts", [], ""
    wanted = ",".join(CONTACT)
    headers = {"Authorization": f"Bearer {token}"}
    pages: list[bytes] = []
    for _ in range(40):
        path = f"/crm/v3/objects/contacts?limit=100&properties={wanted}{after}"
        pages.append(_request("GET", path, token))
        answer = requests.get(f"{base}?limit=100{after}", headers=headers, timeout=60).json()
        ids.append([row["id"] for row in answer["results"]])
        if "paging" not in answer:
            break
        after = f"&after={answer['paging']['next']['after']}"
    reads = [orjson.dumps({"properties": CONTACT, "inputs": [{"id": one} for one in page]}) for page in ids]
    found = [
        orjson.dumps({
            "filterGroups": [{"filters": [{"propertyName": "hs_object_id", "operator": "GT", "value": page[-1]}]}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}], "limit": 100, "properties": CONTACT,
        })
        for page in ids
    ]  # fmt: skip
    place = "/crm/v3/objects/contacts"
    return [
        Call("HubSpot: list, 100 contacts, 8 properties", pages),
        Call("HubSpot: the same, packed with gzip", [_packed(page) for page in pages]),
        Call("HubSpot: batch read of 100", [_request("POST", f"{place}/batch/read", token, body) for body in reads]),
        Call(
            "HubSpot: search, 100 by hs_object_id", [_request("POST", f"{place}/search", token, body) for body in found]
        ),
    ]


def _salesforce(url: str, told: dict[str, str]) -> list[Call]:
    form = {"grant_type": "client_credentials", "client_id": told["client_id"], "client_secret": told["client_secret"]}
    token = requests.post(f"{url}/services/oauth2/token", data=form, timeout=60).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    data = "/services/data/v65.0"
    answer = requests.get(
        f"{url}{data}/query", params={"q": "SELECT Id FROM Contact ORDER BY Id"}, headers=headers, timeout=60
    ).json()
    ids = [row["Id"] for row in answer["records"]]
    # No two texts are alike, as with a real reader: nothing is won by remembering a parsed query.
    pages = [_request("GET", f"{data}/query?q={quote(PAGE.format(id))}", token) for id in ids[:-100]]
    # No page after the first can be smaller than 200.
    small = headers | {"Sforce-Query-Options": "batchSize=200"}
    soql = f"SELECT {FIELDS} FROM Contact LIMIT 20000"  # noqa: S608 - field names written above
    first = requests.get(f"{url}{data}/query", params={"q": soql}, headers=small, timeout=60).json()
    locator = first["nextRecordsUrl"].rpartition("-")[0]
    more = [_request("GET", f"{locator}-{start}", token) for start in range(200, first["totalSize"], 200)]
    reads = [
        orjson.dumps({"ids": ids[at : at + 100], "fields": FIELDS.split(", ")}) for at in range(0, len(ids) - 100, 7)
    ]
    return [
        Call("Salesforce: query, 100 contacts by Id, 8 fields", pages),
        Call("Salesforce: the same, packed with gzip", [_packed(page) for page in pages]),
        Call("Salesforce: query more, 200 contacts, 8 fields", more),
        Call("Salesforce: collections retrieve of 100", [_request("POST", f"{data}/composite/sobjects/Contact", token, body) for body in reads]),
    ]  # fmt: skip


def main(size: int) -> None:
    """Load a big world of `size` contacts and measure pages of it."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.json"
        start = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "connectors.sandbox",
            "--world",
            "big",
            "--size",
            str(size),
            "--no-limits",
            "--light",
        ]
        process = subprocess.Popen([*command, "--state", str(state)], stdout=subprocess.DEVNULL)
        try:
            while not (state.exists() and state.stat().st_size):
                if process.poll() is not None or time.perf_counter() - start > LOADING_SECONDS:
                    raise SystemExit("the sandbox did not start")
                time.sleep(0.05)
            print(f"{size:,} contacts loaded in {time.perf_counter() - start:.1f} s, {_cpu(process.pid):.1f} s CPU, "
                  f"{_peak(process.pid):.2f} GB at most, load {os.getloadavg()[0]:.1f}")  # fmt: skip
            told = orjson.loads(state.read_bytes())
            calls = [
                (told["hubspot_url"], call)
                for call in _hubspot(told["hubspot_url"], told["credentials"]["hubspot"]["access_token"])
            ]
            calls += [
                (told["salesforce_url"], call)
                for call in _salesforce(told["salesforce_url"], told["credentials"]["salesforce"])
            ]
            for url, call in calls:
                print(uvloop.run(_measure(url, call, process.pid)))
            print(f"{_peak(process.pid):.2f} GB at most")
        finally:
            process.terminate()
            process.wait(timeout=30)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
