"""Carries out what an editor does to captions: every check first, then every write."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..ml.errors import BAD_INPUT, DEFECT, LOCKED, EditorError
from . import compat
from .caption_edits import Becomes, CaptionEdits, Piece
from .ledger import looks_of
from .moving import move_texts
from .read import inputs, keeper
from .state import Timeline
from .tags import put_ledger, put_tag
from .texts import refuse_too_long
from .visual import visual
from .write import HalfWritten


def carry_out(scene: Any, timeline: Timeline, edits: CaptionEdits) -> tuple[str, ...]:
    """Writes `edits`, made for `timeline`, which was read within the same call from Blender. The names of the strips that are left.

    Raises `EditorError` before the first change: LOCKED naming the strip or channel, BAD_INPUT where a text is longer than this
    Blender keeps, or an effect reads a strip that is to be split or deleted. What goes wrong later is raised as `HalfWritten`.
    """
    strips = compat.open_sequence(scene).strips
    shown = _Shown(timeline)
    _check(strips, timeline, edits, shown)
    try:
        names = [name for becomes in edits.strips for name in _become(strips, becomes, shown)]
        _move(strips, timeline, edits)
        if edits.ledger != timeline.ledger:
            put_ledger(keeper(scene), timeline.stamp, edits.ledger)
    except Exception as reason:
        told = str(reason).strip() or type(reason).__name__
        raise HalfWritten(
            f"Writing stopped half-way: {told}.", "Press Ctrl+Z once to bring everything back.", DEFECT, traceback.format_exc()
        ) from reason
    return tuple(names)


def refuse(scene: Any, timeline: Timeline, edits: CaptionEdits) -> None:
    """Raises `EditorError` where `carry_out` would, before its first change. Nothing is written."""
    _check(compat.open_sequence(scene).strips, timeline, edits, _Shown(timeline))


class _Shown:
    """What a strip holds so that its text is seen as it should be (`visual`). The editor's own strips hold what he types."""

    def __init__(self, timeline: Timeline) -> None:
        self._tags = {ref.name: ref.tag for ref in timeline.captions}
        self._looks = looks_of(timeline.ledger) if '"uppercase":true' in timeline.ledger else {}

    def of(self, name: str, piece: Piece) -> str:
        tag = self._tags[name]
        return piece.text if tag is None else visual(piece.text, tag.record in self._looks and self._looks[tag.record].uppercase)


def _check(strips: Any, timeline: Timeline, edits: CaptionEdits, shown: _Shown) -> None:
    held = {ref.name: ref.held for ref in timeline.captions}
    for becomes in edits.strips:
        if held[becomes.name]:
            reason = held[becomes.name]
            raise EditorError(f"{reason[0].upper()}{reason[1:]}.", "Unlock it and run again. Nothing was changed.", LOCKED)
        for piece in becomes.pieces:
            refuse_too_long(f"The text of {becomes.name!r}", shown.of(becomes.name, piece), "Shorten it, or split the caption.")
    remade = {becomes.name for becomes in edits.strips if len(becomes.pieces) != 1}
    for strip in strips if remade else ():
        for source in inputs(strip):
            if source.name in remade:
                raise EditorError(
                    f"The effect {strip.name!r} reads caption {source.name!r}.", "Delete the effect first. Nothing was changed.", BAD_INPUT
                )


def _become(strips: Any, becomes: Becomes, shown: _Shown) -> Iterable[str]:
    strip = strips[becomes.name]
    if not becomes.pieces:
        strips.remove(strip)
        return []
    parts = [strip]
    for piece in becomes.pieces[1:]:
        # Without its connections: whatever else is tied to the caption stays whole.
        parts.append(parts[-1].split(frame=piece.frames.start, split_method="SOFT", ignore_connections=True))
    for part, piece in zip(parts, becomes.pieces, strict=True):
        seen = shown.of(becomes.name, piece)
        if part.text != seen:
            part.text = seen
        if piece.tag is not None:
            put_tag(part, replace(piece.tag, text="" if seen == piece.text else piece.text))
        if len(parts) > 1:
            compat.set_right(part, piece.frames.end)
    return [part.name for part in parts]


def _move(strips: Any, timeline: Timeline, edits: CaptionEdits) -> None:
    single = {becomes.name: becomes.pieces[0] for becomes in edits.strips if len(becomes.pieces) == 1}
    before = {ref.name: ref.frames for ref in timeline.captions}
    for name, piece in single.items():
        if piece.channel:
            strips[name].channel = piece.channel
    move_texts(strips, {name: piece.frames for name, piece in single.items() if piece.frames != before[name]}, timeline.held_channels)


def selected(scene: Any) -> tuple[str, ...]:
    """The names of the selected text strips, in order of time."""
    sequence = compat.open_sequence(scene)
    found = [strip for strip in sequence.strips if strip.type == "TEXT" and strip.select] if sequence is not None else []
    return tuple(strip.name for strip in sorted(found, key=compat.left))


def choose(scene: Any, name: str) -> None:
    """Selects this strip alone, and makes it the active one."""
    for strip in compat.open_sequence(scene).strips:
        strip.select = strip.name == name
        if strip.select:
            scene.sequence_editor.active_strip = strip

