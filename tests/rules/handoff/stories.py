"""Forty people as facts: what their briefs are told from. Each name is the file of the brief that was read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.deciding.brief import Campaign, Story
from bridge.decisions import Answer, Match, Outcome, ScorePart
from bridge.facts import Known
from bridge.stages.clean.titles import read
from bridge.stages.handoff.chart import Chart, Deal, Person, chart_of, lines
from bridge.stages.handoff.roles import role_of
from connectors.records import Record

THEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ASK = {
    "budget": "Is there a budget for this, and how large is it?", "authority": "Who decides, and who else has to agree?",
    "need": "What should become better, and what is used today?", "timeline": "When should it be in use?",
}  # fmt: skip
CAMPAIGNS = {
    "request a demo": Campaign("701A", "Request a demo", "Always on. We promise an answer within one working day."),
    "webinar": Campaign(
        "701B", "Webinar: From order to invoice", "<p>45 minutes for <b>operations</b> &amp; finance.</p>"
    ),
    "fair": Campaign("701C", "Industry Days", ""),
}

HTML = "<p>Hello,</p><ul><li>two plants</li><li>40 users</li></ul><p>Call&nbsp;me &amp; bring a price</p>"
CHAT = "[10:01] Visitor: Do you integrate with SAP?\n[10:02] Tom: Yes, both ways.\n[10:03] Visitor: Since when?\n  And for how many plants?"
MAIL = "Thanks, Thursday works.\n\n--\nMax Huber\nAcme GmbH\n\nOn Mon, 16 Nov 2026 at 10:00 Tom wrote:\n> When can we talk?\n> Tom"
LONG = " ".join(f"We have tried {number} systems and none of them fits." for number in range(2, 60))


def form(days: int, name: str, **values: str) -> Record:
    at = THEN - timedelta(days=days)
    return Record("hubspot", "form_submission", f"s{days}", {"form_name": name, **values}, at)


def note(days: int, body: str) -> Record:
    at = THEN - timedelta(days=days)
    return Record("hubspot", "note", f"n{days}", {"hs_note_body": body, "hs_timestamp": at.isoformat()}, at)


def known(forms: tuple[Record, ...] = (), notes: tuple[Record, ...] = (), **values: Any) -> Known:
    contact = Record("hubspot", "contact", "1", values, THEN)
    return Known("lb-1", (contact,), None, None, notes, forms)


DEMO = form(0, "Request a demo", message="Please call in the morning.")
WEBINAR = form(40, "Webinar")
ALL = {"budget": "25k_100k", "authority": "director", "need": "Orders typed twice", "timeline": "1_3_months"}
SOURCES = {
    "budget": "budget_range",
    "authority": "job_level",
    "need": "need_description",
    "timeline": "purchase_timeframe",
}
ACCOUNT = Match(
    Outcome.link, "001", "Acme", sentence="Matched to Acme: same web domain (acme.de, used by no other account)."
)
NO_ACCOUNT = Match(Outcome.none)


def colleagues(number: int) -> tuple[Person, ...]:
    titles = (
        "CFO",
        "Head of Purchasing",
        "IT Manager",
        "Clerk",
        "Vertriebsleiter",
        "Buyer",
        "VP Sales",
        "Trainee",
        "Legal Counsel",
        "Controller",
    )
    return tuple(_colleague(place, titles[place % 10]) for place in range(number))


def _colleague(place: int, title: str) -> Person:
    reading, uses = read(title), place % 4 == 3
    role = role_of("", (None, ""), reading.level, uses)
    return Person(
        f"L{place}", f"Person {place}", title, reading.level, reading.department, role.name, role.source, uses or None,
        "known to Sales only" if place % 3 else "in this handoff", "2026-11-01",
    )  # fmt: skip


ANNA = {"first_name": "Anna", "last_name": "Weiß", "job_title": "Director of Operations", "company": "Acme GmbH"}


def story(
    known: Known,
    facts: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    not_met: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    account: Match = NO_ACCOUNT,
    chart: Chart | None = None,
    said: str = "",
    sentence: str = "3 of 4 BANT criteria are met, score 45.",
    score: int = 45,
) -> Story:
    values: dict[str, Any] = {
        "first_name": "Anna",
        "last_name": "Weiß",
        "job_title": "Director of Operations",
        "company": "Acme GmbH",
        **(facts or {}),
    }
    reading = read(values.get("job_title"))
    values |= {"job_level": reading.level, "department": reading.department}
    given = ALL if answers is None else answers
    told = [
        Answer(name, name not in not_met, given[name], SOURCES[name]) if name in given else Answer(name, None)
        for name in ALL
    ]
    drawn = lines(chart_of(chart)) if chart is not None else ()
    head = f"Who else is at {chart.organisation}" if chart is not None and chart.organisation else "Who else is there"
    parts = (
        [ScorePart("Asked to be contacted", 30), ScorePart("Told us the need", 10), ScorePart("Business address", 5)]
        if score
        else []
    )
    role = role_of(said, (None, ""), reading.level, values.get("uses_product") is True)
    return Story(known, values, account, sentence, score, parts, told, missing, role, ASK, CAMPAIGNS, drawn, head)


HOT = "Asked for us just now; 4 of 4 BANT criteria are met."
ASKED = {"asked_for_contact": True}
SIZE = {"city": "Berlin", "country": "DE", "employees": 1200, "industry": "COMPUTER_SOFTWARE"}
STAGES = {
    "hs_lifecyclestage_lead_date": "1757000000000",
    "hs_lifecyclestage_marketingqualifiedlead_date": "2026-11-18T10:00:00Z",
}


def chart(number: int, **values: Any) -> Chart:
    return Chart("Acme", colleagues(number), **values)


DEALS = (Deal("Automation", "Proposal", "Ann Ames", "2026-12-31"), Deal("Support"))
RICH = known((DEMO, WEBINAR), (note(3, HTML),), **STAGES)
STORIES: dict[str, Story] = {
    "asked_for_a_demo": story(known((DEMO,)), ASKED, sentence=HOT),
    "nothing_but_a_name": story(known(), {"job_title": "", "company": ""}, {}, sentence="", score=0),
    "only_an_address": story(
        known(), {"first_name": "", "last_name": "", "job_title": "", "company": "", "email": "a@acme.de"}, {}, score=0
    ),
    "reached_by_phone": replace(
        story(known((DEMO,)), {**ASKED, "phone": "+49 30 901820", "email": "anna.weiss@acme.de"}, account=ACCOUNT),
        reach=True,
    ),
    "no_title": story(known((DEMO,)), {"job_title": "", **ASKED}),
    "no_company": story(known((DEMO,)), {"company": "", **ASKED}),
    "with_account": story(known((DEMO,)), ASKED, account=ACCOUNT),
    "with_everything": story(
        known((DEMO, WEBINAR), (note(3, HTML),), **STAGES),
        {**ASKED, **SIZE},
        account=ACCOUNT,
        chart=chart(9),
        said="decision_maker",
    ),
    "comment_as_html": story(known((form(1, "Contact sales", message=HTML),)), ASKED),
    "comment_in_japanese": story(
        known((form(1, "Contact sales", message="ERPのデモを希望します。\n平日の午前中に。"),)), ASKED
    ),
    "comment_in_arabic": story(known((form(1, "Contact sales", message="نبحث عن حل للفواتير"),)), ASKED),
    "comment_with_emoji": story(
        known((form(1, "Contact sales", message="Great product 👍🏽 👨‍👩‍👧‍👦 & more"),)), ASKED
    ),
    "comment_with_code": story(
        known((form(1, "Contact sales", message="budget <5k and >3k; <script>alert(1)</script>x"),)), ASKED
    ),
    "comment_with_entities": story(
        known((form(1, "Contact sales", message="Fish &amp;amp; chips &lt;b&gt;bold&lt;/b&gt;"),)), ASKED
    ),
    "comment_is_long": story(known((form(1, "Contact sales", message=LONG),)), ASKED),
    "comment_without_sentences": story(known((form(1, "Contact sales", message="word " * 400),)), ASKED),
    "comment_is_blank": story(known((form(1, "Contact sales", message="   "),)), ASKED),
    "comment_twice": story(known((DEMO, form(2, "Request a demo", message="Please call in the morning."))), ASKED),
    "comments_many": story(
        known(tuple(form(day, "Contact sales", message=f"Wish number {day}.") for day in range(6))), ASKED
    ),
    "chat": story(known((DEMO,), (note(2, CHAT),)), ASKED),
    "chat_as_html": story(known((DEMO,), (note(2, CHAT.replace("\n", "<br>")),)), ASKED),
    "mail_with_history": story(known((DEMO,), (note(2, MAIL),)), ASKED),
    "notes_many": story(known((DEMO,), tuple(note(day, f"Called, no answer ({day}).") for day in range(1, 6))), ASKED),
    "campaign_as_html": story(known((WEBINAR,)), {"last_form": "Webinar"}),
    "campaign_without_words": story(known((form(3, "Fair"),)), {"last_form": "Fair"}),
    "campaign_told_once": story(known((DEMO, form(9, "Request a demo"), form(20, "Request a demo"))), ASKED),
    "form_without_name": story(known((form(3, ""),))),
    "long_journey": story(
        known(tuple(form(day, f"Form {day}") for day in range(30)), (), **STAGES), {"last_form": "Form 0"}
    ),
    "visited_pricing": story(known(last_pricing_visit="2026-11-19T00:00:00Z")),
    "budget_not_met": story(known((DEMO,)), ASKED, {**ALL, "budget": "none"}, ("budget",)),
    "nothing_answered": story(known((DEMO,)), ASKED, {}),
    "one_unknown": story(known((DEMO,)), ASKED, {name: value for name, value in ALL.items() if name != "timeline"}),
    "information_missing": story(known((DEMO,)), {**ASKED, "job_title": ""}, missing=("job_title", "country")),
    "user_of_the_product": story(known((DEMO,)), {"job_title": "Clerk", "uses_product": True, **ASKED}),
    "said_influencer": story(known((DEMO,)), ASKED, said="influencer"),
    "blocker": story(known((DEMO,)), {"job_title": "Legal Counsel", **ASKED}, said="blocker"),
    "chart_of_two": story(known((DEMO,)), ASKED, chart=chart(2)),
    "chart_of_twenty": story(known((DEMO,)), ASKED, chart=chart(20)),
    "chart_with_deals": story(
        known((DEMO,)),
        ASKED,
        chart=chart(3, deals=DEALS),
    ),
    "chart_without_a_name": story(known((DEMO,)), ASKED, chart=Chart("", colleagues(3))),
    "chart_of_one": story(known((DEMO,)), ASKED, chart=chart(1)),
    "german_title": story(known((DEMO,)), {"job_title": "Leiterin Einkauf", **ASKED, **SIZE}),
}
