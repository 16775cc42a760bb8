"""Phone numbers: E.164 with the extension, read in the person's country, never guessed."""

from __future__ import annotations

from random import Random

import phonenumbers
import pytest
from cleaning_cases import check, cleaned
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from bridge.stages.clean.dialling import surely_dialable, surely_meant
from connectors.records import FieldSchema

PHONES = [
    ("+442079460018", None, "+442079460018", ""),
    ("+12127365000", "DE", "+12127365000", ""),
    ("+44 20 7946 0018", None, "+442079460018", "reformatted"),
    ("+44 (0)20 7946 0018", None, "+442079460018", "reformatted"),
    ("+44-20-7946-0018", None, "+442079460018", "reformatted"),
    ("0044 20 7946 0018", None, "+442079460018", "reformatted"),
    ("0049 30 1234567", "US", "+49301234567", "reformatted"),
    ("011 44 20 7946 0018", "US", "+442079460018", "reformatted"),
    ("tel:+1-212-736-5000", None, "+12127365000", "reformatted"),
    ("020 7946 0018", "GB", "+442079460018", "region_assumed"),
    ("030/1234567", "DE", "+49301234567", "region_assumed"),
    ("(030) 1234567", "DE", "+49301234567", "region_assumed"),
    ("491701234567", "DE", "+491701234567", "region_assumed"),
    ("49 30 1234567", "DE", "+49301234567", "reformatted"),
    ("62 812 345 678", "ID", "+62812345678", "region_assumed"),
    ("0491 1234567", "DE", "+494911234567", "region_assumed"),
    ("212.736.5000", "US", "+12127365000", "region_assumed"),
    ("(212) 736-5000", "US", "+12127365000", "region_assumed"),
    ("12127365000", "US", "+12127365000", "reformatted"),
    ("01 42 68 53 00", "FR", "+33142685300", "region_assumed"),
    ("06 698 83712", "IT", "+390669883712", "region_assumed"),
    ("+39 06 698 83712", None, "+390669883712", "reformatted"),
    ("０３-３２１０-７０００", "JP", "+81332107000", "region_assumed"),
    ("٠٢٠٧٩٤٦٠٠١٨", "GB", "+442079460018", "region_assumed"),
    ("Tel: 030 1234567", "DE", "+49301234567", "region_assumed"),
    ("+44 20 7946 0018 ext. 12", None, "+44 20 7946 0018 ext. 12", ""),
    ("+44 20 7946 0018 x12", None, "+44 20 7946 0018 ext. 12", "reformatted"),
    ("+442079460018 extension 12", None, "+44 20 7946 0018 ext. 12", "reformatted"),
    ("(212) 736-5000 #45", "US", "+1 212-736-5000 ext. 45", "region_assumed"),
    ("030 1234567 Durchwahl 12", "DE", "+49 30 1234567 ext. 12", "region_assumed"),
    ("０６－６４１２－３４５６ 内線 88", "JP", "+81 6-6412-3456 ext. 88", "region_assumed"),
    ("0161 496 0377 - 452", "GB", "+44 161 496 0377 ext. 452", "region_assumed"),
    ("(21) 2772-2232 - 390", "BR", "+55 21 2772-2232 ext. 390", "region_assumed"),
    ("+1 (646) 555-0107 ext.#88", None, "+1 646-555-0107 ext. 88", "reformatted"),
    ("+1 2065550177;ext=9", None, "+1 206-555-0177 ext. 9", "reformatted"),
    ("+44 20 7946 0018, ext: 12", None, "+44 20 7946 0018 ext. 12", "reformatted"),
    ("089 / 12 34 56 - 78", "DE", "+498912345678", "region_assumed"),
    ("0711 / 2 19 24 12", "DE", "+497112192412", "region_assumed"),
    ("+49 89 / 1234567", None, "+49891234567", "reformatted"),
    ("0171 1234567 / 0172 1234567", "DE", "+491711234567", "several_numbers"),
    ("1-800-FLOWERS", "US", "+18003569377", "letters_as_digits"),
    ("089 123456 privat", "DE", "+4989123456", "number_found_in_text"),
    ("49 170 1234567 privat", "DE", "+491701234567", "number_found_in_text"),
    ("+49 89 123456 office", None, "+4989123456", "number_found_in_text"),
    ("212-736-5000 home", "US", "+12127365000", "number_found_in_text"),
    ("212-736-5000 cell 917-736-1234", "US", "+12127365000", "number_found_in_text"),
    ("+33612345678 - bureau", None, "+33612345678", "number_found_in_text"),
    ("+44 20 7946 0018 / +44 7700 900123", None, "+442079460018", "several_numbers"),
    ("+44 20 7946 0018; 07700 900123", "GB", "+442079460018", "several_numbers"),
    ("n/a, +44 20 7946 0018", None, "+442079460018", "several_numbers"),
    ("call me at +49 30 1234567 please", None, "+49301234567", "number_found_in_text"),
    ("+52 1 55 1234 5678", None, "+525512345678", "reformatted"),
    ("0052 1 55 1234 5678", "US", "+525512345678", "reformatted"),
    ("5215512345678", "MX", "+525512345678", "reformatted"),
    ("044 55 1234 5678", "MX", "+525512345678", "region_assumed"),
    ("01 (55) 1234-5678", "MX", "+525512345678", "region_assumed"),
    ("+52 155 1234 567", None, None, "not_a_phone"),
    ("+82-2-123-4567~8", None, "+8221234567", "several_numbers"),
    ("03-1234-5678（内線123）", "JP", "+81 3-1234-5678 ext. 123", "region_assumed"),
    ("+7 495 123-45-67 (доб. 12)", None, "+7 495 123-45-67 ext. 12", "reformatted"),
    ("+1 (212) 736-5000 (x12)", None, "+1 212-736-5000 ext. 12", "reformatted"),
    ("+55 11 3456-7890 (ramal 123)", None, "+55 11 3456-7890 ext. 123", "reformatted"),
    ("050 123 45 67, внутр. 12", "UA", "+380 50 123 4567 ext. 12", "region_assumed"),
    ("010-12345678转801", "CN", "+86 10 1234 5678 ext. 801", "region_assumed"),
    ("+48 601-234-567 wew. 12", None, "+48 601 234 567 ext. 12", "reformatted"),
    ("030 1234567, DW 12", "DE", "+49 30 1234567 ext. 12", "region_assumed"),
    ("02/12345678 print 45", "IT", "+390212345678", "number_found_in_text"),
    ("(11) 98765-4321 (WhatsApp)", "BR", "+5511987654321", "number_found_in_text"),
    ("0xx11 3456-7890", "BR", "+551134567890", "number_found_in_text"),
    ("011 15 2345-6789", "AR", "+5491123456789", "region_assumed"),
    ("06 6982", "IT", "+39066982", "region_assumed"),
    ("07 07 12 34 56", "CI", "+2250707123456", "region_assumed"),
    ("05.02.1980", "DE", None, "not_a_phone"),
    ("5/2/1980", "DE", None, "not_a_phone"),
    ("02.12.34.56.78", "FR", "+33212345678", "region_assumed"),
    ("020 7946 0018", "US", None, "not_a_phone"),
    ("020 7946 0018", None, None, "not_a_phone"),
    ("555-2671", "US", None, "not_a_phone"),
    ("000000000", "US", None, "not_a_phone"),
    ("+1 111 111 1111", None, None, "not_a_phone"),
    ("1234", "DE", None, "not_a_phone"),
    ("n/a", "US", None, "not_a_phone"),
    ("jane@acme.com", "US", None, "not_a_phone"),
    ("+", "US", None, "not_a_phone"),
    ("+999 123456789", None, None, "not_a_phone"),
    ("9" * 60, "US", None, "not_a_phone"),
]


@pytest.mark.parametrize(("raw", "region", "value", "reason"), PHONES)
def test_phone(raw: str, region: str | None, value: str | None, reason: str) -> None:
    check("phone", raw, value, reason, region=region)


def test_a_whole_number_from_a_list_file_is_read() -> None:
    assert cleaned("phone", 2127365000, region="US").value == "+12127365000"
    assert cleaned("phone", 2127365000.0, region="US").value == "+12127365000"


@pytest.mark.parametrize(
    ("length", "type_", "options", "value", "reason"),
    [
        (40, "phone", {}, "+44 20 7946 0018 ext. 12", "reformatted"),
        (0, "string", {}, "+44 20 7946 0018 ext. 12", "reformatted"),
        (24, "phone", {}, "+44 20 7946 0018 ext. 12", "reformatted"),
        (23, "phone", {}, "+442079460018", "extension_dropped"),
        (40, "other", {}, "+442079460018", "extension_dropped"),
        (40, "phone", {"extension": "drop"}, "+442079460018", "extension_dropped"),
        (40, "phone", {"style": "international"}, "+44 20 7946 0018 ext. 12", "reformatted"),
        (40, "phone", {"style": "national"}, "020 7946 0018 ext. 12", "reformatted"),
    ],
)
def test_the_extension_stays_where_there_is_room(
    length: int, type_: str, options: dict[str, str], value: str, reason: str
) -> None:
    target = FieldSchema("Phone", "Phone", type_, length)
    answer = cleaned("phone", "+44 (20) 7946 0018 x12", target=target, options=options)
    assert (answer.value, answer.reason) == (value, reason)
    assert "12" in answer.note


def test_styles() -> None:
    assert cleaned("phone", "+442079460018", options={"style": "international"}).value == "+44 20 7946 0018"
    assert cleaned("phone", "+442079460018", options={"style": "national"}).value == "020 7946 0018"


def test_an_unusable_number_is_written_as_typed_only_when_asked() -> None:
    answer = cleaned("phone", "ask for Jane", region="US")
    assert (answer.value, answer.kept, answer.original) == (None, False, "ask for Jane")
    asked = cleaned("phone", "ask for Jane", region="US", options={"keep_original": True})
    assert (asked.value, asked.kept, asked.reason) == ("ask for Jane", True, "not_a_phone")


_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@settings(max_examples=1000, deadline=None)
@given(some.sampled_from(_CODES), some.text("0123456789", min_size=5, max_size=12))
def test_the_quick_yes_never_differs_from_the_library(code: int, number: str) -> None:
    text = f"+{code}{number}"
    if surely_dialable(text):
        parsed = phonenumbers.parse(text, None)
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == text


def test_the_quick_yes_says_yes() -> None:
    examples = [phonenumbers.example_number(region) for region in ("DE", "GB", "US", "FR", "IT", "JP", "BR")]
    assert all(
        surely_dialable(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        for number in examples
        if number
    )


@settings(max_examples=1000, deadline=None)
@given(some.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), some.randoms(use_true_random=False))
def test_what_plain_digits_surely_mean_is_what_the_library_reads(region: str, chance: Random) -> None:
    example = phonenumbers.example_number(region)
    assume(example is not None)
    digits = list(phonenumbers.national_significant_number(example))
    for _ in range(chance.randrange(5)):
        digits[chance.randrange(len(digits))] = chance.choice("0123456789")
    code = str(phonenumbers.country_code_for_region(region))
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or "0"
    front = chance.choice(("", trunk, "0", "8", f"+{code}", f"+{code} 0", f"00{code}", code))
    text = front + "".join(digit + chance.choice(("", "", "", " ", "-", ".")) for digit in digits).rstrip(" -.")
    sure = surely_meant(text, region)
    if sure is not None:
        parsed = phonenumbers.parse(text, region, keep_raw_input=True)
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == sure.value
        assumed = parsed.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
        assert assumed is sure.assumed


def test_plain_digits_are_surely_meant() -> None:
    typed = {
        "DE": "030 23125469",
        "GB": "(020) 7946 0018",
        "US": "206-555-0162",
        "JP": "03-1234-5678",
    }
    assert [region for region, text in typed.items() if surely_meant(text, region) is None] == []
