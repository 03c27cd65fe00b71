"""Options of editing by text. None of them is asked of the worker."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, FloatProperty, IntProperty

from .removal_options import Fades, RippleProps, channels_of, fade_of

if TYPE_CHECKING:
    from ..timeline.ripple import RippleOptions
    from ..timeline.text_edit import TextOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""


class TextPauses:
    text_pause_ms: FloatProperty(
        name="Pause That Stays (ms)",
        description="Milliseconds of silence that stay at least where words are cut out, as far as there is any",
        min=0.0, max=3000.0, default=120.0, precision=0, step=1000, options=ONCE,
    )  # fmt: skip
    text_reach_ms: FloatProperty(
        name="Pause That Goes (ms)",
        description="Milliseconds of the silence beside a word that go with it at most; half of it always stays",
        min=0.0, max=10000.0, default=1000.0, precision=0, step=1000, options=ONCE,
    )  # fmt: skip


class TextApply(TextPauses, RippleProps):
    """Of what cuts and moves words."""


class SuperCut(Fades):
    handles: IntProperty(
        name="Handles (Frames)", description="Frames that are shown before and after what is said", min=0, max=1000, default=6, options=ONCE
    )
    everything: BoolProperty(
        name="All Strips", description="Music, titles, captions and effects too; otherwise the films and the sound that is heard",
        default=False, options=ONCE,
    )  # fmt: skip


class TextState(TextPauses, SuperCut):
    """What the scene remembers of these, besides what it remembers for Apply Removals."""


TEXT_LIVE = ("ripple", "crossfade_ms", "fixed_channels", "keep_markers", "text_pause_ms", "text_reach_ms")
NAMES = ("text_pause_ms", "text_reach_ms", "handles", "everything")
CLASSES: tuple[type, ...] = ()
__all__ = ["NAMES", "TEXT_LIVE", "SuperCut", "TextApply", "TextState", "fade_of", "stays", "text_plan"]


def text_plan(props: Any) -> "TextOptions":
    from fractions import Fraction

    from ..timeline.text_edit import TextOptions

    return TextOptions(Fraction(round(props.text_pause_ms), 1000), Fraction(round(props.text_reach_ms), 1000))


def stays(props: Any) -> "RippleOptions":
    """Raises `EditorError(USAGE)` where the channels that stay are no numbers."""
    from ..timeline.ripple import RippleOptions

    return RippleOptions(fixed=frozenset(channels_of(props)), keep_markers=props.keep_markers)
