"""Texts read for what they feel like or mean: the worker's answer to `ReadTexts`.

Feelings are kept by text in a few files of the cache: a transcript is read once, and of a changed one what has changed. Meanings are not:
the library keeps those of its shots, and a question is read in milliseconds.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..cache import Cache
from ..errors import BAD_INPUT, EditorError
from ..files import stamp
from ..protocol import ReadTexts
from .registry import Runtime

LOADING, WORKING = 300.0, 120.0
AT_ONCE = 128
SHELVES, MOST = 64, 2000
"""Files that feelings are kept in, for each model, and texts that one of them holds: those kept last stay."""

Row = tuple[float, ...]


def run(request: ReadTexts, cache: Cache, runtime: Runtime) -> dict[str, Any]:
    """What `ReadTexts` says, a row for each text in their order. White space counts as one space.

    Raises `EditorError`: MISSING_MODEL, BAD_INPUT for a folder that cannot be used, MISSING_BACKEND, CANCELLED.
    """
    if request.what == "picture":
        from . import image_text

        return image_text.run(request, runtime)
    texts = [" ".join(text.encode("utf-8", "replace").decode().split()) for text in request.texts]  # half of a surrogate pair is no sign
    if request.what == "meaning":
        return _meanings(texts, runtime)
    if request.what == "feelings":
        return {"rows": [list(row) for row in _feelings(texts, request.model, cache, runtime)]}
    raise EditorError(f"Texts are not read for {request.what!r}.", "Ask for feelings, meaning or picture.", BAD_INPUT)


def _meanings(texts: Sequence[str], runtime: Runtime) -> dict[str, Any]:
    import numpy as np

    from . import minilm, sentences

    runtime.progress(0.0, "Loading the model of sentences", LOADING)
    parts = [np.zeros((0, minilm.WIDTH), np.float32)]
    for place in range(0, len(texts), AT_ONCE):
        parts.append(sentences.vectors(runtime.models, texts[place : place + AT_ONCE], runtime.check))
        runtime.progress(min(1.0, (place + AT_ONCE) / len(texts)), "Reading what is said", WORKING)
    found = np.concatenate(parts)
    return {"width": minilm.WIDTH, "vectors": b64encode(found.astype("<f4").tobytes()).decode()}


def _feelings(texts: Sequence[str], model: str, cache: Cache, runtime: Runtime) -> list[Row]:
    from . import english, feelings

    kept = Kept(cache, [model, stamp(Path(model))] if model else ["", feelings.version()])
    known = kept.load(texts)
    missing = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    if missing:
        runtime.progress(0.0, f"Loading {Path(model).name}" if model else "Loading the model of feelings", LOADING)
        if model:
            from .feelings_folder import reader

            read = reader(Path(model), runtime.models)
        else:
            read = feelings.load(runtime.models).read
        fresh: dict[str, Row] = {}
        for place in range(0, len(missing), AT_ONCE):
            part = missing[place : place + AT_ONCE]
            fresh.update(zip(part, read(part, runtime.check), strict=True))
            runtime.progress(min(1.0, (place + AT_ONCE) / len(missing)), "Reading how it feels", WORKING)
        if warning := kept.store(fresh):
            runtime.notice(warning)
        known |= fresh
    foreign = sum(not english.english(text) for text in set(texts))
    if foreign and not model:
        runtime.notice(
            f"{foreign} of {len(set(texts))} texts do not look English. The packaged model reads English: "
            "what it says of others counts half."
        )
    return [known[text] for text in texts]


class Kept:
    """Rows by text in the cache; `model` is what made them. Texts are known by their hash, and not to be read from it."""

    def __init__(self, cache: Cache, model: Sequence[str]) -> None:
        self._cache, self._model = cache, list(model)

    def load(self, texts: Sequence[str]) -> dict[str, Row]:
        shelves = {shelf: self._read(shelf) for shelf in {_shelf(text) for text in texts}}
        found = {text: shelves[_shelf(text)].get(_digest(text)) for text in texts}
        return {text: tuple(row) for text, row in found.items() if row}

    def store(self, rows: Mapping[str, Row]) -> str:
        """Returns "" or, when they could not be kept, the warning to show. Of two processes that store at once, one may lose its rows."""
        warning = ""
        for shelf in {_shelf(text) for text in rows}:
            fresh = {_digest(text): [round(share, 6) for share in row] for text, row in rows.items() if _shelf(text) == shelf}
            merged = [*((digest, row) for digest, row in self._read(shelf).items() if digest not in fresh), *fresh.items()]
            warning = self._cache.store_text(self._key(shelf), json.dumps(dict(merged[-MOST:]))) or warning
        return warning

    def _read(self, shelf: int) -> dict[str, list[float]]:
        text = self._cache.load_text(self._key(shelf))
        found: dict[str, list[float]] = json.loads(text) if text else {}
        return found

    def _key(self, shelf: int) -> str:
        return hashlib.sha256(json.dumps(["feelings", *self._model, shelf]).encode()).hexdigest()[:40]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _shelf(text: str) -> int:
    return int(_digest(text)[:4], 16) % SHELVES
