"""How well speed ramps put impacts on beats: strips, impacts and music made at random, before and after. Pure arithmetic.

Strips last 3 to 15 seconds at 25 frames a second and hold an impact every 3 seconds on average, of random strength; music goes at 70 to
150 beats a minute, from anywhere. An impact's frame is the one at which its picture is first seen; how far it is from the nearest beat's
frame is counted for all impacts, also those that no beat is near enough to or that others leave no room.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from assistant_editor.timeline.planners.emphasis import IMPACT
from assistant_editor.timeline.ramps import Event, Warp, to_beats

SECOND = 25
FASTEST, REACH = 2.0, SECOND


@dataclass(frozen=True)
class Landed:
    """`apart`: frames from the nearest beat, of every impact, before and after; `strips` looked at. `late`: the largest step of the picture
    that a warp makes from one frame to the next."""

    strips: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    late: float = 0.0

    @property
    def text(self) -> str:
        told = [f"{len(self.before)} impacts in {self.strips} strips"]
        for name, apart in (("before", self.before), ("after", self.after)):
            count = max(1, len(apart))
            share, mean = sum(not one for one in apart) / count, sum(apart) / count
            told.append(f"{name}: {share:.0%} on a beat's frame, {mean:.1f} frames off on average")
        return "\n".join([*told, f"largest step of the picture {self.late:.1f} frames"])


def first_seen(warp: Warp, picture: int) -> int:
    """The first frame at which a picture, or one after it, is seen."""
    return next(frame for frame in range(warp.points[-1].frame + 1) if round(warp.picture(frame)) >= picture)


def apart(frames: Sequence[int], beats: Sequence[int]) -> tuple[int, ...]:
    """Frames from the nearest beat, of each."""
    return tuple(min(abs(frame - beat) for beat in beats) for frame in frames)


def landed(strips: int, seed: int = 0) -> Landed:
    dice = random.Random(seed)
    before: list[int] = []
    after: list[int] = []
    late = 0.0
    for _ in range(strips):
        length = dice.randint(3 * SECOND, 15 * SECOND)
        places = sorted(dice.sample(range(1, length), max(1, round(length / SECOND / 3))))
        events = [Event(frame, dice.uniform(IMPACT, 1.0), "an impact") for frame in places]
        step = 60 * SECOND / dice.uniform(70, 150)
        beats = [round(beat) for beat in _row(dice.uniform(0, step), step, length)]
        warp = to_beats(length, events, [(beat, 1.0) for beat in beats], FASTEST, REACH, SECOND)
        before += apart(places, beats)
        after += apart([first_seen(warp, frame) for frame in places], beats)
        late = max(late, *(warp.picture(frame + 1) - warp.picture(frame) for frame in range(length)))
    return Landed(strips, tuple(before), tuple(after), late)


def _row(first: float, step: float, end: int) -> list[float]:
    return [first + number * step for number in range(int((end - first) / step) + 1)]
