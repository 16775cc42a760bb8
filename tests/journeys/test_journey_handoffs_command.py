"""`leadbridge handoffs`: what a rep receives, the chart as a picture, and who waits, asked of a real installation."""

from __future__ import annotations

import xml.etree.ElementTree as xml

import orjson
import pytest
from conftest import Install
from small_world import people
from test_journey_handoff import colleagues

from bridge.cli.main import run
from bridge.errors import DONE, USAGE


def test_a_handoff_is_shown_found_by_whatever_names_it(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    here = install(colleagues(range(20)))
    here.cycle()
    home = ["--home", str(here.folder)]
    primary = here.lead_of("m2")
    for asked in (
        "Morgenrot Werke",
        "morgenrot",
        "morgenrot-werke.de",
        "domain:morgenrot-werke.de",
        primary.id,
        primary.sales_id,
        "1",
    ):
        assert run(["handoffs", "show", asked, *home]) == DONE
        told = capsys.readouterr().out
        assert "Handoff 1" in told
        assert "20 people known" in told
        assert "WHY NOW" in told
    picture = here.folder / "chart.svg"
    assert run(["handoffs", "show", "1", "--json", "--svg", str(picture), *home]) == DONE
    (shown,) = orjson.loads(capsys.readouterr().out)
    assert (shown["members"], len(shown["chart"]["people"]), shown["state"]) == (20, 20, "open")
    assert xml.fromstring(picture.read_text(encoding="utf-8")).tag.endswith("svg")
    for nobody in ("Nobody Ltd", "%", "_" * len("Morgenrot Werke"), "%.de"):
        assert run(["handoffs", "show", nobody, *home]) == USAGE


def test_an_organisation_nobody_was_handed_over_of_has_a_chart(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    here = install(colleagues(range(3), budget_range="none", purchase_timeframe="no_plan"))
    here.cycle()
    assert run(["handoffs", "show", "Morgenrot Werke", "--home", str(here.folder)]) == DONE
    assert "nobody of it was handed over yet" in capsys.readouterr().out


def test_who_waits_is_told_with_reason_and_day(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    here = install(people(range(8)), capacity={"rep": {"open_leads": 40, "new_per_day": 2}, "teams": {}})
    here.cycle()
    assert run(["handoffs", "waiting", "--json", "--home", str(here.folder)]) == DONE
    rows = orjson.loads(capsys.readouterr().out)
    assert len(rows) == 4
    assert {row["why"] for row in rows} == {"gets 2 new leads a day at most"}
    assert {row["place"] for row in rows} == {1, 2}
    assert all(row["expected"] > row["since"] for row in rows)
    for row in rows:
        assert run(["explain", row["lead_id"], "--home", str(here.folder)]) == DONE
        told = capsys.readouterr().out
        assert (
            f"waits for room: {row['owner']} gets 2 new leads a day at most; place {row['place']}, expected {row['expected']}"
            in told
        )
    sent = next(iter(here.leads().values()))
    assert run(["explain", sent["Id"], "--home", str(here.folder)]) == DONE
    assert "waits for room" not in capsys.readouterr().out
    here.later(days=1)
    here.cycle()
    assert run(["handoffs", "waiting", "--home", str(here.folder)]) == DONE
    assert "Nobody waits" in capsys.readouterr().out
