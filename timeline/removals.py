"""What might be cut out of speech, and what the editor said of it: proposals that wait for his word.

A proposal is about a part of a medium. What he says is kept in the scene by that part, so it holds for every later run, and for
whatever strips play it then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Span
from .plan import Why
from .timebase import FrameRange

VERSION = 1

RemovalKind = Literal["silence", "filler", "repeat", "take", "text"]
"""Nobody speaks; "um" and the like; a word or a beginning said again; the same line said better elsewhere; struck out by the editor."""
Way = Literal["remove", "shorten", "speed", "mute"]
"""Cut out; all but `Removal.keep` of it cut out; played faster; left where it is, unheard."""
Verdict = Literal["open", "accepted", "rejected"]


@dataclass(frozen=True)
class Removal:
    """One proposal. `span` is the part of the medium in seconds, `frames` where `strip` plays it on the timeline now.

    `text` is what is said there ("um"), "" for a silence. `way` says what is to be done; `keep` are the frames that stay of a part that
    is shortened, `speed` how much faster it is played. Proposals of one `group` belong together: the takes of a line.
    """

    kind: RemovalKind
    medium: str
    span: Span
    why: Why
    strip: str
    frames: FrameRange
    text: str = ""
    way: Way = "remove"
    keep: int = 0
    speed: Fraction = Fraction(1)
    group: str = ""
    verdict: Verdict = "open"
    beside: tuple[str, ...] = ()
    """Strips of other media in which nobody speaks there either: they are cut along (other microphones, other cameras)."""


@dataclass(frozen=True)
class Proposals:
    """What a planner proposes, in order of the timeline. `notices` are sentences for the user."""

    removals: tuple[Removal, ...] = ()
    notices: tuple[str, ...] = ()

    def __add__(self, other: Proposals) -> Proposals:
        found = sorted((*self.removals, *other.removals), key=lambda one: (one.frames.start, one.frames.end, one.kind))
        return Proposals(tuple(found), tuple(dict.fromkeys((*self.notices, *other.notices))))


@dataclass(frozen=True)
class Said:
    """The editor's word on the part `span` of a medium: `verdict`, and `cut` as he trimmed it (None: as it is proposed)."""

    kind: RemovalKind
    medium: str
    span: Span
    verdict: Verdict
    cut: Span | None = None


def load(text: str) -> tuple[Said, ...]:
    """What `dump` wrote; none for "". Raises `EditorError(BAD_INPUT)` when it cannot be read: it is never silently replaced."""
    if not text:
        return ()
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError("another version")
        return tuple(from_json(Said, one) for one in data["said"])
    except (ValueError, KeyError, AttributeError, TypeError, EditorError) as reason:
        remedy = "Update Assistant Editor. Or use Reset Assistant Editor, which forgets the choices and leaves the timeline as it is."
        raise EditorError("This scene's choices of what to cut out cannot be read.", remedy, BAD_INPUT, repr(reason)) from reason


def dump(said: Iterable[Said]) -> str:
    """One line of JSON, "" when there is nothing to keep."""
    rows = [to_json(one) for one in said]
    return json.dumps({"version": VERSION, "said": rows}, ensure_ascii=False, separators=(",", ":")) if rows else ""


def about(one: Said, removal: Removal) -> bool:
    """Whether a word is about a proposal: of one kind and medium, and they share more than half of the shorter one."""
    if (one.kind, one.medium) != (removal.kind, removal.medium):
        return False
    return one.span.overlap(removal.span) * 2 > min(one.span.length, removal.span.length)
