"""What stands of effects, and how pictures lie in the frame, read once into values. Reads only: nothing in the file changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Any

import bpy

from . import compat
from .effect import Value
from .effect_state import Moving, Point, Scenery, Seen, SeenModifier, digest, plain
from .plan import EFFECT_KINDS
from .read import Channels, held, inputs, keeper
from .state import Timeline
from .tags import effects_of, ledger_of, tag_of
from .timebase import FrameRange

_NOT_LOOK = compat.TIMES | {
    "rna_type", "name", "type", "select", "select_left_handle", "select_right_handle", "mute", "lock", "channel", "modifiers",
    "connections", "fps", "textbox_state", "proxy", "show_retiming_keys", "input_count", "input_1", "input_2", "effect_fader", "enable",
    "show_expanded", "show_preview", "is_active", "open_mask_input_panel", "show_group_selector", "input_mask_strip", "color_tag",
    "views", "text_length", "directory",
    "width", "height", "abs_space_line", "use_annotations",  # in files of 4.5 not as newer versions make them
}  # fmt: skip


def effects_text(scene: Any) -> str:
    """The ledger of effects of the sequence that is being edited, "" where there is none."""
    return effects_of(keeper(scene))


def scenery(
    scene: Any, timeline: Timeline, media: Collection[str], paths: Collection[str], names: Collection[str] = (), masks: Collection[str] = ()
) -> Scenery:
    """The strips that show one of `media`, bear one of `names`, or are layers of an effect; `paths` are the properties to be read,
    `masks` the names of the masks that matter."""
    sequence = compat.open_sequence(scene)
    standing = list(sequence.strips)
    channels = Channels(sequence)
    stamps = {timeline.stamp, *ledger_of(keeper(scene))[2]}
    meant = {ref.name for ref in timeline.strips if ref.medium in media} | set(names)
    feeds = _feeds(standing)
    curves = _curves(scene)
    driven = _driven(scene)
    strips: dict[str, Seen] = {}
    for strip in standing:
        tag = tag_of(strip)
        layer = tag is not None and tag.kind in EFFECT_KINDS and tag.scene in stamps
        if strip.name in meant or layer:
            record, part = (tag.record, tag.text) if tag is not None and layer else ("", "")
            strips[strip.name] = _seen(strip, channels, record, part, feeds, curves, driven, paths)
    return Scenery(strips, digests_of_masks(masks), compat.animation_held(scene))


def seen_now(scene: Any, names: Collection[str], paths: Collection[str], records: dict[str, tuple[str, str]]) -> dict[str, Seen]:
    """Strips just written, read as `scenery` reads them; `records` are those of layers, each with the layer's name."""
    sequence = compat.open_sequence(scene)
    channels, curves, driven = Channels(sequence), _curves(scene), _driven(scene)
    return {name: _seen(sequence.strips[name], channels, *records.get(name, ("", "")), {}, curves, driven, paths) for name in names}


def _seen(
    strip: Any, channels: Channels, record: str, part: str, feeds: dict[str, list[str]], curves: dict[str, dict[str, list[Moving]]],
    driven: dict[str, set[str]], paths: Collection[str],
) -> Seen:  # fmt: skip
    name = strip.name
    by_owner = curves.get(name, {})
    own = by_owner.get("", [])
    moving = {one.path for one in own} | driven.get(name, set())
    modifiers = tuple(_modifier(modifier, by_owner.get(modifier.name, [])) for modifier in getattr(strip, "modifiers", ()))
    return Seen(
        name, strip.type, strip.channel, FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip))),
        _look(strip, moving),
        _shows(strip), held(strip, channels), strip.mute, record, part, tuple(one.name for one in inputs(strip)),
        tuple(feeds.get(name, ())),
        tuple(sorted(own, key=lambda one: (one.path, one.index))), frozenset(driven.get(name, set())), modifiers,
        {path: value for path in paths if (value := value_of(strip, path)) is not None},
    )  # fmt: skip


def _shows(strip: Any) -> tuple[float, ...]:
    if strip.type not in ("MOVIE", "SCENE", "META", "MOVIECLIP"):
        return ()
    return (compat.content_start(strip), *(compat.trims(strip) if strip.type == "MOVIE" else ()))


def _modifier(modifier: Any, curves: Iterable[Moving]) -> SeenModifier:
    found = tuple(sorted(curves, key=lambda one: (one.path, one.index)))
    return SeenModifier(modifier.name, modifier.type, _look(modifier, {one.path for one in found}), found)


def look_inside(scene: Any, strips: Iterable[Any]) -> str:
    """A digest of strips in a meta strip, and of all that is in them: where they stand, how they look, what moves."""
    curves = _curves(scene)

    def look(strip: Any) -> tuple[object, ...]:
        by_owner = curves.get(strip.name, {})
        place = (strip.channel, compat.left(strip), compat.right(strip), strip.type, strip.mute, _shows(strip))
        modifiers = [_modifier(one, by_owner.get(one.name, [])) for one in getattr(strip, "modifiers", ())]
        inside = sorted(map(look, strip.strips)) if strip.type == "META" else ()
        return (*place, _look(strip, {one.path for one in by_owner.get("", [])}), repr(by_owner.get("", [])), repr(modifiers), inside)

    return digest(sorted(map(look, strips)))


def value_of(owner: Any, path: str) -> Value | None:
    """A property by its path, None where there is none of this path that could be kept as a value."""
    try:
        value = owner.path_resolve(path)
    except ValueError:
        return None
    if isinstance(value, bool | str | int | float):
        return value
    try:
        return tuple(float(part) for part in value)
    except (TypeError, ValueError):
        return None


def _look(thing: Any, moving: Collection[str]) -> str:
    return digest(sorted(_properties(thing, "", moving)))


_PARTS = frozenset({"transform", "crop", "color_balance"})


def _properties(thing: Any, prefix: str, moving: Collection[str]) -> Iterable[tuple[str, str]]:
    """What is not as Blender makes it, and stands still. What newer versions add is at its default and so says nothing."""
    for prop in thing.bl_rna.properties:
        name = prop.identifier
        path = prefix + name
        if name in _NOT_LOOK or path in moving or prop.is_runtime:
            continue
        if prop.type == "POINTER":
            value = getattr(thing, name)
            if name in _PARTS and value is not None:
                yield from _properties(value, f"{path}.", moving)
            elif name == "curve_mapping":
                yield path, repr(_points(value))
            elif isinstance(value, bpy.types.ID):
                yield path, value.name_full
        elif name == "elements":
            yield path, repr([element.filename for element in thing.elements][:3])
        elif prop.type != "COLLECTION" and not prop.is_readonly:
            value = getattr(thing, name)
            many = prop.type in ("BOOLEAN", "INT", "FLOAT") and prop.is_array
            value = tuple(value) if many else value
            if prop.subtype == "FILE_PATH":
                value = PurePath(str(value).replace("\\", "/")).name  # the project's folder may have moved
            if prefix == "color_balance." and value == (1.0, 1.0, 1.0):
                continue  # no change, which 4.5 does not know for its default
            default = tuple(prop.default_array) if many else (set(prop.default_flag) if isinstance(value, set) else prop.default)
            if value != default:
                yield path, repr(sorted(value)) if isinstance(value, set) else repr(plain(value))


def _points(mapping: Any) -> list[list[tuple[float, float, str]]]:
    return [[(round(p.location[0], 5), round(p.location[1], 5), p.handle_type) for p in curve.points] for curve in mapping.curves]


def _feeds(standing: Iterable[Any]) -> dict[str, list[str]]:
    """The names of the strips that each strip is an input or the mask of."""
    found: dict[str, list[str]] = defaultdict(list)
    for strip in standing:
        for source in inputs(strip):
            found[source.name].append(strip.name)
        for modifier in getattr(strip, "modifiers", ()):
            mask = modifier.input_mask_strip
            if mask is not None:
                found[mask.name].append(strip.name)
    return found


def _curves(scene: Any) -> dict[str, dict[str, list[Moving]]]:
    """The animation curves by strip and by modifier ("" for the strip's own)."""
    found: dict[str, dict[str, list[Moving]]] = defaultdict(lambda: defaultdict(list))
    for curve in compat.curves(scene):
        place = compat.place_of(curve.data_path)
        if place is not None:
            strip, modifier, path = place
            found[strip][modifier].append(Moving(path, curve.array_index, tuple(map(_point, curve.keyframe_points))))
    return found


def _point(key: Any) -> Point:
    how = str(key.interpolation)
    if how == "BEZIER":
        how += f" {key.handle_left_type} {key.handle_right_type}"
        if "AUTO" not in how:
            x, y = key.co
            how += "".join(f" {hx - x:.3f} {plain(float(hy - y))}" for hx, hy in (key.handle_left, key.handle_right))
    return float(key.co[0]), float(key.co[1]), how


_SAMPLES = 64
"""At so many moments of its time, at most, a mask is looked at."""


def digests_of_masks(names: Collection[str]) -> dict[str, str]:
    """A digest of each mask that is there: how it is built, and where its points are over time.

    Blender shows nobody the keyframes of a mask; what comes of them is seen where a scene of its own plays it.
    """
    masks = [mask for name in names if (mask := bpy.data.masks.get(name)) is not None]
    if not masks:
        return {}
    stage = bpy.data.scenes.new("Assistant Editor (masks)")
    try:
        strips = stage.sequence_editor_create().strips
        return {mask.name: digest((_built(mask), _moves(mask, stage, strips))) for mask in masks}
    finally:
        bpy.data.scenes.remove(stage)


def _built(mask: Any) -> list[tuple[Any, ...]]:
    return [
        (layer.hide, plain(float(layer.alpha)), layer.blend, layer.invert, [(len(one.points), one.use_fill) for one in layer.splines])
        for layer in mask.layers
    ]


def _moves(mask: Any, stage: Any, strips: Any) -> list[list[float]]:
    copy = mask.copy()  # a mask that was in a scene for a moment is left with a wrong count of users
    try:
        strips.new_mask(name="mask", mask=copy, channel=1, frame_start=1)
        step = max(1, (mask.frame_end - mask.frame_start) // _SAMPLES)
        return [_places(copy, stage, frame) for frame in range(mask.frame_start, mask.frame_end + 1, step)]
    finally:
        bpy.data.masks.remove(copy)


def _places(mask: Any, stage: Any, frame: int) -> list[float]:
    stage.frame_set(frame)
    shape = mask.evaluated_get(stage.view_layers[0].depsgraph)
    places: list[float] = []
    for spline in (spline for layer in shape.layers for spline in layer.splines):
        flat = [0.0] * (2 * len(spline.points))
        spline.points.foreach_get("co", flat)
        places += [round(part, 4) for part in flat]
        weights = [0.0] * len(spline.points)
        spline.points.foreach_get("weight", weights)
        places += [round(part, 4) for part in weights]
    return places


def _driven(scene: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for driver in scene.animation_data.drivers if scene.animation_data else ():
        place = compat.place_of(driver.data_path)
        if place is not None and not place[1]:
            found[place[0]].add(place[2])
    return found
