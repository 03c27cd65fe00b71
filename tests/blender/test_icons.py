"""Every icon that a panel or a question asks for exists: one that does not would leave the rest of its panel undrawn."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import bpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for folder in ("panels", "operators") for path in sorted((ROOT / folder).glob("*.py"))] + [ROOT / "preferences.py"]


def icons(path: Path) -> dict[str, set[str]]:
    """The words given as `icon=`, also those that are chosen between, by the name of what they are given to."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            asked = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            choices = [keyword.value for keyword in node.keywords if keyword.arg == "icon"]
            while choices:
                value = choices.pop()
                if isinstance(value, ast.IfExp):
                    choices += [value.body, value.orelse]
                elif isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found[asked].add(value.value)
    return found


def identifiers(function: bpy.types.Function) -> set[str]:
    """What Blender's function takes as its icon."""
    return {item.identifier for item in function.parameters["icon"].enum_items}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_icon_exists(path: Path) -> None:
    found = icons(path)
    # A question takes four icons of its own, none of those that a panel takes.
    assert found.pop("invoke_confirm", set()) <= identifiers(bpy.types.WindowManager.bl_rna.functions["invoke_confirm"])
    assert set().union(*found.values()) <= identifiers(bpy.types.UILayout.bl_rna.functions["prop"])


def test_icons_are_found() -> None:
    found = [icons(path) for path in FILES]
    assert len(set().union(*(words for each in found for words in each.values()))) > 20
    assert any("invoke_confirm" in each for each in found)
