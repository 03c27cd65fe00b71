"""Effects of a plan, merged with what stands and written: the part of `work.carry_out` that is about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..timeline.plan import EFFECT_KINDS

if TYPE_CHECKING:
    from ..timeline.merge_effects import EffectChanges
    from ..timeline.outcome import Outcome
    from ..timeline.plan import Plan
    from ..timeline.state import Timeline


def concerned(planned: Plan) -> bool:
    """Whether a plan says anything of effects."""
    return bool(planned.effects) or any(kind in EFFECT_KINDS for _medium, kind in planned.media)


def merged(scene: Any, timeline: Timeline, planned: Plan, *, changed_too: bool = False) -> EffectChanges:
    """What is to be done, and nothing is done yet. `changed_too`: what the editor changed is no longer spared."""
    from ..timeline import merge_effects as merge
    from ..timeline import read_effects

    text = read_effects.effects_text(scene)
    names = {effect.strip for effect in planned.effects} | merge.strips_of(text)
    media, paths = merge.media_of(text, planned), merge.paths_of(text, planned)
    stands = read_effects.scenery(scene, timeline, media, paths, names, merge.masks_of(text))
    return merge.merge_effects(timeline, text, stands, planned, changed_too=changed_too)


def written(scene: Any, timeline: Timeline, changes: EffectChanges, done: Outcome) -> Outcome:
    """Writes them, and adds to `done` what that did. Raises as `write_effects.apply_effects` does."""
    from ..timeline.effect_bare import bare, told
    from ..timeline.effect_outcome import with_effects
    from ..timeline.write_effects import apply_effects

    wrote = apply_effects(scene, timeline, changes)
    frames = bare(changes, {strip.name: strip.frames for strip in timeline.strips})
    notices = (told(frames), *wrote.notices) if frames else wrote.notices
    made = with_effects(done, changes, notices, wrote.left_out)
    return replace(made, partial=made.partial or bool(frames))


CLASSES: tuple[type, ...] = ()
