"""What is known of a shot of a medium, as one value: who and what is seen, what is said, how it feels, how good the picture is. Pure.

Engines tell what is in single frames; `Logged` says it of a whole shot. The library keeps it, panels show it, planners write it.
`log` puts it together; what each part is told by stands in a module of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from ..ml.facts import ENGINES, Facts, Shots, Span, Transcript
from .timebase import FrameRange

if TYPE_CHECKING:
    from .feelings import Feeling
    from .moods import Evidence
    from .shot_sound import Heard, Under

Size = Literal["", "extreme close-up", "close-up", "medium close-up", "medium", "medium wide", "wide", "extreme wide"]
Movement = Literal["", "static", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out", "moving", "handheld"]
Place = Literal["", "indoor", "outdoor"]
Light = Literal["", "day", "night"]
Source = Literal["words", "voice", "picture", "faces", "music", "rhythm"]
SOURCES: tuple[Source, ...] = ("words", "voice", "picture", "faces", "music", "rhythm")
MOODS = ("happy", "sweet", "funny", "energetic", "tense", "angry", "sad", "dark", "calm", "neutral")


@dataclass(frozen=True)
class Seen:
    """Something seen in a shot. `seconds`: how long it is seen; `prominence` 0..1: how large and central while it is; `confidence` 0..1."""

    label: str
    seconds: float
    prominence: float
    confidence: float


@dataclass(frozen=True)
class Contribution:
    """What one source of evidence says of a mood: `valence` and `arousal` -1..1, with `weight` 0..1 among all; `reason` in plain words.

    Not yet weighed among others, `weight` is how certain it is. `shares` are its weights in valence and in arousal, of which `weight` is
    the mean: the mood's valence is the sum over all contributions of `shares[0] * valence`, and so for arousal.
    """

    source: Source
    valence: float
    arousal: float
    weight: float
    reason: str
    shares: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Mood:
    """`label` is one of `MOODS`; `confidence` 0..1 is how likely it is: of moods at .8, four in five ought to be what people say.

    How far that was measured is told in `docs/accuracy.md`.
    """

    valence: float
    arousal: float
    label: str
    confidence: float
    contributions: tuple[Contribution, ...] = ()


LEANING = 0.08
"""How far a neutral mood must lie from the middle for it to be told where to."""


def leaning(label: str, valence: float, arousal: float) -> str:
    """Where to a neutral mood leans, in the direction in which it does most ("rather pleasant"); "" of others, and where it hardly does."""
    most = max(valence, arousal, key=abs)
    if label != "neutral" or abs(most) < LEANING:
        return ""
    low, high = ("unpleasant", "pleasant") if most == valence else ("calm", "excited")
    return f"rather {high if most > 0 else low}"


@dataclass(frozen=True)
class Logged:
    """A shot of the medium, over `span` (stream seconds of its pictures, or of its sound where it has no pictures).

    `still` is the moment that shows it best. `faces` is how many people's faces are seen. `people` are seen persons by name or number.
    `quality` are (name, 0..1) in the order of importance, `grade` 0..1 their sum as one figure, `flaws` plain words ("out of focus").
    "" and empty tuples: not known. `missing` names the engines whose facts were not there, though there is something to look at or hear.
    """

    medium: str
    path: str
    span: Span
    still: Fraction
    words: str = ""
    objects: tuple[Seen, ...] = ()
    people: tuple[Seen, ...] = ()
    faces: int = 0
    concepts: tuple[Seen, ...] = ()
    mood: Mood | None = None
    quality: tuple[tuple[str, float], ...] = ()
    grade: float = 0.0
    flaws: tuple[str, ...] = ()
    size: Size = ""
    movement: Movement = ""
    place: Place = ""
    light: Light = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A logged shot where it stands: the timeline's `frames`, through `strip` on `channel`; `number` as the shot list counts, from 1."""

    number: int
    frames: FrameRange
    strip: str
    channel: int
    logged: Logged


LINE = 0.5
SHORTEST = Fraction(1, 2)
"""Score of a boundary, and seconds of a shot, where the caller does not say where shots begin: what Detect Shots has by default."""
PASSAGE, PAUSE = Fraction(30), Fraction(3, 2)
"""Sound without pictures is logged in passages: at most so long, and ended by a pause of so long."""
PICTURE = Fraction(1, 20)
"""Seconds that a single picture lasts at most: it neither moves nor has a tempo."""
PICTURED = ("objects", "faces", "pictures", "concepts")
SOUNDED = ("transcript", "voice", "loudness", "beats", "sounds")
"""The engines a log is made of, beside the shots."""
HINTS = {
    "laughter": "funny", "laughing": "funny", "hug": "sweet", "kiss": "sweet", "baby": "sweet", "fight": "tense", "war": "tense",
    "chase": "tense", "explosion": "tense", "crying": "sad", "funeral": "sad", "celebration": "happy", "party": "energetic",
    "dancing": "energetic",
}  # fmt: skip
"""What concepts and sounds say of a mood that lies on neither of its axes."""


def log(
    found: Mapping[str, Facts],
    medium: str,
    path: str,
    spans: Sequence[Span] | None = None,
    persons: Any = None,
    feelings: Mapping[str, Feeling] | None = None,
    *,
    sources: Collection[Source] = SOURCES,
    under: Sequence[Under | None] = (),
    film: bool = False,
) -> tuple[Logged, ...]:
    """What is known of each shot of one medium.

    `found`: engine -> facts, of those there are. `spans` are the shots, in seconds of the pictures, or of the sound where the medium has
    none; None: by the facts of `shots`, else by passages of the sound. `persons` is the register of people (`persons`), None: nobody is
    known. `feelings` are those of sentences by their text (`texts_of`). `sources` are those that count for the mood.
    `under`: what is heard with each of `spans` where that is not the medium's own sound (`shot_sound.Sounding`). `film`: it has pictures,
    though nothing may be known of them.
    """
    known = _Known(found, spans, persons, feelings or {}, tuple(source for source in SOURCES if source in sources), under, film)
    return tuple(known.logged(number, medium, path) for number in range(len(known.spans)))


def texts_of(found: Mapping[str, Facts]) -> tuple[str, ...]:
    """The sentences of a medium whose feelings `log` is to be given, each once."""
    from .feelings import sentences

    transcript = found.get("transcript")
    return tuple(dict.fromkeys(one.text for one in sentences(transcript))) if isinstance(transcript, Transcript) else ()


def shots_of(shots: Shots) -> tuple[Span, ...]:
    """The shots between boundaries that count by default; where one would be too short, the weaker boundary goes."""
    kept: list[tuple[Fraction, float]] = []
    for boundary in shots.boundaries:
        here = (boundary.seconds, boundary.score)
        if boundary.score < LINE or not shots.span.start + SHORTEST <= boundary.seconds <= shots.span.end - SHORTEST:
            continue
        if kept and boundary.seconds - kept[-1][0] < SHORTEST:
            kept[-1] = max(kept[-1], here, key=lambda one: one[1])
        else:
            kept.append(here)
    moments = [shots.span.start, *(seconds for seconds, _score in kept), shots.span.end]
    return tuple(Span(start, end) for start, end in pairwise(moments) if start < end)


def passages(transcript: Transcript) -> tuple[Span, ...]:
    """Sound in parts: each utterance belongs to one."""
    parts: list[Span] = []
    for utterance in transcript.utterances:
        if not utterance.words:
            continue
        start, end = utterance.words[0].start, utterance.words[-1].end
        if parts and start - parts[-1].end < PAUSE and end - parts[-1].start <= PASSAGE:
            parts[-1] = Span(parts[-1].start, max(end, parts[-1].end))
        else:
            start = max(start, parts[-1].end) if parts else start
            parts.append(Span(start, max(start, end)))
    return tuple(part for part in parts if part.length) or (transcript.span,)


class _Known:
    """The facts of one medium, and what is worked out once for all of its shots."""

    def __init__(
        self,
        found: Mapping[str, Any],
        spans: Sequence[Span] | None,
        persons: Any,
        feelings: Mapping[str, Feeling],
        sources: tuple[Source, ...],
        under: Sequence[Under | None],
        film: bool,
    ) -> None:
        from . import mood_sources
        from .shot_parts import Parts
        from .shot_sound import Heard

        self.found, self.persons, self.feelings, self.sources = found, persons, feelings, sources
        self.pictured = any(ENGINES[name].stream == "video" for name in found if name in ENGINES) or any(name in found for name in PICTURED)
        self.film = film or self.pictured
        self.spans = self._spans(spans)
        origins = [facts.origin for name, facts in found.items() if name in (*PICTURED, "shots", "looks")]
        sounds = [facts.origin for name, facts in found.items() if name in SOUNDED]
        self.origin = origins[0] if origins else sounds[0] if sounds else None
        self.shift = origins[0] - sounds[0] if origins and sounds else Fraction(0)
        self.under = under
        self.measured = mood_sources.measured(found.get("pictures"))
        moves = self.pictured and any(span.length > PICTURE for span in self.spans)
        self.pace = mood_sources.pace(self.spans, self.measured, found.get("looks")) if moves else None
        self.parts = {name: Parts(facts) for name, facts in found.items() if ENGINES[name].stream == "video"}
        self.own = Heard(found, found)
        self.beside: dict[tuple[int, int], Heard] = {}

    def _under(self, number: int) -> Under | None:
        return self.under[number] if number < len(self.under) else None

    def _heard(self, number: int) -> tuple[Heard, Fraction, Fraction, bool]:
        """What is heard with a shot, how far its speech and its other sound are ahead of the pictures, whether that is another medium's."""
        from .shot_sound import SILENCE, Heard

        there = self._under(number)
        if there is None or there is SILENCE:
            return self.own, self.shift, self.shift, False
        key = id(there.speech), id(there.sound)
        if key not in self.beside:
            self.beside[key] = Heard(there.speech, there.sound)
        return self.beside[key], there.said_ahead, there.ahead, True

    def _spans(self, spans: Sequence[Span] | None) -> tuple[Span, ...]:
        if spans is not None:
            return tuple(spans)
        if "shots" in self.found:
            return shots_of(self.found["shots"])
        if not self.pictured and "transcript" in self.found:
            return passages(self.found["transcript"])
        return tuple(dict.fromkeys(facts.span for facts in self.found.values()))[:1]

    def logged(self, number: int, medium: str, path: str) -> Logged:
        """One shot."""
        from . import moods
        from .shot_sound import SILENCE

        span = self.spans[number]
        sound, said_ahead, ahead, other = self._heard(number)
        said, heard = (Span(span.start + by, span.end + by) for by in (said_ahead, ahead))
        words = sound.words.within(said)
        facts = {name: part.within(span) for name, part in self.parts.items()}
        facts |= sound.within(said, heard, self.origin if other else None, span)
        seen = self._seen(span, facts)
        hints = [{HINTS[one.label]: one.confidence} for one in seen.get("concepts", ()) if one.label in HINTS]
        hints += [{HINTS[one.label]: one.confidence} for one in sound.events.touching(heard) if one.label in HINTS]
        mood = moods.fused(self._evidence(number, span, sound, said, heard, seen, facts), moods.gathered(hints), self.sources)
        silent = self.film and self._under(number) is SILENCE
        there = (*(("shots", *PICTURED) if self.film else ()), *(() if silent else SOUNDED))
        missing = tuple(name for name in there if name not in (sound.facts if name in SOUNDED else self.found))
        best = seen.pop("best", None)
        seen.pop("expressions", None)
        still = best if best is not None else (span.start + span.end) / 2
        return Logged(medium, path, span, still, words, mood=mood, missing=missing, **seen)

    def _seen(self, span: Span, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of `Logged` that are seen, and besides "best", the moment to show, and "expressions" of faces."""
        get = facts.get
        objects, faces, pictures, concepts = (get(name) for name in PICTURED)
        parts: dict[str, Any] = {}
        if faces is not None and objects is not None:
            from .animal_faces import of_people

            faces = of_people(faces, objects)
        if objects is not None:
            from .seen import objects_in

            parts["objects"] = objects_in(objects, span)
        if faces is not None:
            from .persons import expressions_in, faces_in, people_in

            parts |= {"faces": faces_in(faces, span), "expressions": expressions_in(faces, span)}
            parts["people"] = people_in(faces, span, self.persons) if self.persons is not None else ()
        if pictures is not None:
            from .picture_values import light, movement, summary

            measured = summary(pictures, span, faces)
            parts |= {"grade": measured.grade, "quality": measured.quality, "flaws": measured.flaws, "best": measured.best}
            parts |= {"movement": movement(pictures, span), "light": light(pictures, span)}
        if objects is not None or faces is not None:
            from .shot_size import size

            parts["size"] = size(objects, faces, span)
        if any(get(name) is not None for name in ("concepts", "objects", "faces", "transcript", "sounds")):
            from .concepts import concepts_in, place

            parts["concepts"] = concepts_in(concepts, objects, faces, get("transcript"), get("sounds"), span, self.origin)
            parts["place"] = place(concepts, objects, pictures, span) if self.pictured else ""
        if parts.get("place") == "indoor":
            from .picture_values import TILTED

            # A room has no horizon: what leans there is a shelf or a sill in perspective.
            parts["flaws"] = tuple(flaw for flaw in parts.get("flaws", ()) if flaw != TILTED)
        return parts

    def _evidence(
        self, number: int, span: Span, sound: Heard, said: Span, heard: Span, seen: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> list[Evidence | None]:  # fmt: skip
        from . import mood_sources, moods

        evidence = [self._felt(sound, said), mood_sources.voice(sound.speech, said)]
        if self.pace is not None:
            evidence += [mood_sources.picture(self.measured, span), mood_sources.rhythm(number, self.pace)]
        if seen.get("expressions") is not None:
            evidence.append(mood_sources.faces(seen["expressions"], seen["faces"]))
        if "beats" in sound.facts or "loudness" in sound.facts:
            from .music_mood import music

            get = facts.get
            evidence.append(moods.evidence_of(music(get("beats"), get("loudness"), get("sounds"), heard)))
        return evidence

    def _felt(self, sound: Heard, heard: Span) -> Evidence | None:
        from . import mood_sources

        said = [
            (float(one.span.overlap(heard) / one.span.length), len(one.text.split()), self.feelings[one.text])
            for one in sound.said.touching(heard)
            if one.text in self.feelings
        ]
        return mood_sources.words(said)
