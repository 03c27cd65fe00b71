"""The whole look of captions as native properties: as asked for, kept where the editor changed it, in letters that fit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import bpy
import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.facts import Word
from assistant_editor.timeline import appearance, compat, faces
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.merge import merge
from assistant_editor.timeline.plan import Caption, CaptionStyle, Identity, Plan, Why
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.typeset import rows
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

FILM = "rate-24-1.mp4"
RED = (1.0, 0.0, 0.0, 1.0)
FIELDS = {
    "font_size": (0.1, "font_size", 36.0),
    "position": ((0.25, 0.75), "location", (0.25, 0.75)),
    "color": (RED, "color", RED),
    "outline": (False, "use_outline", False),
    "shadow": (True, "use_shadow", True),
    "box": (True, "use_box", True),
    "bold": (True, "use_bold", True),
    "italic": (True, "use_italic", True),
    "outline_color": (RED, "outline_color", RED),
    "outline_width": (0.5, "outline_width", 0.5),
    "shadow_color": (RED, "shadow_color", RED),
    "box_color": (RED, "box_color", RED),
    "box_margin": (0.05, "box_margin", 0.05),
    "anchor": ("top", "anchor_y", "TOP"),
    "alignment": ("left", "alignment_x", "LEFT"),
}
"""Field of a style: (another value, the property, what it then is)."""
NEEDS = {"shadow_color": {"shadow": True}, "box_color": {"box": True}, "box_margin": {"box": True}}
PLAIN = CaptionStyle()


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    scene.render.resolution_x, scene.render.resolution_y = 640, 360
    movie, sound = stage.add_by_operator(scene, films / FILM)
    movie.name, sound.name = "movie", "sound"
    return scene


def caption(scene, number=0, style=PLAIN, text="", kind="caption"):
    """Words said in the seconds `2 * number` to `2 * number + 1`."""
    text = text or f"Caption number {number}"
    start = Fraction(2 * number)
    words = tuple(Word(f" {word}", start + Fraction(n, 20), start + Fraction(n + 1, 20), 0.9) for n, word in enumerate(text.split()))
    identity = Identity(stage.reading(scene).strip("sound").medium, kind, start, start + 1)
    at = 1 + 48 * number
    return Caption(identity, Why(0.9, "a test said it"), FrameRange(at, at + 24), text, words, style, "sound")


def changes(scene, *edits):
    timeline = stage.reading(scene)
    kinds = {edit.identity.kind for edit in edits} or {"caption"}
    medium = timeline.strip("sound").medium
    return timeline, merge(timeline, Plan(edits, (), tuple((medium, kind) for kind in sorted(kinds))))


def run(scene, *edits):
    timeline, wanted = changes(scene, *edits)
    return apply(scene, timeline, wanted)


def strip_of(scene, number, kind="caption"):
    (ref,) = [ref for ref in stage.reading(scene).captions if ref.kind == kind and ref.tag.identity.start == 2 * number]
    return scene.sequence_editor.strips[ref.name]


def value(strip, name):
    found = getattr(strip, name)
    return tuple(round(part, 5) for part in found) if hasattr(found, "__len__") and not isinstance(found, str) else found


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_written_restyled_and_left_to_the_editor(scene, field):
    given, name, shown = FIELDS[field]
    plain = replace(PLAIN, **NEEDS.get(field, {}))
    other = replace(plain, **{field: given})
    run(scene, caption(scene, 0, plain), caption(scene, 1, plain), caption(scene, 2, other))
    assert value(strip_of(scene, 2), name) == (pytest.approx(shown) if isinstance(shown, (float, tuple)) else shown)
    assert value(strip_of(scene, 0), name) != value(strip_of(scene, 2), name)
    hand = strip_of(scene, 1)
    hand.color = (0.0, 0.0, 1.0, 1.0)
    before = [value(hand, its) for _given, its, _shown in FIELDS.values()]
    written = run(scene, *[caption(scene, number, other) for number in range(3)])
    assert written.updated == 1, "only what the editor left alone, and what was not so yet"
    assert value(strip_of(scene, 0), name) == value(strip_of(scene, 2), name)
    assert [value(strip_of(scene, 1), its) for _given, its, _shown in FIELDS.values()] == before
    assert not changes(scene, *[caption(scene, number, other) for number in range(3)])[1]
    run(scene, *[caption(scene, number, plain) for number in range(3)])
    assert value(strip_of(scene, 0), name) == value(strip_of(scene, 2), name) != shown
    assert not changes(scene, *[caption(scene, number, plain) for number in range(3)])[1]


def test_a_font_is_loaded_once_and_its_letters_measured(scene):
    wide = "Whenever we WOULD measure many MMMMM widths, and WWWWW more"
    style = CaptionStyle(font="Inter", bold=True)
    run(scene, caption(scene, 0, style, wide), caption(scene, 1, style))
    one, other = strip_of(scene, 0), strip_of(scene, 1)
    assert one.font == other.font is not None and one.font.filepath.endswith("Inter.woff2") and one.use_bold
    assert one.font_size == other.font_size < 0.055 * 360
    face = faces.face_of(style)
    assert face.width(wide, int(one.font_size)) <= 0.94 * 640 < face.width(wide, int(one.font_size * 1.2))
    (line,) = rows(one, scene.render)
    assert line.edges[0] > 0.02 * 640 and line.edges[-1] < 0.98 * 640
    count = len(bpy.data.fonts)
    run(scene, caption(scene, 0, style, wide), caption(scene, 1, replace(style, color=RED)))
    assert len(bpy.data.fonts) == count


def test_a_font_that_is_not_there_is_said_and_one_that_is_broken_too(scene, tmp_path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"this is no font")
    written = run(scene, caption(scene, 0, CaptionStyle(font="//gone.ttf")), caption(scene, 1, CaptionStyle(font=str(broken))))
    assert len([notice for notice in written.notices if "gone.ttf" in notice or "broken.ttf" in notice]) == 2
    assert strip_of(scene, 0).font is None is strip_of(scene, 1).font
    assert not changes(scene, caption(scene, 0, CaptionStyle(font="//gone.ttf")), caption(scene, 1, CaptionStyle(font=str(broken))))[1]


def test_speakers_in_their_colours_have_letters_of_one_size(scene):
    long = "A very long line that has to be made smaller than all of the others here"
    one, two = PLAIN, replace(PLAIN, color=RED)
    big = replace(PLAIN, font_size=0.2, position=(0.5, 0.5))
    run(scene, caption(scene, 0, one, long), caption(scene, 1, two), caption(scene, 2, one), caption(scene, 3, big, "Big"))
    sizes = [strip_of(scene, number).font_size for number in range(4)]
    assert sizes[0] == sizes[1] == sizes[2] < 0.055 * 360 and sizes[3] == pytest.approx(72)
    assert [value(strip_of(scene, number), "color") for number in (0, 1, 2)] == [one.color, two.color, one.color]
    run(scene, *[caption(scene, n, style, long if not n else "") for n, style in enumerate((one, two, one))], caption(scene, 4, big, "B"))
    assert strip_of(scene, 4).font_size == pytest.approx(72), "the long line is not of these letters"
    many = [caption(scene, number, (one, two)[number % 2], f"Number {number}") for number in range(20)]
    run(scene, *many)
    assert [value(strip_of(scene, n), "color") for n in range(20)] == [(one, two)[n % 2].color for n in range(20)]


def test_many_captions_of_many_styles(scene):
    """Beyond what is divided from one strip: moulds, one for each style."""
    styles = [PLAIN, replace(PLAIN, color=RED), replace(PLAIN, font="Inter", italic=True)]
    timeline = stage.reading(scene)
    medium, edits = timeline.strip("sound").medium, []
    for number in range(700):
        start = Fraction(number, 20)
        identity = Identity(medium, "caption", start, start + Fraction(1, 20))
        words = (Word(f" {number}", start, start + Fraction(1, 20), 0.9),)
        style = styles[number % 3]
        edits.append(Caption(identity, Why(0.9, "test"), FrameRange(10 * number, 10 * number + 9), f"{number}", words, style, "sound"))
    plan = Plan(tuple(edits), (), ((medium, "caption"),))
    apply(scene, timeline, merge(timeline, plan))
    standing = stage.reading(scene)
    assert len(standing.captions) == 700
    for ref in standing.captions:
        strip = scene.sequence_editor.strips[ref.name]
        style = styles[int(ref.text) % 3]
        assert (value(strip, "color"), strip.use_italic, strip.font is not None) == (style.color, style.italic, bool(style.font))
        assert ref.frames.start == 10 * int(ref.text)
    assert not merge(standing, plan)


@pytest.mark.parametrize(("text", "shown"), [("Straße", "STRASSE"), ("plain", "PLAIN")])
def test_capitals_are_a_look_not_the_text(scene, text, shown):
    loud = replace(PLAIN, uppercase=True)
    run(scene, caption(scene, 0, loud, text))
    (ref,) = stage.reading(scene).captions
    assert (ref.text, strip_of(scene, 0).text) == (text, shown)
    assert not changes(scene, caption(scene, 0, loud, text))[1]
    run(scene, caption(scene, 0, PLAIN, text))
    assert strip_of(scene, 0).text == text
    strip_of(scene, 0).text = "by hand"
    run(scene, caption(scene, 0, loud, text))
    (ref,) = stage.reading(scene).captions
    assert (ref.text, strip_of(scene, 0).text) == ("by hand", "BY HAND")
    assert not changes(scene, caption(scene, 0, loud, text))[1]


@pytest.mark.parametrize("text", ["שלום לכולם, 3 ילדים", "مرحبا بالعالم", "नमस्ते दिन"])
def test_what_must_be_stored_otherwise_reads_as_it_was(scene, text):
    run(scene, caption(scene, 0, PLAIN, text))
    (ref,) = stage.reading(scene).captions
    assert ref.text == text != strip_of(scene, 0).text
    assert not changes(scene, caption(scene, 0, PLAIN, text))[1]
    assert load(stage.reading(scene).ledger).records[0].text == text
    run(scene, caption(scene, 0, replace(PLAIN, color=RED), text))
    (ref,) = stage.reading(scene).captions
    assert ref.text == text and value(strip_of(scene, 0), "color") == RED


def test_translations_and_sounds_are_merged_like_captions_each_by_itself(scene):
    def edits(*numbers, style=PLAIN):
        over = replace(style, position=(0.5, 0.2))
        found = [caption(scene, number, style) for number in numbers]
        found += [replace(caption(scene, number, over, f"Untertitel {number}", "translation"), words=()) for number in numbers]
        sound = caption(scene, 3, style, "[music]", "sound")
        return [*found, replace(sound, words=())]

    written = run(scene, *edits(0, 1, 2))
    assert written.captions == 7
    by_kind = {}
    for ref in stage.reading(scene).captions:
        by_kind.setdefault(ref.kind, []).append(ref)
    assert {kind: len(refs) for kind, refs in by_kind.items()} == {"caption": 3, "translation": 3, "sound": 1}
    channels = {kind: {ref.channel for ref in refs} for kind, refs in by_kind.items()}
    assert channels["caption"] == channels["sound"] and channels["translation"] == {max(channels["caption"]) + 1}
    assert {ref.name.rstrip("0123456789 ") for ref in by_kind["translation"]} == {"Translation"}
    assert not changes(scene, *edits(0, 1, 2))[1]
    strip_of(scene, 0, "translation").text = "Von Hand"
    scene.sequence_editor.strips.remove(strip_of(scene, 1, "translation"))
    scene.sequence_editor.strips.remove(strip_of(scene, 3, "sound"))
    run(scene, *edits(0, 1, 2, style=replace(PLAIN, color=RED)))
    standing = stage.reading(scene).captions
    texts = sorted((ref.kind, ref.text) for ref in standing)
    assert texts == [
        ("caption", "Caption number 0"), ("caption", "Caption number 1"), ("caption", "Caption number 2"),
        ("translation", "Untertitel 2"), ("translation", "Von Hand"),
    ]  # fmt: skip
    run(scene, *[edit for edit in edits(0, 2) if edit.identity.kind == "caption"])
    assert len([ref for ref in stage.reading(scene).captions if ref.kind == "translation"]) == 2, "nobody spoke of translations"
    run(scene, *[edit for edit in edits(2) if edit.identity.kind != "sound"])
    left = sorted((ref.kind, ref.text) for ref in stage.reading(scene).captions)
    assert left == [("caption", "Caption number 2"), ("translation", "Untertitel 2"), ("translation", "Von Hand")]


@pytest.mark.parametrize("height", [90, 144, 360, 1080])
@pytest.mark.parametrize("alignment", ["left", "center", "right"])
def test_no_line_leaves_the_picture(scene, height, alignment):
    scene.render.resolution_x, scene.render.resolution_y = height * 9 // 16, height
    line = "The quick brown fox jumps over a lazy dog."
    place = {"left": 0.15, "center": 0.5, "right": 0.85}[alignment]
    run(scene, caption(scene, 0, CaptionStyle(font="Inter", alignment=alignment, position=(place, 0.25)), line))
    (row,) = rows(strip_of(scene, 0), scene.render)
    width = scene.render.resolution_x
    assert row.edges[0] >= 0.1 * width and row.edges[-1] <= 0.9 * width


def test_properties_of_addons_come_and_go_and_looks_stay_ours_but_where_somebody_set_one(scene):
    run(scene, caption(scene, 0), caption(scene, 1))
    bpy.types.TextStrip.glow_of_an_addon = bpy.props.FloatProperty(default=0.5)
    try:
        appearance._LOOK_NAMES.clear()  # a session in which the add-on was on from the start
        assert not changes(scene, caption(scene, 0), caption(scene, 1))[1]
        strip_of(scene, 1).glow_of_an_addon = 0.75
        run(scene, *[caption(scene, number, replace(PLAIN, color=RED)) for number in range(2)])
        assert [value(strip_of(scene, number), "color") for number in (0, 1)] == [RED, PLAIN.color]
    finally:
        del bpy.types.TextStrip.glow_of_an_addon
    run(scene, caption(scene, 0), caption(scene, 2))
    assert value(strip_of(scene, 0), "color") == PLAIN.color
    assert not changes(scene, caption(scene, 0), caption(scene, 2))[1]


@pytest.mark.parametrize("kind", ["caption", "translation", "sound"])
def test_a_long_text_is_written_whole_or_refused_before_anything_is_changed(scene, kind):
    """4.5 keeps 511 bytes of a text and cuts off the rest without a word."""
    long = "\n".join("ни одно слово не пропадёт из этой строки" for _line in range(8))
    run(scene, caption(scene, 0, kind=kind), caption(scene, 1, kind=kind))
    stood = dump_scene(scene)
    new = [caption(scene, n, text=long if n == 5 else "", kind=kind) for n in (0, 1, 5)]
    for edits in ([caption(scene, 0, text=long, kind=kind)], new):
        if compat.TEXT_BYTES:
            with pytest.raises(EditorError, match=r"“ни одно слово .*…”, takes 5.. bytes; this Blender keeps 511") as told:
                run(scene, *edits)
            assert told.value.code == BAD_INPUT and "fewer characters a line" in told.value.remedy
            assert f"The {kind} at frame {edits[-1].frames.start}," in told.value.message
            assert differences(stood, dump_scene(scene)) == []
        else:
            run(scene, *edits)
            assert strip_of(scene, 5 if len(edits) > 1 else 0, kind).text == long


def test_what_fits_only_in_small_letters_is_refused_when_they_become_capitals(scene):
    fits = "\u0149" * 200
    run(scene, caption(scene, 0, text=fits))
    assert strip_of(scene, 0).text == fits
    edit = caption(scene, 0, replace(PLAIN, uppercase=True), text=fits)
    if compat.TEXT_BYTES:
        with pytest.raises(EditorError, match="takes 600 bytes"):
            run(scene, edit)
    else:
        run(scene, edit)
        assert strip_of(scene, 0).text == "\u02bcN" * 200
