"""The account chart: who is on it once, the counts on top, who is missing, and a picture any XML reader takes."""

from __future__ import annotations

import xml.etree.ElementTree as xml

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some
from stories import colleagues

from bridge.stages.handoff.chart import Chart, Deal, Person, chart_of, head, line_of, lines, summary
from bridge.stages.handoff.picture import picture
from bridge.stages.handoff.roles import ROLES


def people(*roles: str) -> tuple[Person, ...]:
    return tuple(Person(f"p{place}", f"Name {place}", role=role) for place, role in enumerate(roles))


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        (("decision_maker",), "1 person known, 1 in the decision (1 decision maker)."),
        (("unknown", "unknown"), "2 people known, nobody of them known to decide."),
        (("decision_maker", "influencer", "influencer", "user"), "4 people known, 3 in the decision (1 decision maker, 2 influencers), 1 user."),
        (("blocker", "user", "user"), "3 people known, 1 in the decision (1 blocker), 2 users."),
    ],
)  # fmt: skip
def test_counts_in_a_sentence(roles: tuple[str, ...], said: str) -> None:
    assert head(Chart("Acme", people(*roles))) == said


@pytest.mark.parametrize(
    ("chart", "missing"),
    [
        (Chart("A", ()), ("somebody who decides", "somebody who uses it or would", "finance or purchasing")),
        (Chart("A", people("decision_maker")), ("somebody who uses it or would", "finance or purchasing")),
        (Chart("A", (Person("1", "Ann", role="decision_maker", department="finance", uses_product=True),)), ()),
        (Chart("A", (Person("1", "Ann", role="user", department="purchasing"),)), ("somebody who decides",)),
    ],
)
def test_who_is_missing(chart: Chart, missing: tuple[str, ...]) -> None:
    assert chart.missing == missing


def test_everybody_once_the_primary_first_then_by_place_in_the_decision() -> None:
    known = (*people("unknown", "influencer", "decision_maker", "user"), Person("p9", "Primary", primary=True))
    ordered = chart_of(Chart("Acme", (*known, *known)))
    assert [one.key for one in ordered.people] == ["p9", "p2", "p1", "p3", "p0"]


def test_short_form_names_the_best_placed_and_counts_the_others() -> None:
    told = lines(chart_of(Chart("Acme", colleagues(20), deals=(Deal("Big one", "Proposal"),))), most=3)
    assert told[0].startswith("20 people known")
    assert "Open opportunity: Big one (Proposal)." in told
    assert told[-1] == "[…] and 17 more"
    assert lines(Chart("Acme", people("unknown"))) == [], "one person is no chart"


def test_the_summary_names_everybody() -> None:
    told = summary(chart_of(Chart("Acme", colleagues(20))))
    assert sum(line.startswith("- Person") for line in told.split("\n")) == 20
    assert "last active 2026-11-01" in told


def test_it_is_kept_and_comes_back_the_same() -> None:
    chart = chart_of(Chart("Acme", colleagues(7), "ACME", "001", "Customer", "Ann", (Deal("Big"),)))
    assert Chart.from_kept(orjson.loads(orjson.dumps(chart.as_kept()))) == chart


@pytest.mark.parametrize(("uses", "said"), [(True, "Ann, Clerk, uses the product, held"), (None, "Ann, Clerk, held")])
def test_a_line_says_nothing_about_nothing(uses: bool | None, said: str) -> None:
    assert line_of(Person("1", "Ann", "Clerk", uses_product=uses, status="held")) == said


TEXT = some.text(max_size=40)
PEOPLE = some.builds(
    Person, TEXT, TEXT, TEXT, some.just("unknown"), some.just("unknown"), some.sampled_from(ROLES), TEXT, some.none() | some.booleans(), TEXT, TEXT,
    TEXT, primary=some.booleans(),
)  # fmt: skip


@given(TEXT, some.lists(PEOPLE, max_size=30), TEXT)
def test_the_picture_is_xml_whatever_people_are_called(name: str, known: list[Person], account: str) -> None:
    drawn = xml.fromstring(picture(chart_of(Chart(name, tuple(known), account))))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [one for one in drawn.iter() if one.tag.endswith(("script", "foreignObject", "image", "a"))]


def test_the_picture_shows_everybody_in_columns() -> None:
    drawn = picture(
        chart_of(
            Chart("Acme & Söhne", (*colleagues(9), Person("1", "<b>Zoë</b>", role="blocker")), "ACME", owner="Ann Ames")
        )
    )
    for text in (
        "Acme &amp; Söhne",
        "Decide (2)",
        "Advise (3)",
        "Against (1)",
        "&lt;b&gt;Zoë&lt;/b&gt;",
        "owner Ann Ames",
    ):
        assert text in drawn
