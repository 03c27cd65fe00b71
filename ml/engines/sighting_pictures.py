"""Faces in pictures that were rendered: what the network that had no part in the plan (MTCNN) still sees. The answer to `FindFaces`."""

from __future__ import annotations

from typing import Any

from ..errors import BAD_INPUT, EditorError
from ..models import path_of
from ..protocol import FindFaces
from .registry import Runtime
from .sightings import SECOND

LEAST_SIDE, LARGER = 1280, 2.0
"""A smaller picture is looked at so large, at most twice its size: MTCNN looks for faces of twenty pixels and more."""
LOADING, LOOKING = 300.0, 60.0


def run(request: FindFaces, runtime: Runtime) -> dict[str, Any]:
    """See `FindFaces`. Raises `EditorError`: MISSING_MODEL without the weights, BAD_INPUT for a file that is no picture."""
    import cv2
    import numpy as np

    runtime.progress(0.0, "Loading MTCNN", LOADING)
    folder = path_of(SECOND, runtime.models)
    from . import mtcnn

    finder = mtcnn.Finder(folder)
    found = []
    for number, path in enumerate(request.paths):
        runtime.check()
        runtime.progress(number / len(request.paths), "Looking for faces", LOOKING)
        image = cv2.imread(path, cv2.IMREAD_COLOR)
        if image is None:
            raise EditorError(f"{path} is no picture that can be read.", "Start again.", BAD_INPUT)
        height, width = image.shape[:2]
        factor = min(LARGER, max(1.0, LEAST_SIDE / max(height, width)))
        if factor > 1:
            image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        rows = finder.find(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        size = np.array([image.shape[1], image.shape[0]], float)
        places = np.concatenate([rows[:, :2] / size, (rows[:, :2] + rows[:, 2:4]) / size, rows[:, 4:]], axis=1)
        found.append([[round(float(part), 6) for part in row] for row in places])
    return {"pictures": found}
