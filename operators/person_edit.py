"""What the editor says of people: a name, and that two are one."""

from collections.abc import Callable, Collection
from typing import Any

import bpy
from bpy.props import StringProperty

from ..timeline import compat
from .guard import Guarded


def said(scene: Any, change: Callable[[Any, Any], Any], faces: Collection[str], renamed: tuple[str, str] = ("", "")) -> None:
    """Carries out `change(register, facts)`, keeps what comes of it, and lists everybody anew. `renamed`: (before, after).

    Chosen in the list is then whoever has one of `faces`: of whom something was said.
    """
    from . import people_known, work
    from .desk import redraw
    from .people_shelf import shelf

    facts = people_known.faces(work.look(scene), scene.assistant_editor)
    before = people_known.register_now()
    people_known.keep(change(before, facts))
    if renamed[0] in {person.name for person in before.persons}:
        people_known.rename_in_library(*renamed)
    shelf.refresh(scene)
    row = next((row for row in shelf.rows if not set(faces).isdisjoint(row.faces)), None)
    if row is not None:
        shelf.choose(row.key)
    redraw()


def faces_of(scene: Any, name: str) -> set[str]:
    """The faces (`persons.key`) in the scene's films that are called so."""
    from . import people_known, work

    names = people_known.persons_of(people_known.faces(work.look(scene), scene.assistant_editor)).names
    return {face for face, called in names.items() if called == name}


def _others(self: Any, context: bpy.types.Context, typed: str) -> list[str]:
    """Who else there is, for whoever types a name."""
    from .people_shelf import shelf

    return [row.name for row in shelf.rows if row.name != self.person and typed.lower() in row.name.lower()]


def whom(description: str) -> Any:
    return StringProperty(name="Person", description=description, options={"SKIP_SAVE"})


class ASSISTANT_EDITOR_OT_name_person(Guarded, bpy.types.Operator):
    """Give this person a name. This computer knows the person by it from now on, in other films too"""

    bl_idname = "assistant_editor.name_person"
    bl_label = "Name Person"
    changes = False

    person: whom("Whom it is about, by the present name")
    name: StringProperty(name="Name", description="A name that somebody has already makes the two one person", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.name = self.name or self.person
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "name")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._name, context)

    def _name(self, context: bpy.types.Context) -> None:
        from ..timeline import persons

        change = lambda register, facts: persons.rename(register, facts, self.person, self.name)  # noqa: E731
        scene = compat.edited_scene(context)
        said(scene, change, faces_of(scene, self.person), (self.person, " ".join(self.name.split())))


class ASSISTANT_EDITOR_OT_merge_people(Guarded, bpy.types.Operator):
    """These two are one person"""

    bl_idname = "assistant_editor.merge_people"
    bl_label = "Same Person"
    changes = False

    person: whom("Who is somebody else in truth")
    into: StringProperty(name="Is", description="Who it is", search=_others, options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "into", text=f"{self.person} Is")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._merge, context)

    def _merge(self, context: bpy.types.Context) -> None:
        from ..timeline import persons

        change = lambda register, facts: persons.merge(register, facts, self.person, self.into)  # noqa: E731
        scene = compat.edited_scene(context)
        said(scene, change, faces_of(scene, self.person), (self.person, self.into))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_name_person, ASSISTANT_EDITOR_OT_merge_people)
