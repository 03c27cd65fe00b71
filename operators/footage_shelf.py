"""What is known of the shots of a scene, kept for the overlay, the cards and the statistics: made anew a moment after it changed."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from .. import preferences
from . import footage_stills
from .desk import desk
from .shelves import Quiet

if TYPE_CHECKING:
    from ..timeline.footage_lanes import Lanes
    from ..timeline.presence import Present
    from ..timeline.shot_card import Card
    from ..timeline.shot_log import Placed
    from ..timeline.timebase import FrameRange


class FootageShelf(Quiet):
    """`rows` are `Placed`, in order of time; `shown` those through strips that are not muted; `speech`, `beats`, `people` and `things` as
    the overlay draws them. `revision` counts how often it was made anew."""

    def clear(self) -> None:
        super().clear()
        self.shown: tuple[Placed, ...] = ()
        self.speech: tuple[FrameRange, ...] | None = None
        self.beats: tuple[tuple[int, bool, float], ...] = ()
        self.people: Present = {}
        self.things: Present = {}
        self.rate: Any = None
        self.zero = 0
        self.revision = getattr(self, "revision", 0) + 1
        self._cards: dict[int, Card] = {}
        self._by_strip: dict[str, list[int]] = {}
        self._starts: list[int] = []
        self._longest = 0

    def make(self, scene: Any) -> None:
        from . import footage, known

        self.forget()
        found = known.look(scene)
        timeline, settings = found.timeline, scene.assistant_editor
        self.rate, self.zero = timeline.rate, timeline.frames.start
        self.rows = footage.placed(timeline, found.rows, settings)
        muted = {strip.name for strip in timeline.strips if strip.muted}
        self.shown = tuple(row for row in self.rows if row.strip not in muted)
        self.speech, self.beats = _heard(timeline, settings)
        self.people, self.things = _present(timeline, settings)
        self._index()
        footage_stills.load(self.rows)

    def forget(self) -> None:
        super().forget()
        self.shown, self.speech, self.beats = (), None, ()
        self.people, self.things = {}, {}
        self._cards, self._by_strip, self._starts, self._longest = {}, {}, [], 0
        self.revision += 1

    def _index(self) -> None:
        self._starts = [row.frames.start for row in self.rows]
        self._longest = max((row.frames.length for row in self.rows), default=0)
        for number, row in enumerate(self.rows):
            self._by_strip.setdefault(row.strip, []).append(number)

    def digest(self, scene: Any) -> str:
        from ..timeline.glance import glance
        from .footage_options import NAMES

        settings = scene.assistant_editor

        values = tuple(getattr(settings, name) for name in ("detector", "sensitivity", "minimum_seconds", "model", "language", *NAMES))
        return f"{glance(scene)} {values} {_people()}"

    def at(self, frame: int, strip: str = "") -> int | None:
        """The row of the shot under a frame: the strip's where it is there, else the one on the highest channel."""
        last = bisect_right(self._starts, frame)
        found = None
        while last and self._starts[last - 1] > frame - self._longest - 1:
            last -= 1
            row = self.rows[last]
            if row.frames.holds(frame):
                if row.strip == strip:
                    return last
                if found is None or row.channel > self.rows[found].channel:
                    found = last
        return found

    def of(self, strip: str, frame: int) -> int | None:
        """The row of a strip's shot under a frame, else of its first."""
        own = self._by_strip.get(strip, [])
        return next((number for number in own if self.rows[number].frames.holds(frame)), own[0] if own else None)

    def card(self, number: int) -> Card:
        """What is known of a shot in lines; made at its first call."""
        from ..timeline import shot_card

        if number not in self._cards:
            self._cards[number] = shot_card.card(self.rows[number])
        return self._cards[number]

    def lanes(self, shown: frozenset[str]) -> Lanes:
        """What the overlay draws."""
        from ..timeline.footage_lanes import lanes

        return lanes(self.shown, self.rate, self.speech or (), self.beats, shown, self.people, self.things)


def _people() -> tuple[int, int]:
    """Another value whenever somebody was named, or all were forgotten."""
    from ..ml import people

    try:
        facts = people.path_in(preferences.people_folder()).stat()
    except OSError:  # nobody is known
        return 0, 0
    return facts.st_size, facts.st_mtime_ns


def _present(timeline: Any, settings: Any) -> tuple[Present, Present]:
    """(when everybody, when everything is on screen), from what is stored."""
    from ..timeline import presence
    from . import footage, people_known

    objects, faces = {}, {}
    for medium in dict.fromkeys(strip.medium for strip in timeline.strips if strip.kind == "MOVIE" and strip.medium):
        found = footage.stored(timeline, medium, settings)
        if "objects" in found:
            objects[medium] = found["objects"]
        if "faces" in found:
            faces[medium] = found["faces"]
    persons = people_known.here(timeline, settings) if faces else None
    name = persons.of if persons is not None else lambda track: presence.SOMEBODY
    return presence.people(timeline.strips, faces, name), presence.things(timeline.strips, objects)


def _heard(timeline: Any, settings: Any) -> tuple[Any, Any]:
    """(the frames at which somebody speaks, None where nobody listened; beats), from what is stored."""
    from ..timeline import beat_grid, sounding_lanes
    from . import beat_options, footage
    from .beats import as_heard

    facts = {medium: footage.stored(timeline, medium, settings) for medium in dict.fromkeys(s.medium for s in timeline.strips if s.medium)}
    by_engine = {
        engine: {medium: found[engine] for medium, found in facts.items() if engine in found} for engine in ("transcript", "voice", "beats")
    }
    words, voices, beats = by_engine["transcript"], by_engine["voice"], by_engine["beats"]
    speech = sounding_lanes.speech(timeline.strips, words, voices, desk.origins) if words or voices else None
    ticks, _ = beat_grid.ticks(beats, as_heard(timeline.strips, beats), beat_options.grid(settings), chosen=False)
    return speech, tuple((tick.frame, tick.place == 1, tick.strength) for tick in ticks)


shelf = FootageShelf()
refresh, touch = shelf.refresh, shelf.touch


def up_to_date(scene: Any) -> FootageShelf:
    """Makes it anew if it is of another scene, or anything it shows has changed since."""
    shelf.up_to_date(scene)
    return shelf


def register() -> None:
    shelf.register()


def unregister() -> None:
    shelf.unregister()


CLASSES: tuple[type, ...] = ()
