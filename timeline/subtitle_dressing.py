"""The look of a cue as one caption's look: what its tags, its place and its style say, over the look captions have here. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from .plan import CaptionStyle
from .subtitle_cues import Cue, Run, shares

_TAKEN = ("color", "bold", "italic", "outline", "outline_color", "shadow", "shadow_color", "box", "box_color")
"""What a file's style gives. Not its font and size: those are of another machine's fonts and another picture."""


def dressed(one: Cue, usual: CaptionStyle, styles: Mapping[str, CaptionStyle]) -> CaptionStyle:
    """`usual` with what the file says of this cue. A strip has one look: that of most of its letters."""
    given = styles.get(one.style)
    style = replace(usual, **{name: getattr(given, name) for name in _TAKEN}) if given is not None else usual
    look = _commonest(one)
    own = given if given is not None else CaptionStyle()
    if look.italic != own.italic or given is not None:
        style = replace(style, italic=look.italic)
    if look.bold != own.bold or given is not None:
        style = replace(style, bold=look.bold)
    if look.color:
        style = replace(style, color=shares(look.color))
    return _placed(one, style)


def _commonest(one: Cue) -> Run:
    counts: Counter[Run] = Counter()
    for run in one.runs:
        counts[run.said("")] += sum(not char.isspace() for char in run.text)
    return counts.most_common(1)[0][0] if counts else Run("")


def _placed(one: Cue, style: CaptionStyle) -> CaptionStyle:
    """The middle of the bottom is where every caption goes that says nothing else: so it is the place captions have here."""
    if one.place == "bottom" and one.side == "center":
        return style
    across, up = style.position
    low = min(up, 1 - up) if style.anchor != "middle" else 0.07
    height = {"bottom": low, "middle": 0.5, "top": 1 - low}[one.place]
    width = {"left": 0.1, "center": across if style.alignment == "center" else 0.5, "right": 0.9}[one.side]
    return replace(style, position=(width, round(height, 6)), anchor=one.place, alignment=one.side)
