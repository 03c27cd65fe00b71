"""The redo panel (F9): what it shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy
from assistant_editor.operators import options
from assistant_editor.operators.job import JobOperator


def _default(known: Any) -> Any:
    return known.default_flag if getattr(known, "is_enum_flag", False) else getattr(known, "default", None)


def test_the_redo_panel_shows_no_option_that_means_nothing_as_things_are() -> None:
    """Blender draws it with the operator's own properties: each that says when another is shown is one of them."""
    found = [kind for kind in JobOperator.__subclasses__() if getattr(kind, "bl_idname", "")]
    assert len(found) > 10
    for kind in found:
        rna = getattr(bpy.ops.assistant_editor, kind.bl_idname.lower().replace("_ot_", ".").rpartition(".")[2]).get_rna_type()
        values = SimpleNamespace(**{known.identifier: _default(known) for known in rna.properties})
        shown = [name for name in (*kind.asks, *kind.live) if name not in options.NAMES_FOR or options.NAMES_FOR[name](values)]
        assert shown or not (kind.asks or kind.live), kind.bl_idname
        if "privacy_things" in kind.asks:
            assert "privacy_things" not in shown and "privacy_keep" in shown
