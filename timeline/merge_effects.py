"""The merge of effects: what earlier runs wrote, what stands of it, and what is planned now -> what to take away and what to write. Pure.

An effect is followed as a whole. Where the editor changed anything of it, it is his from then on; one he took away stays away; one that
stands as it is planned is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..ml.facts import Span
from . import camera
from .effect import Curve, Effect, Setting, Value
from .effect_ledger import EffectLedger, EffectRecord, Own, load, wish_of
from .effect_stands import Stand, Stands
from .effect_state import Scenery, Seen
from .plan import EFFECT_KINDS, Identity, Kind, Plan, Why
from .state import Timeline
from .timebase import FrameRange


@dataclass(frozen=True)
class Clear:
    """Take away what a record wrote at `strip` ("" where only layers are left): give its properties back, remove the rest."""

    record: str
    kind: Kind
    strip: str
    own: tuple[Own, ...] = ()
    modifiers: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Write:
    """Write `effect`. `record` knows all of it but what the writer finds out: digests, and the names things get. `new`: none stood here."""

    record: EffectRecord
    effect: Effect
    new: bool = True


@dataclass(frozen=True)
class EffectChanges:
    """What to do, clears first. `ledger` is what is known besides the writes. `standing` are effects that stand already as planned."""

    clears: tuple[Clear, ...] = ()
    writes: tuple[Write, ...] = ()
    ledger: EffectLedger = field(default_factory=EffectLedger)
    standing: tuple[Effect, ...] = ()
    removed: tuple[Kind, ...] = ()
    left_out: tuple[Effect, ...] = ()
    kept: int = 0
    notices: tuple[str, ...] = ()
    again: tuple[Write, ...] = ()
    """Effects that go on as they were planned, now alone with the strip's transform, or together with what is written."""

    def __bool__(self) -> bool:
        return bool(self.clears or self.writes)


def paths_of(text: str, plan: Plan) -> frozenset[str]:
    """The properties of strips whose values the merge needs to know."""
    known = {own.path for record in load(text).records for own in record.own}
    return frozenset(known | {one.path for effect in plan.effects for one in _touched(effect)})


def media_of(text: str, plan: Plan) -> frozenset[str]:
    """The media whose strips the merge needs to know."""
    return frozenset({medium for medium, kind in plan.media if kind in EFFECT_KINDS} | {one.identity.medium for one in plan.effects})


def strips_of(text: str) -> frozenset[str]:
    """The strips that effects were written for."""
    return frozenset(record.strip for record in load(text).records)


def masks_of(text: str) -> frozenset[str]:
    """The masks that were written."""
    return frozenset(part.known for record in load(text).records for part in record.of("shape"))


def wholly_cleared(timeline: Timeline, text: str, kinds: Sequence[Kind], strips: Sequence[str] = ()) -> Plan:
    """The plan that wants none of these kinds of effects: on these strips, or (none) anywhere."""
    media = {ref.medium for ref in timeline.strips if ref.medium and (not strips or ref.name in strips)}
    media |= {record.identity.medium for record in load(text).records if not strips or record.strip in strips}
    return Plan(media=tuple((medium, kind) for medium in sorted(media) for kind in kinds), strips=tuple(strips))


def merge_effects(timeline: Timeline, text: str, scenery: Scenery, plan: Plan, *, changed_too: bool = False) -> EffectChanges:
    """`text` is the ledger's. With `changed_too` what the editor changed goes like all else, and what he took away is forgotten."""
    return _Merge(timeline, text, scenery, plan, changed_too).changes()


class _Merge:
    def __init__(self, timeline: Timeline, text: str, scenery: Scenery, plan: Plan, changed_too: bool):
        self.timeline, self.scenery, self.plan, self.changed_too = timeline, scenery, plan, changed_too
        self.ledger = load(text)
        self.stands = Stands(timeline, scenery, self.ledger.records)
        self.records = {record.id: record for record in self.ledger.records}
        self.next = self.ledger.next
        self.clears: list[Clear] = []
        self.writes: list[Write] = []
        self.again: list[Write] = []
        self.standing: list[Effect] = []
        self.left_out: list[Effect] = []
        self.removed: list[Kind] = []
        self.kept: set[str] = set()
        self.notices: list[str] = []
        self.there = {ref.medium for ref in timeline.strips}
        self.at: dict[str, list[Stand]] = {}
        """What stands, by strip."""
        for stand in self.stands.all:
            self.at.setdefault(stand.strip, []).append(stand)
        self.going: set[tuple[str, str]] = set()
        """Record and strip of what is cleared."""
        self.bare = 0
        """Places that would be covered had the editor not taken such covers away: he must know that they are not."""

    def speaks_for(self, stand: Stand) -> bool:
        if (stand.medium, stand.record.identity.kind) not in self.plan.media:
            return False
        if self.plan.adds and not self._about(stand.record.identity):
            return False
        return not self.plan.strips or stand.strip in self.plan.strips or stand.strip not in self.scenery.strips

    def _about(self, about: Identity) -> bool:
        """Whether a plan that adds speaks for this one."""
        left = any((one.medium, one.kind) == (about.medium, about.kind) and one.span.covers(about.span) for one in self.plan.leaves)
        return left or any(effect.identity == about for effect in self.plan.effects)

    def changes(self) -> EffectChanges:
        decided = [stand for stand in self.stands.all if self.speaks_for(stand)]
        matched = self._match(decided)
        wanted = set(map(id, matched.values()))
        for stand in decided:
            if id(stand) not in wanted:
                self._unwanted(stand)
        his = [stand for stand in decided if stand.fate in ("kept", "deleted")]
        for number, effect in enumerate(self.plan.effects):
            self._follow(effect, matched.get(number), his, matched)
        for record, strip in sorted(self.going):
            self._go_on_alone(record, strip)
        if self.bare:
            what = "One part of the films is" if self.bare == 1 else f"{self.bare} parts of the films are"
            again = "To have them again, press Remove with Changed Too (F9), then Anonymise."
            self.notices.append(f"{what} NOT covered: covers there were taken away by hand. {again}")
        ledger = EffectLedger(self.next, tuple(self.records.values()))
        return EffectChanges(
            tuple(self.clears), tuple(self.writes), ledger, tuple(self.standing), tuple(self.removed), tuple(self.left_out), len(self.kept),
            (*self.plan.notices, *dict.fromkeys(self.notices)), tuple(self.again),
        )  # fmt: skip

    def _match(self, decided: Sequence[Stand]) -> dict[int, Stand]:
        """Which planned effect (by its number) goes on from which that stands: one to one, the likest first."""
        pairs = []
        likely: dict[tuple[str, Kind, str], list[tuple[int, Stand]]] = {}
        for place, stand in enumerate(decided):
            likely.setdefault((stand.medium, stand.record.identity.kind, stand.strip), []).append((place, stand))
        for number, effect in enumerate(self.plan.effects):
            about = effect.identity
            for place, stand in likely.get((about.medium, about.kind, effect.strip), ()):
                was = stand.record.identity
                apart = abs(about.start - was.start) + abs(about.end - was.end)
                if apart and not _overlap(about.span, was.span):
                    continue
                other = wish_of(effect, self.stands.base(effect.strip)) != stand.record.wish
                pairs.append(((other, apart, not stand.mine, number, place), number, stand))
        found: dict[int, Stand] = {}
        taken: set[int] = set()
        for _rank, number, stand in sorted(pairs, key=lambda pair: pair[0]):
            if number not in found and id(stand) not in taken:
                found[number] = stand
                taken.add(id(stand))
        return found

    def _unwanted(self, stand: Stand) -> None:
        record, fate = stand.record, stand.fate
        if fate in ("deleted", "gone") and not stand.layers:
            if self.changed_too or (fate == "gone" and record.identity.medium not in self.there):
                self.records.pop(record.id, None)
            elif fate == "deleted" and record.id in self.records:
                self.records[record.id] = replace(record, state="deleted")
        elif reason := self._held(stand):
            self.notices.append(f"What {_done(record.identity.kind)} wrote at {stand.strip or record.strip!r} stays: {reason}.")
        elif fate == "kept" and not self.changed_too:
            self.kept.add(record.id)
        else:
            self._clear(stand)
            self.removed.append(record.identity.kind)
            if stand.mine:
                self.records.pop(record.id, None)

    def _held(self, stand: Stand) -> str:
        ref = self.stands.refs.get(stand.strip)
        touched = stand.record.own or stand.modifiers
        return stand.held or (ref.held if ref is not None and touched else "") or (self.scenery.held if stand.record.own else "")

    def _clear(self, stand: Stand) -> None:
        record = stand.record
        shapes = tuple(part.known for part in record.of("shape")) if stand.mine else ()
        own = record.own if stand.strip else ()
        modifiers = stand.modifiers if stand.strip else ()
        self.clears.append(Clear(record.id, record.identity.kind, stand.strip, own, modifiers, stand.layers, shapes))
        self.going.add((record.id, stand.strip))

    def _follow(self, effect: Effect, stand: Stand | None, his: Sequence[Stand], matched: dict[int, Stand]) -> None:
        seen = self.scenery.strips.get(effect.strip)
        if seen is None:
            self._leave_out(effect, "it is no longer there")
            return
        if stand is None and any(self._claims(other, effect, matched) for other in his):
            self.bare += effect.identity.kind == "privacy"
            return
        if stand is not None and stand.fate == "deleted":
            self.bare += effect.identity.kind == "privacy"
            self.records[stand.record.id] = replace(stand.record, state="deleted")
            return
        if stand is not None and stand.fate == "kept":
            self.kept.add(stand.record.id if stand.mine else self._remember(effect, stand))
            return
        base = self.stands.base(effect.strip)
        wish = wish_of(effect, base)
        if stand is not None and stand.fate == "written" and stand.mine and self._stands(stand, wish, base):
            self.standing.append(effect)
            return
        reason = self._held(stand) if stand is not None else ""
        reason = reason or self._refused(effect, seen, stand)
        if reason:
            self._leave_out(effect, reason)
            return
        if stand is not None and stand.fate == "written":
            self._clear(stand)
        self._write(effect, seen, stand, base, wish)

    def _remember(self, effect: Effect, stand: Stand) -> str:
        """A record of its own for what the editor changed of a copy or piece: the one it came from goes on with the other strip."""
        number, self.next = str(self.next), self.next + 1
        was = stand.record
        modifiers = tuple(part for part in was.parts if part.kind == "modifier")
        self.records[number] = replace(
            was, id=number, identity=effect.identity, strip=stand.strip, base=self.stands.base(stand.strip), start=effect.frames.start,
            end=effect.frames.end, parts=modifiers,
        )  # fmt: skip
        return number

    def _stands(self, stand: Stand, wish: str, base: int) -> bool:
        moved = base - stand.record.base
        return stand.record.wish == wish and (not stand.record.of("layer") or stand.shift == moved)

    def _claims(self, stand: Stand, effect: Effect, matched: dict[int, Stand]) -> bool:
        """Whether an effect of the editor's, or one he took away, owns this part of the medium too: what is left of it where the strip was
        split, or another effect took its place for a part only."""
        about, was = effect.identity, stand.record.identity
        if not stand.mine or (about.medium, about.kind) != (stand.medium, was.kind):
            return False
        here, there = self.stands.refs.get(effect.strip), self.stands.refs.get(stand.strip)
        if effect.strip != stand.strip and (here is None or there is None or _overlap(here.visible, there.visible)):
            return False
        used = [self.plan.effects[number].identity.span for number, other in matched.items() if other is stand]
        shared = was.span.overlap(about.span)
        shared -= sum((part.overlap(Span(max(was.start, about.start), min(was.end, about.end))) for part in used if shared), Fraction(0))
        return shared > 0 and 2 * shared >= about.span.length

    def _refused(self, effect: Effect, seen: Seen, stand: Stand | None) -> str:
        """Why an effect must not be written, in words that follow the name of its strip; "" when it may."""
        ref = self.stands.refs.get(effect.strip)
        touched = _touched(effect)
        if (touched or effect.modifiers) and (reason := (ref.held if ref is not None else seen.held)):
            return reason
        moving = [*effect.curves, *(one for layer in effect.layers for one in layer.curves)]
        if moving and self.scenery.held:
            return self.scenery.held
        other_half = self._sharing(effect.identity.kind, effect.strip) if effect.pose is not None else None
        known = [*(stand.record.own if stand is not None else ()), *(other_half.record.own if other_half is not None else ())]
        own = {(one.path, max(0, one.index)) for one in known if one.keyed}
        for one in touched:
            foreign = [curve for curve in seen.curves if curve.path == one.path and (curve.path, curve.index) not in own]
            if one.path in seen.driven or foreign:
                return f"its {named(one.path)} is animated already"
            for other in self._others(effect, stand):
                if other is other_half and one.path in camera.PATHS:
                    continue
                if any(mine.path == one.path for mine in other.record.own):
                    return f"its {named(one.path)} is set by {_done(other.record.identity.kind)}"
            if one.path not in seen.values:
                return f"it has no {named(one.path)}"
        return ""

    def _others(self, effect: Effect, stand: Stand | None) -> list[Stand]:
        """What else stands at the strip, and stays."""
        here = [other for other in self.at.get(effect.strip, ()) if other is not stand and other.fate == "written"]
        return [other for other in here if (other.record.id, other.strip) not in self.going]

    def _leave_out(self, effect: Effect, reason: str) -> None:
        self.left_out.append(effect)
        self.notices.append(f"{effect.strip!r} is left as it is: {reason}.")

    def _write(self, effect: Effect, seen: Seen, stand: Stand | None, base: int, wish: str) -> None:
        mine = stand is not None and stand.mine
        if mine:
            assert stand is not None
            number = stand.record.id
        else:
            number, self.next = str(self.next), self.next + 1
        known = stand.record.own if stand is not None and stand.fate == "written" else ()
        move = camera.camera_of(effect)
        other_half = self._sharing(effect.identity.kind, effect.strip) if move is not None else None
        if other_half is not None:
            known = (*known, *other_half.record.own)
        own = [Own(one.path, -1, _before(one.path, -1, known, seen), "") for one in effect.settings]
        own += [Own(one.path, one.index, _before(one.path, one.index, known, seen), "", True) for one in effect.curves]
        record = EffectRecord(
            number, effect.identity, "live", effect.strip, base, effect.frames.start, effect.frames.end, effect.why.confidence,
            effect.why.reason, wish, tuple(own), camera=camera.dump(move.later(-base)) if move is not None else "",
        )  # fmt: skip
        self.records.pop(number, None)
        if move is not None:
            settings, curves = camera.alone(move)
            if other_half is not None:
                settings, curves = _both(effect.identity.kind, move, camera.load(other_half.record.camera).later(base))
                self._write_again(other_half, number, curves, ())
            record = replace(record, own=_as_written(record.own, curves))
            still = tuple(one for one in effect.settings if one.path not in camera.PATHS)
            moving = tuple(one for one in effect.curves if one.path not in camera.PATHS)
            effect = replace(effect, settings=(*still, *settings), curves=(*moving, *curves))
        self.writes.append(Write(record, effect, not mine))

    def _sharing(self, kind: Kind, strip: str) -> Stand | None:
        """What shares the strip's transform with an effect of this kind, as it was written."""
        fates = ("written", "kept") if self.changed_too else ("written",)
        stays = (one for one in self.at.get(strip, ()) if one.fate in fates and (one.record.id, strip) not in self.going)
        return next((one for one in stays if one.record.identity.kind == camera.SHARES.get(kind) and one.record.camera), None)

    def _go_on_alone(self, number: str, strip: str) -> None:
        """Where one of two that share a transform was taken away, and nothing took its place, the other is written by itself."""
        gone = next((one for one in self.at.get(strip, ()) if one.record.id == number), None)
        written = any(write.effect.strip == strip and write.record.camera for write in (*self.writes, *self.again))
        if gone is None or not gone.record.camera or written or strip not in self.scenery.strips:
            return
        other_half = self._sharing(gone.record.identity.kind, strip)
        if other_half is not None:
            settings, curves = camera.alone(camera.load(other_half.record.camera).later(self.stands.base(strip)))
            self._write_again(other_half, number, curves, (*settings, *curves))

    def _write_again(self, stand: Stand, beside: str, curves: Sequence[Curve], wanted: Sequence[Setting | Curve]) -> None:
        """What shares a transform with another (`beside`) goes on: keyed by `curves`; `wanted` is what is still to be written of it."""
        was, strip, base = stand.record, stand.strip, self.stands.base(stand.strip)
        shared = tuple(one for one in was.own if one.path in camera.PATHS)
        self.clears.append(Clear(beside, was.identity.kind, strip, shared))
        moved = tuple(replace(part, start=part.start + stand.shift, end=part.end + stand.shift) for part in was.parts)
        record = replace(was, base=base, own=_as_written(was.own, curves), parts=moved, strip=strip)
        if stand.mine:
            self.records.pop(was.id, None)
        else:
            number, self.next = str(self.next), self.next + 1
            seen = self.stands.refs[strip]
            about = replace(was.identity, start=seen.visible.start, end=seen.visible.end)
            mine = tuple(part for part in moved if part.kind == "modifier")
            record = replace(record, id=number, identity=about, start=seen.frames.start, end=seen.frames.end, parts=mine)
        frames = FrameRange(record.start, max(record.start, record.end))
        still, moving = tuple(one for one in wanted if isinstance(one, Setting)), tuple(one for one in wanted if isinstance(one, Curve))
        effect = Effect(record.identity, Why(record.confidence, record.reason), strip, frames, still, moving)
        self.again.append(Write(record, effect, False))


def _both(kind: Kind, move: camera.Camera, other: camera.Camera) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    return camera.together(move, other) if kind == "reframe" else camera.together(other, move)


def _as_written(own: Sequence[Own], curves: Sequence[Curve]) -> tuple[Own, ...]:
    """What is keyed now, and what stands still."""
    keyed = {one.path for one in curves}
    return tuple(replace(one, keyed=one.path in keyed, index=-1) if one.path in camera.PATHS else one for one in own)


def _touched(effect: Effect) -> tuple[Setting | Curve, ...]:
    """What it changes of the strip itself, but for modifiers."""
    return (*effect.settings, *effect.curves)


def _before(path: str, index: int, known: Sequence[Own], seen: Seen) -> Value:
    """What a property was before anything of ours: what stands now, but for the parts of it that an earlier run wrote."""
    now = seen.values[path]
    if index >= 0 and isinstance(now, tuple):
        now = now[index]
    for one in known:
        if one.path != path:
            continue
        if one.index == index or not isinstance(seen.values[path], tuple):
            return one.before
        if one.index < 0 and isinstance(one.before, tuple):
            return one.before[index]
        if index < 0 and isinstance(now, tuple) and isinstance(one.before, int | float):
            now = (*now[: one.index], float(one.before), *now[one.index + 1 :])
    return now


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


NAMES: dict[str, str] = {
    "reframe": "Reframe", "privacy": "Anonymise", "cutout": "Cut Out", "grade": "Grade", "transition": "Add Transitions",
    "emphasis": "Emphasise", "attachment": "Attach", "stabilise": "Stabilise",
}  # fmt: skip
"""The operators by their kind, as the screen has them."""


def _done(kind: Kind) -> str:
    return NAMES[kind]


def named(path: str) -> str:
    """A property as an editor calls it."""
    if path.startswith("crop."):
        return "crop"
    if path.startswith("transform."):
        return path.split(".")[1].partition("_")[0].replace("offset", "position")
    return {"blend_alpha": "opacity", "color_multiply": "brightness", "color_saturation": "saturation"}.get(path, path.replace("_", " "))
