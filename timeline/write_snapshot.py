"""What there was before effects were written, to take away whatever came since: also what was made a moment before a defect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from . import compat
from .keyframes import Curves


class Snapshot:
    """The strips and which are selected, masks, animation curves, and the modifiers of the strips named `meant`."""

    def __init__(self, scene: Any, meant: Iterable[str]) -> None:
        self._scene = scene
        strips = compat.open_sequence(scene).strips
        self._strips = {strip.name for strip in strips}
        self._selected = {strip.name for strip in strips if strip.select}
        active = scene.sequence_editor.active_strip
        self._active = active.name if active is not None else ""
        self._masks = {mask.name for mask in bpy.data.masks}
        self._curves = {(curve.data_path, curve.array_index) for curve in compat.curves(scene)}
        self._modifiers = {name: {modifier.name for modifier in strips[name].modifiers} for name in meant if name in strips}

    def select(self) -> None:
        """What was selected and active is so again, as far as it is still there."""
        strips, editor = compat.open_sequence(self._scene).strips, self._scene.sequence_editor
        for strip in strips:
            if strip.select != (strip.name in self._selected):
                strip.select = strip.name in self._selected
        if (editor.active_strip.name if editor.active_strip else "") != self._active:
            editor.active_strip = editor.strips_all.get(self._active) if self._active else None

    def back(self) -> bool:
        """Takes away what is new, effects before their inputs. True where something that was there is not any more."""
        strips = compat.open_sequence(self._scene).strips
        curves = Curves(self._scene)
        for name, known in self._modifiers.items():
            for modifier in [one for one in strips[name].modifiers if one.name not in known] if name in strips else ():
                modifier.input_mask_id = None
                strips[name].modifiers.remove(modifier)
        for curve in [one for one in compat.curves(self._scene) if (one.data_path, one.array_index) not in self._curves]:
            if compat.strip_of(curve.data_path) in self._strips:
                curves.take_away(curve.data_path, curve.array_index)
        for name in [strip.name for strip in strips if strip.name not in self._strips][::-1]:
            if name in strips:
                for modifier in strips[name].modifiers:
                    modifier.input_mask_id = None
                strips.remove(strips[name])
        for mask in [mask for mask in bpy.data.masks if mask.name not in self._masks]:
            bpy.data.masks.remove(mask)
        self.select()
        return {strip.name for strip in strips} != self._strips
