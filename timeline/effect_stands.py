"""What became of the effects that earlier runs wrote: each as it was written, changed by the editor, or gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from .effect_ledger import EffectRecord, Own, Part
from .effect_state import Scenery, Seen, digest_of_curve, digest_of_layer, digest_of_modifier, digest_of_value
from .state import StripRef, Timeline, without_warp

_NEAR = 0.001
Fate = Literal["written", "kept", "deleted", "gone"]
Bit = Literal["as", "gone", "changed"]


@dataclass(frozen=True)
class Stand:
    """A record at one strip: `strip` is "" where none shows its part of the medium any more. `mine`: it is the record's own strip, and
    no copy or piece of it. `layers` are the strips that belong to it, `shift` how many frames they went since they were written.
    """

    record: EffectRecord
    strip: str
    fate: Fate
    layers: tuple[str, ...] = ()
    shift: int = 0
    mine: bool = True
    held: str = ""
    medium: str = ""
    """The record's, but where the strip's file was replaced by another: then that one's."""

    @property
    def modifiers(self) -> tuple[str, ...]:
        return tuple(part.known for part in self.record.of("modifier"))


class Stands:
    """All records compared with what is on the timeline."""

    def __init__(self, timeline: Timeline, scenery: Scenery, records: Iterable[EffectRecord]):
        self.timeline, self.scenery = timeline, scenery
        self.records = tuple(records)
        self.refs = {ref.name: without_warp(ref) for ref in timeline.strips}
        self._warped = {ref.name for ref in timeline.strips if ref.beneath is not None and ref.source is None}
        self.all = tuple(stand for record in self.records for stand in self._of(record))

    @cached_property
    def _layers(self) -> dict[str, list[Seen]]:
        found: dict[str, list[Seen]] = {}
        for seen in sorted(self.scenery.strips.values(), key=lambda one: (one.frames, one.name)):
            if seen.record:
                found.setdefault(seen.record, []).append(seen)
        return found

    def base(self, name: str) -> int:
        """The frame at which the medium's beginning lies, seen through a strip; of a strip without a medium its own beginning."""
        ref = self.refs.get(name)
        if ref is not None and ref.source is not None:
            return ref.source.nearest_frame(Fraction(0))
        return self.scenery.strips[name].frames.start

    def _known(self, ref: StripRef, record: EffectRecord) -> bool:
        """Whether anybody can say what a strip shows: under speed strips of Emphasise only that itself."""
        return ref.source is not None and (record.identity.kind == "emphasis" or ref.name not in self._warped)

    def _candidates(self, record: EffectRecord) -> list[StripRef]:
        start, end = float(record.identity.start) - _NEAR, float(record.identity.end) + _NEAR
        near = [ref for first, last, ref in self._shown.get(record.identity.medium, ()) if first <= end and start <= last]
        return [ref for ref in near if self._known(ref, record) and _shares(ref, record)]

    @cached_property
    def _shown(self) -> dict[str, list[tuple[float, float, StripRef]]]:
        """The strips of each medium with the seconds they show, roughly: asked for every record of every strip."""
        found: dict[str, list[tuple[float, float, StripRef]]] = {}
        for ref in self.refs.values():
            if ref.source is not None and ref.name in self.scenery.strips:
                span = ref.source.roughly(ref.frames.start), ref.source.roughly(ref.frames.end)
                found.setdefault(ref.medium, []).append((*span, ref))
        return found

    def _of(self, record: EffectRecord) -> list[Stand]:
        named = self.scenery.strips.get(record.strip)
        if named is not None and record.strip not in self.refs:
            return [self._stand(record, record.strip, frozenset(), True)]
        found = self._candidates(record)
        if not found:
            if named is not None and not self._known(self.refs[record.strip], record):
                return []  # nobody can say what it shows now: nothing follows from that
            if named is not None and not any(ref.medium == record.identity.medium for ref in self.timeline.strips):
                return [self._stand(record, record.strip, frozenset(), True)]
            return [self._stand(record, "", frozenset(), True)]
        ranked = sorted(found, key=lambda ref: self._rank(record, ref))
        home = self._stand(record, ranked[0].name, frozenset(), True)
        stands, used = [home], frozenset(home.layers)
        for ref in ranked[1:]:
            copy = self._stand(record, ref.name, used, False)
            if copy.fate in ("written", "kept"):
                stands.append(copy)
                used |= frozenset(copy.layers)
        return stands

    def _rank(self, record: EffectRecord, ref: StripRef) -> tuple[object, ...]:
        bits = self._own_bits(record, ref.name)
        return (ref.name != record.strip, "as" not in bits, -_shared(ref, record), abs(self.base(ref.name) - record.base), ref.frames)

    def _own_bits(self, record: EffectRecord, name: str) -> list[Bit]:
        seen, base = self.scenery.strips[name], self.base(name)
        return [own_bit(one, seen, base) for one in record.own] + [modifier_bit(one, seen, base) for one in record.of("modifier")]

    def _stand(self, record: EffectRecord, name: str, used: frozenset[str], mine: bool) -> Stand:
        bits: list[Bit] = self._own_bits(record, name) if name else []
        shift = self.base(name) - record.base if name else 0
        standing = [seen for seen in self._layers.get(record.id, ()) if seen.name not in used]
        layers: tuple[str, ...] = ()
        if record.of("layer") and (mine or standing):
            tried = {where: _layer_bits(record.of("layer"), standing, where) for where in ((shift, 0) if mine else (shift,))}
            moved = next((where for where, (found, _names) in tried.items() if all(bit == "as" for bit in found)), shift)
            found, layers = tried[moved]
            shift = moved
            if mine and any(bit != "as" for bit in found):
                layers = tuple(seen.name for seen in standing)
            if mine or layers:
                bits += found
        own = {name, *(seen.name for seen in standing)}
        if any(set(self.scenery.strips[layer].feeds) - own for layer in layers if layer in self.scenery.strips):
            bits.append("changed")
        if any(self.scenery.masks.get(part.known, part.digest) != part.digest for part in record.of("shape")):
            bits.append("changed")
        held = next((seen.held for seen in standing if seen.name in layers and seen.held), "")
        ref = self.refs.get(name)
        medium = ref.medium if ref is not None else record.identity.medium
        return Stand(record, name, _fate(bits, name, record, mine), layers, shift, mine, held, medium)


def _fate(bits: list[Bit], name: str, record: EffectRecord, mine: bool) -> Fate:
    if bits and all(bit == "as" for bit in bits):
        return "written"
    if any(bit != "gone" for bit in bits):
        return "kept"
    if not mine or not name:
        return "gone"
    return "deleted" if bits or record.state == "deleted" else "written"


def own_bit(own: Own, seen: Seen, base: int) -> Bit:
    curve = seen.curve(own.path, own.index)
    if own.keyed:
        if curve is None:
            return "gone"
        return "as" if digest_of_curve(curve, base) == own.after else "changed"
    if own.path in seen.driven or any(one.path == own.path for one in seen.curves):
        return "changed"
    now = seen.values.get(own.path)
    if digest_of_value(now) == own.after:
        return "as"
    return "gone" if digest_of_value(now) == digest_of_value(own.before) else "changed"


def modifier_bit(part: Part, seen: Seen, base: int) -> Bit:
    modifier = seen.modifier(part.known)
    if modifier is None:
        return "gone"
    return "as" if digest_of_modifier(modifier, base) == part.digest else "changed"


def _layer_bits(parts: Iterable[Part], standing: Iterable[Seen], shift: int) -> tuple[list[Bit], tuple[str, ...]]:
    """For each layer whether its pieces fill the frames it was written over, so many frames later, and look as it did; and the pieces."""
    bits: list[Bit] = []
    names: list[str] = []
    for part in parts:
        all_of_it = [seen for seen in standing if seen.part == part.name]
        start, end = part.start + shift, part.end + shift
        pieces = [seen for seen in all_of_it if start <= seen.frames.start and seen.frames.end <= end]
        names += [seen.name for seen in pieces]
        reached = start
        for seen in pieces:
            reached = seen.frames.end if seen.frames.start == reached and digest_of_layer(seen, start) == part.digest else -1
        bits.append("as" if pieces and reached == end else "changed" if all_of_it else "gone")
    return bits, tuple(names)


def _shared(ref: StripRef, record: EffectRecord) -> Fraction:
    return record.identity.span.overlap(ref.visible)


def _shares(ref: StripRef, record: EffectRecord) -> bool:
    about = record.identity
    return _shared(ref, record) > 0 or (about.start == about.end and ref.visible.start <= about.start <= ref.visible.end)
