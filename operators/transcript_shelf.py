"""The transcript as panels and scripts see it: `window_manager.assistant_editor_transcript`.

It is filled by the operator Refresh Transcript; in a window that shows it also by itself (`shelves`).
"""

from dataclasses import dataclass
from typing import Any

import bpy
from bpy.props import CollectionProperty, IntProperty, PointerProperty, StringProperty

from ..timeline import compat
from .caption_options import CAPTION_ASKS
from .shelves import Shelf


@dataclass(frozen=True)
class Row:
    """A line of the transcript: the words `first` up to `last` of `transcribed.Transcribed.spoken.words`."""

    number: int
    line: Any
    first: int
    last: int

    @property
    def key(self) -> tuple[str, Any, str]:
        word = self.line.words[0]
        return word.medium, word.span.start, self.line.text


def _jump(group: Any, context: bpy.types.Context) -> None:
    """A chosen line takes the playhead to it. The window manager is outside of undo, and moving the playhead is no step."""
    if not shelf.quiet and 0 <= group.active < len(group.rows):
        compat.edited_scene(context).frame_current = group.rows[group.active].frame_in


def _sought(_group: Any, _context: Any) -> None:
    shelf.find_hits()


class ASSISTANT_EDITOR_PG_spoken_line(bpy.types.PropertyGroup):
    """A line of the transcript."""

    number: IntProperty(name="Number")
    text: StringProperty(name="Text")
    speaker: StringProperty(name="Speaker")
    frame_in: IntProperty(name="In", description="First frame on the timeline")
    frame_out: IntProperty(name="Out", description="Frame after the last one")
    shown_in: StringProperty(name="In")
    words: IntProperty(name="Words")
    hits: IntProperty(name="Hits", description="How often what is looked for is said in it")


class ASSISTANT_EDITOR_PG_transcript(bpy.types.PropertyGroup):
    """The lines, the chosen one, the words that are picked, and what is looked for."""

    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_spoken_line)
    active: IntProperty(name="Line", description="Choose a line to go to it", update=_jump, options={"SKIP_SAVE"})
    first: IntProperty(name="First Word", description="Number of the first word that is picked, -1 for none", default=-1)
    last: IntProperty(name="Last Word", description="Number of the word after the last one that is picked", default=-1)
    search: StringProperty(
        name="Search", description="Words or a phrase that are said; a word that ends with * stands for all that begin so",
        options={"TEXTEDIT_UPDATE"}, update=_sought,
    )  # fmt: skip


class TranscriptShelf(Shelf):
    """The lines, as `Row`. `known` is `transcribed.Transcribed`; `hits` are ranges of words; `checked` what Check Text last told."""

    group_name = "assistant_editor_transcript"

    def clear(self) -> None:
        super().clear()
        self.known: Any = None
        self.clock: Any = None
        self.zero = 0
        self.hits: tuple[tuple[int, int], ...] = ()
        self.hit_words: frozenset[int] = frozenset()
        self.checked: Any = None
        self._kept: tuple[Any, Any, list[int]] = (None, None, [])
        self._were: tuple[Any, ...] = ()

    def make(self, scene: Any) -> None:
        from ..timeline.timecode import Clock
        from . import transcribed

        self._were = self._picked_words()
        self.known, self.hits, self.checked = None, (), None
        known = transcribed.look(scene)
        rows, first = [], 0
        for number, line in enumerate(known.spoken.lines):
            rows.append(Row(number, line, first, first + len(line.words)))
            first += len(line.words)
        self.known, self.rows = known, tuple(rows)
        self.clock, self.zero = Clock(known.timeline.rate), known.timeline.frames.start
        if known.missing:
            strips = known.missing[0] if len(known.missing) == 1 else f"{len(known.missing)} strips"
            self.note = f"What is said in {strips} is not known. Press Transcribe."

    def digest(self, scene: Any) -> str:
        from ..timeline.glance import glance

        settings = scene.assistant_editor
        return f"{glance(scene, texts=True)} {[getattr(settings, name) for name in (*CAPTION_ASKS, 'people')]}"

    def fill(self) -> None:
        group, was, self.quiet = self.group, self.quiet, True
        group.rows.clear()
        group.first, group.last = self._again()
        try:
            for row in self.rows:
                item, line = group.rows.add(), row.line
                item.name = item.text = line.text
                item.number, item.speaker, item.words = row.number + 1, line.speaker, len(line.words)
                item.frame_in, item.frame_out = line.frames.start, line.frames.end
                item.shown_in = self.clock.timecode(max(0, line.frames.start - self.zero))
        finally:
            self.quiet = was
        self.find_hits()

    def _picked_words(self) -> tuple[Any, ...]:
        group = self.group
        return self.known.spoken.words[group.first : group.last] if self.known is not None and 0 <= group.first < group.last else ()

    def _again(self) -> tuple[int, int]:
        """The numbers of the words that were picked before the list was made anew, (-1, -1) where they are not as they were."""
        if self._were and self.known is not None:
            said = [(word.medium, word.span.start, word.text) for word in self.known.spoken.words]
            were = [(word.medium, word.span.start, word.text) for word in self._were]
            for first in (n for n, one in enumerate(said) if one == were[0]):
                if said[first : first + len(were)] == were:
                    return first, first + len(were)
        return -1, -1

    def find_hits(self) -> None:
        """Looks for what is searched: when it or the list changed, not when Blender draws."""
        from ..timeline.text_search import hits

        group = self.group
        self.hits = hits(self.known.spoken, group.search) if self.known is not None and group.search.strip() else ()
        self.hit_words = frozenset(number for first, last in self.hits for number in range(first, last))
        self._kept = (None, None, [])
        for row, item in zip(self.rows, group.rows, strict=False):
            count = sum(row.first <= first < row.last for first, _last in self.hits)
            if item.hits != count:
                item.hits = count

    def kept(self, flag: int) -> list[int]:
        """For each row `flag` where something that is looked for is said, else 0; nothing where all are listed."""
        if not self.group.search.strip():
            return []
        if self._kept[0] is not self.rows or self._kept[1] != flag:
            listed = [flag if any(number in self.hit_words for number in range(row.first, row.last)) else 0 for row in self.rows]
            self._kept = (self.rows, flag, listed)
        return self._kept[2]

    def chosen_listed(self) -> Any:
        """The chosen row, None where the search hides it: nobody may cut a line that is not to be seen."""
        row, kept = self.chosen(), self.kept(1)
        return row if row is None or not kept or kept[self.group.active] else None

    def picked(self) -> tuple[int, int] | None:
        """The words that are picked, else those of the chosen line if it is listed."""
        group, row = self.group, self.chosen_listed()
        if self.known is not None and 0 <= group.first < group.last <= len(self.known.spoken.words):
            return group.first, group.last
        return (row.first, row.last) if row is not None else None

    def row_of(self, word: int) -> "Row | None":
        """The line a word is in."""
        return next((row for row in self.rows if row.first <= word < row.last), None)


shelf = TranscriptShelf()
CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_spoken_line, ASSISTANT_EDITOR_PG_transcript)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_transcript = PointerProperty(type=ASSISTANT_EDITOR_PG_transcript)
    shelf.register()


def unregister() -> None:
    shelf.unregister()
    del bpy.types.WindowManager.assistant_editor_transcript
