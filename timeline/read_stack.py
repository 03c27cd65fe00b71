"""What lies over and under each other in the open sequence. Reads only: nothing in the file changes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import compat
from .effect_ledger import load
from .plan import EFFECT_KINDS, EffectKind
from .read_effects import effects_text
from .stack import Slab, Stack
from .state import Timeline
from .tags import tag_of
from .timebase import FrameRange

_COVERING = frozenset({"REPLACE", "ALPHA_OVER", "CROSS", "GAMMA_CROSS"})
"""The blend modes in which a strip of full strength hides what its picture lies on."""
_CAPTIONS = frozenset({"caption", "translation", "sound", "highlight"})
"""Texts of ours, which `write_room` puts above layers, a channel at a time where nothing else is in it."""


def stack(scene: Any, timeline: Timeline) -> Stack:
    """Every strip of the sequence that `timeline` was read from."""
    sequence = compat.open_sequence(scene)
    strips = tuple(sequence.strips) if sequence is not None else ()
    others = {strip.channel for strip in strips if not _said(strip) or strip.lock} | set(timeline.held_channels)
    return Stack(
        tuple(_slab(strip, timeline, _said(strip) and strip.channel not in others) for strip in strips),
        tuple(sorted({*timeline.held_channels, *timeline.muted_channels})),
        touched(scene, timeline, frozenset({"privacy"})),
    )


def touched(scene: Any, timeline: Timeline, kinds: Collection[EffectKind]) -> frozenset[str]:
    """The strips that have effects of these kinds, by what was written of their media: they may have been renamed or split since."""
    records = [one for one in load(effects_text(scene)).records if one.identity.kind in kinds and one.state == "live"]
    names, media = {one.strip for one in records}, {one.identity.medium for one in records}
    return frozenset(one.name for one in timeline.strips if one.name in names or one.medium in media)


def _said(strip: Any) -> bool:
    tag = tag_of(strip)
    return strip.type == "TEXT" and tag is not None and tag.kind in _CAPTIONS


def _slab(strip: Any, timeline: Timeline, gives_way: bool) -> Slab:
    tag = tag_of(strip)
    frames = FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
    seen = strip.type != "SOUND" and not strip.mute and strip.channel not in timeline.muted_channels
    plain = strip.type == "SOUND" or (strip.blend_type in _COVERING and strip.blend_alpha >= 1.0)
    effect = tag.kind if tag is not None and tag.kind in EFFECT_KINDS else ""
    return Slab(strip.name, strip.channel, frames, seen, plain, effect, gives_way)
