"""Files as people have them: parted and written in the ways that spreadsheets and exports do, and errors for those that cannot be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bridge.cli.csv_files import read_rows
from bridge.errors import UsageError

ACCOUNT = ("account_id", "name")
MUELLER = {"account_id": "1", "name": "Müller, Söhne & Co."}
OURS = 'account_id,name\n1,"Müller, Söhne & Co."\n'


@pytest.mark.parametrize(
    "content",
    [
        OURS.encode(),
        b"\xef\xbb\xbf" + OURS.encode(),
        OURS.replace("\n", "\r\n").encode(),
        OURS.replace("\n", "\r").encode(),
        OURS.encode("utf-16"),
        "account_id;name\n1;Müller, Söhne & Co.\n".encode(),
        "account_id\tname\n\n1\tMüller, Söhne & Co.\n".encode(),
        'Id,Name\n1,"Müller, Söhne & Co."\n'.encode(),
        '"Account ID","Account Name"\n1,"Müller, Söhne & Co."\n'.encode(),
    ],
)
def test_one_table_in_many_spellings(tmp_path: Path, content: bytes) -> None:
    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert list(read_rows(plain, ACCOUNT)) == list(read_rows(packed, ACCOUNT)) == [MUELLER]


@pytest.mark.parametrize(
    ("heading", "needed", "ours"),
    [
        ("Id,Name,BillingCountry,Billing City,ParentId,Website,OwnerId", ACCOUNT,
         ["account_id", "name", "country", "city", "parent_id", "website", "OwnerId"]),
        ("Record ID,First Name,Last Name,Email,Company name,Country/Region,Job Title,Phone Number", ("contact_id",),
         ["contact_id", "first_name", "last_name", "email", "company", "country", "title", "phone"]),
        ("Lead ID,Company,Account Name", ("lead_id",), ["lead_id", "company", "Account Name"]),
        ("Id,AccountId,Email", ("account_id", "email"), ["Id", "account_id", "email"]),
        ("country,BillingCountry,account_id,Id,name", ACCOUNT, ["country", "BillingCountry", "account_id", "Id", "name"]),
    ],
)  # fmt: skip
def test_headings_of_their_systems(tmp_path: Path, heading: str, needed: tuple[str, ...], ours: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{heading}\n{','.join('x' for _ in ours)}\n", encoding="utf-8")
    assert list(next(read_rows(path, needed))) == ours


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "account_id,name\n1,Müller\n".encode("cp1252"), r"not UTF-8 text \(byte 0xfc\)"),
        ("a.csv", b"", "a.csv is empty"),
        ("a.csv", b"Id,AccountId\n1,2\n", "has no column name"),
        ("a.csv.gz", gzip.compress(OURS.encode(), mtime=0)[:-12], "no whole gzip file"),
        ("a.csv.gz", OURS.encode(), "no whole gzip file"),
        ("a.csv", b'account_id,name\n1,"' + b"x" * (17 << 20), "cannot be read as CSV"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        list(read_rows(path, ACCOUNT))


def test_the_id_of_another_record_is_not_taken_from_a_files_own(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("Id,Email\n1,a@b.de\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no column account_id"):
        list(read_rows(path, ("account_id", "email")))
