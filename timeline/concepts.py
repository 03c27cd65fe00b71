"""Which concepts a shot shows ("hug", "traffic", "laughter"): from an image-text model where there is one, else from objects, pose, faces,
words and sounds. Pure.

Sources that see the same picture are not added up: where an image-text model has scored a concept, what boxes and faces say of it is
left out. Picture, words and sounds know nothing of each other, so their doubts are multiplied ("noisy or": J. Pearl, "Probabilistic
Reasoning in Intelligent Systems", 1988). The fallback's chances are set by hand (`concept_rules`, `concept_people`): they order what
is found, and are no measured probabilities.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ..ml.facts import EXPRESSIONS, Concepts, Faces, Objects, Sounds, Span, Transcript
from . import concept_people
from .concept_index import inside, lasting, rows_of, scores_of, spoken
from .concept_people import Sighting
from .concept_places import PLACES, place
from .concept_rules import HEARD, SAID, SAID_MORE, SAID_MOST, SIGNS
from .seen import common, corners
from .shot_log import Seen

__all__ = ["LEAST", "concepts_in", "how", "place"]
LEAST, LEAST_BY_MODEL = 0.3, 0.1
"""Concepts with less confidence are left out. An image-text model that is asked of each by itself is rarely sure: .3 is a clear yes."""
CLOSE, PORTRAIT = 0.35, 0.18
"""Heights of a face, as a share of the picture's, from which a shot is a close-up, or a portrait of whom it shows."""
SMILING = 0.5
INSIDE, FILLED = 0.9, 0.5
"""Share of a box that lies in another, and share that it fills of that, from which both are of one thing."""
TALKING = 0.5
"""Words a second from which people are in conversation."""


def concepts_in(
    concepts: Concepts | None,
    objects: Objects | None,
    faces: Faces | None,
    words: Transcript | None,
    sounds: Sounds | None,
    span: Span,
    origin: Fraction | None = None,
) -> tuple[Seen, ...]:
    """What is seen, heard and talked about in a shot, the surest first; "indoor" and "outdoor" are told by `place`.

    `span` counts in the pictures' stream; what is heard is shifted by the streams' origins. `origin` is the picture stream's where none
    of the picture facts is given (None: that of the sound). `prominence` is the share of the shot in which it is found.
    """
    known = next((facts.origin for facts in (concepts, objects, faces) if facts is not None), origin)
    found = _Found(span, concepts is not None and concepts.width > 0)
    scored = _by_model(concepts, found)
    by_model = scored if found.by_model else frozenset()
    if objects is not None:
        found.seen("boxes", _by_things(objects, span), objects.seconds, by_model)
    if faces is not None:
        found.seen("boxes", _by_faces(faces, words, span, known), faces.seconds, by_model)
    if words is not None:
        _by_words(words, _heard(span, known, words.origin), found)
    if sounds is not None:
        _by_sounds(sounds, _heard(span, known, sounds.origin), found)
    return found.all()


def how(concepts: Concepts | None) -> str:
    """By what concepts are told, in a sentence."""
    if concepts is not None and concepts.width:
        return f"Concepts are told by {concepts.method}, words and sounds."
    network = f"{concepts.method}, " if concepts is not None else ""
    return f"Concepts are told by {network}objects, faces, words and sounds: no image-text model is chosen."


@dataclass
class _Found:
    """By concept and source: how sure, and for how many seconds."""

    span: Span
    by_model: bool
    chances: dict[str, dict[str, float]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, concept: str, source: str, chance: float, seconds: float) -> None:
        by_source = self.chances.setdefault(concept, {})
        by_source[source] = max(by_source.get(source, 0.0), min(1.0, chance))
        self.seconds[concept] = max(self.seconds.get(concept, 0.0), min(seconds, float(self.span.length)))

    def seen(self, source: str, sightings: Iterable[Sighting], moments: Any, without: frozenset[str]) -> None:
        """A concept is as sure as the better half of its sightings; one that is seen once where it could be seen often is half as sure."""
        here = set(inside(moments, self.span).tolist())
        weights = lasting(moments, here, self.span.end)
        best: dict[str, dict[int, float]] = {}
        for sighting in sightings:
            if sighting.concept not in without:
                samples = best.setdefault(sighting.concept, {})
                samples[sighting.sample] = max(samples.get(sighting.sample, 0.0), sighting.chance)
        for concept, samples in best.items():
            once = 0.5 if len(samples) == 1 and len(here) > 3 else 1.0
            self.add(concept, source, once * _better_half(list(samples.values())), sum(weights[sample] for sample in samples))

    def all(self) -> tuple[Seen, ...]:
        length = float(self.span.length)
        rows = []
        for concept, by_source in self.chances.items():
            chance = 1 - float(np.prod([1 - one for one in by_source.values()]))
            if chance >= (LEAST_BY_MODEL if by_source.get("picture", 0.0) >= LEAST_BY_MODEL and self.by_model else LEAST):
                seconds = self.seconds[concept]
                rows.append(Seen(concept, round(seconds, 3), round(seconds / length, 3) if length else 1.0, round(chance, 3)))
        return tuple(sorted(rows, key=lambda seen: (-seen.confidence, seen.label)))


def _by_model(concepts: Concepts | None, found: _Found) -> frozenset[str]:
    """What was scored by the engine, whichever network it used."""
    if concepts is None:
        return frozenset()
    samples = inside(concepts.seconds, found.span)
    rows = scores_of(concepts)[samples]
    weights = lasting(concepts.seconds, set(samples.tolist()), found.span.end)
    for column, name in enumerate(concepts.concepts):
        if name in PLACES or not len(rows):
            continue
        chance = _better_half(rows[:, column].tolist())
        shown = sum(weights[sample] for sample, value in zip(samples.tolist(), rows[:, column], strict=True) if value >= chance / 2)
        found.add(name, "picture", chance, shown)
    return frozenset(concepts.concepts)


def _by_things(objects: Objects, span: Span) -> Iterable[Sighting]:
    rows, samples = rows_of(objects), set(inside(objects.seconds, span).tolist())
    labels: dict[int, dict[str, list[float]]] = {}
    for sample in samples:
        boxes: dict[str, list[Any]] = {}
        for number, row in rows.at.get(sample, ()):
            boxes.setdefault(objects.tracks[number].label, []).append(rows.boxes[number][row])
        labels[sample] = {label: [float(box[4]) for box in _each_once(several)] for label, several in boxes.items()}
    for sample, by_label in labels.items():
        for sign in SIGNS:
            sure = sorted((value for label in sign.any for value in by_label.get(label, ())), reverse=True)
            beside = [value for label in sign.beside for value in by_label.get(label, ())]
            if sign.count <= len(sure) <= sign.most and (beside or not sign.beside):
                chance = sign.chance * sure[sign.count - 1] * (max(beside) if beside else 1.0)
                yield Sighting(sign.concept, sample, chance)
    yield from concept_people.doings(objects, samples)


def _each_once(several: list[Any]) -> list[Any]:
    """Boxes of a kind, the surest first, without those that lie in another or hold it, one half of the other: a thing seen twice, whole and
    in part."""
    kept: list[Any] = []
    for box in sorted(several, key=lambda one: -float(one[4])):
        if not any(_same(box, other) for other in kept):
            kept.append(box)
    return kept


def _same(one: Any, other: Any) -> bool:
    both, areas = common(corners(one), corners(other)), (one[2] * one[3], other[2] * other[3])
    return bool(both >= INSIDE * min(areas) and both >= FILLED * max(areas))


def _by_faces(faces: Faces, words: Transcript | None, span: Span, origin: Fraction | None) -> Iterable[Sighting]:
    rows, samples = rows_of(faces), set(inside(faces.seconds, span).tolist())
    talking = 0.0
    if words is not None and span.length:
        talking = len(spoken(words).within(_heard(span, origin, words.origin))) / float(span.length)
    for sample in sorted(samples):
        found = [(rows.boxes[number][row], _joy(faces, number, row)) for number, row in rows.at.get(sample, ())]
        if not found:
            continue
        tallest, sure = max((float(box[3]) / max(1, faces.picture[1]), float(box[4])) for box, _ in found)
        if tallest >= CLOSE:
            yield Sighting("close-up", sample, 0.9 * sure)
        if tallest >= PORTRAIT and len(found) == 1:
            yield Sighting("portrait", sample, 0.6 * sure)
            if talking >= TALKING:
                yield Sighting("interview", sample, 0.35 * sure)
        if len(found) >= 2 and talking >= TALKING:
            yield Sighting("conversation", sample, 0.6 * sure)
        if len(found) >= 8:
            yield Sighting("crowd", sample, 0.8)
        smile = max(value for _, value in found)
        if smile >= SMILING:
            yield Sighting("smile", sample, smile * sure)
    yield from concept_people.kisses(faces, samples)


def _joy(faces: Faces, number: int, row: int) -> float:
    stored = faces.tracks[number].expressions
    rows = np.frombuffer(base64.b64decode(stored), np.uint8).reshape(-1, len(EXPRESSIONS))
    return float(rows[row, EXPRESSIONS.index("joy")]) / 255 if len(rows) else 0.0


def _by_words(words: Transcript, heard: Span, found: _Found) -> None:
    within = spoken(words).within(heard)
    for concept in {concept for _word, concepts in within for concept in concepts}:
        times = [word for word, concepts in within if concept in concepts]
        sure = float(np.mean([word.confidence for word in times]))
        chance = min(SAID_MOST, SAID + SAID_MORE * (len(times) - 1)) * max(0.5, sure)
        found.add(concept, "words", chance, sum(float(word.end - word.start) for word in times))


def _by_sounds(sounds: Sounds, heard: Span, found: _Found) -> None:
    lengths: dict[str, float] = {}
    sure: dict[str, float] = {}
    for event in sounds.events:
        shared = float(event.span.overlap(heard))
        if shared > 0:
            lengths[event.label] = lengths.get(event.label, 0.0) + shared
            sure[event.label] = max(sure.get(event.label, 0.0), event.confidence)
    for label, seconds in lengths.items():
        for concept, chance in HEARD.get(label, ()):
            found.add(concept, "sounds", chance * sure[label], seconds)


def _heard(span: Span, origin: Fraction | None, other: Fraction) -> Span:
    """`span` of the pictures as the sound counts its seconds."""
    shift = Fraction(0) if origin is None else origin - other
    return Span(span.start + shift, span.end + shift)


def _better_half(values: list[float]) -> float:
    """The mean of the higher half: what is seen in half of a shot is seen in it."""
    ordered = sorted(values, reverse=True)
    return float(np.mean(ordered[: max(1, (len(ordered) + 1) // 2)])) if ordered else 0.0
