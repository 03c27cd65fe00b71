"""Numbered films on the timeline, cut by the writer where the timebase says, rendered, and read back: is the cut on the frame?"""

from __future__ import annotations

import itertools
import wave
from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor.timeline import compat
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.make_coded import FRAMES, name_of, variable_times

RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"))
NUMBERS = (1, 2, 3, 7, 16, 47, 48, 100, 401, 777, 1001, 1150)
"""Pictures to cut before: early and late, on and off the grids the rates share."""


def cut_before(scene, movie, numbers, times=None, rate=None, name=None):
    """Cuts the strip before these pictures; returns what is shown around each cut, {picture: (before, at)}."""
    timeline = stage.reading(scene)
    ref = timeline.strip(name or movie.name)
    assert ref.source is not None, ref.unmapped
    wanted = {}
    for number in numbers:
        seconds = times[number] if times else number / rate
        frame = ref.source.first_frame(seconds)
        if ref.frames.start < frame < ref.frames.end:
            wanted[number] = frame
    assert wanted
    apply(scene, timeline, stage.changes(*stage.cuts(timeline, ref.name, sorted(set(wanted.values())))))
    starts = {stage.extent(strip)[0] for strip in scene.sequence_editor.strips if strip.type == "MOVIE"}
    assert starts >= set(wanted.values())
    found = {}
    for number, frame in wanted.items():
        pictures = stage.shown(scene, frame - 1, frame)
        found[number] = (pictures[frame - 1], pictures[frame])
    return found


def exact(found):
    """Every cut: the last picture before it comes earlier in the film than the picture asked for, and the first is not earlier."""
    return {number: (before, at) for number, (before, at) in found.items() if not before < number <= at}


@pytest.mark.parametrize("scene_rate", RATES, ids=float)
@pytest.mark.parametrize("rate", RATES, ids=float)
def test_matched(films, rate, scene_rate):
    scene = stage.new_scene(scene_rate)
    movie = stage.add_by_operator(scene, films / name_of(rate), frame=11)[0]
    found = cut_before(scene, movie, NUMBERS, rate=rate)
    if scene_rate >= rate:
        assert {number: at for number, (_before, at) in found.items()} == {number: number for number in found}
    assert not exact(found)
    ends = lambda kind: sorted(stage.extent(s) for s in scene.sequence_editor.strips if s.type == kind)  # noqa: E731
    assert ends("MOVIE") == ends("SOUND")


@pytest.mark.parametrize(("rate", "scene_rate"), list(itertools.product(RATES, RATES[:6:2])), ids=str)
def test_unmatched(films, rate, scene_rate):
    scene = stage.new_scene(scene_rate)
    movie = stage.add_movie(scene, films / name_of(rate), frame=101)
    numbers = [n for n in NUMBERS if n < 1100]
    assert not stage.reading(scene).strip(movie.name).note
    assert cut_before(scene, movie, numbers, rate=rate) == {number: (number - 1, number) for number in numbers}


@pytest.mark.parametrize("matched", [True, False])
def test_a_rate_that_blender_hides_is_exact_to_one_frame_and_says_so(films, matched):
    scene, rate = stage.new_scene(Fraction(24)), Fraction(24000, 1001)
    path = films / "short.mp4"
    movie = stage.add_by_operator(scene, path)[0] if matched else stage.add_movie(scene, path)
    assert "exact to one frame" in stage.reading(scene).strip(movie.name).note
    found = cut_before(scene, movie, [1, 100, 200, 250, 290], rate=rate)
    assert all(abs(at - number) <= 1 and abs(number - 1 - before) <= 1 for number, (before, at) in found.items())


@pytest.mark.parametrize("matched", [True, False])
@pytest.mark.parametrize("method", ["SOFT", "HARD"])
@pytest.mark.parametrize(("rate", "scene_rate"), [("30", "24"), ("24000/1001", "30"), ("50", "25"), ("25", "24000/1001")])
def test_trimmed_split_and_moved(films, rate, scene_rate, method, matched):
    rate, scene_rate = Fraction(rate), Fraction(scene_rate)
    scene = stage.new_scene(scene_rate)
    path = films / name_of(rate)
    movie = stage.add_by_operator(scene, path)[0] if matched else stage.add_movie(scene, path)
    compat.set_left(movie, 38)
    compat.set_right(movie, 700)
    right = movie.split(frame=200, split_method=method)
    compat.set_content_start(right, int(compat.content_start(right)) + 333)
    compat.set_left(right, stage.extent(right)[0] + 7)
    if matched and method == "HARD":
        right = right.split(frame=stage.extent(right)[0] + 50, split_method="HARD")
    for strip in (movie, right):
        ref = stage.reading(scene).strip(strip.name)
        visible = [n for n in range(FRAMES) if ref.frames.start < ref.source.first_frame(n / rate) < ref.frames.end]
        assert len(visible) > 50
        found = cut_before(scene, strip, visible[:4] + visible[20:-4:97] + visible[-4:], rate=rate)
        assert not exact(found)


@pytest.mark.parametrize("matched", [True, False])
@pytest.mark.parametrize("scene_rate", ["24", "25", "30000/1001", "60"])
def test_variable_frame_rate(films, scene_rate, matched):
    scene = stage.new_scene(Fraction(scene_rate))
    path = films / "variable.mp4"
    movie = stage.add_by_operator(scene, path)[0] if matched else stage.add_movie(scene, path)
    found = cut_before(scene, movie, [1, 2, 3, 5, 50, 51, 52, 53, 54, 200, 280], times=variable_times())
    assert not exact(found)


@pytest.mark.parametrize("matched", [True, False])
@pytest.mark.parametrize("name", ["delayed-sound.mp4", "delayed-picture.mp4", "matroska.mkv"])
def test_streams_that_start_late_and_rounded_times(films, name, matched):
    scene = stage.new_scene(Fraction(25))
    movie = stage.add_by_operator(scene, films / name)[0] if matched else stage.add_movie(scene, films / name)
    rate = Fraction(30000, 1001) if name.endswith("mkv") else Fraction(24)
    rounded = {n: Fraction(round(n / rate * 1000), 1000) if name.endswith("mkv") else n / rate for n in range(240)}
    found = cut_before(scene, movie, [1, 2, 3, 4, 77, 100, 101, 102, 199], times=rounded)
    assert not exact(found)


def heard(scene, tmp_path):
    """The seconds at which the scene's mixed sound becomes loud, counted from its first frame."""
    path = tmp_path / "mix.wav"
    with stage.sequencer(scene):
        bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="S16")
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, file.getnchannels())[:, 0]
        loud = np.flatnonzero(np.abs(data.astype(int)) > 3000)
        return [loud[i] / file.getframerate() for i in range(len(loud)) if i == 0 or loud[i] - loud[i - 1] > 2000]


@pytest.mark.parametrize("added", ["operator", "data", "hard", "soft", "offset"])
def test_sound_is_heard_where_the_map_says(films, tmp_path, added):
    scene = stage.new_scene(Fraction(24))
    path = films / "tones.mov"
    sound = stage.add_by_operator(scene, path, frame=5)[1] if added == "operator" else stage.add_sound(scene, path, frame=5)
    if added in ("hard", "soft"):
        sound = sound.split(frame=36, split_method=added.upper())
        compat.set_content_start(sound, int(compat.content_start(sound)) + 60)
    if added == "offset":
        sound.sound_offset = 0.25
    scene.frame_start, scene.frame_end = 1, 400
    ref = stage.reading(scene).strip(sound.name)
    tones = [seconds for seconds in (Fraction(1), Fraction(3), Fraction(5)) if ref.visible.holds(seconds)]
    places = [float((ref.source.frame(seconds) - 1) / 24) for seconds in tones]
    for other in scene.sequence_editor.strips:
        other.mute = other.type == "SOUND" and other.name != sound.name
    assert len(tones) >= 2
    assert heard(scene, tmp_path) == pytest.approx(places, abs=0.005)
