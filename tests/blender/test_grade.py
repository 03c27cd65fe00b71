"""Grading in Blender: the model against renders, real footage taken by a worse camera brought back, merged, removed, rendered elsewhere."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT
from assistant_editor.operators import effect_preview
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat, native_colour, oklab
from assistant_editor.timeline.colour_match import Grade
from assistant_editor.timeline.effect import Modifier, Setting
from assistant_editor.timeline.native_colour import STRAIGHT, Balance

from tests.blender import effect_room as effects
from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before

BAD = {"stops": -0.9, "cast": [0.22, 0.0, -0.25], "contrast": 0.2, "saturation": 0.85}
PALE = {"stops": 0.6, "cast": [-0.15, 0.0, 0.2], "contrast": -0.2, "saturation": 0.8, "lift": 0.04}
FINDING = {"detector": "adaptive"}
"""The shots are not what is tested here; this detector needs no weights."""
FILMS = {
    "hero": [[140, 15, {}]], "truth": [[200, 15, {}]], "bad": [[200, 15, BAD]], "pale": [[200, 15, PALE]],
    "turns": [[140, 15, {}], [85, 15, BAD], [200, 15, BAD]], "right": [[140, 15, {}], [85, 15, {}], [200, 15, {}]],
}  # fmt: skip
CODE = 1 / 255


@pytest.fixture(scope="session")
def graded_films(worker_python: str, media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graded")
    script = Path(__file__).parents[1] / "grade_maker.py"
    for name, shots in FILMS.items():
        command = [worker_python, str(script), str(media_folder / "bikes.mp4"), str(folder / f"{name}.mp4"), json.dumps(shots)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def street(room: CuttingRoom, graded_films: Path) -> CuttingRoom:
    """The films that a test names with `lay`, at half their size."""
    room.scene.render.resolution_x, room.scene.render.resolution_y, room.scene.render.resolution_percentage = 640, 272, 50
    return room


def lay(room: CuttingRoom, folder: Path, *names: str) -> None:
    for channel, name in enumerate(names, 1):
        stage.add_movie(room.scene, folder / f"{name}.mp4", 1, channel, name)
    room.select()


def shown(room: CuttingRoom, name: str, frame: int = 8) -> np.ndarray:
    """What is seen through one strip alone, (pixels, 3)."""
    for strip in room.strips:
        strip.mute = strip.name != name
    seen = effects.picture(room, frame).reshape(-1, 3).astype(np.float64)
    for strip in room.strips:
        strip.mute = False
    return seen


def far(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance in Oklab, times 100: about what CIEDE2000 says (`benchmarks/grade.py` measures that)."""
    return float(np.linalg.norm(oklab.from_srgb(one) - oklab.from_srgb(other), axis=1).mean() * 100)


def as_grade(strip: Any) -> list[Grade]:
    """What stands on a strip at the present frame, as the planner's model has it."""
    steps = [Grade(saturation=strip.color_saturation)]
    for modifier in strip.modifiers:
        if modifier.type == "CURVES":
            curves = [tuple((p.location[0], p.location[1]) for p in curve.points) for curve in list(modifier.curve_mapping.curves)[:3]]
            steps.append(Grade(curves=tuple(curves)))
        else:
            values = modifier.color_balance
            offset = tuple(one - 1 for one in values.offset)
            steps.append(Grade(balance=Balance(tuple(values.slope), offset, tuple(1 / one for one in values.power))))
    return steps


def predicted(strip: Any, plain: np.ndarray) -> np.ndarray:
    for grade in as_grade(strip):
        plain = grade.of(plain)
    return plain


BENT = ((0.0, 0.06), (0.2, 0.16), (0.5, 0.62), (0.8, 0.83), (1.0, 0.94))
TOOLS = {
    "balance": (1.0, Balance((1.3, 0.9, 1.1), (-0.04, 0.03, 0.0), (0.8, 1.2, 1.05)), ()),
    "saturation": (1.4, Balance(), ()),
    "curves": (0.7, Balance(), (BENT, STRAIGHT, ((0.0, 0.0), (0.4, 0.55), (1.0, 1.0)))),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_model_says_what_is_rendered(street: CuttingRoom, graded_films: Path, tool: str) -> None:
    """To a code value and a half, for every pixel: what rounding twice may do."""
    saturation, balance, curves = TOOLS[tool]
    lay(street, graded_films, "truth")
    plain = shown(street, "truth")
    stored = tuple(Setting(f"color_balance.{name}", value) for name, value in balance.stored.items())
    method = Setting("color_balance.correction_method", "OFFSET_POWER_SLOPE")
    modifier = Modifier("CURVES", "Grade", points=(STRAIGHT, *curves)) if curves else Modifier("COLOR_BALANCE", "Grade", (method, *stored))
    made = effects.effect(street, "truth", "grade", settings=(Setting("color_saturation", saturation),), modifiers=(modifier,))
    effects.carry_out(street, effects.plan(street, "grade", [made]))
    rendered = shown(street, "truth")
    assert np.abs(rendered - plain).max() > 10 * CODE
    steepest = max([1.0, *(float(np.diff(native_colour.table(points)).max()) * 256 for points in curves)])
    assert np.abs(rendered - Grade(saturation, balance, curves).of(plain)).max() <= 1.5 * CODE * steepest


@pytest.mark.parametrize("source", ["bad", "pale"])
def test_a_shot_is_matched_to_a_strip(street: CuttingRoom, graded_films: Path, source: str) -> None:
    """Another moment of the same street is the reference; what the first camera saw is the truth."""
    lay(street, graded_films, "truth", "hero", source)
    truth, plain = shown(street, "truth"), shown(street, source)
    outcome = street.run("grade", names=source, grade_do="match", grade_reference="hero", **FINDING)
    assert outcome.counts["added"] == {"grade": 1} and "like hero" in outcome.edits[0]["reason"]
    made = shown(street, source)
    assert far(made, truth) < 0.45 * far(plain, truth)
    assert np.abs(made - predicted(street.strips[source], plain)).max() <= 3 * CODE


def test_a_still_is_a_reference_too(street: CuttingRoom, graded_films: Path, tmp_path: Path) -> None:
    lay(street, graded_films, "truth", "hero", "bad")
    truth, plain = shown(street, "truth"), shown(street, "bad")
    for strip in street.strips:
        strip.mute = strip.name != "hero"
    street.scene.render.filepath = str(tmp_path / "still.png")
    bpy.ops.render.render(write_still=True, scene=street.name)
    for strip in street.strips:
        strip.mute = False
    street.run("grade", names="bad", grade_do="match", grade_reference=str(tmp_path / "still.png"), **FINDING)
    assert far(shown(street, "bad"), truth) < 0.45 * far(plain, truth)


def test_a_dark_warm_shot_is_balanced(street: CuttingRoom, graded_films: Path) -> None:
    lay(street, graded_films, "truth", "bad")
    truth, plain = shown(street, "truth"), shown(street, "bad")
    street.run("grade", names="bad", **FINDING)
    assert far(shown(street, "bad"), truth) < 0.6 * far(plain, truth)


def test_shots_of_one_strip_are_keyed_without_flicker(street: CuttingRoom, graded_films: Path) -> None:
    lay(street, graded_films, "right", "turns")
    frames = (2, 14, 15, 16, 17, 29, 30, 31, 32, 44)
    plain = {frame: shown(street, "turns", frame) for frame in frames}
    street.run("grade", names="turns", **FINDING)
    strip, values = street.strips["turns"], {}
    for frame in frames:
        made = shown(street, "turns", frame)
        assert np.abs(made - predicted(strip, plain[frame])).max() <= 3 * CODE
        values[frame] = as_grade(strip)
    assert values[2] == values[14] == values[15] != values[16] == values[17] == values[30] != values[31] == values[44]
    truth = {frame: shown(street, "right", frame) for frame in (20, 40)}
    assert all(far(shown(street, "turns", frame), truth[frame]) < 8 for frame in truth)


def test_it_is_merged_kept_and_removed(street: CuttingRoom, graded_films: Path) -> None:
    lay(street, graded_films, "bad")
    street.strips["bad"].color_saturation = 0.9
    before = Before(street)
    street.run("grade", names="bad", grade_look="vivid", **FINDING)
    graded = street.dump()
    again = street.run("grade", names="bad", grade_look="vivid", **FINDING)
    assert again.unchanged == 1 and not street.changed_since(graded)
    street.run("grade", names="bad", grade_look="none", **FINDING)
    assert [modifier.name for modifier in street.strips["bad"].modifiers] == ["Grade"]
    assert street.strips["bad"].color_saturation == pytest.approx(0.9)
    street.run("grade", names="bad", grade_do="nothing", **FINDING)
    before.is_back()
    street.run("grade", names="bad", **FINDING)
    street.strips["bad"].modifiers["Grade"].color_balance.slope[0] = 1.11
    mine = street.dump()
    kept = street.run("grade", names="bad", grade_strength=0.2, **FINDING)
    assert kept.kept == 1 and not street.changed_since(mine)


def test_halves_of_a_strip_are_graded_once_each(street: CuttingRoom, graded_films: Path) -> None:
    lay(street, graded_films, "turns")
    street.run("grade", names="turns", grade_look="vivid", **FINDING)
    plain = {frame: shown(street, "turns", frame) for frame in (8, 38)}
    street.strips["turns"].split(frame=16, split_method="SOFT")
    names = [strip.name for strip in street.strips]
    assert len(names) == 2
    street.run("grade", strips="ALL", grade_look="vivid", **FINDING)
    for name in names:
        assert sorted(modifier.name.partition(".")[0] for modifier in street.strips[name].modifiers) in (["Look"], ["Grade", "Look"])
    for frame in plain:
        seen = effects.picture(street, frame).reshape(-1, 3)
        assert far(seen, plain[frame]) < 4
    street.run("grade", strips="ALL", grade_do="nothing", grade_look="none", **FINDING)
    assert not any(len(strip.modifiers) for strip in street.strips)


def test_a_shot_is_left_out_previewed_and_all_of_it_removed(street: CuttingRoom, graded_films: Path) -> None:
    """The one strip's second shot: what its first and third get stays."""
    street.scene.assistant_editor.detector = "adaptive"
    lay(street, graded_films, "turns")
    before = Before(street)
    plain = {frame: shown(street, "turns", frame) for frame in (8, 22, 38)}
    street.run("grade", names="turns")
    graded = {frame: shown(street, "turns", frame) for frame in plain}
    street.scene.frame_set(22)
    assert bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", True, kind="grade") == {"FINISHED"}
    assert np.array_equal(shown(street, "turns", 22), plain[22]) and not np.array_equal(graded[22], plain[22])
    assert np.abs(shown(street, "turns", 38) - plain[38]).max() > 10 * CODE
    standing = street.dump()
    street.scene.frame_set(38)
    assert bpy.ops.assistant_editor.preview_effects(kind="grade") == {"FINISHED"}
    assert effect_preview.previews["grade"].frame == 38 and Path(effect_preview.previews["grade"].path).is_file()
    assert not [told for told in street.changed_since(standing) if "frame_current" not in told]
    street.scene.frame_set(22)
    bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", True, kind="grade")
    assert np.array_equal(shown(street, "turns", 22), graded[22])
    assert bpy.ops.assistant_editor.remove_effects("EXEC_DEFAULT", True, kind="grade") == {"FINISHED"}
    before.is_back()


def test_it_plays_where_the_extension_is_not(street: CuttingRoom, graded_films: Path) -> None:
    lay(street, graded_films, "turns", "bad")
    compat.set_left(street.strips["bad"], 8)
    street.run("grade", strips="ALL", grade_look="cold", **FINDING)
    effects.same_without_extension(street, [3, 10, 20, 40])


def test_the_verb_grades(street: CuttingRoom, graded_films: Path, tmp_path: Path) -> None:
    lay(street, graded_films, "bad")
    report = tmp_path / "report.json"
    given = ["grade", "--strip", "bad", "--json", str(report), "--options", "grade_look=dark", "detector=adaptive"]
    assert cli.main(given) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["counts"]["added"] == {"grade": 1}
    assert [modifier.name for modifier in street.strips["bad"].modifiers] == ["Grade", "Look"]


@pytest.fixture
def inverting(worker_python: str, tmp_path: Path) -> Path:
    """A network that turns every colour round: what a strip in its style looks like is known."""
    target = tmp_path / "turned.onnx"
    script = "import sys; from pathlib import Path; from tests import tiny_style; tiny_style.onnx(Path(sys.argv[1]))"
    root = Path(__file__).parents[2]
    done = subprocess.run([worker_python, "-c", script, str(target)], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    return target


def test_a_style_is_a_film_over_the_strip(street: CuttingRoom, graded_films: Path, inverting: Path, tmp_path: Path) -> None:
    film = tmp_path / "bad.mp4"
    film.write_bytes((graded_films / "bad.mp4").read_bytes())
    lay(street, tmp_path, "bad")
    before = Before(street)
    plain = shown(street, "bad")
    wish = {"names": "bad", "grade_do": "nothing", "grade_style": str(inverting), "grade_look_strength": 1.0, **FINDING}
    outcome = street.run("grade", **wish)
    assert "in the style of turned" in outcome.edits[0]["reason"]
    (layer,) = effects.layers(street, "grade")
    made = effects.picture(street, 8).reshape(-1, 3)
    assert np.abs(made - (1 - plain)).mean() < 4 * CODE
    effects.same_without_extension(street, [3, 12])
    kept = Path(bpy.path.abspath(layer.filepath))  # in the project's folder, where a test before has saved one

    def films() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in kept.parent.glob(f"{kept.name.partition('.style')[0]}.style.*")}

    painted = films()
    assert len(painted) == 2
    again = street.run("grade", **wish)
    assert again.unchanged == 1 and painted == films()
    street.run("grade", **{**wish, "grade_look_strength": 0.5, "grade_look": "warm"})
    (layer,) = effects.layers(street, "grade")
    assert layer.blend_alpha == 0.5 and [modifier.name for modifier in layer.modifiers] == ["Look"]
    street.run("grade", **{**wish, "grade_style": ""})
    before.is_back()
    cover = effects.layer("Cover", "COLOR", 3, 9, settings=(effects.still("color", (0.0, 0.0, 0.0)),))
    effects.carry_out(street, effects.plan(street, "privacy", [effects.effect(street, "bad", "privacy", layers=(cover,))]))
    told = street.run("grade", **wish)
    assert not effects.layers(street, "grade") and any("covered or cut out" in notice for notice in told.notices)


def test_what_cannot_be_matched_is_said(street: CuttingRoom, graded_films: Path) -> None:
    lay(street, graded_films, "bad")
    before = street.dump()
    with pytest.raises(RuntimeError, match="no style network"):
        bpy.ops.assistant_editor.grade(names="bad", grade_style="/no/such.onnx", **FINDING)
    for reference, told in (("", "nothing to match"), ("/no/such/still.png", "no movie strip and no file")):
        with pytest.raises(RuntimeError, match=told):
            bpy.ops.assistant_editor.grade(names="bad", grade_do="match", grade_reference=reference, **FINDING)
        assert desk.error.code == BAD_INPUT
    assert not street.changed_since(before)
