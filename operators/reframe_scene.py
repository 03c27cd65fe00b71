"""The scene that is reframed: this one or a copy of it, its frame in the new shape, its captions moved along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from . import look_options


@contextmanager
def framed(scene: Any, props: Any) -> Iterator[Any]:
    """The scene to be written to. Where writing fails there is no copy, or the frame has its size again.

    With "new" a copy is made where the frame changes its shape; a scene that has it is written to.
    """
    from ..timeline import write_supercut
    from ..timeline.read import keeper
    from ..timeline.reframe_window import canvas_for
    from ..timeline.write import HalfWritten

    size = _size(scene)
    wanted = canvas_for(size, props.reframe_aspect)
    if props.reframe_where == "new" and wanted != size and keeper(scene) != scene:
        raise EditorError("A meta strip is open.", "Close it, or reframe this scene: a new one is made of a whole scene.", USAGE)
    name = f"{scene.name} {props.reframe_aspect.replace(':', 'x')}"[:60]
    target = write_supercut.twin(scene, name) if props.reframe_where == "new" and wanted != size else scene
    try:
        _resize(target, wanted)
        yield target
    except HalfWritten:
        raise  # one step back undoes the copy and the new size too
    except Exception:
        if target != scene:
            compat.remove_scene(target)
        else:
            _resize(scene, size)
        raise
    try:
        if wanted != size:
            _captions(target, size, wanted)
    except EditorError as reason:  # the cameras stand: what is wrong with captions does not take them away
        props.report({"WARNING"}, f"Captions keep their place: {reason.message}")


@contextmanager
def rehearsed(scene: Any, props: Any) -> Iterator[Any]:
    """A copy in the new shape that is gone afterwards: for a preview."""
    from ..timeline.reframe_window import canvas_for
    from ..timeline.write_preview import rehearsal

    with rehearsal(scene) as copy:
        _resize(copy, canvas_for(_size(scene), props.reframe_aspect))
        yield copy


def _size(scene: Any) -> tuple[int, int]:
    return int(scene.render.resolution_x), int(scene.render.resolution_y)


def _resize(scene: Any, size: tuple[int, int]) -> None:
    if _size(scene) != size:
        scene.render.resolution_x, scene.render.resolution_y = size


def _captions(scene: Any, before: tuple[int, int], after: tuple[int, int]) -> None:
    """Captions that stand, and the look of later ones, suit the frame."""
    from ..timeline import reframe_captions
    from ..timeline.write import apply
    from . import work

    settings = scene.assistant_editor
    style = look_options.caption_style(settings)
    with compat.edited(scene):
        look_options.PRESETS.chosen(settings)
    if look_options.caption_style(settings) == style:
        look_options.put_style(settings, reframe_captions.refitted(style, before, after))
    timeline = work.look(scene)
    if timeline.captions:
        apply(scene, timeline, reframe_captions.moved(timeline, before, (style, look_options.caption_style(settings))), fresh=True)

