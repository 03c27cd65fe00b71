"""What the reader sees of a sequence, and what it refuses to guess."""

from __future__ import annotations

import subprocess
import sys
import warnings
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.errors import LOCKED, EditorError
from assistant_editor.timeline import compat, tags
from assistant_editor.timeline.ledger import Ledger, dump, load
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.read import read
from assistant_editor.timeline.state import Tag
from assistant_editor.timeline.timebase import FrameRange

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

FILM = "rate-24-1.mp4"


@pytest.fixture
def scene():
    return stage.new_scene()


def both(scene, films):
    return stage.add_movie(scene, films / FILM), stage.add_sound(scene, films / FILM)


def test_a_plain_movie_and_its_sound(scene, films):
    movie, sound = both(scene, films)
    movie.select, sound.select = True, False
    scene.sequence_editor.active_strip = movie
    timeline = stage.reading(scene)
    picture, heard = timeline.strip("movie"), timeline.strip("sound")
    assert (timeline.rate, timeline.scene) == (24, scene.name)
    assert (picture.kind, picture.channel, picture.frames) == ("MOVIE", 1, FrameRange(1, 1201))
    assert picture.path == picture.medium == str(films / FILM)
    assert picture.source.seconds(1) == 0 and picture.source.seconds(25) == 1
    assert picture.content.length == 50
    assert (picture.selected, picture.active, heard.selected, heard.active) == (True, True, False, False)
    assert picture.partners == ("sound",) and heard.partners == ("movie",)
    assert timeline.occupied == ((1, FrameRange(1, 1201)), (2, FrameRange(1, 1201)))
    assert not picture.unmapped and not picture.held and picture.tag is None


def test_reading_changes_nothing_and_warns_of_nothing(scene, films):
    both(scene, films)
    stage.add_movie(scene, films / "rate-30-1.mp4", channel=4, name="other rate")
    stage.add_effect(scene, "TEXT", "title", 5)
    scene.timeline_markers.new("here", frame=7)
    before = dump_scene(scene)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stage.reading(scene)
    assert not differences(before, dump_scene(scene))
    assert all(not strip.is_property_set("assistant_editor_tag") for strip in scene.sequence_editor.strips_all)


def test_a_scene_without_strips_is_an_error_in_words():
    scene = bpy.data.scenes.new("bare")
    with pytest.raises(EditorError, match="no strips"):
        stage.reading(scene)


def test_sequences_without_media_are_read(scene):
    assert stage.reading(scene).strips == ()


@pytest.mark.parametrize("kind", ["lock", "channel"])
def test_locks_are_named(scene, films, kind):
    movie, _sound = both(scene, films)
    if kind == "lock":
        movie.lock = True
    else:
        scene.sequence_editor.channels[1].lock = True
    timeline = stage.reading(scene)
    assert "locked" in timeline.strip("movie").held and "'movie'" in timeline.strip("movie").held
    assert not timeline.strip("sound").held
    assert timeline.held_channels == ((1,) if kind == "channel" else ())


def test_muted_strips_and_channels(scene, films):
    movie, _sound = both(scene, films)
    movie.mute = True
    scene.sequence_editor.channels[2].mute = True
    timeline = stage.reading(scene)
    assert timeline.strip("movie").muted and timeline.strip("sound").muted


def test_a_missing_file_has_no_medium(scene):
    stage.add_movie(scene, "/nowhere/film.mp4")
    ref = stage.reading(scene).strip("movie")
    assert ref.medium == "" and ref.source is None
    assert "/nowhere/film.mp4" in ref.unmapped


def test_a_file_without_pictures(scene, films, tmp_path):
    path = tmp_path / "not-a-film.mp4"
    path.write_text("words")
    stage.add_movie(scene, path)
    assert "no picture" in stage.reading(scene).strip("movie").unmapped


def test_backwards_strobe_and_speed_are_not_guessed(scene, films):
    movie = stage.add_movie(scene, films / FILM)
    movie.use_reverse_frames = True
    assert "backwards" in stage.reading(scene).strip("movie").unmapped
    movie.use_reverse_frames = False
    movie.strobe = 2.0
    assert "strobe" in stage.reading(scene).strip("movie").unmapped
    movie.strobe = 1.0
    stage.add_effect(scene, "SPEED", "speed", 3, input1=movie)
    ref = stage.reading(scene).strip("movie")
    assert "speed effect" in ref.unmapped and ref.feeds == ("speed",)


def test_speed_through_another_effect(scene, films):
    movie = stage.add_movie(scene, films / FILM)
    glow = stage.add_effect(scene, "GLOW", "glow", 3, input1=movie)
    assert stage.reading(scene).strip("movie").source is not None
    stage.add_effect(scene, "SPEED", "speed", 4, input1=glow)
    assert stage.reading(scene).strip("movie").source is None


def test_retimed_strips_are_not_guessed(scene, films):
    movie = stage.add_movie(scene, films / FILM)
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = True
        scene.sequence_editor.active_strip = movie
        bpy.ops.sequencer.retiming_segment_speed_set(speed=200.0)
    assert len(movie.retiming_keys)
    assert "retimed" in stage.reading(scene).strip("movie").unmapped


def test_a_length_that_fits_no_rate_is_not_guessed(scene, films, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes((films / "rate-30-1.mp4").read_bytes())
    stage.add_movie(scene, path)
    path.write_bytes((films / "variable.mp4").read_bytes())
    assert "length" in stage.reading(scene).strip("movie").unmapped


def test_connected_strips_are_partners(scene, films):
    movie, sound = stage.add_by_operator(scene, films / FILM)
    timeline = stage.reading(scene)
    assert timeline.strip(movie.name).partners == (sound.name,)
    assert timeline.strip(sound.name).partners == (movie.name,)


@pytest.mark.skipif(not compat.TELLS_CONNECTIONS, reason="this Blender does not tell what is connected")
def test_a_connection_outweighs_likeness(scene, films):
    movie, _likely = both(scene, films)
    other = stage.add_sound(scene, films / "rate-25-1.mp4", channel=3, name="other")
    movie.select = other.select = True
    scene.sequence_editor.strips["sound"].select = False
    with stage.sequencer(scene):
        bpy.ops.sequencer.connect()
    timeline = stage.reading(scene)
    assert timeline.strip("movie").partners == ("other",)
    assert timeline.strip("sound").partners == ()


def test_partners_begin_together(scene, films):
    _movie, sound = both(scene, films)
    compat.set_content_start(sound, 10)
    assert stage.reading(scene).strip("movie").partners == ()


def test_sound_of_another_speed_is_no_partner(scene, films):
    movie, _sound = (stage.add_movie(scene, films / "rate-25-1.mp4"), stage.add_sound(scene, films / "rate-25-1.mp4"))
    compat.set_right(movie, 1100)
    compat.set_right(scene.sequence_editor.strips["sound"], 1100)
    assert stage.reading(scene).strip("movie").partners == ()


def test_the_open_meta_strip_is_what_is_edited(scene, films):
    movie, sound = both(scene, films)
    outer = stage.add_movie(scene, films / FILM, frame=2000, name="outside")
    movie.select = sound.select = True
    outer.select = False
    with stage.sequencer(scene):
        bpy.ops.sequencer.meta_make()
        meta = next(strip for strip in scene.sequence_editor.strips if strip.type == "META")
        assert [ref.name for ref in stage.reading(scene).strips] == ["outside"]
        outside = stage.reading(scene)
        scene.sequence_editor.active_strip = meta
        bpy.ops.sequencer.meta_toggle()
        timeline = stage.reading(scene)
        assert [ref.name for ref in timeline.strips] == ["movie", "sound"]
        assert timeline.strip("movie").partners == ("sound",)
        tags.put_ledger(meta, timeline.stamp, "inside")
        assert stage.reading(scene).ledger == "inside"
        bpy.ops.sequencer.meta_toggle()
    assert stage.reading(scene).ledger == outside.ledger == ""


def test_captions_and_their_look(scene):
    title = stage.add_effect(scene, "TEXT", "title", 5, 10, 30)
    title.text = "Hello"
    first = stage.reading(scene).captions[0]
    assert (first.name, first.text, first.channel, first.frames) == ("title", "Hello", 5, FrameRange(10, 30))
    title.text = "Other"
    compat.set_content_start(title, 50)
    title.select = not title.select
    assert stage.reading(scene).captions[0].style == first.style
    looks = {"font_size": 99.0, "use_bold": True, "location": (0.3, 0.3), "color": (1.0, 0.0, 0.0, 1.0), "blend_alpha": 0.5}
    for name, value in looks.items():
        before = stage.reading(scene).captions[0].style
        setattr(title, name, value)
        assert stage.reading(scene).captions[0].style != before, name
    before = stage.reading(scene).captions[0].style
    title.transform.scale_x = 2.0
    assert stage.reading(scene).captions[0].style != before


def test_tags_survive_saving_and_are_read(scene, films, tmp_path):
    movie, _sound = both(scene, films)
    identity = Identity("medium", "cut", Fraction(1001, 30000), Fraction(1001, 30000))
    tag = Tag("stamp", "r1", "cut", 0.75, "a clear change of picture", stage.captions([(1, 2)])[0].edit.words, identity)
    tags.put_tag(movie, tag)
    mark = scene.timeline_markers.new("m", frame=3)
    tags.put_tag(mark, tag)
    tags.put_ledger(scene, "stamp", "the ledger")
    assert stage.reading(scene).strip("movie").tag == tag
    assert stage.reading(scene).markers[0].tag == tag
    path, name = tmp_path / "saved.blend", scene.name
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, check_existing=False)
    with bpy.data.libraries.load(str(path)) as (_there, here):
        here.scenes = [name]
    loaded = here.scenes[0]
    try:
        timeline = read(loaded, stage.path_is_content)
        own = replace(tag, scene=timeline.stamp)  # the original is still here, so this one is its copy
        assert timeline.strip("movie").tag == own and timeline.markers[0].tag == own
    finally:
        bpy.data.scenes.remove(loaded)
    tags.clear_tag(movie)
    assert stage.reading(scene).strip("movie").tag is None


DAMAGES = (
    "",
    "{not json",
    "[]",
    "7",
    '["s", "r", "cut", "sure", "why", [], null]',
    '["s", "r", "cut", 1, "why", []]',
    '["s", "r", "cut", 1, "why", [["a", "1/0", "2", 1]], null]',
    '["s", "r", "cut", 1, "why", [], ["m", "soon", "2"]]',
    '["s", "r", "cut", 1, "why", [], ["m", "1"]]',
    '["s", "r", "poem", 1, "why", [], ["m", "1", "2"]]',
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_tag_is_no_tag(scene, films, damage):
    movie, _sound = both(scene, films)
    tags.put_tag(movie, Tag("s", "r", "cut", 1.0, "why"))
    movie.assistant_editor_tag.data = damage
    assert stage.reading(scene).strip("movie").tag is None


def test_a_copied_scene_starts_its_own_ledger(scene, films):
    both(scene, films)
    written = dump(Ledger("first", 7))
    tags.put_ledger(scene, "first", written)
    tags.put_tag(scene.sequence_editor.strips["movie"], Tag("first", "3", "label", 1.0, "why"))
    copy = scene.copy()
    assert (stage.reading(scene).stamp, stage.reading(scene).ledger) == ("first", written)
    own = stage.reading(copy)
    assert own.stamp != "first" and own == stage.reading(copy)
    assert load(own.ledger, own.stamp) == Ledger(own.stamp, 7)
    assert own.strip("movie").tag.scene == own.stamp, "what was copied with the scene is the copy's own"
    tags.put_ledger(copy, own.stamp, own.ledger)
    again = copy.copy()
    assert stage.reading(copy).strip("movie").tag.scene == own.stamp
    assert stage.reading(again).strip("movie").tag.scene == stage.reading(again).stamp not in ("first", own.stamp)
    for scene_copy in (again, copy):
        bpy.data.scenes.remove(scene_copy)
    scene.name = "renamed"
    assert stage.reading(scene).ledger == written
    tags.forget(scene)
    assert stage.reading(scene).ledger == ""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files where the system tells")
def test_reading_opens_no_file_for_every_strip(scene, films):
    movie = stage.add_movie(scene, films / "rate-30-1.mp4")
    for frame in range(10, 400, 4):
        movie = movie.split(frame=frame, split_method="SOFT")
    stage.reading(scene)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert len(stage.reading(scene).strips) == 99
    compat.film.__globals__["_film"].cache_clear()
    stage.reading(scene)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


def test_fps_base_and_exact_rates(films):
    for rate in (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)):
        assert stage.reading(stage.new_scene(rate)).rate == rate


@pytest.mark.skipif(not compat.TELLS_CONNECTIONS, reason="this Blender does not tell what is connected")
def test_a_title_connected_with_the_picture_does_not_take_its_sound_away(scene, films):
    movie, sound = both(scene, films)
    title = stage.add_effect(scene, "TEXT", "title", 6, 1, 20)
    for strip in scene.sequence_editor.strips_all:
        strip.select = strip in (movie, title)
    with stage.sequencer(scene):
        bpy.ops.sequencer.connect()
    assert set(stage.reading(scene).strip(movie.name).partners) == {title.name, sound.name}


def test_sound_at_nearly_the_pictures_rate_is_its_sound(films):
    scene = stage.new_scene(Fraction(24000, 1001))
    stage.add_movie(scene, films / "rate-24-1.mp4")
    stage.add_sound(scene, films / "rate-24-1.mp4")
    timeline = stage.reading(scene)
    assert timeline.strip("movie").source.rate != timeline.strip("sound").source.rate
    assert timeline.strip("movie").partners == ("sound",)


def test_what_an_editor_attaches_to_a_caption_shows_in_its_style(scene, films):
    text = stage.add_effect(scene, "TEXT", "words", 6, 1, 20)

    def style():
        return next(ref.style for ref in stage.reading(scene).captions if ref.name == "words")

    plain = style()
    seen = {plain}
    text.mute = True
    seen.add(style())
    text.mute = False
    assert style() == plain
    text["note"] = "mine"
    seen.add(style())
    del text["note"]
    text.keyframe_insert("blend_alpha", frame=3)
    seen.add(style())
    assert len(seen) == 4
    stage.add_effect(scene, "GLOW", "glow", 7, input1=text)
    assert style() not in seen


LINKED = """
import sys
sys.path.insert(0, sys.argv[2])
import tests.conftest
import bpy
from assistant_editor.ml.errors import EditorError
from tests.blender import stage

with bpy.data.libraries.load(sys.argv[1], link=True) as (there, here):
    here.scenes = [name for name in there.scenes if name == sys.argv[3]]
try:
    stage.reading(here.scenes[0])
    print("edited")
except EditorError as error:
    print(error.code, error.message)
"""


def test_a_linked_scene_is_not_edited(scene, films, tmp_path):
    """In a Blender of its own: linking a scene and letting go of it writes to freed memory in 5.2, and later tests would crash."""
    stage.add_movie(scene, films / FILM)
    saved = tmp_path / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(saved), copy=True)
    script = tmp_path / "linked.py"
    script.write_text(LINKED, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, str(script), str(saved), str(root), scene.name], capture_output=True, text=True)
    assert f"{LOCKED} Scene {scene.name!r} is linked from {saved}" in done.stdout, done.stderr
