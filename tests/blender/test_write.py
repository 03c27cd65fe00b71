"""What the writer makes of changes: cuts, joins, captions, markers, labels, and what it takes away again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.timeline import compat
from assistant_editor.timeline.appearance import style_of, style_of_new
from assistant_editor.timeline.changes import Changes, Remove, Update
from assistant_editor.timeline.ledger import Ledger, Record, dump, load, pending
from assistant_editor.timeline.plan import CaptionStyle, Identity
from assistant_editor.timeline.texts import dress
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write import apply

from tests.blender import stage

FILM = "rate-24-1.mp4"


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    movie, sound = stage.add_by_operator(scene, films / FILM)
    movie.name, sound.name = "movie", "sound"
    return scene


def extents(scene, kind="MOVIE"):
    return sorted(stage.extent(strip) for strip in scene.sequence_editor.strips if strip.type == kind)


def run(scene, *adds, **rest):
    timeline = stage.reading(scene)
    rest.setdefault("ledger", timeline.ledger or stage.EMPTY_LEDGER)
    return apply(scene, timeline, Changes(adds=tuple(adds), **rest))


def cut(scene, frames, name="movie"):
    return run(scene, *stage.cuts(stage.reading(scene), name, frames))


def test_cuts_go_through_picture_and_sound(scene):
    written = cut(scene, [300, 100, 200])
    assert written.cuts == 3
    assert extents(scene) == extents(scene, "SOUND") == [(1, 100), (100, 200), (200, 300), (300, 1201)]
    timeline = stage.reading(scene)
    for ref in timeline.strips:
        assert ref.tag is None, "the ledger knows of the cut; the strips stay as they were"
        (partner,) = ref.partners
        assert timeline.strip(partner).frames == ref.frames
    assert timeline.ledger


def test_both_halves_stay_connected(scene):
    cut(scene, [100])
    halves = {stage.extent(strip)[0]: strip for strip in scene.sequence_editor.strips if strip.type == "MOVIE"}
    for half, frame in ((halves[1], 50), (halves[100], 150)):
        half.split(frame=frame, split_method="SOFT")
    assert extents(scene) == extents(scene, "SOUND") == [(1, 50), (50, 100), (100, 150), (150, 1201)]


def test_unconnected_sound_is_cut_along(films):
    scene = stage.new_scene()
    stage.add_movie(scene, films / FILM)
    stage.add_sound(scene, films / FILM)
    cut(scene, [100, 200])
    assert extents(scene) == extents(scene, "SOUND") == [(1, 100), (100, 200), (200, 1201)]


def test_two_pictures_share_a_sound(films):
    scene = stage.new_scene()
    stage.add_movie(scene, films / FILM)
    stage.add_sound(scene, films / FILM)
    stage.add_movie(scene, films / FILM, channel=3, name="again")
    timeline = stage.reading(scene)
    adds = [add for name in ("movie", "again") for add in stage.cuts(timeline, name, [100, 200])]
    apply(scene, timeline, stage.changes(*[replace(add, record=f"{i}") for i, add in enumerate(adds)]))
    assert extents(scene, "SOUND") == [(1, 100), (100, 200), (200, 1201)]
    assert len(extents(scene)) == 6


@pytest.fixture
def dissolve(films):
    """one [1, 301) -> two [251, 1201), a dissolve and a glow over it between them, and a third strip that has to do with neither."""
    scene = stage.new_scene()
    one = stage.add_movie(scene, films / FILM, channel=1, name="one")
    compat.set_right(one, 301)
    two = stage.add_movie(scene, films / FILM, channel=2, name="two", frame=251)
    cross = stage.add_effect(scene, "CROSS", "cross", 3, input1=one, input2=two)
    stage.add_effect(scene, "GLOW", "glow", 4, input1=cross)
    stage.add_movie(scene, films / FILM, channel=9, name="bystander")
    scene.sequence_editor.active_strip = cross
    assert stage.extent(cross) == (251, 301)
    return scene


def test_cutting_what_feeds_effects(dissolve):
    scene = dissolve
    timeline = stage.reading(scene)
    wanted = {"one": [100, 200, 251], "two": [301, 500], "bystander": [100]}
    adds = [add for name, frames in wanted.items() for add in stage.cuts(timeline, name, frames)]
    written = apply(scene, timeline, stage.changes(*[replace(add, record=f"r{i}") for i, add in enumerate(adds)]))
    assert (written.cuts, written.notices) == (6, ())
    by_channel = {n: sorted(stage.extent(s) for s in scene.sequence_editor.strips if s.channel == n) for n in (1, 2, 3, 4, 9)}
    assert by_channel == {
        1: [(1, 100), (100, 200), (200, 251), (251, 301)],
        2: [(251, 301), (301, 500), (500, 1451)],
        3: [(251, 301)],
        4: [(251, 301)],
        9: [(1, 100), (100, 1201)],
    }
    strips = scene.sequence_editor.strips
    assert (strips["cross"].type, strips["glow"].type, scene.sequence_editor.active_strip.name) == ("CROSS", "GLOW", "cross")
    assert (stage.extent(strips["cross"].input_1), stage.extent(strips["cross"].input_2)) == ((251, 301), (251, 301))
    assert stage.extent(strips["two"])[0] == 251


def test_a_cut_within_a_dissolve_is_left_out_and_said(dissolve):
    timeline = stage.reading(dissolve)
    adds = stage.cuts(timeline, "one", [100, 270])
    records = tuple(Record(add.record, add.edit.identity) for add in adds)
    written = apply(dissolve, timeline, stage.changes(*adds, ledger=dump(Ledger("s", 3, records))))
    assert written.cuts == 1 and "270" in written.notices[0] and "'cross'" in written.notices[0]
    assert [record.id for record in load(stage.reading(dissolve).ledger).records] == ["c100"]


def test_a_cut_inside_an_open_meta_strip(films):
    scene = stage.new_scene()
    movie, _sound = stage.add_by_operator(scene, films / FILM)
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = True
        bpy.ops.sequencer.meta_make()
        meta = scene.sequence_editor.strips[0]
        scene.sequence_editor.active_strip = meta
        bpy.ops.sequencer.meta_toggle()
        cut(scene, [100], movie.name)
        run(scene, *stage.captions([(10, 20)]))
        assert sorted(stage.extent(s) for s in meta.strips if s.type == "MOVIE") == [(1, 100), (100, 1201)]
        assert [s.type for s in meta.strips].count("TEXT") == 1
        assert [s.type for s in scene.sequence_editor.strips] == ["META"]
        assert meta.is_property_set("assistant_editor_ledger") and not scene.is_property_set("assistant_editor_ledger")
        bpy.ops.sequencer.meta_toggle()


def test_captions_have_the_look_that_was_asked_for(scene):
    scene.render.resolution_x, scene.render.resolution_y = 1920, 1080
    style = CaptionStyle(font_size=0.1, position=(0.4, 0.2), color=(1.0, 0.5, 0.25, 1.0), outline=False, shadow=True, box=True)
    written = run(scene, *stage.captions([(10, 34), (34, 50)], style))
    first, second = (scene.sequence_editor.strips[name] for name in written.names)
    assert (stage.extent(first), stage.extent(second)) == ((10, 34), (34, 50))
    assert first.text == "Caption number 0" and first.channel == second.channel == written.channels[0]
    assert first.font_size == pytest.approx(108) and tuple(first.location) == pytest.approx((0.4, 0.2))
    assert tuple(first.color) == (1.0, 0.5, 0.25, 1.0)
    assert (first.use_outline, first.use_shadow, first.use_box) == (False, True, True)
    assert (first.anchor_x, first.anchor_y, first.alignment_x) == ("CENTER", "BOTTOM", "CENTER")
    assert not first.select
    tag = stage.reading(scene).captions[0].tag
    assert tag.words[0].text == " Caption" and tag.words[0].end == Fraction(1, 2)


@pytest.mark.parametrize("size", [(1920, 1080), (640, 272), (1080, 1920)], ids=["HD", "scope", "portrait"])
def test_a_long_line_fits_the_frame(scene, size):
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.image_settings.color_mode = "RGB"
    scene.sequence_editor.strips["movie"].mute = True
    (add,) = stage.captions([(1, 4)])
    line = "The quick brown fox jumps over a lazy dog."
    assert len(line) == 42
    (name,) = run(scene, replace(add, edit=replace(add.edit, text=line))).names
    strip = scene.sequence_editor.strips[name]
    assert (strip.font_size == pytest.approx(0.055 * size[1])) == (size[0] > size[1])
    lit = stage.light(scene)
    rows, columns = lit.any(axis=1).nonzero()[0], lit.any(axis=0).nonzero()[0]
    assert len(columns) and columns[0] > 0.01 * size[0] and columns[-1] < 0.99 * size[0]
    assert rows[-1] - rows[0] < 1.3 * strip.font_size, "one line stays one line"


def test_the_ledger_knows_the_look_that_came_of_it(scene):
    identity = Identity("medium", "caption", Fraction(0), Fraction(1))
    record = Record("t0", identity, start=10, end=20, text="Caption number 0", look=CaptionStyle(), style=pending(CaptionStyle()))
    (add,) = stage.captions([(10, 20)])
    run(scene, add, ledger=dump(Ledger("s", 2, (record,))))
    timeline = stage.reading(scene)
    assert load(timeline.ledger).records[0].style == timeline.captions[0].style != ""
    red = replace(add.edit, style=CaptionStyle(color=(1.0, 0.0, 0.0, 1.0)))
    (name,) = [caption.name for caption in timeline.captions]
    run(scene, updates=(Update("t0", name, red, frozenset({"style"})),), ledger=timeline.ledger)
    restyled = stage.reading(scene)
    assert load(restyled.ledger).records[0].style == restyled.captions[0].style not in ("", timeline.captions[0].style)


def test_the_digest_of_a_new_look_is_remembered_for_that_look_alone(scene):
    font = bpy.data.fonts.load(str(min(Path(bpy.utils.system_resource("DATAFILES", path="fonts")).glob("*.woff2"))))
    for height in (1080, 540, 1080):
        other = bpy.data.scenes.new("other")
        other.render.resolution_y = height
        strips = other.sequence_editor_create().strips
        for style in (CaptionStyle(), CaptionStyle(outline=False), CaptionStyle()):
            strip = compat.new_text(strips, "text", 1, 1, 9)
            for name in ("Inter", "Inter.001", "Inter"):
                dress(strip, style, style.font_size * height)
                assert style_of_new(strip, (style, style.font_size * height)) == style_of(strip)
                strip.font, font.name = font, name
                assert style_of_new(strip, (style, style.font_size * height)) == style_of(strip)
        bpy.data.scenes.remove(other)  # before the font: removing a font leaves text strips with a pointer to it
    bpy.data.fonts.remove(font)


def test_captions_go_above_the_pictures_and_onto_nothing(scene, films):
    stage.add_movie(scene, films / FILM, channel=5, name="over")
    stage.add_effect(scene, "COLOR", "later", 6, 40, 60)
    scene.sequence_editor.channels[7].lock = True
    scene.sequence_editor.channels[8].mute = True
    stage.add_sound(scene, films / FILM, channel=9, name="high sound")
    stage.add_effect(scene, "TEXT", "title", 10, 500, 600)
    assert run(scene, *stage.captions([(10, 20), (30, 70)])).channels == (10,)
    again = run(scene, *[replace(add, record="u") for add in stage.captions([(700, 800)])])
    assert again.channels == (10,)
    blocked = run(scene, *[replace(add, record="v") for add in stage.captions([(550, 560)])])
    assert blocked.channels == (11,)


def test_captions_that_overlap_get_channels_of_their_own(scene):
    written = run(scene, *stage.captions([(10, 40), (20, 30), (30, 50), (45, 60)]))
    assert len(written.channels) == 2
    standing = stage.reading(scene).captions
    assert not any(a.channel == b.channel and a.frames.overlaps(b.frames) for a in standing for b in standing if a is not b)


def test_no_channel_left_is_an_error_before_the_first_write(scene):
    for channel in range(3, 129):
        stage.add_effect(scene, "COLOR", f"c{channel}", channel)
    count = len(scene.sequence_editor.strips)
    with pytest.raises(EditorError, match="128") as caught:
        run(scene, *stage.captions([(10, 20)]), stage.marker(4))
    assert caught.value.code == BAD_INPUT
    assert len(scene.sequence_editor.strips) == count and not len(scene.timeline_markers)


def remove_cut(scene, frame):
    ends = {ref.kind: ref.name for ref in stage.reading(scene).strips if ref.frames.end == frame}
    return Remove(f"c{frame}", "cut", ends["MOVIE"], frame, (ends["SOUND"],))


def test_a_cut_is_joined_again(scene):
    before = {strip.name: stage.extent(strip) for strip in scene.sequence_editor.strips}
    cut(scene, [100, 200, 300])
    written = run(scene, removes=tuple(remove_cut(scene, frame) for frame in (100, 300, 200)))
    assert (written.joins, written.notices) == (3, ())
    assert {strip.name: stage.extent(strip) for strip in scene.sequence_editor.strips} == before


def test_a_cut_is_moved_by_joining_and_cutting(scene):
    cut(scene, [100])
    written = run(scene, *stage.cuts(stage.reading(scene), "movie", [110]), removes=(remove_cut(scene, 100),))
    assert (written.joins, written.cuts) == (1, 1)
    assert extents(scene) == extents(scene, "SOUND") == [(1, 110), (110, 1201)]


def test_a_cut_beyond_one_that_stays_is_made_all_the_same(scene):
    cut(scene, [100])
    next(s for s in scene.sequence_editor.strips if s.type == "MOVIE" and stage.extent(s)[0] == 100).blend_alpha = 0.5
    written = run(scene, *stage.cuts(stage.reading(scene), "movie", [110]), removes=(remove_cut(scene, 100),))
    assert (written.joins, written.cuts) == (0, 1)
    assert extents(scene) == extents(scene, "SOUND") == [(1, 100), (100, 110), (110, 1201)]


CHANGED = {
    "look": lambda left, right: setattr(right, "blend_alpha", 0.5),
    "place": lambda left, right: setattr(right.transform, "offset_x", 9),
    "mute": lambda left, right: setattr(right, "mute", True),
    "animation": lambda left, right: right.keyframe_insert("blend_alpha", frame=150),
    "modifier": lambda left, right: right.modifiers.new("b", "BRIGHT_CONTRAST"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_cut_the_editor_uses_is_not_joined(scene, change):
    cut(scene, [100])
    halves = sorted((s for s in scene.sequence_editor.strips if s.type == "MOVIE"), key=lambda s: stage.extent(s)[0])
    with stage.sequencer(scene):
        CHANGED[change](*halves)
    written = run(scene, removes=(remove_cut(scene, 100),))
    assert written.joins == 0 and "stays" in written.notices[0]
    assert extents(scene) == extents(scene, "SOUND") == [(1, 100), (100, 1201)]


def test_captions_are_updated_field_by_field(scene):
    adds = stage.captions([(10, 20), (20, 30), (30, 40)])
    names = run(scene, *adds).names
    hand = scene.sequence_editor.strips[names[0]]
    hand.color = (1.0, 0.0, 0.0, 1.0)
    new = replace(adds[0].edit, text="New words", frames=FrameRange(5, 12), style=CaptionStyle(font_size=0.15))
    run(scene, updates=(Update("t0", names[0], new, frozenset({"text"})),))
    strip = scene.sequence_editor.strips[names[0]]
    assert (strip.text, stage.extent(strip), tuple(strip.color)) == ("New words", (10, 20), (1.0, 0.0, 0.0, 1.0))
    run(scene, updates=(Update("t0", names[0], new, frozenset({"frames"})),))
    assert stage.extent(strip) == (5, 12) and strip.font_size == pytest.approx(0.055 * 32)
    run(scene, updates=(Update("t0", names[0], new, frozenset({"style"})),))
    assert strip.font_size == pytest.approx(4.8) and tuple(strip.color) == (1.0, 1.0, 1.0, 1.0)


def test_a_refused_join_stays_in_the_ledger(scene):
    """What the merge has forgotten is remembered again: the next run knows the cut for its own."""
    adds = stage.cuts(stage.reading(scene), "movie", [100, 200])
    records = tuple(Record(add.record, add.edit.identity, anchor=add.edit.frame, strip="movie") for add in adds)
    run(scene, *adds, ledger=dump(Ledger("s", 3, records)))
    next(s for s in scene.sequence_editor.strips if s.type == "MOVIE" and stage.extent(s)[0] == 100).blend_alpha = 0.5
    forgotten = dump(Ledger("s", 4, records[:0]))
    removes = tuple(remove_cut(scene, frame) for frame in (200, 100))
    written = run(scene, removes=removes, ledger=forgotten)
    assert (written.joins, written.undone) == (0, ("c200", "c100"))
    again = load(stage.reading(scene).ledger)
    assert {record.id: record for record in again.records} == {record.id: record for record in records} and again.next == 4
    next(s for s in scene.sequence_editor.strips if s.type == "MOVIE" and stage.extent(s)[0] == 100).blend_alpha = 1.0
    written = run(scene, removes=removes, ledger=forgotten)
    assert (written.joins, written.undone) == (2, ()) and not load(stage.reading(scene).ledger).records


MOVES = {
    "ripple right": [(15, 35), (35, 55), (55, 75)],
    "ripple left": [(1, 5), (5, 12), (12, 22)],
    "swapped": [(20, 30), (10, 20), (30, 40)],
    "one for another": [(30, 40), (10, 20), (20, 30)],
    "far away": [(500, 510), (800, 900), (3, 4)],
    "longer": [(10, 30), (30, 90), (90, 100)],
}


@pytest.mark.parametrize("move", MOVES)
def test_captions_move_past_each_other(scene, move):
    adds = stage.captions([(10, 20), (20, 30), (30, 40)])
    names = run(scene, *adds).names
    wanted = MOVES[move]
    updates = tuple(
        Update(add.record, name, replace(add.edit, frames=FrameRange(*frames)), frozenset({"frames"}))
        for add, name, frames in zip(adds, names, wanted, strict=True)
    )
    run(scene, updates=updates)
    assert [stage.extent(scene.sequence_editor.strips[name]) for name in names] == wanted
    standing = stage.reading(scene).occupied
    assert not any(a[0] == b[0] and a[1].overlaps(b[1]) for i, a in enumerate(standing) for b in standing[i + 1 :])
    if move not in ("swapped", "one for another"):
        assert len({ref.channel for ref in stage.reading(scene).captions}) == 1


def test_a_caption_is_not_moved_onto_the_editors_strip(scene):
    add = stage.captions([(10, 20)])[0]
    written = run(scene, add)
    stage.add_effect(scene, "TEXT", "by hand", written.channels[0], 50, 60)
    run(scene, updates=(Update("t0", written.names[0], replace(add.edit, frames=FrameRange(45, 55)), frozenset({"frames"})),))
    strip, hand = scene.sequence_editor.strips[written.names[0]], scene.sequence_editor.strips["by hand"]
    assert stage.extent(strip) == (45, 55) and strip.channel != hand.channel
    assert (stage.extent(hand), hand.channel) == ((50, 60), written.channels[0])


def test_markers_are_written_updated_and_removed(scene):
    scene.timeline_markers.new("by hand", frame=1)
    run(scene, stage.marker(10, "a"), stage.marker(20, "b"), stage.marker(30, "c"))
    timeline = stage.reading(scene)
    index = {ref.tag.record: str(ref.index) for ref in timeline.markers if ref.tag}
    moved = stage.marker(25, "B").edit
    run(
        scene, updates=(Update("m20", index["m20"], moved, frozenset({"frame", "name"})),),
        removes=(Remove("m10", "marker", index["m10"]), Remove("m30", "marker", index["m30"])),
    )  # fmt: skip
    assert sorted((m.name, m.frame) for m in scene.timeline_markers) == [("B", 25), ("by hand", 1)]


def test_labels_name_pieces_and_are_given_back(scene):
    scene.sequence_editor.strips["movie"].color_tag = "COLOR_01"
    timeline = stage.reading(scene)
    run(scene, *stage.cuts(timeline, "movie", [100]), stage.label("movie", 1, 100, "Street"), stage.label("movie", 100, 1201, "Ä" * 50))
    refs = {ref.frames.start: ref for ref in stage.reading(scene).strips if ref.kind == "MOVIE"}
    assert (refs[1].name, refs[1].color_tag, refs[1].tag.record) == ("Street", "COLOR_04", "l1")
    assert refs[100].name == "Ä" * 30 and refs[100].tag.kind == "label"
    assert refs[1].partners == ("sound",)
    renamed = replace(stage.label("movie", 1, 100, "Road").edit)
    run(scene, updates=(Update("l1", "Street", renamed, frozenset({"name"})),))
    assert scene.sequence_editor.strips["Road"].color_tag == "COLOR_04"
    blue = replace(renamed, name="Lane", color_tag="COLOR_05")
    run(scene, updates=(Update("l1", "Road", blue, frozenset({"style"})),))
    assert scene.sequence_editor.strips["Road"].color_tag == "COLOR_05"
    run(scene, removes=(Remove("l1", "label", "Road", name="movie", color_tag="COLOR_01"),))
    left = next(ref for ref in stage.reading(scene).strips if ref.kind == "MOVIE" and ref.frames.start == 1)
    assert (left.name, left.color_tag, left.tag) == ("movie", "COLOR_01", None)


def test_a_cut_through_a_labelled_strip_does_not_copy_the_label(scene):
    run(scene, stage.label("movie", 1, 1201, "Street"))
    cut(scene, [500], "Street")
    right = next(ref for ref in stage.reading(scene).strips if ref.kind == "MOVIE" and ref.frames.start == 500)
    assert right.tag is None


def test_written_text_can_be_rendered(scene):
    (add,) = stage.captions([(2, 4)], CaptionStyle(font_size=0.9, position=(0.5, 0.0)))
    run(scene, replace(add, edit=replace(add.edit, text="MM")))
    pictures = stage.shown(scene, 1, 4)
    assert pictures[1] == 0 and pictures[4] == 3
    assert pictures[2] != 1 or pictures[3] != 2
