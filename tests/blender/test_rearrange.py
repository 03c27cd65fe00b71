"""Rearrangements written to real timelines: what stays shows what it showed, wherever it stands now."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import bpy
import pytest
from assistant_editor.ml.errors import BAD_INPUT, DEFECT, LOCKED, STALE, EditorError
from assistant_editor.timeline import compat
from assistant_editor.timeline.layout import Join, Move, Piece, Rearrangement
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import RippleOptions, cut_out, reorder
from assistant_editor.timeline.layout import Cutout
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write_layout import rearrange

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

FILM = "rate-24-1.mp4"


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    movie, sound = stage.add_movie(scene, films / FILM), stage.add_sound(scene, films / FILM)
    for strip in (movie, sound):
        compat.set_right(strip, 401)
    scene.frame_start, scene.frame_end = 1, 400
    return scene


def seats(scene, kind=None):
    return sorted((s.channel, *stage.extent(s), s.name) for s in scene.sequence_editor.strips if kind in (None, s.type))


def cut(scene, *ranges, mode="all", strips=(), options=RippleOptions(), fade=0):  # noqa: B008
    layout = read_layout(scene)
    wanted = cut_out(layout, [Cutout(FrameRange(*frames), strips) for frames in ranges], mode, options)
    return rearrange(scene, layout, wanted, fade)


def test_parts_cut_out_close_up(scene):
    before = stage.shown(scene, 1, 400)
    told = cut(scene, (50, 100), (200, 210))
    assert [row[:3] for row in seats(scene)] == [(c, a, b) for c in (1, 2) for a, b in ((1, 50), (50, 150), (150, 341))]
    assert (scene.frame_start, scene.frame_end) == (1, 340)
    kept = [n for n in range(1, 401) if not (50 <= n < 100 or 200 <= n < 210)]
    assert list(stage.shown(scene, 1, 340).values()) == [before[n] for n in kept]
    assert told.cuts == 4 and len(told.names) == 6
