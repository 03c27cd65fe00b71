"""Scenes, end to end: real shots of a film whose scenes are known, and everything that is written of them."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, USAGE, EditorError
from assistant_editor.operators import options, scenes, work
from assistant_editor.operators.desk import desk
from assistant_editor.panels import scenes as panel
from assistant_editor.timeline import compat, metas, requests
from assistant_editor.timeline.changes import Add
from assistant_editor.timeline.plan import Gather
from assistant_editor.timeline.planners import scenes as scenes_planner
from assistant_editor.timeline.planners.scenes import COLORS, ScenesPlanOptions
from assistant_editor.timeline.tags import tag_of
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom

SEED = 2
FINDING = {"detector": "adaptive"}
"""The shots are not what is tested here; this detector needs no weights."""


@pytest.fixture(scope="session")
def scened(worker_python: str, media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A film of five scenes with sound, and its labels."""
    film = tmp_path_factory.mktemp("scened") / "scened.mp4"
    script = Path(__file__).parents[1] / "scene_maker.py"
    command = [worker_python, str(script), str(media_folder / "bikes.mp4"), str(film), str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film, json.loads(Path(f"{film}.json").read_text(encoding="utf-8"))


@pytest.fixture
def laid(room: CuttingRoom, scened: tuple[Path, dict[str, Any]]) -> CuttingRoom:
    """The film and its sound from frame 1 on, and a marker of the editor's own."""
    room.lay(scened[0])
    room.scene.frame_end = scened[1]["frames"]
    room.scene.timeline_markers.new("mine", frame=7)
    return room


@pytest.fixture
def cut(laid: CuttingRoom) -> CuttingRoom:
    laid.run("detect_shots", names="film", write_as="cuts", **FINDING)
    return laid


def starts(scened: tuple[Path, dict[str, Any]]) -> list[int]:
    return [frame + 1 for frame in scened[1]["scenes"]]


def marks(room: CuttingRoom) -> dict[str, int]:
    return {marker.name: marker.frame for marker in room.scene.timeline_markers if marker.name != "mine"}


def test_a_marker_stands_where_each_scene_begins(laid: CuttingRoom, scened: tuple[Path, dict[str, Any]]) -> None:
    before = stage.reading(laid.scene).strips
    outcome = laid.run("detect_scenes", names="film", **FINDING)
    assert list(marks(laid)) == [f"Scene {number:02}" for number in range(1, 6)]
    assert all(abs(found - true) <= 2 for found, true in zip(marks(laid).values(), starts(scened), strict=True))
    assert outcome.counts["added"] == {"scene": 5}
    assert stage.reading(laid.scene).strips == before
    tags = [tag_of(marker) for marker in laid.scene.timeline_markers if marker.name != "mine"]
    assert all(tag is not None and tag.kind == "scene" and 0.5 <= tag.confidence <= 1 and tag.reason for tag in tags)


def test_all_that_is_needed_is_asked_at_once(laid: CuttingRoom) -> None:
    """One request a medium, so that the pictures are decoded once for shots and looks."""
    asked = []
    for sound in (True, False):
        laid.run("detect_scenes", names="film", use_sound=sound, **FINDING)
        timeline = stage.reading(laid.scene)
        operator = SimpleNamespace(names="film", strips="AUTO", detector="adaptive", use_sound=sound, write_scenes="markers")
        wanted = work.ask((scenes.FEATURE,), timeline, operator)
        (request,) = requests.requests(timeline, wanted)
        asked.append([task.engine for task in request.tasks])
    assert asked == [["shots", "looks", "ambience"], ["shots", "looks"]]


def test_what_was_said_is_used_where_it_is_known(laid: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transcript that was made before counts, and nobody makes one for this."""
    told = []
    monkeypatch.setattr(scenes_planner, "plan", lambda evidence, *rest: told.append(evidence) or real(evidence, *rest))
    laid.run("detect_scenes", names="film", **FINDING)
    laid.run("auto_captions", names="sound")
    laid.run("detect_scenes", names="film", **FINDING)
    assert [len(evidence.transcripts) for evidence in told] == [0, 1]


real = scenes_planner.plan


def test_the_name_is_the_editors(laid: CuttingRoom) -> None:
    laid.run("detect_scenes", names="film", scene_name="{number}: {shots} shots, {length}", **FINDING)
    assert all(re.fullmatch(rf"{number}: \d+ shots, 0:0\d", name) for number, name in enumerate(marks(laid), 1))
    with pytest.raises(RuntimeError, match=r"It may hold \{length\}, \{number\}, \{percent\}, \{shots\}"):
        laid.run("detect_scenes", names="film", scene_name="{place}", **FINDING)


def test_a_second_run_changes_nothing_and_keeps_what_the_editor_did(laid: CuttingRoom) -> None:
    laid.run("detect_scenes", names="film", **FINDING)
    before = laid.dump()
    assert laid.run("detect_scenes", names="film", **FINDING).line.startswith("Nothing to change")
    assert not laid.changed_since(before)
    marker = {marker.name: marker for marker in laid.scene.timeline_markers}
    marker["Scene 02"].name = "The harbour"
    marker["Scene 03"].frame += 9
    laid.scene.timeline_markers.remove(marker["Scene 04"])
    moved = marks(laid)
    outcome = laid.run("detect_scenes", names="film", **FINDING)
    assert marks(laid) == moved
    assert outcome.kept == 2


def test_shots_markers_and_scenes_markers_never_mix(laid: CuttingRoom) -> None:
    laid.run("detect_shots", names="film", write_as="markers", **FINDING)
    shots = marks(laid)
    laid.run("detect_scenes", names="film", **FINDING)
    both = marks(laid)
    assert shots.items() <= both.items()
    laid.run("detect_shots", names="film", write_as="markers", sensitivity=0.0, **FINDING)
    assert not [name for name in marks(laid) if name.startswith("Shot")]
    assert {name: frame for name, frame in both.items() if name.startswith("Scene")} == marks(laid)


def test_granularity_is_live_and_only_adds(laid: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    laid.run("detect_scenes", names="film", **FINDING)
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    found = []
    for granularity in (0.0, 0.25, 0.5, 0.75, 1.0):
        laid.run("detect_scenes", names="film", granularity=granularity, **FINDING)
        found.append(set(marks(laid).values()))
    assert all(fewer <= more for fewer, more in itertools.pairwise(found))
    assert len(found[0]) == 1 and len(found[2]) == 5 and len(found[-1]) > 20


def test_a_film_without_sound_has_scenes_too(room: CuttingRoom, media_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.lay(media_folder / "bikes.mp4", sound=False)
    outcome = room.run("detect_scenes", names="film", **FINDING)
    assert not outcome.partial
    assert marks(room)["Scene 01"] == 1
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    room.run("detect_scenes", names="film", granularity=1.0, **FINDING)
    assert len(marks(room)) == 5


def test_pieces_of_a_scene_get_one_colour_and_neighbours_differ(cut: CuttingRoom, scened: tuple[Path, dict[str, Any]]) -> None:
    names = [strip.name for strip in cut.strips]
    cut.run("detect_scenes", write_scenes="tags", **FINDING)
    assert sorted(strip.name for strip in cut.strips) == sorted(names)
    bounds = starts(scened)
    for strip in cut.strips:
        if strip.type == "MOVIE":
            scene = sum(stage.extent(strip)[0] >= start - 2 for start in bounds) - 1
            assert strip.color_tag == COLORS[scene]
    cut.strips["film"].color_tag = "COLOR_09"
    cut.run("detect_scenes", write_scenes="tags", granularity=0.0, **FINDING)
    colors = {strip.color_tag for strip in cut.strips if strip.type == "MOVIE" and strip.name != "film"}
    assert colors == {"COLOR_01"} and cut.strips["film"].color_tag == "COLOR_09"


def test_a_strip_that_holds_several_scenes_is_told(laid: CuttingRoom) -> None:
    outcome = laid.run("detect_scenes", names="film", write_scenes="tags", **FINDING)
    assert any("more than one scene" in notice for notice in outcome.notices)


def seats(room: CuttingRoom) -> list[tuple[str, int, int, int]]:
    """Every strip wherever it lies, by name."""
    return sorted((s.name, s.channel, *stage.extent(s)) for s in room.scene.sequence_editor.strips_all if s.type != "META")


def groups(room: CuttingRoom) -> list[Any]:
    return sorted((strip for strip in room.strips if strip.type == "META"), key=compat.left)


def test_the_strips_of_a_scene_and_their_sound_go_into_one_meta_strip(cut: CuttingRoom, scened: tuple[Path, dict[str, Any]]) -> None:
    stage.add_effect(cut.scene, "COLOR", "title", 5, 1, 400)
    before, chosen = seats(cut), {strip.name for strip in cut.strips if strip.select}
    bpy.ops.ed.undo_push(message="cut")
    whole = cut.dump()
    outcome = cut.run("detect_scenes", names="\n".join(s.name for s in cut.strips if s.type == "MOVIE"), write_scenes="metas", **FINDING)
    found = groups(cut)
    assert [meta.name for meta in found] == [f"Scene {number:02}" for number in range(1, 6)]
    assert outcome.counts["added"] == {"meta": 5}
    assert all(abs(stage.extent(meta)[0] - start) <= 2 for meta, start in zip(found, starts(scened), strict=True))
    assert all(stage.extent(one)[1] == stage.extent(other)[0] for one, other in itertools.pairwise(found))
    assert all({strip.type for strip in meta.strips} == {"MOVIE", "SOUND"} for meta in found)
    assert [strip.name for strip in cut.strips if strip.type != "META"] == ["title"]
    assert seats(cut) == before
    assert chosen == {strip.name for strip in cut.strips if strip.select}
    assert all(tag_of(meta).kind == "meta" for meta in found)
    bpy.ops.ed.undo()
    assert not cut.changed_since(whole)


def coded(room: CuttingRoom, films: Path) -> Any:
    """A film whose pictures carry their number, on channel 2, in four pieces of ten frames."""
    film = next(path for path in sorted(films.glob("*.mp4")) if "25" in path.name)
    strip = stage.add_movie(room.scene, film, 1, 2, "film")
    compat.set_right(strip, 41)
    for frame in (11, 21, 31):
        strip = strip.split(frame=frame, split_method="SOFT")
    return room.scene


def gather(scene: Any, start: int, end: int, name: str = "Scene") -> Any:
    timeline = stage.reading(scene)
    names = tuple(ref.name for ref in timeline.strips if start <= ref.frames.start < end)
    group = Gather(stage.moment("meta", 1), stage.WHY, names, FrameRange(start, end), name)
    return apply(scene, timeline, stage.changes(Add("1", group)))


def test_what_is_rendered_stays_the_same(room: CuttingRoom, films: Path) -> None:
    scene = coded(room, films)
    wanted = stage.shown(scene, 1, 40)
    assert len(set(wanted.values())) == 40
    assert gather(scene, 11, 31).metas == 1
    assert [stage.extent(meta) for meta in groups(room)] == [(11, 31)]
    assert stage.shown(scene, 1, 40) == wanted


def test_a_scene_inside_an_open_meta_strip_is_gathered_there(room: CuttingRoom, films: Path) -> None:
    scene = coded(room, films)
    wanted = stage.shown(scene, 1, 40)
    gather(scene, 1, 41, "Reel")
    (reel,) = groups(room)
    scene.sequence_editor.display_stack(reel)
    gather(scene, 11, 31)
    scene.sequence_editor.display_stack(None)
    (reel,) = groups(room)
    inner = [strip for strip in reel.strips if strip.type == "META"]
    assert [(meta.name, stage.extent(meta)) for meta in inner] == [("Scene", (11, 31))]
    assert stage.shown(scene, 1, 40) == wanted


def test_no_room_for_a_meta_strip_is_said_before_anything_is_changed(room: CuttingRoom, films: Path) -> None:
    scene = coded(room, films)
    scene.sequence_editor.strips["film.002"].channel = 3
    stage.add_effect(scene, "COLOR", "under", 2, 21, 31)
    stage.add_effect(scene, "COLOR", "over", 3, 11, 21)
    before = room.dump()
    with pytest.raises(EditorError, match="no room") as caught:
        gather(scene, 11, 31)
    assert caught.value.code == LOCKED and not room.changed_since(before)


def test_uncut_strips_are_not_gathered(laid: CuttingRoom) -> None:
    before = laid.dump()
    with pytest.raises(RuntimeError, match="Run Detect Shots with Write: Cuts first"):
        laid.run("detect_scenes", names="film", write_scenes="metas", **FINDING)
    assert desk.error.code == USAGE and not laid.changed_since(before)


def test_a_locked_strip_forbids_gathering(cut: CuttingRoom) -> None:
    cut.strips["film.004"].lock = True
    before = cut.dump()
    with pytest.raises(RuntimeError, match=r"film\.004"):
        cut.run("detect_scenes", strips="ALL", write_scenes="metas", **FINDING)
    assert desk.error.code == LOCKED and not cut.changed_since(before)


def test_a_failure_half_way_is_taken_back(cut: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    way = "_by_data" if metas._BY_DATA else "_by_operator"
    real, done = getattr(metas, way), []

    def failing(*arguments: Any) -> Any:
        meta = real(*arguments)
        done.append(meta)
        if len(done) == 3:
            raise RuntimeError("Blender refused")
        return meta

    monkeypatch.setattr(metas, way, failing)
    before, names = seats(cut), sorted(strip.name for strip in cut.strips)
    with pytest.raises(RuntimeError, match="Nothing was changed"):
        cut.run("detect_scenes", strips="ALL", write_scenes="metas", **FINDING)
    assert len(done) == 3
    assert seats(cut) == before and sorted(strip.name for strip in cut.strips) == names


def test_what_the_editor_took_apart_stays_apart(cut: CuttingRoom) -> None:
    cut.run("detect_scenes", strips="ALL", write_scenes="metas", **FINDING)
    groups(cut)[1].separate()
    outcome = cut.run("detect_scenes", strips="ALL", write_scenes="metas", **FINDING)
    assert len(groups(cut)) == 4 and outcome.kept == 1


def test_chapters_are_the_scenes_as_they_stand(laid: CuttingRoom, tmp_path: Path) -> None:
    laid.run("detect_scenes", names="film", **FINDING)
    marker = {marker.name: marker for marker in laid.scene.timeline_markers}
    marker["Scene 01"].name = "Street = start; #1"
    target = tmp_path / "chapters.txt"
    assert bpy.ops.assistant_editor.export_chapters(filepath=str(target), format="ffmetadata", short=True) == {"FINISHED"}
    text = target.read_text(encoding="utf-8")
    assert text.startswith(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/25\nSTART=0\n")
    assert "title=Street \\= start\\; \\#1\n" in text and text.count("[CHAPTER]") == 5
    with pytest.raises(RuntimeError, match="5 scenes in 30 seconds make fewer"):
        bpy.ops.assistant_editor.export_chapters(filepath=str(target))
    assert target.read_text(encoding="utf-8") == text
    laid.scene.frame_end = 45 * 25
    assert bpy.ops.assistant_editor.export_chapters(filepath=str(target)) == {"FINISHED"}
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("0:00 ") and len(lines) == 3


def test_chapters_need_scenes(laid: CuttingRoom, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Run Detect Scenes"):
        bpy.ops.assistant_editor.export_chapters(filepath=str(tmp_path / "none.txt"))
    assert desk.error.code == BAD_INPUT and not (tmp_path / "none.txt").exists()


def test_the_command_line_finds_scenes_and_writes_chapters(laid: CuttingRoom, tmp_path: Path) -> None:
    told, target = tmp_path / "scenes.json", tmp_path / "chapters.txt"
    assert cli.main(["scenes", "--strip", "film", "--options", "detector=adaptive", "--json", str(told)]) == 0
    rows = json.loads(told.read_text(encoding="utf-8"))["edits"]
    assert [row["kind"] for row in rows] == ["scene"] * 5
    assert cli.main(["chapters", str(target), "--format", "ffmetadata", "--short"]) == 0
    assert target.read_text(encoding="utf-8").count("[CHAPTER]") == 5
    assert cli.main(["chapters", str(target), "--format", "avi"]) == 2


def test_the_options_defaults_are_the_planners() -> None:
    class Props:
        pass

    props = Props()
    for name in (*options.SCENE_OWN, "use_sound", "sensitivity", "minimum_seconds"):
        setattr(props, name, bpy.context.scene.assistant_editor.bl_rna.properties[name].default)
    assert options.scenes_plan(props) == ScenesPlanOptions()


def test_the_panel_shows_every_option_and_both_buttons(room: CuttingRoom) -> None:
    shown: list[str] = []

    class Paper:
        use_property_split = use_property_decorate = True

        def prop(self, owner: Any, name: str) -> None:
            assert name in owner.bl_rna.properties
            shown.append(name)

        def operator(self, name: str, **_words: str) -> None:
            assert getattr(bpy.ops.assistant_editor, name.partition(".")[2]).get_rna_type()
            shown.append(name)

    panel.ASSISTANT_EDITOR_PT_scenes.draw(SimpleNamespace(layout=Paper()), bpy.context)
    assert set(shown) == {*options.SCENE_OWN, *options.SCENE_ASKS, "assistant_editor.detect_scenes", "assistant_editor.export_chapters"}
