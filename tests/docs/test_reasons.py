"""Every reason code the bridge can give has a line in docs/reasons.md, and the page names no code that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from bridge.settings.loading import load_settings
from bridge.stages.clean.reasons import REASONS

ROOT = Path(__file__).parents[2]
POSITION_OF_REASON = {"Event": 3, "Landing": 3, "Settlement": 3, "Assignment": 3, "_held": 1, "_to_queue": 1}
NOT_CODES = {"new_reason", "nothing"}
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def codes_in(path: Path) -> set[str]:
    """Constant reason codes given in one file: `reason="…"`, or at the place where a call takes its reason."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        values = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
        position = POSITION_OF_REASON.get(name)
        if position is not None and len(node.args) > position:
            values.append(node.args[position])
        for value in values:
            for part in ast.walk(value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                    found.add(part.value)
    return found


def given() -> set[str]:
    """All codes: from the code, from cleaning's list, from the starter definition."""
    found = {code for path in (ROOT / "bridge").rglob("*.py") for code in codes_in(path)}
    definition = load_settings(ROOT / "config", ROOT / "mappings").definition
    found |= {rule.reason.replace("{missing}", "…") for rule in definition.verdicts}
    return (found | set(REASONS)) - NOT_CODES


def documented() -> set[str]:
    page = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    return {match.group(1) for match in re.finditer(r"^\| `([^`]+)` \|", page, re.MULTILINE)}


def test_every_reason_has_its_line() -> None:
    assert sorted(given() - documented()) == []


def test_no_line_is_about_a_reason_that_does_not_exist() -> None:
    missing = documented() - given()
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bridge").rglob("*.py"))
    assert sorted(code for code in missing if f'"{code.removesuffix("…")}' not in source) == []
