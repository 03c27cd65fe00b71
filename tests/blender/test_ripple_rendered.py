"""Apply Removals on a full timeline as it is seen and heard; what it refuses, and what is left where it breaks down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.ml.errors import BAD_INPUT, DEFECT, LOCKED
from assistant_editor.operators import privacy_shelf, text_apply
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import (
    caption_ripple,
    compat,
    moving,
    shifting,
    tags,
    volume,
    write_captions,
    write_layout,
    write_pieces,
)  # fmt: skip

from benchmarks import sync
from tests.blender import ripple_room, stage
from tests.blender.breakdown import Breakdown
from tests.blender.cutting_room import CuttingRoom
from tests.blender.ripple_room import CHANNELS, GONE, MODES, apply_plan, fate, only, plan_of, refused

NUMBER_AT_0 = {"film": -1, "wide": 20, "close": -90, "meta": -45}
"""What the pictures' numbers are at frame 0 of the timeline as it was laid."""
BEGINS = {"film": (1, 251), "wide": (1, 131), "close": (121, 251), "meta": (60, 181)}
SEEN = (44, 216)
"""The frames that are rendered: all that was cut, and the joins."""


def shown(scene: Any, name: str) -> dict[int, int]:
    only(scene, CHANNELS[name])
    return stage.shown(scene, *SEEN)


def to_be_seen(name: str, mode: str) -> dict[int, int]:
    """{timeline frame: number of the picture}, -1 where nothing is."""
    where = fate(name, mode)
    found = dict.fromkeys(range(SEEN[0], SEEN[1] + 1), -1)
    for frame in range(*BEGINS[name]):
        place = where(frame)
        if place in found:
            found[place] = frame + NUMBER_AT_0[name]
    return found


def heard(scene: Any, name: str, bursts_at_0: int, mode: str, pictures: dict[int, int] | None = None) -> int:
    """How many bursts are heard in this channel, each where it is to be to a hundredth of a frame.

    With `pictures` the one that is shown as a burst begins is the one that was filmed with it.
    """
    only(scene, CHANNELS[name])
    wave, count, where = sync.heard(scene, 250), 0, fate(name, mode)
    for burst in range(1, 25):
        begins = bursts_at_0 + 10 * burst
        places = [where(frame) for frame in range(begins - 2, begins + 5)]
        if None in places or places[-1] - places[0] != 6:
            continue
        place = places[2]
        late = sync.lag(wave, (place - 1) * sync.SAMPLES / 25, burst, 1500)
        assert late is not None and abs(late) < 0.01 * sync.SAMPLES / 25, (name, burst, late)
        if pictures is not None and place in pictures:
            assert pictures[place] == 10 * burst
        count += 1
    if mode == "lift":
        for start, end in GONE:
            hole = wave[round(start * sync.SAMPLES / 25) : round((end - 2) * sync.SAMPLES / 25)]
            assert len(hole) and np.abs(hole).max() < 1e-4
    return count


def test_the_timeline_shows_what_is_counted_on(full: CuttingRoom) -> None:
    """Before anything is cut: pictures and bursts are where the other tests take them to be."""
    scene = full.scene
    for name, (start, end) in BEGINS.items():
        wanted = {frame: frame + NUMBER_AT_0[name] if start <= frame < end else -1 for frame in range(SEEN[0], SEEN[1] + 1)}
        assert shown(scene, name) == wanted, name
    only(scene, CHANNELS["sound"])
    wave = sync.heard(scene, 250)
    late = [sync.lag(wave, 10 * n * sync.SAMPLES / 25, n, 1500) for n in range(1, 24)]
    assert None not in late and np.abs(np.array(late, float)).max() < 0.01 * sync.SAMPLES / 25


@pytest.mark.parametrize("mode", MODES)
def test_picture_and_sound_stay_together_at_every_join(full: CuttingRoom, tmp_path: Path, mode: str) -> None:
    scene = full.scene
    apply_plan(full, tmp_path, mode, fade=40.0)
    pictures = {name: shown(scene, name) for name in ("film", *(("wide", "close", "meta") if mode in ("all", "selected") else ()))}
    for name, found in pictures.items():
        assert found == to_be_seen(name, mode), name
    assert heard(scene, "sound", 1, mode, pictures["film"]) >= 14
    assert heard(scene, "mic", 7, mode) >= 14


def test_speed_effects_and_muted_copies_look_as_they_did(full: CuttingRoom, tmp_path: Path) -> None:
    scene = full.scene
    only(scene, CHANNELS["speed"])
    before = list(stage.shown(scene, 261, 300).values())
    scene.frame_start, scene.frame_end = 1, 300
    only(scene, 0)
    for channel in scene.sequence_editor.channels:
        channel.mute = False
    apply_plan(full, tmp_path, "copy")
    only(scene, CHANNELS["speed"])
    assert list(stage.shown(scene, 189, 228).values()) == before and len(set(before)) > 10
    copy = next(s for s in full.strips if s.mute and s.name.startswith("film") and stage.extent(s) == (111, 151))
    copy.mute = False
    only(scene, copy.channel)
    assert stage.shown(scene, 109, 152) == {frame: frame + 24 if 111 <= frame < 151 else -1 for frame in range(109, 153)}


@pytest.mark.parametrize("mode", MODES)
def test_what_is_locked_forbids_all(full: CuttingRoom, tmp_path: Path, mode: str) -> None:
    scene = full.scene
    for name in ("sound", "mic", "close"):
        full.strips[name].lock = True
        refused(full, tmp_path, mode, LOCKED, "locked")
        full.strips[name].lock = False
    scene.sequence_editor.channels[CHANNELS["sound"]].lock = True
    refused(full, tmp_path, mode, LOCKED, "locked")
    scene.sequence_editor.channels[CHANNELS["sound"]].lock = False
    ripple_room.connect(scene, "film", "sound", "hidden")
    full.strips["hidden"].lock = True
    refused(full, tmp_path, mode, LOCKED, "lock")
    full.strips["hidden"].lock = False
    assert apply_plan(full, tmp_path, mode).counts == {"removed": {"silence": 3}}


def test_captions_in_a_channel_that_is_to_stay_do_not_move(full: CuttingRoom, tmp_path: Path) -> None:
    channel = CHANNELS["caption"]
    full.run("apply_removals", plan=str(plan_of(full, tmp_path)), above=0.0, ripple="selected", fixed_channels=str(channel))
    assert full.captions()[-3:-1] == [(170, 200, "nine"), (215, 245, "Ten")]


def test_choices_that_cannot_be_read_are_told_before_anything_is_cut(full: CuttingRoom, tmp_path: Path) -> None:
    tags.put_removals(full.scene, said='{"version":9}')
    refused(full, tmp_path, "all", BAD_INPUT, "cannot be read")


@pytest.mark.parametrize("mode", ["copy", "selected"])
def test_a_breakdown_anywhere_leaves_nothing_or_one_undo_step(
    full: CuttingRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    before, plan = full.dump(), str(plan_of(full, tmp_path))
    options = {"plan": plan, "above": 0.0, "ripple": mode}
    monkeypatch.setattr(privacy_shelf, "_look", lambda: None)  # comes after the cut, and keeps its own troubles to itself
    modules = (write_layout, write_pieces, shifting, volume, compat, caption_ripple, write_captions, moving, text_apply)
    breakdown = Breakdown(monkeypatch, *modules, writer=write_layout._Writer, step="split", beyond=True)
    try:
        full.run("apply_removals", **options)
        sys.settrace(None)
        count = breakdown.lines
        bpy.ops.ed.undo()
        assert not full.changed_since(before) and count > 1000
        ends = {"taken back": 0, "undone": 0}
        for number in sorted({1, 2, *range(5, 200, 60), *range(250, count, count // 8), count - 1}):
            breakdown.at = number
            with pytest.raises(RuntimeError, match="breakdown") as caught:
                full.run("apply_removals", **options)
            sys.settrace(None)
            assert desk.error is not None and desk.error.code == DEFECT
            if "Press Ctrl+Z once to bring everything back" in str(caught.value):
                bpy.ops.ed.undo()
                ends["undone"] += 1
            else:
                assert "Nothing was changed" in str(caught.value)
                ends["taken back"] += 1
            assert not full.changed_since(before), f"line {number} of {count}"
        assert all(ends.values()), ends
        full.run("apply_removals", **options)
        sys.settrace(None)
        assert breakdown.lines == count
    finally:
        sys.settrace(None)
