"""Forms, their submissions as version 1 gives them, and sending a form."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request, first, flag, nothing, number, ok
from connectors.sandbox.hubspot.portal import PORTAL_ID
from connectors.sandbox.hubspot.problems import invalid, not_found
from connectors.sandbox.hubspot.router import Route, versions

FORMS_PAGE, SUBMISSIONS_PAGE = 100, 50


def _cursor(text: str) -> int:
    """A place from an opaque cursor; raises 400."""
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text.encode()).decode())
    except ValueError:
        raise invalid(f"Invalid value for after: '{text}'") from None


def _paged(rows: list[Any], start: int, size: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"results": rows[start : start + size]}
    if start + size < len(rows):
        answer["paging"] = {"next": {"after": base64.urlsafe_b64encode(str(start + size).encode()).decode()}}
    return answer


def list_forms(account: Account, request: Request) -> Answer:
    """GET /marketing/v3/forms."""
    asked = request.parameters()
    size = number(asked, "limit", 20, 1, FORMS_PAGE)
    archived = flag(asked, "archived")
    rows = [one for one in account.forms.shown.values() if one["archived"] == archived]
    return ok(_paged(rows, _cursor(first(asked, "after")), size))


def get_form(account: Account, request: Request) -> Answer:
    """GET /marketing/v3/forms/{id}."""
    return ok(account.forms.find(request.names["id"]))


def create_form(account: Account, request: Request) -> Answer:
    """POST /marketing/v3/forms."""
    given = request.json()
    if not given.get("name") or given.get("formType", "hubspot") != "hubspot":
        raise invalid("Invalid input JSON: a form needs a name and the formType hubspot")
    now = account.portal.now()
    kept = ("fieldGroups", "configuration", "displayOptions", "legalConsentOptions")
    more = {key: value for key, value in given.items() if key in kept}
    id = account.forms.add(str(given["name"]), (), now, now, more)
    request.call.changed("created", "forms", id, {"name": given["name"]})
    return ok(account.forms.find(id), 201)


def update_form(account: Account, request: Request) -> Answer:
    """PATCH /marketing/v3/forms/{id}."""
    form = account.forms.find(request.names["id"])
    allowed = ("name", "archived", "fieldGroups", "configuration", "displayOptions", "legalConsentOptions")
    form |= {key: value for key, value in request.json().items() if key in allowed} | {
        "updatedAt": account.portal.now()
    }
    return ok(form)


def archive_form(account: Account, request: Request) -> Answer:
    """DELETE /marketing/v3/forms/{id}."""
    account.forms.find(request.names["id"])["archived"] = True
    return nothing()


def list_submissions(account: Account, request: Request) -> Answer:
    """GET /form-integrations/v1/submissions/forms/{id}: the newest first."""
    asked = request.parameters()
    size = number(asked, "limit", 20, 1, SUBMISSIONS_PAGE)
    account.forms.find(request.names["id"])
    rows = sorted(account.forms.submissions[request.names["id"]], key=lambda one: int(one["submittedAt"]), reverse=True)
    return ok(_paged(rows, _cursor(first(asked, "after")), size))


def submit_form(account: Account, request: Request) -> Answer:
    """POST /submissions/v3/integration/submit/{portal}/{form}, as a web page does."""
    if request.names["portal"] != str(PORTAL_ID):
        raise not_found(f"Portal {request.names['portal']} does not exist")
    given = request.json()
    fields = given.get("fields")
    if not isinstance(fields, list) or not all(isinstance(one, Mapping) and "name" in one for one in fields):
        raise invalid("The request is not valid: fields must be a list of names and values")
    values = {str(one["name"]): str(one.get("value", "")) for one in fields}
    context = given.get("context") or {}
    account.forms.submit(
        request.call, request.names["form"], values, str(context.get("pageUri", "")), str(context.get("pageName", ""))
    )
    return ok({"inlineMessage": "Thanks for submitting the form."})


_FORMS = versions("marketing/forms", "")
_FORM = versions("marketing/forms", "/{id}")
_SCOPE = ("forms",)
ROUTES = (
    Route("GET", _FORMS, list_forms, _SCOPE),
    Route("POST", _FORMS, create_form, _SCOPE),
    Route("GET", _FORM, get_form, _SCOPE),
    Route("PATCH", _FORM, update_form, _SCOPE),
    Route("PUT", _FORM, update_form, _SCOPE),
    Route("DELETE", _FORM, archive_form, _SCOPE),
    Route("GET", ("/form-integrations/v1/submissions/forms/{id}",), list_submissions, _SCOPE),
    Route("POST", ("/submissions/v3/integration/submit/{portal}/{form}",), submit_form, open=True),
    Route("POST", ("/submissions/v3/integration/secure/submit/{portal}/{form}",), submit_form),
)
