"""What a user sees. A line in the table makes a module's classes known to Blender."""

from __future__ import annotations

from types import ModuleType

import bpy

from . import (
    beats,
    caption_list,
    caption_look,
    captions,
    effect_attach,
    effect_cutout,
    effect_emphasis,
    effect_grade,
    effect_privacy,
    effect_reframe,
    effect_stabilise,
    effect_transitions,
    effects,
    footage,
    levels,
    library,
    log_footage,
    main,
    menus,
    people,
    removals,
    scenes,
    shot_list,
    speakers,
    stills,
    transcript,
)

MODULES: tuple[ModuleType, ...] = (
    main, shot_list, log_footage, footage, people, scenes, stills, captions, caption_look, speakers, caption_list, transcript, removals,
    levels, beats,
    effects, effect_reframe, effect_cutout, effect_emphasis, effect_grade, effect_privacy, effect_attach, effect_stabilise,
    effect_transitions,
    library, menus,
)  # fmt: skip


def register() -> None:
    for module in MODULES:
        for kind in module.CLASSES:
            bpy.utils.register_class(kind)
        if hasattr(module, "register"):
            module.register()


def unregister() -> None:
    for module in reversed(MODULES):
        if hasattr(module, "unregister"):
            module.unregister()
        for kind in reversed(module.CLASSES):
            bpy.utils.unregister_class(kind)
