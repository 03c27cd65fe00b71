"""Where shots begin: one consumer of frames for each detector, and what they share.

A detector gives every frame a score; what may begin a shot is kept. Deciding is the planner's.
"""

from __future__ import annotations

from ..facts import Media, ShotsOptions, Span
from .registry import Consumer, Runtime, pictures_of
from .shot_scores import Track

LOADING = 300.0


def start(options: ShotsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Shots` of `span` (all of the film when None).

    Raises `EditorError`: NO_STREAM when the medium has no pictures, MISSING_MODEL when the weights are not installed.
    """
    video = pictures_of(media)
    track = Track(media, span, options.detector)
    if options.detector == "transnetv2":
        from ..models import path_of

        path = path_of("transnetv2", runtime.models)
        runtime.progress(0.0, "Loading TransNetV2", LOADING)
        from .shots_neural import Neural

        return Neural(track, path, options.thorough, runtime)
    from .shots_light import Light

    runtime.progress(0.0, "Loading PySceneDetect", LOADING)
    return Light(track, options.detector, video, runtime.check)
