"""The demo, inside a bpy module: real media -> .blend -> Auto Edit -> MP4 with captions, SRT, contact sheet. Run by `dev.py demo`.

Film and speech that come apart are laid side by side, the film repeated under the speech; a file with both keeps its own sound.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from inside_blender import install

ROOT = Path(__file__).resolve().parent.parent


def probe(media: list[Path]) -> list[dict]:
    """What each file holds, asked of the worker's own command."""
    python = os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"]
    done = subprocess.run([python, "-m", "ml", "probe", *map(str, media)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"demo: {done.stderr.strip()}")
    return [answer["media"] for answer in json.loads(done.stdout)]


def lay_out(media: list[Path], found: list[dict]) -> None:
    """A scene at the first film's rate and size, with every file on it."""
    import bpy
    from bl_ext.user_default.assistant_editor.timeline.compat import right, set_right

    scene = bpy.context.scene
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    editor = scene.sequence_editor_create()
    strips = editor.strips
    films = [(file, facts["video"], facts["audio"]) for file, facts in zip(media, found, strict=True) if facts["video"]]
    speech = [(file, facts["audio"]) for file, facts in zip(media, found, strict=True) if not facts["video"] and facts["audio"]]
    rate = Fraction(films[0][1]["rate"]) if films else Fraction(25)
    scene.render.fps = round(rate)
    scene.render.fps_base = float(round(rate) / rate)
    if films:
        scene.render.resolution_x, scene.render.resolution_y = films[0][1]["width"] // 2 * 2, films[0][1]["height"] // 2 * 2
    scene.view_settings.view_transform = "Standard"
    playhead = 1
    for file, _audio in speech:
        playhead = right(add_sound(strips, file, 1, playhead))
    speech_end, playhead = playhead, 1
    for file, video, audio in films:
        while True:
            movie = strips.new_movie(file.stem, str(file), 2, playhead)
            movie.transform.scale_x = movie.transform.scale_y = scene.render.resolution_x / video["width"]
            if audio:
                offset = round((Fraction(audio["start"]) - Fraction(video["start"])) * rate)
                add_sound(strips, file, 3, playhead + offset)
            playhead = right(movie)
            if audio or playhead >= speech_end or len(films) > 1:
                break
        if playhead > speech_end > 1:
            set_right(movie, speech_end)
            playhead = speech_end
    scene.frame_start, scene.frame_end = 1, max(playhead, speech_end) - 1


def add_sound(strips, file: Path, channel: int, frame: int):
    """The new sound strip."""
    return strips.new_sound(file.stem + " sound", str(file), channel, frame)


@contextmanager
def silent() -> Iterator[None]:
    """What Blender prints of every frame would push all else off the screen; what goes wrong is printed elsewhere, and raised."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(nowhere)
        os.close(kept)


def render(target: Path) -> None:
    import bpy

    render = bpy.context.scene.render
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    render.ffmpeg.format, render.ffmpeg.codec, render.ffmpeg.audio_codec = "MPEG4", "H264", "AAC"
    render.ffmpeg.constant_rate_factor = "HIGH"
    render.use_file_extension = False
    render.filepath = str(target)
    with silent():
        bpy.ops.render.render(animation=True)


def contact_sheet(result: dict, target: Path) -> None:
    """One still from the middle of every shot, numbered, with its place on the timeline."""
    shots = [{"path": shot["path"], "seconds": shot["middle"], "label": f"{shot['number']}  {shot['timecode']}"} for shot in result]
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as spec:
        json.dump(shots, spec)
    subprocess.run(
        [os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"], "-m", "ml.engines.contact_sheet", spec.name, str(target)], cwd=ROOT, check=True
    )
    Path(spec.name).unlink()


def shots_of_timeline() -> list[dict]:
    """The movie strips as they now lie, read through the extension's own reader."""
    import bpy
    from bl_ext.user_default.assistant_editor.ml.cache import fingerprint
    from bl_ext.user_default.assistant_editor.timeline.read import read

    scene = bpy.context.scene
    timeline = read(scene, fingerprint)
    movies = sorted((strip for strip in timeline.strips if strip.kind == "MOVIE" and strip.source), key=lambda strip: strip.frames)
    rows = []
    for number, strip in enumerate(movies, 1):
        middle = strip.source.seconds(strip.frames.start + strip.frames.length // 2)
        seconds = (strip.frames.start - scene.frame_start) / timeline.rate
        rows.append(
            {
                "path": strip.path,
                "middle": f"{middle.numerator}/{middle.denominator}",
                "number": number,
                "timecode": f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}.{int(seconds * 1000) % 1000:03d}",
            }
        )
    return rows


def show_sequencer() -> None:
    """The project opens where the work is: timeline, preview and sidebar in the largest area, at a caption."""
    import bpy
    from bl_ext.user_default.assistant_editor.timeline import compat

    window = bpy.context.window_manager.windows[0]
    area = max(window.screen.areas, key=lambda one: one.width * one.height)
    area.type = "SEQUENCE_EDITOR"
    space = area.spaces.active
    space.view_type, space.show_region_ui = "SEQUENCER_PREVIEW", True
    scene = bpy.context.scene
    starts = [compat.left(strip) for strip in scene.sequence_editor.strips if strip.type == "TEXT"]
    scene.frame_current = min(starts, default=scene.frame_start)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("media", nargs="+", type=Path)
    chosen = options.parse_args()
    took: list[tuple[str, float]] = []

    def step(name: str, work, *arguments):
        begun = time.monotonic()
        value = work(*arguments)
        took.append((name, time.monotonic() - begun))
        return value

    step("start Blender and install the extension", install)
    import bpy

    found = step("probe the media", probe, chosen.media)
    step("lay out the timeline", lay_out, chosen.media, found)
    outcome = step("auto edit", lambda: bpy.ops.assistant_editor.auto_edit("EXEC_DEFAULT", True))
    if outcome != {"FINISHED"}:
        sys.exit("demo: Auto Edit did not finish; see the lines above.")
    blend, film, subtitles, sheet = (chosen.out / name for name in ("demo.blend", "demo.mp4", "demo.srt", "contact-sheet.png"))
    step("write the subtitles", lambda: bpy.ops.assistant_editor.export_srt("EXEC_DEFAULT", filepath=str(subtitles)))
    show_sequencer()
    step("save the project", lambda: bpy.ops.wm.save_as_mainfile(filepath=str(blend)))
    step("draw the contact sheet", contact_sheet, shots_of_timeline(), sheet)
    step("render the film", render, film)
    width = max(len(name) for name, _seconds in took)
    print("\n" + "\n".join(f"  {name:<{width}}  {seconds:6.1f} s" for name, seconds in took))
    for what, path in (("project", blend), ("film with captions", film), ("subtitles", subtitles), ("contact sheet", sheet)):
        print(f"  {what:<{width}}  {path}")


if __name__ == "__main__":
    main()
