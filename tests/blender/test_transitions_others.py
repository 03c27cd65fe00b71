"""Transitions for images, colours, scenes and meta strips: out of pictures they really have, seams and handles on renders."""

from __future__ import annotations

import wave
from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Boundary, Shots, ShotsOptions, Span, Voice, VoiceOptions
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON
from tests.blender.effect_room import Before, layers, picture, pictures, same_without_extension
from tests.blender.speech_bench import coded

CUT, END = 101, 201
RATE = Fraction(25)


@pytest.fixture
def made(room, films, tmp_path, monkeypatch):
    """An empty scene; of the film with 1200 numbered pictures all is known, and there is no worker to ask."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    room.film, room.cache, room.folder = films / "rate-25-1.mp4", Cache(tmp_path / "cache"), tmp_path
    known(room)
    return room


def known(room, *boundaries):
    found = tuple(Boundary(frame, frame / RATE, 0.9) for frame in boundaries)
    facts = Shots(Span(Fraction(0), 1200 / RATE), Fraction(0), RATE, 1200, "transnetv2", found)
    room.cache.store("shots", fingerprint(str(room.film)), ShotsOptions(), facts, whole=True)


def place(strip, start, end, channel=None):
    compat.set_left(strip, start)
    compat.set_right(strip, end)
    if channel is not None:
        strip.channel = channel
    return strip.name


def image(room, name, grey, start, end, channel=2, alpha=1.0, kind="PNG"):
    made = bpy.data.images.new(name, 64, 32, alpha=alpha < 1.0)
    made.pixels.foreach_set(np.tile(np.float32([grey, grey * 0.5, 1.0 - grey, alpha]), 64 * 32))
    made.filepath_raw, made.file_format = str(room.folder / f"{name}.{kind.lower()}"), kind
    made.save()
    bpy.data.images.remove(made)
    path = str(room.folder / f"{name}.{kind.lower()}")
    return place(room.strips.new_image(name=name, filepath=path, channel=channel, frame_start=start), start, end)


def film(room, name, start, end, shows, channel=2, strips=None):
    """The numbered film over start..end, its picture `shows` at `start`."""
    owner = room.strips if strips is None else strips
    strip = owner.new_movie(name=name, filepath=str(room.film), channel=channel, frame_start=start - shows)
    return place(strip, start, end)


def meta(room, name, *inside):
    room.select(*inside)
    with stage.sequencer(room.scene):
        bpy.ops.sequencer.meta_make()
    made = room.scene.sequence_editor.active_strip
    made.name = name
    room.select()
    return room.strips[name]


def scene_of(room, name, *, frames=(11, 310), sound=False):
    """A scene of its own with the film in it: at frame 11 its picture 20 is seen."""
    other = stage.new_scene(RATE)
    other.name, (other.frame_start, other.frame_end) = f"stage {name}", frames
    film(room, "in it", 1, 400, 10, 1, other.sequence_editor.strips)
    if sound:
        noise(room, "heard in it", 2, 1, 400, other.sequence_editor.strips)
    return other


def scene_strip(room, other, start, end, hidden, channel=2):
    strip = room.strips.new_scene(name="scene", scene=other, channel=channel, frame_start=start - hidden)
    strip.scene_input = "SEQUENCER"
    return place(strip, start, end)


def add(room, **more):
    chosen = {"transition_at": "cuts", "transition_way": "dissolve", "transition_direction": "left", "transition_clear": False, **more}
    room.select()
    return room.run("add_transitions", **chosen)


def around():
    return [CUT - 40, *range(CUT - 15, CUT + 16, 2), CUT + 40]


def seams(room, before):
    """The frames of the one transition, whose first and last picture are what was seen there before, while those between are not."""
    start, end = stage.extent(layers(room, "transition")[-1])
    after = pictures(room, before)
    same = {frame for frame in before if np.abs(after[frame] - before[frame]).max() <= 1 / 255 + 1e-6}
    assert {frame for frame in before if frame <= start or frame >= end - 1} <= same
    assert not {frame for frame in before if start + 1 < frame < end - 2} <= same
    return start, end


def one_side(room, fader):
    """The number shown on each frame of the transition with its fader held."""
    cross = layers(room, "transition")[-1]
    start, end = stage.extent(cross)
    compat.remove_curves(room.scene, cross.name)
    cross.effect_fader = fader
    return stage.shown(room.scene, start, end - 1)


@pytest.mark.parametrize("way", ["dissolve", "wipe", "push", "dip"])
def test_stills_have_all_the_handles_one_may_want_and_nobody_is_asked(made, way):
    image(made, "one", 0.2, 1, CUT)
    image(made, "two", 0.8, CUT, END)
    made.select()
    both = Before(made)
    before = pictures(made, [1, *range(CUT - 30, CUT + 30, 5), END - 1])
    add(made, transition_way=way, transition_seconds=2.0)
    assert seams(made, before) == (CUT - 25, CUT + 25)
    if way == "dissolve":
        middle, share = picture(made, CUT), 25 / 49
        assert np.abs(middle - (before[1] * (1 - share) + before[END - 1] * share)).max() <= 2 / 255
        dump = made.dump()
        add(made, transition_way=way, transition_seconds=2.0)
        assert not made.changed_since(dump)
        same_without_extension(made, (CUT - 25, CUT - 7, CUT + 24))
    made.run("remove_effects", kind="transition")
    both.is_back()


@pytest.mark.parametrize("other", ["image", "colour", "meta", "scene"])
def test_from_a_film_to_another_picture(made, other):
    film(made, "film", 1, CUT, 300)
    if other == "image":
        image(made, "still", 0.7, CUT, END)
    elif other == "colour":
        place(compat.new_effect(made.strips, "colour", "COLOR", 2, CUT, END), CUT, END)
        made.strips["colour"].color = (0.9, 0.2, 0.1)
    elif other == "meta":
        film(made, "in", CUT - 60, END + 60, 600)
        place(meta(made, "meta", "in"), CUT, END, 2)
    else:
        scene_strip(made, scene_of(made, "other"), CUT, END, 50)
    before = pictures(made, around())
    add(made)
    assert seams(made, before) == (CUT - 12, CUT + 13)
    assert one_side(made, 0.0) == {frame: frame - 1 + 300 for frame in range(CUT - 12, CUT + 13)}
    first = {"meta": 600 + 60 - 12, "scene": 20 + 50 - 12}.get(other)
    if first is not None:
        assert one_side(made, 1.0) == {frame: first + frame - (CUT - 12) for frame in range(CUT - 12, CUT + 13)}


def handles(room, **more):
    add(room, transition_seconds=2.0, **more)
    (cross,) = [strip for strip in layers(room, "transition") if strip.type in ("CROSS", "COLOR")]
    start, end = stage.extent(cross)
    return CUT - start, end - CUT


def test_a_meta_strip_has_what_goes_on_in_it_and_no_more(made):
    film(made, "film", 1, CUT, 300)
    film(made, "in", CUT - 9, END + 60, 600)
    place(meta(made, "meta", "in"), CUT, END, 2)
    assert handles(made) == (9, 25 + 16)  # nothing is in it before


def test_a_cut_in_a_meta_strip_ends_its_handle(made):
    film(made, "before", CUT - 50, CUT - 7, 100)
    film(made, "in", CUT - 7, END + 60, 600)
    place(meta(made, "meta", "before", "in"), CUT, END, 2)
    film(made, "film", 1, CUT, 300)
    assert handles(made) == (7, 25 + 18)


def test_another_shot_of_a_film_in_a_meta_strip_ends_its_handle(made):
    known(made, 655)  # the meta strip's first frame shows picture 660
    film(made, "in", CUT - 60, END + 60, 600)
    place(meta(made, "meta", "in"), CUT, END, 2)
    film(made, "film", 1, CUT, 300)
    assert handles(made) == (5, 25 + 20)


def test_a_picture_held_in_a_meta_strip_is_none(made):
    film(made, "in", CUT - 60, END + 60, -52)  # eight frames before the cut the film begins
    place(meta(made, "meta", "in"), CUT, END, 2)
    film(made, "film", 1, CUT, 300)
    assert handles(made) == (8, 25 + 17)


def test_a_scene_ends_where_it_ends(made):
    scene_strip(made, scene_of(made, "short"), CUT, END, 6)
    film(made, "film", 1, CUT, 300)
    assert handles(made) == (6, 25 + 19)


def test_a_sequence_of_pictures_is_not_held(made):
    for number in range(120):
        image(made, f"p{number:03d}", number / 120, 1000, 1001, 30)
    for strip in [strip for strip in made.strips if strip.channel == 30]:
        made.strips.remove(strip)
    strip = made.strips.new_image(name="row", filepath=str(made.folder / "p000.png"), channel=2, frame_start=CUT - 5)
    for number in range(1, 120):
        strip.elements.append(f"p{number:03d}.png")
    place(strip, CUT, CUT + 100)
    film(made, "film", 1, CUT, 300)
    assert handles(made) == (5, 25 + 20)


def test_what_is_in_a_meta_strip_was_changed_and_its_copy_follows(made):
    film(made, "film", 1, CUT, 300)
    film(made, "in", CUT - 60, END + 60, 600)
    place(meta(made, "meta", "in"), CUT, END, 2)
    made.strips["meta"].strips[0].color_multiply = 0.9
    for frame, value in ((CUT - 30, 0.4), (CUT + 60, 0.9)):  # keyframes of what is inside go along
        made.strips["meta"].strips[0].color_multiply = value
        made.strips["meta"].strips[0].keyframe_insert("color_multiply", frame=frame)
    before = pictures(made, around())
    add(made)
    seams(made, before)
    dump = made.dump()
    add(made)
    assert not made.changed_since(dump)
    made.strips["meta"].strips[0].color_saturation = 0.2
    made.strips["meta"].strips[0].transform.offset_x = 9.0
    made.run("remove_effects", kind="transition")
    plain = pictures(made, around())
    bpy.ops.ed.undo_push(message="as it is")
    add(made)
    seams(made, plain)
    assert len(layers(made, "transition")) == 3


def test_the_sound_stays_as_it_is_to_the_last_sample(made, tmp_path):
    film(made, "film", 1, CUT, 300)
    film(made, "in", CUT - 60, END + 60, 600)
    noise(made, "sound in", 3, CUT - 60, END + 60)
    place(meta(made, "meta", "in", "sound in"), CUT, END, 2)
    strip = scene_strip(made, scene_of(made, "loud", sound=True), END, END + 100, 50)
    for frame, volume in ((END - 20, 0.3), (END + 60, 0.9)):
        made.strips[strip].volume = volume
        made.strips[strip].keyframe_insert("volume", frame=frame)
    made.scene.frame_start, made.scene.frame_end = 1, END + 90
    before = mixed(made, tmp_path / "before.wav")
    assert np.abs(before).max() > 0.01
    add(made, transition_clear=False)
    assert len(layers(made, "transition")) == 6
    assert np.array_equal(before, mixed(made, tmp_path / "after.wav"))


def noise(room, name, channel, start, end, strips=None):
    path = room.folder / "noise.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.writeframes(np.random.default_rng(7).integers(-9000, 9000, 48000 * 40, np.int16).tobytes())
    strip = (room.strips if strips is None else strips).new_sound(name=name, filepath=str(path), channel=channel, frame_start=1)
    return place(strip, start, end)


def mixed(room, path):
    import aud

    room.scene.frame_set(1)
    bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="S16")
    return aud.Sound(str(path)).data()


def test_what_is_said_in_a_meta_strip_is_heard(made, monkeypatch):
    image(made, "still", 0.5, 1, CUT)
    sound = stage.add_sound(made.scene, made.film, 1, 3, "said")
    place(sound, CUT - 60, END + 60)
    film(made, "in", CUT - 60, END + 60, 600)
    place(meta(made, "meta", "in", "said"), CUT, END, 2)
    rows = 4800
    for spoken, expected in (((CUT + 4, CUT + 90), 4), ((CUT - 50, CUT - 20), 25)):
        heard = np.zeros(rows, bool)
        heard[(spoken[0] - 1) * 4 : (spoken[1] - 1) * 4] = True
        levels = [np.where(heard, loud, soft) for loud, soft in ((250, 0), (200, 100), (230, 0), (80, 0), (120, 0))]
        facts = Voice(Span(Fraction(0), Fraction(48)), Fraction(0), Fraction(1, 100), "made", *map(coded, levels), -60.0)
        made.cache.store("voice", fingerprint(str(made.film)), VoiceOptions(), facts, whole=True)
        monkeypatch.setitem(desk.origins, fingerprint(str(made.film)), Fraction(0))
        made.run("remove_effects", kind="transition", changed_too=True)
        after = handles(made, transition_clear=True)[1]
        assert after <= expected + 1 and after >= expected - 4, (spoken, after)  # what is hidden by its handle is not heard


def test_nothing_shines_through_that_did_not_before(made):
    film(made, "below", 1, END, 300, 1)
    image(made, "sheer", 0.9, 50, CUT, 3, alpha=0.5)
    image(made, "title", 0.1, CUT, 150, 3, alpha=0.5)
    outcome = add(made)
    assert not layers(made, "transition")
    assert any("what is seen below may shine through" in told for told in outcome.notices)


def test_photographs_without_transparency_lie_over_a_film(made):
    film(made, "below", 1, END, 300, 1)
    image(made, "one", 0.9, 50, CUT, 3, kind="JPEG")
    image(made, "two", 0.1, CUT, 150, 3, kind="JPEG")
    before = pictures(made, around())
    add(made)
    seams(made, before)


def test_what_cannot_have_one_is_said(made):
    film(made, "film", 1, CUT, 300)
    mask = made.strips.new_mask(name="mask", mask=bpy.data.masks.new("m"), channel=2, frame_start=CUT)
    place(mask, CUT, END)
    outcome = add(made)
    assert not layers(made, "transition") and any("no transitions for masks" in told for told in outcome.notices)


def test_a_renamed_still_keeps_one_transition_and_others_are_not_touched(made):
    for number, grey in enumerate((0.1, 0.5, 0.9)):
        image(made, f"still {number}", grey, 1 + 100 * number, 101 + 100 * number)
    add(made)
    assert len(layers(made, "transition")) == 6
    made.strips["still 0"].name = "first"
    made.strips["still 1"].name = "second"
    dump = [(strip.name, stage.extent(strip)) for strip in layers(made, "transition")]
    add(made)
    assert sorted(extent for _name, extent in dump) == sorted(stage.extent(strip) for strip in layers(made, "transition"))
    made.select("first")
    made.run("add_transitions", transition_at="cuts", transition_way="wipe", transition_clear=False)
    assert sorted(strip.type for strip in layers(made, "transition") if strip.type != "IMAGE") == ["CROSS", "WIPE"]
