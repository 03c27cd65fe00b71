"""Apply This Look and the live look, on captions of stored words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Span, Transcript, TranscriptOptions, Utterance, Word
from assistant_editor.operators import live_look, look_options
from assistant_editor.operators.desk import desk
from assistant_editor.timeline.caption_looks import PRESETS, SPEAKER_COLORS
from assistant_editor.timeline.plan import Caption
from assistant_editor.timeline.planners import captions as planner

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom

SAID = ("One two three four five six seven.", "Eight nine ten eleven twelve.", "Thirteen fourteen fifteen sixteen.")
YELLOW = (1.0, 1.0, 0.0, 1.0)


def transcript() -> Transcript:
    said = []
    for number, text in enumerate(SAID):
        start = Fraction(1, 2) + 3 * number
        words = text.split()
        times = [start + Fraction(n, 4) for n in range(len(words) + 1)]
        said.append(Utterance(tuple(Word(f" {word}", times[n], times[n + 1], 0.9) for n, word in enumerate(words))))
    return Transcript(Span(Fraction(0), Fraction(10)), Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", tuple(said))


@pytest.fixture
def captioned(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CuttingRoom]:
    """A film with three captions, and no worker to ask for more."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    Cache(tmp_path / "cache").store("transcript", fingerprint(str(talkie)), TranscriptOptions(), transcript(), whole=True)
    room.scene.render.resolution_x, room.scene.render.resolution_y = 640, 360
    room.lay(talkie)
    room.run("auto_captions")
    bpy.ops.ed.undo_push(message="captions")
    assert len(texts(room)) == 3
    yield room
    room.scene.assistant_editor.live_look = False


def texts(room: CuttingRoom) -> list[Any]:
    tags = room.tagged()
    return sorted((strip for strip in room.strips if strip.name in tags and tags[strip.name].kind == "caption"), key=stage.extent)


def activate(room: CuttingRoom, number: int) -> Any:
    strip = texts(room)[number]
    room.scene.sequence_editor.active_strip = strip
    return strip


def by_hand(room: CuttingRoom, number: int) -> Any:
    strip = activate(room, number)
    strip.font_size, strip.color, strip.use_bold, strip.location = 24.0, YELLOW, True, (0.5, 0.3)
    bpy.ops.ed.undo_push(message="styled by hand")
    return strip


def shown(strip: Any) -> tuple[Any, ...]:
    return round(strip.font_size, 3), tuple(strip.color), strip.use_bold, tuple(round(part, 3) for part in strip.location)


def sizes(room: CuttingRoom) -> set[float]:
    return {shown(strip)[0] for strip in texts(room)}


HAND = (24.0, YELLOW, True, (0.5, 0.3))


def test_all_captions_take_the_look_of_one_and_later_runs_too(captioned: CuttingRoom) -> None:
    by_hand(captioned, 1)
    captioned.run("apply_caption_look")
    assert {shown(strip) for strip in texts(captioned)} == {HAND}
    settings = captioned.scene.assistant_editor
    assert settings.look == "own" and look_options.caption_style(settings).font_size == 0.066667
    assert captioned.run("auto_captions").counts["updated"] == {}, "a run finds them as it would write them"
    captioned.run("auto_captions", look="broadcast")
    assert not any(strip.use_bold for strip in texts(captioned)), "they follow the options"


def test_it_is_one_step_back(captioned: CuttingRoom) -> None:
    by_hand(captioned, 0)
    before, settings = [shown(strip) for strip in texts(captioned)], look_options.caption_style(captioned.scene.assistant_editor)
    captioned.run("apply_caption_look")
    assert [shown(strip) for strip in texts(captioned)] != before
    bpy.ops.ed.undo()
    assert [shown(strip) for strip in texts(captioned)] == before
    assert look_options.caption_style(captioned.scene.assistant_editor) == settings


def test_later_ones_take_the_look_and_those_that_stand_keep_theirs(captioned: CuttingRoom) -> None:
    before = [shown(strip) for strip in texts(captioned)]
    by_hand(captioned, 2)
    captioned.run("apply_caption_look", to="new")
    captioned.run("auto_captions")
    assert [shown(strip) for strip in texts(captioned)] == [*before[:2], HAND]
    captioned.strips.remove(texts(captioned)[0])
    captioned.run("reset_ledger")
    for strip in texts(captioned):
        captioned.strips.remove(strip)
    captioned.run("auto_captions")
    assert {shown(strip) for strip in texts(captioned)} == {HAND}


def test_locked_captions_are_left_alone(captioned: CuttingRoom) -> None:
    texts(captioned)[0].lock = True
    before = shown(texts(captioned)[0])
    by_hand(captioned, 1)
    captioned.run("apply_caption_look")
    assert [shown(strip) for strip in texts(captioned)] == [before, HAND, HAND]


def test_a_title_gives_its_look_and_stays_what_it_is(captioned: CuttingRoom) -> None:
    from assistant_editor.timeline import compat

    title = compat.new_text(captioned.strips, "Title", 9, 300, 340)
    title.text, title.font_size, title.color, title.use_bold, title.location = "My film", 24.0, YELLOW, True, (0.5, 0.3)
    captioned.run("apply_caption_look", strip="Title")
    assert {shown(strip) for strip in texts(captioned)} == {HAND} and captioned.strips["Title"].text == "My film"


@pytest.mark.parametrize(("options", "words"), [({}, "Choose the caption"), ({"strip": "film"}, "Choose the caption")])
def test_without_a_text_strip_it_says_what_to_do(captioned: CuttingRoom, options: dict[str, str], words: str) -> None:
    captioned.select()
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.assistant_editor.apply_caption_look("EXEC_DEFAULT", **options)


def test_where_nobody_knows_the_speaker_it_says_so(captioned: CuttingRoom) -> None:
    activate(captioned, 0)
    with pytest.raises(RuntimeError, match="Nobody knows who says this"):
        bpy.ops.assistant_editor.apply_caption_look("EXEC_DEFAULT", to="speaker")
    assert desk.error is not None


@pytest.fixture
def spoken(captioned: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """The captions said by Ann, Bob and Ann."""
    whole = planner.plan

    def plan(*arguments: Any, **more: Any) -> Any:
        found = whole(*arguments, **more)
        names = iter(("Ann", "Bob", "Ann"))
        said = [replace(edit, speaker=next(names)) if isinstance(edit, Caption) else edit for edit in found.edits]
        return replace(found, edits=tuple(said))

    monkeypatch.setattr(planner, "plan", plan)
    captioned.run("auto_captions", font_size=0.06)
    return captioned


def test_the_captions_of_one_speaker_and_his_later_ones(spoken: CuttingRoom) -> None:
    others = shown(texts(spoken)[1])
    by_hand(spoken, 2)
    spoken.run("apply_caption_look", to="speaker")
    assert [shown(strip) for strip in texts(spoken)] == [HAND, others, HAND]
    assert list(json.loads(spoken.scene.assistant_editor.speaker_looks)) == ["Ann"]
    spoken.run("auto_captions", font_size=0.07)
    assert [shown(strip)[1:] for strip in texts(spoken)] == [HAND[1:], others[1:], HAND[1:]]
    activate(spoken, 0)
    spoken.run("apply_caption_look")
    assert {shown(strip) for strip in texts(spoken)} == {HAND} and not spoken.scene.assistant_editor.speaker_looks


def test_speakers_have_colours(spoken: CuttingRoom) -> None:
    ann, bob = SPEAKER_COLORS[:2]
    settings = spoken.scene.assistant_editor
    settings.speaker_colors = True
    spoken.run("auto_captions")
    assert [tuple(strip.color) for strip in texts(spoken)] == [ann, bob, ann]
    settings.live_look = True
    assert [tuple(strip.color) for strip in texts(spoken)] == [ann, bob, ann]
    settings.speaker_colors = False
    assert {tuple(strip.color) for strip in texts(spoken)} == {ann}


def test_live_changes_captions_with_the_options(captioned: CuttingRoom) -> None:
    settings = captioned.scene.assistant_editor
    settings.font_size = 0.06
    assert sizes(captioned) == {19.8}, "not live"
    settings.live_look = True
    assert sizes(captioned) == {21.6}, "it begins with what the options say"
    settings.color = YELLOW
    settings.box = True
    assert {(tuple(strip.color), strip.use_box) for strip in texts(captioned)} == {(YELLOW, True)}
    settings.look = "cinema"
    cinema = PRESETS["cinema"]
    assert {tuple(round(part, 2) for part in strip.color) for strip in texts(captioned)} == {cinema.color}
    assert captioned.run("auto_captions").counts["updated"] == {}, "a run finds them as it would write them"


def test_live_leaves_what_was_styled_by_hand_and_what_is_locked(captioned: CuttingRoom) -> None:
    by_hand(captioned, 1)
    texts(captioned)[2].lock = True
    locked = shown(texts(captioned)[2])
    settings = captioned.scene.assistant_editor
    settings.live_look = True
    settings.font_size = 0.06
    assert [shown(strip)[0] for strip in texts(captioned)] == [21.6, 24.0, locked[0]]


def test_live_is_one_step_with_the_option(captioned: CuttingRoom) -> None:
    settings = captioned.scene.assistant_editor
    settings.live_look = True
    bpy.ops.ed.undo_push(message="Live")
    size = texts(captioned)[0].font_size
    settings.font_size = 0.06
    assert texts(captioned)[0].font_size == pytest.approx(21.6)
    bpy.ops.ed.undo_push(message="Size")
    bpy.ops.ed.undo()
    assert texts(captioned)[0].font_size == pytest.approx(size)
    assert captioned.scene.assistant_editor.font_size == pytest.approx(0.055)


def test_live_says_what_is_wrong_and_breaks_nothing(captioned: CuttingRoom) -> None:
    from assistant_editor.timeline import tags

    settings = captioned.scene.assistant_editor
    settings.live_look = True
    tags.put_ledger(captioned.scene, tags.ledger_of(captioned.scene)[0], "{broken")
    settings.font_size = 0.09
    assert desk.error is not None and "cannot be read" in desk.error.message


def test_many_captions_follow_a_moment_later(captioned: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    class Windows:
        """Blender with windows: the module has none."""

        background, timers, online_access = False, bpy.app.timers, bpy.app.online_access

    monkeypatch.setattr(live_look, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(live_look.bpy, "app", Windows)
    settings = captioned.scene.assistant_editor
    settings.live_look = True
    for size in (0.04, 0.05, 0.06):
        settings.font_size = size
    assert sizes(captioned) == {19.8} and bpy.app.timers.is_registered(live_look._later)
    bpy.app.timers.unregister(live_look._later)
    live_look._later()
    assert sizes(captioned) == {21.6}
    live_look._later()
    settings.live_look = False
    settings.font_size = 0.05
    assert not bpy.app.timers.is_registered(live_look._later)
