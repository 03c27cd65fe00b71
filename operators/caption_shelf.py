"""The caption list as panels and scripts see it: `window_manager.assistant_editor_captions`.

It is filled by the operator Refresh Caption List; in a window that shows it also by itself (`shelves`). Text typed into it is written
by the operator Edit Caption, which makes the step that Ctrl+Z takes back.
"""

from collections.abc import Mapping
from typing import Any

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..ml.errors import STALE, EditorError
from ..timeline import compat
from . import rule_options
from .desk import desk, redraw
from .shelves import Shelf

BREAK = " | "
"""What a line break is shown as where there is one line."""
LINES = tuple(f"line_{number}" for number in range(1, 7))
SHOW = [
    ("ALL", "All", "Every caption"),
    ("FLAWED", "To Look At", "Those that break a rule, have doubtful words or misspelt ones"),
    ("PROBLEMS", "Problems", "Those that break a rule"),
    ("DOUBTS", "Doubts", "Those with words that were heard with little confidence"),
]


def one_line(text: str) -> str:
    """A caption's text for a field of one line. A bar of its own is not to be taken for a line break."""
    return text.replace("|", "¦").replace("\n", BREAK)


def _typed(item: Any, _context: Any) -> None:
    """Text was typed into a row."""
    if shelf.quiet:  # asked first: a list of thousands is filled row by row
        return
    row = next((row for row in shelf.rows if row.name == item.name), None)
    if row is not None and item.shown != one_line(row.text):
        mended = item.shown if "|" not in row.text else item.shown.replace("¦", "\0")
        write(row, "\n".join(part.strip() for part in mended.split("|")).replace("\0", "|"))


def _line_typed(group: Any, _context: Any) -> None:
    """One of the chosen caption's lines was typed."""
    row = shelf.chosen()
    if not shelf.quiet and row is not None:
        rest = row.text.split("\n")[len(LINES) :]
        write(row, "\n".join(line for line in (*(getattr(group, name) for name in LINES), *rest) if line.strip()))


def write(row: Any, text: str) -> None:
    """By the operator, so that it is one step of undo; what it refuses is reported, and the row shows what stands.

    Where the caption is no longer as it was listed, what was typed was meant for another text.
    """
    scene = compat.edited_scene(bpy.context)
    try:
        shelf.up_to_date(scene)
        if not any((now.name, now.text) == (row.name, row.text) for now in shelf.rows):
            raise EditorError("The caption has changed since it was listed.", "It is listed anew: type again.", STALE)
        bpy.ops.assistant_editor.edit_caption("EXEC_DEFAULT", True, strip=row.name, text=text)
    except EditorError as error:
        desk.show(error=error)
        redraw()
    except RuntimeError:
        shelf.fill()  # the operator has told the user; its words are on the desk


def _jump(group: Any, context: bpy.types.Context) -> None:
    """A chosen row takes the playhead to its caption. The window manager is outside of undo, and moving the playhead is no step."""
    shelf.show_lines()
    if not shelf.quiet and 0 <= group.active < len(group.rows):
        compat.edited_scene(context).frame_current = group.rows[group.active].frame_in


def _sought(_group: Any, _context: Any) -> None:
    shelf.count_found()


class ASSISTANT_EDITOR_PG_caption(bpy.types.PropertyGroup):
    """A row of the caption list; `name` is the strip's. See `timeline.caption_list.CaptionRow`."""

    shown: StringProperty(name="Text", description="The caption's text; | is a line break", update=_typed, options={"SKIP_SAVE"})
    kind: StringProperty(name="Kind", description="caption, translation, sound, or own: a text strip no run wrote")
    channel: IntProperty(name="Channel")
    frame_in: IntProperty(name="In", description="First frame on the timeline")
    frame_out: IntProperty(name="Out", description="Frame after the last one")
    shown_in: StringProperty(name="In")
    characters: IntProperty(name="Characters", description="Line breaks are not counted")
    speed: FloatProperty(name="Characters a Second")
    problems: IntProperty(name="Problems", description="Rules it breaks")
    doubtful: IntProperty(name="Doubtful Words")
    misspelt: IntProperty(name="Misspelt Words")
    speaker: StringProperty(name="Speaker")


class ASSISTANT_EDITOR_PG_caption_list(bpy.types.PropertyGroup):
    """The list, the chosen row and its lines, what is listed, and what is looked for."""

    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_caption)
    active: IntProperty(name="Caption", description="Choose a caption to go to it", update=_jump, options={"SKIP_SAVE"})
    search: StringProperty(name="Search", description="List only captions with this text, or by this speaker", options={"TEXTEDIT_UPDATE"})
    show: EnumProperty(name="Show", description="Which captions are listed", items=SHOW, default="ALL")
    line_1: StringProperty(name="Line 1", description="The caption's first line", update=_line_typed, options={"SKIP_SAVE"})
    line_2: StringProperty(name="Line 2", description="The next line; empty it to take the line away", update=_line_typed)
    line_3: StringProperty(name="Line 3", description="The next line; empty it to take the line away", update=_line_typed)
    line_4: StringProperty(name="Line 4", description="The next line; empty it to take the line away", update=_line_typed)
    line_5: StringProperty(name="Line 5", description="The next line; empty it to take the line away", update=_line_typed)
    line_6: StringProperty(name="Line 6", description="The next line; empty it to take the line away", update=_line_typed)
    find: StringProperty(name="Find", description="What is looked for; blanks mean line breaks too", update=_sought)
    replace: StringProperty(name="Replace", description="What is put in its place; \\1 is a regular expression's first group")
    case: BoolProperty(name="Case", description="Capitals and small letters are different", update=_sought)
    whole: BoolProperty(name="Whole Words", description="Not within a longer word", update=_sought)
    regex: BoolProperty(
        name="Regular Expression", description="What is looked for is a regular expression, as Python has them", update=_sought
    )
    by: IntProperty(name="Frames", description="How many frames later captions are shifted; less than 0: earlier", default=2)


class CaptionShelf(Shelf):
    """The captions, as `caption_list.CaptionRow`; `counts` says how many there are to look at (`caption_list.counted`).

    `found` says how often what is looked for was found, or why it cannot be; `said` what the last edit did.
    """

    group_name = "assistant_editor_captions"

    def clear(self) -> None:
        super().clear()
        self.clock: Any = None
        self.counts: Mapping[str, int] = {}
        self.zero, self.found, self.said = 0, "", ""
        self._shown: list[tuple[Any, ...]] = []
        self._kept: tuple[Any, Any, list[int]] = (None, None, [])

    def make(self, scene: Any) -> None:
        from ..timeline import caption_list, corrections, picture_cuts
        from ..timeline.timecode import Clock
        from . import known, spelling, spoken, work

        timeline, settings = work.look(scene), scene.assistant_editor
        shots = known.stored_shots(timeline, settings)
        cuts = picture_cuts.picture_cuts(timeline, shots, settings.sensitivity, corrections.load(timeline.corrections))
        languages = spoken.languages(timeline, settings)
        written = max(languages.values(), key=list(languages.values()).count, default=spoken.chosen(settings))
        unknown, self.note = spelling.unknown(timeline, settings, written)
        rules = rule_options.caption_rules(settings)
        self.rows = caption_list.rows(timeline, rules, round(settings.word_line, 4), cuts, unknown=unknown, languages=languages)
        self.counts = caption_list.counted(self.rows)
        self.clock, self.zero = Clock(timeline.rate), timeline.frames.start

    def digest(self, scene: Any) -> str:
        from ..timeline.glance import glance
        from . import spelling

        settings = scene.assistant_editor
        names = (*rule_options.VALUES, "rules", "detector", "sensitivity", "word_line", "language", "model", "task", "engine")
        chosen = tuple(getattr(settings, name) for name in names)
        return f"{glance(scene, texts=True)} {chosen} {spelling.digest(settings)}"

    def fill(self) -> None:
        """Changes only what differs: a row in which somebody has just typed must not be made anew."""
        group, was, self.quiet = self.group, self.quiet, True
        wanted = [self._row(row) for row in self.rows]
        if len(group.rows) != len(self._shown):
            self._shown = []
        while len(group.rows) > len(wanted):
            group.rows.remove(len(group.rows) - 1)
        try:
            for number, values in enumerate(wanted):
                item = group.rows[number] if number < len(group.rows) else group.rows.add()
                if number >= len(self._shown) or self._shown[number] != values or item.shown != values[1]:
                    for name, value in zip(_FIELDS, values, strict=True):
                        setattr(item, name, value)
            self._shown = wanted
        finally:
            self.quiet = was
        self.show_lines()
        self.count_found()

    def _row(self, row: Any) -> tuple[Any, ...]:
        return (
            row.name, one_line(row.text), row.kind, row.channel, row.frames.start, row.frames.end,
            self.clock.timecode(row.frames.start - self.zero), row.characters, row.speed, len(row.problems), len(row.doubtful),
            len(row.misspelt), row.speaker,
        )  # fmt: skip

    def show_lines(self) -> None:
        """The chosen caption's lines, to be typed in."""
        row, group = self.chosen(), self.group
        lines = row.text.split("\n") if row is not None else []
        was, self.quiet = self.quiet, True
        try:
            for number, name in enumerate(LINES):
                text = lines[number] if number < len(lines) else ""
                if getattr(group, name) != text:
                    setattr(group, name, text)
        finally:
            self.quiet = was

    def search(self) -> Any:
        """What is looked for, as `find_text.Search`."""
        from ..timeline.find_text import Search

        group = self.group
        return Search(group.find, group.replace, group.case, group.whole, group.regex)

    def count_found(self) -> None:
        """How often what is looked for was found, worked out when it or the list changed, not when Blender draws."""
        if not self.group.find:
            self.found = ""
            return
        try:
            search = self.search()
            counts = [count for row in self.rows if (count := search.count(row.text))]
            captions = "caption" if len(counts) == 1 else "captions"
            self.found = f"{sum(counts)} in {len(counts)} {captions}" if counts else "Nothing found"
        except EditorError as error:
            self.found = str(error)

    def kept(self, needle: str, show: str, flag: int) -> list[int]:
        """For each row `flag` where it is listed, else 0; nothing where all are. Worked out once for what is looked for."""
        from ..timeline import caption_list

        if not needle and show == "ALL":
            return []
        key = (needle, show, flag)
        if self._kept[0] is not self.rows or self._kept[1] != key:
            wanted = caption_list.searched(self.rows, needle)
            order = {row.name for row in caption_list.stepping(self.rows, _WHAT[show])} if show != "ALL" else None
            kept = [flag if found and (order is None or row.name in order) else 0 for row, found in zip(self.rows, wanted, strict=True)]
            self._kept = (self.rows, key, kept)
        return self._kept[2]


_FIELDS = (
    "name", "shown", "kind", "channel", "frame_in", "frame_out", "shown_in", "characters", "speed", "problems", "doubtful", "misspelt",
    "speaker",
)  # fmt: skip
_WHAT: dict[str, Any] = {"FLAWED": "any", "PROBLEMS": "problem", "DOUBTS": "doubt"}
shelf = CaptionShelf()
CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_caption, ASSISTANT_EDITOR_PG_caption_list)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_captions = PointerProperty(type=ASSISTANT_EDITOR_PG_caption_list)
    shelf.register()


def unregister() -> None:
    shelf.unregister()
    del bpy.types.WindowManager.assistant_editor_captions
