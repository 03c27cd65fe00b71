"""What a check found, told: in the list, in a sentence, and in a file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..timeline.outcome import Outcome

if TYPE_CHECKING:
    from .privacy_shelf import CoverShelf

OPEN = ("",)


def shown(scene: Any, job: Any, label: str, every: int, shelf: CoverShelf) -> Outcome:
    """Takes what a finished `Checking` saw into the list, and says it. Partial where something is still seen, or covers are out of date."""
    from ..timeline import read_poses
    from ..timeline.privacy_finds import finds
    from . import effect_stage, work

    line = work.look(scene)
    # As it stands now, also what Anonymise wrote of the strips themselves: it writes nothing there.
    stage, moving = effect_stage.stage_of(scene, line, None), read_poses.moving(scene, "privacy")
    found = finds(job.looks, every, line, stage, moving)
    shelf.show(scene, found, every, len(job.looks))
    bare = shelf.look_beneath(scene)
    left = [one for one in found if not one.word]
    said = len(found) - len(left)
    told = f"{_many(len(left))} still seen in {len(job.looks)} frames" if left else f"No face is still seen in {len(job.looks)} frames"
    told += f"; {said} of which you have said something." if said else "."
    notices = (*((bare,) if bare else ()), *job.notices)
    return Outcome(label, notices=notices, partial=bool(left or bare), told=told, facts=())


def as_json(scene: Any, shelf: CoverShelf) -> dict[str, Any]:
    """The list as a file tells it: places in pixels of the frame from its lower left corner."""
    rows = []
    for find in shelf.finds:
        best = find.surest
        sights = [{"frame": one.frame, "box": [round(side, 1) for side in one.box], "sure": round(one.sure, 3)} for one in find.sights]
        rows.append({"frames": list(find.frames), "word": find.word, "strip": best.strip, "sure": round(best.sure, 3), "sights": sights})
    size = [scene.render.resolution_x, scene.render.resolution_y]
    return {
        "schema": "assistant_editor.cover/1", "looked_at": shelf.looked, "every": shelf.every, "frame": size, "covers": shelf.bare,
        "still_seen": rows,
    }  # fmt: skip


def seconds_between(scene: Any, every: int) -> Fraction:
    """From one look to the next."""
    return Fraction(every) * Fraction(scene.render.fps_base).limit_denominator(1001) / scene.render.fps


def _many(count: int) -> str:
    return "1 face" if count == 1 else f"{count} faces"


CLASSES: tuple[type, ...] = ()
