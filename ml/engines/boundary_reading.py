"""From what the head says of every frame to boundaries: hard cuts, and gradual transitions with their first and last frame."""

from __future__ import annotations

import numpy as np

from .boundary_head import KINDS
from .shot_scores import FLOOR, Found

APART = 3
"""Frames on either side in which only the strongest cut counts."""
SHORTEST = 3
"""Blended frames of the shortest transition; what is shorter is a cut that the frame rate blurred."""
DARK, BRIGHT = 0.06, 0.94
PLAIN, EVEN = 0.03, 0.004
"""How far the pixels of a plain picture may lie from its darkest (or brightest) place on average: roughly, and within a grey level."""
CUT, BEGIN, END, NONE = 0, 1, 2, 3
SURE = 0.5
FLASH, RETURNED = 4, 0.3
"""Frames on either side in which a picture may come back, and how small the difference to it is then, as a share of the step."""
ALIKE = 0.2
"""Correlation of the edges of two pictures above which they show the same. Of 645 frames in which a flash came or went (ten made films)
99 % are above it, of pairs of pictures of different shots 1 %."""
CLEAR = 4
"""Frames of a film's first and last shot that are seen unblended, at least."""
REPLACED, SEEN = 0.65, 10.0
"""The least share of the picture a wipe replaces, and the mean difference in grey levels that counts as another picture."""
DIP, BLINK = 16, 4
"""Frames a dip in the middle of a transition may last, and those that part nothing in any case."""
UNSEEN = 0.3
"""A begin or end with a smaller chance is none."""
UNSURE = 0.1
"""What a transition's ends count at least: no single one can rule it out."""


def boundaries(read: np.ndarray, scores: np.ndarray, frames: np.ndarray, opens: bool = False, closes: bool = False) -> list[Found]:
    """Of consecutive frames: `read` (n, 8) from `boundary_head.read`, `scores` (2, n) TransNetV2's, `frames` (n, 27, 48, 3) uint8.

    `opens` and `closes` say whether the film begins and ends with them: no shot dissolves into another where only one is seen.
    """
    runs = _joined(_runs(1 - read[:, NONE]), read)
    gradual = [one for run in runs if (one := _described(run, read, frames)).score >= FLOOR]
    first, last = (CLEAR if opens else 0), len(read) - 1 - (CLEAR if closes else 0)
    gradual = [one for one in gradual if one.kind not in ("dissolve", "wipe") or (first <= one.first and one.last <= last)]
    inside = np.zeros(len(read), bool)
    for one in gradual:
        if one.score >= SURE:
            inside[one.first + 1 : one.last + 1] = True
    cuts = [one for one in _cuts(read[:, CUT], scores[0], frames) if not inside[one.place]]
    taken = [one.place for one in cuts if one.score >= SURE]
    gradual = [one for one in gradual if one.score >= SURE or not any(one.first - 2 <= place <= one.last + 2 for place in taken)]
    return sorted([*cuts, *gradual], key=lambda one: one.place)


def _cuts(here: np.ndarray, network: np.ndarray, frames: np.ndarray) -> list[Found]:
    """The two opinions are averaged as odds. The network marks the last frame of the old shot, the head the first of the new one.
    Light that comes and goes is a candidate at most, whatever they say."""
    before = np.concatenate([network[:1], np.maximum(network[:-1], np.minimum(network[1:], network[:-1]))])
    odds = (_odds(here) + _odds(before)) / 2
    score = 1 / (1 + np.exp(-odds))
    found = []
    for place in np.flatnonzero(score >= FLOOR):
        near = score[max(0, place - APART) : place + APART + 1]
        if place and score[place] == near.max() and int(near.argmax()) == min(place, APART):
            found.append(Found(int(place), float(score[place]) * (0.5 if _lit(frames, int(place)) else 1.0)))
    return [one for one in found if one.score >= FLOOR]


def _lit(frames: np.ndarray, place: int) -> bool:
    """Whether the change at `place` is light, not a picture: one of the few frames from there on is as good as one of the few before,
    and what the change brings or takes away shows the same with another brightness, or nothing. Another picture that is cut in for
    a frame or two has edges elsewhere."""
    near = frames[max(0, place - FLASH) : place + FLASH].astype(np.float32)
    split = min(place, FLASH)
    apart = np.abs(near[:split, None] - near[None, split:]).mean((2, 3, 4))
    if apart.min() >= RETURNED * apart[-1, 0]:
        return False
    if _plain(frames, place - 1) or _plain(frames, place):
        return True
    before, after = _edges(near[split - 1]), _edges(near[split])
    return bool((before * after).sum() > ALIKE * np.sqrt((before**2).sum() * (after**2).sum()))


def _edges(picture: np.ndarray) -> np.ndarray:
    """How brightness changes to the right and downwards, at every place but the last row and column."""
    light = picture.mean(-1)
    return np.stack([np.diff(light, axis=1)[:-1], np.diff(light, axis=0)[:, :-1]])


def _odds(share: np.ndarray) -> np.ndarray:
    clipped = np.clip(share, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _runs(member: np.ndarray) -> list[tuple[int, int]]:
    """First and last frame of stretches that belong to a transition: from each top down to half its height on both sides."""
    found, place = [], 0
    while place < len(member):
        if member[place] < FLOOR:
            place += 1
            continue
        end = place
        while end < len(member) and member[end] >= FLOOR:
            end += 1
        level = min(SURE, float(member[place:end].max()) / 2)
        high = np.flatnonzero(member[place:end] >= level) + place
        found += [(int(part[0]), int(part[-1])) for part in np.split(high, np.flatnonzero(np.diff(high) > 1) + 1)]
        place = end
    return found


def _joined(runs: list[tuple[int, int]], read: np.ndarray) -> list[tuple[int, int]]:
    """Runs that only a dip parts, where the first does not seem to end nor the second to begin, made one; without the blinks."""
    found: list[tuple[int, int]] = []
    for first, last in runs:
        if found and first - found[-1][1] <= DIP:
            ends, begins = _near(read[:, END], found[-1][1]), _near(read[:, BEGIN], first)
            if first - found[-1][1] <= BLINK or max(ends, begins) < UNSEEN:
                found[-1] = (found[-1][0], last)
                continue
        found.append((first, last))
    return [(first, last) for first, last in found if last - first + 1 >= SHORTEST]


def _near(chances: np.ndarray, place: int) -> float:
    return float(chances[max(0, place - APART) : place + APART + 1].max())


def _described(run: tuple[int, int], read: np.ndarray, frames: np.ndarray) -> Found:
    """The transition of this run. Its score is the geometric mean of three: it is one, it begins here, it ends here."""
    first, last = run
    shares = read[first : last + 1, NONE:].sum(0)
    sort = KINDS[1 + int(shares[1:].argmax())]
    if sort in ("dark", "white"):
        first, last = _trimmed(first, last, frames)
    ends = max(UNSURE, _near(read[:, BEGIN], first)) * max(UNSURE, _near(read[:, END], last))
    score = float(((1 - read[first : last + 1, NONE]).max() * ends) ** (1 / 3))
    middle = (first + last + 1) // 2
    if sort == "dissolve":
        return Found(middle, score, "dissolve", first, last)
    if sort == "wipe":
        return Found(middle, score if _replaced(frames, first, last) >= REPLACED else score / 2, "wipe", first, last)
    before, after = _plain(frames, first - 1), _plain(frames, last + 1)
    if before and not after:
        return Found(first, score, "fade_in", first, last)
    if after and not before:
        return Found(last + 1, score, "fade_out", first, last)
    light = frames[first : last + 1].mean((1, 2, 3))
    deepest = float(light.min() if sort == "dark" else light.max())
    level = np.flatnonzero(np.abs(light - deepest) <= 1.0)
    return Found(first + int(level[len(level) // 2]), score, "fade_black" if sort == "dark" else "fade_white", first, last)


def _replaced(frames: np.ndarray, first: int, last: int) -> float:
    """The share of the picture that is another one after frame `last` than before `first`. A wipe replaces all of it; somebody who
    walks or turns does not."""
    before, after = frames[max(0, first - 2)].astype(np.float32), frames[min(len(frames) - 1, last + 2)].astype(np.float32)
    return float((np.abs(after - before).mean(-1) > SEEN).mean())


def _trimmed(first: int, last: int, frames: np.ndarray) -> tuple[int, int]:
    """Without the frames at either end that are as plain as plain can be: they are not blended."""
    picture = [not _plain(frames, place, EVEN) for place in range(first, last + 1)]
    if not any(picture):
        return first, last
    return first + picture.index(True), last - picture[::-1].index(True)


def _plain(frames: np.ndarray, place: int, limit: float = PLAIN) -> bool:
    """Whether this frame is of one colour, black or white; also what lies beyond the film's ends. Nothing may differ by more than
    `limit` (0..1) on average from the darkest or brightest place."""
    if not 0 <= place < len(frames):
        return True
    picture = frames[place].astype(np.float32).mean(-1) / 255
    if picture.mean() < DARK:
        return bool((picture - picture.min()).mean() <= limit)
    return bool(picture.mean() > BRIGHT and (picture.max() - picture).mean() <= limit)
