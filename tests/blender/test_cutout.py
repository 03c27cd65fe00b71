"""Cut-outs in Blender: mattes on native masks, rendered, merged, taken back, also on strips that move and films of another rate."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import bpy
import numpy as np
import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.codec import to_json
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Boundary, Shots, ShotsOptions, Span
from assistant_editor.ml.matte_files import stored
from assistant_editor.operators import cutout_facts, cutout_options
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat

from tests.blender import effect_room, stage
from tests.blender.cutting_room import NO_PYTHON
from tests.blender.effect_room import Before, layers, picture, pictures, same_without_extension
from tests.blender.make_matte import SIZE, grey, square

SCRIPT = Path(__file__).with_name("make_matte.py")
FRAMES, CUT = 36, 18
BLUE = np.array([0.0, 0.0, 1.0])
ASKED = {"cutout_what": "person", "cutout_edges": True, "cutout_strength": 1.0, "cutout_deliver": "matte", "cutout_with": ""}


def worker(python: str, *given: object) -> None:
    done = subprocess.run([python, str(SCRIPT), *map(str, given)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def coded(worker_python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("coded")
    for rate in (25, 30):
        worker(worker_python, "film", folder / f"{rate}.mkv", rate, FRAMES)
    return folder


@pytest.fixture
def studio(room, coded, worker_python, tmp_path, monkeypatch):
    """A film on channel 2 over a blue strip; its shots are known, mattes are made by hand, and nobody is asked."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)

    def lay(rate=25, matched=False, how="square"):
        stage.add_effect(room.scene, "COLOR", "blue", 1, 1, 60).color = BLUE
        film = coded / f"{rate}.mkv"
        if matched:
            stage.add_by_operator(room.scene, film, 1, 2)[0].name = "film"
        else:
            stage.add_movie(room.scene, film, 1, 2, "film")
        own = Fraction(rate)
        found = Shots(Span(Fraction(0), FRAMES / own), Fraction(0), own, FRAMES, "made", (Boundary(CUT, CUT / own, 0.9),))
        Cache(tmp_path / "cache").store("shots", fingerprint(str(film)), ShotsOptions(), found, whole=True)
        room.select()
        room.mattes = tmp_path / "mattes"
        make(room, worker_python, tmp_path, how)
        return room

    return lay


class Props:
    """The operator's options, as far as mattes are told by them."""

    cutout_what, cutout_edges, cutout_matting = "person", True, ""

    def __init__(self, folder: Path) -> None:
        self.cutout_folder = str(folder)


def make(room, python, folder, how):
    """The matte films that the strips of the room need, as another program would have made them."""
    from assistant_editor.timeline import cutout_wanted

    strips = [strip for strip in effect_room_line(room) if strip.kind == "MOVIE"]
    props = Props(room.mattes)
    options = cutout_options.matte_options(props, False)
    wanted = cutout_wanted.wanted(strips, (), options, cutout_options.folders(props, strips), {}, {}, ("person",))
    (folder / "wanted.json").write_text(json.dumps([to_json(one) for one in wanted]))
    worker(python, "mattes", folder / "wanted.json", how)


def effect_room_line(room):
    from assistant_editor.operators import work

    return work.look(room.scene).strips


def cut_out(room, behind, **more):
    return room.run("cut_out", **{**ASKED, "cutout_folder": str(room.mattes), "cutout_behind": behind, **more})


def at(pixels, rows, columns):
    """A part of a rendered picture, rows from above, as the mattes count them."""
    return pixels[::-1][rows, columns]


def outside(number):
    """Rows and columns that are far from what is cut out."""
    return slice(1, 5), slice(0, SIZE[0])


def test_the_rest_becomes_transparent(studio):
    room = studio()
    before, plain = Before(room), pictures(room, (1, 20, FRAMES))
    outcome = cut_out(room, "transparent")
    assert outcome.counts["added"] == {"cutout": 1}
    for frame, pixels in pictures(room, (1, 20, FRAMES)).items():
        where = square(frame - 1)
        assert np.array_equal(at(pixels, *where), at(plain[frame], *where))
        assert np.allclose(at(pixels, *outside(frame)), BLUE) and np.allclose(at(pixels, slice(26, 32), slice(0, 64)), BLUE)
    same_without_extension(room, (1, 20))
    room.run("remove_effects", kind="cutout")
    before.is_back()
    assert np.array_equal(picture(room, 20), plain[20])


def test_what_is_behind_is_blurred_and_what_is_cut_out_is_not(studio):
    room = studio()
    before, plain = Before(room), picture(room, 12)
    cut_out(room, "blur", cutout_strength=1.0)
    pixels = picture(room, 12)
    assert np.allclose(at(pixels, *square(11)), at(plain, *square(11)), atol=1 / 255)
    edge = at(pixels, slice(1, 5), slice(31, 33))
    assert edge[..., 0].min() > 0.1 and edge[..., 1].min() > 0.1, "red and green run into each other"
    same_without_extension(room, (12,))
    room.run("remove_effects", kind="cutout")
    before.is_back()


def test_the_rest_becomes_a_colour_by_half(studio):
    room = studio()
    before, plain = Before(room), picture(room, 8)
    cut_out(room, "colour", cutout_colour=(1.0, 1.0, 1.0), cutout_strength=0.5)
    pixels = picture(room, 8)
    assert np.allclose(at(pixels, *square(7)), at(plain, *square(7)), atol=1 / 255)
    assert np.allclose(at(pixels, *outside(8)), (at(plain, *outside(8)) + 1) / 2, atol=2 / 255)
    room.run("remove_effects", kind="cutout")
    before.is_back()


def test_a_text_stands_behind(studio):
    room = studio()
    before, plain = Before(room), picture(room, 14)
    cut_out(room, "text", cutout_with="WWWWWWW", cutout_colour=(1.0, 1.0, 1.0))
    pixels = picture(room, 14)
    assert np.allclose(at(pixels, *square(13)), at(plain, *square(13)), atol=1 / 255)
    changed = np.abs(pixels - plain).max(axis=2) > 0.5
    assert changed.sum() > 20 and changed[::-1][12:18].sum() > 5, "beside what is cut out the text is seen"
    room.run("remove_effects", kind="cutout")
    before.is_back()


def test_another_strip_takes_the_place_of_the_rest_wherever_it_stands(studio):
    room = studio()
    stage.add_effect(room.scene, "COLOR", "white", 9, 1, 37).color = (1, 1, 1)
    before = Before(room)
    room.strips["white"].mute = True
    plain = picture(room, 10)
    room.strips["white"].mute = False
    cut_out(room, "strip", cutout_with="white")
    pixels = picture(room, 10)
    assert np.allclose(at(pixels, *square(9)), at(plain, *square(9)), atol=1 / 255) and np.allclose(at(pixels, *outside(10)), 1)
    room.run("remove_effects", kind="cutout")
    before.is_back()


def test_a_second_run_touches_nothing_and_other_wishes_are_followed(studio):
    room = studio()
    cut_out(room, "blur")
    before = room.dump()
    outcome = cut_out(room, "blur")
    assert not room.changed_since(before) and outcome.unchanged == 1
    assert cut_out(room, "colour").counts["updated"] == {"cutout": 1}
    assert [strip.type for strip in layers(room, "cutout")] == ["MOVIE", "COLOR"]


def test_what_the_editor_changed_is_his(studio):
    room = studio()
    cut_out(room, "colour")
    layers(room, "cutout")[1].blend_alpha = 0.3
    outcome = cut_out(room, "blur")
    assert outcome.kept == 1 and [strip.type for strip in layers(room, "cutout")] == ["MOVIE", "COLOR"]


@pytest.mark.parametrize("behind", ["transparent", "colour"])
def test_a_shot_can_be_left_out(studio, behind):
    room = studio()
    plain = pictures(room, (10, 30))
    room.scene.frame_current = 10
    bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", True, kind="cutout")
    cut_out(room, behind, cutout_colour=(1.0, 1.0, 1.0))
    seen = pictures(room, (10, CUT, CUT + 1, 30))
    assert np.allclose(seen[10], plain[10], atol=1 / 255) and not np.allclose(seen[30], plain[30], atol=0.1)
    rest = BLUE if behind == "transparent" else 1
    assert np.allclose(at(seen[CUT + 1], *outside(0)), rest) and not np.allclose(at(seen[CUT], *outside(0)), rest)


def posed(strip):
    strip.transform.offset_x, strip.transform.offset_y, strip.transform.rotation = 6, -4, 0.3
    strip.transform.scale_x, strip.transform.scale_y = 1.4, 0.8
    strip.crop.min_x, strip.use_flip_x = 6, True


def inner(mask):
    """Where a mask is the same all around: at its very edges each Blender mixes pixels in its own way."""
    around = [np.roll(mask[..., 0], (down, across), (0, 1)) for down in range(-2, 3) for across in range(-2, 3)]
    return (np.max(around, axis=0) == 0) | (np.min(around, axis=0) == 1)


def moving(strip):
    for frame, x in ((1, 0.0), (20, 12.0), (30, -6.0)):
        strip.transform.offset_x = x
        strip.transform.keyframe_insert("offset_x", frame=frame)
        strip.transform.scale_x = strip.transform.scale_y = 1 + x / 40
        strip.transform.keyframe_insert("scale_x", frame=frame)
        strip.transform.keyframe_insert("scale_y", frame=frame)


@pytest.mark.parametrize("pose", [posed, moving])
def test_a_matte_lies_as_the_picture_lies(studio, pose):
    """What is cut out of a picture that is moved, turned, mirrored and cropped is what would be if it were moved afterwards."""
    room = studio()
    pose(room.strips["film"])
    plain = pictures(room, (5, 14, 25))
    cut_out(room, "transparent")
    seen = pictures(room, (5, 14, 25))
    room.strips["film"].modifiers[0].mute = True
    matte = layers(room, "cutout")[0]
    matte.mute, matte.blend_type, matte.use_flip_x = False, "ALPHA_OVER", room.strips["film"].use_flip_x
    shown = pictures(room, (5, 14, 25))
    for frame in seen:
        mask = shown[frame].min(axis=2, keepdims=True)
        assert 0.02 < mask.mean() < 0.5
        sure = inner(mask)
        assert np.abs(seen[frame] - (plain[frame] * mask + BLUE * (1 - mask)))[sure].max() < 3 / 255
        assert (sure & (mask[..., 0] == 1)).sum() > 20 and (sure & (mask[..., 0] == 0)).sum() > 200


@pytest.mark.parametrize(("rate", "matched"), [(25, False), (30, False), (30, True)])
def test_picture_and_matte_are_the_same_at_every_frame(studio, rate, matched):
    """Each picture has its number as grey, and so has its matte: what is seen is their product."""
    room = studio(rate, matched, "numbers")
    last = stage.extent(room.strips["film"])[1]
    room.strips["blue"].color = (0, 0, 0)
    frames = range(1, last, 2)
    band = slice(26, 31), slice(8, 56)
    numbers = {frame: round((float(at(pixels, *band).mean()) * 255 - grey(0)) / 4) for frame, pixels in pictures(room, frames).items()}
    assert len(set(numbers.values())) > 10
    cut_out(room, "transparent")
    for frame, pixels in pictures(room, frames).items():
        assert float(at(pixels, *band).mean()) == pytest.approx((grey(numbers[frame]) / 255) ** 2, abs=1.6 / 255), frame


def test_trimmed_and_moved_the_matte_still_fits(studio):
    room = studio()
    compat.set_left(room.strips["film"], 9)
    room.strips["film"].frame_start += 7
    cut_out(room, "transparent")
    number = 20 - 1 - 7
    pixels = picture(room, 20)
    assert np.allclose(at(pixels, *outside(0)), BLUE) and not np.allclose(at(pixels, *square(number)), BLUE)


def test_mask_splines_stand_in_for_the_film(studio):
    room = studio()
    before, plain, masks = Before(room), pictures(room, (6, 17, 30)), len(bpy.data.masks)
    cut_out(room, "transparent", cutout_deliver="splines")
    assert [strip.type for strip in layers(room, "cutout")] == ["MASK"] and len(bpy.data.masks) == masks + 1
    for frame, pixels in pictures(room, (6, 17, 30)).items():
        cut = np.abs(pixels - BLUE).max(axis=2)[::-1] > 0.5
        truth = np.zeros(SIZE[::-1], bool)
        truth[square(frame - 1)] = True
        assert (cut & truth).sum() / (cut | truth).sum() > 0.85
        inner = square(frame - 1)[0], slice(square(frame - 1)[1].start + 2, square(frame - 1)[1].stop - 2)
        assert np.allclose(at(pixels, slice(9, 15), inner[1]), at(plain[frame], slice(9, 15), inner[1]), atol=2 / 255)
    same_without_extension(room, (17,))
    room.run("remove_effects", kind="cutout")
    before.is_back()


def test_what_cannot_be_is_said(studio):
    room = studio()
    for behind, told in (("strip", "no strip is named"), ("text", "no text is given")):
        outcome = cut_out(room, behind)
        assert any(told in notice for notice in outcome.notices) and not layers(room, "cutout")


def test_without_a_matte_film_the_redo_panel_says_what_to_do(studio):
    room = studio()
    for matte in stored(str(room.mattes)):
        Path(matte.path).unlink()
    assert not stored(str(room.mattes))
    with pytest.raises(RuntimeError):  # the worker would have to be asked, and there is none
        cut_out(room, "blur")
    assert isinstance(desk.error, EditorError) and not layers(room, "cutout")


def test_layers_of_effects_are_no_films_of_their_own(studio):
    room = studio()
    cut_out(room, "blur")
    matte = layers(room, "cutout")[0]
    with pytest.raises(RuntimeError):
        cut_out(room, "blur", names=matte.name)
    assert isinstance(desk.error, EditorError)
    found = cutout_facts.choose(effect_room.line(room), "ALL", ())
    assert [strip.name for strip in found] == ["film"]


def test_somebody_is_cut_out_by_the_real_network_and_only_once(room, worker_python, tmp_path):
    """Drawn, but found by the real weights: the film of the matte lies beside the medium, whole."""
    worker(worker_python, "person", tmp_path / "walk.mkv", 10)
    room.scene.render.resolution_x, room.scene.render.resolution_y = 320, 160
    stage.add_movie(room.scene, tmp_path / "walk.mkv", 1, 2, "film")
    room.select()
    plain = picture(room, 5)
    options = {**ASKED, "cutout_behind": "colour", "cutout_folder": "", "cutout_colour": (0.0, 1.0, 0.0), "detector": "hash"}
    outcome = room.run("cut_out", **options)
    assert outcome.counts["added"] == {"cutout": 1}
    (matte,) = stored(str(tmp_path))
    assert matte.film.startswith("walk.") and not [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    pixels = picture(room, 5)
    green = np.abs(pixels - np.array([0.0, 1.0, 0.0])).max(axis=2) < 0.02
    assert green[::-1][:40, :80].all() and not green[::-1][55:70, 140:160].any()
    assert np.allclose(pixels[::-1][55:70, 140:160], plain[::-1][55:70, 140:160], atol=2 / 255)
    written = Path(matte.path).stat().st_mtime_ns
    assert room.run("cut_out", **options).unchanged == 1 and Path(matte.path).stat().st_mtime_ns == written


@pytest.mark.parametrize("behind", ["transparent", "colour"])
def test_a_strip_that_was_split_stays_cut_out_and_is_followed(studio, behind):
    room = studio()
    cut_out(room, behind, cutout_colour=(1.0, 1.0, 1.0))
    before = pictures(room, (5, 17, 18, 30))
    room.strips["film"].split(CUT, "SOFT")
    room.select()
    assert all(np.array_equal(seen, before[frame]) for frame, seen in pictures(room, before).items())
    cut_out(room, behind, cutout_colour=(1.0, 1.0, 1.0))
    after = pictures(room, before)
    assert all(np.allclose(after[frame], before[frame], atol=1 / 255) for frame in before)
    room.run("remove_effects", kind="cutout")
    assert not layers(room, "cutout") and not any(strip.modifiers for strip in room.strips if strip.type == "MOVIE")


def test_things_that_nothing_could_find_are_not_taken_for_people(studio):
    """The mattes of people that lie there serve nobody who asks for a dog; and it is said what is missing."""
    room = studio()
    with pytest.raises(RuntimeError):
        cut_out(room, "blur", cutout_what="dog")
    assert desk.error is not None and not layers(room, "cutout")
    props = Props(room.mattes)
    props.cutout_what = "dog, person"
    assert not cutout_options.possible(props, False) and cutout_options.possible(props, True)


def choices(room):
    return effect_room.stage(room).choices


def test_what_is_picked_in_numbers_is_kept_for_its_shot_and_forgotten(studio):
    room = studio()
    room.scene.frame_current = 10
    room.run("pick_cut_out", at="0.3,0.6 0.25,0.5", not_at="0.9,0.5")
    room.run("pick_cut_out", at="0.5,0.5", frame=30)
    first, second = choices(room)
    assert (first.kind, first.what, first.span.start) == ("cutout", "points", Fraction(9, 25)) and second.span.start == Fraction(29, 25)
    assert first.value == "[[0.3,0.4,1],[0.25,0.5,1],[0.9,0.5,0]]"
    props = Props(room.mattes)
    props.cutout_clicker = ""
    shots = {effect_room.line(room).strip("film").medium: Shots(Span(Fraction(0), Fraction(2)), Fraction(0), Fraction(25), FRAMES, "made",
                                                               (Boundary(CUT, Fraction(CUT, 25), 0.9),))}  # fmt: skip
    (picks,) = cutout_facts.picks(room.scene, {"shots": shots}, props).values()
    assert [len(one.clicks[0].points) for one in picks] == [3, 1]
    room.run("pick_cut_out", forget=True, frame=5)
    assert choices(room) == (second,)
    with pytest.raises(RuntimeError):
        bpy.ops.assistant_editor.pick_cut_out("EXEC_DEFAULT", True, forget=True, frame=5)
    for wrong in ({"at": "0.5"}, {"not_at": "0.5,0.5"}, {"at": "0.5,0.5", "frame": 500}):
        with pytest.raises(RuntimeError):
            bpy.ops.assistant_editor.pick_cut_out("EXEC_DEFAULT", True, **wrong)
        assert isinstance(desk.error, EditorError) and desk.error.remedy
    with pytest.raises(RuntimeError):  # there is no window to click in
        bpy.ops.assistant_editor.pick_cut_out("INVOKE_DEFAULT", True)
    assert choices(room) == (second,)


def test_the_film_on_top_is_meant(studio):
    room = studio()
    stage.add_movie(room.scene, room.strips["film"].filepath, 5, 4, "above")
    room.run("pick_cut_out", at="0.5,0.5", frame=10)
    room.run("pick_cut_out", at="0.5,0.5", frame=10, names="film")
    assert [one.span.start for one in choices(room)] == [Fraction(5, 25), Fraction(9, 25)]


def test_mattes_of_people_do_not_serve_what_was_picked(studio):
    """Nobody is there to make another film, and that is said; left out again, what is there serves."""
    room = studio()
    room.run("pick_cut_out", at="0.3,0.6", frame=10)
    with pytest.raises(RuntimeError):
        cut_out(room, "blur")
    assert not layers(room, "cutout")
    room.run("pick_cut_out", forget=True, frame=10)
    assert cut_out(room, "blur").counts["added"] == {"cutout": 1}


def test_something_clicked_on_is_cut_out_by_the_command(room, worker_python, tmp_path):
    """Without any model of it: a drawn person's shirt and face, said in numbers."""
    from assistant_editor import cli

    worker(worker_python, "person", tmp_path / "walk.mkv", 6)
    room.scene.render.resolution_x, room.scene.render.resolution_y = 320, 160
    stage.add_movie(room.scene, tmp_path / "walk.mkv", 1, 2, "film")
    room.select()
    options = ["cutout_what=hat", "cutout_behind=colour", "cutout_folder=", "cutout_colour=0,1,0", "detector=hash"]
    points = ["--at", "0.45,0.2", "--at", "0.45,0.64", "--not-at", "0.1,0.5", "--frame", "1"]
    code = cli.main(["cutout", *points, "--options", *options])
    assert code in (0, 6), desk.error
    (matte,) = stored(str(tmp_path))
    assert matte.method == "by click, GrabCut" and len(matte.picks[0].clicks[0].points) == 3
    pixels = picture(room, 4)[::-1]
    green = np.abs(pixels - np.array([0.0, 1.0, 0.0])).max(axis=2) < 0.02
    assert green[:40, :80].all() and not green[130:150, 130:160].any()
