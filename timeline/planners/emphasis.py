"""Punch-ins on stressed words and at jump cuts, slow pushes on long shots, speed ramps to beats, freeze frames. Pure.

What zooms is an adjustment strip, what changes the speed a speed strip: neither the picture's own transform nor its sound is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ...ml.facts import Span
from .. import picture_values, zooms
from ..beat_grid import Tick
from ..effect import Effect, Layer, Mark
from ..emphasis_words import Spoken, picked, sure_of
from ..jump_cuts import close_ones, jump_cuts, views
from ..plan import EffectKind, Identity, Kind, Plan, Why
from ..ramps import Event, Warp, frozen, to_beats
from ..ramps import identity as unchanged
from ..stage import Stage
from ..state import StripRef, Timeline
from ..timebase import FrameRange

WORDS, JUMPS, PUSH, RAMPS, FREEZE = ALL = ("words", "jumps", "push", "ramps", "freeze")
FREEZE_NAME = "freeze"
"""Markers whose names begin so say where the picture is to be held."""
IMPACT = 0.35
"""The least strength of an impact that is put on a beat; one that is frozen must be twice as strong."""
NEAR_CUT = Fraction(2, 5)
"""Seconds of a shot that are too short to be shown otherwise before or after a zoom."""
AT_CUT = 3
"""Frames from a cut within which what seems to stop is the picture that ends."""
A_SECOND = 0.02
"""What a push enlarges by in a second, at most."""
STILL_CAMERA = ("", "static", "handheld")
KIND: EffectKind = "emphasis"


@dataclass(frozen=True)
class EmphasisOptions:
    """`on`: which of `ALL`. `amount`: by which share the picture is enlarged. `sensitivity` 0..1 and `a_minute` say how many words.

    `ease` seconds a zoom takes (0: a cut), `long_shot` seconds are pushed into, `fastest` limits speeds (and 1/`fastest`), `hold` seconds
    a picture is held for.
    """

    on: frozenset[str] = frozenset({WORDS})
    amount: float = 0.15
    sensitivity: float = 0.5
    a_minute: int = 6
    ease: Fraction = Fraction(1, 4)
    long_shot: Fraction = Fraction(8)
    fastest: float = 2.0
    hold: Fraction = Fraction(1)


@dataclass(frozen=True)
class _Zoomed:
    """A zoom of one strip: over `frames` of the timeline."""

    frames: FrameRange
    name: str
    whole: FrameRange
    keys: Sequence[zooms.Keyed]
    why: Why
    marks: tuple[Mark, ...]

    @property
    def layer(self) -> Layer:
        return zooms.layer(self.name, self.whole, self.keys)


@dataclass
class _Scene:
    found: Mapping[str, Mapping[str, Any]]
    strips: tuple[StripRef, ...]
    options: EmphasisOptions
    stage: Stage
    timeline: Timeline
    words: Sequence[Spoken]
    ticks: Sequence[Tick]
    ours: Mapping[str, tuple[int, FrameRange]]
    notices: list[str] = field(default_factory=list)

    def facts(self, engine: str, medium: str) -> Any:
        return self.found.get(engine, {}).get(medium)

    def left_out(self, strip: StripRef, frames: FrameRange) -> bool:
        return self.stage.left_out(KIND, strip.medium, span_of(strip, frames))

    def frames(self, seconds: Fraction) -> int:
        return round(seconds * self.stage.rate)


def plan(
    found: Mapping[str, Mapping[str, Any]],
    strips: Sequence[StripRef],
    options: EmphasisOptions,
    stage: Stage,
    timeline: Timeline,
    words: Sequence[Spoken] = (),
    ticks: Sequence[Tick] = (),
    ours: Mapping[str, tuple[int, FrameRange]] | None = None,
) -> Plan:
    """The effects for the movies among `strips`. `words` are all that are heard, `ticks` the beats of the music, `ours` the channels and
    ranges of the strips that earlier runs of this wrote, by name."""
    meant = tuple(strip for strip in strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium and not strip.muted)
    scene = _Scene(found, meant, options, stage, timeline, words, ticks, ours or {})
    warps = {strip.name: warp for strip in meant if (warp := _warp(scene, strip)) is not None}
    close = _close(scene) if JUMPS in options.on else {}
    said = _said(scene, close) if WORDS in options.on else {}
    effects: list[Effect] = []
    for strip in meant:
        zoomed = [*close.get(strip.name, ()), *(_word(scene, strip, one, warps.get(strip.name)) for one in said.get(strip.name, ()))]
        if PUSH in options.on:
            zoomed += _pushes(scene, strip, zoomed, warps.get(strip.name))
        zoomed = [one for one in sorted(zoomed, key=lambda one: one.frames) if one.whole.length]
        if any(_under_titles(scene, strip, one.whole) for one in zoomed) and _free(scene, strip):
            effects.append(_whole(scene, strip, warps.get(strip.name), zoomed, own=True))
        elif strip.name in warps:
            effects.append(_whole(scene, strip, warps[strip.name], zoomed, own=False))
        else:
            effects += [_alone(strip, one) for one in zoomed]
    if not effects and not scene.notices:
        scene.notices.append(_nothing(scene))
    media: tuple[tuple[str, Kind], ...] = tuple((medium, KIND) for medium in sorted({strip.medium for strip in meant}))
    names = tuple(strip.name for strip in meant)
    return Plan(notices=tuple(dict.fromkeys(scene.notices)), media=media, strips=names, effects=tuple(effects))


def span_of(strip: StripRef, frames: FrameRange) -> Span:
    """The part of its medium that a strip would show over these frames."""
    assert strip.source is not None
    return Span(strip.source.seconds(frames.start), strip.source.seconds(frames.end))


def _alone(strip: StripRef, one: _Zoomed) -> Effect:
    span = span_of(strip, one.frames)
    identity = Identity(strip.medium, KIND, span.start, span.end)
    return Effect(identity, one.why, strip.name, one.whole, layers=(one.layer,), marks=one.marks)


def _whole(scene: _Scene, strip: StripRef, warp: Warp | None, zoomed: Sequence[_Zoomed], own: bool) -> Effect:
    """All of a strip in one: where its speed changes, zooms must lie above the speed strip, which shows the picture in its place. `own`:
    the zooms are keyframes of the strip's own transform."""
    span = strip.visible
    landed = [f"{event.name} on a beat" for event, _beat in warp.landed] if warp is not None else []
    told = [f"{len(landed)} of its moments on beats: {', '.join(dict.fromkeys(landed))}"] if landed else []
    told += [f"held for {end - start} frames" for start, end in warp.frozen] if warp is not None else []
    told += [one.why.reason for one in zoomed]
    sure = [event.strength for event, _beat in warp.landed] if warp is not None else []
    layers = (warp.layer("Speed", strip.name, strip.frames),) if warp is not None else ()
    parts = [(one.whole, one.keys) for one in zoomed]
    return Effect(
        Identity(strip.medium, KIND, span.start, span.end),
        Why(round(min([*sure, *(one.why.confidence for one in zoomed)], default=0.9), 3), "; ".join(dict.fromkeys(told))),
        strip.name,
        strip.frames,
        curves=zooms.own(scene.stage.shown[strip.name], parts, strip.frames) if own and parts else (),
        layers=layers if own else (*layers, *zooms.layers("Zoom", parts, strip.frames)),
        marks=tuple(mark for one in zoomed for mark in one.marks),
    )


def _under_titles(scene: _Scene, strip: StripRef, frames: FrameRange) -> bool:
    """Whether an adjustment strip would lie above texts of the editor's, for want of a channel below them, and enlarge them too. Captions
    that were made here give way."""
    ours = set(scene.ours.values())
    taken = {channel for channel, where in scene.timeline.occupied if where.overlaps(frames) and (channel, where) not in ours}
    taken |= {*scene.timeline.held_channels, *scene.timeline.muted_channels}
    free = next(channel for channel in range(strip.channel + 1, strip.channel + len(taken) + 2) if channel not in taken)
    titles = [one for one in scene.timeline.captions if not one.kind and not one.muted and one.frames.overlaps(frames)]
    return any(strip.channel < one.channel < free for one in titles)


def _free(scene: _Scene, strip: StripRef) -> bool:
    """Whether the strip's own transform may be keyed."""
    shown = scene.stage.shown.get(strip.name)
    return shown is not None and not strip.held and not shown.keyed & set(zooms.PATHS)


def _zoom(scene: _Scene, strip: StripRef, frames: FrameRange, scale: float, warp: Warp | None) -> tuple[zooms.Zoom, list[zooms.Box]]:
    """Enlarged so that the faces seen meanwhile stay inside; towards a person where no faces are known."""
    shown, canvas = scene.stage.shown.get(strip.name), scene.stage.canvas
    if warp is not None:
        first = strip.frames.start
        seen = (warp.picture(frame - first) for frame in (frames.start, frames.end))
        frames = FrameRange(*(first + round(one) for one in seen))
    span = span_of(strip, frames)
    keep = zooms.faces_in(scene.facts("faces", strip.medium), span, shown, canvas)
    focus = zooms.focus_in(scene.facts("objects", strip.medium), span, shown, canvas)
    strength = scene.stage.chosen(KIND, strip.medium, span, "strength")
    return zooms.zoom(canvas, 1 + (scale - 1) * _share(strength), keep, focus), keep


def _share(strength: str | None) -> float:
    """What the editor chose for a shot, in percent of the usual."""
    try:
        return max(0.0, float(strength) / 100) if strength else 1.0
    except ValueError:
        return 1.0


def _view(scene: _Scene, strip: StripRef, frame: int) -> FrameRange:
    """The shot that is seen through the strip at a frame."""
    for first, end in views(strip, scene.facts("shots", strip.medium)):
        if first <= frame < end:
            return FrameRange(first, end)
    return strip.frames


def _said(scene: _Scene, close: Mapping[str, Sequence[_Zoomed]]) -> dict[str, list[Spoken]]:
    """For each strip the words that are worth a zoom, while it is the one that is seen and not enlarged already."""
    tops = sorted(scene.strips, key=lambda strip: strip.channel)
    within = [strip.frames for strip in tops if strip.name not in close]
    if not scene.words:
        scene.notices.append("No words are known of what is heard here.")
    found: dict[str, list[Spoken]] = {}
    for one in picked(scene.words, scene.options.sensitivity, scene.options.a_minute, _merged(within), scene.stage.rate):
        seen = [strip for strip in tops if strip.frames.holds(one.frames.start)]
        if seen and seen[-1].name not in close and not scene.left_out(seen[-1], one.frames):
            found.setdefault(seen[-1].name, []).append(one)
    return found


def _merged(ranges: Sequence[FrameRange]) -> list[FrameRange]:
    found: list[FrameRange] = []
    for one in sorted(ranges):
        if found and one.start <= found[-1].end:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def _word(scene: _Scene, strip: StripRef, one: Spoken, warp: Warp | None) -> _Zoomed:
    within = _view(scene, strip, one.frames.start)
    frames = FrameRange(one.frames.start, max(one.frames.start + 1, min(one.frames.end, within.end)))
    wanted, keep = _zoom(scene, strip, frames, 1 + scene.options.amount, warp)
    whole, keys = zooms.held(frames, within, scene.frames(scene.options.ease), wanted, scene.frames(NEAR_CUT))
    stress = one.stress
    why = Why(sure_of(stress.score), f"“{stress.word.text.strip(' ,.;:!?')}” is {stress.reason}")
    marks = zooms.marks(frames.start, wanted, keep, scene.stage.canvas)
    return _Zoomed(frames, "Zoom", whole, keys, why, marks)


def _close(scene: _Scene) -> dict[str, list[_Zoomed]]:
    pairs = jump_cuts(scene.strips, scene.found.get("shots", {}), scene.found.get("looks", {}), scene.found.get("faces", {}))
    found: dict[str, list[_Zoomed]] = {}
    for strip in close_ones([pair for pair in pairs if not scene.left_out(pair[1], pair[1].frames)]):
        wanted, keep = _zoom(scene, strip, strip.frames, 1 + scene.options.amount, None)
        keys: list[zooms.Keyed] = [(float(strip.frames.start), wanted, "CONSTANT")]
        why = Why(0.8, "the cut before it jumps within one framing")
        marks = zooms.marks(strip.frames.start, wanted, keep, scene.stage.canvas)
        found[strip.name] = [_Zoomed(strip.frames, "Close", strip.frames, keys, why, marks)]
    return found


def _pushes(scene: _Scene, strip: StripRef, taken: Sequence[_Zoomed], warp: Warp | None) -> list[_Zoomed]:
    found = []
    pictures = scene.facts("pictures", strip.medium)
    for first, end in views(strip, scene.facts("shots", strip.medium)):
        view = FrameRange(first, end)
        seconds = Fraction(view.length) / scene.stage.rate
        if seconds < scene.options.long_shot or any(one.frames.overlaps(view) for one in taken) or scene.left_out(strip, view):
            continue
        if pictures is not None and picture_values.movement(pictures, span_of(strip, view)) not in STILL_CAMERA:
            continue
        scale = 1 + min(scene.options.amount, A_SECOND * float(seconds))
        wanted, keep = _zoom(scene, strip, view, scale, warp)
        if wanted.scale <= 1.001:
            continue
        keys: list[zooms.Keyed] = [(float(first), zooms.NONE, "BEZIER"), (float(end), wanted, "BEZIER")]
        why = Why(0.7, f"a shot of {float(seconds):.0f} s in which nothing is cut")
        found.append(_Zoomed(view, "Push", view, keys, why, zooms.marks(end - 1, wanted, keep, scene.stage.canvas)))
    return found


def _warp(scene: _Scene, strip: StripRef) -> Warp | None:
    """How the speed of a strip changes; None where it stays as it is."""
    options = scene.options
    if not options.on & {RAMPS, FREEZE} or scene.left_out(strip, strip.frames):
        return None
    foreign = [name for name in strip.feeds if name not in scene.ours]
    if strip.held or foreign:
        why = strip.held or f"{strip.name!r} is an input of {foreign[0]!r}"
        scene.notices.append(f"The speed of {strip.name!r} stays as it is: {why}.")
        return None
    length, start = strip.frames.length, strip.frames.start
    events, second = _events(scene, strip), max(1, round(scene.stage.rate))
    warp = unchanged(length)
    if RAMPS in options.on:
        beats = [(tick.frame - start, tick.strength) for tick in scene.ticks if strip.frames.holds(tick.frame)]
        warp = to_beats(length, events, beats, options.fastest, second, second)
    if FREEZE in options.on:
        warp = _held(scene, strip, warp, events)
    return None if warp.still else warp


def _held(scene: _Scene, strip: StripRef, warp: Warp, events: Sequence[Event]) -> Warp:
    """Held at markers that say so; without any at the strongest impact, or the beat it was put on."""
    hold = max(2, scene.frames(scene.options.hold))
    places = [
        marker.frame - strip.frames.start
        for marker in scene.timeline.markers
        if marker.name.lower().startswith(FREEZE_NAME) and strip.frames.holds(marker.frame)
    ]
    if not any(marker.name.lower().startswith(FREEZE_NAME) for marker in scene.timeline.markers):
        strong = [event for event in events if event.strength >= 2 * IMPACT and event.name != CUT]
        strongest = max(strong, key=lambda event: event.strength, default=None)
        places = [next((beat for event, beat in warp.landed if event == strongest), strongest.frame)] if strongest is not None else []
    before = 0
    for place in sorted(places):
        if place >= before:
            warp = frozen(warp, place, hold)
            before = place + 2 * hold
    return warp


CUT = "a cut"


def _events(scene: _Scene, strip: StripRef) -> list[Event]:
    """What can be put on beats: cuts within the strip, and impacts that are no cuts themselves."""
    assert strip.source is not None
    start = strip.frames.start
    cuts = [first - start for first, _end in views(strip, scene.facts("shots", strip.medium))[1:]]
    found = [Event(frame, 1.0, CUT) for frame in cuts]
    impacts = scene.facts("impacts", strip.medium)
    for one in impacts.impacts if impacts is not None else ():
        frame = strip.source.first_frame(one.seconds) - start
        if one.strength >= IMPACT and strip.visible.holds(one.seconds) and all(abs(frame - cut) > AT_CUT for cut in cuts):
            found.append(Event(frame, one.strength, "an impact"))
    return found


def _nothing(scene: _Scene) -> str:
    on = scene.options.on
    if not scene.strips:
        return "No movie strip whose time is known is meant."
    if on <= {WORDS}:
        return "No word stands out enough at this sensitivity."
    if on <= {JUMPS}:
        return "No jump cut was found."
    if on <= {PUSH}:
        return "No shot is long enough, or the camera moves in it."
    if on <= {RAMPS} and not scene.ticks:
        return "No beats were heard while these strips are seen."
    return "Nothing was found that could be emphasised."
