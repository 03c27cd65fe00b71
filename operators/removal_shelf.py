"""The review list as panels and scripts see it: `window_manager.assistant_editor_removals`.

It is filled by the searches and by the operator Refresh Review List; in a window that shows it also by itself (`shelves`).
"""

from typing import Any

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..timeline import compat
from .shelves import Shelf

SHOW = [
    ("ALL", "All", "Everything that is proposed"),
    ("OPEN", "Open", "What is not decided"),
    ("ACCEPTED", "Accepted", "What Apply will cut out"),
    ("REJECTED", "Rejected", "What stays"),
]
KINDS = {"silence": "Silence", "filler": "Filler", "repeat": "Repeat", "take": "Take", "text": "Text"}


class ASSISTANT_EDITOR_PG_removal(bpy.types.PropertyGroup):
    """A row of the review list; `name` is the strip's. See `timeline.proposals.Row`."""

    number: IntProperty(name="Number")
    kind: StringProperty(name="Kind", description="silence, filler, repeat, take or text")
    text: StringProperty(name="Text", description="What is said there")
    before: StringProperty(name="Before", description="What is said before it")
    after: StringProperty(name="After", description="What is said after it")
    shown: StringProperty(name="Shown", description="What is said there, and a few words around it")
    reason: StringProperty(name="Reason")
    confidence: FloatProperty(name="Confidence", min=0.0, max=1.0, subtype="FACTOR")
    verdict: StringProperty(name="Verdict", description="open, accepted or rejected")
    way: StringProperty(name="Way", description="remove, shorten, speed or mute")
    frame_in: IntProperty(name="In", description="First frame that is cut out")
    frame_out: IntProperty(name="Out", description="Frame after the last one")
    shown_in: StringProperty(name="In")
    shown_length: StringProperty(name="Length")
    saved: IntProperty(name="Saved", description="Frames the timeline gets shorter by")
    trimmed: BoolProperty(name="Trimmed")
    group: StringProperty(name="Group", description="The takes of one line bear the same")


def _chosen(group: Any, context: bpy.types.Context) -> None:
    """A chosen row takes the playhead to what it is about. The window manager is outside of undo, and moving the playhead is no step."""
    shelf.show_trim()
    if not shelf.quiet and 0 <= group.active < len(group.rows):
        compat.edited_scene(context).frame_current = group.rows[group.active].frame_in


def _trimmed(group: Any, _context: bpy.types.Context) -> None:
    """In or out of the chosen row was typed or dragged: written by the operator, so that it is a step of undo."""
    row = shelf.chosen()
    if shelf.quiet or row is None or (group.frame_in, group.frame_out) == (row.frames.start, row.frames.end):
        return
    try:
        bpy.ops.assistant_editor.trim_removal(
            "EXEC_DEFAULT", True, number=row.number, first=group.frame_in - row.frames.start, last=group.frame_out - row.frames.end
        )
    except RuntimeError:
        shelf.show_trim()  # the operator has told the user; its words are on the desk


class ASSISTANT_EDITOR_PG_removal_list(bpy.types.PropertyGroup):
    """The list, the chosen row, and what is listed."""

    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_removal)
    active: IntProperty(name="Removal", description="Choose a removal to go to it", update=_chosen, options={"SKIP_SAVE"})
    show: EnumProperty(name="Show", description="Which removals are listed", items=SHOW, default="ALL")
    frame_in: IntProperty(name="In", description="First frame that is cut out", update=_trimmed, options={"SKIP_SAVE"})
    frame_out: IntProperty(name="Out", description="The frame after the last one that is cut out", update=_trimmed, options={"SKIP_SAVE"})


class RemovalShelf(Shelf):
    """The proposals, as `proposals.Row`. `known` is what they were made from (`proposed.Proposed`), `counts` how many there are of each
    verdict, `accepted` and `whole` what the accepted ones save and what all that are not rejected would, as timecode."""

    group_name = "assistant_editor_removals"

    def clear(self) -> None:
        super().clear()
        self.known: Any = None
        self.clock: Any = None
        self.counts: dict[str, int] = {}
        self.accepted, self.whole, self.saved_frames = "", "", 0
        self.bands: tuple[Any, ...] = ()

    def make(self, scene: Any) -> None:
        from . import proposed

        self.show(proposed.look(scene))

    def judge(self, scene: Any) -> None:
        """The editor has said something of what is listed: nothing is planned anew."""
        from . import proposed

        chosen = self.chosen()
        self.show(proposed.judged(scene, self.known))
        self.seen = self.digest(scene)
        self.fill()
        if chosen is not None:
            self.choose(chosen.key)
            self.show_trim()

    def show(self, known: Any) -> None:
        """Takes over what is known."""
        from ..timeline import cutting
        from ..timeline.timecode import Clock

        self.known = known
        self.rows, self.note = known.rows, " ".join(known.missing)
        self.clock = clock = Clock(known.timeline.rate)
        self.counts = {verdict: sum(row.verdict == verdict for row in known.rows) for verdict in ("open", "accepted", "rejected")}
        self.saved_frames = cutting.total_saved(row.removal for row in known.rows if row.verdict == "accepted")
        self.accepted = clock.timecode(self.saved_frames)
        self.whole = clock.timecode(cutting.total_saved(row.removal for row in known.rows if row.verdict != "rejected"))
        self.bands = _bands(known)

    def refresh(self, scene: Any) -> None:
        self.known, self.counts, self.bands = None, {}, ()
        super().refresh(scene)

    def outdated(self, scene: Any) -> bool:
        """Also after a look that failed: operators need what is known."""
        return self.known is None or super().outdated(scene)

    def digest(self, scene: Any) -> str:
        from ..timeline import tags
        from ..timeline.glance import glance
        from ..timeline.read import keeper
        from .speech_search import SEARCHES

        settings = scene.assistant_editor
        options = tuple(getattr(settings, name) for search in SEARCHES.values() for name in search.live)
        return f"{glance(scene)} {options} {tags.removals_of(keeper(scene))}"

    def fill(self) -> None:
        from ..timeline import proposals

        group, clock = self.group, self.clock
        group.rows.clear()
        zero = self.known.timeline.frames.start if self.known is not None else 0
        for row in self.rows:
            item, one = group.rows.add(), row.removal
            item.name, item.number, item.kind, item.text = one.strip, row.number, one.kind, one.text
            item.way, item.group = one.way, one.group
            item.shown = proposals.short(row, KINDS[one.kind])
            item.before, item.after, item.reason, item.verdict = row.before, row.after, one.why.reason, row.verdict
            item.confidence, item.saved, item.trimmed = one.why.confidence, row.saved, row.trimmed
            item.frame_in, item.frame_out = row.frames.start, row.frames.end
            item.shown_in = clock.timecode(row.frames.start - zero)
            item.shown_length = f"{float(row.frames.length / clock.rate):.2f} s"
        self.show_trim()

    def go_on(self, scene: Any, *, back: bool = False) -> str:
        """Goes to the next open row, or back to the one before; what the user is told."""
        from ..timeline import proposals

        row = proposals.step(self.rows, self.chosen(), scene.frame_current, back)
        if row is None:
            return "Everything is decided."
        self.choose(row.key)
        self.show_trim()
        scene.frame_current = row.frames.start
        return f"Removal {row.number} of {len(self.rows)}: {row.removal.why.reason}"

    def notices(self, search: Any) -> tuple[str, ...]:
        """What the planner of a search had to say."""
        found: tuple[str, ...] = self.known.notices.get(search.name, ())
        return found

    def told(self, search: Any) -> str:
        """What a search found, in a sentence."""
        from ..timeline import cutting

        # The best take of a line is listed too, without confidence: it is not proposed to go.
        rows = [row.removal for row in self.rows if row.removal.kind in search.kinds and row.removal.why.confidence]
        left = [one for one in rows if one.verdict != "rejected"]
        what = search.noun if len(rows) == 1 else search.name
        return f"{len(rows)} {what} proposed: {self.clock.timecode(cutting.total_saved(left))} to save." if rows else f"No {what} found."

    def show_trim(self) -> None:
        """The chosen row's in and out, to be typed in."""
        row, was, self.quiet = self.chosen(), self.quiet, True
        try:
            if row is not None:
                self.group.frame_in, self.group.frame_out = row.frames.start, row.frames.end
        finally:
            self.quiet = was


def _bands(known: Any) -> tuple[tuple[int, int, tuple[int, ...], str], ...]:
    """(first frame, frame after the last, channels, verdict) of what is shown on the timeline, in order of the first."""
    channels = {strip.name: strip.channel for strip in known.timeline.strips}
    partners = {strip.name: strip.partners for strip in known.timeline.strips}
    found = []
    for row in known.rows:
        names = (row.removal.strip, *row.removal.beside, *partners.get(row.removal.strip, ()))
        there = tuple(sorted({channels[name] for name in names if name in channels}))
        found.append((row.frames.start, row.frames.end, there, row.verdict))
    return tuple(sorted(found))


shelf = RemovalShelf()
CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_removal, ASSISTANT_EDITOR_PG_removal_list)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_removals = PointerProperty(type=ASSISTANT_EDITOR_PG_removal_list)
    shelf.register()


def unregister() -> None:
    shelf.unregister()
    del bpy.types.WindowManager.assistant_editor_removals
