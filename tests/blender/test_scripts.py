"""Captions of all scripts as Blender draws them: letters, no boxes; in the order they are read in; within the safe area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import blf
import bpy
import numpy as np
import pytest
from assistant_editor.timeline import faces
from assistant_editor.timeline.caption_looks import PRESETS, fitted, text_area
from assistant_editor.timeline.fonts import Fonts, bundled
from assistant_editor.timeline.glyphs import drawn
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.visual import visual
from assistant_editor.timeline.write import apply

from tests.blender import stage

SAMPLES = {
    "Latin": "Größe, naïve: “Ça va?” Łódź",
    "Greek": "Καλημέρα κόσμε",
    "Cyrillic": "Привет, мир! Їжак",
    "Hebrew": "שלום עולם, 12!",
    "Arabic": "مرحبا بالعالم",
    "Persian": "سلام دنیا، پرچم گل",
    "Devanagari": "हिन्दी में नमस्ते",
    "Bengali": "বাংলা কোন",
    "Tamil": "தமிழ் கொடி",
    "Thai": "สวัสดีชาวโลก",
    "Georgian": "გამარჯობა",
    "Japanese": "日本語の字幕です。",
    "Chinese": "你好,世界",
    "Korean": "한국어 자막",
}
SANS = CaptionStyle(font="Inter", outline=False)


@pytest.fixture
def scene() -> Iterator[Any]:
    scene = stage.new_scene()
    scene.render.resolution_x, scene.render.resolution_y = 480, 270
    scene.render.image_settings.color_mode = "RGB"
    yield scene
    bpy.data.scenes.remove(scene)


def write(scene: Any, text: str, style: CaptionStyle = SANS) -> Any:
    """A caption of this text over the first frames, and its strip."""
    (add,) = stage.captions([(1, 10)], style)
    timeline = stage.reading(scene)
    written = apply(scene, timeline, stage.changes(replace(add, edit=replace(add.edit, text=text))))
    assert [notice for notice in written.notices if "size asked for" not in notice] == list(told(style, text))
    return scene.sequence_editor.strips[written.names[0]]


def told(style: CaptionStyle, text: str) -> tuple[str, ...]:
    fonts = Fonts()
    fonts.suited(style, visual(text, style.uppercase))
    return fonts.notices


def strip_of(scene: Any, text: str, font: str, channel: int = 1) -> Any:
    """A plain text strip, as a user makes one."""
    strip = stage.add_effect(scene, "TEXT", "plain", channel, 1, 10)
    strip.text, strip.font_size, strip.font = text, 60, faces.load(font, lambda _undo: None)[0]
    return strip


@pytest.mark.parametrize("script", SAMPLES)
def test_letters_are_drawn_and_no_boxes(scene: Any, script: str) -> None:
    font = Fonts().suited(SANS, visual(SAMPLES[script])).font
    assert font, "some font here has them all"
    strip = strip_of(scene, "\U000effff", font)
    box = stage.light(scene)
    assert box.any()
    for char in sorted(drawn(visual(SAMPLES[script])))[::4]:
        strip.text = char
        letter = stage.light(scene)
        assert letter.any() and not np.array_equal(letter, box), f"{char!r} ({ord(char):#x}) is a box in {font}"


@pytest.mark.parametrize("script", SAMPLES)
def test_what_is_drawn_is_not_what_is_kept(scene: Any, script: str) -> None:
    text = SAMPLES[script]
    strip = write(scene, text)
    assert strip.text == visual(text)
    (caption,) = stage.reading(scene).captions
    assert caption.text == text and caption.tag.text == ("" if visual(text) == text else text)


def test_hebrew_is_drawn_from_the_right(scene: Any) -> None:
    strip = write(scene, "אבג abc")
    first = stage.light(scene)
    strip.text = "abc גבא"
    assert np.array_equal(stage.light(scene), first)


def test_arabic_letters_meet(scene: Any) -> None:
    """Between the joined letters of a word there is no column without light; between the same letters by themselves there is."""

    def gaps(lit: np.ndarray) -> int:
        columns = lit.any(axis=0)
        inside = columns[columns.argmax() : len(columns) - columns[::-1].argmax()]
        return int(((~inside[1:]) & inside[:-1]).sum())

    strip = write(scene, "ستمبل", replace(SANS, font_size=0.3))
    assert gaps(stage.light(scene)) == 0
    strip.text = "لبمتس"
    assert gaps(stage.light(scene)) > 0


def test_a_font_of_blenders_own_travels_with_the_file(scene: Any) -> None:
    strip = write(scene, "שלום")
    assert Path(strip.font.filepath).name == bundled()["NotoSansHebrew"][0]
    assert strip.font.packed_file is not None
    again = write(scene, "עולם")
    assert again.font == strip.font


def test_capitals_are_drawn_and_small_letters_kept(scene: Any) -> None:
    strip = write(scene, "Straße am Meer", replace(SANS, uppercase=True))
    assert strip.text == "STRASSE AM MEER"
    assert [caption.text for caption in stage.reading(scene).captions] == ["Straße am Meer"]


def test_an_unknown_script_is_told(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant_editor.timeline import fonts

    monkeypatch.setattr(fonts, "_of_system", lambda _chars: "")
    fonts.chosen.cache_clear()
    (add,) = stage.captions([(1, 10)], SANS)
    written = apply(scene, stage.reading(scene), stage.changes(replace(add, edit=replace(add.edit, text="𒀀𒀁 runes"))))
    fonts.chosen.cache_clear()
    assert any("Cuneiform" in notice for notice in written.notices)


LINES = "The quick brown fox jumps over a lazy dog.\nPack my box with five dozen liquor jugs, Wim."


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("size", [(480, 270), (270, 480), (270, 270)], ids=["wide", "upright", "square"])
def test_every_look_stays_within_the_safe_area(scene: Any, name: str, size: tuple[int, int]) -> None:
    scene.render.resolution_x, scene.render.resolution_y = size
    style, area = fitted(PRESETS[name], *size), text_area(*size)
    strip = write(scene, LINES, replace(style, motion="none", shadow=False, box=False, outline=False))
    lit = stage.light(scene)
    rows, columns = lit.any(axis=1).nonzero()[0], lit.any(axis=0).nonzero()[0]
    assert len(strip.text.split("\n")) == 2 and len(rows) and len(columns)
    assert area.left * size[0] - 1 <= columns[0] and columns[-1] <= area.right * size[0] + 1
    assert area.bottom * size[1] - 1 <= rows[0] and rows[-1] <= area.top * size[1] + 1
    assert rows[-1] - rows[0] < 2.6 * strip.font_size, "two lines stay two lines"


def test_letters_that_had_to_be_much_smaller_are_told(scene: Any) -> None:
    scene.render.resolution_x, scene.render.resolution_y = 270, 480
    style = fitted(PRESETS["social"], 270, 480)
    (add,) = stage.captions([(1, 10)], style)
    few, many = "Four short words.", LINES
    for text, expected in ((few, False), (many, True)):
        written = apply(scene, stage.reading(scene), stage.changes(replace(add, edit=replace(add.edit, text=text))))
        assert any("of the size asked for" in notice for notice in written.notices) == expected


def test_measuring_leaves_blenders_own_letters_alone() -> None:
    """Blender draws its windows in the same Inter."""
    number = blf.load(faces.file_of("Inter"))
    blf.size(number, 40)
    before = blf.dimensions(number, "Measured")
    heavy = faces.Face(faces.file_of("Inter"), bold=True, italic=True)
    assert heavy.width("Measured", 40) != faces.Face(faces.file_of("Inter")).width("Measured", 40) and heavy.height(40)
    blf.size(number, 40)
    assert blf.dimensions(number, "Measured") == before
