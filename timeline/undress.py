"""The style that a text strip shows: what `texts.dress` does, backwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import compat
from .fonts import Fonts, named
from .lanes import outline
from .ledger import Record, load
from .plan import CaptionStyle
from .state import Timeline

_ANCHORS = {"BOTTOM": "bottom", "CENTER": "middle", "TOP": "top"}
_SAME = 1e-4


def active_text(scene: Any) -> str:
    """The name of the active strip where it is a text strip of the sequence being edited, else ""."""
    sequence, strip = compat.open_sequence(scene), scene.sequence_editor.active_strip
    return strip.name if strip is not None and strip.type == "TEXT" and strip.name in sequence.strips else ""


def texts(scene: Any) -> int:
    """How many text strips there are in the sequence being edited."""
    return sum(strip.type == "TEXT" for strip in compat.open_sequence(scene).strips)


def style_of_strip(scene: Any, timeline: Timeline, name: str, record: Record | None) -> CaptionStyle:
    """The style of a text strip as `timeline` has it: the one it was written with, as long as nobody changed its look."""
    ref = next(ref for ref in timeline.captions if ref.name == name)
    if record is not None and record.look is not None and ref.style == record.style:
        return record.look
    return style_from(compat.open_sequence(scene).strips[name], scene, record.look if record is not None else None)


def style_from(strip: Any, scene: Any, base: CaptionStyle | None = None) -> CaptionStyle:
    """The style of a text strip in this scene. What a strip does not show comes from `base`, the style it was written with.

    That is the motion, capitals, and the colours of an outline, shadow or box it has not.
    """
    known = base or CaptionStyle()
    size = strip.font_size
    width = strip.outline_width
    return CaptionStyle(
        font_size=round(size / scene.render.resolution_y, 6),
        position=_rounded(strip.location),
        color=_rounded(strip.color),
        outline=strip.use_outline,
        shadow=strip.use_shadow,
        box=strip.use_box,
        font=_font(strip, known),
        bold=strip.use_bold,
        italic=strip.use_italic,
        outline_color=_rounded(strip.outline_color) if strip.use_outline else known.outline_color,
        outline_width=(0.0 if abs(width - outline(size)) < _SAME else round(width, 6)) if strip.use_outline else known.outline_width,
        shadow_color=_rounded(strip.shadow_color) if strip.use_shadow else known.shadow_color,
        box_color=_rounded(strip.box_color) if strip.use_box else known.box_color,
        box_margin=round(strip.box_margin, 6) if strip.use_box else known.box_margin,
        anchor=_ANCHORS.get(strip.anchor_y, "bottom"),  # type: ignore[arg-type]
        alignment=strip.alignment_x.lower(),
        uppercase=known.uppercase,
        motion=known.motion,
        highlight_color=known.highlight_color,
    )


def _rounded(values: Any) -> Any:
    return tuple(round(value, 6) for value in values)


def _font(strip: Any, known: CaptionStyle) -> str:
    """The font that was asked for where the strip has the one that stands in for it: its letters are in no other."""
    font = _font_of(strip.font)
    return known.font if font == Fonts().suited(known, strip.text).font else font


def _font_of(font: Any) -> str:
    if font is None or font.filepath in ("", "<builtin>"):
        return ""
    return named(font.filepath) or font.filepath


def styles_of(scene: Any, timeline: Timeline, kinds: Collection[str]) -> dict[str, CaptionStyle]:
    """The styles of all text strips of these kinds, by name: those they were written with, as long as nobody changed their look."""
    records = {record.id: record for record in load(timeline.ledger, timeline.stamp).records}
    strips = compat.open_sequence(scene).strips
    found: dict[str, CaptionStyle] = {}
    for ref in timeline.captions:
        if ref.kind in kinds and ref.tag is not None:
            record = records.get(ref.tag.record) if ref.tag.scene == timeline.stamp else None
            if record is not None and record.look is not None and ref.style == record.style:
                found[ref.name] = record.look
            else:
                found[ref.name] = style_from(strips[ref.name], scene, record.look if record is not None else None)
    return found
