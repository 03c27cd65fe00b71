"""What lies under each cover, as digests: whether pictures were moved, trimmed, added or taken away since a cover was written. Pure."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .effect_state import digest
from .timebase import FrameRange

VERSION = 2


@dataclass(frozen=True)
class Slab:
    """A strip that shows something: where it stands, and `lies`, all that says what of which file it shows and where in the frame, counted
    from its own first frame. `starts`: where its content begins, by the scene's frames."""

    name: str
    channel: int
    frames: FrameRange
    starts: float
    lies: object


@dataclass(frozen=True)
class Lid:
    """A cover as it stands: its record in the ledger of effects, the channel it is seen through, its frames."""

    record: str
    channel: int
    frames: FrameRange


def digests(lids: Iterable[Lid], slabs: Iterable[Slab]) -> dict[str, str]:
    """Record -> a digest of what stands over the frames of its cover, counted from the cover itself: moved together, nothing changes."""
    slabs = sorted(slabs, key=lambda one: one.frames.start)
    longest = max((one.frames.length for one in slabs), default=0)
    found = {}
    for lid in lids:
        first = bisect_left(slabs, lid.frames.start - longest, key=lambda one: one.frames.start)
        last = bisect_left(slabs, lid.frames.end, key=lambda one: one.frames.start)
        near = [one for one in slabs[first:last] if one.frames.overlaps(lid.frames)]
        found[lid.record] = digest(_rows(sorted(near, key=lambda one: (one.channel, one.frames.start, one.name)), lid))
    return found


def changed(kept: Mapping[str, str], lids: Iterable[Lid], slabs: Iterable[Slab]) -> tuple[FrameRange, ...]:
    """The frames of those covers under which something else lies now than when they were written, in order."""
    lids = list(lids)
    now = digests(lids, slabs)
    bare = {one.frames for one in lids if kept.get(one.record, now[one.record]) != now[one.record]}
    return tuple(sorted(bare, key=lambda frames: (frames.start, frames.end)))


def told(frames: Iterable[FrameRange]) -> str:
    """What the editor has to know of it, "" for nothing."""
    places = [f"{one.start} to {one.end - 1}" for one in frames]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    where = f"frames {', '.join(places[:5])}{more}"
    return f"Under covers pictures were moved, trimmed or added since: {where}. Run Anonymise again." if places else ""


def dump(kept: Mapping[str, str]) -> str:
    """One line of JSON, "" for nothing."""
    return json.dumps({"version": VERSION, "beneath": dict(sorted(kept.items()))}, separators=(",", ":")) if kept else ""


def load(text: str) -> dict[str, str]:
    """What is kept; nothing where it cannot be read: it only warns, and the next run writes it anew."""
    try:
        data: Any = json.loads(text) if text else {"version": VERSION, "beneath": {}}
        return {str(record): str(known) for record, known in data["beneath"].items()} if data["version"] == VERSION else {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _rows(slabs: Iterable[Slab], lid: Lid) -> list[object]:
    """What is seen, in order of channels; a strip that was only split in two is still one."""
    base = lid.frames.start
    rows: list[tuple[tuple[int, object], int, int]] = []
    for one in slabs:
        start, end = max(one.frames.start, base) - base, min(one.frames.end, lid.frames.end) - base
        what = one.channel > lid.channel, round(one.starts - base, 2), one.lies
        if rows and rows[-1][0] == (one.channel, what) and rows[-1][2] == start:
            start = rows.pop()[1]
        rows.append(((one.channel, what), start, end))
    return [(what, start, end) for (_channel, what), start, end in rows]
