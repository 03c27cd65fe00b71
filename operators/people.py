"""Find Faces: who is seen in movie strips. List People: the same from what is known already."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat
from . import people_options, settings, stored
from .feature import Feature
from .guard import Guarded
from .job import JobOperator


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.seen(timeline, which, names)


def _plan(*_: Any, **_more: Any) -> Any:
    from ..timeline.plan import Plan

    return Plan()


FEATURE = Feature("faces", _choose, people_options.faces_task, _plan)


class ASSISTANT_EDITOR_OT_find_faces(people_options.PeopleAsks, JobOperator, bpy.types.Operator):
    """Find the faces in movie strips, and who they are where that is allowed. The timeline stays as it is"""

    bl_idname = "assistant_editor.find_faces"
    bl_label = "Find Faces"
    bl_options = {"REGISTER"}
    features = (FEATURE,)
    asks = ("strips", *people_options.PEOPLE_ASKS)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from ..timeline.outcome import Outcome
        from . import chosen
        from .people_shelf import shelf

        settings.remember(self, scene)  # what is stored is looked up by the scene's options, so those of a call become them
        stored.forget()
        partial, told = chosen.notices(timeline, asked, found, job.failures if job else (), job.notices if job else ())
        shelf.refresh(scene)
        return self._tell(Outcome(self.bl_label, notices=(*told, *people_options.absent()), partial=partial, told=said()))


class ASSISTANT_EDITOR_OT_list_people(Guarded, bpy.types.Operator):
    """List who is seen in this scene's films, from what is known already"""

    bl_idname = "assistant_editor.list_people"
    bl_label = "List People"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._list, context)

    def _list(self, context: bpy.types.Context) -> None:
        from .people_shelf import shelf

        shelf.refresh(compat.edited_scene(context))
        self.report({"INFO"}, said())


def said() -> str:
    """What the list holds, in a sentence."""
    from .people_shelf import shelf

    faces = f"{shelf.faces} face{'' if shelf.faces == 1 else 's'}"
    if not shelf.consent:
        return f"{faces}. Nobody is known by face: that is off." if shelf.faces else "No faces."
    people = f"{len(shelf.rows)} {'person' if len(shelf.rows) == 1 else 'people'}"
    small = f"; {shelf.unknown} too small, blurred or turned away to be known" if shelf.unknown else ""
    return f"{faces}, {people}{small}."


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_find_faces, ASSISTANT_EDITOR_OT_list_people)
