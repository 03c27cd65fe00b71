"""Beats in Blender: found in real sound, marked, cuts moved to them, strips cut to them; plans that wait in files."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.errors import LOCKED, STALE, EditorError
from assistant_editor.ml.facts import Beat, Beats, BeatsOptions, Span
from assistant_editor.operators import beat_desk, beat_options
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import beat_cut, beat_grid, compat
from assistant_editor.timeline.beat_snap import Roll
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.tags import tag_of
from assistant_editor.timeline.write_rolls import roll

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.music_maker import save, steady

SECONDS = 12
RATE = 25


def known(tempo: int = 120, sure: float = 0.9, start: Fraction = Fraction(1, 4)) -> Beats:
    """Beats from a quarter of a second on; bars of four from the second beat on."""
    step = Fraction(60, tempo)
    count = int((SECONDS - start) / step)
    beats = tuple(Beat(start + step * n, n % 4 == 1, 0.9 if n > count // 2 else 0.2) for n in range(count))
    return Beats(Span(Fraction(0), Fraction(SECONDS)), Fraction(0), "librosa", float(tempo), beats, sure, (), 4, 0.7)


def frame_of(seconds: Fraction) -> int:
    return 1 + int(seconds * RATE + Fraction(1, 2))


BEATS = [frame_of(beat.seconds) for beat in known().beats]
BARS = sum(beat.downbeat for beat in known().beats)


class Bench:
    """`music` on channel 5 from frame 1 on, whose beats are stored, and colour strips above it; no worker to ask for more."""

    def __init__(self, room: CuttingRoom, folder: Path) -> None:
        self.room, self.cache = room, folder / "cache"
        self.path = folder / "music.wav"
        save(steady(120.0, seconds=SECONDS).samples, self.path)
        self.store(known())
        stage.add_sound(room.scene, self.path, 1, 5, "music")
        room.select()

    def store(self, facts: Beats, options: BeatsOptions = BeatsOptions()) -> None:  # noqa: B008  frozen
        Cache(self.cache).store("beats", fingerprint(str(self.path)), options, facts, whole=True)

    def lay(self, name: str, start: int, end: int, channel: int = 1) -> Any:
        return stage.add_effect(self.room.scene, "COLOR", name, channel, start, end)

    def film(self, path: Path, name: str, channel: int, start: int, first: int, last: int, connected: bool = True) -> None:
        """The frames `first` to `last` of a film with its sound, `connected` as a user adds them, standing from `start` on."""
        if connected:
            made = stage.add_by_operator(self.room.scene, path, start - first, channel)
        else:
            movie = stage.add_movie(self.room.scene, path, start - first, channel, name)
            made = [movie, stage.add_sound(self.room.scene, path, start - first, channel + 1, "")]
        for strip, called in zip(made, (name, f"{name} sound"), strict=True):
            strip.name = called
            compat.set_left(strip, start)
            compat.set_right(strip, start + last - first)

    def markers(self) -> list[tuple[int, str]]:
        return sorted((marker.frame, marker.name) for marker in self.room.scene.timeline_markers)

    def extent(self, name: str) -> tuple[int, int]:
        return stage.extent(self.room.strips[name])


@pytest.fixture
def bench(room: CuttingRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    made = Bench(room, tmp_path)
    bpy.ops.ed.undo_push(message="laid out")
    return made


def refused(operator: str, **options: Any) -> str:
    with pytest.raises(RuntimeError):
        getattr(bpy.ops.assistant_editor, operator)("EXEC_DEFAULT", True, **options)
    assert desk.error is not None
    return str(desk.error)


def test_real_music_is_heard_and_marked(room: CuttingRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    music = steady(118.0, seconds=15)
    save(music.samples, tmp_path / "song.wav")
    stage.add_sound(room.scene, tmp_path / "song.wav", 11, 2, "song")
    outcome = room.run("find_beats")
    real = [11 + seconds * RATE for seconds, _place in music.beats]
    frames = sorted(marker.frame for marker in room.scene.timeline_markers)
    assert outcome.counts["added"] == {"beat": len(frames)} and len(frames) >= len(real) - 1
    assert sum(min(abs(frame - at) for frame in frames) <= 1 for at in real) >= len(real) - 1
    (heard,) = beat_desk.shown.music
    assert heard.strip == "song" and heard.tempo == pytest.approx(118, rel=0.01) and heard.meter == 4 and heard.confidence > 0.8


def test_markers_merge_with_what_the_editor_did(bench: Bench) -> None:
    bench.room.run("find_beats")
    assert [frame for frame, _name in bench.markers()] == BEATS
    assert bench.markers()[1][1] == "Bar 1" and bench.markers()[0][1] == "0.4"
    tag = tag_of(bench.room.scene.timeline_markers[1])
    assert tag is not None and tag.kind == "beat" and "120 beats a minute" in tag.reason
    before = bench.room.dump()
    outcome = bench.room.run("find_beats")
    assert not bench.room.changed_since(before) and not any(outcome.counts[what] for what in ("added", "updated", "removed"))
    marks = bench.room.scene.timeline_markers
    marks.remove(marks[2])
    marks[5].frame += 2
    moved = marks[5].frame
    bench.room.run("find_beats")
    frames = [frame for frame, _name in bench.markers()]
    assert BEATS[2] not in frames and moved in frames and len(frames) == len(BEATS) - 1
    bench.room.run("find_beats", beat_at="downbeats")
    assert len([name for _frame, name in bench.markers() if name.startswith("Bar")]) == BARS
    bench.room.run("find_beats", beat_markers=False)
    assert [frame for frame, _name in bench.markers()] == [moved], "what the editor moved is his"
    bpy.ops.ed.undo()
    assert len(bench.markers()) > 1, "one step"


def test_speech_is_left_alone_and_told(bench: Bench) -> None:
    bench.store(known(sure=0.1))
    outcome = bench.room.run("find_beats")
    assert not bench.markers() and "no regular beat" in outcome.notices[0]
    assert bench.room.run("find_beats", beat_least=0.0).counts["added"]["beat"] == len(BEATS)


def test_cuts_go_to_the_nearest_beat(bench: Bench) -> None:
    cuts = [BEATS[3] + 4, BEATS[8] - 3, BEATS[13], BEATS[15] + 6]
    edges = [1, *cuts, 290]
    for number, (start, end) in enumerate(pairwise(edges)):
        bench.lay(f"c{number}", start, end)
    bench.room.select()
    bpy.ops.ed.undo_push(message="laid out")
    outcome = bench.room.run("snap_to_beats", beat_reach=5)
    assert [bench.extent(f"c{number}")[0] for number in range(5)] == [1, BEATS[3], BEATS[8], BEATS[13], cuts[3]]
    assert [bench.extent(f"c{number}")[1] for number in range(5)] == [BEATS[3], BEATS[8], BEATS[13], cuts[3], 290]
    assert outcome.line == "2 cuts moved to a beat, 1 on one already, 1 too far from one."
    assert bench.extent("music") == (1, 1 + SECONDS * RATE)
    bpy.ops.ed.undo()
    assert bench.extent("c1")[0] == cuts[0], "one step"


def test_films_are_rolled_with_their_sound_and_show_what_they_showed(bench: Bench, films: Path) -> None:
    film = films / "25_25.mp4" if (films / "25_25.mp4").exists() else sorted(films.glob("*.mp4"))[0]
    cut = BEATS[4] + 3
    bench.film(film, "a", 1, cut - 40, 10, 50, connected=False)
    bench.film(film, "b", 1, cut, 70, 110, connected=False)
    bench.room.select()
    starts = {name: compat.content_start(bench.room.strips[name]) for name in ("a", "b", "a sound", "b sound")}
    bench.room.run("snap_to_beats")
    for name in ("a", "a sound"):
        assert bench.extent(name) == (cut - 40, BEATS[4])
    for name in ("b", "b sound"):
        assert bench.extent(name) == (BEATS[4], cut + 40)
    assert {name: compat.content_start(bench.room.strips[name]) for name in starts} == starts, "nothing moves but the cut"


def test_a_locked_strip_stays_and_the_others_follow(bench: Bench) -> None:
    for number, (start, end) in enumerate(((1, BEATS[2] + 3), (BEATS[2] + 3, BEATS[5] + 3), (BEATS[5] + 3, BEATS[9]))):
        bench.lay(f"c{number}", start, end)
    bench.room.strips["c0"].lock = True
    bench.room.select()
    before = bench.extent("c0")
    outcome = bench.room.run("snap_to_beats")
    assert bench.extent("c0") == before and bench.extent("c2")[0] == BEATS[5]
    assert any("c0" in told and "locked" in told for told in outcome.notices)


def test_what_has_changed_meanwhile_is_refused_before_anything_moves(bench: Bench) -> None:
    bench.lay("a", 1, 60)
    bench.lay("b", 60, 120)
    layout = read_layout(bench.room.scene)
    wanted = [Roll(60, 50, ("a",), ("b",))]
    compat.set_right(bench.room.strips["b"], 110)
    before = bench.room.dump()
    with pytest.raises(EditorError) as told:
        roll(bench.room.scene, layout, wanted)
    assert told.value.code == STALE and "'b'" in told.value.message
    layout = read_layout(bench.room.scene)
    bench.room.strips["a"].lock = True
    with pytest.raises(EditorError) as told:
        roll(bench.room.scene, layout, wanted)
    assert told.value.code == LOCKED
    bench.room.strips["a"].lock = False
    assert not bench.room.changed_since(before)
    assert roll(bench.room.scene, layout, wanted) == ("a", "b")
    assert bench.extent("a") == (1, 50) and bench.extent("b") == (50, 110)


def test_only_selected_strips_are_meant(bench: Bench) -> None:
    for number, (start, end) in enumerate(pairwise((1, BEATS[2] + 3, BEATS[5] + 3, BEATS[9] + 3, 280))):
        bench.lay(f"c{number}", start, end)
    bench.room.select("c3")
    bench.room.run("snap_to_beats")
    assert bench.extent("c1")[0] == BEATS[2] + 3 and bench.extent("c3")[0] == BEATS[9]


def test_strips_are_cut_to_the_music(bench: Bench, films: Path) -> None:
    film = sorted(films.glob("*.mp4"))[0]
    bench.film(film, "a", 1, 10, 0, 80)
    bench.film(film, "b", 7, 100, 20, 90)
    bench.lay("c", 200, 260, channel=3)
    bench.room.select("a", "b", "c")
    bpy.ops.ed.undo_push(message="laid out")
    shows = {name: compat.content_start(bench.room.strips[name]) - bench.extent(name)[0] for name in ("a", "b")}
    outcome = bench.room.run("cut_to_beats", cut_every=4, cut_part="start")
    first = min(BEATS, key=lambda frame: (abs(frame - 10), frame))
    place = BEATS.index(first)
    assert place == 0, "the beat before the first bar"
    edges = [BEATS[number] for number in (0, 5, 9, 13)]
    assert [bench.extent(name) for name in ("a", "b", "c")] == list(pairwise(edges))
    for name in ("a", "b"):
        assert bench.extent(f"{name} sound") == bench.extent(name)
        assert compat.content_start(bench.room.strips[name]) - bench.extent(name)[0] == shows[name], "its beginning is shown"
    assert outcome.line == "3 strips follow each other on beats."
    bpy.ops.ed.undo()
    assert bench.extent("a") == (10, 90)


def test_their_own_sound_can_go(bench: Bench, films: Path) -> None:
    film = sorted(films.glob("*.mp4"))[0]
    bench.film(film, "a", 1, 10, 0, 80)
    bench.film(film, "b", 7, 100, 20, 90)
    bench.room.select("a", "b")
    bench.room.run("cut_to_beats", cut_sound="drop")
    assert sorted(strip.name for strip in bench.room.strips) == ["a", "b", "music"]


def test_refusals_are_sentences_and_change_nothing(bench: Bench) -> None:
    bench.lay("a", 1, 60)
    bench.lay("b", 60, 120).lock = True
    bench.lay("s", 120, 123)
    bench.room.select()
    before = bench.room.dump()
    assert "No strip is selected" in refused("cut_to_beats")
    bench.room.select("a", "b")
    before = bench.room.dump()
    assert "locked" in refused("cut_to_beats")
    bench.room.strips["b"].lock = False
    bench.room.select("a", "s")
    before = bench.room.dump()
    assert "'s' is shorter than a beat" in refused("cut_to_beats")
    assert "named 'nobody'" in refused("snap_to_beats", beat_music="nobody")
    assert "named 'nobody'" in refused("snap_to_beats", names="nobody")
    bench.store(known(sure=0.0))
    assert "no regular beat" in refused("snap_to_beats")
    assert not bench.room.changed_since(before)


def test_plans_wait_in_files(bench: Bench, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bench.lay("a", 1, BEATS[3] + 4)
    bench.lay("b", BEATS[3] + 4, BEATS[9])
    bench.room.select()
    plans = {what: tmp_path / f"{what}.json" for what in ("mark", "snap", "cut")}
    before = bench.room.dump()
    for what, file in plans.items():
        more = ["--strip", "a", "--strip", "b"] if what == "cut" else []
        assert cli.main(["beats", what, "--dry-run", "--json", str(file), *more]) == 0
    assert not bench.room.changed_since(before)
    told = {what: json.loads(file.read_text(encoding="utf-8")) for what, file in plans.items()}
    assert {one["schema"] for one in told.values()} == {"assistant_editor.beats/1"}
    assert [marker["frame"] for marker in told["mark"]["markers"]] == BEATS
    assert told["snap"]["rolls"] == [{"frame": BEATS[3] + 4, "to": BEATS[3], "before": ["a"], "after": ["b"]}]
    assert [piece["item"] for piece in told["cut"]["pieces"]] == ["a", "b"]
    assert told["mark"]["music"][0]["tempo"] == 120.0 and told["mark"]["music"][0]["meter"] == 4
    assert "music: 120 beats a minute" in capfd.readouterr().err
    assert cli.main(["beats", "--apply", str(plans["mark"])]) == 0
    assert [frame for frame, _name in bench.markers()] == BEATS
    assert cli.main(["beats", "--apply", str(plans["snap"])]) == 0
    assert bench.extent("b")[0] == BEATS[3]
    assert cli.main(["beats", "--apply", str(plans["cut"])]) == 7, "the timeline is another now"
    assert cli.main(["beats", "--apply", str(tmp_path / "nothing.json")]) == 3
    broken = {**told["mark"], "what": "dance"}
    (tmp_path / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
    assert cli.main(["beats", "--apply", str(tmp_path / "broken.json")]) in (3, 7)


def test_the_verb_does_and_says_it(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    assert cli.main(["beats", "--json", str(file), "--options", "beat_at=downbeats"]) == 0
    done = json.loads(file.read_text(encoding="utf-8"))
    assert done["counts"]["added"] == {"beat": BARS} and done["music"][0]["strip"] == "music"
    assert cli.main(["beats", "mark", "--music", "music"]) == 2
    assert cli.main(["beats", "--apply", "x", "--dry-run"]) == 2
    assert cli.main(["beats", "--options", "beat_at=never"]) == 2


def test_options_are_the_planners_own() -> None:
    from assistant_editor.ml.facts import Tracker

    settings = bpy.data.scenes[0].assistant_editor
    room = CuttingRoom()
    settings = room.scene.assistant_editor
    assert beat_options.grid(settings) == beat_grid.GridOptions()
    assert beat_options.cutting(settings) == beat_cut.CutOptions()
    assert beat_options.task(settings) == BeatsOptions()
    for items, kind in (
        (beat_options.AT, beat_grid.At), (beat_options.PULSES, beat_grid.Pulse), (beat_options.BY, beat_cut.By),
        (beat_options.PARTS, beat_cut.Part), (beat_options.SOUNDS, beat_cut.Sound), (beat_options.TRACKERS, Tracker),
    ):  # fmt: skip
        assert tuple(name for name, *_words in items) == kind.__args__


def test_another_tempo_asks_the_worker(bench: Bench) -> None:
    bench.store(replace(known(60), tempo=60.0), BeatsOptions(tempo=60.0))
    bench.room.run("find_beats", beat_tempo=60.0)
    assert len(bench.markers()) == len(known(60).beats)
    assert refused("find_beats", beat_tempo=61.0), "nothing is stored of it, and there is no worker"


def test_the_picture_of_beats() -> None:
    drawn = beat_desk.pixels(known().beats).reshape(beat_desk.SIDE, beat_desk.SIDE, 4)
    assert np.allclose(drawn[0, 0], beat_desk.BEAT) and np.allclose(drawn[0, beat_desk.SIDE // beat_desk.SHOWN], beat_desk.DOWN)
    assert not drawn[-1].any(), "no beat is as strong as all that"
