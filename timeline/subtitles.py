"""The captions of a timeline as what a subtitle file holds. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..ml.errors import BAD_INPUT, EditorError
from .caption_list import speakers_of
from .plan import CaptionStyle
from .state import CaptionRef, Timeline
from .subtitle_cues import Cue, Place, Run, hexed, tidy
from .subtitle_files import STYLED, write

Looks = Mapping[str, CaptionStyle]
"""The look of captions by the names of their strips."""


@dataclass(frozen=True)
class Wanted:
    """What goes into the file: captions or their translations, what tells of sounds too, and their looks where the format has them."""

    kind: str = "caption"
    sounds: bool = True
    looks: bool = True

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({self.kind, "sound"} if self.sounds and self.kind == "caption" else {self.kind})


def srt(timeline: Timeline) -> str:
    """The captions that runs wrote, and what the editor made of them, as SubRip text without looks."""
    return file(timeline, "srt", Wanted(sounds=False, looks=False)).decode()


def file(
    timeline: Timeline, format: str, wanted: Wanted, looks: Looks | None = None, zero: Fraction = Fraction(0),
    size: tuple[int, int] = (1920, 1080), language: str = "",
) -> bytes:  # fmt: skip
    """The file as bytes. The first frame of the scene's range is its second `zero`; `size`: the picture's width and height in pixels.

    What is muted or outside the range is left out. Raises `EditorError(BAD_INPUT)` when there is nothing to write.
    """
    captions = shown(timeline, wanted.kinds)
    if not captions:
        what = {"translation": "translations", "sound": "sounds"}.get(wanted.kind, "captions")
        raise EditorError(f"There are no {what} here to write.", "Run Auto Captions first.", BAD_INPUT)
    known = {ref.name: looks[ref.name] for ref in captions if looks and ref.name in looks} if wanted.looks else {}
    cues, styles = cues_of(timeline, captions, known, zero, named=format in STYLED)
    return write(cues, format, timeline.rate, styles, size, language)


def shown(timeline: Timeline, kinds: Collection[str]) -> list[CaptionRef]:
    """The text strips of these kinds that are seen within the scene's range, in order of time."""
    muted = set(timeline.muted_channels)
    return [
        ref
        for ref in timeline.captions
        if ref.kind in kinds and ref.frames.overlaps(timeline.frames) and not ref.muted and ref.channel not in muted and ref.text.strip()
    ]


def cues_of(
    timeline: Timeline, captions: Collection[CaptionRef], looks: Looks, zero: Fraction, *, named: bool
) -> tuple[list[Cue], dict[str, CaptionStyle]]:
    """The cues of these captions, and the styles they name.

    The commonest look is what a player shows anyway. Formats without styles (`named` false) get what differs from it as tags.
    """
    speakers = speakers_of(timeline)
    worn = [_worn(looks[ref.name]) if ref.name in looks else CaptionStyle() for ref in captions]
    usual = Counter(worn).most_common(1)[0][0] if worn else CaptionStyle()
    names = {usual: "Default"}
    cues = []
    for ref, look in zip(captions, worn, strict=True):
        if look not in names:
            names[look] = f"Style {len(names) + 1}"
        start, end = max(ref.frames.start, timeline.frames.start), min(ref.frames.end, timeline.frames.end)
        times = [zero + (frame - timeline.frames.start) / timeline.rate for frame in (start, end)]
        speaker = speakers.get(ref.tag.record, "") if ref.tag is not None and ref.tag.scene == timeline.stamp else ""
        run, side = Run(ref.text, look.italic, look.bold), look.alignment
        if not named:
            color = hexed(look.color) if hexed(look.color) != hexed(usual.color) else ""
            run = replace(run, italic=look.italic and not usual.italic, bold=look.bold and not usual.bold, color=color)
            side = look.alignment if look.alignment != usual.alignment else "center"
        cues.append(Cue(times[0], times[1], tidy([run]), speaker, place_of(look), side, names[look] if named and looks else ""))
    return cues, {name: look for look, name in names.items()} if named and looks else {}


def _worn(look: CaptionStyle) -> CaptionStyle:
    """A look without what moves: files hold captions that stand still."""
    return replace(look, motion="none", highlight_color=CaptionStyle().highlight_color)


def place_of(look: CaptionStyle) -> Place:
    """Which third of the picture a caption stands in."""
    height = look.position[1]
    return "top" if height > 0.67 else "middle" if height > 0.33 else "bottom"
