"""What earlier runs wrote of effects: versioned JSON of its own, kept in the scene beside the ledger of cuts and captions. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal, get_args

from ..ml.errors import BAD_INPUT, EditorError
from .effect import Curve, Effect, Layer, Modifier, Shape, Value
from .effect_state import digest
from .plan import EFFECT_KINDS, Identity
from .timebase import FrameRange

VERSION = 2
REMEDY = "Use Reset Assistant Editor: it forgets what was written here and leaves the timeline as it is."
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: lambda data: {**data, "version": 2}}
"""How the JSON of version n becomes that of version n + 1."""

State = Literal["live", "deleted"]
PartKind = Literal["modifier", "layer", "shape"]


@dataclass(frozen=True)
class Own:
    """A property of the strip itself: what it was `before`, and a digest of what came of it, a value or keyframes."""

    path: str
    index: int
    before: Value
    after: str
    keyed: bool = False


@dataclass(frozen=True)
class Part:
    """A modifier, layer or shape: its name in the effect and the one it got in Blender, a digest of it, and the frames of a layer."""

    kind: PartKind
    name: str
    known: str
    digest: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class EffectRecord:
    """One effect as it was last written. `base` is the frame at which the medium's beginning lay then, seen through `strip`.

    `wish` is a digest of what was planned. A "deleted" one is a memory: the editor took it away. `camera` is what one that shares the
    strip's transform does by itself, counted from `base` (`camera.dump`).
    """

    id: str
    identity: Identity
    state: State = "live"
    strip: str = ""
    base: int = 0
    start: int = 0
    end: int = 0
    confidence: float = 0.0
    reason: str = ""
    wish: str = ""
    own: tuple[Own, ...] = ()
    parts: tuple[Part, ...] = field(default=())
    camera: str = ""

    def of(self, kind: PartKind) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == kind)


@dataclass(frozen=True)
class EffectLedger:
    next: int = 1
    records: tuple[EffectRecord, ...] = ()


def dump(ledger: EffectLedger) -> str:
    """One line of JSON, "" for a ledger that knows nothing."""
    if not ledger.records:
        return ""
    media: dict[str, int] = {}
    rows = [_to_json(record, media) for record in ledger.records]
    data = {"version": VERSION, "next": ledger.next, "media": list(media), "records": rows}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _to_json(record: EffectRecord, media: dict[str, int]) -> dict[str, Any]:
    start, end = record.identity.moments
    about = [media.setdefault(record.identity.medium, len(media)), record.identity.kind, start, end]
    own = [[one.path, one.index, one.before, one.after, one.keyed] for one in record.own]
    parts = [[one.kind, one.name, one.known, one.digest, one.start, one.end] for one in record.parts]
    return {
        "id": record.id, "about": about, "state": record.state, "strip": record.strip, "base": record.base,
        "frames": [record.start, record.end], "why": [record.confidence, record.reason], "wish": record.wish, "own": own, "parts": parts,
        **({"camera": record.camera} if record.camera else {}),
    }  # fmt: skip


def load(text: str) -> EffectLedger:
    """Raises `EditorError(BAD_INPUT)` with a remedy when it cannot be read; it is never silently replaced."""
    if not text:
        return EffectLedger()
    try:
        data: dict[str, Any] = json.loads(text)
        version = data["version"]
        if type(version) is int and version > VERSION:
            raise EditorError(
                f"This scene's record of effects has version {version}; this Assistant Editor reads up to {VERSION}.",
                f"Update Assistant Editor. Or: {REMEDY}",
                BAD_INPUT,
            )
        while version < VERSION:
            data = MIGRATIONS[version](data)
            version = data["version"]
        media = [str(medium) for medium in data["media"]]
        records = tuple(_record(row, media) for row in data["records"])
        if len({record.id for record in records}) != len(records):
            raise ValueError("two records have one id")
        return EffectLedger(int(data["next"]), records)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError) as reason:
        raise EditorError("This scene's record of effects cannot be read.", REMEDY, BAD_INPUT, repr(reason)) from reason


def _record(row: dict[str, Any], media: list[str]) -> EffectRecord:
    number, kind, start, end = row["about"]
    if kind not in EFFECT_KINDS or row["state"] not in get_args(State):
        raise ValueError(f"{kind!r}, {row['state']!r}")
    own = tuple(Own(str(path), int(index), _value(before), str(after), bool(keyed)) for path, index, before, after, keyed in row["own"])
    parts = tuple(_part(*part) for part in row["parts"])
    (first, last), (sure, reason) = row["frames"], row["why"]
    return EffectRecord(
        str(row["id"]), Identity(media[number], kind, Fraction(start), Fraction(end)), row["state"], str(row["strip"]), int(row["base"]),
        int(first), int(last), float(sure), str(reason), str(row["wish"]), own, parts, str(row.get("camera", "")),
    )  # fmt: skip


def _part(kind: str, name: str, known: str, look: str, start: int, end: int) -> Part:
    if kind not in get_args(PartKind):
        raise ValueError(f"{kind!r} is no part")
    return Part(kind, str(name), str(known), str(look), int(start), int(end))  # type: ignore[arg-type]


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(float(part) for part in value)
    if not isinstance(value, bool | int | float | str):
        raise TypeError(f"{value!r} is no value")
    return value


def wish_of(effect: Effect, base: int) -> str:
    """A digest of what is planned, the same wherever the strip stands. Why, and what a preview shows of it, are no part of it."""
    return digest(_planned(shifted(effect, -base)))


def _planned(effect: Effect) -> tuple[object, ...]:
    layers = tuple(replace(one, inputs=tuple("" if name == effect.strip else name for name in one.inputs)) for one in effect.layers)
    return (effect.settings, effect.curves, effect.modifiers, layers, effect.shapes)


def shifted(effect: Effect, frames: int) -> Effect:
    """The same effect so many frames later."""

    def later(where: FrameRange) -> FrameRange:
        return FrameRange(where.start + frames, where.end + frames)

    def curve(one: Curve) -> Curve:
        return replace(one, keys=tuple(replace(key, frame=key.frame + frames) for key in one.keys))

    def modifier(one: Modifier) -> Modifier:
        return replace(one, curves=tuple(map(curve, one.curves)))

    def layer(one: Layer) -> Layer:
        moved = tuple(map(curve, one.curves))
        return replace(one, frames=later(one.frames), curves=moved, modifiers=tuple(map(modifier, one.modifiers)))

    def shape(one: Shape) -> Shape:
        lines = (replace(line, steps=tuple((frame + frames, points) for frame, points in line.steps)) for line in one.outlines)
        return replace(one, outlines=tuple(lines))

    return replace(
        effect, frames=later(effect.frames), curves=tuple(map(curve, effect.curves)), modifiers=tuple(map(modifier, effect.modifiers)),
        layers=tuple(map(layer, effect.layers)), shapes=tuple(map(shape, effect.shapes)),
    )  # fmt: skip
