"""CSV as Bulk API 2.0 takes and gives it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

DELIMITERS: Mapping[str, str] = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}
ENDINGS: Mapping[str, str] = {"LF": "\n", "CRLF": "\r\n"}
# The longest cell there can be: a long text area.
csv.field_size_limit(10_000_000)


class BadTable(Exception):
    """The file cannot be read; the whole job fails with these words."""


def read(data: bytes, delimiter: str, ending: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows. A byte order mark stays in the first header's name, as it does in the real org."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadTable("ClientInputError : The file is not UTF-8") from None
    _check_ending(text, ending)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter], strict=True))
    except csv.Error as wrong:
        raise BadTable(f"InvalidBatch : Failed to parse CSV: {wrong}") from None
    rows = [row for row in rows if row]
    if not rows:
        raise BadTable("InvalidBatch : The file is empty")
    header, body = rows[0], rows[1:]
    for number, row in enumerate(body, 2):
        if len(row) != len(header):
            raise BadTable(
                f"InvalidBatch : The number of columns of row {number} ({len(row)}) is not that of the header ({len(header)})"
            )
    return header, body


def _check_ending(text: str, ending: str) -> None:
    """Lines must end as the job said; one that said LF takes no CRLF anywhere, inside quotes either."""
    first = text.find("\n")
    crlf = first > 0 and text[first - 1] == "\r"
    wrong = "\r\n" in text if ending == "LF" else first >= 0 and not crlf
    if wrong:
        raise BadTable(f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {ending}")


def write(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = "COMMA", ending: str = "LF") -> bytes:
    """Every cell in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=DELIMITERS[delimiter], quoting=csv.QUOTE_ALL, lineterminator=ENDINGS[ending])
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
