"""What is wrong with a query, told as Salesforce tells it: a piece of the text, a caret, row and column, a sentence."""

from __future__ import annotations

from connectors.sandbox.salesforce.errors import Refusal

# How much of the query is shown on either side of the place.
_BEFORE, _AFTER = 60, 40


class SoqlProblem(Exception):
    """A problem at a place in the query; `at` None where the whole query is meant."""

    def __init__(self, code: str, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at

    def refusal(self, text: str) -> Refusal:
        """The answer for a query that reads `text`."""
        if self.at is None:
            return Refusal(self.code, self.message)
        row = text.count("\n", 0, self.at) + 1
        line_start = text.rfind("\n", 0, self.at) + 1
        line = text[line_start:].split("\n", 1)[0]
        column = self.at - line_start + 1
        start = max(0, column - 1 - _BEFORE)
        shown = line[start : column - 1 + _AFTER]
        # A recorded answer about an unknown object has its caret near the start of the line, whatever the column.
        indent = 3 if self.code == "INVALID_TYPE" else column - 1 - start
        return Refusal(self.code, f"\n{shown}\n{' ' * indent}^\nERROR at Row:{row}:Column:{column}\n{self.message}")


_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."


def no_column(name: str, entity: str, at: int) -> SoqlProblem:
    """An unknown or hidden field."""
    hint = "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name."
    return SoqlProblem("INVALID_FIELD", f"No such column '{name}' on entity '{entity}'. {hint} {_REFERENCE}", at)


def no_object(name: str, at: int) -> SoqlProblem:
    """An unknown or hidden object."""
    hint = "If you are attempting to use a custom object, be sure to append the '__c' after the entity name."
    return SoqlProblem("INVALID_TYPE", f"sObject type '{name}' is not supported. {hint} {_REFERENCE}", at)


def no_relationship(name: str, at: int, in_from: bool = False) -> SoqlProblem:
    """An unknown relationship, to a parent or, in FROM, to children."""
    hint = "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name."
    where = "FROM part of query call" if in_from else "field path"
    code = "INVALID_TYPE" if in_from else "INVALID_FIELD"
    return SoqlProblem(code, f"Didn't understand relationship '{name}' in {where}. {hint} {_REFERENCE}", at)


def malformed(message: str, at: int | None = None) -> SoqlProblem:
    """The text is no query."""
    return SoqlProblem("MALFORMED_QUERY", message, at)
