"""What people do in HubSpot while the bridge is running: marketers edit and merge, contacts unsubscribe, admins take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.portal import PERSON
from connectors.sandbox.hubspot.problems import Problem
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.values import accept
from connectors.sandbox.kernel.control import Act
from connectors.sandbox.kernel.ledger import Call, Ledger


class People:
    """The acts. Each is one line of the ledger with method `ACT`; one that is refused raises `ValueError`."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._portal = account.portal
        self._call = Call("hubspot", "ACT", "/")

    def edit(self, kind: str, id: str, properties: Mapping[str, Any]) -> str:
        """Change properties of a record."""
        row, name = self._find(kind, id)
        self._portal.update(
            self._call, name, row, accept(self._portal.store(name).schema, properties, strict=True), PERSON
        )
        return str(row.id)

    def create(self, kind: str, properties: Mapping[str, Any], company: str | None = None) -> str:
        """Add a record, to a company if one is given; gives its id."""
        store = self._portal.store(kind)
        row = self._portal.create(self._call, store.kind.name, accept(store.schema, properties, strict=True), PERSON)
        if company is not None:
            self._portal.tie(
                self._call, store.kind.name, row.id, "companies", self._portal.find("companies", company).id
            )
        return str(row.id)

    def merge(self, kind: str, primary: str, other: str) -> str:
        """Merge two records; gives the new one's id."""
        row, name = self._find(kind, primary)
        return str(self._portal.merge(self._call, name, row, self._find(name, other)[0], PERSON).id)

    def archive(self, kind: str, id: str) -> str:
        """Delete a record (it can be restored)."""
        row, name = self._find(kind, id)
        self._portal.archive(self._call, name, row, PERSON)
        return str(row.id)

    def restore(self, kind: str, id: str) -> str:
        """Take a deleted record back out of the bin."""
        name = self._portal.store(kind).kind.name
        self._portal.restore(self._call, name, self._portal.find(name, id, archived=True), PERSON)
        return id

    def privacy_delete(self, id: str) -> str:
        """Delete a contact for good, as the law asks for."""
        row, _ = self._find("contacts", id)
        self._portal.forget(self._call, "contacts", row)
        return str(row.id)

    def unsubscribe(self, id: str) -> str:
        """A contact opts out of all e-mail."""
        return self._set(id, {"hs_email_optout": "true"})

    def bounce(self, id: str, reason: str = "UNKNOWN_USER") -> str:
        """A contact's address bounces for good."""
        row, _ = self._find("contacts", id)
        count = int(row.get("hs_email_bounce") or "0") + 1
        return self._set(id, {"hs_email_bounce": str(count), "hs_email_hard_bounce_reason_enum": reason})

    def visit(self, id: str, url: str) -> str:
        """A contact looks at a page of the website."""
        row, _ = self._find("contacts", id)
        views = int(row.get("hs_analytics_num_page_views") or "0") + 1
        seen = {
            "hs_analytics_num_page_views": str(views),
            "hs_analytics_last_url": url,
            "hs_analytics_last_timestamp": self._portal.now(),
        }
        if "pricing" in url and "last_pricing_visit" in self._portal.store("contacts").schema.properties:
            seen["last_pricing_visit"] = self._portal.now()
        return self._set(id, seen)

    def link(self, kind: str, id: str, other_kind: str, other: str) -> str:
        """Link two records."""
        row, name = self._find(kind, id)
        far, far_name = self._find(other_kind, other)
        self._portal.tie(self._call, name, row.id, far_name, far.id)
        return str(row.id)

    def submit_form(
        self, form: str, fields: Mapping[str, str], page_url: str = "", page_title: str = ""
    ) -> dict[str, str]:
        """Somebody fills in a form, named by id or name; gives the ids of the submission and the contact."""
        forms = self._account.forms
        id = next((id for id, one in forms.shown.items() if form in (id, one["name"])), form)
        submission, row = forms.submit(self._call, id, fields, page_url, page_title)
        return {"submission": submission, "contact": str(row.id)}

    def add_note(self, id: str, body: str, kind: str = "contacts") -> str:
        """Write a note about a record; gives the note's id."""
        row, name = self._find(kind, id)
        note = self._portal.create(
            self._call, "notes", {"hs_note_body": body, "hs_timestamp": self._portal.now()}, PERSON
        )
        self._portal.tie(self._call, "notes", note.id, name, row.id)
        if name == "contacts":
            count = int(row.get("num_notes") or "0") + 1
            self._portal.touch(
                self._call, name, row, {"notes_last_updated": self._portal.now(), "num_notes": str(count)}
            )
        return str(note.id)

    def chat(self, id: str, messages: list[Mapping[str, Any]]) -> str:
        """A contact chats on the website; `messages` are {text, direction, name, email}. Gives the thread's id."""
        row, _ = self._find("contacts", id)
        talks = self._account.conversations
        thread = talks.open(str(row.id), self._portal.now())
        for one in messages:
            talks.say(thread, self._portal.now(), str(one["text"]), one)
        self._call.changed("created", "threads", thread, {"contact": str(row.id)})
        return thread

    def answer_survey(self, id: str, properties: Mapping[str, Any]) -> str:
        """A contact answers a survey; gives the id of the feedback submission."""
        row, _ = self._find("contacts", id)
        store = self._portal.store("feedback_submissions")
        made = self._portal.create(self._call, store.kind.name, accept(store.schema, properties, strict=False), PERSON)
        self._portal.tie(self._call, store.kind.name, made.id, "contacts", row.id)
        return str(made.id)

    def add_to_list(self, list_id: str, ids: list[str]) -> list[str]:
        """Put records on a manual list; gives those that were not on it."""
        added = self._account.lists.add(self._account.lists.find(list_id), ids, self._portal.now())[0]
        self._call.changed("updated", "lists", list_id, {"added": added, "removed": []})
        return added

    def owner_leaves(self, id: str) -> str:
        """An owner is deactivated."""
        self._account.owners.leave(int(id), self._portal.now())
        self._call.changed("updated", "owners", id, {"archived": True}, {"archived": False})
        return id

    def drop_property(self, kind: str, name: str) -> str:
        """An admin deletes a property; here even one of HubSpot's own."""
        store = self._portal.store(kind)
        store.schema.drop(name, self._portal.now(), force=True)
        store.schema_changed()
        self._call.changed("deleted", "properties", f"{store.kind.name}.{name}")
        return name

    def set_options(self, kind: str, name: str, options: list[str]) -> str:
        """An admin narrows or widens what an enumeration takes; values already there stay."""
        store = self._portal.store(kind)
        before = [value for value, _, _ in store.schema.find(name).options]
        given = [{"value": option, "label": option} for option in options]
        store.schema.update(name, {"options": given}, self._portal.now())
        self._call.changed(
            "updated", "properties", f"{store.kind.name}.{name}", {"options": options}, {"options": before}
        )
        store.schema_changed()
        return name

    def set_rule(self, kind: str, name: str, rule: Mapping[str, Any]) -> str:
        """An admin sets a validation rule {min_length, max_length, pattern, lowest, highest}; the date-based versions hold to it."""
        schema = self._portal.store(kind).schema
        schema.find(name)
        before = schema.rules.get(name, {})
        schema.rules[name] = rule
        self._call.changed("updated", "properties", f"{schema.kind.name}.{name}", {"rule": rule}, {"rule": before})
        return name

    def revoke_scope(self, scope: str) -> list[str]:
        """An admin takes a right from the app; gives those that are left."""
        if scope not in self._account.auth.scopes:
            raise LookupError(f"the app does not have the right {scope}")
        self._account.auth.scopes.discard(scope)
        self._call.changed("revoked", "scopes", scope)
        return sorted(self._account.auth.scopes)

    def grant_scope(self, scope: str) -> list[str]:
        """An admin gives the app a right."""
        self._account.auth.scopes.add(scope)
        self._call.changed("granted", "scopes", scope)
        return sorted(self._account.auth.scopes)

    def revoke_token(self, token: str = "") -> bool:
        """An admin ends a token, by default the private app's."""
        return self._account.auth.revoke(token or self._account.auth.private_token)

    def restore_token(self) -> str:
        """An admin lets the private app in again, with the same token."""
        return self._account.auth.restore()

    def lock(self, kind: str, id: str, seconds: float = 2.0) -> str:
        """Something holds a record: writes to it are answered 423 for so long."""
        row, name = self._find(kind, id)
        self._portal.lock_record(name, row.id, seconds)
        return str(row.id)

    def webhooks(
        self, twice: float | None = None, shuffled: bool | None = None, retry_seconds: float | None = None
    ) -> str:
        """How webhooks are delivered: the share sent twice, in order or not, the pause before another try."""
        manner = self._account.webhooks.manner
        manner.twice = manner.twice if twice is None else twice
        manner.shuffled = manner.shuffled if shuffled is None else shuffled
        manner.retry_seconds = manner.retry_seconds if retry_seconds is None else retry_seconds
        return str(manner)

    def limits(self, enabled: bool | None = None, tier: str | None = None, daily_used: int | None = None) -> str:
        """Switch the call limits, choose the tier, set how much of the day's allowance is gone."""
        self._account.limits.set(enabled, tier, daily_used)
        return self._account.limits.tier

    def index_lag(self, low: float = 0.0, high: float = 10.0) -> str:
        """How many seconds search is behind, drawn anew for each write between `low` and `high`; 0 and 0 for none."""
        for store in self._portal.stores():
            store.index.lag = (low, high)
        return f"{low}-{high} s"

    def _find(self, kind: str, id: str) -> tuple[Row, str]:
        name = self._portal.store(kind).kind.name
        return self._portal.find(name, str(id)), name

    def _set(self, id: str, values: Mapping[str, str]) -> str:
        row, _ = self._find("contacts", id)
        self._portal.touch(self._call, "contacts", row, values)
        return str(row.id)

    def kept(self, ledger: Ledger, name: str) -> Act:
        """An act by name, as a line of the ledger."""
        act: Callable[..., Any] = getattr(self, name)

        @wraps(act)
        def done(*given: Any, **named: Any) -> Any:
            with self._portal.lock:
                self._call = Call("hubspot", "ACT", f"/act/{name}", by=PERSON[1])
                try:
                    result = act(*given, **named)
                except Problem as problem:
                    ledger.write(self._call, self._account.clock.now(), problem.status, problem.status)
                    raise ValueError(problem.message) from None
                ledger.write(self._call, self._account.clock.now(), 200, 200)
                return result

        return done


def acts_of(account: Account, ledger: Ledger) -> Mapping[str, Act]:
    """The acts by name, each kept in the ledger."""
    people = People(account)
    names = [name for name in vars(People) if not name.startswith("_") and name != "kept"]
    return {name: people.kept(ledger, name) for name in names}
