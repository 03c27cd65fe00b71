"""What was found in the library, as panels and scripts see it: `window_manager.assistant_editor_library`. Nothing is looked up while
Blender draws."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, CollectionProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from .. import preferences
from ..ml.errors import EditorError
from .desk import redraw
from .picture_files import is_picture

if TYPE_CHECKING:
    from ..ml.facts import Span
    from ..ml.library_lookup import Known
    from ..timeline.outcome import Outcome
    from ..timeline.search import Found, Hit
    from .indexing import Indexing, Tally


class ASSISTANT_EDITOR_PG_hit(bpy.types.PropertyGroup):
    """A shot that was found; `name` is its file's."""

    shot: IntProperty(name="Shot", description="Its number in the library")
    shown_in: StringProperty(name="In")
    shown_length: StringProperty(name="Length")
    still: BoolProperty(name="Picture", description="It is a still picture: it has no moments and no length")
    score: FloatProperty(name="Score", min=0.0, max=1.0, subtype="FACTOR")
    reasons: StringProperty(name="Why")
    said: StringProperty(name="Said", description="The sentence that was looked for")
    path: StringProperty(name="File")


def _chosen(group: Any, context: Any) -> None:
    shelf.choose(group.active)


def _written(group: Any, context: Any) -> None:
    """Enter in the search field searches."""
    if not shelf.quiet and group.query.strip() and not bpy.app.background and bpy.ops.assistant_editor.find.poll():
        bpy.ops.assistant_editor.find("INVOKE_DEFAULT")


class ASSISTANT_EDITOR_PG_library(bpy.types.PropertyGroup):
    """The search, what it found, and the chosen shot."""

    query: StringProperty(
        name="Search",
        description='What you look for, in plain words. For example: close-ups of Anna, smiling, outside; a dog, longer than 3 seconds; '
        'says "we choose"',
        update=_written,
    )  # fmt: skip
    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_hit)
    active: IntProperty(name="Shot", description="Choose a shot to see what is known of it", update=_chosen, options={"SKIP_SAVE"})


class LibraryShelf:
    """`found` and `known` (number of shot -> all of it) are what the list shows; `counts` media, shots, unreadable files."""

    def __init__(self) -> None:
        self.quiet = False
        self.counts: tuple[int, int, int] | None = None
        self.note = ""
        self.tally: Tally | None = None
        """What became of the files that were indexed last."""
        self.indexing: Indexing | None = None
        """What runs beside everything else."""
        self.indexed: Outcome | EditorError | None = None
        """How that ended last."""
        self.clear()

    def clear(self) -> None:
        self.query = ""
        self.found: Found | None = None
        self.known: dict[int, Known] = {}
        self.passages: dict[int, tuple[Span, str]] = {}
        self.cards: dict[int, tuple[str, ...]] = {}
        self.icons: dict[int, int] = {}

    @property
    def group(self) -> Any:
        return bpy.context.window_manager.assistant_editor_library

    def touch(self) -> None:
        """A panel is drawn for the first time: a moment later it is counted what there is."""
        if self.counts is None and not bpy.app.background and not bpy.app.timers.is_registered(_count):
            bpy.app.timers.register(_count, first_interval=0.1)

    def count(self) -> None:
        """Looks how much there is. What is wrong with the library becomes the note."""
        from ..ml.library import Library
        from ..ml.library_file import path_in

        folder = preferences.library_folder()
        try:
            if not path_in(folder).exists():
                self.counts, self.note = (0, 0, 0), ""
                return
            with Library(folder) as library:
                self.counts, self.note = library.counts(), " ".join(library.notices)
        except EditorError as error:
            self.counts, self.note = (0, 0, 0), str(error)

    def show(self, query: str, found: "Found", known: "dict[int, Known]", passages: "dict[int, tuple[Span, str]]") -> None:
        """Lists these hits, the best first. `passages`: number -> when and what is said, of the sentences that were looked for."""
        from ..timeline import shelved

        self.query, self.found, self.known, self.passages = query, found, known, passages
        self.cards = {number: shelved.card(shot) for number, shot in known.items()}
        self.pictures()
        self.fill()

    def pictures(self) -> None:
        """Makes icons of the pictures that are there."""
        from . import icons

        paths = {number: self.picture_of(number) for number in self.known}
        self.icons = {number: icons.icon_of(path) for number, path in paths.items() if path.is_file()}

    def picture_of(self, number: int) -> Path:
        """Where the picture of a hit lies, or will lie."""
        from ..ml.stills import thumbnail_path
        from ..timeline.shelved import still_of

        shot = self.known[number]
        return thumbnail_path(preferences.backend(bpy.context).cache, shot.medium, still_of(shot))

    def fill(self) -> None:
        from ..timeline import shelved

        group, was, self.quiet = self.group, self.quiet, True
        group.rows.clear()
        try:
            for hit in self.hits():
                item, shot = group.rows.add(), self.known[hit.shot]
                item.name, item.shot, item.score = shelved.name_of(shot), hit.shot, hit.score
                item.path = place_of(shot)
                item.shown_in, item.shown_length = clock(float(shot.span.start)), f"{float(shot.span.length):.1f} s"
                item.still = is_picture(item.path)
                missing = [f"not {one}" for one in hit.missing]
                item.reasons = ", ".join((*hit.reasons, *missing))
                item.said = self.said(hit)
            group.active = 0
        finally:
            self.quiet = was

    def hits(self) -> "list[Hit]":
        """Those that are still in the library."""
        return [hit for hit in (self.found.hits if self.found is not None else ()) if hit.shot in self.known]

    def chosen(self) -> "Hit | None":
        hits = self.hits()
        return hits[self.group.active] if 0 <= self.group.active < len(hits) else None

    def said(self, hit: "Hit") -> str:
        """The sentence of a hit that was looked for."""
        return self.passages[hit.passage][1] if hit.passage is not None and hit.passage in self.passages else ""

    def path_of(self, hit: "Hit") -> str:
        return place_of(self.known[hit.shot])

    @staticmethod
    def previewing(scene: Any) -> bool:
        """Whether this scene was made to look at a shot."""
        from ..timeline.write_media import PREVIEW

        return PREVIEW in scene

    def choose(self, number: int) -> None:
        """A row was clicked: where its medium stands on the timeline, the playhead goes there."""
        if not self.quiet and not bpy.app.background and bpy.ops.assistant_editor.go_to_hit.poll():
            bpy.ops.assistant_editor.go_to_hit("EXEC_DEFAULT")


def place_of(shot: "Known") -> str:
    """The first of its places where the file is; else the first it was at."""
    return next((path for path in shot.paths if Path(path).is_file()), shot.paths[0] if shot.paths else "")


def clock(seconds: float) -> str:
    """A moment of a file, for lists."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"


shelf = LibraryShelf()


def _count() -> None:
    shelf.count()
    redraw()


@persistent
def _before_saving(*_: Any) -> None:
    """What was found is not saved with the file."""
    shelf.group.rows.clear()


@persistent
def _after_saving(*_: Any) -> None:
    shelf.fill()


@persistent
def _on_load(*_: Any) -> None:
    shelf.fill()


HANDLERS = (("save_pre", _before_saving), ("save_post", _after_saving), ("load_post", _on_load))


def register() -> None:
    bpy.types.WindowManager.assistant_editor_library = PointerProperty(type=ASSISTANT_EDITOR_PG_library)
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
    if bpy.app.timers.is_registered(_count):
        bpy.app.timers.unregister(_count)
    shelf.clear()
    shelf.counts = None
    del bpy.types.WindowManager.assistant_editor_library


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_hit, ASSISTANT_EDITOR_PG_library)
