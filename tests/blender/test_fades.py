"""Joins that are heard: clicks measured on what Blender mixes down, and volumes that an editor animated."""

from __future__ import annotations

import math
import wave
from fractions import Fraction

import aud
import numpy as np
import pytest
from assistant_editor.timeline import compat, volume
from assistant_editor.timeline.layout import Cutout
from assistant_editor.timeline.mixdown import mixdown
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import cut_out
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write_layout import rearrange

from tests.blender import stage

RATE, PITCH = 48000, 333.3


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    """A steady tone: wherever it is cut, its phase jumps."""
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    clock = np.arange(60 * RATE) / RATE
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((0.5 * np.sin(2 * math.pi * PITCH * clock) * 32767).astype("<i2").tobytes())
    return path


def laid(tone, fps):
    scene = stage.new_scene(Fraction(fps))
    sound = stage.add_sound(scene, tone, channel=1)
    compat.set_right(sound, 1 + fps * 40)
    scene.frame_start, scene.frame_end = 1, fps * 40
    return scene


def cut(scene, fade, count=25):
    layout = read_layout(scene)
    cutouts = [Cutout(FrameRange(32 * n, 32 * n + 1 + n % 5), ()) for n in range(1, count + 1)]
    wanted = cut_out(layout, cutouts, "all")
    return wanted, rearrange(scene, layout, wanted, fade)


def clicks(scene, joins, fps, tmp_path):
    """The largest step from sample to sample around each join, in steps of the tone itself."""
    mixdown(scene, str(tmp_path / "mix.wav"))
    steps = np.abs(np.diff(aud.Sound(str(tmp_path / "mix.wav")).data()[:, 0]))
    a_frame = RATE / fps
    own = np.median([steps[int((frame - 16) * a_frame) : int((frame - 15) * a_frame)].max() for frame in joins])
    return np.array([steps[int((frame - 2) * a_frame) : int((frame + 1) * a_frame)].max() for frame in joins]) / own


@pytest.mark.parametrize("fps", [24, 25])
def test_joins_do_not_click(tone, fps, tmp_path):
    found = {}
    for fade in (0, 40, 120):
        scene = laid(tone, fps)
        wanted, told = cut(scene, fade)
        joins = [join.frame for join in wanted.joins]
        assert len(joins) == 25 and told.joins == (25 if fade else 0)
        found[fade] = clicks(scene, joins, fps, tmp_path)
    assert np.median(found[0]) > 10, "or there is nothing to hear"
    assert np.median(found[120]) < 1.5
    assert found[120].max() < found[0].max() / 3
    assert np.median(found[40]) < np.median(found[0]) / 4 and found[40].max() < found[0].max() / 1.4


def test_a_fade_stays_within_what_it_fades(tone):
    scene = laid(tone, 25)
    cut(scene, 5000)
    for strip in scene.sequence_editor.strips:
        start, end = stage.extent(strip)
        points = volume.points(scene, strip.name)
        assert all(start <= frame <= end for frame, _level in points) and [f for f, _l in points] == sorted({f for f, _l in points})
        assert max(level for _frame, level in points) == 1.0


def test_a_volume_that_an_editor_animated_is_faded_and_otherwise_stays(tone):
    scene = laid(tone, 25)
    sound = scene.sequence_editor.strips["sound"]
    for frame, level in ((1, 0.2), (300, 1.5), (500, 0.7), (900, 0.7)):
        sound.volume = level
        sound.keyframe_insert("volume", frame=frame)
    curve = compat.curves(scene)[0]
    before = {frame: curve.evaluate(frame) for frame in range(1, 1001)}
    _wanted, told = cut(scene, 80)
    gone = {frame for n in range(1, 26) for frame in range(32 * n, 32 * n + 1 + n % 5)}
    kept = [frame for frame in range(1, 1001) if frame not in gone]
    strips = sorted(scene.sequence_editor.strips, key=lambda strip: stage.extent(strip)[0])
    assert len(strips) == 26 == len(told.names)
    for number, strip in enumerate(strips):
        start, end = stage.extent(strip)
        curve = next(c for c in compat.curves(scene) if f'"{strip.name}"' in c.data_path)
        for frame in range(start, end):
            near = min(frame - start if number else 99, end - frame if number < 25 else 99)
            factor = max(0.001, min(1.0, near / 2)) if near else 0.001
            factor = (1 + 0.001) / 2 if near == 1 else factor
            assert curve.evaluate(frame) == pytest.approx(before[kept[frame - 1]] * factor, abs=2e-3)


def test_volumes_are_written_read_and_cleared(tone):
    scene = laid(tone, 25)
    volume.put(scene, "sound", [(1, 0.0), (10, 1.0), (20, 0.5)])
    assert volume.points(scene, "sound") == ((1.0, 0.0), (10.0, 1.0), (20.0, 0.5))
    volume.scale(scene, {"sound": [(20, 1.0), (22, 0.5)]})
    assert volume.points(scene, "sound")[-1] == (22.0, 0.25)
    volume.clear(scene, "sound")
    assert volume.points(scene, "sound") == ()
    scene.sequence_editor.strips["sound"].volume = 2.0
    volume.scale(scene, {"sound": [(5, 0.0), (6, 1.0)]})
    assert volume.points(scene, "sound") == ((5.0, 0.0), (6.0, 2.0))
    with pytest.raises(KeyError):
        volume.points(scene, "nobody")
