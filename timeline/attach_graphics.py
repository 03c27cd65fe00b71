"""The graphics that are attached: what each is made of, where it sits on its subject, and how it goes along. Pure.

Letters, arrows, emoji and glasses are characters of the fonts that Blender brings along, so a .blend needs no files for them. How large
they are drawn at a font size of 1 was measured in 4.5 and 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from .attach_motion import Motion, moved, opacity, smoothed
from .attach_subjects import Subject
from .effect import Layer, Setting
from .timebase import FrameRange
from .visual import visual

Graphic = Literal["tag", "text", "arrow", "emoji", "glasses", "image", "strip"]
Place = Literal["auto", "on", "above", "below", "left", "right"]
EMOJI, GLASSES, ARROW = "\U0001f600", "\U0001f576", "\u25bc"
LENSES = 0.53
"""Between the middles of the two lenses, at a font size of 1."""
LETTER, LINE, MARGIN = 0.6, 1.4, 0.008
"""About how wide a letter is and how high a line, and the margin of a box in widths of the frame."""
ARROW_MIDDLE = -0.08
"""Where the middle of the arrow is drawn above that of its text."""
LARGEST = 0.7
"""Of the height of the frame: what is drawn larger is cut off, so it is drawn so large and scaled."""
DIRECTIONS: dict[str, tuple[float, float, float]] = {
    "above": (0, 1, 0), "below": (0, -1, np.pi), "left": (-1, 0, np.pi / 2), "right": (1, 0, -np.pi / 2), "on": (0, 0, 0),
}  # fmt: skip
"""Where a graphic sits, and how an arrow is turned that points from there to the subject."""
PLACES: dict[str, Place] = {
    "tag": "above", "text": "above", "arrow": "above", "emoji": "on", "glasses": "on", "image": "on", "strip": "on",
}  # fmt: skip
STEADY: dict[str, tuple[float, float]] = {
    "tag": (0.2, 0.6), "text": (0.12, 0.4), "arrow": (0.15, 0.5), "emoji": (0.06, 0.12), "glasses": (0.04, 0.08), "image": (0.06, 0.12),
    "strip": (0.04, 0.08),
}  # fmt: skip
"""Seconds (standard deviations) over which places, and sizes and angles, are smoothed: what sits on a face goes with it at once."""
EXACT = (0.02, 0.02)
"""The same for what is known to a fraction of a pixel."""


@dataclass(frozen=True)
class Attached:
    """`text`: what a tag, text or emoji says. `image` is a file of `image_size` pixels. `strip` is the name of one that stands, and
    `moment` the frame at which it stands where the editor put it. `size` times as large as by itself; `tolerance` in pixels."""

    graphic: Graphic
    text: str = ""
    image: str = ""
    image_size: tuple[int, int] = (0, 0)
    strip: str = ""
    place: Place = "auto"
    size: float = 1.0
    tolerance: float = 1.0
    moment: int = 0


def layer(subject: Subject, wish: Attached, canvas: tuple[int, int], rate: Fraction) -> Layer:
    """The strip that is the graphic, in the frames its subject is seen in."""
    steady = replace(
        subject,
        box=_steadied(subject.box, subject.seen, wish.graphic, rate, subject.exact),
        pose=_steadied(subject.pose, subject.seen, wish.graphic, rate, subject.exact),
    )
    if wish.graphic == "strip":
        return _along(steady, wish, canvas)
    if wish.graphic == "image":
        return _picture(steady, wish, canvas)
    return _characters(steady, wish, canvas)


def _steadied(path: Any, seen: Any, graphic: Graphic, rate: Fraction, exact: bool) -> Any:
    places, rest = (deviation * float(rate) for deviation in (EXACT if exact else STEADY[graphic]))
    return np.column_stack([smoothed(path[:, :2], seen, places), smoothed(path[:, 2:], seen, rest)])


def _characters(subject: Subject, wish: Attached, canvas: tuple[int, int]) -> Layer:
    text = _said(subject, wish)
    place = PLACES[wish.graphic] if wish.place == "auto" or wish.graphic == "glasses" else wish.place
    wanted, angle = _sized(subject, wish, place, canvas)
    font = float(min(max(wanted.max(), 4.0), LARGEST * canvas[1]))
    width, height = _extent(text, font, wish.graphic, canvas)
    scale = wanted / font
    middle = _middle(subject, place, width * scale, height * scale)
    if place != "on":
        half = np.stack([width * scale, height * scale], axis=1) / 2
        low, high = half, np.array(canvas) - half
        middle = np.where(low < high, middle.clip(np.minimum(low, high), np.maximum(low, high)), middle)
    if wish.graphic == "arrow":
        middle -= ARROW_MIDDLE * wanted[:, None] * np.stack([-np.sin(angle), np.cos(angle)], axis=1)
    places = np.column_stack([middle - np.array(canvas) / 2, scale, angle])
    settings, curves = moved(Motion(places, subject.seen, max(width, height) / 2), subject.frames.start, wish.tolerance)
    hidden = opacity(subject.seen, subject.frames, subject.frames)
    return Layer(
        _named(subject, wish), "TEXT", subject.frames, settings=(*_drawn(text, font, wish.graphic), *settings), curves=(*curves, *hidden)
    )


def _extent(text: str, font: float, graphic: Graphic, canvas: tuple[int, int]) -> tuple[float, float]:
    """About how wide and high it is drawn, in pixels."""
    if graphic not in ("tag", "text"):
        return font, 0.6 * font
    lines = text.split("\n")
    edge = 2 * MARGIN * canvas[0] if graphic == "tag" else 0.0
    return max(len(line) for line in lines) * LETTER * font + edge, len(lines) * LINE * font + edge


def _said(subject: Subject, wish: Attached) -> str:
    own = {"arrow": ARROW, "glasses": GLASSES, "emoji": wish.text or EMOJI}
    return own.get(wish.graphic) or visual(wish.text or subject.name.capitalize())


def _named(subject: Subject, wish: Attached) -> str:
    names = {
        "tag": "Name Tag",
        "text": "Text",
        "arrow": "Arrow",
        "emoji": "Emoji",
        "glasses": "Glasses",
        "image": "Image",
        "strip": "Follow",
    }
    return f"{names[wish.graphic]} {subject.name}"


def _sized(subject: Subject, wish: Attached, place: Place, canvas: tuple[int, int]) -> tuple[Any, Any]:
    """(font size in pixels, angle) at every frame."""
    still, level = np.ones(len(subject.box)), np.zeros(len(subject.box))
    tall = float(canvas[1])
    if wish.graphic == "glasses":
        return subject.pose[:, 2] / LENSES * wish.size, subject.pose[:, 3]
    if wish.graphic == "emoji":
        return subject.box[:, 2:4].max(axis=1) * (1.1 if place == "on" else 0.4) * wish.size, subject.pose[:, 3] if place == "on" else level
    if wish.graphic == "arrow":
        wanted = (0.35 * np.sqrt(subject.box[:, 2] * subject.box[:, 3])).clip(0.05 * tall, 0.2 * tall) * wish.size
        return wanted, level + DIRECTIONS[place][2]
    if wish.graphic == "text" and place == "on":
        return subject.pose[:, 2] * 0.25 * wish.size, subject.pose[:, 3]
    return still * 0.05 * tall * wish.size, level


def _middle(subject: Subject, place: Place, width: Any, height: Any) -> Any:
    """Where the middle of a graphic of this size goes: on its subject, or beside it with a little room."""
    across, up, _angle = DIRECTIONS[place]
    if place == "on":
        return subject.pose[:, :2].copy() if np.isfinite(subject.pose).all() else subject.box[:, :2].copy()
    away = (
        subject.box[:, 2:4] / 2
        + np.stack([np.broadcast_to(width, len(subject.box)), np.broadcast_to(height, len(subject.box))], axis=1) * 0.55
    )
    return subject.box[:, :2] + away * np.array([across, up])


def _drawn(text: str, font: float, graphic: Graphic) -> tuple[Setting, ...]:
    color = {"tag": (1.0, 1.0, 1.0, 1.0), "text": (1.0, 1.0, 1.0, 1.0), "glasses": (0.02, 0.02, 0.02, 1.0)}.get(
        graphic, (1.0, 0.78, 0.1, 1.0)
    )
    found = [
        Setting("text", text), Setting("font_size", round(font, 2)), Setting("color", color), Setting("location", (0.5, 0.5)),
        Setting("anchor_x", "CENTER"), Setting("anchor_y", "CENTER"), Setting("alignment_x", "CENTER"),
    ]  # fmt: skip
    if graphic == "tag":
        found += [Setting("use_box", True), Setting("box_color", (0.05, 0.05, 0.05, 0.75)), Setting("box_margin", MARGIN)]
    elif graphic != "glasses":
        found += [Setting("use_outline", True), Setting("outline_color", (0.0, 0.0, 0.0, 1.0))]
    return tuple(found)


def _picture(subject: Subject, wish: Attached, canvas: tuple[int, int]) -> Layer:
    """As wide as its subject, or half as wide beside it."""
    place = PLACES["image"] if wish.place == "auto" else wish.place
    own = np.array(wish.image_size, np.float64)
    # On a face what counts is where the eyes are; a picture covers all of it.
    placed = replace(subject, pose=np.column_stack([subject.box[:, :2], subject.pose[:, 2:]]))
    scale = subject.box[:, 2] / own[0] * wish.size * (1.0 if place == "on" else 0.5)
    angle = subject.pose[:, 3] if place == "on" else np.zeros(len(scale))
    middle = _middle(placed, place, own[0] * scale, own[1] * scale)
    places = np.column_stack([middle - np.array(canvas) / 2, scale, angle])
    settings, curves = moved(Motion(places, subject.seen, float(np.hypot(*own)) / 2), subject.frames.start, wish.tolerance)
    hidden = opacity(subject.seen, subject.frames, subject.frames)
    return Layer(_named(subject, wish), "IMAGE", subject.frames, settings=settings, curves=(*curves, *hidden), file=wish.image)


def _along(subject: Subject, wish: Attached, canvas: tuple[int, int]) -> Layer:
    """A strip that stands goes along from where it is at the chosen moment: an effect strip over it moves, that blurs by nothing."""
    held = min(max(wish.moment, subject.frames.start), subject.frames.end - 1) - subject.frames.start
    known = np.flatnonzero(subject.seen)
    held = int(known[np.abs(known - held).argmin()])
    x, y, size, angle = (subject.pose - [0, 0, 0, subject.pose[held, 3]]).T
    scale = size / size[held] if size[held] > 0 else np.ones_like(size)
    arm = np.array(canvas) / 2 - subject.pose[held, :2]
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    middle = np.stack([x + arm[0] * cos - arm[1] * sin, y + arm[0] * sin + arm[1] * cos], axis=1)
    places = np.column_stack([middle - np.array(canvas) / 2, scale, angle])
    settings, curves = moved(Motion(places, subject.seen, float(np.hypot(*canvas)) / 2), subject.frames.start, wish.tolerance)
    ever = FrameRange(subject.frames.start - 10_000_000, subject.frames.end + 10_000_000)
    hidden = opacity(subject.seen, subject.frames, ever)
    still = (Setting("size_x", 0.0), Setting("size_y", 0.0), *settings)
    return Layer(_named(subject, wish), "GAUSSIAN_BLUR", subject.frames, (wish.strip,), still, (*curves, *hidden))
