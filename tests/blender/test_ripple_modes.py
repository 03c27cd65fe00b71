"""Apply Removals in each ripple mode on one timeline with everything on it: where all of it stands, what it shows, what stays."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import bpy
import pytest
from assistant_editor.operators import work
from assistant_editor.timeline import compat
from assistant_editor.timeline.survey import Survey

from tests.blender import ripple_room as laid
from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom
from tests.blender.ripple_room import CHANNELS, LASTING, LOCKED, MODES, apply_plan, closed, fate, gone, runs

MOVIES = {"film", "sound", "wide", "close", "mic", "music", "spare", "slow"}
CAPTIONS = {
    "all": [(5, 40, "One two"), (40, 65, "Three five"), (111, 135, "nine"), (143, 173, "Ten")],
    "lift": [(5, 40, "One two"), (40, 90, "Three five"), (170, 200, "nine"), (215, 245, "Ten")],
}


def of(name: str, found: dict[int, dict], before: dict[int, tuple[int, int]]) -> dict:
    """What a channel has of one item: locked ones share theirs."""
    start, end = before[name]
    return {frame: value for frame, value in found[CHANNELS[name]].items() if start <= frame < end}


@pytest.mark.parametrize("mode", MODES)
def test_everything_stands_where_it_is_to_and_shows_what_it_showed(full: CuttingRoom, tmp_path: Path, mode: str) -> None:
    room, scene = full, full.scene
    before, extents = room.dump(), {strip.name: stage.extent(strip) for strip in room.strips}
    was_played, was_animated = laid.played(room), laid.animated(scene)
    place = next(one for one in compat.curves(scene) if one.data_path == '["place"]')
    was_place = {frame: place.evaluate(frame) for frame in range(1, 301)}
    children = {child.name: stage.extent(child) for child in room.strips["meta"].strips}
    outcome = apply_plan(room, tmp_path, mode)
    assert ("00:00:00:00 saved" in outcome.line) == (mode == "lift"), outcome.line

    originals = [strip for strip in room.strips if strip.channel <= 18]
    row = {channel: [s for s in originals if s.channel == channel] for channel in range(1, 19)}
    for name, frames in extents.items():
        if name in CHANNELS:
            there = sorted(stage.extent(s) for s in row[CHANNELS[name]] if CHANNELS[name] != 9 or s.name == name)
            assert there == runs(frames, name, mode), name
    for name in MOVIES:
        where = fate(name, mode)
        wanted = {
            where(frame): seconds for frame, seconds in of(name, was_played, extents).items() if where(frame) is not None
        }  # fmt: skip
        assert laid.played(room)[CHANNELS[name]] == wanted, name
    now = laid.animated(scene)
    for (channel, path), values in was_animated.items():
        name = next(one for one, number in CHANNELS.items() if number == channel)
        where = fate(name, mode)
        kept = {where(frame): value for frame, value in values.items() if where(frame) is not None}
        assert now[channel, path] == pytest.approx(kept, abs=1e-4), (name, path)
    for strip in row[6]:
        assert strip.type == "GLOW" and strip.input_1.channel == 1 and stage.extent(strip.input_1) == stage.extent(strip)
    (cross,), (speed,) = row[5], row[CHANNELS["speed"]]
    assert (cross.input_1.channel, cross.input_2.channel) == (3, 4) and speed.input_1.name == "slow"
    assert stage.extent(cross)[0] == stage.extent(cross.input_2)[0] and stage.extent(cross)[1] == stage.extent(cross.input_1)[1]
    for meta in row[12]:
        shift = next(frame for frame in range(1, 301) if fate("meta", mode)(frame) == stage.extent(meta)[0]) - stage.extent(meta)[0]
        assert sorted((child.type, *stage.extent(child)) for child in meta.strips) == sorted(
            (before["strips"][name]["type"], start - shift, end - shift) for name, (start, end) in children.items()
        )

    captions = [(*stage.extent(s), s.text) for s in row[CHANNELS["caption"]]]
    assert sorted(captions) == CAPTIONS["lift" if mode == "lift" else "all"]
    entries = Survey(work.look(scene)).texts("caption")
    assert len(entries) == len(captions) and all(entry.record is not None and len(entry.things) == 1 for entry in entries)
    assert not any(entry.fixed for entry in entries), "a later run takes them for what it wrote"
    after = room.dump()
    for name in LOCKED:
        assert after["strips"][name] == before["strips"][name]
        one, other = ({path: keys for path, keys in found["curves"].items() if f'"{name}"' in path} for found in (before, after))
        assert one == other and bool(one) == (name == "music")
    assert after["channels"] == before["channels"]
    place = next(one for one in compat.curves(scene) if one.data_path == '["place"]')
    whole = mode in ("all", "copy")
    for frame, value in was_place.items():
        if not (whole and gone(frame)):
            assert place.evaluate(closed(frame) if whole else frame) == pytest.approx(value, abs=1e-4)
    marks = [(m.name, m.frame, bool(m.camera)) for m in scene.timeline_markers]
    if whole:
        assert marks == [("a", 20, False), ("camera inside", 51, True), ("b", 75, False), ("camera", 148, True), ("end", 198, False)]
        # Up to where the locked logo ends, which stays: it is the last of what was seen.
        assert (scene.frame_start, scene.frame_end, scene.frame_current) == (1, 289, 75)
    else:
        assert [name for name, *_rest in marks] == ["a", "inside", "camera inside", "b", "camera", "end"]
        assert (scene.frame_start, scene.frame_end, scene.frame_current) == (1, 300, 100)

    for channel in {strip.channel for strip in room.strips}:
        extent = sorted(stage.extent(strip) for strip in room.strips if strip.channel == channel)
        assert all(one[1] <= other[0] for one, other in pairwise(extent)), channel
    check_pairs(row)
    check_copies(room, mode, extents)
    assert {compat.strip_of(curve.data_path) for curve in compat.curves(scene)} - {""} <= {s.name for s in scene.sequence_editor.strips_all}

    bpy.ops.ed.undo()
    assert not room.changed_since(before)


def check_pairs(row: dict[int, list]) -> None:
    """Picture and its own sound are cut alike, and still connected: cut once more, both are."""
    assert sorted(map(stage.extent, row[1])) == sorted(map(stage.extent, row[2]))
    if compat.TELLS_CONNECTIONS:
        for strip in row[1]:
            (other,) = [one for one in row[2] if stage.extent(one) == stage.extent(strip)]
            assert [one.name for one in strip.connections] == [other.name]
            assert [one.name for one in other.connections] == [strip.name]
    for channel in range(1, 19):
        if channel not in (1, 2):
            assert not any(compat.connections(strip) for strip in row[channel])


def check_copies(room: CuttingRoom, mode: str, extents: dict[str, tuple[int, int]]) -> None:
    """What was cut out is kept, muted, in channels of its own, where it was cut; picture, sound and effect still one."""
    copies = [strip for strip in room.strips if strip.channel > 18]
    if mode != "copy":
        assert not copies
        return
    assert all(strip.mute for strip in copies)
    wanted = [
        (closed(start) + max(start, first) - start, closed(start) + min(end, last) - start, name)
        for name, (first, last) in extents.items() if name in CHANNELS and name not in LOCKED | LASTING
        for start, end in laid.GONE if max(start, first) < min(end, last)
    ]  # fmt: skip
    assert sorted(stage.extent(strip) for strip in copies if strip.type != "TEXT") == sorted(one[:2] for one in wanted)
    for strip in copies:
        if strip.type == "GLOW":
            assert strip.input_1.mute and stage.extent(strip.input_1) == stage.extent(strip) and strip.input_1.channel > 18
    seconds = laid.played(room)
    films = [strip for strip in copies if strip.type == "MOVIE" and "coded-25" in strip.filepath]
    assert len(films) == 3
    for film, (start, _end) in zip(sorted(films, key=compat.left), laid.GONE, strict=True):
        (sound,) = [one for one in copies if one.name.startswith("sound") and stage.extent(one) == stage.extent(film)]
        for strip in (film, sound):
            assert seconds[strip.channel][stage.extent(strip)[0]] == pytest.approx(float(start - 1) / 25)


def test_what_would_end_in_a_transition_ends_at_its_edge_for_all(full: CuttingRoom, tmp_path: Path) -> None:
    before = laid.played(full)
    plan = laid.plan_of(full, tmp_path, ((100, 125),))
    outcome = full.run("apply_removals", plan=str(plan), above=0.0, crossfade_ms=0.0)
    assert any("'cross'" in notice for notice in outcome.notices)
    assert stage.extent(full.strips["cross"]) == (100, 110)
    now = laid.played(full)
    for name in ("film", "sound", "wide", "close", "mic"):
        kept = {frame if frame < 100 else frame - 21: at for frame, at in before[CHANNELS[name]].items() if not 100 <= frame < 121}
        assert now[CHANNELS[name]] == kept, name
