"""What is known of a shot, as the few lines that a panel or a report has room for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .shot_log import Contribution, Mood, Placed, Seen

Kind = Literal["mood", "people", "objects", "concepts", "words", "size", "movement", "place", "quality", "flaws", "missing"]
NAMED = 4
"""People, objects or concepts told by name; of the others how many."""
SPOKEN = 240
"""Letters of what is said that a card has room for."""
SLIGHT = 0.02
"""A contribution this near to nothing is no reason."""
MINUS = "\N{MINUS SIGN}"
TITLES: dict[Kind, str] = {
    "mood": "Mood", "people": "People", "objects": "Objects", "concepts": "Concepts", "words": "Words", "size": "Size",
    "movement": "Camera", "place": "Place", "quality": "Quality", "flaws": "Flaws", "missing": "Not looked at",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """A line of a card: what it is about and what is known. `find` is what Select Strips Where would ask for, "" where it cannot."""

    kind: Kind
    text: str
    find: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.kind]


@dataclass(frozen=True)
class Card:
    """`facts` in the order in which they are read; `why` are the reasons of the mood, the weightiest first."""

    facts: tuple[Fact, ...]
    why: tuple[str, ...] = ()


def card(shot: Placed) -> Card:
    """What is not known is left out; `missing` says of which nothing could be known."""
    log = shot.logged
    facts = [
        Fact("mood", mood_line(log.mood), log.mood.label) if log.mood else None,
        Fact("people", people_line(shot), log.people[0].label if log.people else "") if log.people or log.faces else None,
        Fact("objects", things(log.objects), log.objects[0].label) if log.objects else None,
        Fact("concepts", things(log.concepts, seconds=False), log.concepts[0].label) if log.concepts else None,
        Fact("words", f"“{shortened(log.words)}”") if log.words else None,
        Fact("size", log.size.capitalize(), log.size) if log.size else None,
        Fact("movement", log.movement.capitalize(), log.movement) if log.movement else None,
        Fact("place", place_line(shot), log.place or log.light) if log.place or log.light else None,
        Fact("quality", quality_line(shot)) if log.quality or log.grade else None,
        Fact("flaws", ", ".join(log.flaws).capitalize(), log.flaws[0]) if log.flaws else None,
        Fact("missing", ", ".join(log.missing)) if log.missing else None,
    ]
    return Card(tuple(fact for fact in facts if fact is not None), reasons(log.mood))


def shortened(words: str) -> str:
    """The words, or as many of them as a card has room for."""
    return words if len(words) <= SPOKEN else words[:SPOKEN].rsplit(" ", 1)[0] + " …"


def mood_line(mood: Mood) -> str:
    """ "Sad, 72% sure (unpleasant -0.60, calm -0.35)"."""
    pleasant = "pleasant" if round(mood.valence, 2) >= 0 else "unpleasant"
    excited = "excited" if round(mood.arousal, 2) >= 0 else "calm"
    told = f"{pleasant} {signed(mood.valence)}, {excited} {signed(mood.arousal)}"
    return f"{mood.label.capitalize()}, {mood.confidence:.0%} sure ({told})"


def reasons(mood: Mood | None) -> tuple[str, ...]:
    """What speaks for a mood and by how much, the weightiest first: "Words: what is said is sad (unpleasant -0.42)"."""
    if mood is None:
        return ()
    counted = sorted(mood.contributions, key=lambda one: -weight(one))
    told = ((f"{one.source.capitalize()}: {one.reason}" if one.reason else one.source.capitalize(), one) for one in counted)
    return tuple(f"{what} ({_pull(one)})" for what, one in told if weight(one) >= SLIGHT)


def _pull(one: Contribution) -> str:
    """Where a contribution moves the mood most."""
    if abs(one.valence) >= abs(one.arousal):
        return f"{'pleasant' if one.valence >= 0 else 'unpleasant'} {signed(one.valence * one.weight)}"
    return f"{'excited' if one.arousal >= 0 else 'calm'} {signed(one.arousal * one.weight)}"


def weight(one: Contribution) -> float:
    """How far a contribution moves the mood, in either direction."""
    return one.weight * max(abs(one.valence), abs(one.arousal))


def signed(value: float) -> str:
    """With its sign, a real minus, and two decimals."""
    return f"{MINUS if round(value, 2) < 0 else '+'}{abs(value):.2f}"


def things(seen: Sequence[Seen], seconds: bool = True, named: int = NAMED) -> str:
    """ "dog 3.2 s, car 1.0 s and 2 more", as they come."""
    told = ", ".join(f"{one.label} {one.seconds:.1f} s" if seconds else one.label for one in seen[:named])
    return told + (f" and {len(seen) - named} more" if len(seen) > named else "")


def people_line(shot: Placed) -> str:
    """Who is seen; of faces nobody knows how many there are."""
    log = shot.logged
    named = things(log.people)
    others = log.faces - len(log.people)
    if not log.people:
        return "1 face" if log.faces == 1 else f"{log.faces} faces"
    return f"{named}, {others} more {'face' if others == 1 else 'faces'}" if others > 0 else named


def place_line(shot: Placed) -> str:
    return ", ".join(word for word in (shot.logged.place, shot.logged.light) if word).capitalize()


def quality_line(shot: Placed) -> str:
    """ "64%: sharpness 40%, exposure 80%"; the values in their order of importance."""
    values = ", ".join(f"{name} {value:.0%}" for name, value in shot.logged.quality[:NAMED])
    return f"{shot.logged.grade:.0%}: {values}" if values else f"{shot.logged.grade:.0%}"
