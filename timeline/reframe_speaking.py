"""Which of the faces in a shot speaks, from who is heard when and how the mouths move meanwhile. Pure.

A mouth that speaks changes its width and its distance from the nose; one that listens hardly does (after M. Everingham, J. Sivic and
A. Zisserman, "Hello! My name is... Buffy", BMVC 2006, who compare the mouth from frame to frame). A voice is one face's for the whole shot:
of all ways to give voices to faces, the one in which mouths move most while their voice is heard, against while it is not.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from ..ml.facts import Faces, FaceTrack, Speakers, Turn

VIEWS = 4
"""Views of a mouth that are needed to tell whether it moves."""
CLEARLY = 1.25
"""So much more the one's mouth must move than the other's."""
SHORT = 1.2
"""Seconds a turn must last for the camera to go there."""
FEW = 4


def speaking(faces: Faces, numbers: Sequence[int], speakers: Speakers, start: float, end: float) -> dict[int, int]:
    """Speaker -> the number of his face's track, of those whose face can be told, between two seconds of the medium.

    `numbers` are the tracks of the faces that are seen, the most prominent first. A single face is anybody's who speaks there.
    """
    turns = [turn for turn in speakers.turns if float(turn.span.end) > start and float(turn.span.start) < end]
    voices = list(dict.fromkeys(turn.speaker for turn in turns))[:FEW]
    seen = list(numbers)[:FEW]
    if not voices or not seen:
        return {}
    if len(seen) == 1:
        return {}
    table = np.array([[_moves(faces, faces.tracks[face], turns, voice, start, end) for face in seen] for voice in voices])
    if np.isnan(table).any():
        return {}
    if len(voices) == 1:
        best, second = np.argsort(-table[0])[:2]
        return {voices[0]: seen[best]} if table[0, best] > CLEARLY * table[0, second] else {}
    ways = sorted(_ways(table), reverse=True)
    if len(ways) > 1 and ways[0][0] <= CLEARLY * ways[1][0]:
        return {}
    return {voices[row]: seen[column] for row, column in ways[0][1]}


def _ways(table: Any) -> list[tuple[float, tuple[tuple[int, int], ...]]]:
    rows, columns = table.shape
    if rows <= columns:
        pairs = [tuple(zip(range(rows), chosen, strict=True)) for chosen in permutations(range(columns), rows)]
    else:
        pairs = [tuple(zip(chosen, range(columns), strict=True)) for chosen in permutations(range(rows), columns)]
    return [(float(np.mean([table[pair] for pair in way])), way) for way in pairs]


def _moves(faces: Faces, track: FaceTrack, turns: Sequence[Turn], voice: int, start: float, end: float) -> float:
    """How much the mouth moves while this voice is heard, against how much else; nan where too little of it is seen."""
    points = np.frombuffer(b64decode(track.landmarks), "<f4").reshape(-1, 5, 2).astype(np.float64)
    times = np.array([float(faces.seconds[sample]) for sample in track.samples])
    here = (times >= start) & (times < end)
    heard = np.zeros(len(times), bool)
    for turn in turns:
        if turn.speaker == voice:
            heard |= (times >= float(turn.span.start)) & (times < float(turn.span.end))
    during, besides = here & heard, here & ~heard
    if during.sum() < VIEWS:
        return float("nan")
    apart = np.maximum(np.linalg.norm(points[:, 0] - points[:, 1], axis=1), 1e-6)
    mouth = (points[:, 3] + points[:, 4]) / 2
    wide = np.linalg.norm(points[:, 3] - points[:, 4], axis=1) / apart
    low = np.linalg.norm(mouth - points[:, 2], axis=1) / apart
    moving = _change(wide, during) + _change(low, during)
    return moving / (_change(wide, besides) + _change(low, besides) + 1e-3) if besides.sum() >= VIEWS else moving / 1e-2


def _change(values: Any, when: Any) -> float:
    """The mean change from one view to the next, both of `when`."""
    both = when[1:] & when[:-1]
    return float(np.abs(np.diff(values))[both].mean()) if both.any() else 0.0
