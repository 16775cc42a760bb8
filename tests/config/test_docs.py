"""What the guides show is right: every YAML block loads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bridge.settings.definition import Definition, check_definition
from bridge.settings.loading import Settings, load_settings
from bridge.settings.mapping import Mapping
from bridge.settings.mapping_check import check_mapping
from bridge.settings.yaml_file import read_yaml

ROOT = Path(__file__).parents[2]


def blocks(guide: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / guide).read_text(), re.S)


@pytest.fixture(scope="module")
def starter() -> Settings:
    return load_settings(ROOT / "config", ROOT / "mappings")


def content(text: str, folder: Path) -> Any:
    path = folder / "block.yaml"
    path.write_text(text)
    document = read_yaml(path, [])
    assert document is not None
    return document.data


@pytest.mark.parametrize("block", blocks("mapping.md"), ids=lambda block: block.split(":")[0])
def test_a_block_of_the_mapping_guide_loads(block: str, starter: Settings, tmp_path: Path) -> None:
    data = content(block, tmp_path)
    if "target" not in data:
        data = {"source": "hubspot.contact", "target": "salesforce.Lead", "fields": data}
    mapping = Mapping.model_validate(data)
    assert list(check_mapping(mapping, starter.known)) == []


@pytest.mark.parametrize("block", blocks("definition.md"), ids=lambda block: block.split(":")[0])
def test_a_block_of_the_definition_guide_loads(block: str, starter: Settings, tmp_path: Path) -> None:
    whole = content((ROOT / "config" / "definition.yaml").read_text(), tmp_path)
    definition = Definition.model_validate({**whole, **content(block, tmp_path)})
    assert list(check_definition(definition, starter.known)) == []


def test_the_guides_show_something() -> None:
    assert len(blocks("mapping.md")) >= 3
    assert len(blocks("definition.md")) >= 7
