"""Loading as a whole: everything wrong is told at once, and what is right comes back in one piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.errors import ConfigError
from bridge.settings.loading import load_settings, read_settings

BRIDGE, DEFINITION, CAPACITY = "config/bridge.yaml", "config/definition.yaml", "config/capacity.yaml"
SCHEDULE = "config/schedule.yaml"
FACTS, LEAD = "mappings/contact_to_facts.yaml", "mappings/contact_to_lead.yaml"


def test_the_unbroken_files_load(files: Any) -> None:
    settings = load_settings(files.config, files.mappings)
    assert settings.definition.version == "2026-11"
    assert set(settings.mappings) == {"contact_to_facts", "contact_to_lead"}


def test_every_problem_of_every_file_is_told_at_once(files: Any) -> None:
    """One wrong thing in each of five files, two in one: six lines, sorted by file and line."""
    files.edit(BRIDGE, "  send: 500", "  send: lots")
    files.edit(BRIDGE, "  tier: professional", "  teir: professional")
    files.edit(CAPACITY, "  emea:", "  emae:")
    files.edit(SCHEDULE, "30 1 * * mon", "30 1 * * 7")
    files.edit(LEAD, "format: last_name", "format: lastname")
    files.edit(DEFINITION, "mandatory: [email, job_title]", "mandatory: [email, jobtitle]")
    with pytest.raises(ConfigError) as caught:
        load_settings(files.config, files.mappings)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == [
        "hubspot.teir",
        "brakes.send",
        "teams.emae",
        "mandatory[1]",
        "jobs.sweep.cron",
        "fields.LastName.format",
    ]
    assert caught.value.exit_code == 2
    first = str(caught.value).splitlines()[0]
    assert first == f"{files.config}/bridge.yaml:3:3 hubspot.teir: is not known here. did you mean 'tier'?"


def test_a_missing_file_is_named(files: Any) -> None:
    (files.config / "routing.yaml").unlink()
    (problem,) = read_settings(files.config, files.mappings).problems
    assert str(problem) == f"{files.config}/routing.yaml:1:1 routing.yaml: cannot be read: No such file or directory."


def test_no_mapping_at_all_is_said_once(files: Any) -> None:
    for path in files.mappings.iterdir():
        path.unlink()
    (problem,) = read_settings(files.config, files.mappings).problems
    assert problem.file == str(files.mappings)
    assert "leadbridge init" in problem.suggestion


def test_without_facts_every_condition_is_homeless_and_that_is_said(files: Any) -> None:
    files.edit(FACTS, "target: facts", "target: salesforce.Contact")
    texts = [problem.text for problem in read_settings(files.config, files.mappings).problems]
    assert "no mapping has `target: facts`, so the definition knows nothing." in texts


def test_without_a_mapping_of_leads_nobody_can_be_handed_over_and_that_is_said(files: Any) -> None:
    (files.mappings / "contact_to_lead.yaml").unlink()
    (problem,) = read_settings(files.config, files.mappings).problems
    assert problem.text == "no mapping has `target: salesforce.Lead`, so nobody can be handed over."
    assert "leadbridge init" in problem.suggestion


def test_a_file_of_comments_only_means_the_defaults(files: Any) -> None:
    files.edit(BRIDGE, "", "# hubspot:\n#   tier: free\n")
    assert load_settings(files.config, files.mappings).bridge.hubspot.tier == "professional"


def test_two_mappings_may_not_write_one_target(files: Any) -> None:
    (files.mappings / "other_to_lead.yaml").write_text((files.mappings / "contact_to_lead.yaml").read_text())
    (problem,) = read_settings(files.config, files.mappings).problems
    assert (problem.line, problem.column, problem.text) == (2, 9, "is written by contact_to_lead.yaml already.")


def test_versions_follow_the_meaning_not_the_spelling(files: Any) -> None:
    before = load_settings(files.config, files.mappings).versions
    files.edit(CAPACITY, "expires_after: 30", "expires_after:   30   # days\n")
    assert load_settings(files.config, files.mappings).versions == before
    files.edit(CAPACITY, "expires_after:   30", "expires_after: 31")
    after = load_settings(files.config, files.mappings).versions
    assert {name for name in after if after[name] != before[name]} == {"capacity.yaml"}


def test_settings_cannot_be_changed(files: Any) -> None:
    settings = load_settings(files.config, files.mappings)
    with pytest.raises(ValueError, match="frozen"):
        settings.bridge.hubspot.tier = "free"


def test_the_starter_files_load() -> None:
    root = Path(__file__).parents[2]
    settings = load_settings(root / "config", root / "mappings")
    targets = {mapping.target for mapping in settings.mappings.values()}
    records = {f"salesforce.{name}" for name in ("Lead", "Contact", "Task", "Account", "CampaignMember")}
    assert targets == {"facts", "hubspot.contact", *records}
