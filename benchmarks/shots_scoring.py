"""How detections of shot boundaries are scored. Frames count from 0; a cut is the first frame of the new shot.

**Hard cuts** at a tolerance of n frames: the largest one-to-one matching of detections and labelled cuts at most n frames
apart. What is left over is wrong, unless it lies in a labelled gradual transition widened by n: there *something* is, and the labels do
not say which frame of it is right. A detector that says which of its boundaries are gradual is held to that: only those
it calls hard count here.

**Gradual transitions**: a peer gives a cut point, not an extent. A point in a labelled gradual transition, widened by 2 frames,
finds it ("found"); an extent of ours finds it when the two overlap, and a boundary that we call hard when it lies in it. "Within 5"
asks more: first and last blended frame each at most 5 frames from the labelled ones, one to one; every other extent is wrong.
That needs extents, so peers without have none. `iou` is frames in both extents by frames in either, over the found ones.

**All boundaries as points**, kind and extent ignored, at 2 frames, the same for everyone: a labelled cut is found by a point at
most 2 frames away, a gradual transition by a point in it widened by 2, each once; a second point in the same transition is
wrong (TRECVID's rule as PySceneDetect's own benchmark applies it).

**As published**: the F1 that TransNetV2's authors and AutoShot's give for BBC, RAI, ClipShots and SHOT (`evaluate_scenes` in
training/metrics_utils.py of github.com/soCzech/TransNetV2, 2 frames): every transition is the interval from the last frame of the old
shot to the first of the new one, kind ignored; two that overlap when each is widened by half a frame at both ends are a match.

**Traps**: a trap is sprung when something that is no labelled boundary is detected within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.shots_labels import Labels

TOLERANCES = (0, 1, 2)
NEAR = 2
ENDS = 5
"""Frames by which both ends of a gradual transition may be off."""


@dataclass(frozen=True)
class Detection:
    """A boundary as a detector gives it: `frame` is where it would cut, `extent` the first and last blended frame, both
    inclusive, where the detector gives one; `score` grows with certainty."""

    frame: int
    score: float = 1.0
    extent: tuple[int, int] | None = None
    kind: str = "cut"


@dataclass(frozen=True)
class Score:
    """How many detections are right, how many are wrong, and how many labels were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Right detections among all; 1 when nothing was detected, for then nothing was wrong."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Labels found among all; 1 when there were none to find."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else 1.0


@dataclass(frozen=True)
class Extent:
    """Labelled gradual transitions of one kind: how many, how many found at all, how many with both ends within `ENDS`, how many
    of the found ones were called by their kind, and over those that were met by an extent the sums of overlap (0..1) and of
    frames by which the first and the last frame are off."""

    labelled: int = 0
    found: int = 0
    within: int = 0
    met: int = 0
    named: int = 0
    overlap: float = 0.0
    first_off: int = 0
    last_off: int = 0

    def __add__(self, other: Extent) -> Extent:
        return Extent(
            self.labelled + other.labelled,
            self.found + other.found,
            self.within + other.within,
            self.met + other.met,
            self.named + other.named,
            self.overlap + other.overlap,
            self.first_off + other.first_off,
            self.last_off + other.last_off,
        )


@dataclass
class Tally:
    """One detector over any number of films."""

    hard: dict[int, Score] = field(default_factory=lambda: {tolerance: Score() for tolerance in TOLERANCES})
    points: Score = Score()
    published: Score = Score()
    gradual: Score = Score()
    """Extents within `ENDS` at both ends."""
    kinds: dict[str, Extent] = field(default_factory=dict)
    traps: dict[str, Score] = field(default_factory=dict)
    """By what: `wrong` were sprung, `missed` were not."""

    def add(self, other: Tally) -> None:
        self.hard = {tolerance: self.hard[tolerance] + other.hard[tolerance] for tolerance in TOLERANCES}
        self.points, self.published = self.points + other.points, self.published + other.published
        self.gradual = self.gradual + other.gradual
        for kind, extent in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, Extent()) + extent
        for what, score in other.traps.items():
            self.traps[what] = self.traps.get(what, Score()) + score

    @property
    def all_kinds(self) -> Extent:
        return sum(self.kinds.values(), Extent())


def tally(found: Sequence[Detection], labels: Labels) -> Tally:
    """One film by all measures."""
    kinds, within = extents(found, labels)
    return Tally(
        {tolerance: hard_score([one.frame for one in found if one.kind == "cut"], labels, tolerance) for tolerance in TOLERANCES},
        point_score([one.frame for one in found], labels),
        published_score(found, labels),
        within,
        kinds,
        trap_scores(found, labels),
    )


def matched(found: Iterable[int], wanted: Iterable[int], tolerance: int) -> list[tuple[int, int]]:
    """Pairs (found, wanted) at most `tolerance` frames apart, each used once, as many pairs as possible.

    Going through both in order and pairing whatever fits gives the largest number, since all tolerances are equal.
    """
    pairs = []
    rest = sorted(wanted)
    for one in sorted(found):
        while rest and rest[0] < one - tolerance:
            rest.pop(0)
        if rest and rest[0] <= one + tolerance:
            pairs.append((one, rest.pop(0)))
    return pairs


def hard_score(found: Sequence[int], labels: Labels, tolerance: int) -> Score:
    """Hard cuts; see the head of this file."""
    pairs = matched(found, labels.cuts, tolerance)
    right = {one for one, _ in pairs}
    wrong = [one for one in set(found) - right if _inside(one, labels, tolerance) is None]
    return Score(len(pairs), len(wrong), len(labels.cuts) - len(pairs))


def point_score(found: Sequence[int], labels: Labels) -> Score:
    """All boundaries as points; see the head of this file."""
    pairs = matched(found, labels.cuts, NEAR)
    met: set[tuple[int, int, str]] = set()
    wrong = 0
    for one in sorted(set(found) - {one for one, _ in pairs}):
        free = [span for span in labels.gradual if span not in met and span[0] - NEAR <= one <= span[1] + 1 + NEAR]
        if free:
            met.add(free[0])
        else:
            wrong += 1
    right = len(pairs) + len(met)
    return Score(right, wrong, len(labels.cuts) + len(labels.gradual) - right)


def published_score(found: Sequence[Detection], labels: Labels) -> Score:
    """As published; see the head of this file. Intervals are gone through in order, each used once."""
    ours = sorted((one.extent[0] - 1, one.extent[1] + 1) if one.extent else (one.frame - 1, one.frame) for one in found)
    theirs = sorted([(cut - 1, cut) for cut in labels.cuts] + [(first - 1, last + 1) for first, last, _ in labels.gradual])
    right = here = there = 0
    while here < len(ours) and there < len(theirs):
        if ours[here][1] + 0.5 < theirs[there][0] - 0.5:
            here += 1
        elif ours[here][0] - 0.5 > theirs[there][1] + 0.5:
            there += 1
        else:
            right, here, there = right + 1, here + 1, there + 1
    return Score(right, len(ours) - right, len(theirs) - right)


def extents(found: Sequence[Detection], labels: Labels) -> tuple[dict[str, Extent], Score]:
    """Gradual transitions by kind, and how the extents do within `ENDS`."""
    ours = [one for one in found if one.extent is not None]
    claims = sorted(
        ((_iou(one.extent, label), place, label) for place, one in enumerate(ours) for label in labels.gradual if one.extent),
        key=lambda claim: (-claim[0], claim[1]),
    )
    met: dict[tuple[int, int, str], Detection] = {}
    used: set[int] = set()
    for overlap, place, label in claims:
        if overlap > 0 and place not in used and label not in met:
            used.add(place)
            met[label] = ours[place]
    right = 0
    kinds: dict[str, Extent] = {}
    spare = {one.frame for one in found} - {one for one, _ in matched([one.frame for one in found], labels.cuts, NEAR)}
    for label in labels.gradual:
        first, last, kind = label
        detection = met.get(label)
        hit = detection is not None or any(first - NEAR <= one <= last + 1 + NEAR for one in spare)
        row = Extent(labelled=1, found=int(hit))
        if detection is not None and detection.extent is not None:
            off = abs(detection.extent[0] - first), abs(detection.extent[1] - last)
            within = max(off) <= ENDS
            right += within
            named = detection.kind == kind
            row = Extent(1, 1, int(within), 1, int(named), _iou(detection.extent, label), *off)
        kinds[kind] = kinds.get(kind, Extent()) + row
    # A peer's extents may stand at hard cuts: only a detector that tells the two apart can be wrong about them.
    told = sum(one.kind != "cut" for one in found)
    return kinds, Score(right, told - right if told else 0, len(labels.gradual) - right)


def trap_scores(found: Sequence[Detection], labels: Labels) -> dict[str, Score]:
    """How many traps of each name were sprung (`wrong`) and how many were not (`missed`)."""
    known = {one for one, _ in matched([one.frame for one in found], labels.cuts, NEAR)}
    astray = [
        one
        for one in found
        if one.frame not in known
        and _inside(one.frame, labels, NEAR) is None
        and not (one.extent and any(_iou(one.extent, label) > 0 for label in labels.gradual))
    ]
    scores: dict[str, Score] = {}
    for first, last, what in labels.traps:
        # The frame after a flash differs from it as much as the flash from the frame before.
        sprung = any(first <= one.frame <= last + 1 or (one.extent and _iou(one.extent, (first, last, what)) > 0) for one in astray)
        scores[what] = scores.get(what, Score()) + Score(wrong=int(sprung), missed=int(not sprung))
    return scores


def _inside(frame: int, labels: Labels, tolerance: int) -> tuple[int, int, str] | None:
    """The gradual transition, widened by `tolerance`, that this frame lies in; the frame after its last, which begins the shot, too."""
    return next((span for span in labels.gradual if span[0] - tolerance <= frame <= span[1] + 1 + tolerance), None)


def _iou(extent: tuple[int, int] | None, label: tuple[int, int, str]) -> float:
    if extent is None:
        return 0.0
    both = min(extent[1], label[1]) - max(extent[0], label[0]) + 1
    return max(0, both) / (max(extent[1], label[1]) - min(extent[0], label[0]) + 1)
