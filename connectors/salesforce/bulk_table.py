"""The CSV files of Bulk API 2.0: what is uploaded, and what comes back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.errors import Unavailable
from connectors.records import Receipt
from connectors.salesforce import soql
from connectors.salesforce.values import key_problems, to_cell

# The cell that clears a field, so a text that reads like this cannot be sent.
CLEARS = "#N/A"


def table(rows: Sequence[Mapping[str, Any]], key: str) -> tuple[bytes, dict[int, Receipt]]:
    """The file for an upsert on `key`, and receipts for the rows that cannot be in it.

    The key is the first column, the others follow as they first occur. An empty cell leaves a field as it is, `#N/A`
    clears it. UTF-8 without a byte-order mark (it would become part of the first column's name), LF line ends.
    """
    refused = key_problems([row.get(key) for row in rows], key)
    columns = soql.names((key, *dict.fromkeys(name for row in rows for name in row)))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for index, row in enumerate(rows):
        if index in refused:
            continue
        try:
            cells = [to_cell(row[name]) if name in row else "" for name in columns]
            "".join(cells).encode()
        except ValueError as wrong:
            refused[index] = Receipt("refused", code="BAD_VALUE", message=f"a value that cannot be sent ({wrong})")
            continue
        literal = tuple(name for name in columns if row.get(name) == CLEARS)
        if literal:
            message = f"{CLEARS} in {', '.join(literal)} would clear the field in a Bulk file; send this row by itself"
            refused[index] = Receipt("refused", code="BULK_CANNOT_SAY", message=message, fields=literal)
            continue
        writer.writerow(cells)
    return text.getvalue().encode(), refused


def parse(body: bytes) -> list[dict[str, str]]:
    """The rows of a result file, quoted line breaks kept. Raises `Unavailable` for anything but such a file.

    A row without all its cells is left out: the file was cut off there, and what is left of a key may be somebody else's.
    """
    if not body.strip():
        return []
    text = body.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] in ("<", "{", "["):
        raise Unavailable("Salesforce sent something else than a result file", system="salesforce", code="NOT_CSV")
    csv.field_size_limit(1 << 24)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [dict(row) for row in rows if None not in row.values()]
