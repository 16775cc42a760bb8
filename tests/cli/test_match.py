"""`leadbridge match` and `leadbridge dedupe` on files: what goes in, what comes out, and that nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_lists import ACCOUNTS, COLUMNS, answers, fillers, read, write

from bridge.cli.main import run


def test_every_lead_is_answered_and_other_columns_are_kept(accounts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leads = [
        {
            "lead_id": "1",
            "email": "jo@acme.io",
            "company": "Acme Inc",
            "country": "US",
            "score": "12",
            "campaign": "spring",
        },
        {"lead_id": "2", "email": "x@gmail.com", "company": "n/a", "score": "7", "campaign": "Été, “q”"},
    ]
    one, two = answers(accounts, leads)
    assert (one["account_id"], one["decision"], one["account_name"]) == ("acme", "link", "ACME Corporation")
    assert (two["account_id"], two["decision"], two["reason"]) == ("", "none", "no_company")
    assert [(row["given_score"], row["campaign"]) for row in (one, two)] == [("12", "spring"), ("7", "Été, “q”")]
    assert "2 leads against" in capsys.readouterr().out


def test_an_answer_explains_itself(accounts: Path) -> None:
    leads = [{"lead_id": "1", "email": "jo@acme.io", "company": "Acme Inc", "country": "US", "city": "Boston"}]
    row = answers(accounts, leads)[0]
    assert row["sentence"].startswith(
        "Matched to ACME Corporation: same web domain (acme.io, used by no other account)"
    )
    steps = row["evidence"].partition(" = ")[0].split("; ")
    assert steps[0].startswith("start ")
    assert any(step.startswith("web domain +") and "(acme.io ~ acme.io)" in step for step in steps)
    total = sum(float(step.partition(" (")[0].rpartition(" ")[2]) for step in steps)
    assert total == pytest.approx(float(row["evidence"].rpartition(" = ")[2]), abs=0.05)
    assert row["gap"]
    assert row["vetoes"] == ""


@pytest.mark.parametrize(
    ("lead", "more", "account"),
    [
        ({"company": "Globex Logistics", "email": "a@globex.com"}, (), "globex-log"),
        ({"company": "Nucleus Labs", "email": "a@gmail.com", "country": "US"}, (), "hooli"),
        ({"company": "", "email": "a@hooli-labs.net"}, ("contacts",), "hooli"),
        ({"company": "", "email": "a@gmail.com", "hubspot_company_domain": "initech.com"}, (), "initech"),
        ({"company": "Pied Piper", "email": "a@piedpiper.net", "country": "US"}, ("confirmed",), "hooli"),
    ],
    ids=["a child uses its parent's domain", "former name", "contacts' domain", "HubSpot's company", "confirmed"],
)
def test_what_the_customer_knows_is_evidence(
    accounts: Path, lead: dict[str, str], more: tuple[str, ...], account: str
) -> None:
    files = {
        "contacts": write(
            accounts.parent / "contacts.csv", ("account_id", "email"),
            [{"account_id": "hooli", "email": f"{who}@hooli-labs.net"} for who in ("gavin", "denpok", "hoover")],
        ),
        "confirmed": write(
            accounts.parent / "rulings.csv", ("email", "company", "country", "account_id"),
            [{"email": "b@piedpiper.net", "company": "pied piper inc.", "country": "US", "account_id": "hooli"}],
        ),
    }  # fmt: skip
    arguments = [part for name in more for part in (f"--{name}", str(files[name]))]
    row = answers(accounts, [{"lead_id": "1", **lead}], *arguments)[0]
    assert (row["account_id"], row["decision"]) == (account, "link"), row["sentence"]


def test_without_the_parents_domain_a_child_is_not_linked_by_it(accounts: Path) -> None:
    orphan = [{**one, "parent_id": ""} for one in ACCOUNTS[1:]] + fillers()
    write(accounts, COLUMNS, orphan)
    row = answers(accounts, [{"lead_id": "1", "company": "Globex Logistics", "email": "a@globex.com"}])[0]
    assert "same web domain" not in row["sentence"] or row["account_id"] != "globex-log"


def test_what_was_refused_is_not_proposed_again(accounts: Path) -> None:
    refused = write(
        accounts.parent / "refused.csv", ("email", "company", "account_id", "decision"),
        [{"email": "z@acme.io", "company": "ACME", "account_id": "acme", "decision": "refused"}],
    )  # fmt: skip
    lead = [{"lead_id": "1", "email": "jo@acme.io", "company": "Acme Inc"}]
    assert answers(accounts, lead)[0]["account_id"] == "acme"
    assert answers(accounts, lead, "--confirmed", str(refused))[0]["account_id"] != "acme"


@pytest.mark.parametrize("word", ["Refused", " REJECTED ", "wrong"])
def test_a_refusal_in_other_words_is_no_confirmation(accounts: Path, word: str) -> None:
    said = {"email": "z@acme.io", "company": "ACME", "account_id": "acme", "Decision": word}
    refused = write(accounts.parent / "refused.csv", tuple(said), [said])
    lead = [{"lead_id": "1", "email": "jo@acme.io", "company": "Acme Inc"}]
    assert answers(accounts, lead, "--confirmed", str(refused))[0]["account_id"] != "acme"


def test_the_latest_word_of_a_file_holds(accounts: Path) -> None:
    said = [{"email": "z@gmail.com", "company": "Pied", "account_id": id_} for id_ in ("hooli", "initech", "acme")]
    said.append({**said[2], "decision": "refused"})
    told = write(accounts.parent / "told.csv", tuple(said[-1]), said)
    row = answers(accounts, [{"lead_id": "1", "email": "a@gmail.com", "company": "Pied"}], "--confirmed", str(told))[0]
    assert (row["account_id"], row["reason"]) == ("initech", "confirmed")


def test_nothing_is_linked_to_an_account_that_is_not_there(accounts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [{"email": "z@pied.net", "company": "Pied", "account_id": id_} for id_ in ("gone", "")]
    told = write(accounts.parent / "told.csv", tuple(said[0]), said)
    row = answers(accounts, [{"lead_id": "1", "email": "a@pied.net", "company": "Pied"}], "--confirmed", str(told))[0]
    assert (row["account_id"], row["decision"]) == ("", "none")
    assert "1 answers of told.csv were left out" in " ".join(capsys.readouterr().err.split())


def test_shadow_mode_tells_agreements_and_both_sides_of_each_disagreement(
    accounts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leads = [
        {"lead_id": "1", "email": "jo@acme.io", "company": "Acme", "crm": "acme"},
        {"lead_id": "2", "email": "jo@acme.io", "company": "Acme", "crm": "initech"},
        {"lead_id": "3", "email": "jo@gmail.com", "company": "self", "crm": "hooli"},
        {"lead_id": "4", "email": "jo@hooli.xyz", "company": "Hooli", "crm": ""},
        {"lead_id": "5", "email": "jo@gmail.com", "company": "-", "crm": ""},
        {"lead_id": "6", "email": "jo@hooli.xyz", "company": "Hooli", "crm": "gone"},
    ]
    rows = {row["lead_id"]: row for row in answers(accounts, leads, "--against", "crm")}
    told = {id_: row["agreement"] for id_, row in rows.items()}
    assert told == {
        "1": "same",
        "2": "different",
        "3": "only given",
        "4": "only ours",
        "5": "both none",
        "6": "different",
    }
    apart = rows["2"]
    assert apart["sentence"].startswith("Matched to ACME Corporation")
    assert apart["given_sentence"].startswith("Initech: nothing speaks for it (score 0.0")
    assert apart["given_evidence"].startswith("start ")
    assert float(apart["given_score"] or 0) < 0.05
    assert rows["6"]["given_sentence"] == "Account gone is not among the accounts."
    assert rows["1"]["given_sentence"] == rows["4"]["given_sentence"] == ""
    shown = " ".join(capsys.readouterr().out.split())
    assert "ours: Matched to ACME Corporation" in shown
    assert "given: Initech: nothing speaks for it" in shown


@pytest.mark.parametrize("ours", [15, 18])
def test_ids_of_a_report_and_of_an_export_are_the_same(accounts: Path, ours: int) -> None:
    """Salesforce's reports write 15 characters, its exports 18."""
    hooli, initech = "001D000000IRFmaIAH", "0015000000Gv7qJAAR"  # from Salesforce's own documents
    given = 33 - ours
    known = {"hooli": hooli[:ours], "initech": initech[:ours]}
    write(
        accounts,
        COLUMNS,
        [{**one, "account_id": known.get(one["account_id"], one["account_id"])} for one in [*ACCOUNTS, *fillers()]],
    )
    leads = [
        {"lead_id": "1", "email": "jo@hooli.xyz", "company": "Hooli", "crm": hooli[:given]},
        {"lead_id": "2", "email": "jo@hooli.xyz", "company": "Hooli", "crm": initech[:given]},
        {"lead_id": "3", "email": "jo@gmail.com", "company": "Pied", "crm": ""},
        {"lead_id": "4", "email": "jo@hooli-labs.net", "company": "", "crm": ""},
    ]
    said = {"company": "Pied", "email": "z@gmail.com", "account_id": initech[:given]}
    told = write(accounts.parent / "told.csv", tuple(said), [said])
    people = [{"account_id": hooli[:given], "email": f"{who}@hooli-labs.net"} for who in ("gavin", "denpok", "hoover")]
    contacts = write(accounts.parent / "contacts.csv", ("account_id", "email"), people)
    rows = answers(accounts, leads, "--against", "crm", "--confirmed", str(told), "--contacts", str(contacts))
    assert [row["agreement"] for row in rows] == ["same", "different", "only ours", "only ours"]
    assert rows[1]["given_sentence"].startswith("Initech: ")
    assert [row["account_id"] for row in rows[2:]] == [initech[:ours], hooli[:ours]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["match", "--accounts", "{a}", "--leads", "{a}", "--out", "{o}"], "lead_id"),
        (["match", "--accounts", "{o}", "--leads", "{a}", "--out", "{o}"], "is not there"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}", "--against", "nope"], "nope"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}", "--model", "{o}"], "is not there"),
        (["match", "learn", "--accounts", "{a}", "--confirmed", "{l}", "--out", "{o}"], "at least 100"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}", "--model", "{l}"], "is no model"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}", "--link-at", "95"], "no probability"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}", "--workers", "-1"], "--workers"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}/answers.csv"], "is not there"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{l}"], "written over"),
        (["match", "--accounts", "{e}", "--leads", "{l}", "--out", "{o}"], "is empty"),
        (["match", "--accounts", "{h}", "--leads", "{l}", "--out", "{o}"], "has no accounts"),
        (["match", "--accounts", "{a}", "--leads", "{l}", "--out", "{o}", "--confirmed", "{q}"], "decision 'perhaps'"),
        (["match", "learn", "--accounts", "{a}", "--confirmed", "{q}", "--out", "{o}"], "decision 'perhaps'"),
        (["dedupe", "--accounts", "{h}", "--out", "{o}"], "has no accounts"),
        (["dedupe", "--out", "{o}"], "--contacts"),
        (["dedupe", "--contacts", "{l}", "--out", "{d}"], "is a folder"),
        (["dedupe", "--contacts", "{l}", "--out", "{o}", "--link-at", "-1"], "no probability"),
        (["dedupe", "--contacts", "{a}", "--out", "{o}"], "contact_id"),
    ],
    ids=" ".join,
)
def test_a_wrong_file_is_two_and_a_sentence(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    leads = write(tmp_path / "l.csv", ("lead_id", "account_id"), [{"lead_id": "1", "account_id": "acme"}])
    empty = tmp_path / "e.csv"
    empty.touch()
    heading = write(tmp_path / "h.csv", ("account_id", "name"), [])
    asked = {"company": "Acme", "account_id": "acme", "decision": "perhaps"}
    unsure = write(tmp_path / "q.csv", tuple(asked), [asked])
    names = {"a": str(accounts), "l": str(leads), "o": str(tmp_path / "o.csv"), "e": str(empty), "d": str(tmp_path)}
    names |= {"h": str(heading), "q": str(unsure)}
    assert run([part.format(**names) for part in arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "arguments", [["match", "--accounts", "{a}", "--leads", "{l}"], ["dedupe", "--contacts", "{l}"]]
)
def test_a_full_disk_is_told(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    people = [{"lead_id": str(i), "contact_id": str(i), "company": "Acme"} for i in range(500)]
    names = {"a": str(accounts), "l": str(write(tmp_path / "l.csv", tuple(people[0]), people))}
    full = tmp_path / "full.csv"
    full.symlink_to("/dev/full")
    assert run([*(part.format(**names) for part in arguments), "--out", str(full)]) == 2
    assert "full.csv cannot be written: No space left" in " ".join(capsys.readouterr().err.split())


def test_rows_that_repeat_an_account_are_no_tie(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(accounts, COLUMNS, [*ACCOUNTS[:1], *ACCOUNTS, {"account_id": "", "name": "Hooli"}, *fillers()])
    lead = [{"lead_id": "1", "email": "jo@hooli.xyz", "company": "Hooli", "country": "US"}]
    row = answers(accounts, lead)[0]
    assert (row["account_id"], row["decision"]) == ("hooli", "link"), row
    assert "2 rows of accounts.csv.gz were left out" in " ".join(capsys.readouterr().err.split())
    assert run(["dedupe", "--accounts", str(accounts), "--out", str(tmp_path / "pairs.csv")]) == 0
    assert [(pair["account_id"], pair["other_id"]) for pair in read(tmp_path / "pairs.csv")] == [("acme", "acme2")]


def test_what_is_no_text_does_no_harm(accounts: Path) -> None:
    """NULs, control characters, endless fields, addresses without sense, short rows."""
    strange = ["\0", "\x1b[31m\x07", "x" * 200_000, "word " * 20_000, "@", "a@b@c", "http://[", "🦄", "…" * 50, "=1+1"]
    leads = [
        {"lead_id": f"{i}-{column}", "email": "", "company": "", "website": "", "country": "", column: text}
        for i, text in enumerate(strange)
        for column in ("email", "company", "website", "country")
    ]
    rows = answers(accounts, [*leads, {"lead_id": "last", "email": "jo@hooli.xyz", "company": "Hooli"}])
    assert [row["lead_id"] for row in rows] == [*(lead["lead_id"] for lead in leads), "last"]
    assert {row["decision"] for row in rows[:-1]} == {"none"}
    assert rows[-1]["account_id"] == "hooli"


CONTACTS = [
    {"contact_id": "1", "first_name": "Matthew", "last_name": "Haeusler", "email": "matthew.haeusler@bloodcancer.org.uk",
     "phone": "+61 459 133 925", "company": "Blood Cancer UK", "owner": "Ann"},
    {"contact_id": "2", "first_name": "Matt", "last_name": "Haeusler", "email": "m.haeusler@gmail.com", "phone": "0459 133 925",
     "company": "Blood Cancer UK", "owner": "Bo"},
    {"contact_id": "3", "first_name": "Caleb", "last_name": "Marsom", "email": "info@sante.fr", "phone": "+61 429 142 568",
     "company": "Sante", "owner": ""},
    {"contact_id": "4", "first_name": "Hayley", "last_name": "George", "email": "info@sante.fr", "phone": "", "company": "Sante", "owner": ""},
    {"contact_id": "5", "first_name": "Ruth", "last_name": "Marsom", "email": "r.marsom@outlook.com", "phone": "+61 429 142 568",
     "company": "", "owner": ""},
    {"contact_id": "6", "first_name": "Jo", "last_name": "Kim", "email": "jo.kim@hooli.xyz", "phone": "+1 650 555 0101",
     "company": "Hooli", "owner": ""},
    {"contact_id": "7", "first_name": "Jo", "last_name": "Kim", "email": "jkim2@hooli.xyz", "phone": "+1 650 555 0177",
     "company": "Hooli", "owner": ""},
]  # fmt: skip


def test_contacts_are_grouped_and_look_alikes_stay_apart(tmp_path: Path) -> None:
    given = write(tmp_path / "contacts.csv", tuple(CONTACTS[0]), CONTACTS)
    out = tmp_path / "people.csv.gz"
    assert run(["dedupe", "--contacts", str(given), "--out", str(out)]) == 0
    rows = {row["contact_id"]: row for row in read(out)}
    assert rows["1"]["person"] == rows["2"]["person"] == "1"
    assert "same phone" in rows["2"]["sentence"]
    assert rows["2"]["owner"] == "Bo"
    assert len({rows[id_]["person"] for id_ in "34567"}) == 5, "a shared mailbox, a family, two colleagues of one name"


def test_contacts_without_an_id_of_their_own_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two people of one id, or of none, are not told as one person."""
    ids = ("1", "1", "", "", "2")
    given = write(
        tmp_path / "c.csv",
        tuple(CONTACTS[0]),
        [{**row, "contact_id": i} for row, i in zip(CONTACTS, ids, strict=False)],
    )
    assert run(["dedupe", "--contacts", str(given), "--out", str(tmp_path / "p.csv")]) == 0
    rows = read(tmp_path / "p.csv")
    assert [(row["contact_id"], row["person"], row["first_name"]) for row in rows] == [
        ("1", "1", "Matthew"),
        ("2", "2", "Ruth"),
    ]
    assert "3 rows of c.csv were left out: they have no contact_id" in " ".join(capsys.readouterr().err.split())


def test_accounts_that_stand_twice_are_listed_and_not_merged(tmp_path: Path, accounts: Path) -> None:
    branches = [
        {
            "account_id": "s-us",
            "name": "Samsung (United States)",
            "website": "https://www.samsung.com/us",
            "country": "US",
        },
        {
            "account_id": "s-kr",
            "name": "Samsung (South Korea)",
            "website": "https://www.samsung.com/sec",
            "country": "KR",
        },
        {
            "account_id": "c-sc",
            "name": "Columbia College (SC)",
            "website": "https://columbiasc.edu",
            "country": "US",
            "city": "Columbia",
        },
        {"account_id": "c-ca", "name": "Columbia College (CA)", "country": "US", "city": "Columbia"},
        {"account_id": "i2", "name": "Initech", "website": "", "country": "US", "city": "Dallas"},
    ]
    write(accounts, COLUMNS, [*ACCOUNTS, *branches, *fillers()])
    before, out = accounts.read_bytes(), tmp_path / "pairs.csv"
    assert run(["dedupe", "--accounts", str(accounts), "--out", str(out)]) == 0
    pairs = [(row["account_id"], row["other_id"], row["decision"]) for row in read(out)]
    assert ("acme", "acme2", "same") in pairs
    assert not [pair for pair in pairs if pair[0] in ("s-us", "s-kr", "globex", "globex-log", "i2", "c-sc")]
    assert len(pairs) == 1, pairs
    assert accounts.read_bytes() == before


def test_every_decision_is_counted_in_json_also_when_none_has_it(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id,company,email\n1,n/a,a@gmail.com\n")
    given = ["match", "--accounts", str(accounts), "--leads", str(leads), "--out", str(tmp_path / "out.csv"), "--json"]
    assert run(given) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["link"], told["review"], told["none"]) == (1, 0, 0, 1)


def test_leads_without_a_column_that_says_where_they_work_are_refused(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id;Firma;Adresse\n1;ACME;jo@acme.io\n")
    assert run(["match", "--accounts", str(accounts), "--leads", str(leads), "--out", str(tmp_path / "out.csv")]) == 2
    told = capsys.readouterr().err
    assert "no column company, email or website" in told
    assert "Rename the columns that are meant. It has: lead_id, Firma, Adresse." in told
