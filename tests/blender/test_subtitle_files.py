"""Write Subtitles and Read Subtitles on a real timeline."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import pytest
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.subtitle_files import FORMATS, read

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

SRT = "1\n00:00:01,000 --> 00:00:02,000\n<i>One</i>\n\n2\n00:00:03,000 --> 00:00:04,500\nTwo\nlines\n\n"
SRT += "3\n00:00:05,000 --> 00:00:06,000\n{\\an8}Three\n"
STAND = [(26, 51, "One"), (76, 114, "Two\nlines"), (126, 151, "Three")]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A scene at 25 frames a second with a title of the editor's own; nothing is asked of a worker."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    room = CuttingRoom()
    room.scene.frame_start, room.scene.frame_end = 1, 400
    title = stage.add_effect(room.scene, "TEXT", "Title", 3, 1, 60)
    title.text = "The Film"
    bpy.ops.ed.undo_push(message="title")
    yield room
    desk.show()


def put(tmp_path: Path, text: str | bytes, name: str = "film.srt") -> str:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def read_in(room: CuttingRoom, path: str, **options: Any) -> Any:
    return room.run("read_subtitles", filepath=path, **options)


def texts(room: CuttingRoom) -> list[tuple[int, int, str]]:
    return [row for row in room.captions() if row[2] != "The Film"]


def strip(room: CuttingRoom, text: str) -> Any:
    return next(strip for strip in room.strips if strip.type == "TEXT" and strip.text == text)


def test_a_file_is_read_in_one_step_and_again_it_changes_nothing(bare: CuttingRoom, tmp_path: Path) -> None:
    path = put(tmp_path, SRT)
    before = bare.dump()
    done = read_in(bare, path)
    assert texts(bare) == STAND and done.counts["added"] == {"caption": 3} and not desk.error
    assert strip(bare, "One").use_italic and not strip(bare, "Three").use_italic
    assert strip(bare, "Three").location[1] > 0.8 > 0.3 > strip(bare, "One").location[1]
    assert {strip.channel for strip in bare.strips if strip.text != "The Film"} != {3}
    after = bare.dump()
    assert read_in(bare, path).unchanged == 3 and bare.dump() == after
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert bare.dump() == before


def test_a_changed_file_respects_the_editors_hand(bare: CuttingRoom, tmp_path: Path) -> None:
    path = put(tmp_path, SRT)
    read_in(bare, path)
    strip(bare, "One").text = "ONE!"
    bare.strips.remove(strip(bare, "Three"))
    bpy.ops.ed.undo_push(message="by hand")
    put(tmp_path, SRT.replace("One", "Uno").replace("Two", "Dos"))
    done = read_in(bare, path)
    assert texts(bare) == [(26, 51, "ONE!"), (76, 114, "Dos\nlines")] and done.kept == 1
    assert strip(bare, "The Film").channel == 3


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)], ids=["23.976", "29.97", "59.94"])
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_is_read_back_to_the_frame(bare: CuttingRoom, tmp_path: Path, format: str, rate: Fraction) -> None:
    room = bare
    render = room.scene.render
    render.fps, render.fps_base = round(rate), float(round(rate) / rate)
    room.scene.frame_start, room.scene.frame_end = 101, 200_000
    rows = "".join(f"{n},{100 * n + n % 7},{100 * n + 50},{rate.numerator}/{rate.denominator},Line {n}\n" for n in range(1, 40))
    read_in(room, put(tmp_path, f"number,start_frame,end_frame,frame_rate,text,start,end\n{rows}", "in.csv"))
    standing = texts(room)
    assert standing[0] == (202, 251, "Line 1") and len(standing) == 39
    target = tmp_path / f"out{FORMATS[format][1][0]}"
    assert bpy.ops.assistant_editor.write_subtitles(filepath=str(target)) == {"FINISHED"}
    again = CuttingRoom()
    again.scene.frame_start, again.scene.frame_end = 101, 200_000
    again.scene.render.fps, again.scene.render.fps_base = round(rate), float(round(rate) / rate)
    again.run("read_subtitles", filepath=str(target))
    assert again.captions() == standing


def test_looks_speakers_and_zero_are_written(bare: CuttingRoom, tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ann>Hi\n\n00:00:03.000 --> 00:00:04.000\n<i>Oh</i>\n\n"
    vtt += "00:00:05.000 --> 00:00:06.000 line:0\nUp\n"
    read_in(bare, put(tmp_path, vtt, "a.vtt"))
    target = tmp_path / "b.vtt"
    bpy.ops.assistant_editor.write_subtitles(filepath=str(target), start="01:00:00:00")
    found = read(target.read_bytes(), "b.vtt", Fraction(25)).cues
    assert [(one.start, one.text, one.speaker, one.place, one.runs[0].italic) for one in found] == [
        (3601, "Hi", "Ann", "bottom", False), (3603, "Oh", "", "bottom", True), (3605, "Up", "", "top", False),
    ]  # fmt: skip
    bpy.ops.assistant_editor.write_subtitles(filepath=str(target), looks=False, format="srt")
    assert target.read_text(encoding="utf-8").startswith("1\n00:00:01,000 --> 00:00:02,000\nHi\n")
    done = read_in(bare, put(tmp_path, SRT.replace("00:00:0", "10:00:0"), "late.srt"))
    assert done.counts["added"] == {"caption": 3} and (26, 51, "One") in texts(bare)
    with pytest.raises(RuntimeError, match="no ending of a subtitle file"):
        bpy.ops.assistant_editor.write_subtitles(filepath=str(tmp_path / "a.docx"))
    with pytest.raises(RuntimeError, match="is no timecode"):
        bpy.ops.assistant_editor.write_subtitles(filepath=str(target), start="soon")
    with pytest.raises(RuntimeError, match="There are no translations"):
        bpy.ops.assistant_editor.write_subtitles(filepath=str(target), kind="translation")


def test_encodings_and_what_cannot_be_read(bare: CuttingRoom, tmp_path: Path) -> None:
    said = "1\n00:00:01,000 --> 00:00:02,000\nПривет, как дела?\n"  # noqa: RUF001  Cyrillic is what is meant
    done = read_in(bare, put(tmp_path, said.encode("cp1251")))
    assert texts(bare)[0][2] == "Привет, как дела?" and any("cp1251" in told for told in done.notices)
    before = bare.dump()
    for data, name, why in (
        (b"", "a.srt", "is empty"),
        (b"hello", "a.srt", "is no subtitle file"),
        (b"<!DOCTYPE tt><tt xmlns='http://www.w3.org/ns/ttml'/>", "a.ttml", "document type"),
        (SRT.encode(), "b.srt", "Nothing in b.srt"),
    ):
        with pytest.raises(RuntimeError, match=why):
            bpy.ops.assistant_editor.read_subtitles(filepath=put(tmp_path, data, name), start="01:00:00:00")
    with pytest.raises(RuntimeError, match="There is no file"):
        bpy.ops.assistant_editor.read_subtitles(filepath=str(tmp_path / "none.srt"))
    with pytest.raises(RuntimeError, match="no strip with a medium is active"):
        bpy.ops.assistant_editor.read_subtitles(filepath=put(tmp_path, SRT), time="strip")
    assert bare.dump() == before


def test_locked_channels_are_never_written_to_and_locked_captions_refuse_before_the_first_change(bare: CuttingRoom, tmp_path: Path) -> None:
    editor = bare.scene.sequence_editor
    editor.channels[1].lock = True
    path = put(tmp_path, SRT)
    read_in(bare, path)
    assert 1 not in {strip.channel for strip in bare.strips}
    strip(bare, "One").lock = True
    bpy.ops.ed.undo_push(message="locked")
    before = bare.dump()
    put(tmp_path, SRT.replace("One", "Uno").replace("Three", "Tres"))
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.assistant_editor.read_subtitles(filepath=path)
    assert bare.dump() == before
    editor.channels[1].lock = False


def test_captions_never_lie_over_other_strips_and_long_ones_lose_nothing(bare: CuttingRoom, tmp_path: Path) -> None:
    for channel in (1, 2, 4):
        stage.add_effect(bare.scene, "COLOR", f"Color {channel}", channel, 1, 400)
    long = " ".join(f"слово{n}" for n in range(200))
    overlapping = SRT + f"\n4\n00:00:01,000 --> 00:00:06,000\n{long}\n"
    done = read_in(bare, put(tmp_path, overlapping))
    places = [(strip.channel, *stage.extent(strip)) for strip in bare.strips]
    for number, (channel, start, end) in enumerate(places):
        assert not any(channel == other[0] and start < other[2] and other[1] < end for other in places[:number])
    found = [text for _start, _end, text in texts(bare) if "слово" in text]
    assert "".join("".join(found).split()) == long.replace(" ", "")
    if compat.TEXT_BYTES:
        assert any("divided" in told for told in done.notices) and len(found) > 1


def test_the_file_of_a_film_follows_the_film(bare: CuttingRoom, films: Path, tmp_path: Path) -> None:
    film = stage.add_movie(bare.scene, films / "rate-25-1.mp4", 101, 1, "film")
    bare.scene.sequence_editor.active_strip = film
    bpy.ops.ed.undo_push(message="film")
    path = put(tmp_path, SRT)
    read_in(bare, path)
    assert texts(bare)[:1] == [(126, 151, "One")]
    tags = [tag for tag in bare.tagged().values() if tag.kind == "caption"]
    assert tags[0].identity.medium != "subtitles:film.srt" and tags[0].words[0].start == 1
    read_in(bare, path, time="scene")
    assert (26, 51, "One") in texts(bare) and (126, 151, "One") in texts(bare)


def test_the_panel_offers_reading_writing_and_what_a_render_does(bare: CuttingRoom) -> None:
    from assistant_editor.panels import captions as panel

    shown: list[str] = []

    class Paper:
        use_property_split = use_property_decorate = True
        operator_context = ""

        def row(self, align: bool = False) -> Paper:
            return self

        column = row

        def prop(self, owner: Any, name: str, **_words: Any) -> None:
            assert name in owner.bl_rna.properties
            shown.append(name)

        def prop_search(self, owner: Any, name: str, *_rest: Any, **_words: Any) -> None:
            self.prop(owner, name)

        def operator(self, name: str, **_words: Any) -> None:
            assert getattr(bpy.ops.assistant_editor, name.partition(".")[2]).get_rna_type()
            shown.append(name)

    def draw() -> set[str]:
        shown.clear()
        panel.ASSISTANT_EDITOR_PT_captions.draw(SimpleNamespace(layout=Paper()), bpy.context)
        return set(shown)

    assert {"assistant_editor.read_subtitles", "assistant_editor.write_subtitles", "captions_on_render"} <= draw()
    assert "sidecar_format" not in shown
    bare.scene.assistant_editor.captions_on_render = "both"
    assert "sidecar_format" in draw()
