"""Captions muted for as long as a render lasts, and nothing else ever: what is muted says so itself, so it is found and shown again
after a crash, in a file that was saved meanwhile, and under another name."""

from __future__ import annotations

from typing import Any

_MARK = "assistant_editor_muted"


def mute(scene: Any) -> int:
    """Mutes what is seen of the scene's captions, locked ones too. Says how many."""
    from .sidecar import texts

    hidden = [strip for strip, _frames, _muted in texts(scene) if not strip.mute]
    for strip in hidden:
        strip[_MARK] = True
        strip.mute = True
    return len(hidden)


def alone(scene: Any) -> bool:
    """Whether nothing but captions is seen: without them Blender would not render the sequencer at all."""
    from .sidecar import texts

    editor = scene.sequence_editor
    captions = {strip.name for strip, _frames, _muted in texts(scene)}
    return editor is None or not any(
        strip.type != "SOUND" and not strip.mute and not editor.channels[strip.channel].mute and strip.name not in captions
        for strip in editor.strips
    )


def show_again(scene: Any) -> int:
    """Takes back what `mute` did, whenever that was. Says how many there were."""
    if scene.sequence_editor is None:
        return 0
    hidden = [strip for strip in scene.sequence_editor.strips_all if _MARK in strip]
    for strip in hidden:
        strip.mute = False
        del strip[_MARK]
    return len(hidden)
