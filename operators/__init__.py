"""What a user can do. A line in the table makes a module's classes known to Blender."""

from __future__ import annotations

from types import ModuleType

import bpy

from . import (
    analyse,
    attach,
    auto_edit,
    backend,
    beat_desk,
    beat_files,
    beats,
    beats_cut,
    cancel,
    caption_edit,
    caption_list,
    caption_look,
    caption_many,
    caption_shelf,
    captions,
    chapters,
    correct,
    cutout,
    desk,
    effect_choices,
    effect_preview,
    effects_remove,
    emphasis,
    environment,
    export_shots,
    footage,
    footage_cards,
    footage_overlay,
    footage_report,
    footage_shelf,
    footage_stills,
    grade,
    icons,
    keys,
    levels_clear,
    levels_desk,
    levels_duck,
    levels_files,
    levels_match,
    levels_measure,
    library_find,
    library_follow,
    library_forget,
    library_index,
    library_shelf,
    library_use,
    live_look,
    log_footage,
    models,
    on_render,
    people,
    people_consent,
    people_known,
    people_shelf,
    person_edit,
    person_faces,
    person_shots,
    privacy,
    privacy_check,
    privacy_judge,
    privacy_overlay,
    privacy_shelf,
    redetect,
    reframe,
    reframe_scene,
    reframe_subject,
    removal_apply,
    removal_markers,
    removal_overlay,
    removal_preview,
    removal_review,
    removal_shelf,
    removals,
    reset,
    scenes,
    script,
    select_where,
    settings,
    shelf,
    shot_list,
    shot_pictures,
    shots,
    speakers,
    spelling,
    split_edits,
    srt,
    stabilise,
    stills,
    storage,
    stored,
    subtitles_in,
    subtitles_out,
    supercut,
    tag_shots,
    text_edit,
    transcribe,
    transcript,
    transcript_shelf,
    transitions,
    translate,
    uncertain,
    word_edit,
    word_marks,
)  # fmt: skip

MODULES: tuple[ModuleType, ...] = (
    settings, desk, stored, shots, scenes, captions, script, caption_look, live_look, auto_edit, analyse, cancel, reset, uncertain, srt,
    chapters,
    backend, environment, models, storage, shelf, shot_list, shot_pictures, correct, redetect, export_shots, icons, stills, caption_shelf,
    caption_list, caption_edit, caption_many, spelling, speakers, translate, subtitles_in, subtitles_out, on_render,
    removal_shelf, removals, removal_review, removal_apply, removal_markers, removal_preview, removal_overlay,
    beat_desk, beats, beats_cut, beat_files,
    levels_desk, levels_duck, levels_measure, levels_match, levels_clear, levels_files,
    footage, log_footage, tag_shots, footage_stills, footage_shelf, footage_cards, footage_overlay, footage_report, select_where,
    effect_choices, effect_preview, effects_remove,
    people_known, people_shelf, people, person_edit, person_faces, person_shots, people_consent,
    transcript_shelf, transcribe, transcript, text_edit, word_edit, word_marks, supercut,
    library_shelf, library_index, library_find, library_use, library_forget, library_follow,
    transitions, split_edits, grade, privacy, privacy_shelf, privacy_check, privacy_judge, privacy_overlay,
    stabilise, attach,
    reframe_scene, reframe, reframe_subject,
    emphasis, cutout,
    keys,
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
