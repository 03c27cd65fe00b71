"""Captions when the scene is rendered: burned in, in a file beside the film, or both; and shown again whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.operators import on_render
from assistant_editor.operators.desk import desk
from assistant_editor.timeline.subtitle_files import read

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

SRT = "1\n00:00:00,040 --> 00:00:00,080\nMMMM\n\n2\n00:00:00,080 --> 00:00:00,120\nWWWW\n"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CuttingRoom]:
    """Three black frames, the second and third with a caption, and a file to render to."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    room = CuttingRoom()
    scene = room.scene
    scene.frame_start, scene.frame_end = 1, 3
    scene.render.resolution_x, scene.render.resolution_y = 320, 180
    stage.add_effect(scene, "COLOR", "black", 1, 1, 60).color = (0.0, 0.0, 0.0)
    path = tmp_path / "in.srt"
    path.write_text(SRT, encoding="utf-8")
    room.run("read_subtitles", filepath=str(path))
    scene.render.filepath = str(tmp_path / "out" / "frame-")
    yield room
    on_render._rendering.clear()
    desk.show()


def captions(room: CuttingRoom) -> list[Any]:
    return [strip for strip in room.strips if strip.type == "TEXT"]


def render(room: CuttingRoom) -> None:
    bpy.ops.render.render(animation=True, scene=room.name)


def lit(folder: Path) -> list[bool]:
    """Whether anything is seen in each picture of a folder."""
    found = []
    for file in sorted(folder.glob("*.png")):
        image = bpy.data.images.load(str(file))
        pixels = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(pixels)
        bpy.data.images.remove(image)
        found.append(bool((pixels.reshape(-1, 4)[:, :3] > 0.2).any()))
    return found


def shown(room: CuttingRoom) -> bool:
    return not any(strip.mute or "assistant_editor_muted" in strip for strip in captions(room))


@pytest.mark.parametrize(("what", "burned", "beside"), [("burn", True, False), ("sidecar", False, True), ("both", True, True)])
def test_pictures_with_and_without_captions(room: CuttingRoom, tmp_path: Path, what: str, burned: bool, beside: bool) -> None:
    settings = room.scene.assistant_editor
    settings.captions_on_render, settings.sidecar_format = what, "vtt"
    before = room.dump()
    render(room)
    assert lit(tmp_path / "out") == [False, burned, burned]
    own = ("cache_raw_size", "Render Result")  # what Blender's first render leaves behind, whoever asks for it
    assert shown(room) and not [what for what in room.changed_since(before) if not any(name in what for name in own)]
    files = list((tmp_path / "out").glob("*.vtt"))
    assert len(files) == beside
    if beside:
        found = read(files[0].read_bytes(), "a.vtt", Fraction(25)).cues
        assert [(one.start, one.end, one.text) for one in found] == [
            (Fraction(1, 25), Fraction(2, 25), "MMMM"), (Fraction(2, 25), Fraction(3, 25), "WWWW"),
        ]  # fmt: skip


def test_a_film_gets_a_file_of_its_name(room: CuttingRoom, tmp_path: Path) -> None:
    scene = room.scene
    if stage.NEW:
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = "MPEG4"
    scene.render.filepath = str(tmp_path / "film.mp4")
    scene.assistant_editor.captions_on_render = "sidecar"
    render(room)
    assert (tmp_path / "film.mp4").stat().st_size and shown(room)
    assert (tmp_path / "film.srt").read_text(encoding="utf-8").count("-->") == 2


def test_what_the_editor_muted_stays_muted_and_captions_in_meta_strips_are_found(room: CuttingRoom, tmp_path: Path) -> None:
    one, two = sorted(captions(room), key=stage.extent)
    one.mute = True
    with stage.sequencer(room.scene):
        bpy.ops.sequencer.select_all(action="DESELECT")
        two.select = True
        bpy.ops.sequencer.meta_make()
    room.scene.assistant_editor.captions_on_render = "sidecar"
    render(room)
    assert lit(tmp_path / "out") == [False] * 3
    texts = {strip.text: strip.mute for strip in room.scene.sequence_editor.strips_all if strip.type == "TEXT"}
    assert texts == {"MMMM": True, "WWWW": False}
    file = next((tmp_path / "out").glob("*.srt"))
    assert "WWWW" in file.read_text(encoding="utf-8") and "MMMM" not in file.read_text(encoding="utf-8")


def test_a_render_that_breaks_off_and_one_that_never_begins(room: CuttingRoom, tmp_path: Path) -> None:
    scene = room.scene
    scene.assistant_editor.captions_on_render = "sidecar"
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is wanted")
    scene.render.filepath = str(blocked / "frame-")
    with pytest.raises(RuntimeError):
        render(room)
    assert shown(room) or on_render._rendering, "either Blender told, or we still know"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"), copy=True)
    on_render._on_cancel()
    assert shown(room) and [path.name for path in tmp_path.glob("**/*.srt")] == ["in.srt"]
    scene.render.filepath = str(tmp_path / "out" / "frame-")
    render(room)
    assert shown(room) and lit(tmp_path / "out") == [False] * 3


def test_a_film_that_cannot_be_made_leaves_nothing_muted_on_disk(room: CuttingRoom, tmp_path: Path) -> None:
    """Blender calls nobody then: neither of an end nor of a break."""
    scene = room.scene
    if stage.NEW:
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"
    (tmp_path / "blocked").write_text("a file where a folder is wanted")
    scene.render.filepath = str(tmp_path / "blocked" / "film.mp4")
    scene.assistant_editor.captions_on_render = "sidecar"
    with suppress(RuntimeError):  # 4.5 says so, 5.2 does not
        render(room)
    assert not shown(room)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"), copy=True)
    assert in_file(tmp_path / "a.blend", room.name) == [False] * 3
    assert on_render._watch() is not None and shown(room), "in windows a timer finds out"


def in_file(blend: Path, name: str) -> list[bool]:
    """Which strips of the scene of this name are muted in a file."""
    with bpy.data.libraries.load(str(blend)) as (_there, here):
        here.scenes = [name]
    loaded = here.scenes[0]
    muted = [strip.mute for strip in loaded.sequence_editor.strips_all]
    bpy.data.scenes.remove(loaded)
    return muted


def test_a_project_saved_while_it_renders_has_its_captions(room: CuttingRoom, tmp_path: Path) -> None:
    room.scene.assistant_editor.captions_on_render = "sidecar"
    blend = tmp_path / "midway.blend"
    seen: list[bool] = []

    def save(*_: Any) -> None:
        seen.append(shown(room))
        bpy.ops.wm.save_as_mainfile(filepath=str(blend), copy=True)
        seen.append(shown(room))

    bpy.app.handlers.render_post.append(save)
    try:
        render(room)
    finally:
        bpy.app.handlers.render_post.remove(save)
    assert not any(seen) and lit(tmp_path / "out") == [False] * 3 and shown(room)
    assert in_file(blend, room.name) == [False] * 3


def test_after_a_crash_the_next_load_shows_them(room: CuttingRoom) -> None:
    room.scene.assistant_editor.captions_on_render = "sidecar"
    on_render._on_init(room.scene)
    assert not shown(room)
    on_render._on_load()
    assert shown(room)


def test_captions_alone_are_never_hidden(room: CuttingRoom, tmp_path: Path) -> None:
    room.strips.remove(room.strips["black"])
    room.scene.assistant_editor.captions_on_render = "sidecar"
    render(room)
    assert shown(room) and lit(tmp_path / "out")[1] and desk.error is not None and "no picture without" in desk.error.message


def test_a_file_that_cannot_be_written_is_said(room: CuttingRoom, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    room.scene.assistant_editor.captions_on_render = "both"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "captions.srt").mkdir()
    if bpy.data.filepath:
        (tmp_path / "out" / f"{Path(bpy.data.filepath).stem}.srt").mkdir()
    render(room)
    assert desk.error is not None and desk.error.message.startswith("No subtitle file was written")
