"""What shots, boundaries and the reasons for them are called: the patterns the user sets, and plain words."""

from __future__ import annotations

import string
from typing import Literal

from ...ml.errors import USAGE, EditorError
from ...ml.facts import Boundary
from ..plan import Why

DETECTORS = {"transnetv2": "TransNetV2", "adaptive": "adaptive detector", "content": "content detector", "hash": "hash detector"}
KINDS = {
    "cut": "cut",
    "dissolve": "dissolve",
    "fade_in": "fade-in",
    "fade_out": "fade-out",
    "fade_black": "fade through black",
    "fade_white": "fade through white",
    "wipe": "wipe",
}
"""A boundary's kind (`Boundary.kind`) in words for people."""
SAID = {"set": "set by you", "confirmed": "confirmed by you"}
MARKER_NAME = "Shot {number:03} {kind} {percent}%"
LABEL_NAME = "Shot {number:03}"
_FIELDS = ("number", "percent", "kind", "frame", "detector", "length")


def kind_of(boundary: Boundary) -> str:
    """Cut, dissolve, fade-in and so on."""
    return KINDS.get(boundary.kind, boundary.kind)


def length_of(boundary: Boundary) -> int:
    """How many frames of the medium a transition takes; 0 for a cut."""
    return boundary.transition.last - boundary.transition.first + 1 if boundary.transition else 0


def check(pattern: str) -> None:
    """Raises `EditorError(USAGE)` for a name pattern that cannot be filled in."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        if names <= set(_FIELDS):
            pattern.format(number=1, percent=1, kind="cut", frame=1, detector="", length=0)
            return
    except (ValueError, IndexError, KeyError):
        pass
    known = ", ".join(f"{{{name}}}" for name in sorted(_FIELDS))
    raise EditorError(f"The name pattern {pattern!r} cannot be filled in.", f"It may hold {known}.", USAGE)


def fill(pattern: str, boundary: Boundary | None, number: int, detector: str, end: Literal["", "start", "end"] = "") -> str:
    """A name made of a checked pattern. `number` is that of the shot that begins with `boundary`, None where a strip just begins.

    `end` names one end of a transition; the frame is then that end's.
    """
    kind, percent, frame, length = "start", 100, 0, 0
    if boundary is not None:
        kind, percent = f"{kind_of(boundary)} {end}".rstrip(), round(boundary.score * 100)
        frame, length = boundary.frame, length_of(boundary)
        if boundary.transition is not None and end:
            frame = boundary.transition.first if end == "start" else boundary.transition.last + 1
    return pattern.format(
        number=number, percent=percent, kind=kind, frame=frame, detector=DETECTORS.get(detector, detector), length=length
    )


def why(boundary: Boundary, detector: str, said: str = "") -> Why:
    """How sure the detector is of a boundary and what it saw, or what the editor said of it (`SAID`)."""
    if said:
        return Why(boundary.score, SAID[said])
    found = f"({DETECTORS.get(detector, detector)}, {round(boundary.score * 100)} %)"
    if boundary.transition is None:
        return Why(boundary.score, f"picture changes between frames {boundary.frame - 1} and {boundary.frame} {found}")
    return Why(boundary.score, f"{kind_of(boundary)} from frame {boundary.transition.first} to {boundary.transition.last} {found}")
