"""Whatever is typed: no exception, the answer fits the field, cleaning it again changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from ftfy.badness import is_bad
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bridge.settings.mapping import Mapping
from bridge.stages.clean.engine import compile_mapping
from bridge.stages.clean.formats import FORMATS, FormatContext
from bridge.stages.clean.limits import escaped_bytes, plain_bytes, units_with_breaks, utf16_units
from bridge.stages.clean.notes import looks_like_html
from bridge.stages.clean.reasons import REASONS
from bridge.stages.clean.text import perhaps_broken
from bridge.stages.clean.titles import DEPARTMENTS, LEVELS, read
from connectors.records import FieldSchema, ObjectSchema

PIECES = some.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "<br>",
        "<ul><li>",
        "</li>",
        "<table><tr><td>",
        "<script>",
        "<!--",
        "-->",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&#x1F600;",
        "<",
        ">",
        "\x00",
        "\u200b",
        "\u200d",
        "\u202e",
        "\ufeff",
        "\xa0",
        "\u3000",
        "\r\n",
        "\n",
        "\t",
        "Ã¼",
        "â€™",
        "\ud83d",
        "\ude00",
        "😀",
        "🇩🇪",
        "👨\u200d👩\u200d👧",
        "e\u0301",
        "ǆ",
        "İ",
        "ß",
        "ﬁ",
        "Σ",
        "日本",
        "محمد",
        "Mc",
        "O'",
        "van der ",
        "Dr. ",
        "MBA",
        "Jr.",
        ", ",
        ";",
        "/",
        "@",
        ".com",
        "jane",
        "acme",
        "https://",
        "www.",
        "mailto:",
        "+44 ",
        "020 7946 0018",
        " ext. 12",
        "1-800-",
        "1,234.56",
        "1.234",
        "-",
        "(",
        ")",
        "$",
        "€",
        "k",
        "M",
        "%",
        "2026-02-03",
        "T10:15:00Z",
        "03/02/2026",
        "1770076800000",
        "n/a",
        "true",
        "no",
        "UK",
        "CA",
        "Bayern",
        "80331",
        "X",
        "x",
    ]
)
TYPED = some.one_of(
    some.text(max_size=60),
    some.lists(PIECES, max_size=8).map("".join),
    some.lists(some.one_of(PIECES, some.text(max_size=6)), max_size=10).map("".join),
)
REGIONS = some.sampled_from([None, "DE", "US", "GB", "JP", "CA", "BR", "CH"])
MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", sorted(FORMATS))
@MANY
@given(raw=TYPED, region=REGIONS)
def test_any_text_through_any_format(name: str, raw: str, region: str | None) -> None:
    """28 formats with 400 texts each."""
    context = FormatContext(region=region)
    answer = FORMATS[name](raw, context)
    assert answer.reason == "" or answer.reason in REASONS
    assert bool(answer.note) == bool(answer.reason)
    assert answer.kept or answer.value is None
    value = answer.value
    if isinstance(value, str):
        assert value.strip()
        value.encode("utf-8")
        assert "\x00" not in value
        again = FORMATS[name](value, context)
        assert again.value == value
        assert name in ("rich_text",) or "\u200b" not in value
    if name == "long_text" and value:
        assert not looks_like_html(value)


TARGETS = {
    "City": ("text", FieldSchema("City", "", "string", 12)),
    "LastName": ("last_name", FieldSchema("LastName", "", "string", 10)),
    "Company": ("company_name", FieldSchema("Company", "", "string", 9)),
    "Description": ("long_text", FieldSchema("Description", "", "text", 25)),
    "Rich": ("rich_text", FieldSchema("Rich", "", "rich_text", 30)),
    "Email": ("email", FieldSchema("Email", "", "email", 20)),
    "Phone": ("phone", FieldSchema("Phone", "", "phone", 14)),
    "Website": ("website", FieldSchema("Website", "", "url", 18)),
    "Country": ("country_name", FieldSchema("Country", "", "string", 8)),
    "Industry": ("picklist", FieldSchema("Industry", "", "picklist", 20, options=("A", "B"), restricted=True)),
    "Interests": (
        "multi_picklist",
        FieldSchema("Interests", "", "multipicklist", 7, options=("A", "B", "jane"), restricted=True),
    ),
    "Free": ("text", FieldSchema("Free", "", "picklist", 20, options=("jane", "n/a"), restricted=True)),
    "Revenue": ("money", FieldSchema("Revenue", "", "currency", precision=6, scale=2)),
    "Staff": ("integer", FieldSchema("Staff", "", "integer")),
    "Owner": ("identifier", FieldSchema("Owner", "", "reference", 18)),
}
SCHEMA = ObjectSchema("salesforce", "Lead", {name: target for name, (_, target) in TARGETS.items()})


def cleaner(**options: str) -> Any:
    fields = {
        name: {"from": "v", "format": format_name, "options": options} for name, (format_name, _) in TARGETS.items()
    }
    return compile_mapping(
        Mapping.model_validate(
            {"name": "fuzz", "source": "hubspot.contact", "target": "salesforce.Lead", "fields": fields}
        ),
        SCHEMA,
    )


IN_CHARACTERS, IN_BYTES = cleaner(), cleaner(count="bytes")


def fits(name: str, value: Any) -> bool:
    """`value` inside the field's limit however it is counted, its picklist, its digits."""
    target = TARGETS[name][1]
    if isinstance(value, str):
        measure = units_with_breaks if target.type in ("text", "rich_text") else utf16_units
        listed = not target.options or all(part in target.options for part in value.split(";"))
        return listed and (not target.length or len(value) <= measure(value) <= target.length)
    if isinstance(value, Decimal):
        return abs(value) < 10_000 and value == value.quantize(Decimal("0.01"))
    return value is None or abs(value) < 2**31


@settings(max_examples=2_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=some.lists(TYPED, min_size=4, max_size=4))
def test_what_comes_out_fits_the_field(texts: list[str]) -> None:
    """10,000 texts into 15 narrow fields each."""
    for raw in texts:
        fields = IN_CHARACTERS({"v": raw}).fields
        assert [name for name, cleaned in fields.items() if not fits(name, cleaned.value)] == []


@MANY
@given(raw=TYPED)
def test_what_comes_out_fits_in_bytes_too(raw: str) -> None:
    for name, cleaned in IN_BYTES({"v": raw}).fields.items():
        value, length = cleaned.value, TARGETS[name][1].length
        if isinstance(value, str) and length:
            assert (plain_bytes(value) if name == "Rich" else escaped_bytes(value)) <= length


HEAVY = (
    "9",
    "a",
    "<",
    "<b ",
    "@",
    "a@",
    " x",
    "1,",
    "&amp;",
    "<div>",
    "+1 ",
    "a.",
    "-",
    "Ã¼",
    "\n x",
    "\u200b\u200d",
    "😀",
    "<!--",
    "'a",
    "(",
    "http://",
    "A ",
    "a;",
    "<![",
)


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("piece", HEAVY)
def test_no_text_stalls(name: str, piece: str) -> None:
    """As much of one sign as a field may hold; what costs the square or cube of its length would run into the time limit of the suite."""
    for size in (99, 299, 3_000, 30_000):
        answer = FORMATS[name](piece * (size // len(piece)), FormatContext(region="DE"))
        assert answer.kept or answer.value is None


ANYTHING = some.recursive(
    some.one_of(
        some.none(),
        some.booleans(),
        some.integers(),
        some.floats(),
        some.decimals(),
        some.text(),
        some.binary(),
        some.dates(),
        some.datetimes(),
    ),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(some.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=100, deadline=None)
@given(raw=ANYTHING)
def test_any_object_through_any_format(name: str, raw: object) -> None:
    answer = FORMATS[name](raw, FormatContext(region="DE"))
    assert answer.kept or answer.value is None


@MANY
@given(title=TYPED)
def test_any_title_is_read(title: str) -> None:
    reading = read(title)
    assert reading.level in LEVELS
    assert reading.department in DEPARTMENTS


BROKEN = some.sampled_from(
    [
        "Ã©",
        "â€™",
        "Ã ",
        "Â ",
        "ã\x81",
        "вЂ",
        "ГўВЂВ.a",
        "Ã\xa0",
        "œ1",
        "É$",
        " É€",
        "·",
        "…",
        "–",
        "é",
        "日本",
        "ß",
        "Ø°µ",
        "\n",
    ]
)


@settings(max_examples=400, deadline=None)
@given(some.lists(BROKEN | some.text(some.characters(codec="ascii"), max_size=12) | some.text(max_size=3), max_size=12))
def test_a_text_that_ftfy_finds_broken_is_given_to_it(parts: list[str]) -> None:
    text = "".join(parts)
    if not text.isascii() and is_bad(text):
        assert perhaps_broken(text)
