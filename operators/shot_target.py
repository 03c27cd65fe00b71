"""Which shot an operator means: one given by a timeline frame, else the row chosen in the list."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bpy.props import IntProperty, StringProperty

from ..ml.errors import STALE, USAGE, EditorError
from .shelf import shelf

if TYPE_CHECKING:
    from ..timeline.shot_list import Row


class OnShot:
    """Adds `frame` and `strip`. Once found they are kept, so that the redo panel means the same shot."""

    frame: IntProperty(
        name="Frame", description="A timeline frame of the shot; where it is not given, the row chosen in the list is meant",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    strip: StringProperty(name="Strip", description="The strip, where several lie over the frame", options={"SKIP_SAVE"})

    def shot(self, rows: "Sequence[Row]") -> "Row":
        """The shot that holds the frame, or the chosen row. Raises `EditorError` when there is none."""
        from ..timeline import shot_list

        return self._target(rows, lambda: shot_list.at(rows, self.frame, self.strip), "There is no shot at this frame.")

    def beginning(self, rows: "Sequence[Row]") -> "Row":
        """The shot or candidate that begins at the frame, or the chosen row. Raises `EditorError` when there is none."""

        def found() -> "Row | None":
            here = [row for row in rows if row.frames.start == self.frame and self.strip in ("", row.strip)]
            return max(here, key=lambda row: (not row.muted, row.channel), default=None)

        return self._target(rows, found, "No shot begins at this frame.")

    def _target(self, rows: "Sequence[Row]", given: "Callable[[], Row | None]", nothing: str) -> "Row":
        if self.properties.is_property_set("frame"):  # type: ignore[attr-defined]
            row = given()
            if row is None:
                raise EditorError(nothing, "Give a frame of a shot in the list.", USAGE)
            return row
        chosen = shelf.chosen()
        if chosen is None:
            raise EditorError("No shot is chosen.", "Choose one in the shot list, or give its frame.", USAGE)
        row = next((row for row in rows if row.key == chosen.key), None)
        if row is None:
            raise EditorError("The chosen shot is no longer there.", "Press Refresh in the shot list.", STALE)
        self.keep(row.frames.start, row.strip)
        return row

    def keep(self, frame: int, strip: str) -> None:
        self.frame, self.strip = frame, strip


def told(operator: Any, outcome: Any) -> None:
    """Reports what was done, and shows it on the desk."""
    from .desk import desk

    desk.title = operator.bl_label
    desk.show(outcome)
    for notice in outcome.notices:
        operator.report({"INFO"}, notice)
    operator.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = ()
