"""Captions clear of faces: whether that is wanted, and where faces are known to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..timeline.ledger import Record
    from ..timeline.plan import CaptionStyle, Plan
    from ..timeline.state import Timeline


def of(timeline: Timeline, props: Any, settings: Any) -> Callable[[Plan], Plan] | None:
    """What moves the captions of a plan out of the way; None where it is not wanted, or no face is known."""
    near = _near(timeline, props, settings)
    if near is None:
        return None
    from ..timeline.caption_looks import clear_of, text_area

    top = text_area(*timeline.size).top
    return lambda plan: clear_of(plan, near, top)


def styles(timeline: Timeline, props: Any, settings: Any) -> Callable[[CaptionStyle, Record], CaptionStyle] | None:
    """The same for a caption that stands: `(style, its record) -> style`."""
    near = _near(timeline, props, settings)
    if near is None:
        return None
    from ..timeline.caption_looks import placed, text_area

    top, texts = text_area(*timeline.size).top, {one.tag.record: one for one in timeline.captions if one.tag is not None}

    def clear(style: CaptionStyle, record: Record) -> CaptionStyle:
        there = texts.get(record.id)
        return style if there is None else placed(style, there.frames, near(there.frames), there.text.count("\n") + 1, top)

    return clear


def _near(timeline: Timeline, props: Any, settings: Any) -> Any:
    if not getattr(props, "clear_of_faces", settings.clear_of_faces) or not all(timeline.size):
        return None
    from ..timeline import face_places
    from . import people_known

    faces = people_known.faces(timeline, settings)
    return face_places.areas(timeline.strips, faces, timeline.size) if faces else None


CLASSES: tuple[type, ...] = ()
