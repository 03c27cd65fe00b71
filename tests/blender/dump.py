"""Everything about a scene that RNA lets one reach, as plain values, to compare a file before and after a write."""

from __future__ import annotations

import warnings
from typing import Any

import bpy

_SKIP = {"rna_type", "original", "is_evaluated", "session_uid", "users", "id_data", "tag", "preview", "depsgraph"}
_OWN = ("assistant_editor_",)


def _value(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, bpy.types.ID):
        return f"{type(value).__name__}:{value.name_full}"
    if isinstance(value, bpy.types.Strip):
        return f"strip:{value.name}"
    if isinstance(value, bpy.types.bpy_struct):
        return dump(value, depth - 1) if depth else type(value).__name__
    if isinstance(value, bpy.types.bpy_prop_collection):
        return [_value(item, depth - 1) for item in value] if depth else len(value)
    try:
        return [_value(item, depth) for item in value]
    except TypeError:
        return repr(value)


def dump(thing: Any, depth: int = 4) -> dict[str, Any]:
    """Every property of one thing, with everything inside it; other datablocks and strips by name. Our own groups are left out."""
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for prop in thing.bl_rna.properties:
            name = prop.identifier
            if name in _SKIP or name.startswith(_OWN):
                continue
            try:
                found[name] = _value(getattr(thing, name), depth)
            except (AttributeError, RuntimeError, TypeError, UnicodeDecodeError, ValueError) as reason:
                found[name] = f"<{type(reason).__name__}>"
    try:
        custom = {key: _custom(thing[key]) for key in thing.keys() if not key.startswith(_OWN)}  # noqa: SIM118
    except (TypeError, AttributeError):
        custom = {}
    found["<custom>"] = custom
    return found


def _custom(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return value.to_list() if hasattr(value, "to_list") else value


def _curves(scene: Any) -> dict[str, Any]:
    action = scene.animation_data.action if scene.animation_data else None
    if action is None:
        return {}
    if hasattr(action, "fcurves"):
        curves = list(action.fcurves)
    else:
        curves = [c for layer in action.layers for s in layer.strips for bag in s.channelbags for c in bag.fcurves]
    return {
        f"{curve.data_path}[{curve.array_index}]": [
            (tuple(key.co), key.interpolation, tuple(key.handle_left), tuple(key.handle_right)) for key in curve.keyframe_points
        ]
        for curve in curves
    }


def dump_scene(scene: Any) -> dict[str, Any]:
    """{section: values}; strips by name, since a split moves a strip to the end of Blender's list."""
    for layer in scene.view_layers:
        layer.update()
    editor = scene.sequence_editor
    sections: dict[str, Any] = {"scene": dump(scene, 2), "render": dump(scene.render, 5), "view": dump(scene.view_settings, 3)}
    sections["scene"].pop("sequence_editor", None)
    sections["scene"].pop("timeline_markers", None)
    sections["markers"] = [dump(marker) for marker in scene.timeline_markers]
    sections["curves"] = _curves(scene)
    sections["tools"] = dump(scene.tool_settings, 4)
    if editor is not None:
        sections["editor"] = {k: v for k, v in dump(editor, 1).items() if k not in {"sequences", "sequences_all", "strips", "strips_all"}}
        sections["channels"] = [dump(channel) for channel in editor.channels]
        sections["meta_stack"] = [strip.name for strip in editor.meta_stack]
        sections["strips"] = {strip.name: dump(strip) for strip in editor.strips_all}
        sections["top"] = sorted(strip.name for strip in editor.strips)
    sections["data"] = {
        name: sorted(block.name_full for block in getattr(bpy.data, name))
        for name in ("scenes", "actions", "movieclips", "sounds", "images", "texts", "fonts", "objects", "masks", "node_groups")
    }
    return sections


def differences(before: Any, after: Any, where: str = "") -> list[str]:
    """Every place at which two dumps differ, in words."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            line
            for key in sorted({*before, *after}, key=str)
            for line in differences(before.get(key, "<absent>"), after.get(key, "<absent>"), f"{where}/{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for i, pair in enumerate(zip(before, after, strict=True)) for line in differences(*pair, f"{where}[{i}]")]
    return [] if before == after else [f"{where}: {before!r} -> {after!r}"]
