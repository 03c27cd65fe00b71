"""Which of the faces in a shot speaks, from who is heard when and how the mouths move meanwhile. Pure.

A mouth that speaks moves more than the rest of the face, and more while its voice is heard than while it is not (after M. Everingham, J.
Sivic and A. Zisserman, "Hello! My name is... Buffy", BMVC 2006). How much more is told by ranks (H. B. Mann and D. R. Whitney, 1947), for
a single laugh moves a mouth more than any word. A voice is one face's for the whole shot, or nobody's who is seen: of all ways to give
voices to faces each is so likely as what is seen of the mouths makes it, and where those that agree are not likely enough it stays open.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..ml.facts import Faces, Mouths, Speakers
from .seen import boxes, corners, shared

VIEWS = 6
"""Looks at a mouth that are needed while a voice is heard, and as many while it is not."""
USUAL, WIDE = 3.5, 1.4
"""Standard deviations by which a mouth moves more while it speaks than while it does not, as a rule, by ranks; and how widely that is
spread, and what is mere chance: how a face moves at one look and at the next is not independent."""
LIKELY = 0.8
"""How likely it must be that a voice is a face's."""
PAUSED = 0.25
"""Share of a shot in which a voice must not be heard: in short pauses mouths go on moving."""
CLEARLY, SURELY = 1.25, 2.5
"""So much more, and by so many standard deviations, must one's mouth move than the others', where a voice is heard nearly all the time."""
SHORT = 1.2
"""Seconds a turn must last for the camera to go there."""
FEW = 4
STILL = 0.005
"""What noise alone changes in a face, in its contrasts."""
LATE = 0.5
"""Seconds from a view of a face beyond which it is not known where it is."""
SAME = 0.3
"""Share of what either of two boxes covers from which they are of the same face."""


def speaking(mouths: Mouths, faces: Faces, numbers: Sequence[int], speakers: Speakers, start: float, end: float) -> dict[int, int]:
    """Speaker -> the number of his face's track, of those whose face can be told, between two seconds of the medium.

    `numbers` are the tracks of the faces that are seen, the most prominent first.
    """
    turns = [turn for turn in speakers.turns if float(turn.span.end) > start and float(turn.span.start) < end]
    voices = list(dict.fromkeys(turn.speaker for turn in turns))[:FEW]
    seen = list(numbers)[:FEW]
    if not voices or len(seen) < 2:
        return {}
    moments = np.array([float(one) for one in mouths.seconds])
    here = np.flatnonzero((moments >= start) & (moments < end))
    moves = _moves(mouths, faces, seen, moments, here)
    heard = np.zeros((len(voices), len(here)), bool)
    for turn in turns:
        if turn.speaker in voices:
            heard[voices.index(turn.speaker)] |= (moments[here] >= float(turn.span.start)) & (moments[here] < float(turn.span.end))
    if len(voices) == 1 and (~heard[0]).mean() < PAUSED:
        place = _most(moves[:, heard[0]])
        return {} if place is None else {voices[0]: seen[place]}
    table = np.array([[_more(row[when], row[~when]) for row in moves] for when in heard])
    return {voices[row]: seen[column] for row, column in np.argwhere(_likely(table) >= LIKELY)}


def _likely(table: Any) -> Any:
    """(voices, faces) how likely each voice is each face's, of how much more each mouth moves while each is heard.

    What moves as much with a voice as without lies around 0, who speaks around USUAL (normal distributions).
    """
    ways = list(_ways(*table.shape))
    worth = np.array([sum((USUAL * table[pair] - USUAL**2 / 2) / WIDE**2 for pair in way) for way in ways])
    share = np.exp(worth - worth.max())
    found = np.zeros(table.shape)
    for part, way in zip(share / share.sum(), ways, strict=True):
        for pair in way:
            found[pair] += part
    return found


def _ways(voices: int, faces: int, first: int = 0, taken: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every way to give voices to faces, each to one at most, and no face to two."""
    if first == voices:
        yield ()
        return
    yield from _ways(voices, faces, first + 1, taken)
    for face in range(faces):
        if face not in taken:
            for rest in _ways(voices, faces, first + 1, (*taken, face)):
                yield ((first, face), *rest)


def _moves(mouths: Mouths, faces: Faces, numbers: Sequence[int], moments: Any, here: Any) -> Any:
    """(faces, looks) how much each mouth moves, as a logarithm; nan where it is not seen.

    The mean of two ways to see it, in themselves and beside how much the upper half of the face changes.
    """
    rows = np.frombuffer(b64decode(mouths.rows), "<f4").reshape(-1, 7).astype(np.float64)
    rows = rows[np.isin(rows[:, 0], here)]
    looks = np.searchsorted(here, rows[:, 0].astype(int))
    found = np.full((len(numbers), len(here)), np.nan)
    for place, number in enumerate(numbers):
        track = faces.tracks[number]
        times = np.array([float(faces.seconds[sample]) for sample in track.samples])
        at = moments[rows[:, 0].astype(int)]
        known = np.abs(times[None] - at[:, None]).min(axis=1, initial=np.inf) <= LATE
        own = np.stack([np.interp(at, times, column) for column in boxes(track)[:, :4].T], axis=1)
        common = shared(corners(own), corners(rows[:, 1:5]))
        for row in np.argsort(common):  # the best of a look is written last
            if known[row] and common[row] >= SAME:
                mouth, upper = rows[row, 5:7] + STILL
                found[place, looks[row]] = np.log(mouth) - 0.5 * np.log(upper)
    return found


def _more(during: Any, besides: Any) -> float:
    """By how many standard deviations values are higher during it than besides, by ranks; 0 where too few are known."""
    during, besides = during[np.isfinite(during)], besides[np.isfinite(besides)]
    few, many = len(during), len(besides)
    if min(few, many) < VIEWS:
        return 0.0
    above = (during[:, None] > besides[None]).sum() + 0.5 * (during[:, None] == besides[None]).sum()
    return float((above - few * many / 2) / np.sqrt(few * many * (few + many + 1) / 12))


def _most(moves: Any) -> int | None:
    """The row that is the highest by far, compared with every other look by look; None where there is none."""
    best = int(np.argmax(np.nan_to_num(np.nanmedian(np.where(np.isfinite(moves), moves, -9.0), axis=1), nan=-9.0)))
    for place in range(len(moves)):
        more = moves[best] - moves[place]
        more = more[np.isfinite(more)]
        if place != best and (len(more) < VIEWS or np.median(more) < np.log(CLEARLY) or _signed(more) < SURELY):
            return None
    return best


def _signed(values: Any) -> float:
    """By how many standard deviations these lie above 0, by signed ranks (F. Wilcoxon, 1945)."""
    ranks = np.argsort(np.argsort(np.abs(values))) + 1.0
    return float((ranks * np.sign(values)).sum() / np.sqrt((ranks**2).sum()))
