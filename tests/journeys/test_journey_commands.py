"""Commands as processes: exit codes, brakes, backfill, and that nobody ever sees a traceback."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people, person, sales_person

from bridge import backfill as backfilling
from bridge.cli import main
from bridge.deciding import identify
from bridge.pipeline import CYCLE
from bridge.staging.database import writing
from bridge.staging.schema import delivery, lead, lease, record
from connectors.sandbox.world import Ref


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a command."""

    returncode: int
    stdout: str
    stderr: str


def run(here: Installation, *arguments: str) -> Done:
    """One command in this process: starting an interpreter for each would take most of the time."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run([*arguments, "--home", str(here.folder)])
    for name, handler in handlers.items():
        signal.signal(name, handler)
    out.seek(0)
    done = Done(code, out.read(), err.getvalue())
    assert "Traceback" not in done.stderr + done.stdout
    assert "leadbridge itself failed" not in done.stderr
    return done


def start(here: Installation, *arguments: str) -> Done:
    """One command in a process of its own."""
    command = [sys.executable, "-m", "bridge", *arguments, "--home", str(here.folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment())
    assert "Traceback" not in done.stderr + done.stdout
    return Done(done.returncode, done.stdout, done.stderr)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LEADBRIDGE_")}


def told(done: Done) -> Any:
    return json.loads(done.stdout)


def test_exit_codes(install: Install) -> None:
    here = install([*people([1]), person(2, jobtitle="")])
    one = start(here, "sync", "--json")
    assert one.returncode == 1, "somebody is held"
    assert told(one)["counts"]["Leads created"] == 1
    assert run(here, "status").returncode == 1
    here.edit("p2", jobtitle="Director of Logistics")
    zero = run(here, "sync", "--json")
    assert (zero.returncode, told(zero)["exit_code"]) == (0, 0)
    here.configure("bridge", {"deadlines": {"call": 3}})
    here.goes_wrong("503", path="/crm/*")
    three = run(here, "sync")
    assert three.returncode == 3
    here.all_is_well()
    here.configure("bridge", {"brakes": {"change": 1}})
    here.configure("definition", {"version": "2026-12"})
    four = start(here, "sync")
    assert four.returncode == 4
    assert "--approve" in four.stderr.replace("\n", " ")
    (here.folder / "config" / "definition.yaml").write_text("verdicts: [", encoding="utf-8")
    two = run(here, "sync")
    assert two.returncode == 2
    assert "definition.yaml:" in two.stderr.replace("\n", "")
    assert run(here, "sync", "--nonsense").returncode == 2


def test_check_names_who_salesforce_does_not_have_and_where(install: Install) -> None:
    here = install(people([1]))
    here.configure("routing", {"named_accounts": {"acme.example": "nobody@acme.example"}})
    told = run(here, "check")
    assert told.returncode == 2
    said = told.stdout.replace("\n", "")
    assert re.search(
        r"routing\.yaml:\d+:\d+ named_accounts\.acme\.example: Salesforce has no user 'nobody@acme\.example'", said
    )
    assert run(here, "check", "--offline").returncode == 0


def test_invalid_utf8_leaves_the_cursor_where_it_was(install: Install) -> None:
    here = install(people([1]))
    raw = b'{"total": 1, "results": [{"id": "1", "properties": {"firstname": "\xff\xfe"}}]}'
    here.goes_wrong(
        "status", system="hubspot", path="/crm/objects/*/contacts/search", params={"status": 200, "body": raw}
    )
    done = run(here, "sync")
    assert done.returncode == 3
    assert not here.rows(record, record.c.source == "hubspot", record.c.kind == "contact")
    here.all_is_well()
    assert run(here, "sync").returncode == 0
    assert len(here.leads()) == 1


def test_the_send_brake_lets_exactly_the_approved_through(install: Install) -> None:
    here = install(people(range(12)), bridge={"brakes": {"send": 10}})
    held = run(here, "sync")
    assert held.returncode == 4
    assert here.leads() == {}
    name = re.search(r"--approve\s+(\w+)", held.stderr)
    assert name is not None
    assert run(here, "sync", "--approve", "00000000").returncode == 4
    for_programs = told(run(here, "sync", "--json"))
    assert for_programs["exit_code"] == 4
    assert name.group(0) in for_programs["hint"]
    assert told(run(here, "status", "--json"))["runs"][0]["outcome"] == "brake"
    here.arrive(person(30)[1])
    assert run(here, "sync", "--approve", name.group(1)).returncode == 4, "one more is another plan"
    again = re.search(r"--approve\s+(\w+)", run(here, "sync").stderr)
    assert again is not None
    assert run(here, "sync", "--approve", again.group(1)).returncode == 0
    assert len(here.leads()) == 13


def test_the_change_brake_shows_its_plan(install: Install) -> None:
    here = install(people(range(6)))
    here.cycle()
    here.configure("bridge", {"brakes": {"change": 3}})
    here.configure("definition", {"mandatory": ["email", "last_name", "company", "job_title", "country", "city"]})
    before = len(here.sandbox.ledger)
    assert run(here, "sync").returncode == 4
    assert {row.verdict for row in here.rows(lead)} == {"qualified"}
    plan = told(run(here, "plan", "--json"))
    assert plan["moves"] == [{"from": "qualified", "to": "held", "people": 6}]
    assert here.effects(before) == []
    assert {row.verdict for row in here.rows(lead)} == {"qualified"}
    run(here, "sync", "--approve", plan["hash"])
    assert {row.verdict for row in here.rows(lead)} == {"held"}


def test_a_dry_backfill_says_what_sending_does_and_keeps_nothing(install: Install) -> None:
    here = install([*people(range(8)), person(9, jobtitle="")])
    before = len(here.sandbox.ledger)
    dry = told(run(here, "backfill", "--all", "--json"))
    assert dry["read"] == 9
    assert here.effects(before) == []
    assert not here.rows(lead)
    assert not here.rows(delivery)
    assert not here.rows(record, record.c.source == "hubspot", record.c.kind == "contact")
    sent = run(here, "backfill", "--all", "--send", "--json")
    assert sent.returncode in (0, 1)
    assert dry["verdicts"] == {"qualified": 8, "held": 1}
    assert len(here.leads()) == 8
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


@pytest.mark.parametrize("send", [(), ("--send",)], ids=["dry", "sent"])
def test_a_backfill_decides_with_company_and_form_from_the_first_page_on(
    install: Install, send: tuple[str, ...]
) -> None:
    """The title stands in the form alone, the country in the company's record alone."""
    here = install(people(range(3)))
    named = {"jobtitle": "", "country": ""}
    company = here.hubspot("create", kind="companies", properties={"name": "Nordlicht Werke", "country": "Germany"})
    values = {**person(9, **named)[1], "company": "Nordlicht Werke"}
    typed = {name: value for name, value in values.items() if not name.startswith("hs_")}
    contact = here.hubspot("create", kind="contacts", properties=typed, company=company)
    form = {"email": values["email"], "jobtitle": "Head of Operations"}
    here.hubspot("submit_form", form="Request a demo", fields=form)
    here.hubspot("edit", kind="contacts", id=contact, properties={"jobtitle": "", "country": ""})
    outcome = told(run(here, "backfill", "--all", "--json", *send))
    assert (outcome["counts"].get("verdict qualified") if send else outcome["verdicts"].get("qualified")) == 4


def test_a_backfill_says_that_somebody_waits_for_a_person(install: Install) -> None:
    here = install([*people([1]), person(2, jobtitle="", country="")])
    assert run(here, "backfill", "--all", "--json").returncode == 0
    sent = run(here, "backfill", "--all", "--send", "--json")
    assert told(sent)["needs_person"] == 1
    assert sent.returncode == 1


def test_a_backfill_reads_what_is_named(install: Install) -> None:
    here = install(people(range(6)))
    ids = [here.contact(key) for key in ("p1", "p2")]
    done = run(here, "backfill", "--ids", ",".join([*ids, "999999"]), "--send", "--json")
    assert done.returncode == 1
    assert told(done)["missing"] == ["999999"]
    assert told(done)["read"] == 2, "who is not there was not read"
    assert len(here.leads()) == 2
    assert len(here.rows(lead)) == 2, "whom HubSpot never had is nobody"
    file = here.folder / "list.csv"
    file.write_text(f"name,hs_object_id\nx,{here.contact('p3')}\ny,nobody@nowhere.example\n", encoding="utf-8")
    listed = run(here, "backfill", "--list", str(file), "--send", "--json")
    assert told(listed)["not_understood"] == ["nobody@nowhere.example"]
    assert len(here.leads()) == 3
    rows = (
        "Record ID;email;name",
        f"{here.contact('p3')};;Three",
        f";{people([1])[0][1]['email']};One",
        ";gone@nowhere.example;",
        ";;Nobody",
    )
    file.write_text("\n".join(rows), encoding="utf-8")
    listed = run(here, "backfill", "--list", str(file), "--json")
    assert (told(listed)["read"], listed.returncode) == (2, 1)
    assert told(listed)["not_understood"] == ["gone@nowhere.example", "row 5"], "no line is passed over in silence"
    assert run(here, "backfill", "--since", "2099-01-01").returncode == 2
    for nonsense in ("yesterday", "01.10.2026", "2026-13-01", "7d"):
        refused = run(here, "backfill", "--since", nonsense)
        assert refused.returncode == 2
        assert "Write e.g. 2026-10-01" in refused.stderr
    for moment in ("2020-01-01T08:30", "2020-01-01 08:30:00+02:00", "2020-01-01T08:30:00Z"):
        assert told(run(here, "backfill", "--since", moment, "--json"))["read"] == 6
    assert told(run(here, "backfill", "--since", "2020-01-01", "--send", "--json"))["read"] == 6
    assert len(here.leads()) == 6
    assert run(here, "backfill", "--send").returncode == 2
    assert run(here, "backfill", "--all", "--ids", "1").returncode == 2


def test_a_backfill_that_goes_on_still_names_who_was_missing_before_it_was_killed(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two pages, then once all is read and it sends."""
    here = install(people(range(2)))
    nobody = [str(number) for number in range(900_000, 900_500)]
    asked = ("backfill", "--ids", ",".join([*nobody, here.contact("p1"), "999999"]), "--send", "--json")

    def dies(*_: Any) -> None:
        raise SystemExit(9)

    for owner, name in ((backfilling.backfills, "advance"), (backfilling, "run_cycle")):
        with monkeypatch.context() as killed:
            killed.setattr(owner, name, dies)
            with pytest.raises(SystemExit):
                run(here, *asked)
    done = run(here, *asked)
    assert done.returncode == 1
    assert told(done)["missing"] == [*nobody, "999999"]
    assert len(here.leads()) == 1


@pytest.mark.parametrize("send", [(), ("--send",)], ids=["dry", "sent"])
def test_a_property_that_is_gone_stops_one_backfill_and_the_next_goes_on_without_it(
    install: Install, send: tuple[str, ...]
) -> None:
    here = install(people(range(3)))
    run(here, "sync")
    here.hubspot("drop_property", kind="contacts", name="decision_role")
    stopped = run(here, "backfill", "--since", "2020-01-01", *send)
    assert (stopped.returncode, "decision_role" in stopped.stderr) == (2, True)
    assert told(run(here, "backfill", "--since", "2020-01-01", "--json", *send))["read"] == 3


def test_erase_shows_what_would_go_and_says_whom_it_does_not_know(install: Install) -> None:
    here = install(people(range(2)))
    here.cycle()
    contact = here.contact("p1")
    shown = run(here, "erase", contact)
    assert shown.returncode == 1
    assert "Would go: " in shown.stdout
    would_go = told(run(here, "erase", contact, "--json"))
    assert would_go["rows"]["lead"] == 1
    assert len(here.leads()) == 2
    assert len(here.rows(lead)) == 2, "nothing is erased yet"
    gone = run(here, "erase", contact, "--yes", "--json")
    assert (gone.returncode, told(gone)["erased"], told(gone)["rows"]) == (0, True, would_go["rows"])
    for nobody in (contact, "somebody else", ""):
        for given in ([], ["--yes"]):
            refused = run(here, "erase", nobody, *given)
            assert refused.returncode == 2
            assert "nobody is known by" in refused.stderr
    assert "With --yes this address is not taken in" in run(here, "erase", "new@nowhere.example").stdout
    barred = run(here, "erase", "new@nowhere.example", "--yes")
    assert (barred.returncode, barred.stdout) == (
        0,
        "Nothing was kept of them; this address is not taken in any more.\n",
    )


def test_a_list_is_read_as_spreadsheets_write_it(install: Install) -> None:
    here = install(people(range(2)))
    one, two = here.contact("p0"), here.contact("p1")
    file = here.folder / "list.csv"
    for content in (
        f"\ufeffName;Record ID\r\nx;{one}\r\ny;{two}\r\ny;{two}\r\n".encode(),
        f"Name\tRecord ID\nx\t{one}\ny\t{two}\n".encode("utf-16"),
        f"First Name,Record ID - Contact,Record ID - Company\nx,{one},9\ny,{two},9\n".encode(),
        f"{one}\n\n{two}\n".encode(),
    ):
        file.write_bytes(content)
        assert told(run(here, "backfill", "--list", str(file), "--json"))["read"] == 2
    for content, words in (
        ("id\nMüller\n".encode("cp1252"), "is not UTF-8 text"),
        (b"", "names nobody we know"),
        (b"first,last\nA,B\n", "names nobody we know (first: 'first')"),
    ):
        file.write_bytes(content)
        refused = run(here, "backfill", "--list", str(file))
        assert refused.returncode == 2
        assert words in " ".join(refused.stderr.split())


def test_a_dry_backfill_decides_who_was_read_before_and_has_no_person_yet(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first sync that was stopped in the middle leaves more contacts without a person than are identified at once."""
    here = install(people(range(6)))
    here.cycle(steps=CYCLE[:3])
    monkeypatch.setattr(identify, "BATCH", 2)
    named = ",".join(here.contact(key) for key in ("p4", "p5"))
    assert told(run(here, "backfill", "--ids", named, "--json"))["verdicts"] == {"qualified": 2}
    assert told(run(here, "backfill", "--all", "--json"))["verdicts"] == {"qualified": 6}
    assert here.rows(lead) == []


def test_a_dry_backfill_counts_people_and_not_their_records(install: Install) -> None:
    """Somebody's two records stand on different pages."""
    twins = [
        person(name, firstname="Ottilie", lastname="Quastenberg", mobilephone="+1 415 555 0199") for name in (1, 2)
    ]
    here = install([twins[0], *people(range(10, 125), jobtitle=""), twins[1]])
    new = told(run(here, "backfill", "--all", "--json"))
    assert (new["read"], sum(new["verdicts"].values()), new["writes"]["salesforce.Lead"]) == (117, 116, 1)
    here.cycle()
    assert len(here.rows(lead)) == 116
    dry = told(run(here, "backfill", "--all", "--json"))
    assert (dry["read"], sum(dry["verdicts"].values())) == (117, 116)


def test_a_killed_backfill_goes_on_with_at_most_one_page_read_again(install: Install) -> None:
    here = install(
        people(range(350), jobtitle="", budget_range="none", need_description="", purchase_timeframe="no_plan")
    )
    path = "/crm/objects/*/contacts"
    here.goes_wrong("latency", system="hubspot", method="GET", path=path, params={"seconds": 0.3})
    command = [sys.executable, "-m", "bridge", "backfill", "--all", "--send", "--home", str(here.folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    until = time.monotonic() + 60
    while len(here.rows(record, record.c.source == "hubspot", record.c.kind == "contact")) < 150:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    kept = len(here.rows(record, record.c.source == "hubspot", record.c.kind == "contact"))
    here.all_is_well()
    assert run(here, "backfill", "--all", "--send").returncode == 3, "its lease has not run out"
    with writing(here.engine) as connection:
        connection.execute(lease.update().values(expires_at=0))
    done = told(run(here, "backfill", "--all", "--send", "--json"))
    assert done["resumed_at"] >= kept - 100
    assert len(here.rows(lead)) == 350
    assert [row["outcome"] for row in told(run(here, "status", "--json"))["runs"][:2]] == ["done", "abandoned"]


@pytest.mark.parametrize("command", ["status", "doctor", "setup", "check"])
def test_commands_speak_json(install: Install, command: str) -> None:
    here = install(people([1]))
    here.cycle()
    done = run(here, command, "--json")
    assert done.returncode in (0, 1), done.stderr
    assert told(done) is not None


def test_status_counts_the_tasks_of_new_leads_as_tasks_of_handoffs(install: Install) -> None:
    here = install(people(range(3)))
    here.cycle()
    landed = dict(told(run(here, "status", "--json"))["landed"])
    assert landed == {"new Lead": 3, "task for the owner of a handoff": 3}


def test_status_counts_as_open_what_the_caps_count(install: Install) -> None:
    theirs = {"LastName": "Known", "Company": "Known Works", "OwnerId": Ref("User", "u-anna")}
    statuses = ("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted", "Closed - Not Converted")
    known = [
        sales_person("Lead", f"l{number}", {**theirs, "LastName": f"Known{number}", "Status": status})
        for number, status in enumerate(statuses)
    ]
    here = install(people(range(4)), known, capacity={"rep": {"open_leads": 0}})
    here.cycle()
    open_now = {row[0]: row[3] for row in told(run(here, "status", "--json"))["waiting"]}
    assert open_now == {"Anna Rep": 2, "Bert Rep": 0}


def test_a_cycle_whose_writes_were_refused_does_not_say_that_all_was_well(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("add_validation_rule", object="Lead", when="Company != null", message="not now")
    here.edit("p1", phone="+49 30 901820")
    said = run(here, "sync").stdout
    assert "1 refused by Salesforce" in said
    assert "nothing was written: what would have been was refused" in said


def test_explain_tells_which_value_did_not_reach_its_field(install: Install) -> None:
    here = install(people([1], fax="call us"))
    path = here.folder / "mappings" / "hubspot_contact_to_lead.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").rstrip() + "\n  Fax: {from: fax, format: phone}\n", encoding="utf-8"
    )
    here.cycle()
    said = run(here, "explain", here.contact("p1")).stdout
    assert re.search(r"^Cleaned for Salesforce\n(  .+\n)*  Fax: cannot be dialled \(was call us\)$", said, re.M)


def test_explain_finds_a_lead_by_every_name(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    row = here.lead_of("p1")
    for name in (row.id, here.contact("p1"), row.sales_id, person(1)[1]["email"]):
        done = run(here, "explain", name, "--json")
        assert done.returncode == 0
        assert row.id in done.stdout
    assert run(here, "explain", "nobody").returncode == 2


def test_digits_of_other_scripts_are_no_ids(install: Install) -> None:
    here = install(people([1]))
    ended = run(here, "backfill", "--ids", "²,٣")
    assert ended.returncode == 2
    assert "name nobody we know" in ended.stderr
