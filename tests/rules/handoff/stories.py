"""Fifty-nine people as facts: what their briefs are told from. Each name is the file of the brief that was read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bridge.deciding.brief import Story
from bridge.deciding.journey import Campaign
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


def talk(days: int, kind: str, **values: Any) -> Record:
    """A call, an answer to a survey, a ticket or a chat."""
    at = THEN - timedelta(days=days)
    return Record("hubspot", kind, f"{kind}{days}", values, at)


def chat(days: int, *turns: tuple[int, str, str]) -> Record:
    """A chat: minutes after half past nine, who, what they said; colleagues are called Tom or Mia."""
    at = THEN - timedelta(days=days)
    messages = [
        {"at": (at + timedelta(minutes=later)).isoformat(), "who": who, "text": text, "ours": who in ("Tom", "Mia")}
        for later, who, text in turns
    ]
    return talk(days, "chat", created_at=at.isoformat(), messages=messages)


def call(days: int, body: str, **values: str) -> Record:
    at = THEN - timedelta(days=days)
    return talk(days, "call", hs_timestamp=at.isoformat(), hs_call_body=body, **values)


def answer(days: int, value: str, group: str, content: str = "") -> Record:
    at = THEN - timedelta(days=days)
    return talk(
        days, "feedback_submission", hs_survey_name="NPS survey", hs_survey_type="NPS", hs_value=value, hs_response_group=group,
        hs_content=content, hs_submission_timestamp=at.isoformat(),
    )  # fmt: skip


def ticket(days: int, subject: str, content: str) -> Record:
    return talk(days, "ticket", subject=subject, content=content, createdate=(THEN - timedelta(days=days)).isoformat())


def known(forms: tuple[Record, ...] = (), notes: tuple[Record, ...] = (), **values: Any) -> Known:
    contact = Record("hubspot", "contact", "1", values, THEN)
    return Known("lb-1", (contact,), None, None, notes, forms)


DEMO = form(0, "Request a demo", message="Please call in the morning.")
WEBINAR = form(40, "Webinar")
ALL = {"budget": "25k_100k", "authority": "director", "need": "Orders typed twice", "timeline": "1_3_months"}
POINTS = {
    "asked": ("Asked to be contacted", 30), "decides": ("Director or above", 20), "manages": ("Manager or head", 10),
    "soon": ("Wants it within three months", 15), "money": ("Budget of 25k or more", 15), "need": ("Told us the need", 10),
}  # fmt: skip
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
    sentence: str | None = None,
) -> Story:
    """The story of these facts as the starter definition would judge them. `answers`: None for all four of `ALL`."""
    values: dict[str, Any] = {
        "first_name": "Anna",
        "last_name": "Weiß",
        "job_title": "Director of Operations",
        "company": "Acme GmbH",
        **(facts or {}),
    }
    reading = read(values.get("job_title"))
    values |= {"job_level": reading.level, "department": reading.department}
    given = dict(ALL if answers is None else answers)
    if "authority" in given and reading.level in ("director", "vp", "c_level", "owner"):
        given["authority"] = reading.level
    elif answers is None:
        given.pop("authority")
    told = [
        Answer(name, name not in not_met, given[name], SOURCES[name]) if name in given else Answer(name, None)
        for name in ALL
    ]
    drawn = lines(chart_of(chart), primary=False) if chart is not None else ()
    head = f"People at {chart.organisation}" if chart is not None and chart.organisation else "People there"
    parts = _points(values, told)
    score = sum(part.points for part in parts)
    met = sum(one.met is True for one in told)
    if sentence is None:
        sentence = f"{met} of 4 BANT criteria are met, score {score}."
    role = role_of(said, (None, ""), reading.level, values.get("uses_product") is True)
    return Story(
        known,
        values,
        account,
        sentence.format(bant=met),
        score,
        parts,
        told,
        missing,
        role,
        ASK,
        CAMPAIGNS,
        drawn,
        head,
    )


def _points(facts: Mapping[str, Any], answers: list[Answer]) -> list[ScorePart]:
    met = {one.criterion: one.value for one in answers if one.met}
    level = facts["job_level"]
    earned = {
        "asked": bool(facts.get("asked_for_contact")), "decides": level in ("director", "vp", "c_level", "owner"),
        "manages": level in ("manager", "head"), "soon": met.get("timeline") in ("now", "1_3_months"),
        "money": met.get("budget") in ("25k_100k", "over_100k"), "need": "need" in met,
    }  # fmt: skip
    return [ScorePart(*POINTS[name]) for name, yes in earned.items() if yes]


CONNECTED, NO_ANSWER = "f240bbac-87c9-4f6e-bf70-924b57d47db7", "73a0d17f-1163-4015-bdd5-ec830791da20"
HOT = "Asked to be contacted, and wants it now or looked at the prices this week; {bant} of 4 BANT criteria are met."
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
    "nothing_but_a_name": story(known(), {"job_title": "", "company": ""}, {}, sentence=""),
    "only_an_address": story(
        known(), {"first_name": "", "last_name": "", "job_title": "", "company": "", "email": "a@acme.de"}, {}
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
    "chatted_on_the_website": story(
        known(
            (),
            (
                chat(
                    1,
                    (0, "Ola", "Do you integrate with SAP?"),
                    (2, "Mia", "We do. How many people would use it?"),
                    (3, "Ola", "About 120, across two sites.\nAlso: who signs the DPA?"),
                ),
            ),
        ),
        {"first_name": "Ola", "last_name": "Nilsen", "job_title": "IT-sjef", "company": "Fjordkraft AS"},
    ),
    "chat_over_two_days": story(
        known(
            (DEMO,),
            (
                chat(
                    4,
                    (0, "Visitor", "hello??"),
                    (1500, "Tom", "Sorry, it was night here. How can I help?"),
                    (1503, "Visitor", "Price for 40 seats?"),
                ),
            ),
        ),
        ASKED,
    ),
    "chat_is_long": story(
        known(
            (DEMO,),
            (
                chat(
                    2,
                    *(
                        (
                            place,
                            "Tom" if place % 2 else "Visitor",
                            f"Sentence number {place} is said here, and it is not short.",
                        )
                        for place in range(40)
                    ),
                ),
            ),
        ),
        ASKED,
    ),
    "called_and_reached": story(
        known(
            (DEMO,),
            (
                call(
                    2,
                    "<p>Has budget, wants an offer by Friday.</p><ul><li>two plants</li><li>SAP today</li></ul>",
                    hs_call_disposition=CONNECTED,
                    hs_call_duration="720000",
                    hs_call_direction="OUTBOUND",
                ),
            ),
        ),
        {**ASKED, "job_title": "Leiter Einkauf"},
    ),
    "called_without_answer": story(
        known(
            (DEMO,),
            (call(1, "", hs_call_disposition=NO_ANSWER), call(2, "", hs_call_disposition=NO_ANSWER), call(3, "")),
        ),
        ASKED,
    ),
    "they_called": story(
        known(
            (),
            (
                call(
                    1,
                    "Asked for prices.",
                    hs_call_direction="INBOUND",
                    hs_call_title="Inbound call",
                    hs_call_duration="61000",
                ),
            ),
        ),
        {
            "first_name": "María",
            "last_name": "Ortega",
            "job_title": "Directora de Compras",
            "company": "Ibérica Textil S.A.",
        },
    ),
    "answered_a_survey": story(
        known((WEBINAR,), (answer(5, "9", "PROMOTER", "Saved us a day a week."), answer(90, "7", "PASSIVE"))),
        {"job_title": "Clerk", "uses_product": True},
    ),
    "wrote_a_ticket": story(
        known(
            (DEMO,), (ticket(6, "Export fails with 500", "Since Monday every export over 10 MB stops with an error."),)
        ),
        {
            **ASKED,
            "job_title": "Directeur des systèmes d'information",
            "first_name": "Chloé",
            "last_name": "Lefèvre",
            "company": "Verrerie du Nord SAS",
        },
    ),
    "everything_on_one_timeline": story(
        known(
            (form(1, "Request a demo", message="Please call in the morning."), form(60, "Webinar")),
            (
                chat(
                    3,
                    (0, "Raj", "Is there a price list?"),
                    (1, "Mia", "Shall somebody call you?"),
                    (2, "Raj", "Yes please, this week."),
                ),
                call(2, "Wants to see the audit trail.", hs_call_disposition=CONNECTED, hs_call_duration="300000"),
                answer(20, "10", "PROMOTER"),
                ticket(30, "How do we add a second domain?", "We took over a company."),
                note(2, "Met at the fair."),
            ),
            hs_email_last_click_date="2026-11-10T08:00:00Z",
            hs_email_last_open_date="2026-11-12T08:00:00Z",
            hs_analytics_source="PAID_SEARCH",
            createdate="2026-09-20T10:00:00Z",
            last_pricing_visit="2026-11-20T07:00:00Z",
            **STAGES,
        ),
        {
            **ASKED,
            "first_name": "Raj",
            "last_name": "Kapoor",
            "job_title": "CFO",
            "company": "Kapoor Steel",
            "city": "Pune",
            "country": "IN",
            "employees": 900,
        },
        account=ACCOUNT,
        chart=chart(12, deals=DEALS[:1]),
        sentence=HOT,
    ),
    "clicked_and_came_back": story(
        known(
            hs_email_last_click_date="2026-11-18T08:00:00Z",
            hs_analytics_source="ORGANIC_SEARCH",
            createdate="2026-02-01T10:00:00Z",
            last_pricing_visit="2026-11-19T00:00:00Z",
        ),
        {
            "first_name": "Paulo",
            "last_name": "Teixeira",
            "job_title": "Sócio-gerente",
            "company": "Teixeira & Filhos Lda",
        },
    ),
    "chat_in_another_zone": replace(
        story(
            known(
                (replace(DEMO, changed_at=THEN.replace(hour=23)),),
                (
                    chat(
                        2,
                        (0, "Visitor", "Is anybody there?"),
                        (810, "Tom", "Good night! Yes."),
                        (815, "Visitor", "Call me."),
                    ),
                ),
            ),
            ASKED,
        ),
        zone=ZoneInfo("Europe/Berlin"),
    ),
    "wants_it_now": story(known((DEMO,)), ASKED, {**ALL, "timeline": "now"}),
    "wants_it_in_a_quarter_of_their_own": story(known((DEMO,)), ASKED, {**ALL, "timeline": "Q3, after the audit"}),
    "need_and_nothing_planned": story(
        known((WEBINAR,)), {}, {"authority": "director", "need": "Orders are typed twice. It costs two days a month."}
    ),
    "need_too_long_for_a_sentence": story(known((WEBINAR,)), {}, {"need": LONG}),
    "wishes_of_several_lines": story(
        known(tuple(form(day, "Contact sales", message=f"Wish {day}:\n- a price\n- a date") for day in range(2))), ASKED
    ),
    "asked_long_ago_and_looked_at_prices": story(
        known(
            (form(45, "Request a demo", message="We compare three tools."),), last_pricing_visit="2026-11-19T00:00:00Z"
        ),
        {**ASKED, "first_name": "健二", "last_name": "田中", "job_title": "部長", "company": "株式会社アオバ"},
    ),
}
