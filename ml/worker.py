"""The worker's loop: requests in on stdin, events out on a private copy of stdout, one request at a time.

A thread reads, so that Cancel is heard during the work and the end of stdin ends the process. What libraries print goes to
stderr, and what they read from stdin is empty: both pipes belong to the protocol.
"""

from __future__ import annotations

import os
import platform
import queue
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from . import lifeline
from .cache import Cache
from .codec import to_json
from .errors import CANCELLED, DEFECT, NO_CONSENT, EditorError
from .failures import failed
from .protocol import (
    LINE_LIMIT,
    PROTOCOL,
    VERSION,
    Analyse,
    Cancel,
    CutOut,
    Done,
    Event,
    Extract,
    Failed,
    FetchModel,
    FindFaces,
    Hello,
    Notice,
    Pause,
    Probe,
    Progress,
    ReadTexts,
    Result,
    SelfTest,
    Shutdown,
    Stylise,
    Translate,
    Work,
    decode,
    encode,
)

if TYPE_CHECKING:
    from .engines.registry import Runtime

EVERY = 0.1
"""Seconds between two Progress messages of the same step."""
FETCHING = 120.0
"""Seconds a download may stand still; pip retries within them."""


@dataclass(frozen=True)
class Settings:
    """What the worker was started with: folders, the bytes its results may take, and whether it may use the network."""

    models: Path
    cache: Path
    cache_limit: int
    online: bool
    parent: int


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """(requests, events): private, not inherited by children. File descriptors 0 and 1 lead to nothing and to stderr after this."""
    requests, events = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, events


def serve(settings: Settings) -> int:
    """Runs until stdin ends or Shutdown comes. Ends with its parent, whatever happens (see `lifeline`)."""
    lifeline.bind_to_parent(settings.parent)
    requests, events = take_pipes()
    return _Worker(settings, requests, events).run()


class _Worker:
    def __init__(self, settings: Settings, requests: BinaryIO, events: BinaryIO) -> None:
        self._settings, self._requests, self._events = settings, requests, events
        self._cache = Cache(settings.cache, settings.cache_limit)
        self._writing = threading.Lock()
        self._waiting: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._cancelled: set[str] = set()
        self._going = threading.Event()
        self._going.set()
        self._told = ("", 0.0, 0.0)

    def run(self) -> int:
        self._send(Hello(PROTOCOL, VERSION, os.getpid(), platform.python_version()))
        threading.Thread(target=self._read, name="assistant-editor-requests", daemon=True).start()
        while True:
            self._answer(self._waiting.get())

    def _read(self) -> None:
        """Runs on its own thread. Leaves the process at once when the parent is gone or says so."""
        while line := self._requests.readline(LINE_LIMIT):
            try:
                message = decode(line)
            except EditorError as reason:
                sys.stderr.write(f"The add-on sent something that is not a request: {reason.detail}\n")
                sys.stderr.flush()
                os._exit(2)
            if isinstance(message, Shutdown):
                break
            if isinstance(message, Cancel):
                self._cancelled.add(message.id)
            elif isinstance(message, Pause):
                (self._going.clear if message.on else self._going.set)()
            elif isinstance(message, Work):
                self._cancelled.discard(message.id)  # an earlier request of this id was cancelled when it was just done
                self._waiting.put(message)
        os._exit(0)

    def _answer(self, request: Work) -> None:
        self._told = ("", 0.0, 0.0)
        try:
            self._check(request.id)
            if isinstance(request, Analyse):
                self._analyse(request)
            elif isinstance(request, Probe):
                self._probe(request)
            elif isinstance(request, Extract):
                self._extract(request)
            elif isinstance(request, Translate):
                self._translate(request)
            elif isinstance(request, ReadTexts):
                self._read_texts(request)
            elif isinstance(request, CutOut):
                self._cut_out(request)
            elif isinstance(request, Stylise):
                self._stylise(request)
            elif isinstance(request, FindFaces):
                self._find_faces(request)
            elif isinstance(request, SelfTest):
                self._self_test(request)
            else:
                self._fetch(request)
        except Exception as error:  # noqa: BLE001  whatever it was, the user is told
            self._fail(failed(request.id, error))
        self._send(Done(request.id))

    def _analyse(self, request: Analyse) -> None:
        from .schedule import analyse

        analyse(request, self._cache, self._runtime(request), self._emit)

    def _extract(self, request: Extract) -> None:
        from .engines import extract

        self._send(Result(request.id, "extract", extract.run(request, self._runtime(request))))

    def _read_texts(self, request: ReadTexts) -> None:
        from .engines import texts

        self._send(Result(request.id, "read", texts.run(request, self._cache, self._runtime(request))))

    def _translate(self, request: Translate) -> None:
        from .engines import translation

        self._send(Result(request.id, "translate", translation.run(request, self._cache, self._runtime(request))))

    def _cut_out(self, request: CutOut) -> None:
        from .engines import cut_outs

        self._send(Result(request.id, "cutout", cut_outs.run(request, self._runtime(request))))

    def _stylise(self, request: Stylise) -> None:
        from .engines import style_films

        self._send(Result(request.id, "style", style_films.run(request, self._runtime(request))))

    def _find_faces(self, request: FindFaces) -> None:
        from .engines import sighting_pictures

        self._send(Result(request.id, "found", sighting_pictures.run(request, self._runtime(request))))

    def _runtime(self, request: Work) -> Runtime:
        from .engines.registry import Runtime

        return Runtime(
            self._settings.models,
            lambda fraction, step, deadline: self._progress(request.id, fraction, step, deadline),
            lambda text: self._send(Notice(request.id, text)),
            lambda: self._check(request.id),
            self._settings.online,
        )

    def _probe(self, request: Probe) -> None:
        from .media import probe

        self._send(Result(request.id, "probe", to_json(probe(request.path))))

    def _self_test(self, request: SelfTest) -> None:
        from .backend.check import check
        from .schedule import LOADING

        self._progress(request.id, 0.0, "Loading the backend's libraries", LOADING)
        self._send(Result(request.id, "selftest", check()))

    def _fetch(self, request: FetchModel) -> None:
        from .models import download_size, fetch

        if not self._settings.online and download_size(request.model, self._settings.models):
            raise EditorError(
                f"The model {request.model} must be downloaded, and Blender may not use the network.",
                "Allow online access in Blender's preferences (System, Network), or use a local file.",
                NO_CONSENT,
            )
        lifeline.protect_children(self._settings.parent)
        path = fetch(
            request.model,
            self._settings.models,
            consent=request.consent,
            python=sys.executable,
            progress=lambda done, total, step: self._progress(request.id, done / total if total else 0.0, step, FETCHING),
            cancelled=lambda: request.id in self._cancelled,
        )
        self._send(Result(request.id, "fetch", {"model": request.model, "path": str(path)}))

    def _emit(self, event: Result | Failed) -> None:
        if isinstance(event, Failed):
            self._fail(event)
        else:
            self._send(event)

    def _fail(self, event: Failed) -> None:
        if event.code == DEFECT:
            sys.stderr.write(event.detail + "\n")
            sys.stderr.flush()
        self._send(event)

    def _check(self, request: str) -> None:
        """Asked by whatever works, ten times a second where possible. While the worker is to stand still, it waits here."""
        while True:
            if request in self._cancelled:
                raise EditorError("Cancelled.", code=CANCELLED)
            if self._going.wait(0.1):
                return

    def _progress(self, request: str, fraction: float, step: str, deadline: float) -> None:
        now, (last_step, last_deadline, last) = time.monotonic(), self._told
        if (step, deadline) != (last_step, last_deadline) or now - last >= EVERY:
            self._told = (step, deadline, now)
            self._send(Progress(request, step, fraction, deadline))

    def _send(self, event: Event) -> None:
        line = encode(event)
        try:
            with self._writing:
                self._events.write(line)
                self._events.flush()
        except OSError:  # nobody listens any more
            os._exit(0)
