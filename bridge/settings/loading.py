"""Loads every YAML file into one frozen `Settings` and finds everything wrong with all of them at once.

`read_settings` never raises for a wrong file: it collects. `load_settings` raises one `ConfigError` with every problem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from bridge.errors import ConfigError, Problem
from bridge.frozen import frozen
from bridge.settings.base import did_you_mean
from bridge.settings.capacity import Capacity, FollowUp, check_capacity, check_follow_up
from bridge.settings.condition_leaves import Finding
from bridge.settings.connections import Bridge
from bridge.settings.definition import Definition, check_definition
from bridge.settings.known import Known, facts_of, known_facts
from bridge.settings.landing_check import check_landing
from bridge.settings.mapping import Mapping
from bridge.settings.mapping_check import check_mapping, check_mappings
from bridge.settings.routing import Routing, check_routing
from bridge.settings.schedule import Schedule
from bridge.settings.words import findings_of
from bridge.settings.yaml_file import NOTHING, Document, dotted, read_yaml

Model = TypeVar("Model", bound=BaseModel)

FILES: dict[str, type[BaseModel]] = {
    "bridge.yaml": Bridge,
    "definition.yaml": Definition,
    "routing.yaml": Routing,
    "capacity.yaml": Capacity,
    "follow_up.yaml": FollowUp,
    "schedule.yaml": Schedule,
}
"""What lies in the config folder; each must be there."""


@frozen
class Settings:
    """Everything the YAML files say. `versions`: file name → short hash of what it says; comments and spacing do not count."""

    bridge: Bridge
    definition: Definition
    routing: Routing
    capacity: Capacity
    follow_up: FollowUp
    schedule: Schedule
    mappings: dict[str, Mapping]
    known: Known
    versions: dict[str, str]

    def mapping_to(self, target: str) -> Mapping | None:
        """The mapping that writes `target`, e.g. `salesforce.Lead`; None when there is none."""
        return next((mapping for mapping in self.mappings.values() if mapping.target == target), None)


@dataclass(slots=True)
class Read:
    """What came of reading: whole documents and models as far as they could be read, and every problem so far."""

    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)
    mapping_files: tuple[str, ...] = ()
    mappings: dict[str, Mapping] = field(default_factory=dict)
    known: Known = field(default_factory=dict)

    def add(self, name: str, findings: Iterable[Finding]) -> None:
        """Findings of the file `name`, with line and column."""
        document = self.documents[name]
        for finding in findings:
            self.problems.append(_problem(document, finding))


def load_settings(config_dir: Path, mappings_dir: Path) -> Settings:
    """Read and check every file.

    Raises ConfigError with every problem of every file.
    """
    read = read_settings(config_dir, mappings_dir)
    if read.problems:
        raise ConfigError(sorted(read.problems))
    models, documents = read.models, read.documents
    versions = {name: _version(document.data) for name, document in sorted(documents.items())}
    return Settings(
        models["bridge.yaml"], models["definition.yaml"], models["routing.yaml"], models["capacity.yaml"],
        models["follow_up.yaml"], models["schedule.yaml"], read.mappings, read.known, versions,
    )  # fmt: skip


def read_settings(config_dir: Path, mappings_dir: Path) -> Read:
    """Read every file and collect every problem that shows without a connection."""
    read = Read()
    for name, model in FILES.items():
        read.models[name] = _read(config_dir / name, model, read)
    _refuse_strangers(config_dir, FILES, read)
    _read_mappings(mappings_dir, read)
    definition = read.models["definition.yaml"]
    segments = [segment.name for segment in definition.segments] if definition else []
    read.known = known_facts(facts_of(read.mappings.values()), segments)
    _check_across(read)
    return read


def _read_mappings(folder: Path, read: Read) -> None:
    found = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not found:
        read.problems.append(
            Problem(str(folder), 1, 1, "mappings", "there is no mapping here.", "Run `leadbridge init`.")
        )
    read.mapping_files = tuple(path.name for path in found)
    _refuse_strangers(folder, read.mapping_files, read)
    for path in found:
        mapping = _read(path, Mapping, read)
        if mapping is not None:
            read.mappings[path.stem] = mapping.model_copy(update={"name": path.stem})


def _refuse_strangers(folder: Path, known: Iterable[str], read: Read) -> None:
    """A file nobody reads is a mistake: `routing.yml` would silently change nothing."""
    names = tuple(known)
    for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else []:
        if path.name not in names:
            near = did_you_mean(path.name, names) or "Settings files end in .yaml."
            read.problems.append(Problem(str(path), 1, 1, path.name, "is not a file the bridge reads.", near))


def _read(path: Path, model: type[Model], read: Read) -> Model | None:
    document = read_yaml(path, read.problems)
    if document is None:
        return None
    read.documents[path.name] = document
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        read.add(path.name, findings_of(error, model))
        return None


def _check_across(read: Read) -> None:
    """What shows only when several files are looked at. Conditions are left alone while the facts they speak of cannot be read."""
    models = read.models
    check_conditions(read, read.known)
    if _facts_are_known(read):
        for name, mapping in read.mappings.items():
            read.add(f"{name}.yaml", check_mapping(mapping, read.known))
        for name, finding in check_mappings(read.mappings, whole=len(read.mappings) == len(read.mapping_files)):
            read.add(f"{name}.yaml", [finding])
    definition, routing = models["definition.yaml"], models["routing.yaml"]
    segments = None if definition is None else [one.name for one in definition.segments]
    if models["bridge.yaml"] is not None:
        teams = None if routing is None else routing.teams
        read.add("bridge.yaml", check_landing(models["bridge.yaml"].landing, teams, segments))
    if models["capacity.yaml"] is not None and routing is not None:
        read.add("capacity.yaml", check_capacity(models["capacity.yaml"], routing.teams, segments))
    if models["follow_up.yaml"] is not None:
        read.add("follow_up.yaml", check_follow_up(models["follow_up.yaml"]))


def check_conditions(read: Read, known: Known) -> None:
    """What is wrong with definition and routing when these are the facts, unless facts cannot be read."""
    definition, routing = read.models["definition.yaml"], read.models["routing.yaml"]
    if not _facts_are_known(read):
        return
    if definition is not None:
        read.add("definition.yaml", check_definition(definition, known))
    if routing is not None:
        read.add("routing.yaml", check_routing(routing, known))


def _facts_are_known(read: Read) -> bool:
    """No mapping that makes facts, or may, is broken."""
    for name in read.mapping_files:
        if name.removesuffix(".yaml") in read.mappings:
            continue
        document = read.documents.get(name)
        target = document.data.get("target") if document and isinstance(document.data, dict) else None
        if target in (None, NOTHING, "facts"):
            return False
    return bool(read.mappings)


def _problem(document: Document, finding: Finding) -> Problem:
    line, column = document.place(finding.path, of_key=finding.of_key)
    path = document.steps(finding.path)
    return Problem(document.file, line, column, dotted(path), finding.text, finding.suggestion)


def _version(data: Any) -> str:
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]
