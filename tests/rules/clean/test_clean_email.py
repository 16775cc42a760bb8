"""E-mail addresses: one that can work, out of whatever it was wrapped in."""

from __future__ import annotations

import pytest
from cleaning_cases import check, cleaned

from bridge.stages.clean.emails import DISPOSABLE, FREEMAIL, kind_of

EMAILS = [
    ("jane.doe@acme.com", "jane.doe@acme.com", ""),
    ("  jane@acme.com ", "jane@acme.com", ""),
    ("Jane.Doe@Acme.COM", "jane.doe@acme.com", "reformatted"),
    ("mailto:jane@acme.com", "jane@acme.com", "reformatted"),
    ("MAILTO:jane@acme.com?subject=Hi", "jane@acme.com", "reformatted"),
    ("Jane Doe <jane@acme.com>", "jane@acme.com", "reformatted"),
    ('"Doe, Jane" <jane@acme.com>', "jane@acme.com", "reformatted"),
    ("<jane@acme.com>", "jane@acme.com", "reformatted"),
    ("jane@acme.com.", "jane@acme.com", "reformatted"),
    ("jane@acme.com,", "jane@acme.com", "reformatted"),
    ("(jane@acme.com)", "jane@acme.com", "reformatted"),
    ("jane@acme.com;joe@acme.com", "jane@acme.com", "several_emails"),
    ("jane@acme.com, joe@acme.com", "jane@acme.com", "several_emails"),
    ("jane@acme.com or joe@acme.com", "jane@acme.com", "several_emails"),
    ("jane@acme.com / joe@acme.com", "jane@acme.com", "several_emails"),
    ("jane@acme.com oder Joe@acme.com", "jane@acme.com", "several_emails"),
    ("E-Mail: oscar@acme.com", "oscar@acme.com", "reformatted"),
    ("Andrew Doe andrew@acme.com", "andrew@acme.com", "reformatted"),
    ("jane doe@acme.com", None, "not_an_email"),
    ("Jane doe@acme.com", None, "not_an_email"),
    ("ja ne@acme.com", None, "not_an_email"),
    ("jane doe@acme.com; joe@acme.com", None, "not_an_email"),
    ("e-mail jane@acme.com", "jane@acme.com", "reformatted"),
    ("Email:jane@acme.com", "jane@acme.com", "reformatted"),
    ("Müller mueller@acme.com", "mueller@acme.com", "reformatted"),
    ("Dr. Jane Doe jd@acme.com", "jd@acme.com", "reformatted"),
    ("jane info@acme.com", "info@acme.com", "reformatted"),
    ("jane&amp;bob@acme.com", "jane&bob@acme.com", "html_removed"),
    ("Jane &lt;jane@acme.com&gt;", "jane@acme.com", "html_removed"),
    ("n/a; yvonne@acme.com", "yvonne@acme.com", "reformatted"),
    ("bad@, joe@acme.com", "joe@acme.com", "reformatted"),
    ("jane+news@acme.co.uk", "jane+news@acme.co.uk", ""),
    ("o'neil@acme.com", "o'neil@acme.com", ""),
    ("j_d-1@sub.acme.io", "j_d-1@sub.acme.io", ""),
    ("jane@münchen.de", "jane@xn--mnchen-3ya.de", "reformatted"),
    ("jane@acme.com\u200b", "jane@acme.com", "invisible_removed"),
    ("jane@ACME.com\ufeff", "jane@acme.com", "invisible_removed"),
    ("jane@gmial.com", "jane@gmial.com", "likely_typo"),
    ("jane@hotmial.com", "jane@hotmial.com", "likely_typo"),
    ("jane@acme.con", None, "not_an_email"),
    ("jane@acme.test", None, "not_an_email"),
    ("jane@acme.local", None, "not_an_email"),
    ("jane@acme.invalid", None, "not_an_email"),
    ("jane@localhost", None, "not_an_email"),
    ("jane@[192.168.1.1]", None, "not_an_email"),
    ("jane@192.168.1.1", None, "not_an_email"),
    ("jane..doe@acme.com", None, "not_an_email"),
    (".jane@acme.com", None, "not_an_email"),
    ("jane.@acme.com", None, "not_an_email"),
    ("jane@-acme.com", None, "not_an_email"),
    ("jane@acme..com", None, "not_an_email"),
    ("jane@acme", None, "not_an_email"),
    ("jane@@acme.com", None, "not_an_email"),
    ("jane", None, "not_an_email"),
    ("@acme.com", None, "not_an_email"),
    ("n/a", None, "not_an_email"),
    ("none@none", None, "not_an_email"),
    ("jürgen@acme.com", None, "not_an_email"),
    (f"{'a' * 65}@acme.com", None, "not_an_email"),
    (12345, None, "not_an_email"),
    ({"email": "jane@acme.com"}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), EMAILS)
def test_email(raw: object, value: str | None, reason: str) -> None:
    check("email", raw, value, reason)


def test_the_addresses_not_used_are_told() -> None:
    assert "joe@acme.com" in cleaned("email", "jane@acme.com; joe@acme.com").note
    assert "gmail.com" in cleaned("email", "jane@gmial.com").note


KINDS = [
    ("jane@acme.com", "business"),
    ("jane.doe@acme.co.uk", "business"),
    ("jane@gmail.com", "freemail"),
    ("JANE@GMAIL.COM", "freemail"),
    ("jane@gmx.de", "freemail"),
    ("jane@web.de", "freemail"),
    ("jane@t-online.de", "freemail"),
    ("jane@outlook.fr", "freemail"),
    ("jane@yahoo.co.jp", "freemail"),
    ("jane@qq.com", "freemail"),
    ("jane@icloud.com", "freemail"),
    ("jane@proton.me", "freemail"),
    ("jane@mailbox.org", "freemail"),
    ("info@gmail.com", "freemail"),
    ("jane@mailinator.com", "disposable"),
    ("jane@guerrillamail.com", "disposable"),
    ("jane@sub.mailinator.com", "disposable"),
    ("info@acme.com", "role"),
    ("sales@acme.com", "role"),
    ("Sales@acme.com", "role"),
    ("no-reply@acme.com", "role"),
    ("vertrieb@acme.de", "role"),
    ("contacto@acme.es", "role"),
    ("info-berlin@acme.de", "role"),
    ("sales.uk@acme.com", "role"),
    ("support2@acme.com", "role"),
    ("hr.mueller@acme.de", "business"),
    ("salesman@acme.com", "business"),
    ("hi.tanaka@acme.jp", "business"),
    ("", "none"),
    (None, "none"),
    ("jane", "none"),
    ("@acme.com", "none"),
    ("jane@acme", "none"),
]


@pytest.mark.parametrize(("address", "kind"), KINDS)
def test_kind_of_address(address: str | None, kind: str) -> None:
    assert kind_of(address) == kind


def test_the_lists_are_there() -> None:
    assert len(FREEMAIL) > 4000
    assert len(DISPOSABLE) > 5000
