"""Which strips go together, which stay where they are, and what follows where the one is tied to the other. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from ..ml.errors import BAD_INPUT, LOCKED, EditorError
from .layout import TRANSITIONS, Item, Layout
from .timebase import FrameRange


class Ties:
    """The strips of a layout, tied by partnership and by effects. `fixed` channels and `music` strips stay, as locked ones do. The texts
    in `divided` may become several."""

    def __init__(
        self, layout: Layout, fixed: Collection[int] = (), music: Collection[str] = (), divided: Collection[str] = ()
    ) -> None:
        self.divided = divided
        self.items = {item.name: item for item in layout.items}
        self._links: dict[str, list[str]] = defaultdict(list)
        self._chains: dict[str, list[str]] = defaultdict(list)
        for item in layout.items:
            for other in item.inputs:
                if other in self.items:
                    _link(self._chains, item.name, other)
                    _link(self._links, item.name, other)
            for other in item.partners:
                if other in self.items:
                    _link(self._links, item.name, other)
        self._asked = {item.name for item in layout.items if item.channel in fixed or item.name in music}
        self.stay = self._asked | {item.name for item in layout.items if item.held}
        self.stay |= self._carried()
        self.movers = [item for item in layout.items if item.name not in self.stay]

    def _carried(self) -> set[str]:
        """Effects on strips that stay and on no others: they take their range from these."""
        found: set[str] = set()
        waiting = list(self.stay)
        while waiting:
            for name in self._chains.get(waiting.pop(), ()):
                inputs = [other for other in self.items[name].inputs if other in self.items]
                if name not in self.stay and name not in found and inputs and all(o in self.stay or o in found for o in inputs):
                    found.add(name)
                    waiting.append(name)
        return found

    def linked(self, name: str) -> list[str]:
        """Partners, inputs, and the effects on it."""
        return self._links.get(name, [])

    def together(self, names: Iterable[str]) -> list[Item]:
        """These strips and all that are tied to them, directly or through others."""
        return [self.items[name] for name in _reached(self._links, names)]

    @cached_property
    def _along(self) -> dict[str, tuple[bool, str]]:
        """For each strip in a chain of effects: whether all in it last; its speed effect."""
        found: dict[str, tuple[bool, str]] = {}
        for name in self._chains:
            if name in found:
                continue
            chain = [self.items[other] for other in _reached(self._chains, [name])]
            speed = next((item.name for item in chain if item.kind == "SPEED"), "")
            about = (all(item.lasting for item in chain if not item.inputs), speed)
            found.update((item.name, about) for item in chain)
        return found

    def lasting(self, item: Item) -> bool:
        """Whether it need not be split: what is left of it can be one strip that is shorter. With effects all of them can, or none."""
        about = self._along.get(item.name)
        return about[0] if about else item.lasting

    def alone(self, item: Item) -> bool:
        """Whether it is in no chain of effects."""
        return item.name not in self._chains

    def whole(self, item: Item) -> str:
        """Why it cannot be split, "" when it can. A speed effect counts from where its strip begins. Of transitions see `transition`."""
        if item.kind in TRANSITIONS:
            return ""
        about = self._along.get(item.name)
        if item.whole or not (about and about[1]):
            return item.whole
        return f"the speed effect {about[1]!r} works on it"

    def transition(self, item: Item) -> bool:
        """Whether it leads from one strip to another, and moves: parts end at its edges then."""
        return item.kind in TRANSITIONS and item.name not in self.stay

    def must_move(self, item: Item) -> None:
        """Raises `EditorError` when a strip that something is to be cut out of stays: LOCKED, or BAD_INPUT when it was asked to."""
        if item.name not in self.stay:
            return
        if item.held or item.name not in self._asked:
            held = self._held(item)
            raise EditorError(f"{held} It cannot be cut.", "Unlock it, or leave it out. Nothing was changed.", LOCKED)
        what = f"Strip {item.name!r} in channel {item.channel} is to stay as it is, and a part of it is to be cut out."
        raise EditorError(what, "Let it go along, or leave it out. Nothing was changed.", BAD_INPUT)

    def loses_sync(self, stays: Item, moves: Item) -> EditorError:
        what = f"{moves.name!r} in channel {moves.channel} cannot be cut or moved without it."
        if stays.name in self._asked and not stays.held:
            first = f"Strip {stays.name!r} in channel {stays.channel} is to stay where it is."
            return EditorError(f"{first} {what}", "Let both stay, or neither. Nothing was changed.", BAD_INPUT)
        return EditorError(f"{self._held(stays)} {what}", "Unlock it, or lock both. Nothing was changed.", LOCKED)

    def in_the_way(self, stands: Item, moves: Item) -> EditorError:
        if stands.held:
            what = f"{self._held(stands)} {moves.name!r} would run into it."
            return EditorError(what, "Unlock it, or move it to a channel of its own. Nothing was changed.", LOCKED)
        what = f"Strip {moves.name!r} in channel {moves.channel} would run into {stands.name!r}, which does not go along."
        return EditorError(what, "Let both go along, or move one to a channel of its own. Nothing was changed.", BAD_INPUT)

    def _held(self, item: Item) -> str:
        """A sentence that names strip and channel; an effect stays because of what it works on."""
        reason = item.held or next((found for other in self.linked(item.name) if (found := self.items[other].held)), "it is locked")
        return f"Strip {item.name!r} in channel {item.channel} cannot be changed: {reason}."

    def left(self, item: Item) -> str:
        """The notice that a locked strip stays; "" for one that was asked to."""
        return "" if item.name in self._asked or not item.held else f"{item.name!r} in channel {item.channel}"


def _link(links: dict[str, list[str]], one: str, other: str) -> None:
    links[one].append(other)
    links[other].append(one)


def _reached(links: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += links.get(name, ())
    return iter(found)


def hull(items: Iterable[Item]) -> FrameRange:
    """From where the first of them begins to where the last ends."""
    ranges = [item.frames for item in items]
    return FrameRange(min(frames.start for frames in ranges), max(frames.end for frames in ranges))
