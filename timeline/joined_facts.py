"""What an engine found in parts of one medium that lie apart, as one. Pure.

What lies between was not looked at, and no strip shows it.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..ml.facts import (
    Ambience,
    Beats,
    Colours,
    Concepts,
    Faces,
    Facts,
    Impacts,
    Looks,
    Loudness,
    Mouths,
    Objects,
    Pictures,
    Saliency,
    Shots,
    Sightings,
    Sounds,
    Span,
    Speakers,
    Steadiness,
    Surface,
    Transcript,
    Voice,
)
from . import speakers

Parts = Sequence[Any]


def _nothing_else(_parts: Parts) -> dict[str, Any]:
    return {}


def _first(parts: Parts) -> Any:
    return parts[0]


@dataclass(frozen=True)
class _Way:
    """How facts of one kind are joined: fields that are put one after the other, of numbers and events (`lists`) or of bytes (`rows`);
    fields with bytes for every step of time, what lies between counting as silence (`steps`); what must be worked out (`more`);
    and the part from which all other fields are taken (`base`)."""

    lists: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    more: Callable[[Parts], dict[str, Any]] = _nothing_else
    base: Callable[[Parts], Any] = _first


def joined(parts: Parts) -> Facts:
    """Facts of one kind, of parts of one medium in any order. Raises `KeyError` for a kind that `WAYS` does not know."""
    parts = sorted(parts, key=lambda facts: facts.span.start)
    way = WAYS[type(parts[0])]
    changed: dict[str, Any] = {name: tuple(one for facts in parts for one in getattr(facts, name)) for name in way.lists}
    changed |= {name: b64encode(b"".join(b64decode(getattr(facts, name)) for facts in parts)).decode() for name in way.rows}
    changed |= {name: _stepped(parts, name) for name in way.steps}
    if hasattr(parts[0], "provisional"):
        changed["provisional"] = any(facts.provisional for facts in parts)
    changed["span"] = Span(parts[0].span.start, max(facts.span.end for facts in parts))
    changed["warnings"] = tuple(dict.fromkeys(warning for facts in parts for warning in facts.warnings))
    one: Facts = replace(way.base(parts), **changed, **way.more(parts))
    return one


def _stepped(parts: Parts, name: str) -> str:
    rows, start = bytearray(), parts[0].span.start
    for facts in parts:
        wide = getattr(facts, "bands", 1)
        rows += bytes(max(0, round((facts.span.start - start) / facts.step) * wide - len(rows)))
        rows += b64decode(getattr(facts, name))
    return b64encode(rows).decode()


def _shots(parts: Parts) -> dict[str, Any]:
    return {"frames": sum(facts.frames for facts in parts)}


def _speakers(parts: Parts) -> dict[str, Any]:
    turns, voices = speakers.joined(parts)
    return {"turns": turns, "voices": voices}


def _voice(parts: Parts) -> dict[str, Any]:
    return {"floor": min(facts.floor for facts in parts)}


def _loudness(parts: Parts) -> dict[str, Any]:
    peaks = [facts.true_peak for facts in parts if facts.true_peak is not None]
    heard = [(facts.integrated, float(facts.span.length)) for facts in parts if facts.integrated is not None]
    power = sum(10 ** (level / 10) * length for level, length in heard) / sum(length for _level, length in heard) if heard else 0.0
    return {"integrated": 10 * math.log10(power) if heard else None, "true_peak": max(peaks, default=None)}


def _objects(parts: Parts) -> dict[str, Any]:
    counted = _counted(parts)
    return {"tracks": tuple(replace(t, samples=tuple(s + before for s in t.samples)) for facts, before in counted for t in facts.tracks)}


def _faces(parts: Parts) -> dict[str, Any]:
    tracks = []
    for facts, before in _counted(parts):
        for track in facts.tracks:
            samples = tuple(sample + before for sample in track.samples)
            tracks.append(replace(track, samples=samples, portrait=track.portrait + before))
    return {"tracks": tuple(tracks)}


def _sightings(parts: Parts) -> dict[str, Any]:
    """Each part begins with another picture."""
    tracks, cuts = [], []
    for facts, before in _counted(parts):
        tracks += [replace(track, first=track.first + before) for track in facts.tracks]
        cuts += [*([before] if before else []), *(cut + before for cut in facts.cuts)]
    return {"tracks": tuple(tracks), "cuts": tuple(cuts)}


def _mouths(parts: Parts) -> dict[str, Any]:
    rows = b""
    for facts, before in _counted(parts):
        table = np.frombuffer(b64decode(facts.rows), "<f4").reshape(-1, 7).copy()
        table[:, 0] += before
        rows += table.tobytes()
    return {"rows": b64encode(rows).decode()}


def _counted(parts: Parts) -> list[tuple[Any, int]]:
    """Each part with the number of samples in those before it, from which its own are counted on."""
    counted, before = [], 0
    for facts in parts:
        counted.append((facts, before))
        before += len(facts.seconds)
    return counted


def _most_beats(parts: Parts) -> Any:
    return max(parts, key=lambda facts: len(facts.beats))


def _surest_language(parts: Parts) -> Any:
    return max(parts, key=lambda facts: facts.language_confidence)


SAMPLED = ("frames", "seconds")
WAYS: dict[type, _Way] = {
    Shots: _Way(("boundaries",), more=_shots),
    Looks: _Way((*SAMPLED, "sharpness", "exposure", "motion"), ("descriptors",)),
    Ambience: _Way(steps=("levels",)),
    Transcript: _Way(("utterances",), base=_surest_language),
    Speakers: _Way(more=_speakers),
    Sounds: _Way(("events",)),
    Voice: _Way(steps=("speech", "levels", "voicing", "pitch", "contrast"), more=_voice),
    Loudness: _Way(steps=("momentary",), more=_loudness),
    Beats: _Way(("beats",), base=_most_beats),
    Objects: _Way(SAMPLED, more=_objects),
    Pictures: _Way(SAMPLED, ("values", "camera")),
    Faces: _Way(SAMPLED, more=_faces),
    Sightings: _Way(SAMPLED, more=_sightings),
    Concepts: _Way(SAMPLED, ("vectors", "scores")),
    Colours: _Way(SAMPLED, ("points",)),
    Impacts: _Way(("impacts",)),
    Saliency: _Way(SAMPLED, ("shares",)),
    Mouths: _Way(("seconds",), more=_mouths),
    Steadiness: _Way(SAMPLED, ("moves",)),
    Surface: _Way(SAMPLED, ("places",)),
}
