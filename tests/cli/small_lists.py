"""Lists small enough to know by heart: a hundred and fifty accounts, six of them by name; how they are written, read and matched."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bridge.cli.main import run

FIRST = [
    "amber",
    "arbor",
    "atlas",
    "aurora",
    "basalt",
    "beacon",
    "birch",
    "bramble",
    "canyon",
    "cedar",
    "cinder",
    "cobalt",
    "coral",
    "delta",
]
SECOND = [
    "ember",
    "falcon",
    "fern",
    "flint",
    "garnet",
    "glacier",
    "harbor",
    "hazel",
    "heron",
    "indigo",
    "ivory",
    "jasper",
    "lagoon",
]
WORDS = [*FIRST, *SECOND, "juniper", "kestrel", "crescent"]
PLACES = (("US", "Denver"), ("GB", "Leeds"), ("DE", "Hamburg"), ("FR", "Lyon"))
ACCOUNTS = [
    {"account_id": "acme", "name": "ACME Corporation", "website": "https://acme.io", "country": "US", "city": "Boston", "phone": "+1 617 555 0142",
     "tier": "A"},
    {"account_id": "acme2", "name": "Acme Corp.", "website": "http://www.acme.io/", "country": "US", "city": "Boston", "tier": ""},
    {"account_id": "globex", "name": "Globex International", "website": "https://globex.com", "country": "US", "city": "Springfield", "tier": "B"},
    {"account_id": "globex-log", "name": "Globex Logistics", "country": "US", "city": "Reno", "parent_id": "globex", "tier": "B"},
    {"account_id": "hooli", "name": "Hooli", "website": "https://hooli.xyz", "country": "US", "city": "Palo Alto", 
     "other_names": "Nucleus Labs", "tier": "C"},
    {"account_id": "initech", "name": "Initech", "website": "https://initech.com", "country": "US", "city": "Austin", "tier": "C"},
]  # fmt: skip
COLUMNS = ("account_id", "name", "website", "phone", "country", "city", "parent_id", "other_names", "tier")


def fillers() -> list[dict[str, str]]:
    """Ordinary accounts, so that rare words are rare."""
    found = []
    for i, first in enumerate(WORDS):
        for j in range(5):
            second = WORDS[(i * 7 + j * 11 + 3) % len(WORDS)]
            country, city = PLACES[(i + j) % len(PLACES)]
            name = f"{first.title()} {second.title()} {('Systems', 'Foods', 'Bank', 'Logistics', 'Partners')[j]}"
            website = f"https://{first}{second}{j}.com"
            found.append(
                {"account_id": f"f{i}-{j}", "name": name, "website": website, "country": country, "city": city}
            )
    return found


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    """A CSV file, packed when its name says so."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    packed = text.getvalue().encode()
    path.write_bytes(gzip.compress(packed) if path.suffix == ".gz" else packed)
    return path


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, packed or not."""
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        return list(csv.DictReader(file))


def answers(accounts: Path, leads: Sequence[Mapping[str, str]], *more: str) -> list[dict[str, str]]:
    """What `match` writes for these leads."""
    columns = tuple(dict.fromkeys(name for lead in leads for name in lead))
    given, out = write(accounts.parent / "leads.csv.gz", columns, leads), accounts.parent / "answers.csv.gz"
    assert (
        run(["match", "--accounts", str(accounts), "--leads", str(given), "--out", str(out), "--workers", "1", *more])
        == 0
    )
    return read(out)
