"""What conditions may speak of: every known fact, its type, and a sentence about it.

A fact comes from the facts mapping (its type follows from the format), or the pipeline works it out (`DERIVED`), or it comes up while
a lead is qualified (`JUDGED`, known only to the rules after it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum

from bridge.frozen import frozen
from bridge.settings.mapping import FieldMapping
from bridge.settings.mapping import Mapping as FieldMappings


class FactType(StrEnum):
    """What can be asked of a fact."""

    text = "text"
    number = "number"
    boolean = "boolean"
    moment = "moment"
    many = "many"
    level = "level"


IN_WORDS = {
    FactType.text: "a text",
    FactType.number: "a number",
    FactType.boolean: "true or false",
    FactType.moment: "a date or time",
    FactType.many: "a list of values",
    FactType.level: "a job level",
}

LEVELS = ("intern", "staff", "senior", "manager", "head", "director", "vp", "c_level", "owner")
"""Job levels in rising order. `unknown` and `student` stand outside the order: every comparison with them is false."""
UNRANKED = ("unknown", "student")

TYPE_OF_FORMAT = {
    "date": FactType.moment, "datetime": FactType.moment, "integer": FactType.number, "decimal": FactType.number,
    "money": FactType.number, "boolean": FactType.boolean, "multi_picklist": FactType.many,
}  # fmt: skip


@frozen
class KnownFact:
    """One fact: `options` are all values it can have (empty: any), `called` how HubSpot shows them; `country`: those are countries. `stage` says when
    it is known: see `STAGES`.
    """

    name: str
    type: FactType
    sentence: str
    options: tuple[str, ...] = ()
    stage: str = "facts"
    country: bool = False
    called: Mapping[str, str] = field(default_factory=dict)


STAGES = ("facts", "segment", "score", "answers", "verdict")
"""The order in which qualifying works things out; a rule sees what its stage or an earlier one knows."""

Known = Mapping[str, KnownFact]


def _fact(name: str, type_: FactType, sentence: str, *options: str, stage: str = "facts") -> KnownFact:
    return KnownFact(name, type_, sentence, options, stage)


_TEXT, _NUMBER, _YES_NO, _MOMENT = FactType.text, FactType.number, FactType.boolean, FactType.moment

DERIVED: tuple[KnownFact, ...] = (
    _fact("email_kind", _TEXT, "What sort of address it is.", "business", "freemail", "disposable", "role", "none"),
    _fact("job_level", FactType.level, "Seniority read from the job title.", *LEVELS, *UNRANKED),
    _fact("department", _TEXT, "Department read from the job title."),
    _fact(
        "language",
        _TEXT,
        "Language they are likely to speak, two letters: told by HubSpot, by what they wrote, or by their country.",
    ),
    _fact("language_source", _TEXT, "Where the language is known from."),
    _fact("is_test", _YES_NO, "Fits one of the definition's test patterns."),
    _fact("is_student", _YES_NO, "Studies, by title or address."),
    _fact("is_competitor", _YES_NO, "Has an address at one of the definition's competitors."),
    _fact("unsubscribed", _YES_NO, "Does not want marketing e-mail."),
    _fact("bounced", _YES_NO, "The address does not exist (hard bounce)."),
    _fact("account_matched", _YES_NO, "Belongs to a known Salesforce account."),
    _fact("account_id", _TEXT, "Id of that account."),
    _fact("account_name", _TEXT, "Name of that account."),
    _fact("account_type", _TEXT, "Salesforce's `Type` of that account, e.g. Customer - Direct."),
    _fact("is_customer", _YES_NO, "The account is a customer."),
    _fact("target_account", _YES_NO, "The organisation is one we want, by the definition's list."),
    _fact(
        "known_in_sales",
        _TEXT,
        "How Sales knows this person already.",
        "none",
        "open_lead",
        "converted_lead",
        "contact",
    ),
    _fact("open_opportunity", _YES_NO, "The account has an open opportunity."),
    _fact("days_since_activity", _NUMBER, "Days since the person last did something."),
    _fact("forms_count", _NUMBER, "Form submissions so far."),
    _fact("last_form", _TEXT, "Name of the newest form submission's form."),
    _fact(
        "asked_for_contact",
        _YES_NO,
        "Asked to be contacted (a demo, a quote, a call): by their newest form, or by one of the 30 days before it.",
    ),
    _fact("uses_product", _YES_NO, "Uses what we sell: mapped, or a customer by lifecycle stage."),
    _fact("people_at_organisation", _NUMBER, "People known at the same organisation."),
    _fact("records_of_person", _NUMBER, "Records that are this one person."),
    _fact("employees", _NUMBER, "Employees of the organisation."),
)

JUDGED: tuple[KnownFact, ...] = (
    _fact("segment", _TEXT, "The first segment that fits.", stage="segment"),
    _fact("score", _NUMBER, "Sum of the points of the score rules.", stage="score"),
    _fact("bant", _NUMBER, "How many of the BANT criteria are met.", stage="answers"),
    _fact("complete", _YES_NO, "All mandatory information is there.", stage="answers"),
    _fact("hot", _YES_NO, "The definition's `hot` condition holds.", stage="answers"),
    _fact("verdict", _TEXT, "The verdict.", stage="verdict"),
)

CRITERIA = ("budget", "authority", "need", "timeline")


def known_facts(fields: Iterable[tuple[str, FieldMapping]], segments: Iterable[str]) -> dict[str, KnownFact]:
    """The catalogue for one set of files: the facts mapping's fields, what the pipeline derives, what qualifying works out.

    A mapped fact of a derived name (`employees`) keeps the derived type.
    """
    known = {
        name: KnownFact(name, type_of(field), _sentence(field), options_of(field), country=_is_country(field))
        for name, field in fields
    }
    known.update({fact.name: fact for fact in (*DERIVED, *JUDGED)})
    for criterion in CRITERIA:
        known[criterion] = _fact(criterion, _YES_NO, f"The criterion {criterion} is met.", stage="answers")
    known["segment"] = replace(known["segment"], options=tuple(segments))
    return known


def facts_of(mappings: Iterable[FieldMappings]) -> list[tuple[str, FieldMapping]]:
    """The fields of every mapping whose target is `facts`."""
    return [item for mapping in mappings if mapping.target == "facts" for item in mapping.fields.items()]


def type_of(field: FieldMapping) -> FactType:
    return TYPE_OF_FORMAT.get(field.format, FactType.text)


def _is_country(field: FieldMapping) -> bool:
    return field.format == "country_code" and not field.values and field.constant is None


def options_of(field: FieldMapping) -> tuple[str, ...]:
    """Every value the field can have, when the mapping lets no other through."""
    if not field.values or field.otherwise == "keep":
        return ()
    other = () if isinstance(field.otherwise, str) else (field.otherwise.use,)
    return tuple(dict.fromkeys((*field.values.values(), *other)))


def _sentence(field: FieldMapping) -> str:
    return f"From {', '.join(field.from_)}." if field.from_ else "A fixed value."
