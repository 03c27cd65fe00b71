"""Who speaks and what sounds, brought into captions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..timeline import compat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from ..ml.facts import Speakers, Transcript
    from ..timeline.plan import Plan
    from ..timeline.standing import Standing
    from ..timeline.state import StripRef
    from .feature import Found


class Roster:
    """Who is heard on the timeline, for the panel: names and seconds, most first."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.heard)

    def clear(self) -> None:
        self.heard = {}


roster = Roster()


def note(facts: Mapping[str, Speakers], strips: Sequence[StripRef]) -> None:
    """Fills the roster."""
    from ..timeline import speakers

    names = speakers.named(facts, speakers.load(compat.edited_scene(bpy.context).assistant_editor.people))
    shown: dict[str, list[Any]] = {}
    for strip in strips:
        if strip.medium in facts and strip.source is not None and strip.kind == "SOUND":
            shown.setdefault(strip.medium, []).append(strip.visible)
    for strip in strips:
        if strip.medium in facts and strip.source is not None and strip.medium not in shown:
            shown[strip.medium] = [strip.visible]
    roster.heard = {name: float(seconds) for name, seconds in speakers.talk(facts, names, shown).items()}


def call(settings: Any, facts: Mapping[str, Speakers], before: str, after: str) -> None:
    """Gives a speaker a name, and keeps it in the scene."""
    from ..timeline import speakers

    people = speakers.load(settings.people)
    settings.people = speakers.dump(speakers.rename(people, facts, before, after, settings.keep_voices))


def told_apart(found: Found, props: Any) -> Mapping[str, Speakers]:
    """The speakers of each medium, where they are asked for."""
    return found.get("speakers", {}) if props.speakers else {}


def with_speakers(
    transcripts: Mapping[str, Transcript],
    facts: Mapping[str, Speakers],
    props: Any,
    cast: tuple[Mapping[str, Speakers], Mapping[tuple[str, int], str]],
    strips: Sequence[StripRef],
    origins: Mapping[str, Fraction],
) -> tuple[Mapping[str, Transcript], dict[str, Speakers], dict[tuple[str, int], str]]:
    """(transcripts with what says who speaks, speakers by the words they say, what they are called).

    `cast`: whom a script lets speak, by words, and their names; it goes before what was told apart by voice.
    """
    if not facts and not cast[0]:
        return transcripts, {}, {}
    from ..ml.facts import Span
    from ..timeline import attribution, speakers
    from ..timeline.places import heard as places
    from ..timeline.planners.captions import runs

    settings = compat.edited_scene(bpy.context).assistant_editor
    heard = {medium: one for medium, one in facts.items() if medium not in cast[0]}
    names = {**speakers.named(heard, speakers.load(settings.people)), **cast[1]}
    said = {
        medium: cast[0][medium] if medium in cast[0] else attribution.attributed(transcript, heard[medium])
        for medium, transcript in transcripts.items()
        if medium in heard or medium in cast[0]
    }
    rows = runs(places(strips), transcripts, strips, origins) if props.speaker_mark == "name" else ()
    sets_in = attribution.entered(transcripts, said, [(row[0].medium, Span(row[0].span.start, row[-1].span.end)) for row in rows])
    written = dict(transcripts)
    for medium, one in said.items():
        here = {number: name for (where, number), name in names.items() if where == medium}
        written[medium] = attribution.marked(transcripts[medium], one, here, props.speaker_mark, sets_in.get(medium, ()))
    return written, said, names


def with_sounds(
    planned: Plan, found: Found, strips: Sequence[StripRef], props: Any, standing: Standing, rate: Fraction, origins: Mapping[str, Fraction]
) -> Plan:
    """The plan of captions, and beside it what else is heard."""
    from ..timeline.plan import Caption
    from ..timeline.planners import sounds
    from .look_options import caption_style
    from .rule_options import caption_rules

    if not props.sounds:
        return planned + sounds.off(strips)
    if "sounds" not in found:
        return planned
    options = sounds.SoundPlanOptions(caption_rules(props), caption_style(props), props.music_notes)
    captions = [edit.frames for edit in planned.edits if isinstance(edit, Caption)]
    return planned + sounds.plan(found["sounds"], strips, options, standing, rate, captions, origins)


CLASSES: tuple[type, ...] = ()
