"""A film is planned before a pixel is drawn: which stretches, which joins, which traps. The labels follow from the plan alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from .joins import WIPES, Join
from .labels import KINDS, TRAPS, Labels
from .looks import Look, draw_look, picture, room
from .sources import SourceShot
from .traps import LENGTHS, Trap

RATES = tuple(Fraction(rate) for rate in ("24", "24000/1001", "25", "30000/1001", "30", "50"))
SIZES = ((320, 180), (320, 180), (320, 180), (320, 136), (256, 192), (640, 272))
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "medium")
CLEAR = 8
"""Frames of a shot that are seen unblended, at least."""
AWAY = 5
"""Frames between a trap and the nearest blended or last frame of its shot."""
UNLIKE = {"cut": 12.0, "dissolve": 16.0, "wipe": 16.0}
"""Mean difference in grey levels of the two pictures a join lies between, at least: where less changes, nobody could say."""
UNLIKE_COLOUR = 40.0
"""The same for a picture and the colour it fades to or from."""
TRIES = 12
TITLE = -1
SLOWEST_FAST = 3.0
"""How many times its own speed a shot runs at least for its motion to be called fast."""
WEIGHTS = {
    "cut": 4.0,
    "dissolve": 1.5,
    "wipe": 1.0,
    "fade-through-black": 1.0,
    "fade-through-white": 0.7,
    "fade-in": 0.7,
    "fade-out": 0.7,
}


@dataclass(frozen=True)
class Clip:
    """A stretch of source `shot` (or a title card) as shown, its blended frames included; the outermost `leads` and `tails` are blended."""

    shot: int
    look: Look
    frames: int
    traps: tuple[Trap, ...]
    leads: int
    tails: int


@dataclass(frozen=True)
class Frame:
    """One frame of the film: `old` and `new` are (clip, its frame) or a plain colour (a number); the n-th of `length` blended frames."""

    old: tuple[int, int] | int
    new: tuple[int, int] | int | None = None
    join: int = -1
    place: int = 0
    length: int = 0


@dataclass(frozen=True)
class FilmPlan:
    """`joins` has one entry for the beginning, one between every two clips, one for the end."""

    seed: int
    rate: Fraction
    size: tuple[int, int]
    crf: int
    preset: str
    letterbox: float
    clips: tuple[Clip, ...]
    joins: tuple[Join, ...]

    @property
    def bar(self) -> int:
        """Height of each letterbox bar in pixels."""
        return round(self.size[1] * self.letterbox)

    @property
    def inside(self) -> tuple[int, int]:
        """Width and height of the picture between the bars. Joins happen there: a wipe that begins behind a bar would not be seen."""
        return self.size[0], self.size[1] - 2 * self.bar

    def frames(self) -> Iterator[Frame]:
        """What every frame of the film shows, in order."""
        for number, clip in enumerate(self.clips):
            before, after = self.joins[number], self.joins[number + 1]
            if not before.together:
                for _ in range(before.plain):
                    yield Frame(before.colour)
                for place in range(before.coming):
                    yield Frame(before.colour, (number, place), number, place, before.coming)
            for place in range(clip.leads, clip.frames - clip.tails):
                yield Frame((number, place))
            begin = clip.frames - clip.tails
            for place in range(clip.tails):
                other = (number + 1, place) if after.together else after.colour
                yield Frame((number, begin + place), other, number + 1, place, clip.tails)
        last = self.joins[-1]
        for _ in range(last.plain):
            yield Frame(last.colour)

    def labels(self) -> Labels:
        """Exact, because they are counted the same way as the frames are."""
        cuts: list[int] = []
        gradual: list[tuple[int, int, str]] = []
        traps: list[tuple[int, int, str]] = []
        at = 0
        for number, clip in enumerate(self.clips):
            before = self.joins[number]
            begin = at - (before.coming if before.together else -before.plain)
            if before.kind in {"cut", "fade-in"} and number:
                cuts.append(at)
            if before.kind == "fade-out":
                cuts.append(begin)
            if before.kind == "fade-in":
                gradual.append((begin, begin + before.coming - 1, before.kind))
            elif before.kind != "cut" and before.kind != "fade-out":
                first = begin if before.together else at - before.leaving
                gradual.append((first, begin + before.coming - 1, before.kind))
            traps += [(begin + trap.begin, begin + trap.begin + trap.length - 1, trap.what) for trap in clip.traps]
            at = begin + clip.frames
            after = self.joins[number + 1]
            if after.kind == "fade-out":
                gradual.append((at - after.leaving, at - 1, after.kind))
        return Labels(at + self.joins[-1].plain, self.rate, tuple(cuts), tuple(gradual), tuple(traps), self.seed)


def plan_film(
    seed: int,
    sources: Sequence[SourceShot],
    frames: int = 1500,
    kinds: Mapping[str, float] | Sequence[str] | None = None,
    traps: Sequence[str] = TRAPS,
    shots: tuple[int, int] = (CLEAR, 200),
    size: tuple[int, int] | None = None,
) -> FilmPlan:
    """A film of about `frames` frames, the same for the same arguments.

    `kinds` are the transitions wanted, with weights when a mapping (`WEIGHTS` when None); `traps` may be empty; `shots` are the
    shortest and longest shot in unblended frames. Raises ValueError for unknown words and when there are fewer than two source shots.
    """
    weights = dict(kinds) if isinstance(kinds, Mapping) else dict.fromkeys(kinds, 1.0) if kinds is not None else WEIGHTS
    if set(weights) - set(KINDS) or set(traps) - set(TRAPS) or not weights:
        raise ValueError(f"kinds are {', '.join(KINDS)}; traps are {', '.join(TRAPS)}")
    if len(sources) < 2:
        raise ValueError("a film needs at least two source shots, so that neighbours differ")
    return _Planner(seed, sources, weights, tuple(traps), shots, size).film(frames)


class _Planner:
    def __init__(
        self,
        seed: int,
        sources: Sequence[SourceShot],
        weights: dict[str, float],
        traps: tuple[str, ...],
        shots: tuple[int, int],
        size: tuple[int, int] | None,
    ) -> None:
        self.seed, self.sources, self.shots = seed, sources, shots
        self.random = np.random.default_rng(seed)
        self.kinds = sorted(weights)
        self.chances = np.asarray([weights[kind] for kind in self.kinds]) / sum(weights.values())
        self.titled = "title" in traps and "cut" in weights
        self.traps = [what for what in traps if what != "title"]
        self.size = size or SIZES[self.random.integers(len(SIZES))]
        self.clips: list[Clip] = []
        self.joins: list[Join] = []

    def film(self, frames: int) -> FilmPlan:
        random = self.random
        rate = RATES[random.integers(len(RATES))]
        crf, preset = int(random.integers(18, 33)), str(random.choice(PRESETS))
        letterbox = float(random.uniform(0.08, 0.14)) if random.random() < 0.15 else 0.0
        self.joins.append(self._join("fade-in") if "fade-in" in self.kinds and random.random() < 0.7 else Join("cut"))
        made = self.joins[0].plain
        while made < frames:
            after = self._join(str(random.choice(self.kinds, p=self.chances)))
            made += self._shot(after)
            if self.titled and after.kind == "cut" and random.random() < 0.08:
                made += self._title()
        self._shot(self._join("fade-out") if "fade-out" in self.kinds and random.random() < 0.7 else Join("cut"))
        return FilmPlan(self.seed, rate, self.size, crf, preset, letterbox, tuple(self.clips), tuple(self.joins))

    def _join(self, kind: str) -> Join:
        random = self.random
        leaving, coming = (_drawn(random, 4, 60) for _ in range(2))
        eased, plain = bool(random.random() < 0.4), int(random.integers(0, 31))
        if kind == "cut":
            return Join(kind)
        if kind == "dissolve":
            return Join(kind, leaving, 0, leaving, eased)
        if kind == "wipe":
            leaving = max(6, leaving)
            soft = float(random.choice([0.0, 0.05, 0.2]))
            return Join(kind, leaving, 0, leaving, eased, str(random.choice(WIPES)), soft)
        if kind == "fade-in":
            return Join(kind, 0, max(2, plain), coming, eased)
        if kind == "fade-out":
            return Join(kind, leaving, max(2, plain), 0, eased)
        return Join(kind, leaving, plain, coming, eased)

    def _shot(self, after: Join) -> int:
        """Adds a shot and the join after it. Returns how many frames longer the film has become."""
        before = self.joins[-1]
        clear = _drawn(self.random, *self.shots)
        best, difference = self._stretch(before, after, clear), 0.0
        for _ in range(TRIES):
            difference = self._distinct(before, after, best)
            if difference >= 1:
                break
            other = self._stretch(before, after, clear)
            if self._distinct(before, after, other) > difference:
                best = other
        self.clips.append(self._trapped(best))
        self.joins.append(after)
        return best.frames - (before.coming if before.together else 0) + after.plain

    def _stretch(self, before: Join, after: Join, clear: int) -> Clip:
        blended = before.coming + after.leaving
        last = self.clips[-1].shot if self.clips else TITLE
        able = [number for number, shot in enumerate(self.sources) if number != last and room(shot) >= blended + self.shots[0]]
        number = int(self.random.choice(able or [number for number in range(len(self.sources)) if number != last]))
        frames = blended + max(self.shots[0], min(clear, room(self.sources[number]) - blended))
        return Clip(number, draw_look(self.random, self.sources[number], frames), frames, (), before.coming, after.leaving)

    def _distinct(self, before: Join, after: Join, clip: Clip) -> float:
        """How clearly this stretch differs from what it is joined to: 1 is just clear enough."""
        first, last = self._small(clip, clip.leads), self._small(clip, clip.frames - 1 - clip.tails)
        found = [10.0]
        if before.kind != "fade-in" and self.clips and before.kind in UNLIKE:
            old = self.clips[-1]
            found.append(_difference(first, self._small(old, old.frames - 1 - old.tails)) / UNLIKE[before.kind])
        if before.coming and not before.together:
            found.append(_difference(first, before.colour) / UNLIKE_COLOUR)
        if before.kind in {"fade-in", "fade-out"}:
            found.append(_difference(first, 0) / UNLIKE_COLOUR)
        if after.leaving and not after.together:
            found.append(_difference(last, after.colour) / UNLIKE_COLOUR)
        if after.kind == "fade-in":
            found.append(_difference(last, 0) / UNLIKE_COLOUR)
        return min(found)

    def _small(self, clip: Clip, place: int) -> np.ndarray:
        if clip.shot == TITLE:
            return np.zeros((18, 32, 3), np.uint8)
        return picture(self.sources[clip.shot], clip.look, place, (32, 18))

    def _trapped(self, clip: Clip) -> Clip:
        random, shot = self.random, self.sources[clip.shot]
        begin, end = clip.leads + AWAY, clip.frames - clip.tails - AWAY
        if not self.traps or random.random() < 0.4 or end - begin < 1:
            return clip
        quick = not shot.still and (clip.frames - 1) * SLOWEST_FAST + 1 <= len(shot.pictures)
        able = [what for what in self.traps if what == "grain" or (quick if what == "fast" else end - begin >= LENGTHS[what][0])]
        found: list[Trap] = []
        for what in random.permutation(able)[:3].tolist():
            seed = int(random.integers(1 << 31))
            if what in {"fast", "grain"}:
                if found:
                    continue
                if what == "fast":
                    fastest = (len(shot.pictures) - 1) / (clip.frames - 1)
                    look = replace(clip.look, start=0, speed=float(random.uniform(SLOWEST_FAST, min(5.0, fastest))))
                else:
                    look = replace(clip.look, grain=float(random.uniform(9, 16)))
                return replace(clip, look=look, traps=(Trap(what, begin, end - begin, seed),))
            least, most = LENGTHS[what]
            if end - begin < least:
                continue
            length = int(random.integers(least, min(most, end - begin) + 1))
            at = int(random.integers(begin, end - length + 1))
            other = int(random.choice([number for number in range(len(self.sources)) if number != clip.shot]))
            found.append(Trap(what, at, length, seed, other))
            begin = at + length + AWAY
        return replace(clip, traps=tuple(found))

    def _title(self) -> int:
        """Adds a black card on which text pops, between hard cuts."""
        random = self.random
        frames, begin = int(random.integers(40, 100)), int(random.integers(6, 20))
        look = Look(0, 0.0, frames, (0, 0, 1), (0, 0, 1), False, (0.0, 0.0, 0.0), 1.0, 1.0, 0.0, 0)
        trap = Trap("title", begin, frames - begin - AWAY, int(random.integers(1 << 31)))
        self.clips.append(Clip(TITLE, look, frames, (trap,), 0, 0))
        self.joins.append(Join("cut"))
        return frames


def _drawn(random: np.random.Generator, least: int, most: int) -> int:
    """A length with all orders of magnitude as likely as each other."""
    return int(np.exp(random.uniform(np.log(least), np.log(most + 1))))


def _difference(picture_: np.ndarray, other: np.ndarray | int) -> float:
    return float(np.abs(picture_.astype(np.int16) - other).mean())

