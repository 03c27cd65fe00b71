"""What the editor's own hand has settled, in the words a planner needs: claims on parts of media."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .corrections import Corrections
from .plan import Identity
from .timebase import FrameRange

ClaimState = Literal["kept", "deleted", "written"]


@dataclass(frozen=True)
class Claim:
    """Somebody's hold on a part of a medium, through certain strips.

    - "kept": the editor changed it (or pasted it): it owns its source span, no other edit may say the same there.
      `fixed` are the fields he changed; the others still follow the plan, so a planner plans such a caption as a whole.
      Without a `record` nothing of it follows.
    - "deleted": the editor deleted it (or joined the cut again): nothing is planned there.
    - "written": an earlier run's, untouched. It follows the plan when the plan speaks for its strips; else it stands.

    `strips` are all strips that show or sound that part at that place; none when the part is nowhere on the timeline.
    `frames` is where the thing stands, None when it does not; `text` its text.
    """

    identity: Identity
    strips: tuple[str, ...]
    state: ClaimState
    record: str = ""
    fixed: frozenset[str] = frozenset()
    frames: FrameRange | None = None
    text: str = ""


@dataclass(frozen=True)
class Standing:
    """All claims of one reading of the timeline, and what the editor said of boundaries."""

    claims: tuple[Claim, ...] = ()
    corrections: Corrections = field(default_factory=Corrections)
