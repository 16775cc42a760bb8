"""The model of `mappings/*.yaml`: which source value goes into which target field, in which format, and who wins.

A mapping says *what*; the clean stage knows *how*. `from` names, the first one that holds a value wins:

    lastname                    a HubSpot contact property
    company.domain owner.email  a property of a related record
    form.message                a field of the newest form submission
    fact.country                a value the facts mapping has cleaned already
    bridge.brief                what the bridge itself makes (see `BRIDGE_VALUES`)
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from bridge.settings.base import Settings, Texts, did_you_mean, problem

Format = Literal[
    "person_name", "first_name", "last_name", "full_name", "email", "phone", "country_code", "country_name", "state_code",
    "state_name", "postal_code", "website", "domain", "url", "date", "datetime", "integer", "decimal", "money", "boolean",
    "picklist", "multi_picklist", "text", "long_text", "rich_text", "company_name", "job_title", "identifier",
]  # fmt: skip

Target = Literal[
    "facts", "salesforce.Lead", "salesforce.Contact", "salesforce.Task", "salesforce.Account", "salesforce.CampaignMember", "hubspot.contact",
]  # fmt: skip
Source = Literal["hubspot.contact", "bridge"]
Wins = Literal["source", "crm", "crm_unless_blank", "newest"]

RELATED = ("company", "owner", "form")
"""Related records whose properties `from` may name, each with a dot."""

BRIDGE_VALUES: dict[str, str] = {
    "brief": "the readable summary Sales receives",
    "score": "the score, a whole number",
    "segment": "the segment's name",
    "verdict": "the verdict's name",
    "reason": "the reason code of the decision",
    "verdict_sentence": "the reason in one sentence",
    "lead_id": "the bridge's own id of the lead, written to the external id field",
    "account_id": "the Salesforce account the lead belongs to",
    "salesforce_id": "the Salesforce record the lead became",
    "owner_id": "the Salesforce user or queue it was assigned to",
    "owner_name": "the name of that user or queue",
    "status": "where the lead stands: its verdict, or waiting, sent, worked, returned",
    "sent_at": "when it was handed to Sales",
    "journey": "campaigns, forms and pages in time order, the newest first",
    "version": "the version of the definition that decided",
    "task_subject": "one line for the owner's task: who, of which organisation, and why now",
    "task_priority": "High for a hot lead, else Normal",
    "due_on": "the day by which Sales should have acted",
    "chart": "the account chart in short: counts, who is missing, the best placed people",
    "people": "how many people are known at the organisation",
    "role": "the person's role in the decision",
    "lane": "who has the lead now: sales, room, caller, research, automation, nurture or nobody",
    "questions": "what is not known and should be asked, when a person must ask",
    "account_summary": "the whole account chart, for the account",
}


class Use(Settings):
    """`otherwise: {use: Other}`: the value to write when no line of `values` fits."""

    use: str = Field(description="The value to write instead.")


def _word_or_use(value: object) -> str:
    return "use" if isinstance(value, dict | Use) else "word"


Otherwise = Annotated[
    Annotated[Literal["leave_blank", "keep", "hold"], Tag("word")] | Annotated[Use, Tag("use")],
    Discriminator(_word_or_use),
]


class FieldMapping(Settings):
    """One target field: where its value comes from and what may happen to it on the way."""

    from_: Texts = Field(
        default=(),
        alias="from",
        description="Source names, one or a list; the first that holds a value wins.",
        examples=["lastname"],
    )
    format: Format = Field(
        default="text", description="How the value is cleaned. `picklist` when `values` are given, else `text`."
    )
    required: bool = Field(default=False, description="Without a value the lead is held instead of sent.")
    default_region: str | None = Field(
        default=None,
        description="Region of phone numbers without a country code: `from_country` or a code such as `DE`.",
    )
    values: dict[str, str] = Field(
        default_factory=dict, description="Source value → target value; upper and lower case are the same."
    )
    otherwise: Otherwise = Field(
        default="keep",
        description="When no line of `values` fits: `keep` it, `leave_blank`, `hold` the lead, or `{use: X}`.",
    )
    wins: Wins = Field(default="source", description="Who owns the field once it holds something in the target.")
    empty: Literal["leave", "clear"] = Field(
        default="leave", description="What an empty source value does to a filled target."
    )
    too_long: Literal["cut", "hold", "leave_blank"] = Field(
        default="cut", description="What happens to a text longer than the field."
    )
    constant: str | None = Field(default=None, description="A fixed value instead of `from`.")
    options: dict[str, str | int | bool] = Field(default_factory=dict, description="Further settings of the format.")

    @field_validator("from_")
    @classmethod
    def _names_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            _check_origin(name)
        return names

    @model_validator(mode="before")
    @classmethod
    def _values_make_a_picklist(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("values") and "format" not in data:
            return {**data, "format": "picklist"}
        return data

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if bool(self.from_) == (self.constant is not None):
            raise problem("needs `from` or `constant`, and not both")
        return self


class Mapping(Settings):
    """One mapping file. `name` is the file's name without `.yaml`."""

    name: str = Field(default="", description="Set by loading: the file's name without its ending.")
    source: Source = Field(
        description="What is read: `hubspot.contact`, or `bridge` when only what it made itself is written.",
        examples=["hubspot.contact"],
    )
    target: Target = Field(
        description="What is written: `facts` (what the definition sees) or a record of a system.",
        examples=["salesforce.Lead"],
    )
    fields: dict[str, FieldMapping] = Field(
        description="Target field → where its value comes from.",
        min_length=1,
        examples=[{"LastName": {"from": "lastname", "format": "last_name", "required": True}}],
    )


def _check_origin(name: str) -> None:
    prefix, dot, rest = name.partition(".")
    if not dot:
        return
    if prefix == "bridge" and rest not in BRIDGE_VALUES:
        raise problem(f"the bridge makes no '{rest}'", did_you_mean(rest, BRIDGE_VALUES))
    if prefix not in (*RELATED, "fact", "bridge") or not rest:
        raise problem(f"'{name}' names no related record", did_you_mean(prefix, (*RELATED, "fact", "bridge")))
