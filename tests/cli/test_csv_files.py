"""Files as people have them: parted and written in the ways that spreadsheets and exports do, and errors for those that cannot be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bridge.cli.csv_files import read_chunks, read_rows
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
        OURS.encode("utf-16-le"),
        b"\r\n\n" + OURS.encode(),
        OURS.removesuffix("\n").encode(),
        "sep=;\naccount_id;name\n1;Müller, Söhne & Co.\n".encode(),
        "account_id|name\n1|Müller, Söhne & Co.\n".encode(),
        'account_id,name\n1,"Müller, Söhne & Co.",,\n'.encode(),
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
        ("Lead ID,Company / Account,State/Province,Country", ("lead_id",), ["lead_id", "company", "state", "country"]),
        ("Id,AccountId,Email", ("account_id", "email"), ["Id", "account_id", "email"]),
        ("country,BillingCountry,account_id,Id,name", ACCOUNT, ["country", "BillingCountry", "account_id", "Id", "name"]),
        ("ACCOUNT_ID,Decision,Other_Names,DOMAINS,name", ACCOUNT, ["account_id", "decision", "other_names", "domains", "name"]),
        ("Record ID,Company name,Company Domain Name,City", ACCOUNT, ["account_id", "name", "website", "city"]),
        ("Record ID - Contact,Email,Record ID - Company", ("lead_id",), ["lead_id", "email", "Record ID - Company"]),
        ("Contact ID,Account Name,Mailing City,Mailing Country", ("contact_id",), ["contact_id", "company", "city", "country"]),
        ('account_id,name,"Which? (a; b; c)"', ACCOUNT, ["account_id", "name", "Which? (a; b; c)"]),
        ("account_id,name,Notes,Notes", ACCOUNT, ["account_id", "name", "Notes", "Notes 2"]),
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
        ("a.csv", b'account_id,name\n1,Acme\n2,"Globex\n3,Initech\n', "ends inside a quoted cell"),
        ("a.csv", gzip.compress(OURS.encode(), mtime=0), "is packed with gzip"),
        ("a.csv", b"PK\x03\x04\x14\x00\x06\x00", "is a workbook or a zip archive"),
        (
            "a.csv",
            b"account_id,name\n1,Acme\n2,Globex, Inc.\n",
            "a row of 3 cells under 2 headings; it begins with '2'",
        ),
        ("a.csv", b"account_id,name,name\n1,Acme,Globex\n", "several columns name"),
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


def test_what_is_no_file_is_not_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no file"):
        list(read_rows(tmp_path, ACCOUNT))


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text(OURS, encoding="utf-8")

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(UsageError, match="cannot be read: Permission denied"):
        list(read_rows(path, ACCOUNT))


@pytest.mark.parametrize("rows", [3, 4])
def test_the_last_rows_are_told_whatever_the_chunks(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("account_id,name\n" + "".join(f"{i},x\n" for i in range(rows)), encoding="utf-8")
    assert [len(chunk) for chunk in read_chunks(path, ACCOUNT, 2)] == [2, rows - 2]
