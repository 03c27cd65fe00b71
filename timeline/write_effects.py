"""Carries changes of effects out on the native timeline: every check first, then every write."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..ml.errors import DEFECT, LOCKED, EditorError
from . import compat
from .effect import Value
from .effect_ledger import EffectLedger, EffectRecord, Own, Part, dump, load
from .effect_state import Seen, digest_of_curve, digest_of_layer, digest_of_modifier, digest_of_value
from .keyframes import Curves, held_by
from .merge_effects import Clear, EffectChanges, Write
from .read import keeper
from .read_effects import digests_of_masks, effects_text, seen_now
from .state import Timeline
from .stepping import without_animation, without_empty_action
from .tags import ledger_as_it_is, put_effects, put_ledger, put_tag_text, tag_text
from .timebase import FrameRange
from .write import HalfWritten
from .write_layers import Rows, add_modifier, make, missing, set_curves, set_properties
from .write_masks import mask_of, remove_mask
from .write_room import Room
from .write_snapshot import Snapshot


@dataclass(frozen=True)
class EffectsWritten:
    """`names` are the strips written or changed, `left_out` the records of writes that could not be made."""

    names: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def apply_effects(scene: Any, timeline: Timeline, changes: EffectChanges) -> EffectsWritten:
    """Writes `changes` into the sequence being edited; `timeline`, which they were made for, was read since Blender called last.

    Raises `EditorError` before the first change: BAD_INPUT when layers find no channel. Whatever goes wrong later is taken back and
    raised as DEFECT; where something had been removed by then, as `HalfWritten`.
    """
    text = effects_text(scene)
    if not changes and dump(changes.ledger) == text:
        return EffectsWritten()
    writer = _Writer(scene, timeline, changes, load(text))
    writer.prepare()
    try:
        with compat.edited(scene):
            return writer.write()
    except Exception as reason:
        lost = writer.take_back()
        told = reason.message if isinstance(reason, EditorError) else f"{str(reason).strip() or type(reason).__name__}."
        what, code = f"Writing stopped half-way: {told}", LOCKED if "locked" in str(reason) else DEFECT
        remedy = "Press Ctrl+Z once to bring everything back." if lost else "Nothing was changed."
        raise (HalfWritten if lost else EditorError)(what, remedy, code, traceback.format_exc()) from reason


@dataclass(frozen=True)
class _Made:
    """What was written of an effect: the names in Blender of its layers, modifiers and masks, by those it knows them by."""

    record: EffectRecord
    layers: dict[str, str]
    modifiers: Sequence[tuple[str, str]]
    masks: dict[str, str]

    def recorded(self, seen: Mapping[str, Seen], masks: Mapping[str, str]) -> EffectRecord:
        record, strip = self.record, seen[self.record.strip]
        own = tuple(replace(one, after=_after(one, strip, record.base)) for one in record.own)
        parts = list(record.parts)
        for name, known in self.modifiers:
            found = strip.modifier(known)
            assert found is not None
            parts.append(Part("modifier", name, known, digest_of_modifier(found, record.base)))
        for name, known in self.layers.items():
            frames = seen[known].frames
            parts.append(Part("layer", name, known, digest_of_layer(seen[known], frames.start), frames.start, frames.end))
        parts += [Part("shape", name, known, masks[known]) for name, known in self.masks.items()]
        return replace(record, own=own, parts=tuple(parts))


@dataclass
class _Writer:
    scene: Any
    timeline: Timeline
    changes: EffectChanges
    before: EffectLedger
    journal: list[Callable[[], None]] = field(default_factory=list)
    final: bool = False
    """Whether something was removed, which the journal cannot bring back."""

    def __post_init__(self) -> None:
        self.strips = compat.open_sequence(self.scene).strips
        self.curves = Curves(self.scene)
        self.notices: list[str] = []
        self.left_out: list[str] = []
        self.names: list[str] = []
        self.places: dict[str, dict[str, tuple[int, FrameRange]]] = {}

    def prepare(self) -> None:
        """Finds out what cannot be written, and where the layers go. Changes nothing."""
        for write in (*self.changes.writes, *self.changes.again):
            if reason := missing(self.strips, write.effect):
                self.notices.append(f"{write.effect.strip!r} is left as it is: {reason}.")
                self.left_out.append(write.record.id)
        every = (*self.changes.writes, *self.changes.again)
        self.writes = [write for write in every if write.record.id not in self.left_out]
        self.clears = [clear for clear in self.changes.clears if clear.record not in self.left_out]
        going = [name for clear in self.clears for name in clear.layers]
        rows = Rows(self.strips, (*self.timeline.held_channels, *self.timeline.muted_channels), going)
        self.places = {write.record.id: rows.place(write.record.id, write.effect) for write in self.writes}
        self.snapshot = Snapshot(self.scene, (write.effect.strip for write in self.writes))

    def write(self) -> EffectsWritten:
        self.journal.append(without_animation(self.scene))
        for clear in self.clears:
            self._clear(clear)
        for name in (name for clear in self.clears for name in clear.shapes):
            remove_mask(name)  # after everything that may have a copy of what used it
        records = self._recorded([self._write(write) for write in self.writes])
        if any(own.keyed for clear in self.clears for own in clear.own) or any(clear.layers or clear.modifiers for clear in self.clears):
            without_empty_action(self.scene)
        seen = [self.places[write.record.id][one.name] for write in self.writes for one in write.effect.layers if not one.muted]
        self.notices += Room(self.strips, self.timeline.held_channels).rise(seen, self.journal)
        self.snapshot.select()
        kept_by = keeper(self.scene)
        self.journal.append(ledger_as_it_is(kept_by))
        put_ledger(kept_by, self.timeline.stamp, self.timeline.ledger)
        kept = [record for record in self.before.records if record.id in self.left_out]
        put_effects(kept_by, dump(replace(self.changes.ledger, records=(*self.changes.ledger.records, *kept, *records))))
        return EffectsWritten(tuple(dict.fromkeys(self.names)), tuple(self.notices), tuple(self.left_out))

    def take_back(self) -> bool:
        """Undoes what was written, latest first. True when something could not be."""
        lost = self.snapshot.back() or self.final
        for undo in reversed(self.journal):
            try:
                undo()
            except (RuntimeError, ReferenceError, KeyError, AttributeError):
                lost = True
        return lost

    def _clear(self, clear: Clear) -> None:
        self.final = True
        if clear.strip in self.strips:
            strip = self.strips[clear.strip]
            for own in clear.own:
                self._give_back(strip, own)
            for name in clear.modifiers:
                if name in strip.modifiers:
                    modifier = strip.modifiers[name]
                    self._still(modifier)
                    modifier.input_mask_id = None
                    strip.modifiers.remove(modifier)
            self.names.append(clear.strip)
        for name in reversed(clear.layers):  # an effect strip goes before its inputs
            if name in self.strips:
                for modifier in self.strips[name].modifiers:
                    modifier.input_mask_id = None  # Blender forgets that the mask loses a user when a strip goes
                self.strips.remove(self.strips[name])

    def _still(self, modifier: Any) -> None:
        """Takes the modifier's curves away: unlike a strip's, they would stay when it goes."""
        start = modifier.path_from_id() + "."
        for curve in [curve for curve in compat.curves(self.scene) if curve.data_path.startswith(start)]:
            self.curves.take_away(curve.data_path, curve.array_index)

    def _give_back(self, strip: Any, own: Own) -> None:
        holder, name = held_by(strip, own.path)
        self.curves.take_away(holder.path_from_id(name), max(0, own.index))
        _put(holder, name, own.index, own.before)

    def _write(self, write: Write) -> _Made:
        effect, record = write.effect, write.record
        strip = self.strips[effect.strip]
        places = self.places[record.id]
        made: dict[str, Any] = {}
        tag = partial(
            tag_text, self.timeline.stamp, record.id, effect.identity.kind, effect.why.confidence, effect.why.reason, "[]", effect.identity
        )
        masks = {shape.name: mask_of(self.scene, shape, _zero(effect, shape.name, places, strip)) for shape in effect.shapes}
        for layer in effect.layers:
            one = make(self.scene, layer, *places[layer.name], made, masks.get(layer.shape))
            made[layer.name] = one
            whose = f"layer {layer.name!r}"
            set_properties(one, layer.settings, whose)
            set_curves(self.curves, one, layer.curves, whose)
            put_tag_text(one, tag(layer.name))
            self.names.append(one.name)
        for layer in effect.layers:
            for wanted in layer.modifiers:
                add_modifier(self.curves, made[layer.name], wanted, masks, made)
        for setting in effect.settings:
            holder, name = held_by(strip, setting.path)
            self.journal.append(partial(_put, holder, name, -1, _plain(getattr(holder, name))))
        set_properties(strip, effect.settings, repr(effect.strip))
        set_curves(self.curves, strip, effect.curves, repr(effect.strip))
        modifiers = [(one.name, add_modifier(self.curves, strip, one, masks, made).name) for one in effect.modifiers]
        self.names.append(effect.strip)
        return _Made(record, {name: one.name for name, one in made.items()}, modifiers, {name: one.name for name, one in masks.items()})

    def _recorded(self, made: Sequence[_Made]) -> list[EffectRecord]:
        """The records with what came of it all, as it will be read. Looked at once, for every look goes over all keyframes."""
        paths = {own.path for one in made for own in one.record.own}
        layers = {known: (one.record.id, name) for one in made for name, known in one.layers.items()}
        seen = seen_now(self.scene, {*layers, *(one.record.strip for one in made)}, paths, layers)
        masks = digests_of_masks([known for one in made for known in one.masks.values()])
        return [one.recorded(seen, masks) for one in made]


def _zero(effect: Any, shape: str, places: dict[str, tuple[int, FrameRange]], strip: Any) -> int:
    """The frame from which Blender counts a mask's: where the content of the first strip begins that uses it."""
    for layer in effect.layers:
        if layer.shape == shape or any(one.mask == shape for one in layer.modifiers):
            return places[layer.name][1].start
    return round(compat.content_start(strip))


def _after(own: Own, strip: Seen, base: int) -> str:
    curve = strip.curve(own.path, own.index)
    if own.keyed:
        return digest_of_curve(curve, base) if curve is not None else ""
    return digest_of_value(strip.values.get(own.path))


def _plain(value: Any) -> Value:
    return value if isinstance(value, bool | str | int | float) else tuple(value)


def _put(holder: Any, name: str, index: int, value: Value) -> None:
    if index >= 0 and not isinstance(value, tuple):
        getattr(holder, name)[index] = value
    else:
        setattr(holder, name, value)
