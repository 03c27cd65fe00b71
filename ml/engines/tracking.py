"""Boxes of single frames joined to things that are followed, by the trackers that ultralytics brings along.

ByteTrack: Y. Zhang et al., "ByteTrack: multi-object tracking by associating every detection box", ECCV 2022. BoT-SORT: N. Aharon
et al., "BoT-SORT: robust associations multi-pedestrian tracking", 2022; it follows the camera too, by optical flow. Both expect every
frame of a film. Here frames lie apart, and not equally far: their motion model is told how much time has passed. Both go by boxes alone,
whatever the network calls them: one who walks off in front of a bicycle hands his track on to it. So tracks are parted afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np

from .boxes import OVERLAP, overlaps
from .yolo import ultralytics

WEAKER = 0.4
"""A thing that is followed may be seen as much less surely as this share of what a new one needs: half hidden, or blurred."""
LOST = 2
"""Seconds after which a thing that is not seen any more is given up."""
TURN = 1.0
"""How sure, in all, the views must be of their own word that part a track: a single one, however sure, is a mistake."""
ONCE = 0.5
"""A thing seen in a single frame of a shot counts when it is at least so sure; the others are mostly mistakes."""


@dataclass
class Followed:
    """One thing: the numbers of the looks at which it is seen, and its rows there as `yolo.Detector.detect` gives them."""

    looks: list[int] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)


class _Boxes:
    """Rows as a tracker asks for them."""

    def __init__(self, rows: np.ndarray) -> None:
        self._rows = rows
        self.conf, self.cls, self.xyxy = rows[:, 4], rows[:, 5], rows[:, :4]

    @property
    def xywh(self) -> np.ndarray:
        corners = self._rows[:, :4]
        sides = corners[:, 2:] - corners[:, :2]
        return np.concatenate([corners[:, :2] + sides / 2, sides], axis=1)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, chosen: Any) -> _Boxes:
        return _Boxes(self._rows[chosen])


class Tracker:
    """Follows things through one film. `confidence`: the least with which a new thing is believed; `step`: seconds a step takes."""

    def __init__(self, kind: Literal["bytetrack", "botsort"], confidence: float, step: Fraction) -> None:
        ultralytics()
        from ultralytics.trackers.bot_sort import BOTSORT
        from ultralytics.trackers.byte_tracker import BYTETracker

        self.least = confidence * WEAKER
        settings = SimpleNamespace(
            track_high_thresh=confidence, track_low_thresh=self.least, new_track_thresh=confidence, track_buffer=max(1, round(LOST / step)),
            match_thresh=0.8, fuse_score=True, gmc_method="sparseOptFlow", proximity_thresh=0.5, appearance_thresh=0.8,
            with_reid=False, model="auto", device=None,
        )  # fmt: skip
        self._tracker: Any = {"bytetrack": BYTETracker, "botsort": BOTSORT}[kind](settings)
        self._sees = kind == "botsort"
        self._shots: list[dict[int, Followed]] = [{}]
        self._looks = [0]

    def cut(self) -> None:
        """Another shot begins: nothing is followed into it."""
        self._tracker.reset()
        self._shots.append({})
        self._looks.append(0)

    def add(self, look: int, steps: int, rows: np.ndarray, image: np.ndarray) -> None:
        """What is seen at the `look`-th look, so many steps after the one before.

        `rows` as `yolo.Detector.detect` gives them for `image` (height, width, 3) uint8 RGB.
        """
        tracker = self._tracker
        if self._looks[-1]:
            for _ in range(steps - 1):
                tracker.multi_predict([track for track in tracker.tracked_stracks if track.is_activated] + tracker.lost_stracks)
                tracker.frame_id += 1  # what is lost is given up by this count
        self._looks[-1] += 1
        tracker.update(_Boxes(rows), image[..., ::-1] if self._sees else None)
        for track in tracker.tracked_stracks:
            if track.frame_id == tracker.frame_id:
                one = self._shots[-1].setdefault(track.track_id, Followed())
                one.looks.append(look)
                one.rows.append(rows[int(track.idx)])

    def followed(self) -> Sequence[Followed]:
        """All that was followed, shot by shot in the order in which it was first seen."""
        return [
            one
            for looks, shot in zip(self._looks, self._shots, strict=True)
            for one in sorted((part for whole in shot.values() for part in parted(whole)), key=lambda part: part.looks[0])
            if len(one.looks) > 1 or looks == 1 or one.rows[0][4] >= ONCE
        ]


def parted(one: Followed) -> list[Followed]:
    """A track as the things it is of: another word for one box is a doubt of the network's, another word for another box another thing.

    Each part has the word for which its views are surest in all (dynamic programming over the words; a turn costs `TURN`). It turns only
    where a box lies neither where the last one was nor where that was going.
    """
    words, seen = np.unique([row[5] for row in one.rows], return_inverse=True)
    free = [False] + [not _goes_on(one, place) for place in range(1, len(one.rows))]
    if len(words) < 2 or not any(free):
        return [one]
    worth = np.zeros(len(words))
    came = np.tile(np.arange(len(words)), (len(one.rows), 1))
    for place, row in enumerate(one.rows):
        best = int(worth.argmax())
        turned = (worth[best] - TURN > worth) & free[place]
        came[place, turned] = best
        worth = np.where(turned, worth[best] - TURN, worth)
        worth[seen[place]] += row[4]
    word, ends = int(worth.argmax()), [len(one.rows)]
    for place in range(len(one.rows) - 1, 0, -1):
        if came[place, word] != word:
            word = int(came[place, word])
            ends.append(place)
    bounds = [0, *reversed(ends)]
    return [Followed(one.looks[start:end], one.rows[start:end]) for start, end in pairwise(bounds)]


def _goes_on(one: Followed, place: int) -> bool:
    """Whether a view is in the box of the one before, where that was or where the last two of them show it going."""
    before, now = one.rows[place - 1][:4], one.rows[place][:4]
    likely = [before]
    if place > 1:
        earlier, last, here = one.looks[place - 2 : place + 1]
        likely.append(before + (before - one.rows[place - 2][:4]) * (here - last) / (last - earlier))
    return bool(overlaps(now, np.stack(likely)).max() > OVERLAP)
