"""`leadbridge match learn`: weights from confirmed answers, written only when they are better."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from small_lists import COLUMNS, answers, fillers, read, write

from bridge.cli.main import run
from connectors.record_ids import long_id


def confirmed(path: Path, count: int, wrong_every: int) -> Path:
    """Confirmed answers: leads by name alone, of which this customer found every n-th to be somebody else's."""
    rows = [
        {
            "email": f"a{i}@gmail.com", "company": one["name"], "country": one["country"] if i % wrong_every else "",
            "account_id": one["account_id"] if i % wrong_every else "",
        }
        for i, one in enumerate((fillers() * 3)[:count])
    ]  # fmt: skip
    return write(path, ("email", "company", "country", "account_id"), rows)


def test_learning_writes_a_better_model_and_nothing_else(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers_ = confirmed(tmp_path / "confirmed.csv", 400, 2)
    out = tmp_path / "model.json"
    arguments = ["match", "learn", "--accounts", str(accounts), "--confirmed", str(answers_), "--out", str(out)]
    assert run([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["better"] is True, told
    assert told["after"]["log loss"] < told["before"]["log loss"]
    assert told["held_back"] > 50
    assert any(weight != 1 for weight in told["weights"].values())
    lead = [{"lead_id": "1", "company": fillers()[1]["name"], "email": "a@gmail.com"}]
    before, after = answers(accounts, lead)[0], answers(accounts, lead, "--model", str(out))[0]
    assert float(after["score"]) < float(before["score"])


def test_learning_knows_the_ids_of_reports(accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids = {one["account_id"]: long_id(f"001{i:012}") for i, one in enumerate(read(accounts))}
    write(accounts, COLUMNS, [{**row, "account_id": ids[row["account_id"]]} for row in read(accounts)])
    told = read(confirmed(tmp_path / "confirmed.csv", 400, 2))
    heard = []
    for length in (15, 18):
        rows = [{**row, "account_id": ids.get(row["account_id"], "")[:length]} for row in told]
        given = write(tmp_path / f"{length}.csv", tuple(rows[0]), rows)
        out = str(tmp_path / "model.json")
        assert (
            run(["match", "learn", "--accounts", str(accounts), "--confirmed", str(given), "--out", out, "--json"]) == 0
        )
        heard.append(json.loads(capsys.readouterr().out))
    assert heard[0] == heard[1]


def test_learning_begins_with_the_scores_that_matching_gives(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log loss told as `before` is that of the scores in the file of answers (of those held back)."""
    monkeypatch.setattr("bridge.stages.reconcile.learning._is_held_back", lambda profile: profile.names[0].squash > "d")
    told = confirmed(tmp_path / "confirmed.csv", 400, 2)
    out = tmp_path / "model.json"
    arguments = ["match", "learn", "--accounts", str(accounts), "--confirmed", str(told), "--out", str(out), "--json"]
    assert run(arguments) == 0
    before = json.loads(capsys.readouterr().out)["before"]["log loss"]
    leads = [{**row, "lead_id": str(i)} for i, row in enumerate(read(told)) if row["company"] > "D"]
    right = {lead["lead_id"]: lead.pop("account_id") for lead in leads}
    rows = answers(accounts, leads, "--review-at", "0")
    chances = [(float(row["score"]), row["account_id"] == right[row["lead_id"]]) for row in rows]
    loss = -sum(math.log(chance if good else 1 - chance) for chance, good in chances) / len(chances)
    assert before == pytest.approx(loss, rel=0.002)  # the file tells scores with four digits


def test_learning_that_is_no_better_changes_nothing(
    accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.stages.reconcile.learning.BETTER", 100.0)
    out = tmp_path / "model.json"
    answers_ = confirmed(tmp_path / "confirmed.csv", 400, 2)
    assert run(["match", "learn", "--accounts", str(accounts), "--confirmed", str(answers_), "--out", str(out)]) == 0
    assert "nothing changes" in capsys.readouterr().out
    assert not out.exists()
