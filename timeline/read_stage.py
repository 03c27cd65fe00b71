"""How pictures lie in the frame, as a feature finds them: without what it wrote itself. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import compat
from .camera import PATHS as SHARED
from .camera import SHARES, Camera
from .camera import load as load_camera
from .effect import Value
from .effect_choices import load as load_choices
from .effect_ledger import load
from .effect_stands import Stands
from .effect_state import Seen, digest, digest_of_curves, digest_of_modifier
from .plan import EffectKind
from .read import keeper
from .read_effects import effects_text, scenery
from .stage import Pose, Shown, Stage
from .state import Timeline
from .tags import choices_of

PATHS = frozenset({
    "transform.offset_x", "transform.offset_y", "transform.scale_x", "transform.scale_y", "transform.rotation", "transform.origin",
    "crop.min_x", "crop.max_x", "crop.min_y", "crop.max_y", "use_flip_x", "use_flip_y", "color_saturation",
})  # fmt: skip


def stage(scene: Any, timeline: Timeline, kind: EffectKind | None = None) -> Stage:
    """`kind` is that of the feature at work: what it set or keyed counts as what it was before."""
    text = effects_text(scene)
    records = load(text).records
    strips = compat.open_sequence(scene).strips
    pictures = {strip.name: strip for strip in strips if hasattr(strip, "transform")}
    paths = PATHS | {own.path for record in records for own in record.own}
    seen = scenery(scene, timeline, (), paths, pictures.keys() | {record.strip for record in records})
    before: dict[str, dict[tuple[str, int], Value]] = {}
    cameras: dict[str, Camera] = {}
    stands = Stands(timeline, seen, records)
    own_too = {stand.strip for stand in stands.all if stand.record.identity.kind == kind and stand.fate == "kept" and stand.record.camera}
    for stand in stands.all if kind is not None else ():
        about, shared = stand.record.identity.kind, stand.record.camera
        if about == kind and stand.fate in ("written", "kept"):
            before.setdefault(stand.strip, {}).update(((own.path, own.index), own.before) for own in stand.record.own)
        elif about == SHARES.get(kind or "") and shared and (stand.fate == "written" or stand.strip in own_too):
            ours = (own for own in stand.record.own if own.path in SHARED)
            before.setdefault(stand.strip, {}).update(((own.path, own.index), own.before) for own in ours)
            cameras[stand.strip] = load_camera(shared).later(stands.base(stand.strip))
    canvas = (scene.render.resolution_x, scene.render.resolution_y)
    bases = {ref.name: ref.source.nearest_frame(ref.source.trim) for ref in timeline.strips if ref.source is not None}
    starts = {name: bases.get(name, seen.strips[name].frames.start) for name in pictures}
    shown = {
        name: _shown(strip, seen.strips[name], before.get(name, {}), canvas, starts[name], cameras.get(name))
        for name, strip in pictures.items()
    }
    return Stage(canvas, timeline.rate, shown, load_choices(choices_of(keeper(scene))))


def _shown(
    strip: Any, seen: Seen, before: Mapping[tuple[str, int], Value], canvas: tuple[int, int], base: int, camera: Camera | None
) -> Shown:
    values = {**seen.values}
    for (path, index), value in before.items():
        whole = values.get(path)
        if index >= 0 and isinstance(whole, tuple) and not isinstance(value, str | tuple):
            value = (*whole[:index], float(value), *whole[index + 1 :])
        values[path] = value
    keyed = {one.path for one in seen.curves if (one.path, one.index) not in before and (one.path, -1) not in before} | seen.driven

    def number(path: str) -> float:
        value = values.get(path, 0.0)
        return float(value) if not isinstance(value, str | tuple) else 0.0

    origin = values.get("transform.origin", (0.5, 0.5))
    pose = Pose(
        (number("transform.offset_x"), number("transform.offset_y")),
        (number("transform.scale_x"), number("transform.scale_y")),
        number("transform.rotation"),
        (origin[0], origin[1]) if isinstance(origin, tuple) else (0.5, 0.5),
        (number("crop.min_x"), number("crop.max_x"), number("crop.min_y"), number("crop.max_y")),
        (bool(number("use_flip_x")), bool(number("use_flip_y"))),
    )
    worn = digest([digest_of_modifier(one, base) for one in seen.modifiers])
    look = digest((seen.look, digest_of_curves(seen.curves, base), worn))
    saturation = number("color_saturation") if "color_saturation" in values else 1.0
    return Shown(_size(strip, canvas), pose, frozenset(keyed), look, saturation, f"{worn} {saturation:.4f}", camera)


def _size(strip: Any, canvas: tuple[int, int]) -> tuple[float, float]:
    """What Blender shows at a scale of 1: a film's and a picture's own pixels, all else fills the frame."""
    if strip.type in ("MOVIE", "IMAGE") and len(strip.elements):
        first = strip.elements[0]
        if first.orig_width and first.orig_height:
            return float(first.orig_width), float(first.orig_height)
    return float(canvas[0]), float(canvas[1])
