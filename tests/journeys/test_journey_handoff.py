"""One organisation, one handoff: counted in the sandbox, by what arrived there."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import FIRST, LAST, READY, account, sales_person

from bridge.cli.main import run
from bridge.staging.schema import delivery, event, handoff, lead, record, written
from connectors.sandbox.world import Thing

TITLES = (
    "Sachbearbeiterin Einkauf", "Head of Operations", "Chief Executive Officer", "IT Manager", "Buyer", "Director of Finance", "Clerk",
    "Plant Manager", "Vertriebsleiter", "Software Engineer", "Werkleiter", "Controller", "VP Supply Chain", "Office Manager", "Trainee",
    "Responsable Achats", "Head of IT", "Quality Manager", "Legal Counsel", "Receptionist",
)  # fmt: skip
DEMO = {"purchase_timeframe": "now", "message": "Please call me."}


def colleague(number: int, domain: str = "morgenrot-werke.de", **values: str) -> tuple[str, dict[str, str]]:
    """One of the people of Morgenrot Werke, each qualified unless `values` say otherwise."""
    first, last = FIRST[number % 20], LAST[(number * 7) % 20]
    made = {
        "firstname": first, "lastname": last, "email": f"{first}.{last}@{domain}".lower(), "company": "Morgenrot Werke", **READY,
        "jobtitle": TITLES[number % 20],
    }  # fmt: skip
    return f"m{number}", made | values


def colleagues(numbers: Iterable[int], **values: str) -> list[tuple[str, dict[str, str]]]:
    return [colleague(number, **values) for number in numbers]


def created(here: Installation, since: int = 0) -> list[str]:
    """Kinds of the Salesforce records that calls of clients made."""
    told = [kind for system, what, kind, _ in here.effects(since) if system == "salesforce" and what == "created"]
    return [
        kind
        for kind in told
        if kind not in ("CustomField", "FieldPermissions", "ContentDocument", "ContentDocumentLink")
    ]


@pytest.mark.parametrize("with_account", [False, True])
def test_twenty_people_of_one_company_are_one_handoff(install: Install, with_account: bool) -> None:
    known = [account("a1", "Morgenrot Werke", "morgenrot-werke.de")] if with_account else []
    here = install(colleagues(range(20)), known)
    here.cycle()
    here.cycle()
    assert created(here) == ["Lead", "Task", "ContentNote"]
    made = here.query("SELECT Id, Title, OwnerId, Description FROM Lead")[0]
    assert made["Title"] == "Chief Executive Officer", "the best placed in the decision"
    task = here.query("SELECT Id, WhoId, OwnerId, Description, ActivityDate FROM Task")[0]
    assert (task["WhoId"], task["OwnerId"]) == (made["Id"], made["OwnerId"])
    assert task["ActivityDate"]
    for text in (task["Description"], made["Description"]):
        assert "20 people known" in text
        assert "4 of 4 BANT criteria are met" in text
    one = here.rows(handoff)
    assert len(one) == 1
    assert len(one[0].chart["people"]) == 20
    assert {row.handoff_id for row in here.rows(lead)} == {one[0].id}
    note = next(values for _, what, kind, values in here.effects() if (what, kind) == ("created", "ContentNote"))
    text = base64.b64decode(note["Content"]).decode()
    assert all(person["email"] in text for person in one[0].chart["people"] if not person["primary"]), "the whole chart"
    told = [here.properties(f"m{number}")["leadbridge_status"] for number in range(20)]
    assert sorted(told) == ["joined"] * 19 + ["sent"]


def test_later_ones_join_and_change_the_same_task(install: Install) -> None:
    here = install(colleagues([2, 5]))
    here.cycle()
    before = len(here.sandbox.ledger)
    here.later(days=2)
    for _, values in colleagues([1, 7, 8]):
        here.arrive(values)
    here.cycle()
    assert created(here, before) == []
    task = here.query("SELECT Id, Description FROM Task")
    assert len(task) == 1
    assert "5 people known" in task[0]["Description"]
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


def test_the_first_decision_maker_is_an_alarm_and_a_second_one_is_not(install: Install) -> None:
    here = install(colleagues([1, 3]))  # a head and a manager
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 1
    here.arrive(colleague(2)[1])  # the chief executive
    here.cycle()
    tasks = here.query("SELECT Id, Subject FROM Task ORDER BY CreatedDate, Id")
    assert len(tasks) == 2
    assert LAST[14] in tasks[1]["Subject"]
    assert tasks[1]["Subject"].endswith("joined, a decision maker")
    here.arrive(colleague(5)[1])  # the director of finance
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 2
    assert len(here.query("SELECT Id FROM Lead")) == 1
    assert [row.alarms for row in here.rows(handoff)] == [2]


def test_a_hot_act_of_a_colleague_is_an_alarm(install: Install) -> None:
    here = install(colleagues([2, 5]))
    here.cycle()
    here.later(days=2)
    here.hubspot("submit_form", form="Request a demo", fields={"email": colleague(5)[1]["email"], **DEMO})
    here.cycle()
    here.cycle()
    tasks = here.query("SELECT Id, Subject, Priority, WhoId FROM Task ORDER BY CreatedDate, Id")
    assert [task["Priority"] for task in tasks] == ["Normal", "High"]
    assert colleague(5)[1]["lastname"] in tasks[1]["Subject"]
    assert len(here.query("SELECT Id FROM Lead")) == 1


def test_further_hot_acts_change_the_same_task(install: Install) -> None:
    """One act after the other, each in a cycle of its own, by several people: one urgent task, until it is a week old."""
    here = install(colleagues([2, 5, 7]))
    here.cycle()
    for number, message in (
        (5, "Please call me."),
        (7, "And me, please."),
        (5, "Nobody called yet."),
        (2, "I decide here."),
    ):
        here.later(days=1)
        asked = {"email": colleague(number)[1]["email"], **DEMO, "message": message}
        here.hubspot("submit_form", form="Request a demo", fields=asked)
        here.cycle()
    here.cycle()
    tasks = here.query("SELECT Id, Priority, Description FROM Task ORDER BY CreatedDate, Id")
    assert [task["Priority"] for task in tasks] == ["Normal", "High"]
    assert "I decide here." in tasks[1]["Description"], "the text tells what the one who stands for it did last"
    here.later(days=8)
    here.hubspot("submit_form", form="Request a demo", fields={"email": colleague(5)[1]["email"], **DEMO})
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 3
    assert len(here.query("SELECT Id FROM Lead")) == 1


def test_a_handoff_that_begins_hot_has_one_task_for_further_hot_acts(install: Install) -> None:
    here = install(colleagues([2, 5]))
    here.hubspot("submit_form", form="Request a demo", fields={"email": colleague(2)[1]["email"], **DEMO})
    here.cycle()
    here.later(days=1)
    here.hubspot("submit_form", form="Request a demo", fields={"email": colleague(5)[1]["email"], **DEMO})
    here.cycle()
    assert [task["Priority"] for task in here.query("SELECT Priority FROM Task")] == ["High"]
    assert [row.alarms for row in here.rows(handoff)] == [1]


def test_who_is_hot_from_the_start_makes_an_urgent_task(install: Install) -> None:
    here = install(colleagues([2, 5]))
    here.hubspot("submit_form", form="Request a demo", fields={"email": colleague(2)[1]["email"], **DEMO})
    here.cycle()
    assert [task["Priority"] for task in here.query("SELECT Priority FROM Task")] == ["High"]


def test_alarms_can_be_switched_off(install: Install) -> None:
    here = install(colleagues([1, 3]), bridge={"handoff": {"alarm": []}})
    here.cycle()
    here.arrive(colleague(2)[1])
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 1


def test_others_can_be_leads_as_well(install: Install) -> None:
    here = install(colleagues(range(4)), bridge={"handoff": {"others": "lead"}})
    here.cycle()
    here.cycle()
    assert sorted(created(here)) == ["Lead"] * 4 + ["Task"]
    assert len({row["OwnerId"] for row in here.query("SELECT OwnerId FROM Lead")}) == 1


def test_a_better_placed_colleague_takes_the_place_while_nothing_was_sent(install: Install) -> None:
    here = install(colleagues([1, 3]), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    assert here.lead_of("m3").handover == "joined"
    here.arrive(colleague(2)[1])
    here.cycle()
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    assert [row["Title"] for row in here.query("SELECT Title FROM Lead")] == ["Chief Executive Officer"]
    assert len(here.query("SELECT Id FROM Task")) == 1


def test_another_stands_for_the_handoff_when_the_primary_is_lost(install: Install) -> None:
    here = install(colleagues([2, 5]), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    assert here.lead_of("m5").handover == "joined"
    here.hubspot("unsubscribe", id=here.contact("m2"))
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    assert [row["Title"] for row in here.query("SELECT Title FROM Lead")] == ["Director of Finance"]
    task = here.query("SELECT WhoId FROM Task")
    assert [one["WhoId"] for one in task] == [row["Id"] for row in here.query("SELECT Id FROM Lead")]
    said = [(row.lead_id, row.outcome) for row in here.rows(event, event.c.step == "gather")]
    assert (here.lead_of("m5").id, "stands") in said


def test_after_the_window_somebody_new_opens_another_handoff(install: Install) -> None:
    here = install(colleagues([2, 5]), bridge={"handoff": {"window": 10}})
    here.cycle()
    here.later(days=11)
    here.arrive(colleague(7)[1])
    here.cycle()
    assert [row.state for row in sorted(here.rows(handoff), key=lambda row: int(row.id))] == ["closed", "open"]
    assert len(here.query("SELECT Id FROM Task")) == 2
    before: Any = len(here.sandbox.ledger)
    here.edit("m5", need_description="Something else")
    here.cycle()
    assert created(here, before) == [], "whoever belongs to the old one stays there"


def test_two_handoffs_of_one_organisation_each_have_their_own_chart(install: Install) -> None:
    """An old one and a new one, whose texts are written anew at the same moment."""
    here = install(colleagues([2, 5]), bridge={"handoff": {"window": 10}})
    here.cycle()
    here.later(days=11)
    new = here.arrive(colleague(7)[1])
    here.cycle()
    here.edit("m5", need_description="Something else")
    here.hubspot("edit", kind="contacts", id=new, properties={"need_description": "Something else"})
    here.cycle()
    handoffs = sorted(here.rows(handoff), key=lambda row: int(row.id))
    stands = {row.id: [one["key"] for one in row.chart["people"] if one["primary"]] for row in handoffs}
    assert stands == {row.id: [row.primary_lead_id] for row in handoffs}
    for row in handoffs:
        name = next(one["name"] for one in row.chart["people"] if one["key"] == row.primary_lead_id)
        assert f"- {name}" not in row.brief, "whom a brief is about is no colleague of themselves"


def test_everybody_sales_knows_at_the_account_is_on_the_chart(install: Install) -> None:
    from small_world import sales_person

    from connectors.sandbox.world import Ref

    at = {"AccountId": Ref("Account", "a1")}
    known = [
        account("a1", "Morgenrot Werke", "morgenrot-werke.de"),
        sales_person("Contact", "s1", {"FirstName": "Yara", "LastName": "Zettel", "Title": "Chief Financial Officer", **at}),
        sales_person("Contact", "s2", {"FirstName": "Xaver", "LastName": "Wolke", "Title": "Clerk", **at}),
    ]  # fmt: skip
    nurtured = {"budget_range": "none", "purchase_timeframe": "no_plan", "need_description": ""}
    here = install([*colleagues([1]), *colleagues([12], **nurtured)], known)
    here.cycle()
    chart = here.rows(handoff)[0].chart
    found = {one["name"]: (one["role"], one["status"], tuple(one["systems"])) for one in chart["people"]}
    assert found["Yara Zettel"] == ("decision_maker", "known to Sales only", ("Salesforce",))
    assert len(found) == 4
    assert chart["counts"]["in the decision"] == 3
    assert chart["account"] == "Morgenrot Werke"


def test_who_sales_has_twice_is_on_the_chart_once(install: Install) -> None:
    """A lead and a contact of one colleague, whom marketing knows as well: three records, one entry."""
    from small_world import sales_person

    from connectors.sandbox.world import Ref

    colleague_12 = colleague(12, budget_range="none", purchase_timeframe="no_plan", need_description="")
    first, last, title = (colleague_12[1][name] for name in ("firstname", "lastname", "jobtitle"))
    same = {"FirstName": first, "LastName": last.upper(), "Title": title}
    known = [
        account("a1", "Morgenrot Werke", "morgenrot-werke.de"),
        sales_person("Contact", "s1", {**same, "AccountId": Ref("Account", "a1")}),
        sales_person("Lead", "l1", {**same, "Company": "Morgenrot Werke", "Email": colleague_12[1]["email"]}),
    ]
    here = install([*colleagues([1]), colleague_12], known)
    here.cycle()
    names = [one["name"].casefold() for one in here.rows(handoff)[0].chart["people"]]
    assert names.count(f"{first} {last}".casefold()) == 1
    assert len(names) == 2


@pytest.mark.parametrize("with_account", [False, True])
def test_leads_that_sales_has_of_its_own_are_on_the_chart(install: Install, with_account: bool) -> None:
    """By their address, and by their company's name where the address says nothing; ours, converted and foreign ones are no others."""
    from small_world import sales_person

    at = {"Company": "Morgenrot Werke", "Country": "Germany"}
    known = [
        *([account("a1", "Morgenrot Werke", "www.morgenrot-werke.de")] if with_account else []),
        sales_person("Lead", "l1", {"FirstName": "Yara", "LastName": "Zettel", "Title": "Chief Financial Officer",
                     "Email": "y.zettel@morgenrot-werke.de", **at}),
        sales_person("Lead", "l2", {"FirstName": "Xaver", "LastName": "Wolke", "Email": "xaver.wolke@gmail.com", **at}),
        sales_person("Lead", "l3", {"FirstName": "Ines", "LastName": "Anders", "Company": "Anders AG", "Email": "ines@anders-ag.de"}),
    ]  # fmt: skip
    here = install(colleagues([1, 7]), known)
    here.cycle()
    found = {
        one["name"]: (one["role"], one["status"], tuple(one["systems"]))
        for one in here.rows(handoff)[0].chart["people"]
    }
    assert found["Yara Zettel"] == ("decision_maker", "a lead of Sales", ("Salesforce",))
    assert ("Xaver Wolke" in found) == with_account, "grouped by name only where the account's name is known"
    assert "Ines Anders" not in found
    assert len(found) == 3 + with_account
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []
    here.sales("create", kind="Lead", values={"LastName": "Neumann", "Email": "n@morgenrot-werke.de", **at})
    here.later(minutes=15)
    here.cycle()
    names = [one["name"] for one in here.rows(handoff)[0].chart["people"]]
    assert ("Neumann" in names) or with_account, "drawn anew when somebody comes"


def test_when_the_primary_is_erased_another_stands_for_the_handoff(install: Install) -> None:
    here = install(colleagues([2, 5]), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    assert run(["erase", here.lead_of("m2").id, "--yes", "--home", str(here.folder)]) == 0
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    here.cycle()
    assert [row["Title"] for row in here.query("SELECT Title FROM Lead")] == ["Director of Finance"]
    told = [row["Description"] for row in here.query("SELECT Description FROM Task")]
    assert len(told) == 1
    assert colleague(2)[1]["lastname"] not in told[0]


def test_known_contacts_and_an_account_settle_in_one_cycle(install: Install) -> None:
    """What we wrote comes back through the mirror and changes no text again."""
    from small_world import sales_person

    from connectors.sandbox.world import Ref

    first, last = colleague(2)[1]["firstname"], colleague(2)[1]["lastname"]
    known = [
        account("a1", "Morgenrot Werke", "morgenrot-werke.de"),
        sales_person("Contact", "s1", {"FirstName": first, "LastName": last, "Email": colleague(2)[1]["email"], "AccountId": Ref("Account", "a1")}),
    ]  # fmt: skip
    here = install(colleagues(range(6)), known)
    here.cycle()
    assert created(here) == ["Task"], "the chief executive is a contact already and stands for all"
    assert here.query("SELECT LeadBridge_Summary__c FROM Account")[0]["LeadBridge_Summary__c"]
    for _ in range(3):
        before = len(here.sandbox.ledger)
        here.later(minutes=15)
        here.cycle()
        assert here.effects(before) == []


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [("ZINNOBER", "quittenbaum", "uittenbaum"), ("太郎", "山田", "山田"), ("Zoë 'Z'", 'O"Quitten', "uitten")],
)
def test_an_erased_colleagues_name_stands_nowhere_however_it_was_typed(
    install: Install, first: str, last: str, word: str
) -> None:
    """A chart names people as they were cleaned, not as they typed themselves."""
    typed = {"firstname": first, "lastname": last, "email": "ZQ@morgenrot-werke.de"}
    here = install([*colleagues([2]), ("zq", {**colleague(5)[1], **typed})])
    here.cycle()
    assert word in kept(here)
    assert run(["erase", here.lead_of("zq").id, "--yes", "--home", str(here.folder)]) == 0
    assert word not in kept(here)


def kept(here: Installation) -> str:
    """Everything the database says, without the escapes of JSON."""
    tables = [handoff, delivery, event, lead, written, record]
    return "\n".join(str(dict(row._mapping)) for table in tables for row in here.rows(table))


def lead_of_sales(**facts: str) -> Thing:
    """The open lead that Sales has of the second colleague, who stands for the handoff."""
    chief = colleague(2)[1]
    names = {"FirstName": chief["firstname"], "LastName": chief["lastname"]}
    return sales_person("Lead", "l1", {**names, "Email": chief["email"], "Company": "Morgenrot Werke", **facts})


def test_the_open_lead_sales_has_of_who_stands_for_it_gets_the_whole_brief(install: Install) -> None:
    here = install(colleagues([2, 5]), [lead_of_sales()])
    here.cycle()
    text = here.query("SELECT Description FROM Lead")[0]["Description"] or ""
    assert "2 people known" in text
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


def test_what_sales_typed_into_their_own_lead_stays_and_the_brief_is_in_the_task(install: Install) -> None:
    here = install(colleagues([2, 5]), [lead_of_sales(Description="Met at the fair; call after Easter.")])
    here.cycle()
    here.arrive(colleague(7)[1])
    here.cycle()
    assert here.query("SELECT Description FROM Lead")[0]["Description"] == "Met at the fair; call after Easter."
    assert "3 people known" in here.query("SELECT Description FROM Task")[0]["Description"]


def test_what_sales_typed_over_the_brief_of_a_new_lead_stays(install: Install) -> None:
    here = install(colleagues([2, 5]))
    here.cycle()
    made = here.query("SELECT Id, Description FROM Lead")[0]
    here.arrive(colleague(7)[1])
    here.cycle()
    assert "3 people known" in here.query("SELECT Description FROM Lead")[0]["Description"], (
        "our own text is kept up to date"
    )
    here.sales("edit", record=made["Id"], values={"Description": "Wants SAP. Call on Monday."})
    here.arrive(colleague(8)[1])
    here.cycle()
    assert here.query("SELECT Description FROM Lead")[0]["Description"] == "Wants SAP. Call on Monday."


def test_who_asks_for_a_demo_and_takes_an_ebook_right_after_it_has_asked(install: Install) -> None:
    here = install([colleague(2, purchase_timeframe="")])
    mail = colleague(2)[1]["email"]
    here.hubspot("submit_form", form="Request a demo", fields={"email": mail, **DEMO})
    here.later(minutes=4)
    here.hubspot("submit_form", form="Webinar registration", fields={"email": mail})
    here.cycle()
    task = here.query("SELECT Subject, Priority, Description FROM Task")
    assert [(one["Priority"], one["Subject"].split(") ")[1]) for one in task] == [
        ("High", "asked to be contacted, hot")
    ]
    assert '("Request a demo")' in task[0]["Description"].split("\n")[1]
    here.later(days=1)
    here.hubspot("submit_form", form="Webinar registration", fields={"email": mail})
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 1, "that was no second ask"
    here.later(days=40)
    here.hubspot("submit_form", form="Webinar registration", fields={"email": mail})
    here.cycle()
    assert here.properties("m2")["leadbridge_reason"].startswith("4 of 4 BANT criteria are met"), "the ask is over"
