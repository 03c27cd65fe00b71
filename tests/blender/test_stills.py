"""Save Stills and Thumbnail Candidates, end to end: real worker, real weights, real footage, files on disk."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, USAGE
from assistant_editor.ml.stills import thumbnail_path
from assistant_editor.operators import icons, job, options, save_pictures, stills
from assistant_editor.operators.desk import desk
from assistant_editor.operators.still_options import StillProps

from tests.blender.cutting_room import CuttingRoom

BIKES_CUTS = [1, 31, 77, 138, 188]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def size_of(path: Path) -> tuple[int, int]:
    image = bpy.data.images.load(str(path))
    try:
        return tuple(image.size)
    finally:
        bpy.data.images.remove(image)


def test_a_still_of_every_shot_and_a_contact_sheet_are_saved_and_the_timeline_stays(
    room: CuttingRoom, talkie: Path, tmp_path: Path
) -> None:
    room.lay(talkie)
    before = room.dump()
    folder = tmp_path / "new" / "stills"
    outcome = room.run("save_stills", stills_folder=str(folder))
    assert not room.changed_since(before)
    assert names(folder) == ["contact_sheet.png", *(f"talkie_{number:03}.png" for number in range(1, 6))]
    assert size_of(folder / "talkie_001.png") == (640, 272)
    assert outcome.counts["added"] == {"still": 5, "contact sheet": 1} and not outcome.partial
    assert outcome.line == "1 contact sheet, 5 stills."
    ends = [*BIKES_CUTS[1:], 251]
    for row, start, end in zip(outcome.edits, BIKES_CUTS, ends, strict=True):
        assert start + 2 <= row["frame"] < end - 2 and row["strip"] == "film"
        assert Path(row["file"]).is_file() and 0 < row["confidence"] <= 1 and "sharpness" in row["reason"]


def test_two_of_each_shot_as_jpeg_without_a_sheet(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    options = {"stills_folder": str(tmp_path / "a"), "per_shot": 2, "still_format": "jpg", "jpeg_quality": 70, "contact_sheet": False}
    outcome = room.run("save_stills", **options)
    assert names(tmp_path / "a") == [f"talkie_{number:03}_{place}.jpg" for number in range(1, 6) for place in (1, 2)]
    frames = [row["frame"] for row in outcome.edits]
    assert frames == sorted(frames) and len(set(frames)) == 10
    assert (tmp_path / "a" / "talkie_001_1.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_sensitivity_and_corrections_of_the_timeline_decide_what_a_shot_is(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    outcome = room.run("save_stills", stills_folder=str(tmp_path / "one"), sensitivity=0.0)
    assert len(outcome.edits) < 5
    room.run("detect_shots", names="film")
    outcome = room.run("save_stills", stills_folder=str(tmp_path / "cut"), sensitivity=0.0)
    assert len(outcome.edits) == 5, "pieces that stand on the timeline are shots"


def test_only_the_chosen_strip_is_saved_under_its_numbers_in_the_list(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    room.run("detect_shots", names="film")
    outcome = room.run("save_stills", stills_folder=str(tmp_path), names="film.002", contact_sheet=False)
    assert [row["strip"] for row in outcome.edits] == ["film.002"]
    assert names(tmp_path) == ["talkie_003.png"] and 77 <= outcome.edits[0]["frame"] < 138


def test_nothing_is_overwritten_until_the_user_says_so(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    (tmp_path / "talkie_002.png").write_text("mine")
    with pytest.raises(RuntimeError, match=r"talkie_002\.png would be overwritten.*Turn on Overwrite"):
        room.run("save_stills", stills_folder=str(tmp_path))
    assert desk.error.code == BAD_INPUT
    assert names(tmp_path) == ["talkie_002.png"] and (tmp_path / "talkie_002.png").read_text() == "mine"
    room.run("save_stills", stills_folder=str(tmp_path), overwrite=True)
    assert len(names(tmp_path)) == 6 and size_of(tmp_path / "talkie_002.png") == (640, 272)


def test_a_folder_beside_a_project_never_saved_is_refused_before_the_work(
    request: pytest.FixtureRequest, talkie: Path
) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)  # other tests of this process may have saved the project
    room: CuttingRoom = request.getfixturevalue("room")
    room.lay(talkie)
    assert not bpy.data.filepath
    with pytest.raises(RuntimeError, match="never saved"):
        room.run("save_stills")
    assert desk.error.code == USAGE and desk.job is None


def test_without_the_network_of_shots_nothing_is_saved_and_the_remedy_is_said(
    room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    room.lay(talkie)
    with pytest.raises(RuntimeError, match="not installed"):
        room.run("save_stills", stills_folder=str(tmp_path / "out"))
    assert desk.error.code == MISSING_MODEL and not (tmp_path / "out").exists()
    outcome = room.run("save_stills", stills_folder=str(tmp_path / "out"), detector="content")
    assert len(names(tmp_path / "out")) > 1
    assert any(("colours alone" in notice and "models get" not in notice) or "efficientnet-lite0" in notice for notice in outcome.notices)


def test_candidates_are_saved_by_rank_and_shown(room: CuttingRoom, talkie: Path, tmp_path: Path, results_folder: Path) -> None:
    room.lay(talkie)
    before = room.dump()
    outcome = room.run("thumbnail_candidates", stills_folder=str(tmp_path), candidates=4)
    assert not room.changed_since(before)
    assert names(tmp_path) == [*(f"thumbnail_{rank:02}.png" for rank in range(1, 5)), "thumbnails.png"]
    assert outcome.counts["added"] == {"thumbnail": 4, "contact sheet": 1}
    assert len({row["shot"] for row in outcome.edits}) == 4
    assert [candidate.frame for candidate in stills.ranked] == [row["frame"] for row in outcome.edits]
    assert all(candidate.text.endswith("%") for candidate in stills.ranked)
    for row in outcome.edits:
        kept = thumbnail_path(results_folder, row["medium"], Fraction(row["start"]))
        assert size_of(kept)[0] == 192
        assert str(kept) in icons._loaded[0], "in background Blender makes no icon, but knows the picture"
    assert bpy.ops.assistant_editor.go_to_frame(frame=stills.ranked[1].frame) == {"FINISHED"}
    assert room.scene.frame_current == stills.ranked[1].frame


def test_the_verbs_save_and_tell(room: CuttingRoom, talkie: Path, tmp_path: Path, capfd) -> None:
    room.lay(talkie)
    told = tmp_path / "told.json"
    for verb, count in (("stills", 5), ("thumbnails", 3)):
        options = [f"stills_folder={tmp_path / verb}", "candidates=3"] if verb == "thumbnails" else [f"stills_folder={tmp_path / verb}"]
        assert cli.main([verb, "--options", *options, "--json", str(told)]) == 0
        rows = json.loads(told.read_text(encoding="utf-8"))["edits"]
        assert [row["kind"] for row in rows] == ["still"] * count and all(Path(row["file"]).is_file() for row in rows)
    assert cli.main(["stills", "--options", f"stills_folder={tmp_path / 'stills'}"]) == 3
    assert "would be overwritten" in capfd.readouterr().err


SAVE = stills.ASSISTANT_EDITOR_OT_save_stills


class Pressed(options.ShotLine, StillProps, save_pictures.SavesPictures):
    """Save Stills as a press of its button runs it, its window's events sent by hand."""

    bl_label = "Save Stills"
    stills, files = SAVE.stills, SAVE.files

    def __init__(self, folder: Path) -> None:
        self.strips, self.names, self.from_panel, self.asked, self.reports = "AUTO", "", False, "", []
        self.detector, self.thorough, self.sensitivity, self.minimum_seconds = "transnetv2", False, 0.5, 0.5
        self.stills_folder = str(folder)
        self.per_shot, self.still_format, self.jpeg_quality, self.contact_sheet, self.overwrite = 1, "png", 92, True, False
        self.properties = SimpleNamespace(is_property_set=lambda name: True)

    def report(self, kinds: set[str], text: str) -> None:
        self.reports.append((kinds, text))


class Manager:
    """A window manager that counts its timers and handlers."""

    def __init__(self) -> None:
        self.timers: set[object] = set()
        self.handlers, self.windows = 0, ()

    def event_timer_add(self, _tick: float, window: object) -> object:
        timer = object()
        self.timers.add(timer)
        return timer

    def event_timer_remove(self, timer: object) -> None:
        self.timers.remove(timer)

    def modal_handler_add(self, _operator: object) -> None:
        self.handlers += 1


@pytest.fixture
def pressed(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """(the operator, its context, a function that sends one event)."""
    room.lay(talkie)
    real, manager = bpy.context, Manager()
    context = SimpleNamespace(
        window_manager=manager, window=None, scene=room.scene, workspace=real.workspace, preferences=real.preferences,
        sequencer_scene=room.scene,
    )  # fmt: skip
    monkeypatch.setattr(save_pictures, "bpy", SimpleNamespace(context=context))
    monkeypatch.setattr(job, "bpy", SimpleNamespace(context=context, data=bpy.data))
    operator = Pressed(tmp_path / "out")

    def send(kind: str) -> set[str]:
        return operator.modal(context, SimpleNamespace(type=kind, value="PRESS"))

    return operator, context, send


def ticked(operator: Pressed, send) -> set[str]:
    deadline = time.monotonic() + 60
    while (state := send("TIMER")) <= {"PASS_THROUGH", "RUNNING_MODAL"} and time.monotonic() < deadline:
        time.sleep(0.01)
    return state


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_behind_a_button_the_second_job_follows_the_first(pressed, tmp_path, monkeypatch, results_folder, known) -> None:
    operator, context, send = pressed
    if not known:
        monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    assert operator.invoke(context, None) == {"RUNNING_MODAL"}, operator.reports
    assert ticked(operator, send) == {"FINISHED"}, operator.reports
    assert len(names(tmp_path / "out")) == 6
    assert context.window_manager.handlers == 1 and not context.window_manager.timers
    assert desk.outcome is not None and not desk.running


def test_escape_while_pictures_are_written_ends_it_and_says_what_stays(pressed, tmp_path) -> None:
    operator, context, send = pressed
    operator.per_shot = 20
    assert operator.invoke(context, None) == {"RUNNING_MODAL"}
    deadline = time.monotonic() + 60
    while not operator._second and time.monotonic() < deadline:
        send("TIMER")
    send("ESC")
    assert ticked(operator, send) == {"CANCELLED"}
    assert desk.error.code == CANCELLED and "stay" in desk.error.remedy
    assert not context.window_manager.timers
    assert not [name for name in names(tmp_path / "out") if name.startswith(".")], "no half-written file is left"
