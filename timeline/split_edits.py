"""J- and L-cuts for dialogue: which cuts of picture or sound are to be moved, by the words around them; and how to take them back. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..ml.facts import Transcript, Word
from .beat_snap import Ground, Roll
from .layout import Layout
from .meetings import Meeting
from .places import goes_on
from .split_ledger import Edge, Edges, Moved, Split, pairs, same
from .split_words import AROUND, CLEAR, Shape, Talk, asks, into, overlap, talk
from .state import StripRef
from .timebase import FrameRange

LISTED = 4
APART = "whose sound lies there is not known. Select picture and sound of each shot, then Strip > Connect Strips"


@dataclass(frozen=True)
class SplitOptions:
    """`wanted` seconds of speech are heard with the other one's picture. `shape` "auto": an L-cut where the left one asks something,
    so that who is asked is seen; else a J-cut. `moves` "auto": the picture's cut where its film has the pictures, else the sound's."""

    wanted: Fraction = Fraction(3, 5)
    shape: Literal["auto"] | Shape = "auto"
    moves: Literal["auto"] | Moved = "auto"


@dataclass(frozen=True)
class Joint:
    """Two strips of picture and the two of their sound, which met at one frame. `split`: what was done there before."""

    pictures: tuple[StripRef, StripRef]
    sounds: tuple[StripRef, StripRef]
    split: Split | None = None

    @property
    def picture(self) -> int:
        return self.pictures[1].frames.start

    @property
    def sound(self) -> int:
        return self.sounds[1].frames.start

    @property
    def frame(self) -> int:
        """Where both cuts were, or are."""
        return self.picture if self.split is not None and self.split.moved == "sound" else self.sound


@dataclass(frozen=True)
class Done:
    """`rolls` to be made, `splits` to be remembered then. `shapes` counts what stands afterwards by shape, `new` what of it is new.

    `overlaps` are frames of speech over the other one's picture, a joint each.
    """

    rolls: tuple[Roll, ...] = ()
    splits: tuple[Split, ...] = ()
    shapes: tuple[Shape, ...] = ()
    new: int = 0
    kept: int = 0
    overlaps: tuple[Fraction, ...] = ()
    notices: tuple[str, ...] = ()


def joints(strips: Sequence[StripRef], splits: Sequence[Split], rate: Fraction) -> tuple[list[Joint], list[Split], list[Split]]:
    """(what can be split, what was split and the editor changed since, what he undid).

    Two pictures that show one take without a jump are no joint. `rate` is the scene's.
    """
    tolerance = 1 / (2 * rate)
    movies, sounds = pairs(strips, "MOVIE"), pairs(strips, "SOUND")
    by_name: dict[str, list[tuple[StripRef, StripRef]]] = defaultdict(list)
    for one, other in sounds:
        by_name[one.name].append((one, other))
    found: list[Joint] = []
    changed: list[Split] = []
    undone: list[Split] = []
    seen_at, heard_at = Edges(movies, tolerance), Edges(sounds, tolerance)
    for split in splits:
        pictures, heard = seen_at.find(split.picture), heard_at.find(split.sound)
        if split.state == "left":
            undone.append(split)
        elif pictures and heard and abs(pictures[1].frames.start - heard[1].frames.start) == abs(split.by):
            found.append(Joint(pictures, heard, split))
        else:
            still = pictures if split.moved == "sound" else heard
            back = still is not None and any(
                pair[1].frames.start == still[1].frames.start and pair[0].medium == still[0].medium and pair[1].medium == still[1].medium
                for pair in (sounds if split.moved == "sound" else movies)
            )
            (undone if back else changed).append(replace(split, state="left") if back else split)
    used = {strip.name for joint in found for strip in (joint.pictures[1], joint.sounds[1])}
    known = [one.still for one in (*changed, *undone)]
    known_at = {(edge.left, edge.right) for edge in known}
    for pictures in movies:
        for heard in by_name_of(pictures[0], by_name):
            fits = heard[1].frames.start == pictures[1].frames.start and heard[1].name in pictures[1].partners
            new = heard[1].name not in used and pictures[1].name not in used
            if not fits or not new or _through(pictures):
                continue
            edges = [edge for edge in (Edge.of(*pictures), Edge.of(*heard)) if (edge.left, edge.right) in known_at]
            if not any(same(edge, other, tolerance) for edge in edges for other in known):
                found.append(Joint(pictures, heard))
    return sorted(found, key=lambda joint: joint.frame), changed, undone


def by_name_of(picture: StripRef, sounds: Mapping[str, Sequence[tuple[StripRef, StripRef]]]) -> list[tuple[StripRef, StripRef]]:
    """The cuts of the sounds that belong to a picture."""
    return [pair for name in picture.partners for pair in sounds.get(name, ())]


def _apart(strips: Sequence[StripRef], names: Collection[str]) -> list[int]:
    """The frames at which pictures and sounds of other media are cut that belong to nothing: nobody said that they belong together."""
    kinds = {one.name: one.kind for one in strips}
    alone = {one.name for one in strips if not any(kinds.get(name, one.kind) != one.kind for name in one.partners)}
    sounds = {pair[1].frames.start: pair for pair in pairs(strips, "SOUND") if pair[0].name in alone and pair[1].name in alone}
    found = []
    for pictures in pairs(strips, "MOVIE"):
        frame = pictures[1].frames.start
        if frame in sounds and pictures[0].name in alone and pictures[1].name in alone and not _through(pictures):
            found += [frame] if _meant(Joint(pictures, sounds[frame]), names) and not _through(sounds[frame]) else []
    return found


def _through(pair: tuple[StripRef, StripRef]) -> bool:
    one, other = pair
    assert one.source is not None and other.source is not None
    return one.medium == other.medium and goes_on(one.source, other.source, other.frames.start)


def plan(
    layout: Layout, strips: Sequence[StripRef], transcripts: Mapping[str, Transcript], meetings: Sequence[Meeting],
    covered: Sequence[FrameRange], splits: Sequence[Split], names: Collection[str], options: SplitOptions,
) -> Done:  # fmt: skip
    """A J- or L-cut at every cut between two who speak, where one can be made.

    `meetings` tell what pictures the films have beyond their cuts, `covered` are frames with a transition, `splits` what earlier runs did;
    only joints of the strips `names` are meant. What the editor changed or undid stays so.
    """
    rate = layout.rate
    found, changed, undone = joints(strips, splits, rate)
    ground, spoken = Ground(layout, ()), _Spoken(transcripts)
    beyond = {(one.left.name, one.right.name): one for one in meetings}
    rolls: list[Roll] = []
    kept: list[Split] = []
    shapes: list[Shape] = []
    overlaps: list[Fraction] = []
    told: dict[str, list[int]] = defaultdict(list)
    new = 0
    for joint in found:
        if not _meant(joint, names):
            kept += [joint.split] if joint.split else []
            continue
        words = spoken.around(joint, rate)
        moved, to, why = _decided(joint, words, beyond.get((joint.pictures[0].name, joint.pictures[1].name)), covered, options, rate)
        wanted = [*_rolls(joint, moved, to)]
        for one in wanted:
            why = why or ground.hindrance(one.before, one.after, one.frame, one.to)
        if why:
            told[why].append(joint.frame)
        if why and moved is not None and joint.split is not None:
            kept.append(joint.split)
            continue
        if moved is None or why:
            back = _rolls(joint, None, joint.frame)
            if not any(ground.hindrance(one.before, one.after, one.frame, one.to) for one in back):
                rolls += _made(ground, back)
            continue
        rolls += _made(ground, wanted)
        kept.append(_split(joint, moved, to))
        shapes.append("j" if (to > joint.frame) == (moved == "picture") else "l")
        overlaps.append(overlap(words, to) if moved == "picture" else Fraction(0))
        new += joint.split is None
    if apart := _apart(strips, names):
        told[APART] = sorted(apart)
    notices = tuple(_notice(reason, frames) for reason, frames in told.items())
    return Done(tuple(rolls), (*changed, *undone, *kept), tuple(shapes), new, len(changed) + len(undone), tuple(overlaps), notices)


def back(layout: Layout, strips: Sequence[StripRef], splits: Sequence[Split], names: Collection[str]) -> Done:
    """Every J- and L-cut that stands as it was made, at one frame again: those of the strips `names` (none: all)."""
    found, changed, undone = joints(strips, splits, layout.rate)
    ground = Ground(layout, ())
    rolls: list[Roll] = []
    kept: list[Split] = []
    told: dict[str, list[int]] = defaultdict(list)
    for joint in found:
        if joint.split is None:
            continue
        meant = _meant(joint, names)
        wanted = _rolls(joint, None, joint.frame)
        why = next((why for one in wanted if (why := ground.hindrance(one.before, one.after, one.frame, one.to))), "")
        if not meant or why:
            kept.append(joint.split)
            if meant:
                told[why].append(joint.frame)
            continue
        rolls += _made(ground, wanted)
    left = () if not names else tuple(undone)
    notices = tuple(_notice(reason, frames) for reason, frames in told.items())
    return Done(tuple(rolls), (*changed, *left, *kept), new=len(rolls), kept=len(changed), notices=notices)


def _meant(joint: Joint, names: Collection[str]) -> bool:
    return not names or any(one.name in names for one in (*joint.pictures, *joint.sounds))


class _Spoken:
    """The words of each medium, looked up by their time."""

    def __init__(self, transcripts: Mapping[str, Transcript]):
        self._words = {medium: sorted(known.words, key=lambda word: word.start) for medium, known in transcripts.items()}
        self._starts = {medium: [word.start for word in words] for medium, words in self._words.items()}

    def around(self, joint: Joint, rate: Fraction) -> Talk:
        one, other = joint.sounds
        return talk(joint.frame, one, other, self._near(one, joint.frame), self._near(other, joint.frame), rate)

    def _near(self, strip: StripRef, frame: int) -> Sequence[Word]:
        if strip.medium not in self._words or strip.source is None:
            return ()
        moment, starts = strip.source.seconds(frame), self._starts[strip.medium]
        first, last = bisect_left(starts, moment - 2 * AROUND), bisect_left(starts, moment + 2 * AROUND)
        return self._words[strip.medium][first:last]


_Decision = tuple[Moved | None, int, str]


def _decided(
    joint: Joint, words: Talk, meeting: Meeting | None, covered: Sequence[FrameRange], options: SplitOptions, rate: Fraction
) -> _Decision:
    """(which cut is moved, where to, why none is: "" also where nothing is to be done and nothing to be said)."""
    if not words.left or not words.right:
        return None, joint.frame, ""
    pause = words.sound(Fraction(0))
    room = words.sound(CLEAR * rate) or pause
    most = round(options.wanted * rate * 2)
    if pause is None or room is None:
        return None, joint.frame, "both speak across it"
    if not pause[0] - 1 <= joint.frame <= pause[1] + 1:
        to = min(max(joint.frame, room[0]), room[1])
        return ("sound", to, "") if abs(to - joint.frame) <= most else (None, joint.frame, "a word runs too far across it")
    order: tuple[Shape, ...] = ("l", "j") if asks(words.left) else ("j", "l")
    shapes = order if options.shape == "auto" else (options.shape,)
    if options.moves != "sound" and meeting is not None:
        early, late = _bounds(joint, meeting)
        for shape in shapes:
            for to in into(words, shape, options.wanted * rate):
                spans = FrameRange(min(to, joint.frame), max(to, joint.frame))
                clash = any(one.start < spans.end and spans.start < one.end for one in covered)
                if early <= to <= late and abs(to - joint.frame) <= most + rate and not clash and 0 < overlap(words, to) <= most:
                    return "picture", to, ""
    if options.moves != "picture":
        for shape in shapes:
            to = max(room[0], joint.frame - most) if shape == "j" else min(room[1], joint.frame + most)
            if (to < joint.frame - 1) if shape == "j" else (to > joint.frame + 1):
                return "sound", to, ""
    lacking = {"picture": "the films have no more pictures there", "sound": "there is no pause to move the sound's cut in"}
    return None, joint.frame, lacking.get(options.moves, "there is neither more picture nor a pause")


def _bounds(joint: Joint, meeting: Meeting) -> tuple[int, int]:
    """The first and the last frame the picture may be cut at: out of what its films have, and half of each shot stays."""
    shift = joint.frame - meeting.frame
    before, after = meeting.before + shift, meeting.after - shift
    one, other = joint.frame - meeting.began, meeting.ends - joint.frame
    return joint.frame - max(0, min(before, one // 2)), joint.frame + max(0, min(after, other // 2))


def _rolls(joint: Joint, moved: Moved | None, to: int) -> list[Roll]:
    """What brings a joint from how it stands to one cut moved to `to` and the other one where both were."""
    wanted = {"picture": to if moved == "picture" else joint.frame, "sound": to if moved == "sound" else joint.frame}
    rolls = []
    for which, (one, other) in (("picture", joint.pictures), ("sound", joint.sounds)):
        at = other.frames.start
        if wanted[which] != at:
            rolls.append(Roll(at, wanted[which], (one.name,), (other.name,)))
    return rolls


def _made(ground: Ground, rolls: Sequence[Roll]) -> list[Roll]:
    for one in rolls:
        ground.roll(one.before, one.after, one.to)
    return list(rolls)


def _split(joint: Joint, moved: Moved, to: int) -> Split:
    """What will stand, known by its media."""

    def edge(pair: tuple[StripRef, StripRef], frame: int) -> Edge:
        one, other = pair
        assert one.source is not None and other.source is not None
        return Edge(one.medium, one.source.seconds(frame), other.medium, other.source.seconds(frame))

    at = {"picture": joint.frame, "sound": joint.frame, moved: to}
    return Split(moved, to - joint.frame, edge(joint.pictures, at["picture"]), edge(joint.sounds, at["sound"]))


def _notice(reason: str, frames: Sequence[int]) -> str:
    listed = ", ".join(map(str, frames[:LISTED])) + (f" and {len(frames) - LISTED} more" if len(frames) > LISTED else "")
    cuts = f"The cut at frame {listed} stays as it is" if len(frames) == 1 else f"The cuts at frames {listed} stay as they are"
    return f"{cuts}: {reason}."
