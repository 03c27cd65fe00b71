"""Where script and sound differ, in words for the editor. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .script import Difference, Scripted
from .state import StripRef

NAME = "Script Differences"
"""What the text with all of them is called."""
_FIRST = 3
"""As many are shown beside the result."""
_LONGEST = 60


def report(found: Scripted, strips: Sequence[StripRef], script: str) -> tuple[tuple[str, ...], str]:
    """Sentences beside the result, and the whole list as a text. Only what is heard through `strips` is told, by timeline frame."""
    rows = [row for difference in found.differences if (row := _row(difference, strips)) is not None]
    head = f"{len(rows)} {'difference' if len(rows) == 1 else 'differences'} between the script “{script}” and what is said"
    names = [strip.name for strip in strips if strip.medium in found.strange and strip.kind in ("MOVIE", "SOUND")]
    strange = [f"{name} is left as heard: the script has little of it." for name in dict.fromkeys(names)]
    text = "\n".join([f"{head}. {found.found:.0%} of the script's words are said.", "", *rows, *strange, ""])
    if not rows:
        return tuple(strange), text
    shown = "; ".join(row.strip() for row in rows[:_FIRST])
    return (f"{head} (all are in the text “{NAME}”): {shown}{'; …' if len(rows) > _FIRST else '.'}", *strange), text


def _row(difference: Difference, strips: Sequence[StripRef]) -> str | None:
    if difference.kind == "missing":
        return f"line {difference.line}: never said: “{_short(difference.script)}”"
    frame = _frame(difference, strips)
    if frame is None:
        return None
    if difference.kind == "added":
        return f"frame {frame}: not in the script: “{_short(difference.heard)}”"
    return f"frame {frame}: heard “{_short(difference.heard)}”, script “{_short(difference.script)}” (line {difference.line})"


def _frame(difference: Difference, strips: Sequence[StripRef]) -> int | None:
    """Where it is first heard on the timeline."""
    assert difference.seconds is not None
    frames = [
        strip.source.nearest_frame(difference.seconds)
        for strip in strips
        if strip.medium == difference.medium and strip.source is not None and not strip.muted and strip.visible.holds(difference.seconds)
    ]
    return min(frames, default=None)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
