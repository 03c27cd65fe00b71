"""What was chosen for the shot at the playhead, for panels: the shots are kept, and nothing is read while Blender draws."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .shelves import Quiet

if TYPE_CHECKING:
    from ..timeline.plan import EffectKind
    from ..timeline.stage import Choice


class ChoicesShelf(Quiet):
    """`rows` are the shots as `shot_list.Row`; they are not known before something is chosen for one."""

    def make(self, scene: Any) -> None:
        from . import effect_choices

        self.rows = tuple(effect_choices.shots(scene))

    def digest(self, scene: Any) -> str:
        from ..timeline.glance import glance

        settings = scene.assistant_editor
        return f"{glance(scene)} {(settings.detector, settings.sensitivity, settings.minimum_seconds)}"

    def left_out(self, scene: Any, kind: EffectKind) -> bool:
        """Whether effects of this kind leave out the shot at the playhead. False, too, until the shots are known."""
        from ..timeline.read import keeper
        from ..timeline.tags import choices_of
        from . import effect_choices

        text = choices_of(keeper(scene))
        chosen = [one for one in _choices(text) if (one.kind, one.what) == (kind, "leave")] if text else []
        if not chosen:
            return False
        self.follow(scene)
        row = effect_choices.shot_of(self.rows, scene)
        return row is not None and effect_choices.chosen_for(row, chosen) is not None


@lru_cache(maxsize=2)
def _choices(text: str) -> tuple[Choice, ...]:
    from ..ml.errors import EditorError
    from ..timeline.effect_choices import load

    try:
        return load(text)
    except EditorError:  # told by the operators that need them; a panel shows none
        return ()


shelf = ChoicesShelf()


def register() -> None:
    shelf.register()


def unregister() -> None:
    shelf.unregister()


CLASSES: tuple[type, ...] = ()
