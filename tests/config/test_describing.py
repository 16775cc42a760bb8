"""What the models say of themselves is true: samples load, schemas accept what loads, the reference is the one in docs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from bridge.settings.describing import MODELS, json_schema, reference, sample
from bridge.settings.formats import FORMATS
from bridge.settings.known import DERIVED
from bridge.settings.mapping import Format
from bridge.settings.yaml_file import read_yaml
from bridge.stages.clean.formats import FORMATS as CLEANED

ROOT = Path(__file__).parents[2]
STARTERS = [*sorted((ROOT / "config").glob("*.yaml")), *sorted((ROOT / "mappings").glob("*.yaml"))]


def content(path: Path) -> Any:
    document = read_yaml(path, [])
    assert document is not None
    return document.data


def listed(value: Any) -> Any:
    """Lists as JSON Schema knows them."""
    if isinstance(value, dict):
        return {key: listed(item) for key, item in value.items()}
    return [listed(item) for item in value] if isinstance(value, tuple) else value


def schema_of(path: Path) -> dict[str, Any]:
    return json_schema(f"config/{path.name}" if path.parent.name == "config" else "mappings/*.yaml")


@pytest.mark.parametrize("file", MODELS)
def test_a_sample_loads_and_names_every_key(file: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(sample(file))
    MODELS[file].model_validate(content(path))
    for name, field in MODELS[file].model_fields.items():
        assert f"{field.alias or name}:" in path.read_text() or name == "name"


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.name)
def test_the_json_schema_accepts_the_starter_file(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(path))
    jsonschema.validate(listed(content(path)), schema_of(path))


def test_the_json_schema_refuses_what_loading_refuses() -> None:
    schema = json_schema("config/schedule.yaml")
    for wrong in ({"jobs": {"sync": {"evry": "5m"}}}, {"jobs": {"snyc": {"every": "5m"}}}, {"job": {}}, {"jobs": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_the_reference_in_docs_is_the_one_the_models_make() -> None:
    """When this fails: `python -m bridge.settings.describing > docs/settings.md`."""
    assert (ROOT / "docs" / "settings.md").read_text() == reference()


def test_every_key_has_a_sentence() -> None:
    for line in reference().splitlines():
        assert not line.endswith("|  |") or "`" in line.split("|")[1]
    for file, model in MODELS.items():
        for name, field in model.model_fields.items():
            assert field.description, f"{file} {name}"


def test_every_format_is_described_and_made() -> None:
    assert set(FORMATS) == set(get_args(Format)) == set(CLEANED)


def test_derived_facts_are_named_once() -> None:
    names = [fact.name for fact in DERIVED]
    assert len(names) == len(set(names))
