"""CSV files as people have them: `.gz` or plain, UTF-8 or UTF-16, parted by commas, semicolons, tabs or bars, with our headings or their systems'."""

from __future__ import annotations

import csv
import gzip
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from pathlib import Path
from typing import IO, Literal

from bridge.errors import UsageError

Row = dict[str, str]
LONGEST_FIELD = 16 << 20
SAVE_AS = "Save it as 'CSV UTF-8' (in Excel: Save as, CSV UTF-8)"
PARTED_BY = ",;\t|"
END = ["\0end"]  # a row of ours behind the file's last: who does not come to it is inside a quote that was never closed
HEADINGS = {
    "billingcountry": "country", "billingstate": "state", "billingstateprovince": "state", "billingcity": "city", "parentid": "parent_id",
    "parentaccountid": "parent_id", "firstname": "first_name", "lastname": "last_name", "emailaddress": "email", "companyname": "company",
    "companyaccount": "company", "stateprovince": "state",
    "websiteurl": "website", "phonenumber": "phone", "countryregion": "country", "stateregion": "state", "jobtitle": "title",
    "mailingcountry": "country", "mailingstate": "state", "mailingstateprovince": "state", "mailingcity": "city",
    "companydomainname": "website", "othernames": "other_names", "hubspotcompanydomain": "hubspot_company_domain",
    "hubspotcompanyname": "hubspot_company_name",
    **{name: name for name in ("website", "phone", "country", "state", "city", "email", "company", "title", "domains", "decision")},
}  # fmt: skip
"""Headings of Salesforce's and HubSpot's own exports, in small letters without signs, and ours."""
CONTACTS = {"accountname": "company"}  # of a lead it may be the answer that is compared with
NAMES = ("name", "accountname", "companyname")
HUBSPOTS = {"account_id": "recordidcompany", "contact_id": "recordidcontact", "lead_id": "recordidcontact"}
_PARTED_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)  # Excel's own first line
_QUOTED = re.compile(r'"[^"]*"')


def open_text(path: Path, mode: Literal["r", "w"] = "r") -> IO[str]:
    """A text file, gzipped when its name ends in `.gz`; read as UTF-16 when it begins so, else as UTF-8."""
    encoding = _encoding(path) if mode == "r" else "utf-8"
    if path.suffix != ".gz":
        return path.open(mode, encoding=encoding, newline="")
    if mode == "r":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return gzip.open(path, "wt", encoding=encoding, newline="")


def _encoding(path: Path) -> str:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"PK"):
        raise UsageError(f"{path.name} is a workbook or a zip archive, no CSV", f"{SAVE_AS}, or unpack it.")
    if head.startswith(b"\x1f\x8b"):
        raise UsageError(f"{path.name} is packed with gzip", "Name it so that it ends in .gz, or unpack it.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-16-le" if head[1:2] == b"\0" else "utf-8-sig"


def refuse_unwritable(out: Path, *read: Path | None) -> None:
    """Look before the work whether answers can be written to `out`. Raises UsageError when its folder is not there or may not be written to,
    when it is a folder, or when it is one of the files that are `read`."""
    folder = out.parent
    if out.is_dir():
        raise UsageError(f"{out} is a folder", "Name the file that the answers go to.")
    if not folder.is_dir():
        raise UsageError(f"the folder {folder} is not there", "Make it first, or name another file.")
    if not all(os.access(path, os.W_OK) for path in (folder, out) if path.exists()):
        raise UsageError(f"{out} cannot be written", "Name a file where you may write.")
    if any(path is not None and path.exists() and out.exists() and path.samefile(out) for path in read):
        raise UsageError(f"{out} is read and would be written over", "Name another file for the answers.")


@contextmanager
def written(out: Path) -> Iterator[None]:
    """While answers are written. Raises UsageError when they cannot be, as when the disk is full."""
    try:
        yield
    except OSError as wrong:
        raise UsageError(
            f"{out} cannot be written: {wrong.strerror}", "Make room, or name another file, and run it again."
        ) from None


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[Row]:
    """The rows of a CSV file, by our headings. Raises UsageError when it is not there, lacks a column or cannot be read as text."""
    for chunk in read_chunks(path, needed, 1_000):
        yield from chunk


def read_chunks(
    path: Path, needed: Sequence[str], size: int, mine: Callable[[int], bool] = lambda number: True
) -> Iterator[list[Row]]:
    """The same in chunks of `size`; chunk `number` is left out unless it is `mine`, which costs little more than finding where its rows end."""
    if not path.is_file():
        wrong = "is no file" if path.exists() else "is not there"
        raise UsageError(f"{path} {wrong}", "Give the path of a CSV file, plain or .gz; it is read more than once.")
    csv.field_size_limit(LONGEST_FIELD)
    with _readable(path), open_text(path) as file:
        first = next((line for line in file if line.strip()), "")
        parted = _PARTED_LINE.match(first)
        first, sign = (file.readline(), parted[1]) if parted else (first, _delimiter(first))
        reader = csv.reader(chain([first], file, END), delimiter=sign)
        names = _ours(next(reader, []), needed)
        _refuse_missing(path, names, needed)
        names = _each_once(path, names, needed)
        blank, filled = [""] * len(names), filter(None, reader)
        for number in count():
            rows = list(islice(filled, size))
            whole = len(rows) < size or rows[-1] == END
            if whole:
                _refuse_unclosed(path, rows)
            if rows and mine(number):
                _refuse_longer(path, rows, len(names))
                yield [_row(names, row if len(row) >= len(names) else row + blank[len(row) :]) for row in rows]
            if whole:
                return


def read_lines(path: Path) -> list[list[str]]:
    """Every line that is not blank, as its cells, whether or not the first one is a heading. Raises UsageError as `read_rows` does."""
    csv.field_size_limit(LONGEST_FIELD)
    with _readable(path), open_text(path) as file:
        first = file.readline()
        reader = csv.reader(chain([first], file), delimiter=_delimiter(first))
        return [cells for row in reader if any(cells := [cell.strip() for cell in row])]


def _delimiter(heading: str) -> str:
    return max(PARTED_BY, key=_QUOTED.sub("", heading).count)


def _ours(given: Sequence[str], needed: Sequence[str]) -> list[str]:
    """Our names of the columns, where the file has them under another one; all others as given."""
    names = [name.strip() for name in given]
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in names]
    known = HEADINGS | CONTACTS if "contact_id" in needed else HEADINGS
    for at, heading in enumerate(plain):
        if (ours := known.get(heading, "")) and ours not in names:
            names[at] = ours
    for missing in (name for name in needed if name not in names):
        known_as = next((heading for heading in _known_as(missing, needed) if heading in plain), None)
        if known_as is not None:
            names[plain.index(known_as)] = missing
    return names


def _known_as(name: str, needed: Sequence[str]) -> tuple[str, ...]:
    """What else a needed column may be called. The record's own id is called Id in most exports; not so the id of another record."""
    if name == "name":
        return NAMES
    own = name.replace("_", "")
    others_id = name == "account_id" and "name" not in needed
    return (own,) if others_id or not name.endswith("_id") else (own, "id", "recordid", HUBSPOTS.get(name, ""))


def _refuse_missing(path: Path, names: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in names]
    if not missing:
        return
    if not any(names):
        raise UsageError(
            f"{path.name} is empty", f"Its first line must name the columns, {' and '.join(needed)} among them."
        )
    raise UsageError(f"{path.name} has no column {' and no column '.join(missing)}", f"It has: {', '.join(names)}.")


def _each_once(path: Path, names: Sequence[str], needed: Sequence[str]) -> list[str]:
    """The second "Notes" is "Notes 2". Raises UsageError for columns that are read: nobody can tell which is meant."""
    read = {*needed, *HEADINGS.values()}
    twice = [name for name, times in Counter(names).items() if times > 1 and name in read]
    if twice:
        raise UsageError(f"{path.name} has several columns {' and '.join(twice)}", "Rename those that do not count.")
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(f"{name} {seen[name]}" if name and seen[name] > 1 else name)
    return told


def _refuse_unclosed(path: Path, rows: list[list[str]]) -> None:
    """Take our row off the file's last rows. Raises UsageError when a quote before it was never closed and has taken it in."""
    last = rows.pop() if rows else []
    if last != END:
        begins = f" It is in the row that begins with {last[0][:40]!r}." if last else ""
        raise UsageError(f"{path.name} ends inside a quoted cell", f"Look for a quote that is never closed.{begins}")


def _refuse_longer(path: Path, rows: list[list[str]], columns: int) -> None:
    """Raises UsageError for a row with more cells than columns: each cell behind the sign too many would be read as another column's."""
    row = next((row for row in rows if len(row) > columns and any(row[columns:])), None)
    if row is not None:
        raise UsageError(
            f"{path.name} has a row of {len(row)} cells under {columns} headings; it begins with {row[0][:40]!r}",
            "Put cells with a comma (or whatever parts them) in quotes.",
        )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as wrong:
        raise UsageError(
            f"{path.name} is not UTF-8 text (byte 0x{wrong.object[wrong.start]:02x})",
            f"{SAVE_AS}, or convert it: iconv -f windows-1252 -t utf-8 FILE.",
        ) from None
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise UsageError(f"{path.name} is no whole gzip file", "Give a plain .csv, or pack it again.") from None
    except OSError as wrong:
        raise UsageError(
            f"{path.name} cannot be read: {wrong.strerror}", "Look whose file it is, and whether you may read it."
        ) from None
    except csv.Error as wrong:
        raise UsageError(
            f"{path.name} cannot be read as CSV: {wrong}", "Look for a quote that is never closed."
        ) from None


def _row(names: Sequence[str], values: Sequence[str]) -> Row:
    return {name: value for name, value in zip(names, values, strict=False) if name}
