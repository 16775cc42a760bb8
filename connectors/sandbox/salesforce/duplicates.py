"""Duplicate rules: records like the one being saved, found by the same e-mail address or by a name and company that are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from connectors.sandbox.salesforce.errors import Refusal
from connectors.sandbox.salesforce.incoming import Caller
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.settings import DuplicateRule
from connectors.sandbox.salesforce.store import Table

# How alike first names and companies have to be, of 100, as rapidfuzz measures it.
_FIRST_NAME_ALIKE = 80.0
_COMPANY_ALIKE = 85.0
_SHOWN_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Match:
    """A record that is like the new one."""

    kind: str
    id: str
    confidence: float
    engine: str


# Gives what `includeRecordDetails` shows of a match.
Details = Callable[[Match], Mapping[str, Any]]
_DETAILS = ("Name", "FirstName", "LastName", "Company", "Email", "Title", "Phone", "AccountId")


def check(org: Org, caller: Caller, sobject: SObject, row: int, creating: bool) -> None:
    """Raise DUPLICATES_DETECTED where a rule of the org alerts or blocks. An alert gives way to `allowSave=true`."""
    for rule in org.settings.duplicate_rules:
        action = rule.on_create if creating else rule.on_update
        if rule.object != sobject.name or action == "allow" or (action == "alert" and caller.allow_save):
            continue
        matches = list(_matches(org, rule, sobject, row))
        if matches:
            details = _details(org, caller) if caller.include_details else None
            raise _refusal(rule, sobject, matches, action == "alert", caller.base, details)


def _matches(org: Org, rule: DuplicateRule, sobject: SObject, row: int) -> Iterator[Match]:
    table = org.table(sobject.name)
    told = 0
    for kind in rule.against or (sobject.name,):
        other = org.table(kind)
        found: dict[int, Match] = {}
        if "email" in rule.match:
            email = table.value(row, "Email") if sobject.find("Email") else None
            for one in other.with_value("Email", email) if email else ():
                found[one] = Match(kind, other.columns["Id"][one], 100.0, "ExactMatchEngine")
        if "name_company" in rule.match:
            for one, score in _alike(org, table, row, sobject.name, other, kind):
                found.setdefault(one, Match(kind, other.columns["Id"][one], score, "FuzzyMatchEngine"))
        for one in sorted(found):
            if one not in other.deleted and not (other is table and one == row) and told < _SHOWN_AT_MOST:
                told += 1
                yield found[one]


def _alike(org: Org, table: Table, row: int, own: str, other: Table, kind: str) -> Iterator[tuple[int, float]]:
    """Rows with the same last name whose first name and company are alike; an account is its name alone."""
    if kind == "Account" or own == "Account":
        name = _company(org, table, row, own)
        for one in other.with_value("Name" if kind == "Account" else "Company", name) if name else ():
            yield one, 100.0
        return
    last, first = table.value(row, "LastName"), (table.value(row, "FirstName") or "").lower()
    company = (_company(org, table, row, own) or "").lower()
    for one in other.with_value("LastName", last) if last else ():
        if other is table and one == row:
            continue
        names = fuzz.ratio(first, (other.value(one, "FirstName") or "").lower())
        companies = fuzz.token_sort_ratio(company, (_company(org, other, one, kind) or "").lower())
        if names >= _FIRST_NAME_ALIKE and companies >= _COMPANY_ALIKE:
            yield one, round(min(names, companies), 1)


def _company(org: Org, table: Table, row: int, kind: str) -> str | None:
    if kind == "Account":
        return _text(table.value(row, "Name"))
    if kind == "Lead":
        return _text(table.value(row, "Company"))
    account = table.value(row, "AccountId")
    found = org.find(account)
    return None if found is None else _text(found.table.value(found.row, "Name"))


def _details(org: Org, caller: Caller) -> Details:
    """The fields of the matching rule, as far as the caller sees them."""

    def shown(match: Match) -> Mapping[str, Any]:
        found = org.find(match.id)
        if found is None:
            return {}
        fields = [field for field in map(found.sobject.find, _DETAILS) if field is not None]
        seen = [field for field in fields if org.access.can_read(caller.user, found.sobject, field)]
        return {field.name: found.table.value(found.row, field.name) for field in seen}

    return shown


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _refusal(
    rule: DuplicateRule, sobject: SObject, matches: list[Match], allow_save: bool, base: str, details: Details | None
) -> Refusal:
    result = {
        "allowSave": allow_save,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": sobject.name,
        "errorMessage": rule.message,
        "matchResults": [
            _result(kind, matches, base, details) for kind in dict.fromkeys(match.kind for match in matches)
        ],
    }
    return Refusal("DUPLICATES_DETECTED", rule.message, extra={"duplicateResult": result})


def _result(kind: str, matches: list[Match], base: str, details: Details | None) -> Mapping[str, Any]:
    """What one matching rule found. Without `includeRecordDetails` a record shows its id alone."""
    mine = [match for match in matches if match.kind == kind]
    shown = []
    for match in mine:
        attributes = {"type": kind, "url": f"{base}/sobjects/{kind}/{match.id}"}
        record = {"attributes": attributes, "Id": match.id, **(details(match) if details is not None else {})}
        shown.append(
            {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": match.confidence, "record": record}
        )
    engine = mine[0].engine
    rule = f"Standard_{kind}_Match_Rule_v1_1"
    return {
        "entityType": kind, "errors": [], "matchEngine": engine, "matchRecords": shown, "rule": rule, "size": len(mine),
        "success": True,
    }  # fmt: skip
