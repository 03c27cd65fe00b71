"""What was found out of a medium, read for what it means, logged and kept in the library. Knows nothing of Blender."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ml.cache import canonical
from ..ml.codec import to_json
from ..ml.facts import ENGINES
from ..ml.library import Library, Record
from ..ml.protocol import ReadTexts, Task

if TYPE_CHECKING:
    from ..ml.client import Job

VERSION = 1
"""Raised whenever the same facts would be kept otherwise: what was kept before is then logged anew."""
FEELINGS, MEANING = "feelings", "meaning"


@dataclass(frozen=True)
class Wish:
    """How media are looked into: `engines` with their options, the `sources` of moods, the folder of models, the register of people
    ("" without consent), the user's own model of feelings ("": the packaged one)."""

    engines: tuple[tuple[str, Any], ...]
    sources: tuple[Any, ...]
    models: str
    register: str = ""
    feeling_model: str = ""

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(Task(engine, to_json(options)) for engine, options in self.engines)

    @cached_property
    def signature(self) -> str:
        """Another text whenever the same medium would be kept otherwise."""
        asked = [(engine, ENGINES[engine].version, canonical(engine, options)) for engine, options in self.engines]
        return _digest([VERSION, asked, list(self.sources), self.register, self.feeling_model])

    @cached_property
    def with_gaps(self) -> str:
        """The signature of a medium of which something could not be found out: a model that is installed later may do it."""
        try:
            there = sorted(path.name for path in Path(self.models).iterdir())
        except OSError:
            there = []
        return f"{self.signature}+{_digest(there)}"

    def holds(self, record: tuple[str, bool] | None) -> bool:
        """Whether a medium that is kept so needs no other look."""
        return record is not None and record[1] and record[0] in (self.signature, self.with_gaps)


def _digest(value: Any) -> str:
    return hashlib.sha1(json.dumps(value).encode(), usedforsecurity=False).hexdigest()[:16]


def keep(
    library: Library,
    wish: Wish,
    medium: str,
    path: str,
    found: Mapping[str, Any],
    missing: Collection[str],
    ask: Callable[[Sequence[Any]], Job],
    spans: Sequence[Any] | None = None,
) -> tuple[int, list[str]]:
    """Keeps one medium, or its shots over `spans`. `ask` has the worker do requests. Returns the number of shots and what is to be told."""
    from ..timeline import shelved
    from ..timeline.feelings import feelings
    from ..timeline.shot_log import log

    texts = tuple(dict.fromkeys(one.text for one in shelved.sentences_of(found)))
    known = {space: library.meanings(medium, space) for space in library.spaces("passage")}
    space, meanings = next(((space, had) for space, had in known.items() if had), ("", {}))
    rows, fresh, told = _read(texts, [text for text in texts if text not in meanings], wish.feeling_model, ask) if texts else ((), {}, [])
    if fresh:
        width = len(next(iter(fresh.values())))
        meanings = {**(meanings if space == f"{MEANING}/{width}" else {}), **fresh}
        space = f"{MEANING}/{width}"
    felt = dict(zip(texts, feelings(rows), strict=True)) if rows else {}
    logged = log(found, medium, path, spans, _persons(medium, found, wish.register), felt, sources=wish.sources)
    shots = shelved.kept(logged, found, meanings, bool(wish.register))
    concepts = found.get("concepts")
    pictures = f"{concepts.method}/{concepts.width}" if concepts is not None and concepts.width else ""
    gaps = sorted({*missing, *([MEANING] if any(text not in meanings for text in texts) else [])})
    seconds = max((float(facts.span.end) for facts in found.values()), default=0.0)
    signature = wish.with_gaps if gaps else wish.signature
    record = Record(medium, signature, seconds, spans is None, " ".join(gaps), space if meanings else "", pictures)
    library.put(record, shots)
    return len(shots), told


def _read(
    texts: Sequence[str], unread: Sequence[str], model: str, ask: Callable[[Sequence[Any]], Job]
) -> tuple[Sequence[Any], dict[str, bytes], list[str]]:
    """(how each sentence feels, where those that are not known yet lie in the space of sentences, what could not be read)."""
    from ..timeline.shelved import signed_bytes, vectors_of

    wanted = [ReadTexts(FEELINGS, tuple(texts), "feelings", model)]
    wanted += [ReadTexts(MEANING, tuple(unread), "meaning")] if unread else []
    job = ask(wanted)
    felt, meant = job.results.get((FEELINGS, "read")), job.results.get((MEANING, "read"))
    told = list(dict.fromkeys(f"{one.message} {one.remedy}".strip() for one in job.failures))
    rows = felt["rows"] if isinstance(felt, dict) else ()
    vectors = vectors_of(meant) if isinstance(meant, dict) else ()
    return rows, {text: signed_bytes(vector) for text, vector in zip(unread, vectors, strict=False)}, told


def _persons(medium: str, found: Mapping[str, Any], register: str) -> Any:
    """Who of the register is seen in this medium; None without consent. Whom nobody named has a number in this medium alone: left out."""
    faces = found.get("faces")
    if not register or faces is None:
        return None
    from ..timeline import persons

    known = persons.known({medium: faces}, persons.load(register))
    return replace(known, names={face: name for face, name in known.names.items() if name in known.named})


CLASSES: tuple[type, ...] = ()
