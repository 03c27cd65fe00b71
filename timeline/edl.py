"""The shot list as an edit decision list in the CMX 3600 form that editing systems read. Pure.

One picture track of cuts. A dissolve that was found is part of the footage already: a "D" event would dissolve it once more, so the
event is a cut, and a comment names the transition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..ml.errors import BAD_INPUT, EditorError
from .shot_list import Row
from .timecode import Clock

EVENTS = 999
"""As many as a CMX 3600 list holds; longer ones are written, and said."""
REEL = 8
"""Characters a reel name has at most: capital letters and digits."""
RESERVED = {"AX", "BL"}
"""What the format means by itself: a file without a reel, and black."""


def edl(rows: Sequence[Row], clock: Clock, zero: int, title: str, start: int = 0, channel: int = 0) -> tuple[str, tuple[str, ...]]:
    """(the list, what it leaves out in sentences).

    `zero` is the timeline frame that gets the record timecode of `start` frames. A list has one picture track: `channel` is the
    one meant, 0 the one with the most shots. Source timecodes count from the medium's first picture, one frame for each frame of the
    timeline, so that both sides of an event are equally long. Timecodes go round after 24 hours.
    Raises `EditorError(BAD_INPUT)` when no shot is left to write.
    """
    shots = [row for row in rows if row.number]
    usable = [row for row in shots if row.source is not None and not row.muted]
    meant = channel or max(Counter(row.channel for row in usable).items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]
    written = [row for row in usable if row.channel == meant]
    if not written:
        raise EditorError("There are no shots here to write.", "Add a movie strip, and run Detect Shots.", BAD_INPUT)
    reels = reel_names([(row.medium, row.path) for row in written])
    lines = [f"TITLE: {_plain(title)}", f"FCM: {'DROP' if clock.dropped else 'NON-DROP'} FRAME", ""]
    for number, row in enumerate(written, 1):
        lines += _event(number, row, reels[row.medium], clock, start - zero)
    return "\n".join(lines) + "\n", tuple(_left_out(shots, usable, written, meant))


def reel_names(media: Sequence[tuple[str, str]]) -> dict[str, str]:
    """A reel name for each medium (fingerprint, path): its file's name in capital letters and digits, told apart by a number."""
    names: dict[str, str] = {}
    for medium, path in media:
        if medium in names:
            continue
        stem = _file(path).rpartition(".")[0] or _file(path)
        wanted = "".join(one for one in stem.upper() if one.isascii() and one.isalnum())[:REEL] or "REEL"
        taken, name, number = {*names.values(), *RESERVED}, wanted, 1
        while name in taken:
            number += 1
            name = wanted[: REEL - len(str(number))] + str(number)
        names[medium] = name
    return names


def _event(number: int, row: Row, reel: str, clock: Clock, shift: int) -> list[str]:
    length = row.frames.length
    times = (row.first, row.first + length, row.frames.start + shift, row.frames.end + shift)
    lines = [f"{number:03}  {reel:<{REEL}} V     C        " + " ".join(clock.wrapped(frame) for frame in times)]
    lines.append(f"* FROM CLIP NAME: {_plain(_file(row.path))}")
    if row.transition is not None:
        told = row.transition
        lines.append(f"* BEGINS WITH: {told.kind.replace('_', ' ').upper()}, PICTURES {told.first} TO {told.last} OF THE CLIP")
    if row.scene:
        lines.append(f"* SCENE: {_plain(row.scene)}")
    return lines


def _left_out(shots: Sequence[Row], usable: Sequence[Row], written: Sequence[Row], channel: int) -> list[str]:
    told = []
    muted = sum(row.muted for row in shots)
    unknown = sum(row.source is None and not row.muted for row in shots)
    elsewhere = len(usable) - len(written)
    if muted:
        told.append(f"{_shots(muted)} left out: muted.")
    if unknown:
        told.append(f"{_shots(unknown)} left out: which part of the file {'it shows' if unknown == 1 else 'they show'} is not known.")
    if elsewhere:
        told.append(f"{_shots(elsewhere)} left out: an EDL has one picture track, this one is channel {channel}.")
    if len(written) > EVENTS:
        told.append(f"{len(written)} events: the format counts to {EVENTS}, and some programs read no more.")
    return told


def _shots(count: int) -> str:
    return "1 shot is" if count == 1 else f"{count} shots are"


def _file(path: str) -> str:
    """The file's name, of a path as any system writes it."""
    return path.replace("\\", "/").rpartition("/")[2]


def _plain(text: str) -> str:
    """On one line."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
