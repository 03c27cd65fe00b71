"""Captions keep their rules where Blender is: cuts made in the same run, stills, notices, and nothing to change the second time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from assistant_editor.operators import work
from assistant_editor.timeline.caption_rules import PRESETS, Shown, problems
from assistant_editor.timeline.timebase import FrameRange

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

RATE = Fraction(25)


@pytest.fixture
def room() -> CuttingRoom:
    return CuttingRoom()


def broken(room: CuttingRoom, rules: str, cuts: Any) -> list[str]:
    shown = [Shown(FrameRange(start, end), text) for start, end, text in room.captions()]
    return [problem.rule for here in problems(shown, PRESETS[rules], RATE, sorted(cuts)) for problem in here]


@pytest.mark.parametrize("rules", ["netflix", "bbc"])
def test_auto_edit_keeps_captions_to_the_cuts_it_makes(room: CuttingRoom, talkie: Path, rules: str) -> None:
    room.lay(talkie)
    room.run("auto_edit", rules=rules)
    cuts = room.cuts(1)
    assert cuts and room.captions()
    assert "cut" not in broken(room, rules, cuts)
    near = PRESETS[rules].beside_cut(RATE)
    starts = [start for start, _end, _text in room.captions()]
    assert not any(0 < start - cut < near for start in starts for cut in cuts)


def test_a_second_run_has_nothing_to_change_whichever_operator_runs(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.run("auto_edit", rules="netflix")
    before = room.dump()
    for operator in ("auto_edit", "auto_captions"):
        outcome = room.run(operator, rules="netflix")
        assert not any(outcome.counts[what] for what in ("added", "updated", "removed")), outcome.line
        assert not room.changed_since(before)


def test_a_still_that_begins_is_a_cut(room: CuttingRoom, media_folder: Path) -> None:
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 3, "speech")
    room.run("auto_captions", rules="netflix")
    before = room.captions()
    start = before[1][0]
    still = stage.add_effect(room.scene, "COLOR", "still", 7, start - 5, start + 2000)
    room.run("auto_captions", rules="netflix")
    assert [frame for frame, _end, _text in room.captions()][:3] == [before[0][0], start - 5, before[2][0]]
    assert room.captions()[0][1] == start - 7
    still.mute = True
    room.run("auto_captions", rules="netflix")
    assert room.captions() == before


def test_what_is_broken_is_told_in_the_notices_and_in_each_reason(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    outcome = room.run("auto_captions", rules="netflix", max_speed=3.0)
    assert any("too fast to read" in notice and "3 allowed" in notice for notice in outcome.notices)
    reasons = [row["reason"] for row in outcome.edits if row["kind"] == "caption"]
    told = [reason for reason in reasons if reason.endswith("characters a second, 3 allowed")]
    assert len(told) == broken_at(room, 3)
    tags = [tag.reason for tag in room.tagged().values() if tag.kind == "caption"]
    assert sorted(tags) == sorted(reasons)


def broken_at(room: CuttingRoom, speed: int) -> int:
    return sum(len(text.replace("\n", "")) * RATE > speed * (end - start) for start, end, text in room.captions())


def test_muted_pictures_are_not_read_as_stills(room: CuttingRoom) -> None:
    stage.add_effect(room.scene, "COLOR", "still 3", 3, 10, 60)
    hidden = stage.add_effect(room.scene, "COLOR", "still 4", 4, 100, 150)
    hidden.mute = True
    assert work.look(room.scene).stills == ((3, FrameRange(10, 60)),)
