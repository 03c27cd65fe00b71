"""How the sentences of media feel: what is known of it and what is to be asked, kept beside the facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences

if TYPE_CHECKING:
    from ..ml.cache import Cache
    from ..ml.client import Job
    from ..ml.facts import Facts
    from ..ml.protocol import ReadTexts
    from ..timeline.feelings import Feeling

READ = "feelings"


def stored(facts: Mapping[str, Facts], model: str = "") -> dict[str, Feeling]:
    """The feelings that are kept of a medium's sentences, by their text; none where they were never read. `model` as `ReadTexts.model`."""
    if "transcript" not in facts:
        return {}
    from ..timeline.feelings import feelings
    from ..timeline.shot_log import texts_of

    texts = texts_of(facts)
    rows = _kept(texts, model)
    return dict(zip(texts, feelings(rows), strict=True)) if rows is not None else {}


def wanted(media: Iterable[Mapping[str, Facts]], model: str = "") -> tuple[tuple[str, ...], ...]:
    """The sentences of each medium of which nothing is kept."""
    from ..timeline.shot_log import texts_of

    every = (texts_of(facts) for facts in media if "transcript" in facts)
    return tuple(texts for texts in every if texts and _kept(texts, model) is None)


def request(wanted: Iterable[Sequence[str]], model: str = "") -> ReadTexts:
    """What to ask the worker."""
    from ..ml.protocol import ReadTexts

    return ReadTexts(READ, tuple(dict.fromkeys(text for texts in wanted for text in texts)), "feelings", model)


def keep(wanted: Iterable[Sequence[str]], job: Job) -> list[str]:
    """Keeps the answer to `request(wanted)`. Returns what went wrong in that, in sentences."""
    from ..ml.protocol import ReadTexts

    answer = job.results.get((READ, "read"))
    if not isinstance(answer, dict):
        return []
    asked = next(one for one in job.requests if isinstance(one, ReadTexts))
    by_text = dict(zip(asked.texts, answer["rows"], strict=True))
    told = [_cache().store_text(_key(texts, asked.model), json.dumps([by_text[text] for text in texts])) for texts in wanted]
    return [warning for warning in dict.fromkeys(told) if warning]


def _kept(texts: Sequence[str], model: str) -> Any:
    text = _cache().load_text(_key(texts, model))
    rows = json.loads(text) if text is not None else None
    return rows if isinstance(rows, list) and len(rows) == len(texts) else None


def _key(texts: Sequence[str], model: str) -> str:
    from ..ml import files

    made_by = [model, files.stamp(Path(model))] if model else ["", _packaged()]
    return hashlib.sha1(json.dumps([READ, *made_by, list(texts)]).encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=1)
def _packaged() -> str:
    """Another text whenever this extension reads feelings otherwise."""
    from ..ml import files

    weights = Path(files.__file__).with_name("engines") / "feelings.npz"
    return hashlib.sha1(weights.read_bytes(), usedforsecurity=False).hexdigest() if weights.is_file() else ""


def _cache() -> Cache:
    from ..ml.cache import Cache

    backend = preferences.backend(bpy.context)
    return Cache(backend.cache, backend.cache_limit)


CLASSES: tuple[type, ...] = ()
