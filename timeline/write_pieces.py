"""Strips split into the parts that stay: the writer's hand for rearrangements.

Measured (4.5, 5.0, 5.2): a split makes the halves of all strips that are connected or share an effect, also of those it does not cut,
which then have another name; a strip made anew leaves its animation curves behind under the old one. All of them are at the end of
Blender's list. So it is looked at from its end, and where nothing but one half was ever made, never again for that strip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import compat
from .layout import Item
from .tags import clear_tag
from .timebase import FrameRange

Seat = tuple[str, int, int]
"""The type and channel of a strip, and the frame after its last one."""


@dataclass
class Slice:
    """A strip that an item is now. `ref` is kept good by the slicer, which knows what Blender made anew."""

    item: str
    name: str
    ref: Any
    start: int
    end: int
    kind: str
    channel: int

    @property
    def seat(self) -> Seat:
        return self.kind, self.channel, self.end


class Slicer:
    """Splits strips of the open sequence, from left to right. `rows` are the strips each item has become, in order of time."""

    def __init__(self, scene: Any, items: Iterable[Item], animated: Collection[str]) -> None:
        self._scene, self._animated = scene, animated
        self._strips = compat.open_sequence(scene).strips
        by_name = {strip.name: strip for strip in self._strips}
        self.rows = {
            item.name: [Slice(item.name, item.name, by_name[item.name], item.frames.start, item.frames.end, item.kind, item.channel)]
            for item in items
        }
        self._known = set(by_name)
        self._seats = {row[0].seat: row[0] for row in self.rows.values()}
        self._alone: set[str] = set()
        self.cuts = 0

    def split(self, item: str, frame: int) -> None:
        """Nothing happens where the item is split there already. Raises `RuntimeError` where Blender refuses."""
        piece = next((one for one in reversed(self.rows[item]) if one.start <= frame < one.end), None)
        if piece is None or piece.start == frame:
            return
        half = piece.ref.split(frame, "SOFT")
        if half is None:
            raise RuntimeError(f"strip {piece.name!r} was not split at frame {frame}")
        self.cuts += 1
        if item in self._alone:
            self._add(piece, half, half.name, frame)
            return
        made = self._made()
        if len(made) == 1:
            self._alone.add(item)
        again = []
        for strip in made:
            origin = self._seats[strip.type, strip.channel, compat.right(strip)]
            if origin.start >= frame:
                again.append((origin, strip))
            else:
                self._add(origin, strip, strip.name, frame)
        for origin, strip in again:
            self._known.discard(strip.name)
            if origin.item in self._animated:
                compat.remove_curves(self._scene, origin.name)
            strip.name = origin.name
            origin.ref = strip

    def _add(self, piece: Slice, half: Any, name: str, frame: int) -> None:
        right = Slice(piece.item, name, half, frame, piece.end, piece.kind, piece.channel)
        piece.end = frame
        self._known.add(name)
        self._seats[right.seat], self._seats[piece.seat] = right, piece
        self.rows[piece.item].append(right)
        if piece.kind in ("MOVIE", "SOUND"):
            clear_tag(half)

    def _made(self) -> list[Any]:
        """The strips at the end of the list that were not there before."""
        count, size = len(self._strips), 4
        while True:
            made: list[Any] = []
            for strip in reversed(self._strips[max(0, count - size) : count]):
                if strip.name in self._known:
                    return made
                made.append(strip)
            if size >= count:
                return made
            size *= 2

    def trim(self, piece: Slice, frames: FrameRange) -> None:
        if piece.end != frames.end:
            compat.set_right(piece.ref, frames.end)
        if piece.start != frames.start:
            compat.set_left(piece.ref, frames.start)
        piece.start, piece.end = frames.start, frames.end

    def remove(self, names: Collection[str]) -> None:
        """Removes strips, and with them the effects that cannot be without them."""
        for name in names:
            strip = self._strips.get(name)
            if strip is not None:
                self._strips.remove(strip)

    def forget(self, standing: Mapping[str, Any]) -> None:
        """Leaves out what is gone with what it worked on."""
        for item, row in self.rows.items():
            self.rows[item] = [piece for piece in row if piece.name in standing]

    def take_back(self) -> bool:
        """Joins again what was split; for when nothing else was done yet. Whether something could not be."""
        for row in self.rows.values():
            if not row[0].ref or len(row) < 2:
                continue
            end = max(piece.end for piece in row)
            self.remove([piece.name for piece in row[1:]])
            left = self._strips.get(row[0].name)
            if left is not None and not getattr(left, "input_count", 0):
                compat.set_right(left, end)
        return {strip.name for strip in self._strips} != set(self.rows)

