"""Find: shots of the library, in plain words. By words at once; by meaning too, once the backend has read the wording."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from .. import preferences
from ..ml.errors import CANCELLED, USAGE, EditorError
from ..timeline import compat
from . import footage_options
from .desk import desk, redraw
from .guard import WhenFree
from .job import JobOperator
from .library_shelf import place_of, shelf

if TYPE_CHECKING:
    from ..ml.library import Library
    from ..timeline.search import Sought
    from ..timeline.search_query import Query

MEANING, PICTURE, STILLS = "meaning", "picture", "stills"


class ASSISTANT_EDITOR_OT_find(WhenFree, JobOperator, bpy.types.Operator):
    """Search the library: who and what is seen, what is said, how it feels, how good it is, how long it is. Nothing is changed"""

    bl_idname = "assistant_editor.find"
    bl_label = "Find"
    bl_options = {"REGISTER"}

    query: StringProperty(name="Search", description="What is looked for, in plain words; empty: as in the panel", options={"SKIP_SAVE"})
    most: IntProperty(name="At Most", description="How many shots are listed", default=50, min=1, max=1000, options={"SKIP_SAVE"})
    by_meaning: BoolProperty(
        name="By Meaning", description="Compare meanings too, not words alone; needs the backend", default=True, options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def _start(self, context: bpy.types.Context) -> Any:
        from ..ml.client import Job
        from ..ml.library import Library
        from ..timeline.search_query import parse

        desk.claim(self.bl_label)
        self.query = self.query.strip() or shelf.group.query.strip()
        if not self.query:
            raise EditorError("Nothing is looked for.", "Write into the search field what you look for.", USAGE)
        with Library(preferences.library_folder()) as library:
            self._query = parse(self.query, library.names())
            shelf.counts = library.counts()
            self._search(library, ())
            wanted = requests(library, self._query, compat.edited_scene(context)) if self.by_meaning else []
        self._seeking = True
        self._job = desk.job = Job(preferences.backend(context), wanted)
        self._job.start()
        return self._job

    def _search(self, library: "Library", sought: "tuple[Sought, ...]", told: tuple[str, ...] = ()) -> None:
        from ..timeline.search import find

        found = find(self._query, library, sought, self.most)
        found = replace(found, told=(*library.notices, *found.told, *told))
        known = library.shots([hit.shot for hit in found.hits])
        passages = library.passages([hit.passage for hit in found.hits if hit.passage is not None])
        shelf.show(self.query, found, known, passages)

    def _finish(self, scene: Any, job: Any) -> set[str]:
        from ..ml.library import Library

        if job.state == "cancelled":
            raise EditorError("Find was cancelled.", "What was found until then is listed.", CANCELLED)
        if self._seeking:
            self._seeking = False
            if job.requests:
                with Library(preferences.library_folder()) as library:
                    told = tuple(f"By words alone: {one.message}" for one in job.failures[:1])
                    self._search(library, sought(job, library), told)
            missing = [] if bpy.app.background else stills()
            if missing:
                return self._go_on(scene, missing)
        shelf.pictures()
        desk.show()
        redraw()
        assert shelf.found is not None
        self.report({"INFO"}, f"{shelf.found.total} {'shot' if shelf.found.total == 1 else 'shots'}.")
        return {"FINISHED"}


def requests(library: "Library", query: "Query", scene: Any) -> list[Any]:
    """What the worker is to read, of what the library has meanings for."""
    from ..ml.protocol import ReadTexts

    model = footage_options.path(scene.assistant_editor.concept_model)
    wanted = [ReadTexts(MEANING, (query.meaning,), "meaning")] if query.meaning and library.spaces("passage") else []
    if query.scene and model and library.spaces("shot"):
        wanted.append(ReadTexts(PICTURE, (query.scene,), "picture", model))
    return wanted


def sought(job: Any, library: "Library") -> "tuple[Sought, ...]":
    """What the worker read, in the spaces of the library that it can be compared with."""
    from ..timeline.search import Sought
    from ..timeline.shelved import vectors_of

    found: list[Sought] = []
    kinds: tuple[tuple[str, Literal["passage", "shot"]], ...] = ((MEANING, "passage"), (PICTURE, "shot"))
    for name, kind in kinds:
        answer = job.results.get((name, "read"))
        for vector in vectors_of(answer) if isinstance(answer, dict) else ():
            found += [Sought(kind, space, vector) for space, width in library.spaces(kind).items() if width == len(vector)]
    return tuple(found)


def stills() -> list[Any]:
    """What is to be extracted so that every hit has its picture."""
    from ..ml.protocol import Extract
    from ..ml.stills import thumbnails
    from ..timeline.shelved import pictured, still_of

    cache = preferences.backend(bpy.context).cache
    shots = [shelf.known[hit.shot] for hit in shelf.hits()]
    seen = [(shot, place_of(shot)) for shot in shots if pictured(shot)]
    missing = thumbnails(cache, [(shot.medium, path, still_of(shot)) for shot, path in seen if path])
    return [Extract(f"{STILLS} {number}", (one,), existing="keep") for number, one in enumerate(missing)]


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_find,)
