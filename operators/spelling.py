"""Which words of the captions no dictionary knows, and the user's own words."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import StringProperty

from .. import preferences
from ..ml.errors import USAGE, EditorError
from .caption_target import ONCE
from .guard import Guarded

if TYPE_CHECKING:
    from ..timeline.state import Timeline

WORDS = "words.txt"


def own_words() -> Path:
    """The file of the user's own words, one a line."""
    return Path(bpy.utils.extension_path_user(str(preferences.__package__), create=True)) / WORDS


def _own() -> frozenset[str]:
    path = own_words()
    return frozenset(path.read_text(encoding="utf-8").split("\n")) if path.is_file() else frozenset()


def unknown(timeline: "Timeline", settings: Any, language: str = "") -> tuple[frozenset[str], str]:
    """(the words no dictionary knows, why nothing was looked up). Translations are in another language and left out.

    `language` is that of the captions, where one is known; the dictionary that is named goes before.
    """
    from ..timeline.caption_list import kind_of, spelt
    from . import dictionaries

    if not settings.spell_check:
        return frozenset(), ""
    try:
        known = dictionaries.load(dictionaries.choose(settings.dictionary, language))
    except EditorError as error:
        return frozenset(), f"Spelling is not checked. {error}"
    own = _own()
    words = {word for ref in timeline.captions if kind_of(ref) in ("caption", "sound", "own") for word in spelt(ref.text)}
    return frozenset(word for word in words if not {word, word.lower()} & own and not known.knows(word)), ""


def digest(settings: Any) -> str:
    """Another text whenever other words may be unknown."""
    path = own_words()
    changed = path.stat().st_mtime_ns if settings.spell_check and path.is_file() else 0
    return f"{settings.spell_check} {settings.dictionary} {changed}"


class ASSISTANT_EDITOR_OT_add_word(Guarded, bpy.types.Operator):
    """Keep this word in a list of your own: it counts as spelt right, in every project"""

    bl_idname = "assistant_editor.add_word"
    bl_label = "Add to Dictionary"
    changes = False

    word: StringProperty(name="Word", description="The word; in small letters it counts in capitals too", options=ONCE)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._add, context)

    def _add(self, context: bpy.types.Context) -> None:
        from ..ml.files import write_whole
        from ..timeline import compat
        from .caption_shelf import shelf

        word = self.word.strip()
        if not word or len(word.split()) > 1:
            raise EditorError("One word is needed.", "Name the word to add.", USAGE)
        write_whole(str(own_words()), "\n".join(sorted({*_own(), word} - {""})) + "\n")
        self.report({"INFO"}, f"“{word}” is in your dictionary now.")
        if shelf.asked_for:
            shelf.refresh(compat.edited_scene(context))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_add_word,)
