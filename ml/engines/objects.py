"""What things are seen in a film, each followed through its shot: a YOLO network of ultralytics and the trackers it brings along.

The network works on a thread of its own beside the decoder. Which frames it looks at follows from the pictures alone (`pacing`), so
a film gives the same facts however fast a machine is.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BAD_INPUT, MISSING_MODEL, EditorError
from ..facts import Media, Objects, ObjectsOptions, Span, Track, VideoStream
from ..media import displayed_size, stored_upright
from . import pacing
from .beside import Beside
from .registry import Consumer, Runtime, pictures_of
from .tracking import Followed, Tracker
from .yolo import Detector

if TYPE_CHECKING:
    import numpy as np

LOADING = 300.0
BATCH = {"cpu": 2, "mps": 4, "cuda": 16}
"""Frames that go through the network together. A processor gains nothing from more, and memory is what they cost."""
LARGEST = 4096
TRACKERS = {"bytetrack": "ByteTrack", "botsort": "BoT-SORT"}


def start(options: ObjectsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Objects` of `span` (all of the film when None).

    Raises `EditorError`: NO_STREAM when the medium has no pictures, BAD_INPUT when an option is out of range, or the checkpoint is
    none; MISSING_MODEL when no model is installed; MISSING_BACKEND when ultralytics is not.
    """
    video = pictures_of(media, options.per_second)
    if not 0 < options.confidence < 1:
        raise EditorError(f"A confidence of {options.confidence} cannot be asked for.", "Ask for more than 0 and less than 1.", BAD_INPUT)
    if options.tracker not in TRACKERS:
        raise EditorError(f"There is no tracker {options.tracker!r}.", f"There are {', '.join(TRACKERS)}.", BAD_INPUT)
    if not 0 <= options.size <= LARGEST:
        raise EditorError(f"Pictures of {options.size} pixels cannot be looked at.", f"Ask for 0 to {LARGEST}.", BAD_INPUT)
    path = checkpoint(options.model, runtime.models)
    runtime.progress(0.0, f"Loading {path.stem}", LOADING)
    return _Looking(options, Detector(path, options.size), path.stem, video, span, runtime)


def checkpoint(model: str, folder: Path) -> Path:
    """The file that `model` means: a path, a name of a model in `folder`, or "" for what is installed there: the table's own before the
    user's, those that find all kinds of things before those for poses, the smallest first.

    Raises `EditorError(MISSING_MODEL)` or `(BAD_INPUT)` that says what to do.
    """
    from .. import models

    if model and (Path(model).suffix == ".pt" or Path(model).is_absolute()):
        if not Path(model).is_file():
            raise EditorError(f"There is no file {model}.", "Choose a .pt file that ultralytics wrote.", BAD_INPUT)
        return Path(model)
    if model:
        return models.path_of(model, folder)
    there = [one for one in models.status(folder) if one.model.task == "objects" and one.state in ("installed", "unverified")]
    if not there:
        raise EditorError(
            "No model that finds things in pictures is installed.",
            "Get one, or name a YOLO checkpoint of your own, on the Models page of the add-on's preferences.",
            MISSING_MODEL,
        )
    best = min(there, key=lambda one: (one.name.endswith("-pose"), one.name.startswith(models.OWN_DETECTOR), one.size, one.name))
    return models.path_of(best.name, folder)


class _Looking:
    def __init__(
        self, options: ObjectsOptions, detector: Detector, name: str, video: VideoStream, span: Span | None, runtime: Runtime
    ) -> None:
        self._options, self._detector, self._video, self._span = options, detector, video, span
        self._upright = stored_upright(video)
        self.size = detector.fitted(*displayed_size(self._video))
        self._method = f"{name} at {detector.size}{', thorough' if options.thorough else ''}, {TRACKERS[options.tracker]}"
        self._pace = pacing.Pace(options.per_second, self._video.rate)
        self._tracker = Tracker(options.tracker, options.confidence, self._pace.finest)
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._before: pacing.Glance | None = None
        self._batch: list[tuple[int, int, bool, np.ndarray]] = []
        self._seen = Beside("objects", runtime.check, self._follow)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        return self._pace.due(seconds)

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        now = pacing.glance(image)
        motion = pacing.moved(self._before, now) if self._before else 0.0
        fresh = self._before is not None and pacing.another_shot(self._before, now)
        steps = self._pace.steps(self._seconds[-1], seconds) if self._seconds else 1
        self._pace.took(seconds, motion)
        self._before = now
        self._batch.append((len(self._frames), steps, fresh, image))
        self._frames.append(frame)
        self._seconds.append(seconds)
        if len(self._batch) == BATCH[self._detector.device]:
            self._submit()

    def finish(self) -> Objects:
        self._submit()
        self._seen.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        tracks = tuple(self._track(one) for one in self._tracker.followed())
        return Objects(
            span, self._video.start, self._video.rate, self._method, *self._upright, tuple(self._frames), tuple(self._seconds), tracks
        )

    def close(self) -> None:
        self._seen.close()

    def _submit(self) -> None:
        if self._batch:
            self._seen.add(self._look, self._batch)
            self._batch = []

    def _look(self, batch: list[tuple[int, int, bool, np.ndarray]]) -> list[tuple[int, int, bool, np.ndarray, np.ndarray]]:
        """On the thread beside the decoder."""
        rows = self._detector.detect([image for *_, image in batch], self._tracker.least, self._options.thorough)
        return [(look, steps, fresh, image, found) for (look, steps, fresh, image), found in zip(batch, rows, strict=True)]

    def _follow(self, looked: list[tuple[int, int, bool, np.ndarray, np.ndarray]]) -> None:
        for look, steps, fresh, image, rows in looked:
            if fresh:
                self._tracker.cut()
            self._tracker.add(look, steps, rows, image)

    def _track(self, one: Followed) -> Track:
        """In pixels of the upright picture as it is stored, under the word that its views say most surely."""
        import numpy as np

        rows = np.stack(one.rows)
        across, down = self._upright[0] / self.size[0], self._upright[1] / self.size[1]
        boxes = np.empty((len(rows), 5), np.float32)
        boxes[:, 0], boxes[:, 1] = rows[:, 0] * across, rows[:, 1] * down
        boxes[:, 2], boxes[:, 3] = (rows[:, 2] - rows[:, 0]) * across, (rows[:, 3] - rows[:, 1]) * down
        boxes[:, 4] = rows[:, 4]
        words = np.bincount(rows[:, 5].astype(int), weights=rows[:, 4])
        label = self._detector.names[int(words.argmax())]
        pose = rows[:, 6:].reshape(len(rows), -1, 3) * np.array([across, down, 1.0], np.float32)
        return Track(label, round(float(rows[:, 4].mean()), 4), tuple(one.looks), _coded(boxes), _coded(pose) if rows.shape[1] > 6 else "")


def _coded(values: np.ndarray) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()
