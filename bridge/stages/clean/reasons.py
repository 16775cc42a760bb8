"""Every reason this stage gives, with its sentence, from harmless to grave: of several, a value carries the gravest.

`HARMLESS` ones only tell that the same thing is written differently; nobody needs to look at them.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    "reformatted": "The same value, written the usual way.",
    "recased": "Typed in capitals or small letters only; put into the usual spelling.",
    "invisible_removed": "Invisible or control characters were taken out.",
    "html_removed": "HTML was turned into readable text.",
    "tags_removed": "HTML tags that are not allowed in the field were taken out.",
    "honorific_removed": "A title or degree was taken out of the name.",
    "emoji_removed": "Emoji were taken out.",
    "mended_text": "Text broken by a wrong character set was mended.",
    "currency_read": "The currency was typed with the amount; the number alone was taken.",
    "multiplier_read": "k, M or a word such as million was multiplied out.",
    "rounded": "The field keeps fewer decimals; the number was rounded half up.",
    "time_dropped": "The field keeps a day only; the time of day was left out.",
    "time_assumed": "Only a day was given; the beginning of that day was taken.",
    "zone_assumed": "The time came without a time zone; the mapping's `zone` (or UTC) was taken.",
    "region_assumed": "The number had no country code; the person's country was taken.",
    "extension_dropped": "The field has no room for the extension.",
    "letters_as_digits": "Letters on the dial were turned into digits.",
    "number_found_in_text": "The number stood inside other text.",
    "several_emails": "Several addresses were typed; the first that works was taken.",
    "several_numbers": "Several numbers were typed; the first that works was taken.",
    "some_choices_dropped": "Some of the choices are unknown to the target and were left out.",
    "used_fallback": "The first source held nothing usable; a later one was taken.",
    "likely_typo": "The address works, but its domain looks mistyped.",
    "unlikely_name": "The name has characters names rarely have.",
    "unlikely_postal_code": "The postal code does not look like one of its country.",
    "unreadable_characters": "Some characters were already lost when the value reached us.",
    "cut_to_length": "Longer than the field; cut, with a mark.",
    "too_long": "Longer than the field, and not to be cut.",
    "unknown_picklist_value": "The target's picklist has no such value.",
    "unknown_country": "Not the name or code of one country.",
    "unknown_state": "Not a state of the person's country.",
    "placeholder": "A filler such as n/a was typed instead of a value.",
    "email_in_name": "An e-mail address was typed instead of a name.",
    "company_in_name": "A company was typed instead of a person's name.",
    "link_in_name": "A link was typed instead of a name.",
    "not_a_name": "Holds no name.",
    "email_in_company": "An e-mail address was typed instead of a company.",
    "not_an_email": "Not an e-mail address.",
    "not_a_phone": "Not a phone number that can be dialled.",
    "not_a_postal_code": "Not a postal code.",
    "not_a_website": "Not the address of a website.",
    "not_own_domain": "A network or mail provider shared by everybody, not the company's own domain.",
    "not_a_url": "Not a link that can be opened.",
    "ambiguous_date": "A day and month in an order nobody can know; name the format in the mapping.",
    "not_a_date": "Not a date in ISO form or in a format the mapping names.",
    "date_out_of_range": "Outside the years a field can hold (1700 to 4000).",
    "ambiguous_number": "A number that can be read in two ways; for a point, a comma or `mil`, name the `locale` in the mapping.",
    "number_range": "A range, not one number.",
    "not_a_number": "Not a number.",
    "not_a_whole_number": "Has decimals, and the field takes whole numbers only.",
    "number_too_big": "More digits than the field holds.",
    "other_currency": "In another currency than the field's.",
    "not_a_boolean": "Neither yes nor no.",
    "not_an_id": "Not an id.",
    "not_text": "Not a text at all.",
}

HARMLESS = frozenset({"reformatted", "recased", "invisible_removed", "html_removed"})

GRAVITY: dict[str, int] = {reason: rank for rank, reason in enumerate(REASONS)}
