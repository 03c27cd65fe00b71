"""Splits strips where shots begin, and joins them again: the writer's hand for cuts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from . import compat
from .appearance import look_of
from .changes import Add, Remove
from .checks import in_transitions
from .state import StripRef
from .tags import clear_tag
from .write_gaps import fill

Halves = Sequence[tuple[StripRef, StripRef]]


class Knife:
    """Cuts the strips of the open sequence; `refs` are those with a medium, by name, as they were read, `cuts` the additions
    of cuts.

    `leave_out(record, notice)` is told which cut Blender cannot make, and why. What is done shows in `names` (strips that were cut),
    `undone` (records whose cut stays), `notices` and `absorbed` (what is now part of another strip -> that strip's name); `final` says
    whether strips were joined, which cannot be taken back.
    """

    def __init__(self, scene: Any, refs: Mapping[str, StripRef], cuts: Sequence[Any], leave_out: Callable[[str, str], None]) -> None:
        self._scene, self._refs, self._leave_out = scene, refs, leave_out
        self._strips = compat.open_sequence(scene).strips
        self._cuts: list[Any] = sorted(cuts, key=lambda add: add.edit.frame)
        feeding = {name for name, ref in refs.items() if ref.feeds} if cuts else set()
        self._chained = bool(feeding) and any(not feeding.isdisjoint((add.edit.strip, *add.edit.partners)) for add in self._cuts)
        self._apart = False
        self.absorbed: dict[str, str] = {}
        self.names: list[str] = []
        self.undone: list[str] = []
        self.notices: list[str] = []
        self.final = False

    def spare_transitions(self) -> None:
        """Drops the cuts within a transition of Blender's, and says so."""
        if not self._chained:
            return
        barred = in_transitions(self._scene, [add.edit for add in self._cuts])
        for add in self._cuts:
            if (cut := add.edit) in barred:
                self._leave_out(add.record, f"Frame {cut.frame} of {cut.strip!r} is not cut: Blender cannot split within {barred[cut]!r}.")
        self._cuts = [add for add in self._cuts if add.edit not in barred]

    def cut(self) -> int:
        """Left to right, going on with the right half: the order that costs least, and names stay in the order of time.

        Nothing else happens meanwhile: whatever takes memory between two splits scatters the strips in it and slows the rest.
        A cut leaves no tag, for the ledger knows its reason by its place; nor does the right half keep a tag that was copied to it.
        """
        return self._cut_looked_up() if self._chained or self._apart else self._cut_held()

    def _cut_held(self) -> int:
        """Where a split leaves the other strips as they are, the right half of each strip is held for its next cut."""
        held: dict[str, list[Any]] = {}
        strip, partners, row, done = "", None, [], 0
        for add in self._cuts:
            cut: Any = add.edit
            frame, was_cut = cut.frame, False
            if cut.strip != strip or cut.partners != partners:
                strip, partners = cut.strip, cut.partners
                row = [held.get(name) or held.setdefault(name, self._hold(name)) for name in (strip, *partners)]
            for hold in row:
                half = hold[0].split(frame, "SOFT")  # keywords cost 2 % more
                if half is None:
                    half = self._cut_along(hold[0], frame)
                    if half is None:
                        continue
                hold[0], was_cut = half, True
                if hold[1]:
                    clear_tag(half)
                    hold[1] = False
            if was_cut:
                done += 1
            else:
                self._not_cut(add)
        self.names += [hold[0].name for hold in held.values()]
        return done

    def _hold(self, name: str) -> list[Any]:
        """A strip, and whether a tag is copied to its right half."""
        return [self._strips[self.absorbed.get(name, name)], name in self._refs and self._refs[name].tag is not None]

    def _cut_looked_up(self) -> int:
        """Every strip is looked up anew for each cut: the split before may have made it anew."""
        tagged = {name for name, ref in self._refs.items() if ref.tag is not None}
        pieces: dict[str, Any] = {}
        done = 0
        for add in self._cuts:
            cut: Any = add.edit
            frame, was_cut = cut.frame, False
            for name in (cut.strip, *cut.partners):
                piece = self._piece(self.absorbed.get(name, name), frame)
                if piece is None:
                    continue
                half = self._split_chained(piece, frame) if self._chained else piece.split(frame, "SOFT")
                if half is None:
                    half = self._cut_along(piece, frame)
                if half is not None:
                    was_cut = True
                    if name in tagged:
                        clear_tag(half)
                        tagged.discard(name)
                    if not self._chained:
                        pieces[name] = half
            done += was_cut
            if not was_cut:
                self._not_cut(add)
        self.names += [piece.name for piece in pieces.values()]
        return done

    def _not_cut(self, add: Add) -> None:
        cut: Any = add.edit
        self._leave_out(add.record, f"Frame {cut.frame} of {cut.strip!r} is not cut: the strip no longer reaches over it.")

    def join(self, change: Remove, halves: Halves) -> int:
        """Undoes a cut or gap where both sides are still alike; where they are not, the editor has made use of it, and it stays."""
        found = [(left, self._strips[left.name], self._strips[right.name]) for left, right in halves]
        for left, one, other in found:
            feeds = left.feeds or self._refs[other.name].feeds
            alike = compat.same_content(one, other) and look_of(one) == look_of(other) and not compat.animated(self._scene, one, other)
            if feeds or not alike:
                self._apart = True
                self.undone.append(change.record)
                self.notices.append(f"The {change.kind} at frame {change.frame} stays: the two sides of it in {left.name!r} now differ.")
                return 0
        if change.kind == "gap":
            self.final = True
            for gone, name in fill(self._strips, change.holes).items():
                self._absorb(gone, name)
            return 1
        for _left, one, other in found:
            self.final = True
            end, gone, name = compat.right(other), other.name, one.name
            self._strips.remove(other)
            compat.set_right(one, end)
            self._absorb(gone, name)
        return bool(found)

    def take_back(self, standing: Collection[str]) -> None:
        """Those along connections that Blender does not tell of (before 5.2) too: whatever picture or sound was not `standing` before
        came of a split."""
        made = [strip for strip in self._strips if strip.type in ("MOVIE", "SOUND") and strip.name not in standing]
        for name in [strip.name for strip in sorted(made, key=compat.left, reverse=True)]:
            _heal(self._strips, name)

    def _piece(self, name: str, frame: int) -> Any:
        """What a strip has become at `frame`. A split makes every strip of an effect chain anew, under whatever name."""
        ref = self._refs.get(name)
        kind, channel = (ref.kind, ref.channel) if ref else (self._strips[name].type, self._strips[name].channel)
        beside = (strip for strip in self._strips if strip.channel == channel and strip.type == kind)
        return next((strip for strip in beside if compat.left(strip) < frame <= compat.right(strip)), None)

    def _cut_along(self, piece: Any, frame: int) -> Any:
        """The half that begins at `frame` where a connected strip was cut there already, None when the piece does not reach that far.

        Asked only when Blender found nothing to split: to read where a strip ends costs as much as a tenth of a split.
        """
        return compat.right_half(self._strips, piece, frame) if compat.right(piece) == frame else None

    def _split_chained(self, piece: Any, frame: int) -> Any:
        places = compat.places(self._strips)
        half = piece.split(frame=frame, split_method="SOFT")
        if half is not None:
            compat.give_names_back(self._strips, places)
        return half

    def _absorb(self, gone: str, name: str) -> None:
        for known, now in self.absorbed.items():
            if now == gone:
                self.absorbed[known] = name
        self.absorbed[gone] = name


def _heal(strips: Any, name: str) -> None:
    right = strips[name]
    start, end = compat.left(right), compat.right(right)
    left = next((s for s in strips if s.channel == right.channel and s.type == right.type and compat.right(s) == start), None)
    strips.remove(right)
    if left is not None:
        compat.set_right(left, end)
