"""The options as the scene remembers them. What a call does not give, the scene's settings give."""

from __future__ import annotations

from typing import Any

import bpy

from . import (
    attach_options,
    beat_options,
    caption_options,
    cutout_options,
    emphasis_options,
    filler_options,
    footage_options,
    grade_options,
    level_options,
    library_options,
    look_options,
    options,
    overlay_options,
    people_options,
    privacy_options,
    reframe_options,
    removal_options,
    report_options,
    rule_options,
    silence_options,
    split_options,
    stabilise_options,
    text_options,
    transition_options,
    voice_options,
)
from .caption_list_options import CaptionListProps
from .caption_options import CAPTION_ASKS, CAPTION_LIVE
from .options import SCENE_ASKS, SCENE_LIVE, SHOT_ASKS, SHOT_LIVE
from .presets import as_given
from .still_options import NAMES as STILL_NAMES
from .still_options import StillProps, ThumbnailProps
from .subtitle_options import OnRenderProps

NAMES = tuple(dict.fromkeys((
    *SHOT_ASKS, *SHOT_LIVE, *SCENE_ASKS, *SCENE_LIVE, *CAPTION_ASKS, *CAPTION_LIVE, *voice_options.TRANSLATION, *STILL_NAMES,
    *silence_options.NAMES, *filler_options.NAMES, *removal_options.APPLY_LIVE, *level_options.NAMES, *beat_options.NAMES,
    *text_options.NAMES, *footage_options.NAMES, *people_options.NAMES, *report_options.NAMES,
    *library_options.NAMES, *transition_options.NAMES, *grade_options.NAMES, *stabilise_options.NAMES, *attach_options.NAMES,
    *privacy_options.NAMES, *privacy_options.CHECK,
    *split_options.NAMES, *reframe_options.NAMES, *emphasis_options.NAMES, *cutout_options.NAMES,
)))  # fmt: skip


class ASSISTANT_EDITOR_PG_settings(
    options.ShotProps, options.SceneProps, caption_options.CaptionProps, look_options.LookState, voice_options.VoiceState,
    voice_options.TranslationProps, options.ListProps, StillProps, ThumbnailProps, CaptionListProps, OnRenderProps,
    silence_options.SilenceProps, filler_options.FillerProps, removal_options.RemovalProps, level_options.DuckProps,
    level_options.LevelProps, level_options.LevelState, text_options.TextState, beat_options.BeatState, footage_options.FootageState,
    people_options.PeopleState, overlay_options.OverlayProps, report_options.ReportProps, library_options.LibraryState,
    stabilise_options.StabiliseProps, attach_options.AttachProps, privacy_options.PrivacyProps, privacy_options.CheckProps,
    transition_options.TransitionProps, split_options.SplitProps, grade_options.GradeProps,
    reframe_options.ReframeProps, emphasis_options.EmphasisProps, cutout_options.CutoutProps,
    bpy.types.PropertyGroup,
):  # fmt: skip
    """Options of shots, scenes, captions and cuts of speech, one set a scene."""


def seed(operator: Any, scene: Any) -> None:
    """Fills in every option the caller left open."""
    settings = scene.assistant_editor
    rule_options.PRESETS.seed(operator, settings)
    look_options.PRESETS.seed(operator, settings)
    voice_options.PRESETS.seed(operator, settings)
    silence_options.PRESETS.seed(operator, settings)
    level_options.PRESETS.seed(operator, settings)
    for name in NAMES:
        if hasattr(operator, name) and not operator.properties.is_property_set(name):
            setattr(operator, name, getattr(settings, name))


def remember(operator: Any, scene: Any) -> None:
    """Takes over what was chosen in the redo panel, so that the next press of the button uses it."""
    settings = scene.assistant_editor
    with as_given():
        for name in NAMES:
            if hasattr(operator, name) and getattr(settings, name) != getattr(operator, name):
                setattr(settings, name, getattr(operator, name))


def register() -> None:
    bpy.types.Scene.assistant_editor = bpy.props.PointerProperty(type=ASSISTANT_EDITOR_PG_settings)


def unregister() -> None:
    del bpy.types.Scene.assistant_editor


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_settings,)
