"""Words cut out, moved and corrected, carried out: what stands on the timeline first, then what captions say. One step of undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..ml.errors import BAD_INPUT, LOCKED, STALE, EditorError
from . import settings, text_options
from .guard import written
from .shot_target import told

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..timeline.layout import Layout, Rearrangement
    from ..timeline.state import Timeline
    from ..timeline.text_edit import TextPlan
    from .transcribed import Transcribed

Corrections = dict[str, list[tuple[int, int, str]]]


def planned(known: Transcribed, layout: Layout, edits: Any, props: Any) -> TextPlan:
    """What these edits of words come to, by the options of `props`."""
    from fractions import Fraction

    from ..timeline import text_edit
    from .transcribed import extent

    alone = props.ripple in ("selected", "lift")
    plan = text_edit.plan(known.spoken, edits, extent(layout), text_options.text_plan(props), alone=alone)
    return replace(plan, seconds=Fraction(0)) if props.ripple == "lift" else plan


def wanted(timeline: Timeline, layout: Layout, plan: TextPlan, props: Any) -> Rearrangement:
    """Where everything is to stand; captions whose words go apart are divided. Raises `EditorError` for what is locked."""
    from ..timeline.layout import Rearrangement
    from ..timeline.ripple import cut_out, reorder

    if plan.order:
        timed = (ref.name for ref in timeline.captions if ref.kind == "caption" and ref.tag is not None and ref.tag.words)
        return reorder(layout, plan.order, replace(text_options.stays(props), divided=frozenset(timed)))
    return cut_out(layout, plan.cutouts, props.ripple, text_options.stays(props)) if plan.cutouts else Rearrangement()


def carry_out(operator: Any, scene: Any, timeline: Timeline, layout: Layout, plan: TextPlan) -> None:
    """Checks everything, then writes. `timeline` and `layout` were read since Blender called last. Raises `EditorError`."""
    from ..timeline.outcome import Outcome
    from ..timeline.write_layout import rearrange

    if not plan:
        raise EditorError("Nothing would change.", " ".join(plan.notices) or "Change the text first.", BAD_INPUT)
    corrections: Corrections = {}
    for name, first, last, new in plan.corrections:
        corrections.setdefault(name, []).append((first, last, new))
    _refuse(scene, timeline, corrections)
    done = rearrange(scene, layout, wanted(timeline, layout, plan, operator), text_options.fade_of(operator))
    with written():
        notices = follow(scene, timeline, dict(done.became), corrections, text_options.stays(operator).fixed)
        settings.remember(operator, scene)
        counts = {"removed": {"word": plan.words}, "updated": {"caption": plan.corrected}}
        notices = tuple(dict.fromkeys((*plan.notices, *done.notices, *notices)))
        line = plan.line
        told(operator, Outcome(operator.bl_label, (), counts, notices=notices, told=f"{line[:1].upper()}{line[1:]}."))


def _refuse(scene: Any, timeline: Timeline, corrections: Corrections) -> None:
    """Raises `EditorError` where a caption cannot be corrected, before anything is written."""
    from ..timeline import caption_edits, write_captions
    from ..timeline.caption_ripple import corrected

    texts = {ref.name: ref.text for ref in timeline.captions}
    missing = [name for name in corrections if name not in texts]
    if missing:
        raise EditorError(f"There is no caption {missing[0]!r}.", "Check the text again. Nothing was changed.", STALE)
    held = [ref.held for ref in timeline.captions if ref.name in corrections and ref.held]
    if held:
        raise EditorError(f"{held[0][:1].upper()}{held[0][1:]}.", "Unlock it and run again. Nothing was changed.", LOCKED)
    mended = {name: corrected(texts[name], mends) for name, mends in corrections.items()}
    write_captions.refuse(scene, timeline, caption_edits.retext(timeline, {name: text for name, text in mended.items() if text}))


def follow(
    scene: Any,
    before: Timeline,
    became: Mapping[str, Sequence[str]],
    corrections: Corrections | None = None,
    fixed: Collection[int] = (),
) -> tuple[str, ...]:
    """Captions say what is still heard, where it is heard, and highlights suit them. `before` was read before the ripple, `became` is
    `Rearranged.became`; in `fixed` channels they stay where they are.

    The timeline is written: what goes wrong now is told in the sentences that are returned. To be called within `guard.written`.
    """
    from ..timeline.caption_follow import highlights
    from ..timeline.caption_ripple import rippled
    from ..timeline.write import HalfWritten, apply
    from ..timeline.write_captions import carry_out
    from . import work

    if not before.captions:
        return ()
    try:
        after = work.look(scene)
        edits = rippled(before, after, became, corrections, fixed)
        if edits or edits.ledger != after.ledger:
            carry_out(scene, after, edits)
        if any(ref.kind == "highlight" for ref in before.captions):
            after = work.look(scene)
            apply(scene, after, highlights(after), fresh=True)
    except HalfWritten:
        raise
    except EditorError as reason:
        return (f"Captions are not changed along: {reason.message} Run Auto Captions again.",)
    return ()


CLASSES: tuple[type, ...] = ()
