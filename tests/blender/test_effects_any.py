"""Effects between any edits of the editor's: whatever he splits, moves, deletes or changes between runs, the same things hold."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from assistant_editor.ml.facts import Span
from assistant_editor.timeline import compat
from assistant_editor.timeline.effect import Effect, Modifier
from assistant_editor.timeline.plan import Identity, Plan
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.blender import effect_room as effects
from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import WHY, carry_out, curve, layer, still

SHOTS = [Span(Fraction(start), Fraction(start + 3)) for start in (0, 3, 6, 9)]
"""Seconds of the film in which its shots lie: each gets a cover of its own, as long as it shows."""
MOST = 400


def planned(room: CuttingRoom) -> Plan:
    """A camera for every strip, and a cover for every shot of it."""
    found: list[Effect] = []
    for ref in effects.line(room).strips:
        start, end = ref.frames.start, ref.frames.end
        about = Identity(ref.medium, "reframe", ref.visible.start, ref.visible.end)
        moving = curve("transform.offset_x", (start, 0.0), (end - 1, 8.0))
        dim = Modifier("BRIGHT_CONTRAST", "Dimmed", (still("bright", -5.0),))
        found.append(Effect(about, WHY, ref.name, ref.frames, (still("transform.scale_x", 2.0),), (moving,), (dim,)))
        for shot in SHOTS:
            assert ref.source is not None
            first, last = max(start, ref.source.first_frame(shot.start)), min(end, ref.source.first_frame(shot.end))
            if first < last:
                seen = FrameRange(first, last)
                span = Identity(ref.medium, "privacy", max(shot.start, ref.visible.start), min(shot.end, ref.visible.end))
                cover = layer("Cover", "COLOR", seen.start, seen.end, settings=(still("color", (1.0, 0.0, 0.0)),))
                found.append(Effect(span, WHY, ref.name, seen, layers=(cover,)))
    return effects.plan(room, "reframe", found) + effects.plan(room, "privacy")


def pieces(room: CuttingRoom) -> list[Any]:
    return sorted((strip for strip in room.strips if strip.type == "MOVIE"), key=compat.left)


def split(room: CuttingRoom, which: int, where: int) -> None:
    """Of a strip alone, or (`which` is odd) of everything that stands at the frame."""
    strip = pieces(room)[which % len(pieces(room))]
    frame = compat.left(strip) + where % max(1, compat.right(strip) - compat.left(strip))
    meant = [one.name for one in room.strips if which % 2 and compat.left(one) < frame < compat.right(one)] or [strip.name]
    for name in meant:
        room.strips[name].split(frame=frame, split_method="SOFT")


def move(room: CuttingRoom, which: int, where: int) -> None:
    """To behind everything; with its layers where `where` is odd."""
    strip = pieces(room)[which % len(pieces(room))]
    start, end = compat.left(strip), compat.right(strip)
    far = max(compat.right(one) for one in room.strips) + 1 + where % 7 - start
    with_it = [one for one in effects.layers(room) if where % 2 and start <= compat.left(one) and compat.right(one) <= end]
    for one in (strip, *with_it):
        compat.move(one, far)


def trim(room: CuttingRoom, which: int, where: int) -> None:
    strip = pieces(room)[which % len(pieces(room))]
    length = compat.right(strip) - compat.left(strip)
    if length > 2:
        compat.set_left(strip, compat.left(strip) + where % (length - 1))


def delete(room: CuttingRoom, which: int, where: int) -> None:
    """A strip, but never the last."""
    if len(pieces(room)) > 1:
        room.strips.remove(pieces(room)[which % len(pieces(room))])


def uncover(room: CuttingRoom, which: int, where: int) -> None:
    if covers := effects.layers(room):
        room.strips.remove(covers[which % len(covers)])


def paint(room: CuttingRoom, which: int, where: int) -> None:
    if covers := effects.layers(room):
        covers[which % len(covers)].color = (0.0, 1.0, (where % 5) / 5)


def rescale(room: CuttingRoom, which: int, where: int) -> None:
    pieces(room)[which % len(pieces(room))].transform.scale_x = 3.0 + where % 4


EDITS = (split, move, trim, delete, uncover, paint, rescale)
edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 9), st.integers(0, MOST), st.booleans()), max_size=7)


def his(room: CuttingRoom) -> tuple[Any, ...]:
    """What only the editor can have made so: the colours he painted and the scales he set."""
    painted = sorted((tuple(one.color), compat.left(one), compat.right(one)) for one in effects.layers(room) if one.color[1] > 0.5)
    scaled = sorted((compat.left(one), one.transform.scale_x) for one in pieces(room) if one.transform.scale_x > 2.5)
    return tuple(painted), tuple(scaled)


def shown_twice(room: CuttingRoom) -> list[str]:
    """The covers that lie over another over some frames."""
    covers = effects.layers(room)
    ranges = [(compat.left(one), compat.right(one), one.name) for one in covers]
    return [c for number, (a, b, c) in enumerate(ranges) for d, e, _f in ranges[:number] if a < e and d < b]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=edits)
def test_runs_between_any_edits(room: CuttingRoom, films: Path, steps: list[Any]) -> None:
    room.__init__()  # type: ignore[misc]  a new scene for each case
    room.lay(films / "rate-25-1.mp4", sound=False)
    carry_out(room, planned(room))
    for edit, which, where, rerun in steps:
        edit(room, which, where)
        kept = his(room)
        if rerun:
            carry_out(room, planned(room))
            assert his(room) == kept
            before = room.dump()
            outcome = carry_out(room, planned(room))
            assert not room.changed_since(before) and not any(outcome.counts.values()), (outcome.counts, room.changed_since(before)[:3])
            assert not shown_twice(room)
    room.run("remove_effects", changed_too=True)
    assert not effects.layers(room)
    for strip in pieces(room):
        assert not len(strip.modifiers) and strip.transform.scale_x == 1.0, strip.name
    assert not compat.curves(room.scene)
    assert stage.extent(pieces(room)[0])[1] > 0
