"""From what was measured of single frames to what is said of a shot: how good it looks, what is wrong with it, how its camera moves. Pure.

A shot is judged by its usual frames: medians, over those that show something (a fade or a flash at its end is no fault). Every share that
makes the grade lies in 0..1, and the grade is their weighted geometric mean, as of stills: none makes up for another that is missing.
Where the lines are drawn was found on pictures made blurred, noisy, dark, shaken and so on by known amounts (`benchmarks/pictures.py`).
"""

from __future__ import annotations

from base64 import b64decode
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ..ml.facts import CAMERA_VALUES, PICTURE_VALUES, Faces, Pictures, Span
from .composition import CUT_OFF, HEADROOM, OFTEN, framing
from .shot_log import Light, Movement

BLACK_SCREEN, PLAIN = "nothing to see: black (lens cap?)", "nothing to see: one colour"
UNFOCUSED, HUNT, DARK, BRIGHT, BURNT = "out of focus", "focus hunt", "too dark", "too bright", "burnt-out highlights"
FLAT, NOISY, SHAKY, CARRIED, TILTED = "low contrast", "noisy", "shaky", "camera carried about (ground shot?)", "tilted horizon"
FLAWS = (BLACK_SCREEN, PLAIN, UNFOCUSED, HUNT, DARK, BRIGHT, BURNT, FLAT, NOISY, SHAKY, CARRIED, TILTED, CUT_OFF, HEADROOM)
"""Every flaw a summary may name, the gravest first."""

WEIGHTS = {
    "sharpness": 0.3,
    "exposure": 0.2,
    "steadiness": 0.15,
    "cleanness": 0.1,
    "contrast": 0.1,
    "composition": 0.1,
    "faces": 0.15,
    "beauty": 0.25,
}
"""The rows of `Summary.quality`, the most important first, and how much each counts for the grade; faces and beauty where known."""

SHARP, SOFT, HIDDEN = 0.5, 0.25, 0.12
"""Crété's measure where a picture in full focus is sharpest; where nothing is in focus any more; the same in noise, which hides focus."""
SMOOTH = 0.15
"""Pictures of little contrast may be of something smooth, a sky: then nothing to be sharp is no fault."""
SHOWING = 0.35
"""A frame with less than this share of its shot's usual contrast is fading, or a flash."""
NOTHING, DIM = 0.035, 0.1
"""Contrast below which nothing is drawn; brightness below which that is black."""
NIGHT, DAY = 0.2, 0.36
UNLIT, NO_LAMP = 0.15, 0.16
"""Brightness and contrast below which a picture is too dark: a night has lamps, and so more contrast."""
NOISE_SEEN = 0.24
WANDERING, STEADY = 0.006, 0.0012
"""RMS distance from the smooth path in widths: of a shot that looks shaken, and of a tripod's."""
CERTAIN = 0.28
MOVING, GONE, ONE_WAY, LEVEL = 0.018, 0.12, 0.6, 1.5
"""Widths a second from which the camera is seen to move, and widths from which it has moved however slowly; the share of its path that goes
one way in a pan; degrees from which a horizon is seen to lean."""
CARRIED_SPEED, BLURRING = 0.35, 0.25
"""Widths a second of a camera that is carried about; of one whose movement blurs the picture."""
NEAR = 1.0
HUNTING = 0.6
"""What a focus hunt leaves of a shot's sharpness: most of its frames may be sharp, and it is of little use."""
ROOT_MEAN, AT_EDGE = 0.35, 0.5
"""A zoom by the logarithm 1 a second moves the points of a picture by about this many widths a second, those at its sides by so many."""


@dataclass(frozen=True)
class Summary:
    """A shot's pictures in one value.

    `quality`: (name, 0..1), the most important first; `grade` 0..1 is one figure for all; `flaws` are of `FLAWS`, the gravest first.
    `values`: the median of each of `PICTURE_VALUES` over the frames that show something, NaN where it is not known. `best`: the moment that
    shows most, None where nothing was looked at. `samples`: how many frames it stands on.
    """

    grade: float = 0.0
    quality: tuple[tuple[str, float], ...] = ()
    flaws: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(PICTURE_VALUES, float("nan")))
    best: Fraction | None = None
    samples: int = 0


def rows(pictures: Pictures) -> Any:
    """Float32 (samples, len(`PICTURE_VALUES`)), NaN where a value is not known. Not to be written to: it is kept."""
    return _unpacked(pictures.values, len(PICTURE_VALUES))


def camera_rows(pictures: Pictures) -> Any:
    """Float32 (samples, len(`CAMERA_VALUES`)), NaN where nothing could be followed. Not to be written to: it is kept."""
    return _unpacked(pictures.camera, len(CAMERA_VALUES))


@lru_cache(8)
def _unpacked(text: str, width: int) -> Any:
    """A film is asked about shot by shot, and is long."""
    table = np.frombuffer(b64decode(text), np.float16).reshape(-1, width).astype(np.float32)
    table.setflags(write=False)
    return table


def within(pictures: Pictures, span: Span) -> slice:
    """The samples within `span`; the last one before it where none lies within, since that lasts into it."""
    first, last = bisect_left(pictures.seconds, span.start), bisect_left(pictures.seconds, span.end)
    if first < last or span.length == 0:
        return slice(first, last)
    before = bisect_right(pictures.seconds, span.start) - 1
    return slice(max(before, 0), before + 1)


def summary(pictures: Pictures, span: Span, faces: Faces | None = None) -> Summary:
    """How good the pictures within `span` are. Without samples there: no grade and no flaws.

    Where `faces` are known and seen, the composition is theirs, and how well they are to be seen counts.
    """
    part = within(pictures, span)
    every, camera = rows(pictures)[part], camera_rows(pictures)[part]
    if not len(every):
        return Summary()
    shown = _showing(every)
    values = {name: _median(every[shown, column]) for column, name in enumerate(PICTURE_VALUES)}
    shares = _shares(every, camera)
    usual = {name: _median(column[shown]) for name, column in shares.items()}
    flaws = _flaws(every[shown], camera[shown], values)
    people = framing(faces, span) if faces is not None else None
    if people is not None and people.often >= OFTEN:
        weighed = np.nan_to_num(usual["composition"], nan=people.placed)
        usual |= {"composition": float(weighed + 2 * people.placed) / 3, "faces": people.visible}
        flaws += people.flaws
    if HUNT in flaws:
        usual["sharpness"] *= HUNTING
    quality = tuple((name, round(usual[name], 3)) for name in WEIGHTS if usual.get(name, float("nan")) == usual.get(name))
    scores = np.where(shown, _graded(shares), -1.0)
    best = pictures.seconds[part.start + int(np.argmax(scores))]
    grade = 0.0 if BLACK_SCREEN in flaws or PLAIN in flaws else _one(usual)
    return Summary(round(grade, 3), quality, flaws, values, best, int(shown.sum()))


def grades(pictures: Pictures) -> Any:
    """Float64 (samples,), 0..1: how good each frame is by itself, by the same shares as a shot's grade."""
    every = rows(pictures)
    return (
        np.where(_column(every, "contrast") < NOTHING, 0.0, _graded(_shares(every, camera_rows(pictures)))) if len(every) else np.zeros(0)
    )


def worth(pictures: Pictures, moments: Sequence[Fraction]) -> tuple[float, ...]:
    """How good the picture is at each of these moments, 0..1: by the sample nearest to it; the film's usual grade where none is near."""
    found = grades(pictures)
    times = np.array([float(seconds) for seconds in pictures.seconds])
    wanted = np.array([float(moment) for moment in moments])
    if not len(times):
        return (0.5,) * len(wanted)
    places = np.searchsorted(times, wanted)
    before, after = np.clip(places - 1, 0, len(times) - 1), np.clip(places, 0, len(times) - 1)
    nearest = np.where(np.abs(times[before] - wanted) <= np.abs(times[after] - wanted), before, after)
    return tuple(float(one) for one in np.where(np.abs(times[nearest] - wanted) <= NEAR, found[nearest], np.median(found)))


def movement(pictures: Pictures, span: Span) -> Movement:
    """How the camera moves within `span`; "" where too little of the picture could be followed.

    A pan, tilt or zoom goes one way for most of its path and outweighs the others; "handheld" wanders without going anywhere, "moving" is
    any other movement. What is seen in the plane of the picture does not tell a turning camera from one that travels sideways.
    """
    part = within(pictures, span)
    moves = camera_rows(pictures)[part]
    lengths = _lengths(pictures, part)
    sure = np.nan_to_num(moves[:, CAMERA_VALUES.index("certainty")]) >= CERTAIN
    sure &= np.isfinite(moves).all(axis=1)
    if not len(moves) or lengths[sure].sum() < 0.5 * lengths.sum():
        return ""
    moves, lengths = moves[sure], lengths[sure]
    ways: tuple[tuple[str, float, Movement, Movement], ...] = (
        ("pan", 1.0, "pan right", "pan left"), ("tilt", 1.0, "tilt down", "tilt up"), ("zoom", ROOT_MEAN, "zoom in", "zoom out"),
    )  # fmt: skip
    paths = {}
    for name, scale, _forth, _back in ways:
        speed = moves[:, CAMERA_VALUES.index(name)] * scale
        paths[name] = (float((speed * lengths).sum()), float((np.abs(speed) * lengths).sum()))
    seconds = float(lengths.sum())
    strongest = max(ways, key=lambda way: abs(paths[way[0]][0]))
    net, whole = paths[strongest[0]]
    others = max(abs(paths[way[0]][0]) for way in ways if way is not strongest)
    shake = _median(moves[:, CAMERA_VALUES.index("shake")])
    # What leaves the picture leaves it at its edge, where a slow push shows most.
    far = abs(net) * (AT_EDGE / ROOT_MEAN if strongest[0] == "zoom" else 1.0)
    if (abs(net) >= MOVING * seconds or far >= GONE) and abs(net) >= ONE_WAY * whole:
        if abs(net) < 1.5 * others:
            return "moving"
        return strongest[2] if net > 0 else strongest[3]
    if shake >= 2 * STEADY:
        return "handheld"
    return "moving" if max(path for _net, path in paths.values()) >= MOVING * seconds else "static"


def light(pictures: Pictures, span: Span) -> Light:
    """Whether it looks like day or like night within `span`; "" in between, and where there is nothing to see. A dark room is night."""
    every = rows(pictures)[within(pictures, span)]
    if not len(every):
        return ""
    every = every[_showing(every)]
    bright = _median(_column(every, "brightness"))
    if _median(_column(every, "contrast")) < NOTHING:
        return ""
    return "night" if bright <= NIGHT else "day" if bright >= DAY else ""


def _column(every: Any, name: str) -> Any:
    return every[:, PICTURE_VALUES.index(name)]


def _median(column: Any) -> float:
    known = column[np.isfinite(column)]
    return float(np.median(known)) if len(known) else float("nan")


def _lengths(pictures: Pictures, part: slice) -> Any:
    """Seconds each of these samples lasts."""
    moments = [float(seconds) for seconds in pictures.seconds[part]]
    if len(moments) < 2:
        return np.ones(len(moments))
    steps = np.diff(moments)
    return np.append(steps, np.median(steps))


def _showing(every: Any) -> Any:
    """Which frames show something: neither fading nor a flash, measured by the shot's own. All where none does."""
    contrast = np.nan_to_num(_column(every, "contrast"))
    shown = contrast >= max(NOTHING, SHOWING * float(np.quantile(contrast, 0.75)))
    return shown if shown.any() else np.ones(len(every), bool)


def _shares(every: Any, camera: Any) -> dict[str, Any]:
    """Each row of quality as (samples,), 0..1."""
    value = {name: _column(every, name) for name in PICTURE_VALUES}
    shake = camera[:, CAMERA_VALUES.index("shake")]
    lit = np.clip(value["brightness"] / NIGHT, 0.2, 1)
    lean = np.nan_to_num(np.abs(value["horizon"]))
    level = 1 - 0.5 * np.clip((lean - LEVEL) / 6, 0, 1)
    return {
        "sharpness": np.clip(value["sharpness"] / SHARP, 0, 1),
        "exposure": np.clip(value["exposure"] * lit * (1 - np.clip((value["white"] - 0.02) / 0.3, 0, 0.5)) / 0.9, 0, 1),
        "steadiness": 1 / (1 + np.maximum(0, shake - STEADY) / WANDERING),
        "cleanness": 1 - np.clip((value["noise"] - 0.06) / 0.5, 0, 1),
        "contrast": np.clip(value["contrast"] / 0.3, 0, 1),
        "composition": (value["balance"] + value["thirds"]) / 2 * level,
        "faces": np.full(len(every), np.nan),
        "beauty": value["aesthetic"],
    }


def _graded(shares: Mapping[str, Any]) -> Any:
    """The weighted geometric mean of the shares that are known, sample by sample."""
    table = np.stack([shares[name] for name in WEIGHTS])
    weights = np.array([WEIGHTS[name] for name in WEIGHTS])[:, None] * np.isfinite(table)
    logs = np.log(np.clip(np.nan_to_num(table, nan=1.0), 0.01, 1))
    whole = weights.sum(axis=0)
    return np.where(whole > 0, np.exp((weights * logs).sum(axis=0) / np.maximum(whole, 1e-9)), 0.0)


def _one(usual: Mapping[str, float]) -> float:
    return float(_graded({name: np.array([share]) for name, share in usual.items()})[0])


def _flaws(shown: Any, camera: Any, values: Mapping[str, float]) -> tuple[str, ...]:
    if values["contrast"] < NOTHING and values["sharpness"] != values["sharpness"]:
        return (BLACK_SCREEN if values["brightness"] < DIM else PLAIN,)
    found = []
    soft = np.nan_to_num(_column(shown, "sharpness"))
    soft = soft[_calm(camera)]
    noisy = values["noise"] > NOISE_SEEN
    if len(soft) and np.median(soft) < (HIDDEN if noisy else SOFT) and values["contrast"] > SMOOTH:
        found.append(UNFOCUSED)
    if _hunts(soft):
        found.append(HUNT)
    if values["brightness"] < UNLIT and values["contrast"] < NO_LAMP:
        found.append(DARK)
    elif values["brightness"] > 0.85 or values["white"] > 0.28:
        found.append(BRIGHT)
    elif values["contrast"] < 0.1:
        found.append(FLAT)
    elif values["white"] > 0.06:
        found.append(BURNT)
    if noisy:
        found.append(NOISY)
    found += _shaken(camera)
    if _leans(_column(shown, "horizon")):
        found.append(TILTED)
    return tuple(sorted(found, key=FLAWS.index))


def _calm(camera: Any) -> Any:
    """Which samples the camera's movement does not blur: what is soft in the others says nothing about focus."""
    pan, tilt, zoom, _roll, shake, _certain = np.nan_to_num(camera).T
    return (np.hypot(pan, tilt) + ROOT_MEAN * np.abs(zoom) < BLURRING) & (shake < 2 * WANDERING)


def _hunts(sharpness: Any) -> bool:
    """Whether sharpness goes away and comes back: at least one dip to 60 % of what is on both sides."""
    if len(sharpness) < 4:
        return False
    before = np.maximum.accumulate(sharpness)
    after = np.maximum.accumulate(sharpness[::-1])[::-1]
    return bool((sharpness < 0.6 * np.minimum(before, after)).any())


def _shaken(camera: Any) -> list[str]:
    """A camera that is carried about turns this way and that, far more than a hand that tries to hold it still."""
    pan, tilt, _zoom, _roll, shake, certain = np.nan_to_num(camera).T
    net, whole = np.hypot(pan.sum(), tilt.sum()), np.hypot(pan, tilt).sum()
    wild = (np.hypot(pan, tilt) > CARRIED_SPEED) & (net < ONE_WAY * whole) | (shake > 4 * WANDERING)
    if len(camera) >= 3 and wild.mean() >= 0.6 and certain.any():
        return [CARRIED]
    return [SHAKY] if _median(camera[:, CAMERA_VALUES.index("shake")]) > WANDERING else []


def _leans(horizon: Any) -> bool:
    """Whether most frames have a horizon and these agree that it leans."""
    known = horizon[np.isfinite(horizon)]
    return len(known) >= max(1, len(horizon) / 2) and abs(float(np.median(known))) > LEVEL and float(np.std(known)) < 2
