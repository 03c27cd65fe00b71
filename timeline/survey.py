"""How the ledger's records and what stands on the timeline belong together, and what the editor's hand did to each.

The same medium may stand on the timeline several times, so every record is given the one *showing* of its part of the medium
that is meant: by the name of its strip where that still shows it, else copies are matched in order of time, one to one, the
nearest where there are more of one than of the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from .ledger import Ledger, Record, load
from .pairing import pair
from .places import SAME_TIME, Index, Place, audible, companions, seen
from .plan import TEXT_KINDS, Identity, Kind, TextKind
from .relinks import follow, relinks
from .standing import Claim
from .state import CaptionRef, MarkerRef, Timeline
from .timebase import FrameRange

Thing = CaptionRef | MarkerRef

@dataclass(frozen=True)
class Showing:
    """One appearance of a part of a medium on the timeline: the places that together show it, each part at most once."""

    places: tuple[Place, ...]

    def anchor(self, seconds: Fraction) -> int:
        """The timeline frame at which this moment lies, through the first place."""
        return self.places[0].source.nearest_frame(seconds)


@dataclass
class Entry:
    """A record, or a thing that has none here, with what stands of it and where it belongs. Filled in by `Survey` only.

    `copy`: the thing is the editor's duplicate, made with its strip; it has the record's fields but none of its own yet.
    """

    record: Record | None
    identity: Identity
    things: tuple[Thing, ...] = ()
    copy: bool = False
    showing: Showing | None = None
    strips: tuple[str, ...] = ()
    fixed: frozenset[str] = field(default_factory=frozenset)

    @property
    def position(self) -> int:
        if self.things:
            return start_of(self.things[0])
        return self.record.anchor if self.record else 0

    @property
    def anchor(self) -> int:
        """Where the beginning of its part of the medium lies now; where it lay last, when it is not shown."""
        if self.showing is not None:
            return self.showing.anchor(self.identity.start)
        return self.record.anchor if self.record else 0

    @property
    def state(self) -> str:
        """ "written", "kept", "deleted", or "gone": absent together with its part of the medium, which says nothing."""
        if self.things:
            return "kept" if self.record is None or self.fixed or len(self.things) > 1 else "written"
        if self.record is not None and self.record.state == "deleted":
            return "deleted"
        return "deleted" if self.showing is not None else "gone"


def start_of(thing: Thing) -> int:
    return thing.frame if isinstance(thing, MarkerRef) else thing.frames.start


def _range_of(thing: Thing) -> FrameRange:
    return FrameRange(thing.frame, thing.frame) if isinstance(thing, MarkerRef) else thing.frames


def _same_part(one: Identity, other: Identity) -> bool:
    """Whether two identities of a medium mean the same part: half of the shorter one is shared. Moments must be the same."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return 2 * shared >= shorter if shorter else one.start == other.start


def _overlaps(place: Place, identity: Identity) -> bool:
    if identity.start == identity.end:
        return place.frames.holds(place.source.first_frame(identity.start))
    return place.span.start < identity.end and identity.start < place.span.end


def showings(places: Sequence[Place], identity: Identity) -> list[Showing]:
    """The places (in order of time) grouped so that none shows what another of its group shows."""
    groups: list[list[Place]] = []
    for place in places:
        if not _overlaps(place, identity):
            continue
        for group in groups:
            slack = 1 / place.source.rate
            if identity.start != identity.end and all(
                place.span.start + slack >= other.span.end or other.span.start + slack >= place.span.end for other in group
            ):
                group.append(place)
                break
        else:
            groups.append([place])
    return [Showing(tuple(group)) for group in groups]


def pieces(things: Iterable[Thing], length: int) -> list[tuple[Thing, ...]]:
    """Things that carry one record, told apart: what a split left stays together, copies do not.

    Pieces are together no longer than written, or meet, or were drawn over each other; two of full length are copies.
    """
    groups: list[list[Thing]] = []
    for thing in sorted(things, key=lambda thing: (_range_of(thing), _order(thing))):
        here = _range_of(thing)
        if groups and length:
            ranges = [_range_of(other) for other in groups[-1]]
            copy = here.length == length and any(other.length == length for other in ranges)
            meet = here.start <= max(other.end for other in ranges)
            if not copy and (meet or here.end - ranges[0].start <= length):
                groups[-1].append(thing)
                continue
        groups.append([thing])
    return [tuple(group) for group in groups]


def gathered(groups: list[tuple[Thing, ...]], length: int, room: int) -> list[tuple[Thing, ...]]:
    """Pieces that were moved apart, together again: shortened ones join their nearest neighbours until `room` groups are left.

    Only where the part of the medium is shown more often can a shortened thing be a copy's.
    """
    groups = list(groups)
    while len(groups) > max(1, room):
        ranges = [[_range_of(thing) for thing in group] for group in groups]
        gaps = [
            (there[0].start - max(part.end for part in here), number)
            for number, (here, there) in enumerate(pairwise(ranges))
            if not (any(part.length == length for part in here) and any(part.length == length for part in there))
        ]
        if not gaps:
            break
        number = min(gaps)[1]
        groups[number : number + 2] = [groups[number] + groups[number + 1]]
    return groups


def _order(thing: Thing) -> tuple[int, str]:
    return (thing.index, thing.name) if isinstance(thing, MarkerRef) else (thing.channel, thing.name)


class Survey:
    """One timeline compared with its ledger. Raises `EditorError` when the ledger cannot be read."""

    def __init__(self, timeline: Timeline):
        self.by_name = {strip.name: strip for strip in timeline.strips}
        ledger = load(timeline.ledger, timeline.stamp)
        moved = relinks(ledger, self.by_name)
        if moved:
            timeline, ledger = follow(timeline, ledger, moved)
        self.timeline = timeline
        self.ledger: Ledger = ledger
        self.beside = companions(timeline.strips)
        self.seen = Index(seen(timeline.strips))
        self._heard = Index(audible(timeline.strips, self.beside))
        self._texts: dict[TextKind, list[Entry]] = {}

    @cached_property
    def captions(self) -> list[Entry]:
        return self.texts("caption")

    def texts(self, kind: TextKind) -> list[Entry]:
        """The entries of one kind of text."""
        if kind not in self._texts:
            self._texts[kind] = self._tagged(kind, self.timeline.captions, self._heard)
        return self._texts[kind]

    @cached_property
    def markers(self) -> list[Entry]:
        return self._tagged("marker", self.timeline.markers, self.seen)

    @cached_property
    def scenes(self) -> list[Entry]:
        return self._tagged("scene", self.timeline.markers, self.seen)

    @cached_property
    def beats(self) -> list[Entry]:
        return self._tagged("beat", self.timeline.markers, self._heard)

    @cached_property
    def notes(self) -> list[Entry]:
        return self._tagged("note", self.timeline.markers, self.seen)

    def heard_at(self, medium: str, start: Fraction, end: Fraction) -> list[Place]:
        """Where on the timeline this part of a medium is heard."""
        return self._heard.touching(medium, start, end)

    def out_of_sight(self, record: Record) -> bool:
        """Whether the record's strip stands but nobody can say what it shows now (it was retimed, say): then nothing follows from that."""
        strip = self.by_name.get(record.strip)
        return strip is not None and strip.source is None

    def records(self, kind: Kind) -> list[Record]:
        """The records of this kind."""
        return [record for record in self.ledger.records if record.identity.kind == kind]

    def _tagged(self, kind: Kind, things: Iterable[Thing], index: Index) -> list[Entry]:
        known = {record.id: record for record in self.ledger.records if record.identity.kind == kind}
        found: dict[str, list[Thing]] = defaultdict(list)
        entries = []
        for thing in things:
            tag = thing.tag
            if tag is None or tag.kind != kind:
                continue
            if tag.scene == self.timeline.stamp and tag.record in known:
                found[tag.record].append(thing)
            else:
                entries.append(Entry(None, tag.identity or self._guess(kind, thing, index), (thing,)))
        same = Counter(known[record_id].identity for record_id in found)
        for record_id, carriers in found.items():
            record = known[record_id]
            groups = pieces(carriers, record.end - record.start)
            if len(groups) > 1:
                identity = record.identity
                shown = showings(index.touching(identity.medium, identity.start, identity.end), identity)
                groups = gathered(groups, record.end - record.start, len(shown) + 1 - same[identity])
            entries += [Entry(record, record.identity, group) for group in groups]
        entries += [Entry(record, record.identity) for record in self.records(kind) if record.id not in found]
        self.settle(entries, index)
        for entry in entries:
            entry.fixed = self._fixed(entry)
        return entries

    def _guess(self, kind: Kind, thing: Thing, index: Index) -> Identity:
        """What a thing from elsewhere is about, where its tag does not say: the words it carries, or its moment, in what it stands over."""
        frame = start_of(thing)
        words = thing.tag.words if thing.tag is not None else ()
        best: tuple[Fraction, Identity] | None = None
        for place in index.over(frame):
            here = place.source.seconds(frame)
            start, end = (words[0].start, max(words[-1].end, words[0].start)) if words else (here, here)
            identity = Identity(place.medium, kind, start, end)
            if _overlaps(place, identity) and (best is None or abs(here - start) < best[0]):
                best = (abs(here - start), identity)
        return best[1] if best else Identity("", kind, Fraction(0), Fraction(0))

    def settle(self, entries: list[Entry], index: Index) -> None:
        """Gives every entry the showing that is meant, if there is one."""
        waiting = sorted((e for e in entries if e.identity.medium), key=lambda e: (e.identity.medium, e.identity.start, e.position))
        open_clusters: list[list[Entry]] = []
        clusters: list[list[Entry]] = []
        for entry in waiting:
            identity = entry.identity
            open_clusters = [c for c in open_clusters if c[0].identity.medium == identity.medium and c[0].identity.end >= identity.start]
            for cluster in open_clusters:
                if _same_part(cluster[0].identity, identity):
                    cluster.append(entry)
                    break
            else:
                clusters.append([entry])
                open_clusters.append(clusters[-1])
        for cluster in clusters:
            self._match(cluster, index)
        for entry in entries:
            if entry.showing is not None:
                names = dict.fromkeys(place.strip for place in entry.showing.places)
                for name in tuple(names):
                    names.update(dict.fromkeys(other.name for other in self.beside[name]))
                entry.strips = tuple(names)

    def _match(self, cluster: list[Entry], index: Index) -> None:
        start = min(entry.identity.start for entry in cluster)
        end = max(entry.identity.end for entry in cluster)
        union = Identity(cluster[0].identity.medium, cluster[0].identity.kind, start, end)
        shown = showings(index.touching(union.medium, start, end), union)
        first: dict[str, Entry] = {}
        named: list[tuple[int, int, int]] = []
        for e, entry in enumerate(cluster):
            if entry.record is not None and entry.record.strip in self.by_name:
                for s, showing in enumerate(shown):
                    names = {place.strip for place in showing.places if _overlaps(place, entry.identity)}
                    names.update(other.name for name in tuple(names) for other in self.beside[name])
                    if entry.record.strip in names:
                        named.append((abs(entry.position - showing.anchor(entry.identity.start)), e, s))
        taken: set[int] = set()
        for _, e, s in sorted(named):
            record = cluster[e].record
            assert record is not None
            if record.id not in first and s not in taken:
                first[record.id] = cluster[e]
                cluster[e].showing = shown[s]
                taken.add(s)
        rest = sorted((entry for entry in cluster if entry.showing is None), key=lambda entry: entry.position)
        free = sorted((s for s in range(len(shown)) if s not in taken), key=lambda s: shown[s].anchor(start))
        costs = [[self._distance(entry, shown[s]) for s in free] for entry in rest]
        for e, s in pair(costs):
            rest[e].showing = shown[free[s]]
        for entry in cluster:
            if entry.record is not None:
                entry.copy = first.setdefault(entry.record.id, entry) is not entry
        near = SAME_TIME * 2 * self.timeline.rate
        for entry in cluster:
            if entry.showing is None and not entry.copy and entry.record is not None:
                distances = [(distance, s) for s, showing in enumerate(shown) if (distance := self._distance(entry, showing)) is not None]
                if distances and min(distances)[0] <= near:
                    entry.showing = shown[min(distances)[1]]

    @staticmethod
    def _distance(entry: Entry, showing: Showing) -> int | None:
        if not any(_overlaps(place, entry.identity) for place in showing.places):
            return None
        return abs(entry.position - showing.anchor(entry.identity.start))

    def _fixed(self, entry: Entry) -> frozenset[str]:
        """The fields of a single thing that the editor changed since they were written."""
        record = entry.record
        if record is None or not entry.things:
            return frozenset()
        thing = entry.things[0]
        fixed = set(record.settled.split())
        written = FrameRange(record.start, record.end)
        moved = written.moved(entry.anchor - record.anchor)
        if isinstance(thing, MarkerRef):
            if thing.frame not in (written.start, moved.start):
                fixed.add("frame")
            if thing.name != record.name or thing.camera:
                fixed.add("name")
            return frozenset(fixed)
        if thing.frames not in (written, moved):
            fixed.add("frames")
        if thing.text != record.text:
            fixed.add("text")
        if record.style and thing.style != record.style:
            fixed.add("style")
        return frozenset(fixed)

    def claims(self) -> list[Claim]:
        """The entries as planners see them."""
        found = []
        texts = (entry for kind in TEXT_KINDS for entry in self.texts(kind))
        for entry in [*texts, *self.markers, *self.scenes, *self.beats, *self.notes]:
            if (state := entry.state) == "gone":
                continue
            loose = entry.record is None or len(entry.things) > 1 or (entry.copy and entry.showing is None)
            text = entry.things[0].text if entry.things and isinstance(entry.things[0], CaptionRef) else ""
            spans: list[FrameRange | None] = [_range_of(thing) for thing in entry.things] or [None]
            name = "" if loose or entry.record is None else entry.record.id
            kept = "kept" if loose else state
            if entry.copy and entry.showing is None and self._shadows(entry):
                continue
            for number, frames in enumerate(spans):
                strips = entry.strips if number == 0 else ()
                found.append(Claim(entry.identity, strips, kept, name, entry.fixed, frames, text))  # type: ignore[arg-type]
        return found

    def _shadows(self, copy: Entry) -> bool:
        """Whether a loose copy lies over the thing it was copied from: then it must not push that away."""
        here = _range_of(copy.things[0])
        assert copy.record is not None
        return any(
            other is not copy and other.record is not None and other.record.id == copy.record.id and here.overlaps(_range_of(thing))
            for kind in TEXT_KINDS
            for other in self.texts(kind)
            for thing in other.things
        )
