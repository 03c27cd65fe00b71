"""Every icon that a panel asks for exists: one that does not would leave the rest of its panel undrawn."""

from __future__ import annotations

import ast
from pathlib import Path

import bpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for folder in ("panels", "operators") for path in sorted((ROOT / folder).glob("*.py"))] + [ROOT / "preferences.py"]


def icons(path: Path) -> set[str]:
    """The words given as `icon=`, also those that are chosen between."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "icon":
            choices = [node.value]
            while choices:
                value = choices.pop()
                if isinstance(value, ast.IfExp):
                    choices += [value.body, value.orelse]
                elif isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found.add(value.value)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_icon_exists(path: Path) -> None:
    known = {item.identifier for item in bpy.types.UILayout.bl_rna.functions["prop"].parameters["icon"].enum_items}
    assert icons(path) <= known


def test_icons_are_found() -> None:
    assert len(set().union(*map(icons, FILES))) > 20
