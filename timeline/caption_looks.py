"""What captions look like, as data: named looks, where they may stand, colours of speakers, and places clear of faces. Pure.

Sources: EBU R 95 (2017) and SMPTE ST 2046-1: 93 % of the picture's sides are safe for action, 90 % for text; BBC Subtitle Guidelines:
white, yellow, cyan and green, in this order, for speakers; text on a black box. The places that players of upright video cover with
buttons differ between them and from year to year: the lowest fifth and an eighth on the right are what the common ones take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .plan import Caption, CaptionStyle, Edit, Plan
from .timebase import FrameRange

Color = tuple[float, float, float, float]
SANS = "Inter"
"""The font named so is the one Blender draws its own windows in, and brings along."""

TITLE_MARGIN = 0.05
"""Share of a side that lies outside the area safe for text, on each end."""
UPRIGHT_BELOW, UPRIGHT_BESIDE, UPRIGHT_ABOVE = 0.22, 0.12, 0.10
"""Shares of an upright picture that players cover: below, at the right, above."""
UPRIGHT = 0.8
"""Pictures narrower than this share of their height are upright."""
LINE = 1.2
"""Height of a line in sizes of the letters."""


PRESETS: dict[str, CaptionStyle] = {
    "broadcast": CaptionStyle(font=SANS, font_size=0.055, position=(0.5, 0.07)),
    "box": CaptionStyle(
        font=SANS, font_size=0.052, position=(0.5, 0.08), outline=False, box=True, box_color=(0.0, 0.0, 0.0, 1.0), box_margin=0.008,
    ),
    "cinema": CaptionStyle(
        font=SANS, font_size=0.045, position=(0.5, 0.06), color=(0.96, 0.96, 0.92, 1.0), shadow=True,
        outline_color=(0.0, 0.0, 0.0, 0.6), shadow_color=(0.0, 0.0, 0.0, 0.8),
    ),
    "documentary": CaptionStyle(
        font=SANS, font_size=0.042, position=(0.08, 0.09), outline=False, shadow=True, shadow_color=(0.0, 0.0, 0.0, 0.9), box=True,
        box_color=(0.0, 0.0, 0.0, 0.45), box_margin=0.01, alignment="left",
    ),
    "social": CaptionStyle(
        font=SANS, font_size=0.085, position=(0.5, 0.14), bold=True, outline_color=(0.0, 0.0, 0.0, 1.0), outline_width=0.16,
    ),
    "karaoke": CaptionStyle(
        font=SANS, font_size=0.075, position=(0.5, 0.12), bold=True, outline_color=(0.0, 0.0, 0.0, 1.0), motion="word",
    ),
    "pop": CaptionStyle(
        font=SANS, font_size=0.1, position=(0.5, 0.16), bold=True, uppercase=True, outline_color=(0.0, 0.0, 0.0, 1.0),
        outline_width=0.16, shadow=True, motion="pop",
    ),
}  # fmt: skip
"""By the name an option and the command line give them. Made for wide pictures; `fitted` makes them suit others."""


@dataclass(frozen=True)
class Area:
    """A part of the picture in shares of its sides, from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def text_area(width: int, height: int) -> Area:
    """Where text may stand in a picture of so many pixels: safe for titles, and in an upright one clear of the player's buttons.

    What is left free at the right of an upright picture is left free at its left too, so that centred text stays in its middle.
    """
    if width / height >= UPRIGHT:
        return Area(TITLE_MARGIN, TITLE_MARGIN, 1 - TITLE_MARGIN, 1 - TITLE_MARGIN)
    return Area(UPRIGHT_BESIDE, UPRIGHT_BELOW, 1 - UPRIGHT_BESIDE, 1 - UPRIGHT_ABOVE)


def fitted(style: CaptionStyle, width: int, height: int) -> CaptionStyle:
    """The same style in a picture of this shape: letters as large against its shorter side, the place within `text_area`.

    A style for a wide picture is given back as it is, but for a place outside the safe area. Doing it twice changes nothing
    but the size: a look is fitted once, from its preset.
    """
    area = text_area(width, height)
    share = min(1.0, width / height)
    x, y = style.position
    lowest, highest = area.bottom, area.top
    position = (round(min(max(x, area.left), area.right), 4), round(min(max(y, lowest), highest), 4))
    return replace(style, position=position, font_size=round(style.font_size * share, 5))


def room(style: CaptionStyle, width: int, height: int) -> float:
    """The share of the picture's width that a line may take, from where the style has it stand to the end of `text_area`.

    Of a picture that has its text outside that area on purpose, the room to the picture's own edges.
    """
    area, x = text_area(width, height), style.position[0]
    if not area.left <= x <= area.right:
        area = Area(0.0, 0.0, 1.0, 1.0)
    before, after = max(0.0, x - area.left), max(0.0, area.right - x)
    free = {"left": after, "right": before, "center": 2 * min(before, after)}[style.alignment]
    return max(0.1, free)


SPEAKER_COLORS: tuple[Color, ...] = (
    (1.0, 1.0, 1.0, 1.0),
    (1.0, 1.0, 0.0, 1.0),
    (0.0, 1.0, 1.0, 1.0),
    (0.0, 1.0, 0.0, 1.0),
    (1.0, 0.5, 1.0, 1.0),
    (1.0, 0.55, 0.25, 1.0),
    (0.4, 0.7, 1.0, 1.0),
    (1.0, 0.65, 0.65, 1.0),
)
"""The first four are the BBC's; the others read as well on black, and lie far from these and from each other in CIELAB."""


def speaker_style(style: CaptionStyle, number: int, overrides: Mapping[int, Color] | None = None) -> CaptionStyle:
    """`style` in the colour of the speaker of this number (from 0, in the order in which they first speak).

    `overrides` are the colours an editor chose himself, by number. The first of the others has the style's own colour; more than
    there are colours begin again.
    """
    chosen = overrides or {}
    if number in chosen:
        return replace(style, color=chosen[number])
    free = [style.color, *(color for color in SPEAKER_COLORS if color[:3] != style.color[:3])]
    left = [color for color in free if color not in chosen.values()] or free
    place = sum(1 for other in range(number) if other not in chosen)
    red, green, blue, _ = left[place % len(left)]
    return replace(style, color=(red, green, blue, style.color[3]))


def of_speaker(style: CaptionStyle, name: str, names: Sequence[str], looks: Mapping[str, CaptionStyle]) -> CaptionStyle:
    """The look of what the speaker `name` says: what an editor gave him, else `style` in his colour where he is one of `names`."""
    if name in looks:
        return looks[name]
    if name not in names:
        return style
    chosen = {number: looks[other].color for number, other in enumerate(names) if other in looks}
    return speaker_style(style, names.index(name), chosen)


def by_speaker(plan: Plan, looks: Mapping[str, CaptionStyle], colored: bool) -> Plan:
    """The same plan, its captions in the looks of those who say them (`of_speaker`), where `colored` in the order they first speak."""
    said = sorted((edit for edit in plan.edits if isinstance(edit, Caption) and edit.speaker), key=lambda caption: caption.frames.start)
    names = tuple(dict.fromkeys(caption.speaker for caption in said)) if colored else ()
    if not said or not (looks or colored):
        return plan

    def worn(edit: Edit) -> Edit:
        if not isinstance(edit, Caption) or not edit.speaker:
            return edit
        return replace(edit, style=of_speaker(edit.style, edit.speaker, names, looks))

    return replace(plan, edits=tuple(map(worn, plan.edits)))


def band(style: CaptionStyle, lines: int = 2) -> Area:
    """The part of the picture, over its whole width, that so many lines of this style take."""
    tall, y = lines * LINE * style.font_size, style.position[1]
    bottom = {"bottom": y, "middle": y - tall / 2, "top": y - tall}[style.anchor]
    return Area(0.0, bottom, 1.0, bottom + tall)


def placed(
    style: CaptionStyle, frames: FrameRange, faces: Sequence[tuple[FrameRange, Area]], lines: int = 2, highest: float = 1 - TITLE_MARGIN
) -> CaptionStyle:
    """`style`, or the same at the top of the picture (`highest`) where a face would be behind the caption during `frames`.

    It stays where it is when the top is no better. `faces` are where faces are known to be, and when (`face_places.areas`).
    """
    if style.anchor != "bottom":
        return style
    other = replace(style, anchor="top", position=(style.position[0], highest))
    covered = [sum(_covered(band(look, lines), frames, when, face) for when, face in faces) for look in (style, other)]
    return other if covered[0] > covered[1] else style


def clear_of(plan: Plan, near: Callable[[FrameRange], Sequence[tuple[FrameRange, Area]]], highest: float = 1 - TITLE_MARGIN) -> Plan:
    """The same plan, its captions `placed` clear of faces; `near` tells where faces are during these frames, and when."""

    def moved(edit: Edit) -> Edit:
        if not isinstance(edit, Caption) or edit.style.anchor != "bottom":
            return edit
        style = placed(edit.style, edit.frames, near(edit.frames), edit.text.count("\n") + 1, highest)
        return edit if style is edit.style else replace(edit, style=style)

    return replace(plan, edits=tuple(map(moved, plan.edits)))


def _covered(text: Area, frames: FrameRange, when: FrameRange, face: Area) -> float:
    """How much of a face is behind the text, in shares of the picture's height times frames."""
    shared = min(frames.end, when.end) - max(frames.start, when.start)
    return max(0, shared) * max(0.0, min(text.top, face.top) - max(text.bottom, face.bottom)) * (face.right - face.left)
