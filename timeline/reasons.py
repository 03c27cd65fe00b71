"""Why something stands where it does: read off the ledger, for the panel and for those who look for what is uncertain. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from ..ml.errors import EditorError
from . import effect_ledger
from .gaps import gap_entries
from .joints import CutEntry, cut_entries, joints
from .ledger import Record, load
from .outcome import UNCERTAIN
from .state import Tag, Timeline
from .survey import Survey

FEW = 16
"""So many strips of a medium are remembered by name, to tell its file by."""


def next_uncertain(timeline: Timeline, frame: int, effects: Iterable[tuple[int, Tag]] = ()) -> tuple[int, Tag] | None:
    """Where the next thing with little confidence stands after `frame`, the first of all when none follows.

    Cuts are found by the ledger, wherever their strips have gone; all else by its tag. `effects` are where those stand.
    Raises `EditorError` for an unreadable ledger.
    """
    placed = [(strip.frames.start, strip.tag) for strip in timeline.strips if strip.tag is not None and strip.tag.kind != "cut"]
    placed += [(caption.frames.start, caption.tag) for caption in timeline.captions if caption.tag is not None]
    placed += [(marker.frame, marker.tag) for marker in timeline.markers if marker.tag is not None]
    placed += effects
    survey = Survey(timeline)
    for entry in cut_entries(survey):
        if entry.state == "written" and entry.record.confidence < UNCERTAIN:
            placed.append((_begins(survey, entry), tag_of_record(entry.record, timeline.stamp)))
    for gap in gap_entries(survey):
        if gap.state == "written" and gap.opening is not None and gap.record.confidence < UNCERTAIN:
            placed.append((gap.opening.frames.start, tag_of_record(gap.record, timeline.stamp)))
    doubtful = sorted((item for item in placed if item[1].confidence < UNCERTAIN), key=lambda item: item[0])
    return next((item for item in doubtful if item[0] > frame), doubtful[0] if doubtful else None)


def _begins(survey: Survey, entry: CutEntry) -> int:
    """Where what follows the cut begins, also where the two pieces were moved apart."""
    joint, identity = entry.joint, entry.record.identity
    assert joint is not None
    if joint.right:
        return joint.frame
    free = [other.frame for other in joints(survey, identity.medium, identity.start) if other.right and not other.left]
    return min(free, key=lambda frame: abs(frame - joint.frame), default=joint.frame)


def tag_of_record(record: Record, stamp: str) -> Tag:
    """What a tag on the thing would say."""
    identity = record.identity
    return Tag(stamp, record.id, identity.kind, record.confidence, record.reason, (), identity)


@lru_cache(maxsize=4)
def effects_by_strip(text: str, stamp: str) -> dict[str, tuple[Tag, ...]]:
    """What a ledger of effects says of each strip, worked out once; nothing where it cannot be read, for whoever runs next is told."""
    found: dict[str, tuple[Tag, ...]] = {}
    try:
        records = effect_ledger.load(text).records
    except EditorError:
        return {}
    for record in records:
        if record.state == "live":
            told = Tag(stamp, record.id, record.identity.kind, record.confidence, record.reason, (), record.identity)
            for name in (record.strip, *(part.known for part in record.of("layer"))):
                found[name] = (*found.get(name, ()), told)
    return found


class Cuts:
    """The cuts and gaps of one ledger by medium and the moment after them.

    `strips` are a few names of strips of each medium, by which its file is told.
    """

    def __init__(self, records: Iterable[Record], stamp: str) -> None:
        found: dict[str, list[tuple[float, Record]]] = defaultdict(list)
        self.strips: dict[str, list[str]] = defaultdict(list)
        self._stamp = stamp
        for record in records:
            if record.identity.kind in ("cut", "gap") and record.state == "live":
                medium = record.identity.medium
                found[medium].append((float(record.identity.end), record))
                if len(self.strips[medium]) < FEW and record.strip not in self.strips[medium]:
                    self.strips[medium].append(record.strip)
        self._by_medium = {medium: sorted(cuts, key=lambda cut: cut[0]) for medium, cuts in found.items()}

    def at(self, media: Iterable[str], moments: Iterable[float], frame: int, within: float) -> Tag | None:
        """The cut nearest to one of the moments (seconds) of one of the media, within so many seconds; else one last seen at `frame`."""
        best: tuple[float, Record] | None = None
        for medium in media:
            cuts = self._by_medium.get(medium, [])
            for moment in moments:
                place = bisect_left(cuts, moment, key=lambda cut: cut[0])
                for seconds, record in cuts[max(0, place - 1) : place + 1]:
                    if abs(seconds - moment) <= within and (best is None or abs(seconds - moment) < best[0]):
                        best = (abs(seconds - moment), record)
            if best is None:
                best = next(((0.0, record) for _seconds, record in cuts if record.anchor == frame), None)
        return tag_of_record(best[1], self._stamp) if best else None


@lru_cache(maxsize=4)
def cuts_of(ledger: str) -> Cuts:
    """The cuts of a ledger's text, worked out once; none where it cannot be read, for whoever runs next is told."""
    try:
        known = load(ledger)
    except EditorError:
        return Cuts((), "")
    return Cuts(known.records, known.scene)
