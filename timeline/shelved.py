"""A logged shot as the library keeps it: what can be asked of it as columns, labels and sentences; where it lies in meaning, as bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import numpy as np

from ..ml.codec import to_json
from ..ml.facts import EXPRESSIONS, Concepts, Faces, Span, Transcript
from ..ml.library import PERSON, Label, Passage, Shot
from ..ml.library_lookup import Known
from .feelings import Said
from .shot_log import PICTURED, SOUNDED, Logged, Seen, leaning

LEAST_EXPRESSION = 0.25
"""Expressions of a smaller share are not kept."""


def kept(logged: Sequence[Logged], found: Mapping[str, Any], meanings: Mapping[str, bytes], people: bool) -> tuple[Shot, ...]:
    """The shots of one medium. `found`: engine -> facts; `meanings`: sentence -> vector; `people`: whether it may be kept who is seen."""
    shift = shift_of(found)
    said = sentences_of(found)
    concepts = found.get("concepts")
    rows = unit_rows(concepts) if isinstance(concepts, Concepts) and concepts.width else None
    shots = []
    for shot in logged:
        heard = Span(max(Fraction(0), shot.span.start + shift), max(Fraction(0), shot.span.end + shift))
        here = [one for one in said if heard.holds((one.span.start + one.span.end) / 2)]
        passages = tuple(Passage(_shifted(one.span, -shift), one.text, meanings.get(one.text, b"")) for one in here)
        picture = b"" if rows is None or not isinstance(concepts, Concepts) else _picture(rows, concepts, shot.span)
        shots.append(_shot(shot, found, _labels(shot, found, people), passages, picture))
    return tuple(shots)


def sentences_of(found: Mapping[str, Any]) -> tuple[Said, ...]:
    """What is said in a medium, sentence by sentence, in seconds of its sound."""
    from .feelings import sentences

    transcript = found.get("transcript")
    return sentences(transcript) if isinstance(transcript, Transcript) else ()


def shift_of(found: Mapping[str, Any]) -> Fraction:
    """How many seconds later the same moment counts in the sound than in the pictures; 0 where there is but one of them."""
    pictures = [facts.origin for name, facts in found.items() if name in (*PICTURED, "shots", "looks")]
    sounds = [facts.origin for name, facts in found.items() if name in SOUNDED]
    return Fraction(pictures[0] - sounds[0]) if pictures and sounds else Fraction(0)


def _shifted(span: Span, seconds: Fraction) -> Span:
    return Span(max(Fraction(0), span.start + seconds), max(Fraction(0), span.end + seconds))


def _shot(shot: Logged, found: Mapping[str, Any], labels: tuple[Label, ...], passages: tuple[Passage, ...], picture: bytes) -> Shot:
    mood = shot.mood
    more = {
        "still": to_json(shot.still),
        "pictured": any(name in found for name in (*PICTURED, "shots", "looks")),
        "quality": to_json(shot.quality),
        "contributions": to_json(mood.contributions) if mood is not None else [],
        "missing": list(shot.missing),
    }
    about = [one.label for one in labels if one.kind != PERSON]
    about += [word for word in (shot.size, shot.movement, shot.place, shot.light, mood.label if mood is not None else "") if word]
    return Shot(
        shot.span, shot.size, shot.movement, shot.place, shot.light,
        mood.label if mood is not None else "", mood.confidence if mood is not None else 0.0,
        mood.valence if mood is not None else 0.0, mood.arousal if mood is not None else 0.0,
        shot.grade if shot.quality else -1.0, shot.faces if "faces" in found else -1, ", ".join(dict.fromkeys(about)),
        json.dumps(more, ensure_ascii=False), labels, passages, picture,
    )  # fmt: skip


def _labels(shot: Logged, found: Mapping[str, Any], people: bool) -> tuple[Label, ...]:
    length = float(shot.span.length) or 1.0
    labels = [_seen("object", one, length) for one in shot.objects]
    labels += [_seen(PERSON, one, length) for one in shot.people] if people else []
    labels += [Label("concept", one.label, one.seconds, one.prominence, one.confidence, round(one.confidence, 4)) for one in shot.concepts]
    labels += [Label("flaw", flaw, length, 1.0, 1.0, 1.0) for flaw in shot.flaws]
    faces = found.get("faces")
    if isinstance(faces, Faces):
        from .persons import expressions_in

        shares = expressions_in(faces, shot.span)
        for name, share in zip(EXPRESSIONS, () if shares is None else shares, strict=False):
            if share >= LEAST_EXPRESSION and name != "neutral":
                labels.append(Label("expression", name, length, 1.0, float(share), round(min(1.0, float(share)), 4)))
    return tuple(labels)


def _seen(kind: str, one: Seen, length: float) -> Label:
    """What is sure, seen for long, large and central comes first."""
    share = min(1.0, one.seconds / length)
    strength = one.confidence * (0.6 + 0.25 * share + 0.15 * min(1.0, 3 * one.prominence))
    return Label(kind, one.label, round(one.seconds, 3), round(one.prominence, 4), round(one.confidence, 4), round(strength, 4))


def unit_rows(concepts: Concepts) -> Any:
    """Float32 (samples, width)."""
    return np.frombuffer(base64.b64decode(concepts.vectors), np.int8).reshape(-1, concepts.width).astype(np.float32)


def _picture(rows: Any, concepts: Concepts, span: Span) -> bytes:
    """Where a shot lies in the space of the image-text model: the mean of its samples."""
    inside = [number for number, seconds in enumerate(concepts.seconds[: len(rows)]) if span.holds(seconds)]
    return signed_bytes(rows[inside].mean(axis=0)) if inside else b""


def signed_bytes(vector: Any) -> bytes:
    """A vector (width,) of length 1 in signed bytes: times 127. One without a length is b""."""
    vector = np.asarray(vector, np.float32)
    length = float(np.linalg.norm(vector))
    return np.round(vector * (127.0 / length)).astype(np.int8).tobytes() if length > 0 and np.isfinite(length) else b""


def vectors_of(answer: Mapping[str, Any]) -> Any:
    """What `ReadTexts` answers for meanings: float32 (texts, width)."""
    width = int(answer["width"])
    return np.frombuffer(base64.b64decode(answer["vectors"]), np.float32).reshape(-1, width) if width else np.zeros((0, 0), np.float32)


def still_of(shot: Known) -> Fraction:
    """The moment that shows a kept shot best."""
    return Fraction(json.loads(shot.more)["still"])


def pictured(shot: Known) -> bool:
    """Whether its medium has pictures."""
    return bool(json.loads(shot.more).get("pictured"))


def card(shot: Known) -> tuple[str, ...]:
    """What is known of a kept shot, in lines to be read."""
    listed = {
        kind: [f"{label} {confidence:.0%}" for own, label, _seconds, _size, confidence in shot.labels if own == kind]
        for kind in (PERSON, "object", "concept", "expression")
    }
    people = [label for kind, label, *_rest in shot.labels if kind == PERSON]
    flaws = [label for kind, label, *_rest in shot.labels if kind == "flaw"]
    looks = [word for word in (shot.size, shot.movement, shot.place, shot.light) if word]
    leans = leaning(shot.mood, shot.valence, shot.arousal)
    mood = [f"{shot.mood} {shot.certainty:.0%}{f', {leans}' if leans else ''}"] if shot.mood else []
    grade = [f"picture {shot.grade:.0%}", *flaws] if shot.grade >= 0 else flaws
    lines = (
        ", ".join(looks + mood),
        ", ".join(people),
        ", ".join(listed["object"][:6]),
        ", ".join(listed["concept"][:6]),
        ", ".join(grade),
    )
    return tuple(line for line in lines if line)


def name_of(shot: Known) -> str:
    """What its file is called; "a file that was forgotten" is not shown, for such shots go along."""
    return PurePath(shot.paths[0].replace("\\", "/")).name if shot.paths else "?"
