"""How strips look and sound, as values and as digests: what an editor changed of them shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any

import bpy

from . import compat
from .curves import CROPPED, Keys, steps_of

_MOST_STYLES = 256
"""So many digests of looks are remembered: dragging a slider makes a new look at each step."""


class Attached:
    """What an editor hangs on a caption: effects, keyframes, its use as a mask, muting."""

    def __init__(self, scene: Any, standing: Iterable[Any], feeds: Mapping[str, Sequence[str]]) -> None:
        self._scene, self._feeds, self._animated = scene, feeds, compat.animated_names(scene)
        self._masks = {
            modifier.input_mask_strip.name
            for strip in standing
            for modifier in getattr(strip, "modifiers", ())
            if getattr(modifier, "input_mask_strip", None) is not None
        }

    @cached_property
    def steps(self) -> dict[str, Keys]:
        return steps_of(self._scene)

    @cached_property
    def _moving(self) -> frozenset[str]:
        """The names of the strips that are animated in another way than highlights are."""
        return compat.animated_names(self._scene, CROPPED)

    def of(self, strip: Any, highlight: bool = False) -> str:
        """Added to a look's digest: a caption to which something was attached is the editor's. "" for one left as it was written.

        The steps of a highlight are not attached to it, they are part of its look.
        """
        name = strip.name
        animated = self._moving if highlight else self._animated
        states = (("animated", name in animated), ("mask", name in self._masks), ("mute", strip.mute))
        found = [*self._feeds.get(name, ()), *(what for what, there in states if there)]
        return "+" + hashlib.blake2b(repr(found).encode(), digest_size=6).hexdigest() if found else ""


def own_properties(strip: Any) -> list[tuple[str, Any]]:
    """The custom properties that somebody else than this extension put on a strip."""
    return [(key, _plain(strip[key])) for key in strip.keys() if not key.startswith("assistant_editor")]  # noqa: SIM118  a strip is no dict


_NOT_LOOK = compat.TIMES | {
    "rna_type", "name", "type", "text", "select", "select_left_handle", "select_right_handle", "mute", "lock", "channel",
    "modifiers", "connections", "fps", "textbox_state", "proxy", "show_retiming_keys", "input_count", "assistant_editor_tag",
    "assistant_editor_ledger",
}  # fmt: skip
_LOOK_PARTS = ("transform", "crop")


def _names_of_look(rna: Any, added: bool = False) -> tuple[str, ...]:
    """Blender's own properties, or those that were `added` while it runs, by add-ons."""
    left_out = (*_NOT_LOOK, *_LOOK_PARTS)
    return tuple(sorted(p.identifier for p in rna.properties if p.identifier not in left_out and p.is_runtime == added))


def look_of(thing: Any) -> tuple[tuple[str, Any], ...]:
    """Every property of a strip that changes how it looks or sounds, none that say where it is."""
    return tuple(_look(thing))


def _look(thing: Any) -> Iterable[tuple[str, Any]]:
    yield from _values(thing)
    for part in _LOOK_PARTS:
        inner = getattr(thing, part, None)
        if inner is not None:
            yield from ((f"{part}.{name}", value) for name, value in _values(inner))
    if own := own_properties(thing):
        yield "own properties", own
    modifiers = getattr(thing, "modifiers", None)
    if modifiers:
        for modifier in modifiers:
            for name in _names_of_look(modifier.bl_rna):
                yield f"{modifier.name}.{name}", _plain(getattr(modifier, name))


_Names = tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], tuple[str, ...]]
_LOOK_NAMES: dict[type, _Names] = {}


def _look_names(kind: Any) -> _Names:
    """The names of Blender's own properties that make a look, what gets all their values in one go (half the time of one by one),
    and the names of add-ons' properties."""
    if kind not in _LOOK_NAMES:
        names = _names_of_look(kind.bl_rna)
        _LOOK_NAMES[kind] = (names, attrgetter(*names), _names_of_look(kind.bl_rna, added=True))
    return _LOOK_NAMES[kind]


def _values(thing: Any) -> Iterable[tuple[str, Any]]:
    """An add-on's property counts where somebody set it: so a look stays the same when the add-on is turned on or off."""
    names, values, added = _look_names(type(thing))
    yield from zip(names, map(_plain, values(thing)), strict=True)
    for name in added:
        if name in thing.bl_rna.properties and thing.is_property_set(name):
            yield name, _plain(getattr(thing, name))


_PLAIN = frozenset({bool, int, float, str, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, bpy.types.ID):
        return value.name_full
    if isinstance(value, bpy.types.bpy_struct):
        return type(value).__name__
    try:
        return tuple(_plain(item) for item in value)
    except TypeError:
        return type(value).__name__


def style_of_highlight(strip: Any, steps: Keys) -> str:
    """A digest of a highlight's look: its steps, as they lie in the strip, stand for the crop, which changes with every frame."""
    start = compat.left(strip)
    seen = {side: tuple((frame - start, value) for frame, value in pairs) for side, pairs in sorted(steps.items())}
    look = [(name, value) for name, value in look_of(strip) if not (name.startswith("crop.") and name[5:] in steps)]
    return hashlib.blake2b(repr((look, seen)).encode(), digest_size=12).hexdigest()


def style_of(strip: Any) -> str:
    """A digest of a text strip's look, the same for the same look in one Blender version."""
    return hashlib.blake2b(repr(look_of(strip)).encode(), digest_size=12).hexdigest()


_NEW_STYLES: dict[Hashable, str] = {}


def style_of_new(strip: Any, dress: Hashable) -> str:
    """`style_of` a strip just made and given this `dress`. New strips dressed alike look alike, so it is worked out once a session.

    But a font goes by its name in this file: the same one may have another in the next.
    """
    key = (dress, strip.font.name_full if strip.font else "")
    if key not in _NEW_STYLES:
        if len(_NEW_STYLES) >= _MOST_STYLES:
            _NEW_STYLES.clear()
        _NEW_STYLES[key] = style_of(strip)
    return _NEW_STYLES[key]
