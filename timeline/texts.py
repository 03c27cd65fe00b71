"""Text strips: how they look, how large their letters can be, and how many are made in little time.

Dressing a text strip costs as much as making it, and a split copies the dress: so one long text strip is divided where captions
begin. That gives the same strips in half the time, up to a few hundred. But every call that adds a strip makes Blender build its
look-up tables of all strips anew, and every piece needs a new name. Splitting a meta strip copies all it holds with far fewer of
both: so for many a mould, a meta strip of some dressed texts, is split again and again, and each half is taken apart once its
texts stand where they belong. `docs/architecture.md` has the numbers.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, EditorError
from . import compat
from .caption_looks import room
from .faces import face_of
from .lanes import fitting, outline
from .plan import CaptionStyle
from .timebase import FrameRange
from .visual import visual

_ANCHORS = {"bottom": "BOTTOM", "middle": "CENTER", "top": "TOP"}
_FEW = 64
"""Up to so many bear plain names, which cost as much as making them."""
_SOME = 200
"""Up to so many, dividing one is quicker than a mould."""
_LAST_FRAME = 1_000_000
"""Blender's frames end a little later."""
_MOULD = "Captions"
_MEASURED_AT = 100
_WIDEST = 4
"""So many lines are measured at the very size they get."""

Journal = list[Callable[[], None]]


def refuse_too_long(what: str, shown: str, remedy: str) -> None:
    """Raises `EditorError(BAD_INPUT)` where this Blender would cut off the end of `shown`. `what` names the text it is to be."""
    size = len(shown.encode())
    if compat.TEXT_BYTES and size > compat.TEXT_BYTES:
        told = f"{what} takes {size} bytes; this Blender keeps {compat.TEXT_BYTES} in a text strip."
        raise EditorError(told, f"{remedy} Nothing was changed.", BAD_INPUT)


def letter_size(scene: Any, style: CaptionStyle, texts: Iterable[str], suited: Callable[[CaptionStyle, str], CaptionStyle]) -> float:
    """Pixels of the font: the style's share of the frame's height, or less where the longest line would not fit beside its place.

    `suited` gives a style the font in which a line is drawn.
    """
    render = scene.render
    free, wanted = room(style, render.resolution_x, render.resolution_y), style.font_size * float(render.resolution_y)
    whole = "\n".join(texts)
    lines = set(whole.split("\n"))
    longest = sorted(lines, key=len)[-_FEW:]
    plain = whole.isascii() and longest and wanted >= 1 and suited(style, longest[-1]) is style
    if plain and len(longest[-1]) * face_of(style).widest(int(wanted)) <= free * render.resolution_x:
        return wanted  # most are so short that they fit whatever they say
    seen = [line if line.isascii() and not style.uppercase else visual(line, style.uppercase) for line in longest]
    worn = [suited(style, line) for line in seen]
    known = {look: face_of(look) for look in {id(look): look for look in worn}.values()}
    widths = [(known[look].width(line, _MEASURED_AT), line, known[look]) for line, look in zip(seen, worn, strict=True)]
    widest = sorted(widths, key=itemgetter(0))[-_WIDEST:]
    size = fitting(wanted, widest[-1][0] / _MEASURED_AT if widest else 0.0, render.resolution_x, free)
    # Small letters are moved on by whole pixels, and come out wider than large ones made small.
    while size > 2 and any(face.width(line, int(size)) > free * render.resolution_x for _width, line, face in widest):
        size = float(math.ceil(size) - 1)
    return size


def dress(strip: Any, style: CaptionStyle, size: float, font: Any = None) -> None:
    """Gives a text strip its look. `size` is in pixels, `font` what Blender made of the style's file.

    What a look has not is left as it is: without an outline nobody sees its colour.
    """
    side = style.alignment.upper()
    strip.font_size = size
    strip.location = style.position
    strip.color = style.color
    strip.anchor_x = strip.alignment_x = side
    strip.anchor_y = _ANCHORS[style.anchor]
    strip.use_outline = style.outline
    if style.outline:
        strip.outline_width, strip.outline_color = style.outline_width or outline(size), style.outline_color
    strip.use_shadow = style.shadow
    if style.shadow:
        strip.shadow_color = style.shadow_color
    strip.use_box = style.box
    if style.box:
        strip.box_color, strip.box_margin = style.box_color, style.box_margin
    strip.use_bold, strip.use_italic = style.bold, style.italic
    if strip.font != font:
        strip.font = font
    shown = 0.0 if style.motion == "pop" else 1.0
    if strip.blend_alpha != shown:
        strip.blend_alpha = shown


_LETTERS = tuple(
    name
    for name in (
        "font", "font_size", "use_bold", "use_italic", "location", "anchor_x", "anchor_y", "alignment_x", "wrap_width", "space_line",
        "abs_space_line", "use_absolute_line_spacing",
    )
    if name in bpy.types.TextStrip.bl_rna.properties
)  # fmt: skip
_AROUND = (
    "use_outline", "outline_color", "outline_width", "use_shadow", "shadow_color", "shadow_angle", "shadow_offset", "shadow_blur",
    "use_box", "box_color", "box_margin", "box_roundness",
)  # fmt: skip
_PLACE = ("offset_x", "offset_y", "scale_x", "scale_y", "rotation", "origin")


def overlay(strip: Any, base: Any, style: CaptionStyle) -> None:
    """Has a text strip stand exactly over `base`: in the highlight's colour, or for words that pop in as `base` would look."""
    for name in _LETTERS:
        setattr(strip, name, getattr(base, name))
    for name in _PLACE:
        setattr(strip.transform, name, getattr(base.transform, name))
    if style.motion == "pop":
        strip.color = base.color
        for name in _AROUND:
            setattr(strip, name, getattr(base, name))
    else:
        strip.color = style.highlight_color
        strip.use_outline = strip.use_shadow = strip.use_box = False


def new_texts(
    strips: Any, name: Callable[[int], str], channel: int, ranges: Sequence[FrameRange], put_on: Callable[[Any], None], journal: Journal
) -> list[Any]:
    """A text strip for each range (in order, apart from each other), dressed by `put_on` and not selected.

    `name` gives a free name for the number of a range; where there are many, most get a numbered one that Blender makes of another's.
    The channel must be free there. `journal` receives, at every step, how to take back what was made so far.
    """
    count = len(ranges)
    if count <= _SOME:
        return _divided(strips, name, channel, ranges, put_on, journal)
    beyond = max(max((compat.right(strip) for strip in strips), default=0), max((frames.end for frames in ranges), default=0)) + 1
    size = max(16, math.isqrt(count))
    if beyond + 2 * size + count > _LAST_FRAME:
        return _divided(strips, name, channel, ranges, put_on, journal)
    mould = strips.new_meta(name=_MOULD, channel=channel, frame_start=beyond)
    journal.append(partial(_remove, strips, mould.name))
    cuts = math.ceil(count / size) - 1
    compat.set_right(mould, beyond + cuts + 1)
    moulded: list[Any] = []

    def grow(upto: int) -> None:
        for j in range(len(moulded), upto):
            parked = FrameRange(beyond + 2 * j, beyond + 2 * j + 1)
            text = compat.new_text(mould.strips, name(count - size + j), channel, parked.start, parked.end)
            put_on(text)
            text.select = False
            moulded.append(text)

    done: list[Any] = []
    grow(count - cuts * size)
    for cut in range(cuts, 0, -1):
        half = mould.split(frame=beyond + cut, split_method="SOFT")
        journal.append(partial(_remove, strips, half.name))
        done += _released(half, ranges[len(done) :], strips, journal)
        grow(size)
    return done + _released(mould, ranges[len(done) :], strips, journal)


def _divided(
    strips: Any, name: Callable[[int], str], channel: int, ranges: Sequence[FrameRange], put_on: Callable[[Any], None], journal: Journal
) -> list[Any]:
    """One long strip for each run of ranges between which nothing else stands, split where the next begins and cut back to its end."""
    made: list[Any] = []
    journal.append(partial(_remove_all, strips, made))
    plain = len(ranges) <= _FEW
    for run in runs(ranges, [compat.left(strip) for strip in strips if strip.channel == channel]):
        last = ranges[run.stop - 1]
        strip = compat.new_text(strips, name(run.start), channel, ranges[run.start].start, last.end)
        made.append(strip)
        strip.select = False
        put_on(strip)
        before = ranges[run.start].end
        for number in run[1:]:
            frames = ranges[number]
            right = strip.split(frame=frames.start, split_method="SOFT")
            made.append(right)
            if before != frames.start:
                compat.set_right(strip, before)
            strip, before = right, frames.end
            if plain:
                strip.name = name(number)
    return made


def runs(ranges: Sequence[FrameRange], standing: Sequence[int]) -> list[range]:
    """The ranges (in order, free) as runs of numbers: a new one wherever something begins (`standing`, frames) between two."""
    if not standing:
        return [range(len(ranges))] if ranges else []
    starts = sorted(standing)
    breaks = [
        number
        for number in range(1, len(ranges))
        if bisect_left(starts, ranges[number - 1].end) < bisect_left(starts, ranges[number].start)
    ]
    edges = [0, *breaks, len(ranges)]
    return [range(first, last) for first, last in pairwise(edges) if first < last]


def sweep(strips: Any, standing: Collection[str]) -> None:
    """Removes the texts and moulds that are not `standing` (names): also one that was made a moment before the work broke off."""
    for strip in [strip for strip in strips if strip.type in ("TEXT", "META") and strip.name not in standing]:
        if strip.type == "TEXT" or strip.name.startswith(_MOULD):
            strips.remove(strip)


def _remove_all(strips: Any, made: Sequence[Any]) -> None:
    for strip in made:
        strips.remove(strip)


def _released(meta: Any, ranges: Sequence[FrameRange], strips: Any, journal: Journal) -> list[Any]:
    """Takes the meta strip apart, its texts standing over the first of `ranges`: in there nothing is in their way."""
    texts = list(meta.strips)
    for text, frames in zip(texts, ranges, strict=False):
        compat.set_content_start(text, frames.start)
        compat.set_right(text, frames.end)
    meta.separate()
    journal.extend(partial(strips.remove, text) for text in texts)
    return texts


def _remove(strips: Any, name: str) -> None:
    found = strips.get(name)
    if found is not None and found.type == "META":
        strips.remove(found)
