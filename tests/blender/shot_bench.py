"""A film whose boundaries are known, nobody to ask about it, and the shot list."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor.ml.facts import Boundary, Shots, Span, Transition
from assistant_editor.operators.desk import desk

from tests.blender.cutting_room import CuttingRoom

RATE = Fraction(25)
SCORES = {30: 0.97, 76: 0.55, 100: 0.42, 137: 0.9, 187: 0.95, 210: 0.1}
"""Picture -> score of the boundaries that are stored for the film; it lies on frame 1, so they are seen a frame later."""
CUTS = [31, 77, 138, 188]


def facts(scores: dict[int, float] = SCORES) -> Shots:
    def through(frame: int) -> Transition | None:
        return Transition("dissolve", frame - 4, frame + 3, Span((frame - 4) / RATE, (frame + 4) / RATE)) if frame == 76 else None

    found = tuple(Boundary(frame, frame / RATE, score, through(frame)) for frame, score in scores.items())
    return Shots(Span(Fraction(0), Fraction(10)), Fraction(0), RATE, 250, "transnetv2", found)


@dataclass
class Bench:
    """A room with a film whose boundaries are known, and no worker to ask."""

    room: CuttingRoom
    film: Path
    cache: Path

    @property
    def rows(self) -> list[Any]:
        return list(bpy.context.window_manager.assistant_editor_shots.rows)

    def call(self, name: str, **options: Any) -> Any:
        return self.room.run(name, **options)

    def refused(self, name: str, code: str, match: str, **options: Any) -> None:
        before = self.room.dump()
        with pytest.raises(RuntimeError, match=match):
            self.call(name, **options)
        assert desk.error is not None and desk.error.code == code
        assert not self.room.changed_since(before)

    def choose(self, frame: int) -> None:
        group = bpy.context.window_manager.assistant_editor_shots
        group.active = next(n for n, row in enumerate(group.rows) if row.frame_in == frame)

    def detect(self, **options: Any) -> list[int]:
        self.call("detect_shots", names="\n".join(s.name for s in self.room.strips if s.type == "MOVIE"), **options)
        return self.room.cuts()


def brief(bench: Bench) -> list[tuple[int, str, int, int]]:
    return [(row.number, row.state, row.frame_in, row.frame_out) for row in bench.rows]
