"""The merge of volumes: what the editor set is kept apart from our layers, so that each can change or go without the other.

A strip's volume has no thing of its own on the timeline: what stands is compared with what was written, by ear. Fades at a strip's ends
are the editor's, or a cut's, at any time. Strips whose volume he changed in between are his from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import get_args

from . import faders
from .changes import Add, Remove, Update
from .draft import Draft
from .faders import Curve, Fader, Layer, Mix
from .ledger import Record
from .plan import Identity, Plan, Volume
from .state import StripRef, Timeline
from .survey import Survey

LAYERS: tuple[Layer, ...] = get_args(Layer)


def cleared(timeline: Timeline, strips: Sequence[str], layers: tuple[Layer, ...]) -> Plan:
    """The plan that wants none of these layers on these strips."""
    media = {strip.medium for strip in timeline.strips if strip.name in strips and strip.medium}
    return Plan((), (), tuple((medium, "volume") for medium in sorted(media)), tuple(strips), layers=layers)


def merge_volumes(draft: Draft) -> None:
    """Follows the plan in the layers it decides about, strip by strip."""
    if not draft.plan.layers:
        return
    wished: dict[str, dict[Layer, Volume]] = {}
    for edit in draft.plan.edits:
        if isinstance(edit, Volume):
            wished.setdefault(edit.strip, {})[edit.layer] = edit
    known = governing(draft.survey)
    for strip in draft.survey.timeline.strips:
        if strip.volume is None or not draft.speaks_for(strip.medium, "volume", (strip.name,)):
            continue
        record, own = known.get(strip.name, (None, False))
        if record is not None or strip.name in wished:
            _merge(draft, strip, record, own, wished.get(strip.name, {}))
    here = {strip.medium for strip in draft.survey.timeline.strips}
    for record in draft.survey.records("volume"):
        medium = record.identity.medium
        if medium not in here and draft.speaks_for(medium, "volume", ()):
            draft.forget(record)


def governing(survey: Survey) -> dict[str, tuple[Record, bool]]:
    """For each sound strip the record that says how it was set, and whether the record is its own: another's where it is a copy or a piece.

    The record of its name, else one whose volume stands on it, else the one it shares most with; nearest first.
    """
    records = survey.records("volume")
    ranked = []
    for strip in survey.timeline.strips if records else ():
        if strip.volume is None or strip.source is None:
            continue
        for number, record in enumerate(records):
            shared = record.identity.span.overlap(strip.visible) if record.identity.medium == strip.medium else Fraction(0)
            if shared > 0:
                rank = (record.strip != strip.name, not as_written(strip, record), -shared, abs(strip.frames.start - record.anchor))
                ranked.append((rank, strip.name, number))
    found: dict[str, tuple[Record, bool]] = {}
    taken: set[int] = set()
    for _rank, name, number in sorted(ranked):
        if name not in found:
            found[name] = (records[number], number not in taken)
            taken.add(number)
    return found


def as_written(strip: StripRef, record: Record) -> bool:
    """Whether between its fades a strip is as loud as the record says."""
    assert strip.volume is not None and strip.source is not None
    final = faders.to_frames(faders.load(record.volume).final, strip.source)
    faded = faders.taken_apart(strip.volume, strip.frames)
    return faded.plain and faders.same(faded.inside, final, faded.rises, faded.falls)


def layers_of(survey: Survey) -> dict[str, Mix]:
    """The layers in force on each strip, for those who plan on top of them: strips that stand as they were written."""
    by_name = survey.by_name
    return {
        name: faders.load(record.volume)
        for name, (record, _own) in governing(survey).items()
        if record.state == "live" and as_written(by_name[name], record)
    }


def _merge(draft: Draft, strip: StripRef, record: Record | None, own: bool, wished: dict[Layer, Volume]) -> None:
    now = strip.volume
    assert now is not None
    reason = strip.held or strip.unmapped or now.held
    if strip.source is None or reason:
        if wished or (record is not None and record.state == "live" and not strip.held):
            draft.notices.append(f"The volume of {strip.name!r} is left as it is: {reason or 'nobody knows what it plays'}.")
        return
    faded = faders.taken_apart(now, strip.frames)
    if record is None:
        if faded.steady is None:
            draft.notices.append(f"The volume of {strip.name!r} is left as it is: it is animated by keyframes of your own.")
            return
        mix = Mix(faded.steady, faders.own_points(now, strip.source))
    else:
        mix = faders.load(record.volume)
        if record.state == "deleted" or not as_written(strip, record):
            if record.state == "live" and own and faded.steady is not None and faders.alike(faded.steady, mix.base):
                draft.enter(replace(record, state="deleted", anchor=strip.frames.start, strip=strip.name))
            draft.kept += 1
            return
    planned = mix
    for layer in draft.plan.layers:
        edit = wished.get(layer)
        planned = planned.with_layer(layer, faders.layer_of(edit.points, strip.source) if edit is not None else ())
    if not planned.factor:
        if record is not None:
            back = faders.given_back(mix, faded, now, strip.frames, strip.source)
            draft.removes.append(Remove(record.id, "volume", strip.name, fader=back))
            if own:
                draft.forget(record)
        return
    wanted = faders.composed(planned, faded, now, strip.frames, strip.source)
    inside = faders.taken_apart(wanted, strip.frames).inside
    planned = replace(planned, final=faders.to_seconds(faders.simple(inside), strip.source))
    _write(draft, strip, record if own else None, planned, wanted, wished)


def _write(draft: Draft, strip: StripRef, record: Record | None, mix: Mix, wanted: Fader, wished: dict[Layer, Volume]) -> None:
    assert strip.source is not None and strip.volume is not None
    span = strip.visible
    identity = Identity(strip.medium, "volume", span.start, span.end)
    edit = next(iter(wished.values()), None)
    if edit is None:  # one layer went, the other stays
        assert record is not None or mix.factor
        edit = _remaining(strip, identity, mix, record)
    edit = replace(edit, identity=identity, fader=wanted)
    written = record or draft.new_record(edit, strip.frames.start)
    written = replace(
        written, identity=identity, anchor=strip.frames.start, start=strip.frames.start, end=strip.frames.end, strip=strip.name,
        confidence=edit.why.confidence, reason=edit.why.reason, volume=faders.dump(mix),
    )  # fmt: skip
    draft.enter(written)
    if stands(strip.volume, wanted):
        draft.unchanged += 1
    elif record is None:
        draft.adds.append(Add(written.id, edit))
    else:
        draft.updates.append(Update(written.id, strip.name, edit, frozenset({"volume"})))


def _remaining(strip: StripRef, identity: Identity, mix: Mix, record: Record | None) -> Volume:
    from .plan import Why

    assert strip.source is not None
    layer: Layer = "duck" if mix.duck else "level"
    curve: Curve = faders.to_frames(mix.duck or mix.level, strip.source)
    points = tuple((round(place), factor) for place, factor in curve)
    why = Why(record.confidence, record.reason) if record is not None else Why(1.0, "")
    return Volume(identity, why, strip.name, strip.frames, layer, points)


def stands(now: Fader, wanted: Fader) -> bool:
    """Whether a volume is already as it is wanted."""
    if len(now.points) != len(wanted.points) or now.shapes != wanted.shapes:
        return False
    if not wanted.points:
        return faders.alike(now.steady, wanted.steady)
    pairs = zip(now.points, wanted.points, strict=True)
    return all(abs(one[0] - other[0]) < 0.01 and faders.alike(one[1], other[1]) for one, other in pairs)
