"""Highlights in rendered pictures: the coloured letters are those of the word that is said, and no others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor.ml.errors import LOCKED, EditorError
from assistant_editor.ml.facts import Word
from assistant_editor.timeline import compat, stepping, texts, write, write_texts
from assistant_editor.timeline.appearance import style_of
from assistant_editor.timeline.curves import steps_of
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.merge import merge, standing
from assistant_editor.timeline.plan import Caption, CaptionStyle, Identity, Plan, Why
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.typeset import rows
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.breakdown import Breakdown

FILM = "rate-24-1.mp4"
SIZE = (640, 360)
STYLE = CaptionStyle(font_size=0.09, position=(0.5, 0.2), motion="word", highlight_color=(1.0, 0.0, 0.0, 1.0), color=(0.0, 1.0, 0.0, 1.0))
TEXT = "AVATAR. To Wij\nYo, the i end"
WORDS = ((24, 30), (30, 36), (38, 44), (60, 66), (66, 70), (70, 76), (76, 90))
"""First frame (from the beginning of the film) of every word, and the first after it."""


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.render.image_settings.color_mode = "RGB"
    movie, sound = stage.add_by_operator(scene, films / FILM)
    movie.name, sound.name = "movie", "sound"
    movie.mute = True
    bpy.context.window.scene = scene
    if stage.NEW:
        bpy.context.workspace.sequencer_scene = scene
    return scene


def words(text=TEXT, times=WORDS):
    return tuple(Word(f" {said}", Fraction(a, 24), Fraction(b, 24), 0.9) for said, (a, b) in zip(text.split(), times, strict=True))


def caption(timeline, style=STYLE, text=TEXT, times=WORDS, frames=(21, 101)):
    ref = timeline.strip("sound")
    said = words(text, times)
    identity = Identity(ref.medium, "caption", said[0].start, said[-1].end)
    return Caption(identity, Why(0.9, "a test said it"), FrameRange(*frames), text, said, style, "sound")


def run(scene, *edits):
    timeline = stage.reading(scene)
    media = tuple((ref.medium, "caption") for ref in timeline.strips)
    return apply(scene, timeline, merge(timeline, Plan(edits, (), media)))


def picture(scene, frame):
    """The rendered picture of a frame: rows from below."""
    scene.frame_set(frame)
    return stage.rendered(scene)


def red(scene, frame):
    seen = picture(scene, frame)
    return (seen[:, :, 0] > 0.4) & (seen[:, :, 1] < 0.4)


def green(scene, frame):
    seen = picture(scene, frame)
    return (seen[:, :, 1] > 0.4) & (seen[:, :, 0] < 0.4)


def overlays(scene):
    return [ref for ref in stage.reading(scene).captions if ref.kind == "highlight"]


def base(scene):
    (ref,) = [ref for ref in stage.reading(scene).captions if ref.kind == "caption"]
    return scene.sequence_editor.strips[ref.name]


def places(scene):
    """(line, first column, column after the last, its rows) of every word, as letters of the caption alone are drawn."""
    lines = rows(base(scene), scene.render)
    found = []
    for line in lines:
        at = 0
        for word in line.text.split():
            first = line.text.index(word, at)
            at = first + len(word)
            found.append((line, line.edges[first], line.edges[at]))
    return found


FONTS = {
    "Blender's own": {},
    "with kerning": {"font": "Inter"},
    "bold": {"font": "Inter", "bold": True},
    "italic": {"font": "Inter", "italic": True},
    "left": {"alignment": "left", "position": (0.05, 0.5), "anchor": "middle"},
    "right, on top": {"alignment": "right", "position": (0.97, 0.95), "anchor": "top", "font": "Inter"},
    "outline, shadow and box": {"shadow": True, "box": True},
}


@pytest.mark.parametrize("look", FONTS)
def test_only_the_word_that_is_said_is_coloured(scene, look):
    run(scene, caption(stage.reading(scene), replace(STYLE, **FONTS[look])))
    assert [ref.frames for ref in overlays(scene)] == [FrameRange(25, 45), FrameRange(61, 91)]
    assert {strip.channel for strip in scene.sequence_editor.strips if strip.type == "TEXT"} == {3, 4}
    whole = green(scene, 22)
    slack = 12 if "italic" in look else 1
    for frame, number in ((25, 0), (30, 0), (31, 1), (37, 1), (39, 2), (44, 2), (61, 3), (67, 4), (71, 5), (77, 6), (90, 6)):
        line, left, right = places(scene)[number]
        lit = red(scene, frame)
        columns, across = lit.any(axis=0).nonzero()[0], lit.any(axis=1).nonzero()[0]
        assert len(columns), f"nothing is lit in frame {frame}"
        assert left - slack <= columns[0] and columns[-1] <= right + slack, (frame, columns[0], columns[-1], left, right)
        assert line.bottom <= across[0] and across[-1] < line.top
        there = np.zeros_like(whole)
        there[max(0, int(line.bottom)) : int(min(line.top, SIZE[1])), round(left) : round(right)] = True
        assert (lit & whole).sum() > 0.9 * (whole & there).sum(), "all of the word is lit"
        assert not (lit & ~whole)[:, : int(left) - slack].any()
    for frame in (24, 46, 60, 91, 100):
        assert not red(scene, frame).any(), frame
    assert (green(scene, 95) == whole).all()


def test_all_up_to_the_word_stays_coloured(scene):
    written = run(scene, caption(stage.reading(scene), replace(STYLE, motion="sweep")))
    assert written.highlights == 2 and len({ref.channel for ref in overlays(scene)}) == 2
    whole, before = green(scene, 22), np.zeros((SIZE[1], SIZE[0]), bool)
    for frame, number in ((25, 0), (31, 1), (39, 2), (50, 2), (61, 3), (77, 6), (100, 6)):
        lit = red(scene, frame)
        assert not (before & ~lit).any(), "what was lit stays lit"
        line, left, right = places(scene)[number]
        band = lit[max(0, int(line.bottom)) : int(min(line.top, SIZE[1]))]
        columns = band.any(axis=0).nonzero()[0]
        assert columns[0] <= places(scene)[0 if number < 3 else 3][1] + 3 and left < columns[-1] <= right
        before = lit
    assert (before | ~whole).all()


@pytest.mark.parametrize("box", [False, True])
def test_words_pop_in_one_by_one(scene, box):
    run(scene, caption(stage.reading(scene), replace(STYLE, motion="none", box=box)))
    whole = green(scene, 30)
    run(scene, caption(stage.reading(scene), replace(STYLE, motion="pop", box=box)))
    assert not green(scene, 22).any()
    for frame, number in ((25, 0), (31, 1), (39, 2), (61, 3), (77, 6)):
        seen = green(scene, frame)
        _line, left, right = places(scene)[number]
        assert not (seen & ~whole).any()
        assert seen[:, int(left) : int(right)].any()
    assert (green(scene, 100) == whole).all()
    run(scene, caption(stage.reading(scene), replace(STYLE, motion="none", box=box)))
    assert not overlays(scene) and (green(scene, 30) == whole).all()


def test_a_smaller_render_shows_the_same_word(scene):
    scene.render.resolution_percentage = 50
    run(scene, caption(stage.reading(scene), replace(STYLE, font="Inter")))
    for frame, number in ((31, 1), (77, 6)):
        _line, left, right = places(scene)[number]
        columns = red(scene, frame).any(axis=0).nonzero()[0]
        assert left / 2 - 1 <= columns[0] and columns[-1] <= right / 2 + 1


def test_right_to_left_captions(scene):
    text = "שלום לכם חברים"
    run(scene, caption(stage.reading(scene), STYLE, text, WORDS[:3], (21, 60)))
    (ref,) = [ref for ref in stage.reading(scene).captions if ref.kind == "caption"]
    assert ref.text == text and base(scene).text != text
    middles = []
    for frame in (25, 31, 39):
        columns = red(scene, frame).any(axis=0).nonzero()[0]
        middles.append(columns.mean())
    assert middles[0] > middles[1] > middles[2], "the first word stands at the right"
    assert not run(scene, caption(stage.reading(scene), STYLE, text, WORDS[:3], (21, 60))).updated


def test_a_second_run_changes_nothing(scene):
    run(scene, caption(stage.reading(scene)))
    before = stage.reading(scene)
    timeline = stage.reading(scene)
    changes = merge(timeline, Plan((caption(timeline),), (), ((timeline.strip("sound").medium, "caption"),)))
    assert not changes and changes.kept == 0
    assert standing(before).claims[0].state == "written"


def state(scene):
    """What stands, and how it is animated."""
    standing = scene.sequence_editor.strips
    strips = sorted((s.name, s.type, s.channel, compat.left(s), compat.right(s), getattr(s, "text", "")) for s in standing)
    return strips, steps_of(scene), len(compat.curves(scene))


def test_highlights_follow_their_caption(scene):
    run(scene, caption(stage.reading(scene)))
    first = state(scene)
    longer = caption(stage.reading(scene), text="AVATAR. To Wijk\nYo, the i end", frames=(21, 110))
    run(scene, longer)
    assert state(scene) != first
    lit = red(scene, 39).any(axis=0).nonzero()[0]
    _line, left, right = places(scene)[2]
    assert left - 1 <= lit[0] and lit[-1] <= right + 1
    run(scene, caption(stage.reading(scene)))
    assert state(scene) == first, "and back"
    run(scene)
    assert not [strip for strip in scene.sequence_editor.strips if strip.type == "TEXT"] and not compat.curves(scene)


def test_the_editor_corrects_the_caption_and_its_highlight_follows(scene):
    run(scene, caption(stage.reading(scene)))
    base(scene).text = "AVATAR. To Willow\nYo, the i end"
    base(scene).font_size = 20
    changes = run(scene, caption(stage.reading(scene)))
    assert changes.updated
    assert base(scene).text == "AVATAR. To Willow\nYo, the i end" and base(scene).font_size == 20
    lit = red(scene, 39).any(axis=0).nonzero()[0]
    _line, left, right = places(scene)[2]
    assert left - 1 <= lit[0] and lit[-1] <= right + 1


def test_what_the_editor_made_of_a_highlight_stays(scene):
    run(scene, caption(stage.reading(scene)))
    upper, lower = (scene.sequence_editor.strips[ref.name] for ref in overlays(scene))
    upper.color = (0.0, 0.0, 1.0, 1.0)
    scene.sequence_editor.strips.remove(lower)
    run(scene, caption(stage.reading(scene), frames=(21, 105)))
    (left,) = overlays(scene)
    assert tuple(scene.sequence_editor.strips[left.name].color) == (0.0, 0.0, 1.0, 1.0)
    records = [record for record in load(stage.reading(scene).ledger).records if record.identity.kind == "highlight"]
    assert [record.state for record in records] == ["live", "deleted"]
    run(scene, caption(stage.reading(scene), text="AVATAR. To Wijk\nYo, the i end"))
    (left,) = overlays(scene)
    assert tuple(scene.sequence_editor.strips[left.name].color) == (0.0, 0.0, 1.0, 1.0) and "Wijk" in left.text
    run(scene)
    assert [ref.name for ref in overlays(scene)] == [left.name], "changed by hand, it is the editor's"


def test_moved_with_the_sound_nothing_changes(scene):
    run(scene, caption(stage.reading(scene)))
    for strip in scene.sequence_editor.strips:
        compat.set_content_start(strip, round(compat.content_start(strip)) + 48)
    timeline = stage.reading(scene)
    changes = merge(timeline, Plan((caption(timeline, frames=(69, 149)),), (), ((timeline.strip("sound").medium, "caption"),)))
    assert not changes
    assert red(scene, 25 + 48).any() and not red(scene, 30).any()


def test_a_duplicated_caption_gets_highlights_of_its_own(scene):
    run(scene, caption(stage.reading(scene)))
    before = len(overlays(scene))
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = strip.type in ("TEXT", "SOUND")
        bpy.ops.sequencer.duplicate()
        for strip in scene.sequence_editor.strips:
            if strip.select:
                compat.set_content_start(strip, round(compat.content_start(strip)) + 2000)
    names = [ref.name for ref in stage.reading(scene).strips if ref.kind == "SOUND"]
    first = caption(stage.reading(scene))
    run(scene, first, replace(first, frames=first.frames.moved(2000), strip=names[1]))
    found = overlays(scene)
    assert len(found) == 2 * before == 4 and len({ref.tag.record for ref in found}) == 4
    assert not run(scene, first, replace(first, frames=first.frames.moved(2000), strip=names[1])).updated


def test_undo_brings_highlights_and_their_steps_back(scene):
    run(scene, caption(stage.reading(scene)))
    name, before = scene.name, state(scene)
    bpy.ops.ed.undo_push(message="with highlights")
    run(bpy.data.scenes[name])
    bpy.ops.ed.undo_push(message="without")
    assert not overlays(bpy.data.scenes[name])
    bpy.ops.ed.undo()
    assert state(bpy.data.scenes[name]) == before


def test_a_breakdown_takes_highlights_and_their_action_back(scene, monkeypatch):
    before, actions, fonts = state(scene), len(bpy.data.actions), set(bpy.data.fonts)
    other = bpy.utils.system_resource("DATAFILES") or bpy.utils.resource_path("LOCAL") + "/datafiles"
    def broken(*_args):
        raise RuntimeError("breakdown")

    monkeypatch.setattr(write, "put_ledger", broken)
    with pytest.raises(Exception, match="Nothing was changed"):
        run(scene, caption(stage.reading(scene), replace(STYLE, font=f"{other}/fonts/NotoSansHebrew-Regular.woff2")))
    assert state(scene) == before and len(bpy.data.actions) == actions and scene.animation_data is None
    assert set(bpy.data.fonts) == fonts


def test_an_editors_own_animation_is_left_alone(scene):
    strip = scene.sequence_editor.strips["movie"]
    strip.keyframe_insert("blend_alpha", frame=10)
    run(scene, caption(stage.reading(scene)))
    assert len(compat.curves(scene)) > 1
    run(scene)
    (curve,) = compat.curves(scene)
    assert "blend_alpha" in curve.data_path and len(curve.keyframe_points) == 1


def test_a_missing_font_is_said_and_blenders_own_used(scene):
    written = run(scene, caption(stage.reading(scene), replace(STYLE, font="/nowhere/Fancy.ttf")))
    assert any("/nowhere/Fancy.ttf" in notice for notice in written.notices)
    assert base(scene).font is None and red(scene, 25).any()


def test_minutes_of_speech_stay_few_strips(scene):
    timeline = stage.reading(scene)
    edits = []
    for number in range(8):
        at = 48 * number
        times = [(at + 6 * n, at + 6 * n + 6) for n in range(8)]
        text = f"one two three four\nfive six seven {number}"
        edits.append(caption(timeline, STYLE, text, times, (at + 1, at + 49)))
    run(scene, *edits)
    strips = [strip for strip in scene.sequence_editor.strips if strip.type == "TEXT"]
    assert len(strips) == 3 * len(edits) and len({strip.channel for strip in strips}) == 2


def test_highlights_suit_another_size_of_picture(scene):
    run(scene, caption(stage.reading(scene)))
    scene.render.resolution_x, scene.render.resolution_y = 480, 480
    base(scene).location = (0.6, 0.4)
    run(scene, caption(stage.reading(scene)))
    for frame, number in ((31, 1), (77, 6)):
        _line, left, right = places(scene)[number]
        columns = red(scene, frame).any(axis=0).nonzero()[0]
        assert left - 1 <= columns[0] and columns[-1] <= right + 1


def everything(scene):
    looks = {strip.name: style_of(strip) for strip in scene.sequence_editor.strips}
    action = scene.animation_data.action if scene.animation_data else None
    return state(scene), looks, action.name if action else None, len(bpy.data.actions), stage.reading(scene).ledger


@pytest.mark.parametrize("motion", ["word", "pop"])
def test_a_breakdown_anywhere_leaves_nothing_or_one_undo_step(scene, monkeypatch, motion):
    breakdown, name = Breakdown(monkeypatch, write, write_texts, stepping, texts), scene.name
    style = replace(STYLE, motion=motion)
    bpy.ops.ed.undo_push(message="bare")

    def attempts(*edits, undone):
        here = bpy.data.scenes[name]
        before = everything(here)
        run(here, *edits)
        count = breakdown.lines
        bpy.ops.ed.undo_push(message="written")
        bpy.ops.ed.undo()
        assert everything(bpy.data.scenes[name]) == before
        for number in sorted({1, 2, *range(3, count, max(1, count // 25)), count - 1, count}):
            breakdown.at = number
            with pytest.raises(EditorError) as caught:
                run(bpy.data.scenes[name], *edits)
            if undone and "Ctrl+Z" in caught.value.remedy:
                bpy.ops.ed.undo_push(message="half")
                bpy.ops.ed.undo()
            else:
                assert "Nothing was changed" in caught.value.remedy, caught.value.remedy
            assert everything(bpy.data.scenes[name]) == before, f"line {number} of {count}"

    timeline = stage.reading(scene)
    attempts(caption(timeline, style), undone=False)
    run(bpy.data.scenes[name], caption(timeline, style))
    bpy.ops.ed.undo_push(message="highlights")
    attempts(caption(timeline, style, text="AVATAR. To Wijk\nYo, the i end", frames=(21, 110)), undone=True)


def test_a_locked_highlight_forbids_the_run(scene):
    run(scene, caption(stage.reading(scene)))
    strip = scene.sequence_editor.strips[overlays(scene)[0].name]
    strip.lock = True
    before = everything(scene)
    with pytest.raises(EditorError, match=strip.name) as caught:
        run(scene, caption(stage.reading(scene), frames=(21, 105), text="AVATAR. To Wijk\nYo, the i end"))
    assert caught.value.code == LOCKED and everything(scene) == before
    strip = scene.sequence_editor.strips[strip.name]
    strip.lock = False
    scene.sequence_editor.channels[strip.channel].lock = True
    before = everything(scene)
    with pytest.raises(EditorError, match="locked"):
        run(scene)
    assert everything(scene) == before


def test_an_action_of_another_file_forbids_highlights(scene, tmp_path):
    action = bpy.data.actions.new("elsewhere")
    bpy.data.libraries.write(str(tmp_path / "library.blend"), {action})
    bpy.data.actions.remove(action)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_theirs, ours):
        ours.actions = ["elsewhere"]
    scene.animation_data_create().action = bpy.data.actions["elsewhere"]
    before = everything(scene)
    with pytest.raises(EditorError, match="elsewhere") as caught:
        run(scene, caption(stage.reading(scene)))
    assert caught.value.code == LOCKED and everything(scene) == before
    assert run(scene, caption(stage.reading(scene), replace(STYLE, motion="none"))).captions == 1


def test_highlights_in_an_open_meta_strip(scene):
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = True
        bpy.ops.sequencer.meta_make()
        meta = scene.sequence_editor.strips[0]
        scene.sequence_editor.active_strip = meta
        bpy.ops.sequencer.meta_toggle()
        run(scene, caption(stage.reading(scene)))
        assert len(overlays(scene)) == 2 and {strip.type for strip in scene.sequence_editor.strips} == {"META"}
        again = stage.reading(scene)
        assert not merge(again, Plan((caption(again),), (), ((again.strip("sound").medium, "caption"),)))
        bpy.ops.sequencer.meta_toggle()
    lit = red(scene, 31)
    assert lit.any() and not red(scene, 50).any()


@pytest.mark.parametrize("motion", ["word", "pop"])
def test_where_blender_breaks_a_line_it_is_said_and_nothing_is_lost(scene, motion):
    run(scene, caption(stage.reading(scene), replace(STYLE, motion=motion)))
    base(scene).wrap_width = 0.3
    written = run(scene, caption(stage.reading(scene), replace(STYLE, motion=motion)))
    assert any("breaks their lines" in notice for notice in written.notices)
    assert not red(scene, 31).any() and green(scene, 31).any()


def test_captions_by_the_operator_with_a_look_that_moves(room, talkie):
    room.lay(talkie)
    done = room.run("auto_captions", look="karaoke")
    counts = done.counts["added"]
    assert counts["highlight"] >= counts["caption"] > 0
    strips = [strip for strip in room.scene.sequence_editor.strips if strip.type == "TEXT"]
    assert len(strips) == counts["highlight"] + counts["caption"] <= 3 * counts["caption"]
    again = room.run("auto_captions", look="karaoke")
    assert not any(again.counts[what] for what in ("added", "updated", "removed")), again.counts
    still = room.run("auto_captions", look="broadcast")
    assert still.counts["removed"] == {"highlight": counts["highlight"]}
