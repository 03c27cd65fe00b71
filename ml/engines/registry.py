"""What an engine is to the scheduler, and the one list of them. Importing this imports nothing heavy.

An engine is a module in this folder with a function named after the stream it reads:

- pictures: `start(options, media, span, runtime) -> Consumer`; the scheduler decodes the medium once for all consumers;
- sound: `run(path, options, media, span, runtime) -> Facts`; it reads its samples through `ml.media`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from ..errors import BAD_INPUT, NO_STREAM, EditorError
from ..facts import ENGINES, Facts, Media, VideoStream


@dataclass(frozen=True)
class Runtime:
    """What the worker offers an engine while it runs.

    `progress(fraction, step, deadline)`: how much of this engine's own work is done (0..1), in words a user reads; `deadline`
    seconds may pass until the next call. For a consumer of pictures it is how much of what `finish` has to do is done: until then
    the decoder's place counts. `notice(text)`: something the user should know. `check()`: raises
    `EditorError(CANCELLED)` once the user has cancelled; call it at least ten times a second where possible.
    """

    models: Path
    progress: Callable[[float, str, float], None]
    notice: Callable[[str], None]
    check: Callable[[], None]
    online: bool = False


class Consumer(Protocol):
    """Wants frames of a medium, scaled by the decoder to `size` (width, height), as RGB bytes.

    It gets every frame, unless it has a method `wants(frame: int, seconds: Fraction) -> bool`: then it is asked before each
    frame, in order, and gets those it says yes to. A frame that nobody wants at a size is not scaled to it, so a consumer
    that looks at a few frames a second costs next to nothing beside others.
    """

    size: tuple[int, int]

    def take(self, frame: int, seconds: Fraction, image: Any) -> None:
        """One frame in order of presentation: its index in the stream, its exact time, an array (height, width, 3) uint8."""

    def finish(self) -> Facts:
        """Called once, after the last frame. Not called when something failed, or the user has cancelled."""

    def close(self) -> None:
        """Called at the end, whatever happened: lets go of threads and pictures. Waits for nothing."""


def pictures_of(media: Media, per_second: Fraction | None = None) -> VideoStream:
    """The pictures an engine looks at, `per_second` times a second (every frame when None).

    Raises `EditorError`: NO_STREAM when the medium has no pictures, BAD_INPUT when `per_second` is not above 0.
    """
    if media.video is None:
        raise EditorError("There are no pictures to look at.", "Choose a movie strip.", NO_STREAM)
    if per_second is not None and per_second <= 0:
        raise EditorError(f"{per_second} frames a second cannot be looked at.", "Ask for more than 0.", BAD_INPUT)
    return media.video


MODULES = {
    "shots": "shots", "looks": "looks", "transcript": "transcript", "ambience": "ambience", "speakers": "speakers",
    "sounds": "sounds", "voice": "voicing", "loudness": "loudness", "beats": "beats", "pictures": "pictures",
    "faces": "faces", "objects": "objects", "sightings": "sightings",
    "concepts": "concepts", "impacts": "impacts", "colours": "colours", "saliency": "saliency",
    "mouths": "mouths", "steadiness": "steadiness", "surface": "surface",
}  # fmt: skip


def module(engine: str) -> ModuleType:
    """The engine's module, imported now. Raises `EditorError(BAD_INPUT)` that lists the engines there are."""
    if engine not in MODULES:
        raise EditorError(f"There is no engine {engine!r}; there are {', '.join(sorted(ENGINES))}.", code=BAD_INPUT)
    return importlib.import_module(f"{__package__}.{MODULES[engine]}")
